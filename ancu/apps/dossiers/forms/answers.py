"""One section of an official form as a web form, built from the rulebook.

Valid answers are stored as the rulebook defines them (dates in ISO, communes by code). Invalid ones are stored as
typed, so that nothing is lost, and shown with their error when the section is opened again.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.selectors.procedures import unit_of_code
from ancu.apps.places.forms import CommuneField
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import label, unit_today
from ancu.core.forms import CHOOSE, NO_SUCH_DAY, DateField, Form, PartialDateField, SearchSelect, is_no_day
from ancu.core.forms.choices import OtherNames, UnmatchedText
from ancu.core.forms.countries import NationalityField
from ancu.core.forms.telephone import NO_NUMBER, PhoneField
from ancu.core.web.language import OTHER_LANGUAGE, localized, reader_language
from ancu.engines import rulebook

CAPITALS = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
SEGMENTS, SEGMENT_SIGNS = 3, 16  # so few and short choices are shown side by side; more do not fit a phone
PROBLEM_SENTENCES = {
    "required": _("Fill this in before you submit the dossier."),
    "too_long": _("This is too long."),
    "not_a_date": DateField.default_error_messages["invalid"],
    "date_out_of_range": _("Check the year."),
    "date_to_come": PartialDateField.default_error_messages["future"],
    "not_a_choice": _("This is not in the list. Choose an option from the list."),
    "not_a_symbol": _("This symbol is not in use now. Choose one from the list."),
    "no_card_for_symbol": _("No residence card is issued with this symbol."),
    "not_a_number": _("Enter a whole number, using digits."),
    "too_few_rows": _("Fill in at least one row."),
    "too_many_rows": _("There are too many rows."),
    "bad_country": _("Type the first letters of the country and choose it from the list."),
    "bad_document_number": _("Letters and digits only, as shown in the document."),
    "bad_phone": NO_NUMBER,
    "bad_email": _("Enter an email address, such as name@example.com."),
    "bad_unit": _("Type the name of the commune and choose it from the list."),
    "bad_name": _(
        "Enter the name in Latin letters, as in the passport: letters, spaces, hyphens and apostrophes only."
    ),
    "name_not_latin": _(
        "Enter the name in Latin letters, as in the two lines with <<< of the passport, for example WANG XIAOMING. "
        "Enter the name in its own script under “Native name”, if the form asks for it."
    ),
}


class AnswersForm(Form):
    """A section of a form. After ``full_clean``, ``answers`` is what to store, valid or not."""

    def __init__(self, *, section: rulebook.FormSection, answers: Mapping[str, Any], on: date, **kwargs: Any) -> None:
        self.section = section
        super().__init__(initial={f.key: widget_value(f, answers.get(f.key)) for f in section.fields}, **kwargs)
        for field in section.fields:
            if field.kind != "table":
                self.fields[field.key] = page_field = build_field(field, on)
                if isinstance(page_field.widget, SearchSelect):
                    self.initial[field.key] = page_field.widget.display_value(self.initial[field.key])

    @property
    def answers(self) -> dict[str, Any]:
        """The section's answers to store, by field key: the cleaned value, or for an invalid one the typed text."""
        answers: dict[str, Any] = {}
        for field in self.section.fields:
            if field.key in self.cleaned_data:
                answers[field.key] = json_value(self.cleaned_data[field.key])
            elif field.kind != "table":
                answers[field.key] = self._typed(field.key)
        return answers

    def _typed(self, key: str) -> str:
        """Return what was typed into a field, cut to 2000 characters."""
        raw = self.fields[key].widget.value_from_datadict(self.data, self.files, self.add_prefix(key))
        return str(raw[0] if isinstance(raw, list | UnmatchedText) else raw or "")[:2000]

    def add_problems(self, problems: Mapping[str, rulebook.AnswerProblem]) -> None:
        """Show the rulebook's problems beside their fields; existing errors keep their own message."""
        if not self.is_bound and not self.errors:
            self.cleaned_data = {}  # Django keeps errors of bound forms only; this one is unbound
        for key, problem in problems.items():
            if key in self.fields and key not in self.errors:
                self.add_error(key, str(self._problem_sentence(key, problem.code)))

    def _problem_sentence(self, key: str, code: str) -> Any:
        """Return the sentence for the problem ``code`` of the field ``key``; for an unreadable date its field's own."""
        if code != "not_a_date":
            return PROBLEM_SENTENCES.get(code, PROBLEM_SENTENCES["required"])
        return NO_SUCH_DAY if is_no_day(str(self.initial[key])) else self.fields[key].error_messages["invalid"]


