"""Forms of the register of breaches."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.protection.enums import BreachNotice, BreachRisk, DataKind
from ancu.apps.protection.models import Breach
from ancu.core import clock
from ancu.core.forms import DateField, Form
from ancu.core.forms.numbers import WholeNumberField


def _date_field(label: Any, *, required: bool = True) -> DateField:
    """Return a form field for a date with this label."""
    return DateField(label=label, required=required)


def _time_field(label: Any, *, required: bool = True) -> forms.TimeField:
    """Return a form field for a time of day with this label."""
    widget = forms.TimeInput({"inputmode": "numeric", "placeholder": "08:00"}, format="%H:%M")
    return forms.TimeField(label=label, required=required, widget=widget)


def _text_field(
    label: Any, *, most: int = 4000, required: bool = True, rows: int = 4, help_text: Any = ""
) -> forms.CharField:
    """Return a field for a longer text of at most ``most`` characters."""
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, help_text=help_text)


def _take_moment(values: dict[str, Any], name: str) -> datetime | None:
    """Remove the day and time fields ``<name>_day`` and ``<name>_time`` from ``values``; return their moment.

    None if either is empty.
    """
    day, time = values.pop(f"{name}_day", None), values.pop(f"{name}_time", None)
    return datetime.combine(day, time, clock.VIETNAM) if day and time else None


class BreachForm(Form):
    """A new breach; only what is known at once is required."""

    discovered_day = _date_field(_("Date of discovery"))
    discovered_time = _time_field(_("Time of discovery"))
    began_day = _date_field(_("Date it began"), required=False)
    began_time = _time_field(_("Time it began"), required=False)
    what_happened = _text_field(_("What happened and why"), help_text=_("Do not include names of people."))
    data_kinds = forms.MultipleChoiceField(
        label=_("Kinds of data"), choices=DataKind, widget=forms.CheckboxSelectMultiple
    )
    people_count = WholeNumberField(
        label=_("Number of people affected"), required=False, min_value=0, max_value=100_000_000,
        help_text=_("Leave this empty if you do not know yet."),
    )  # fmt: skip
    risk = forms.ChoiceField(label=_("Risk to these people"), choices=BreachRisk, widget=forms.RadioSelect)
    consequences = _text_field(_("Possible consequences"), required=False, rows=3)
    measures = _text_field(_("Measures taken and planned"), required=False, rows=3)
    contact = forms.CharField(
        label=_("Contact person for the authority"),
        max_length=300,
        required=False,
        help_text=_("Name, position and telephone number."),
    )

    def clean(self) -> dict[str, Any]:
        """Add an error if only one of date and time of the breach's beginning is filled in."""
        values = super().clean() or {}
        if bool(values.get("began_day")) != bool(values.get("began_time")) and not self.errors:
            self.add_error("began_time", _("Enter both the date and the time, or leave both empty."))
        return values

    def values(self) -> dict[str, Any]:
        """Return the submitted values as fields of the breach; each day and time become one moment."""
        values = dict(self.cleaned_data)
        return (
            values
            | {"discovered_at": _take_moment(values, "discovered"), "began_at": _take_moment(values, "began")}
            | values
        )


class BreachChangeForm(BreachForm):
    """``BreachForm`` with whether the people concerned are informed."""

    telling = forms.ChoiceField(label=_("The people affected"), choices=BreachNotice, widget=forms.RadioSelect)
    told_on = _date_field(_("Date they were notified"), required=False)
    telling_note = _text_field(_("How they were notified, or why not"), most=2000, required=False, rows=3)


class NotifyForm(Form):
    """Notification of the authority: time, authority, reference number."""

    notified_day = _date_field(_("Date of notification"))
    notified_time = _time_field(_("Time of the notification"))
    authority = forms.CharField(label=_("Authority that was notified"), max_length=200)
    authority_reference = forms.CharField(
        label=_("Number of the letter or receipt"), max_length=100, widget=forms.TextInput({"autocomplete": "off"})
    )
    late_reason = _text_field(
        _("Reason for notifying after 72 hours"),
        most=2000,
        required=False,
        rows=3,
        help_text=_("Only if you notified late."),
    )

    def values(self) -> dict[str, Any]:
        """Return the submitted values as arguments of ``record_notification``; day and time become one moment."""
        values = dict(self.cleaned_data)
        return {"notified_at": _take_moment(values, "notified")} | values


class PhaseForm(Form):
    """Further information given to the authority."""

    text = _text_field(_("Information given, with date and reference number"))

    def values(self) -> dict[str, Any]:
        """Return the submitted further information as arguments of ``add_phase``."""
        return dict(self.cleaned_data)


class CloseBreachForm(Form):
    """The lessons learnt, required to close a breach."""

    lessons = _text_field(_("Lessons learned and changes made"))
    late_reason = _text_field(_("Why notification was not required"), most=2000, required=False, rows=3)

    def __init__(self, *args: Any, breach: Breach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if breach.notified_at is not None:
            del self.fields["late_reason"]

    def values(self) -> dict[str, Any]:
        """Return the submitted lessons and reason as arguments of ``close``."""
        return dict(self.cleaned_data)
