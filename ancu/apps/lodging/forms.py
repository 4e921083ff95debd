"""Forms to register, edit, decide and find lodgings."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.lodging.enums import LodgingKind
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.rules import place_is_fixed
from ancu.apps.lodging.services import EstablishmentDetails
from ancu.apps.places.forms import CommuneField
from ancu.apps.places.selectors import label
from ancu.core.forms import CHOOSE, BirthDateField, DateInput, Form, PasswordForm
from ancu.core.forms.telephone import PhoneField

ID_NUMBER = re.compile(r"\d{9}|\d{12}|[A-Z]{1,2}\d{6,8}")
POINT = re.compile(r"\s*(-?\d{1,2}[.]\d+)\s*[,; ]\s*(-?\d{1,3}[.]\d+)\s*")
Group = tuple[str | Promise, str | Promise, list[str]]


def _text_field(label: Any, length: int, *, autocomplete: str = "off", **kwargs: Any) -> forms.CharField:
    """Return a form field for a text of at most ``length`` characters."""
    return forms.CharField(
        label=label, max_length=length, widget=forms.TextInput({"autocomplete": autocomplete}), **kwargs
    )


def _number_field(label: Any, at_most: int) -> forms.IntegerField:
    """Return a form field for a whole number from 1 to ``at_most``."""
    return forms.IntegerField(
        label=label, min_value=1, max_value=at_most, widget=forms.TextInput({"inputmode": "numeric"})
    )


class EstablishmentForm(Form):
    """Representative and lodging: two of the three groups of a registration."""

    asks = {
        "representative_name": _("Enter the full name as shown on the citizen card."),
        "representative_birth_date": _("Enter the date of birth, for example 08/03/1984."),
        "representative_phone": _("Enter a phone number where we can reach this person."),
        "representative_id_number": _("Enter the number of the card or passport."),
        "name": _("Enter the name of the lodging, as shown on its sign."),
        "kind": _("Choose what kind of lodging it is."),
        "commune": _("Type the name of the commune and pick it from the list."),
        "address": _("Enter the house number and the street or hamlet."),
        "rooms": _("Enter the number of rooms, using digits."),
        "beds": _("Enter the number of beds, using digits."),
        "phone": _("Enter the phone number of the reception."),
        "account_email": _("Enter the email address you will sign in with."),
        "password": _("Choose a password."),
    }

    representative_name = _text_field(_("Full name"), 150, autocomplete="name")
    representative_birth_date = BirthDateField(label=_("Date of birth"), widget=DateInput({"autocomplete": "bday"}))
    representative_phone = PhoneField(label=_("Phone"))
    representative_id_number = _text_field(
        _("Citizen card, identity card or passport number"), 20, help_text=_("The police identify you by this number.")
    )
    name = _text_field(_("Name of the lodging"), 200, autocomplete="organization", help_text=_("As shown on its sign."))
    kind = forms.ChoiceField(label=_("Kind"), choices=[CHOOSE, *LodgingKind.choices])
    commune = CommuneField(
        label=_("Commune, ward or township"), help_text=_("Use the old or the new name, with or without accents.")
    )
    address = _text_field(
        _("Address"), 250, autocomplete="street-address", help_text=_("House number, street or hamlet.")
    )
    rooms = _number_field(_("Rooms"), 5000)
    beds = _number_field(_("Beds"), 20000)
    phone = PhoneField(label=_("Phone of the lodging"))
    email = forms.EmailField(label=_("Email of the lodging"), required=False, max_length=254)
    point = forms.CharField(
        label=_("Location on the map"),
        max_length=60,
        required=False,
        help_text=_("Stand at the lodging and press the button, or leave this empty. The police will use the address."),
        widget=forms.TextInput({"data-position": "", "autocomplete": "off", "inputmode": "text"}),
    )

    GROUPS: list[Group] = [
        (
            _("1. The representative"),
            _("The person responsible for the lodging."),
            ["representative_name", "representative_birth_date", "representative_phone", "representative_id_number"],
        ),
        (
            _("2. The lodging"),
            "",
            ["name", "kind", "commune", "address", "rooms", "beds", "phone", "email", "point"],
        ),
    ]

    def groups(self) -> list[tuple[str | Promise, str | Promise, list[BoundField]]]:
        """Return the lodging form's groups of fields in page order, as (title, subtitle, fields)."""
        return [
            (title, line, [self[name] for name in names if name in self.fields]) for title, line, names in self.GROUPS
        ]

    def clean_representative_id_number(self) -> str:
        """Return the representative's number in capitals without separators.

        Raise ValidationError for what is no number of a citizen card, identity card or passport.
        """
        number = re.sub(r"[\s.-]", "", self.cleaned_data["representative_id_number"]).upper()
        if not ID_NUMBER.fullmatch(number):
            raise ValidationError(
                _(
                    "A citizen card has 12 digits, an old identity card 9 digits, and a passport one letter and 6 "
                    "to 8 digits."
                )
            )
        return number

    def clean_point(self) -> tuple[float, float] | None:
        """Return the typed (latitude, longitude), None for an empty field.

        Raises ValidationError for a place outside Viet Nam.
        """
        text = self.cleaned_data["point"]
        if not text:
            return None
        match = POINT.fullmatch(text)
        if not match:
            raise ValidationError(_("Enter two numbers with a decimal point, for example 20.6437, 105.0733."))
        latitude, longitude = float(match[1]), float(match[2])
        if not (8 <= latitude <= 24 and 102 <= longitude <= 118):
            raise ValidationError(_("This point is not in Viet Nam. Check whether you have swapped the two numbers."))
        return latitude, longitude

    def details(self, *, commune: Any = None) -> EstablishmentDetails:
        """Return the valid answers as details for the service.

        ``commune`` is the lodging's commune, for a form without this field because the place is fixed.
        """
        data = {
            key: value for key, value in self.cleaned_data.items() if key in EstablishmentDetails.__dataclass_fields__
        }
        latitude, longitude = self.cleaned_data["point"] or (None, None)
        return EstablishmentDetails(**{"commune": commune, **data, "latitude": latitude, "longitude": longitude})


