"""What an officer's lists may be narrowed to. A value that can't be read narrows nothing."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.lodging.enums import LodgingKind
from ancu.apps.stays.enums import Channel
from ancu.core.forms import DateField, Form


class FilterForm(Form):
    """A filter; the view fills the selects, since it knows what lies in the actor's area."""

    def offer(self, **choices: list[tuple[Any, str]]) -> None:
        for name, options in choices.items():
            self.fields[name].widget.choices = [("", _("all")), *options]

    def wanted(self) -> dict[str, Any]:
        """What was set and could be read."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class GuestFilterForm(FilterForm):
    unit = forms.IntegerField(label=_("Place"), required=False, widget=forms.Select)
    lodging = forms.IntegerField(label=_("Lodging"), required=False, widget=forms.Select)
    nationality = forms.RegexField(r"^[A-Z]{3}$", label=_("Nationality"), required=False, widget=forms.Select)
    kind = forms.ChoiceField(label=_("Kind of lodging"), required=False, choices=[("", _("all")), *LodgingKind.choices])
    since = DateField(label=_("Arrived from"), required=False)
    until = DateField(label=_("Arrived until"), required=False)
    everyone = forms.BooleanField(required=False, widget=forms.HiddenInput)
    late = forms.BooleanField(required=False, widget=forms.HiddenInput)
    overdue = forms.BooleanField(required=False, widget=forms.HiddenInput)
    permit_ended = forms.BooleanField(required=False, widget=forms.HiddenInput)


class SubmissionFilterForm(FilterForm):
    unit = forms.IntegerField(label=_("Place"), required=False, widget=forms.Select)
    lodging = forms.IntegerField(label=_("Lodging"), required=False, widget=forms.Select)
    channel = forms.ChoiceField(label=_("Way of declaring"), required=False, choices=[("", _("all")), *Channel.choices])
    since = DateField(label=_("Received from"), required=False)
    until = DateField(label=_("Received until"), required=False)
    late = forms.BooleanField(required=False, widget=forms.HiddenInput)


class LookForm(Form):
    """Why a record is opened; asked for, not demanded."""

    reason = forms.CharField(required=False, max_length=300)


def number_of(data: Mapping[str, Any], name: str) -> int | None:
    """A positive number from the address, else None."""
    text = str(data.get(name, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
