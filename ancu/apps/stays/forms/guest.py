"""The form of one guest. The exchange engine interprets its answers, as for a file."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.stays.selectors.changes import FieldChange
from ancu.core import clock
from ancu.core.forms import CHOOSE, DateField, Form, PartialDateField
from ancu.core.forms.countries import NationalityField
from ancu.core.web.language import reader_language
from ancu.engines.exchange import Finding, GuestRow, code_lists, interpret

FOLDED = ("native_name", "document_kind", "document_expiry", "entry_paper", "purpose", "departed_on")
FIELD_OF = {"birth_precision": "birth_date", "arrived_at": "arrived_on"}


def entry_name(entry: Mapping[str, Any]) -> str:
    """Return the name, in the reader's language, of an entry in a code list."""
    return str(entry[f"name_{reader_language()}"])


def list_choices(name: str) -> list[tuple[str, str]]:
    """Return (code, name) for each entry of a code list, in the reader's language."""
    return [(entry["code"], entry_name(entry)) for entry in code_lists()[name]["entries"]]


def optional_choices(name: str) -> list[tuple[str, Any]]:
    """Return (code, name) for each entry of a code list, after an empty choice."""
    return [CHOOSE, *list_choices(name)]


def sex_choices() -> list[tuple[str, str]]:
    """Return the choices for the sex of a guest as (code, name), in the reader's language."""
    return list_choices("sex")


class GuestForm(Form):
    """The fields of a declaration. ``room_required`` comes from the rulebook for the lodging's kind.

    After ``is_valid()``, ``row`` is what the exchange engine understood, ready for ``services.declare``.
    """

    asks = {
        "document_number": _("Enter the number as shown in the passport, letters and digits."),
        "full_name": _("Enter the full name as in the passport."),
        "sex": _("Choose what the passport says."),
        "birth_date": _("Enter the date of birth as in the passport, for example 08/03/1984."),
        "nationality": _("Type the first letters of the country and choose it from the list."),
        "room": _("Enter the number or name of the room."),
        "arrived_on": _("Enter the day the guest arrived, for example 24/11/2026."),
        "expected_departure": _("Enter the day the guest plans to leave, or tap the number of nights."),
    }
    NIGHTS = (1, 2, 3, 7)

    document_number = forms.CharField(
        label=_("Passport number"),
        max_length=30,
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "inputmode": "text",
                "enterkeyhint": "next",
            }
        ),
    )
    document_kind = forms.ChoiceField(label=_("Kind of document"), initial="passport", required=False)
    full_name = forms.CharField(
        label=_("Full name"),
        max_length=150,
        help_text=_("In Latin letters, as in the two lines with <<< of the passport, family name first."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    native_name = forms.CharField(
        label=_("Native name"),
        max_length=150,
        required=False,
        help_text=_("As the guest writes it, for example 王小明 or 김민준."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=sex_choices, widget=forms.RadioSelect)
    birth_date = PartialDateField(
        label=_("Date of birth"), help_text=_("If the passport shows only the year, enter the year.")
    )
    nationality = NationalityField(
        label=_("Nationality"),
        foreign=True,
        help_text=_("Type the country in Vietnamese or English, or its code."),
    )
    room = forms.CharField(label=_("Room"), max_length=60, widget=forms.TextInput({"autocomplete": "off"}))
    arrived_on = DateField(label=_("Arrived on"), initial=clock.today)
    arrived_time = forms.TimeField(
        label=_("At"),
        required=False,
        input_formats=["%H:%M", "%H:%M:%S", "%Hh%M", "%Hh", "%H"],
        widget=forms.TimeInput({"type": "time", "autocomplete": "off"}, format="%H:%M"),
    )
    expected_departure = DateField(label=_("Expected to leave on"))
    permitted_until = DateField(
        label=_("Permitted to stay until"),
        required=False,
        help_text=_("On the entry stamp, visa or card. It is not the date the passport expires."),
    )
    document_expiry = DateField(
        label=_("Passport expires on"),
        required=False,
        help_text=_(
            "Only to check the date above. It is stored only if the passport has expired, so that the police know."
        ),
    )
    departed_on = DateField(
        label=_("Left on"), required=False, help_text=_("Only if the guest has already left the lodging.")
    )
    entry_paper = forms.ChoiceField(label=_("Entry paper"), required=False)
    purpose = forms.ChoiceField(label=_("Purpose of stay"), required=False)

    row: GuestRow

    def __init__(self, *args: Any, room_required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].required = room_required
        if not self.is_bound:
            self.fields["document_number"].widget.attrs["autofocus"] = True
        for name, source in (
            ("document_kind", list_choices),
            ("entry_paper", optional_choices),
            ("purpose", optional_choices),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = source(name)

    @property
    def more_is_open(self) -> bool:
        """Whether the page opens the folded fields: one has an error or another value than its default.

        Also when the name is not in Latin letters, since the native name is folded.
        """
        if self.is_bound and any(error.code == "full_name_not_latin" for error in self.row.errors):
            return True
        return any(self[name].errors or self.data.get(name) not in (None, "", "passport") for name in FOLDED)

    def clean(self) -> dict[str, Any]:
        """Interpret the answers by the rules of a declaration file, as ``self.row``, and show errors by field."""
        cleaned = super().clean() or {}
        until, expiry = cleaned.get("permitted_until"), cleaned.get("document_expiry")
        if until and expiry and until == expiry:
            self.add_error(
                "permitted_until",
                _("This is the day the passport expires. Enter the day on the entry stamp, visa or card."),
            )
        elif until and expiry and until > expiry >= (cleaned.get("arrived_on") or expiry):
            self.add_error("permitted_until", _("A stay cannot be permitted past the day the passport expires."))
        answers = {name: value for name, value in cleaned.items() if value not in (None, "")}
        [self.row] = interpret([answers], today=clock.today())
        self.take_errors(self.row.errors)
        return cleaned

    @staticmethod
    def record(cleaned: Mapping[str, Any]) -> dict[str, str | None]:
        """Return the cleaned answers as texts of a declaration file, for comparison with a correction."""
        return {name: as_text(value) for name, value in cleaned.items() if value not in (None, "")}

    def take_errors(self, errors: list[Finding]) -> None:
        """Add the errors of declaring to their fields, except to fields that have an error already."""
        fields_with_errors = set(self.errors)
        for error in errors:
            field = FIELD_OF.get(error.field or "", error.field or "")
            if field not in fields_with_errors:
                self.add_error(field if field in self.fields else None, message(error))

    def take_differences(self, declared: list[FieldChange]) -> None:
        """Add to each field that differs from an earlier declaration an error that says what is declared."""
        message_text = _(
            "The guest was already declared with “%(value)s”. If that is wrong, correct the declaration on the "
            "guest’s page."
        )
        for field_change in declared:
            self.add_error(field_change.name, message_text % {"value": field_change.before or "–"})


def as_text(value: Any) -> str:
    """Return a cleaned form value as text of a declaration file: ISO date, "HH:MM", or its string."""
    if isinstance(value, date):
        return value.isoformat()
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


def message(finding: Finding) -> str:
    """Return a finding's sentence in the reader's language."""
    return finding.message_vi if reader_language() == "vi" else finding.message_en
