"""Forms of the office's administrator for agencies and officers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.enums import AGENCY_ROLES, OfficerState
from ancu.apps.accounts.models import Organisation
from ancu.apps.places.forms import CommuneField
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import label
from ancu.core.forms import CHOOSE, DateField, Form, name_field
from ancu.core.forms.filters import FilterForm
from ancu.core.forms.reasons import ReasonForm

READ_BY_ADMINISTRATOR = _("The administrator who confirms sees this reason. It is stored in the audit log.")
UNIT_FIELDS = ("unit", "second_unit", "third_unit")


class AgencyNameForm(Form):
    name = forms.CharField(
        label=_("Name of the agency"), max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )


def units_of(form: Form, data: dict[str, Any], names: Sequence[str]) -> list[AdministrativeUnit]:
    """Remove the fields ``names`` from ``data`` and return the communes chosen in them, each once.

    A commune that exists no longer becomes an error of its field.
    """
    units = {name: unit for name in names if (unit := data.pop(name, None)) is not None}
    for name, unit in units.items():
        if unit.valid_until is not None:
            form.add_error(name, _("This commune no longer exists. Enter the name of today's commune."))
    return list(dict.fromkeys(units.values()))


class AgencyForm(AgencyNameForm):
    """An agency: name, superior agency, and communes."""

    superior = forms.TypedChoiceField(label=_("Reports to"), coerce=int)
    unit = CommuneField(label=_("Commune"), required=False)
    second_unit = CommuneField(label=_("Second commune"), required=False)
    third_unit = CommuneField(label=_("Third commune"), required=False)
    is_inspectorate = forms.BooleanField(
        label=_("Answers petitions about the office"), required=False,
        help_text=_("For the inspectorate. It needs no commune. Each province has one."),
    )  # fmt: skip

    def __init__(self, *args: Any, agencies: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["superior"].choices = [(agency.pk, agency.name) for agency in agencies]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Collect the communes of the agency in ``units``; a former commune is an error of its field.

        No commune is an error too, except for the inspectorate.
        """
        data: dict[str, Any] = super().clean() or self.cleaned_data
        units = units_of(self, data, UNIT_FIELDS)
        if not units and not data.get("is_inspectorate") and not self.errors:
            self.add_error("unit", _("Enter the commune the agency is responsible for."))
        return data | {"units": units}


class CommunesForm(ReasonForm):
    """The communes of an agency: one field for each, and two empty ones."""

    def __init__(self, *args: Any, units: Sequence[AdministrativeUnit], is_inspectorate: bool, **kwargs: Any) -> None:
        super().__init__(*args, help_text=READ_BY_ADMINISTRATOR, **kwargs)
        self.is_inspectorate, self.unit_fields = is_inspectorate, []
        for number in range(1, len(units) + 3):
            unit = units[number - 1] if number <= len(units) else None
            field = CommuneField(label=_("Commune %(number)s") % {"number": number}, required=False)
            field.initial = [label(unit), str(unit.pk)] if unit else None
            self.fields[f"unit_{number}"] = field
            self.unit_fields.append(f"unit_{number}")
        self.order_fields([*self.unit_fields, "reason"])

    def clean(self) -> dict[str, Any]:
        """Collect the agency's communes in ``units``; a former one, or none, is an error.

        Only the inspectorate may have none.
        """
        data: dict[str, Any] = super().clean() or self.cleaned_data
        units = units_of(self, data, self.unit_fields)
        if not units and not self.is_inspectorate and not self.errors:
            self.add_error(self.unit_fields[0], _("Enter the commune the agency is responsible for."))
        return data | {"units": units}


class OfficerFilterForm(FilterForm):
    q = forms.CharField(required=False, max_length=100, label=_("Name or email"))
    agency = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label=_("Agency"))
    state = forms.ChoiceField(
        required=False,
        label=_("State"),
        choices=[(value, capfirst(str(label))) for value, label in OfficerState.choices],
    )
    after = forms.IntegerField(required=False, min_value=0, max_value=2**62)

    def __init__(self, *args: Any, agencies: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("all agencies")), *((agency.pk, agency.name) for agency in agencies)]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]


class MoveOfficerForm(ReasonForm):
    """The agency an officer moves to."""

    field_order: tuple[str, ...] = ("agency", "role", "ends_on", "reason")
    agency = forms.TypedChoiceField(label=_("Agency"), coerce=int)

    def __init__(self, *args: Any, agencies: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, help_text=READ_BY_ADMINISTRATOR, **kwargs)
        self.fields["agency"].choices = [CHOOSE, *((agency.pk, agency.name) for agency in agencies)]  # type: ignore[attr-defined]


class RoleForm(MoveOfficerForm):
    """A role at an agency, until a day."""

    role = forms.ChoiceField(
        label=_("Role"), choices=[CHOOSE, *((role.value, capfirst(str(role.label))) for role in AGENCY_ROLES)]
    )
    ends_on = DateField(label=_("Until (including this day)"), help_text=_("At most 13 months from today."))


class OfficerInvitationForm(RoleForm):
    """The invited person, the agency and the role."""

    field_order = ("full_name", "email", "agency", "role", "ends_on", "reason")
    full_name = name_field()
    email = forms.EmailField(
        label=_("Email"), max_length=254, widget=forms.EmailInput({"autocomplete": "off", "inputmode": "email"}),
        help_text=_("Enter the officer's own work address. Anyone who can read its emails can accept the invitation."),
    )  # fmt: skip