class RegisterLodgingForm(EstablishmentForm, PasswordForm):
    """Registration of a first lodging; the third group creates the account."""

    account_email = forms.EmailField(
        label=_("Email address for signing in"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "username", "inputmode": "email"}),
        help_text=_("We will write to it when the police have checked your registration."),
    )
    agreed = forms.BooleanField(
        label=_("What I have written is true, and I will keep it up to date."),
        error_messages={"required": _("Tick this box to register.")},
    )

    GROUPS = [
        *EstablishmentForm.GROUPS,
        (
            _("3. Your account"),
            _("You will use it to sign in and declare guests."),
            ["account_email", "password", "agreed"],
        ),
    ]
    field_order = [name for _title, _text, names in GROUPS for name in names]  # the summary of errors follows the page


class AddLodgingForm(EstablishmentForm):
    """Registration of a further lodging by a business with an account."""


class EditLodgingForm(EstablishmentForm):
    """The data of a registered lodging; its commune stays once it was confirmed.

    ``shown`` is the version that the page had shown, ``typed`` what the person changed of it.
    """

    def __init__(
        self, establishment: Establishment, data: Any = None, *, shown_values: Any = None, typed: Mapping[str, Any] = {}
    ) -> None:
        super().__init__(data, initial=_initial(shown_values or establishment) | dict(typed))
        self.place = establishment.locality or establishment.unit
        if place_is_fixed(establishment):
            del self.fields["commune"]

    def changed_fields(self) -> dict[str, Any]:
        """Return name and typed value of each field that the person changed from what the page displayed."""
        return {name: self[name].value() for name in self.changed_data}

    def changed_values(self, establishment: Establishment) -> list[tuple[str | Promise, Any]]:
        """Return (label, present value) of the lodging's fields that others changed after the page was read.

        ``establishment`` is the lodging as it is now.
        """
        now = _initial(establishment)
        changed = [name for name in self.fields if now.get(name) != self.initial.get(name)]
        return [(self.fields[name].label or name, _shown_value(now.get(name))) for name in changed]


def _shown_value(value: Any) -> Any:
    """Return a lodging's value for display: a date as dd/mm/yyyy, a place by its name."""
    return value[0] if isinstance(value, tuple) else f"{value:%d/%m/%Y}" if isinstance(value, date) else value


def _initial(establishment: Any) -> dict[str, Any]:
    """Return the lodging form's initial values by field name, from a lodging or a stored version of one."""
    values = {
        name: getattr(establishment, name) for name in EstablishmentDetails.__dataclass_fields__ if name != "commune"
    }
    place = establishment.locality or establishment.unit
    values["commune"] = (label(place), str(place.pk))
    if establishment.latitude is not None and establishment.longitude is not None:
        values["point"] = f"{establishment.latitude:.5f}, {establishment.longitude:.5f}"
    return values


class StatusReasonForm(Form):
    """The reason of a decision about a lodging, which its manager reads."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The lodging reads this: say what to correct or bring."),
    )