def json_value(value: Any) -> Any:
    """Return a form's cleaned value as the dossier's JSON stores it: ISO dates, codes of units, "" for none."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, AdministrativeUnit):
        return unit_today(value).code
    return "" if value is None else value


def widget_value(field: rulebook.Field, value: Any) -> Any:
    """Return a stored answer as its form widget displays it: a date as ``date``, a commune as (label, id)."""
    if field.kind == "unit" and value:
        unit = unit_of_code(str(value))
        return (label(unit), str(unit.pk)) if unit else (value, "")
    if field.kind == "date" and value:
        return rulebook.read_date(value) or value
    return value


def build_field(field: rulebook.Field, on: date) -> forms.Field:
    """Return the Django form field for a rulebook field, with label and help in the reader's language.

    It is never required, because a draft may have gaps.
    """
    common: dict[str, Any] = {
        "label": localized(field, "label"),
        "help_text": localized(field, "help"),
        "required": False,
    }
    form_field = FIELD_BUILDERS.get(field.kind, _text_field)(field, on, common)
    second_language = OTHER_LANGUAGE[reader_language()]
    # A draft may have gaps, so the field itself is optional; the page shows what sending requires.
    form_field.label_says_required = field.required or field.required_if is not None  # type: ignore[attr-defined]
    # The official forms are bilingual: the second language is shown beneath the reader's (ui/field.html).
    form_field.other_label, form_field.other_language = getattr(field, f"label_{second_language}"), second_language  # type: ignore[attr-defined]
    return form_field


class CapitalsField(forms.CharField):
    """A name in capitals, however it was typed."""

    between = " "

    def to_python(self, value: Any) -> str:
        """Return the text in capitals, with one space between its words, or none where the field joins them."""
        return self.between.join((super().to_python(value) or "").upper().split())


class DocumentNumberField(CapitalsField):
    """A document number; the spaces some passports print are removed."""

    between = ""


def _text_field(field: rulebook.Field, on: date, common: dict[str, Any]) -> forms.Field:
    """Return the form field of a short text, in capitals where the rulebook asks for them."""
    if field.uppercase:
        return CapitalsField(max_length=field.max_length, widget=forms.TextInput(CAPITALS), **common)
    return forms.CharField(max_length=field.max_length, widget=forms.TextInput({"autocomplete": "off"}), **common)


def _document_number_field(field: rulebook.Field, on: date, common: dict[str, Any]) -> forms.Field:
    """Return the form field of a document number."""
    return DocumentNumberField(max_length=field.max_length, widget=forms.TextInput(CAPITALS), **common)


def _long_text_field(field: rulebook.Field, on: date, common: dict[str, Any]) -> forms.Field:
    """Return the form field of a text of several lines."""
    return forms.CharField(max_length=field.max_length, widget=forms.Textarea({"rows": 3}), **common)


def _number_field(field: rulebook.Field, on: date, common: dict[str, Any]) -> forms.Field:
    """Return the form field of a number."""
    return forms.CharField(max_length=20, widget=forms.TextInput({"inputmode": "numeric"}), **common)


def _phone_field(field: rulebook.Field, on: date, common: dict[str, Any]) -> forms.Field:
    """Return the form field of a telephone number."""
    return PhoneField(**common)


def _email_field(field: rulebook.Field, on: date, common: dict[str, Any]) -> forms.Field:
    """Return the form field of an e-mail address."""
    return forms.EmailField(max_length=254, widget=forms.EmailInput({"autocomplete": "email"}), **common)


def _choice_field(field: rulebook.Field, on: date, common: dict[str, Any]) -> forms.Field:
    """Return the form field of a choice: radio buttons if the labels are few and short, otherwise a drop-down list."""
    choices = [(choice.code, localized(choice, "label")) for choice in field.choices]
    if len(choices) <= SEGMENTS and all(len(label) <= SEGMENT_SIGNS for _code, label in choices):
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    return forms.ChoiceField(choices=[CHOOSE, *choices], widget=forms.Select, **common)


def _country_field(field: rulebook.Field, on: date, common: dict[str, Any]) -> forms.Field:
    """Return the form field of a nationality."""
    return NationalityField(**common)


def _symbol_field(field: rulebook.Field, on: date, common: dict[str, Any]) -> forms.Field:
    """Return the form field of a visa symbol: a searchable list of the symbols in force on the day.

    For a residence card, only the symbols that have one.
    """
    symbols = [
        visa_symbol
        for visa_symbol in rulebook.visa_symbols(on).values()
        if field.kind == "visa_symbol" or visa_symbol.card_symbol is not None
    ]
    choices = [
        (visa_symbol.symbol, f"{visa_symbol.symbol} – {localized(visa_symbol, 'meaning')}") for visa_symbol in symbols
    ]
    aliases = {symbol: OtherNames(names=(symbol,)) for symbol, _label in choices}  # typed as printed on papers
    return forms.ChoiceField(choices=[("", ""), *choices], widget=SearchSelect(aliases=aliases), **common)


def _boolean_field(field: rulebook.Field, on: date, common: dict[str, Any]) -> forms.Field:
    """Return the form field of a yes-or-no question, as a checkbox."""
    return forms.BooleanField(**common)


def _date_field(field: rulebook.Field, on: date, common: dict[str, Any]) -> forms.Field:
    """Return the form field of a date."""
    return DateField(**common)


def _partial_date_field(field: rulebook.Field, on: date, common: dict[str, Any]) -> forms.Field:
    """Return the form field of a date of which day and month may be unknown."""
    return PartialDateField(**common)


def _commune_field(field: rulebook.Field, on: date, common: dict[str, Any]) -> forms.Field:
    """Return the form field of a commune."""
    return CommuneField(**common)


FIELD_BUILDERS: dict[str, Callable[[rulebook.Field, date, dict[str, Any]], forms.Field]] = {
    "date": _date_field,
    "partial_date": _partial_date_field,
    "document_number": _document_number_field,
    "unit": _commune_field,
    "long_text": _long_text_field,
    "integer": _number_field,
    "money": _number_field,
    "phone": _phone_field,
    "email": _email_field,
    "choice": _choice_field,
    "country": _country_field,
    "visa_symbol": _symbol_field,
    "card_symbol": _symbol_field,
    "boolean": _boolean_field,
}


# ---- tables --------------------------------------------------------------------------------------------


class TableRowForm(AnswersForm):
    """One row of a table: the columns are the fields."""

    def __init__(self, *, field: rulebook.Field, answers: Mapping[str, Any], on: date, **kwargs: Any) -> None:
        section = rulebook.FormSection(
            key=field.key, number="", title_vi=field.label_vi, title_en=field.label_en, fields=field.columns
        )
        super().__init__(section=section, answers=answers, on=on, **kwargs)
        self.table_key = str(self.prefix).rpartition("-")[0]


def blank_row(field: rulebook.Field, on: date, name: str) -> TableRowForm:
    """Return the form of an empty row of a table question, which the page's script copies for new rows.

    ``name`` is that of the table in the HTML form.
    """
    return TableRowForm(field=field, answers={}, on=on, prefix=f"{name}-__row__")


def row_forms(field: rulebook.Field, rows: Any, on: date, data: Any, name: str) -> list[TableRowForm]:
    """Return a form for each answered row of the table question ``name``, and an empty one to add.

    With submitted ``data`` as many as it names (``NAME-rows``), at most twice the allowed number, since removed rows
    leave gaps; this also limits hostile requests.
    """
    filled = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    row_count = len(filled) + (1 if len(filled) < field.max_rows else 0)
    if data is not None:
        typed = str(data.get(f"{name}-rows", ""))
        row_count = (
            min(int(typed), 2 * field.max_rows) if typed.isascii() and typed.isdigit() and len(typed) < 4 else row_count
        )
    padded = [*filled, *({} for _row in range(row_count))][:row_count]
    return [
        TableRowForm(field=field, answers=row, on=on, data=data, prefix=f"{name}-{number}")
        for number, row in enumerate(padded)
    ]


def table_answers(rows: list[TableRowForm]) -> list[dict[str, Any]]:
    """Return the answers of those rows of a table question that are not empty."""
    read: list[dict[str, Any]] = []
    for row in rows:
        row.full_clean()
        if any(value not in ("", False) for value in row.answers.values()):
            read.append(row.answers)
    return read
