"""Forms of an organisation's list of foreign workers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.dossiers.enums import EndBand
from ancu.apps.dossiers.forms.answers import (
    CAPITALS,
    PROBLEM_SENTENCES,
    CapitalsField,
    DocumentNumberField,
    build_field,
)
from ancu.apps.dossiers.services.workers import WorkerDetails
from ancu.core import clock
from ancu.core.forms import CHOOSE, DateField, Form, PartialDateField
from ancu.core.forms.countries import NationalityField
from ancu.core.forms.filters import FilterForm
from ancu.core.forms.telephone import PhoneField
from ancu.engines.rulebook import Field, check_field, get_form

MAX_FILE_BYTES = 4 * 1024 * 1024  # of a table without pictures
APPLICATION = "NA8"  # whose rules for names, numbers and dates hold here too
RULEBOOK_FIELDS = {"full_name": "full_name", "birth_date": "birth_date", "passport_number": "passport_number"}
NUMBER = {"autocomplete": "off", "spellcheck": "false"}
SEXES = [("M", pgettext_lazy("sex", "Male")), ("F", pgettext_lazy("sex", "Female"))]


def _rulebook_field(key: str) -> Field:
    """Return the question ``key`` of the application for a card, as the law of today asks it."""
    return get_form(APPLICATION, clock.today()).fields[key]


def _number_field(label: Any) -> forms.CharField:
    """Return the optional field of a paper's number."""
    return forms.CharField(label=label, max_length=40, required=False, widget=forms.TextInput(NUMBER))


class WorkerForm(Form):
    """A foreign worker: the person, and number and last day of each paper. Rows of a file are checked by it too."""

    full_name = CapitalsField(
        label=_("Full name"), max_length=100, widget=forms.TextInput(CAPITALS), help_text=_("As in the passport.")
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=[CHOOSE, *SEXES])
    birth_date = PartialDateField(label=_("Date of birth"), required=False)
    nationality = NationalityField(label=_("Nationality"), foreign=True)
    position = forms.CharField(label=_("Position"), max_length=150, required=False)
    phone = PhoneField(label=_("Phone"), required=False, autocomplete="off")
    passport_number = DocumentNumberField(label=_("Passport number"), max_length=20, widget=forms.TextInput(CAPITALS))
    passport_until = DateField(label=_("Passport valid until"))
    symbol = forms.CharField()  # built for each form: the symbols in force today
    card_number = _number_field(_("Number of the residence card"))
    card_until = DateField(label=_("Residence card valid until"), required=False)
    visa_number = _number_field(_("Number of the visa"))
    visa_until = DateField(label=_("Visa valid until"), required=False)
    permit_number = _number_field(_("Number of the work permit"))
    permit_until = DateField(label=_("Work permit valid until"), required=False)

    asks = {"full_name": _("Enter the name as in the passport."), "passport_number": _("Enter the passport number.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        symbol = build_field(_rulebook_field("present_symbol"), clock.today())
        symbol.label, symbol.label_says_required, symbol.other_label = _("Symbol of the card or visa"), False, ""  # type: ignore[attr-defined]
        self.fields["symbol"] = symbol

    def clean(self) -> dict[str, Any]:
        """Add the errors that the application form of the law would find in the name, birth date and number."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, key in RULEBOOK_FIELDS.items():
            problem = check_field(_rulebook_field(key), cleaned.get(name), clock.today())
            if problem is not None:
                self.add_error(name, forms.ValidationError(PROBLEM_SENTENCES[problem.code], code=problem.code))
        return cleaned

    def details(self) -> WorkerDetails:
        """Return what a valid form states."""
        return WorkerDetails(**self.cleaned_data)


class WorkerFileForm(Form):
    """The upload of a list of workers, or of what is asked about them; its type is detected from its bytes."""

    file = forms.FileField(
        label=_("Choose the file, or drop it here"),
        help_text=_("Excel (XLSX or XLS), one person in each row."),
        widget=forms.FileInput({"accept": ".xlsx,.xls"}),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
    )

    def clean_file(self) -> Any:
        """Return the file; add an error if it is too large for a table."""
        sent = self.cleaned_data["file"]
        if sent.size > MAX_FILE_BYTES:
            raise forms.ValidationError(_("This file is larger than 4 MB. Send the table without pictures."))
        return sent


class WorkerFilterForm(FilterForm):
    """Which part of the list is shown: the band in which the next paper ends."""

    ends = forms.ChoiceField(label=_("Next paper ends"), required=False, choices=[("", ""), *EndBand.choices])

    @property
    def band(self) -> str:
        """The chosen band; empty for the whole list. Raises WrongFilter for an unknown one."""
        return str(self.chosen().get("ends", ""))
