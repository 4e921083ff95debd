"""Forms of news and outage notices, in both languages side by side."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from ancu.core import clock
from ancu.core.forms import DateField, Form

LONGEST = 5000


def _time_field(label: Any) -> forms.TimeField:
    """Return the field of a time of day."""
    return forms.TimeField(
        label=label, widget=forms.TimeInput({"inputmode": "numeric", "placeholder": "22:00"}, format="%H:%M")
    )


def _text_field(label: Any, length: int, rows: int, **options: Any) -> forms.CharField:
    """Return a text field of several lines."""
    return forms.CharField(label=label, max_length=length, widget=forms.Textarea({"rows": rows}), **options)


def day_and_time(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the values with each named moment split into its day and its time, as the forms have them."""
    parts: dict[str, Any] = {name: value for name, value in values.items() if name not in names}
    for name in names:
        if moment := values.get(name):
            local = clock.local(moment)
            parts = {f"{name}_day": local.date(), f"{name}_time": local.time()} | parts  # typed values stay
    return parts


class _MomentsForm(Form):
    """A form whose moments are typed as a day and a time."""

    moments: tuple[str, ...] = ()
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def moment(self, name: str) -> datetime | None:
        """Return the moment typed into the fields of ``name``; None while either is missing or wrong."""
        day, time = self.cleaned_data.get(f"{name}_day"), self.cleaned_data.get(f"{name}_time")
        return datetime.combine(day, time, clock.VIETNAM) if day and time is not None else None

    def values(self) -> dict[str, Any]:
        """Return the record's values."""
        typed = {f"{name}_{part}" for name in self.moments for part in ("day", "time")} | {"key"}
        values = {name: value for name, value in self.cleaned_data.items() if name not in typed}
        return values | {name: self.moment(name) for name in self.moments}

    def pairs(self) -> list[tuple[BoundField, BoundField]]:
        """Return the fields that stand side by side: Vietnamese and English, day and time."""
        fields = self.visible_fields()
        return list(zip(fields[::2], fields[1::2], strict=True))


class NewsForm(_MomentsForm):
    moments = ("published_at",)
    title_vi = forms.CharField(label=_("Headline in Vietnamese"), max_length=150)
    title_en = forms.CharField(label=_("Headline in English"), max_length=150)
    summary_vi = _text_field(_("Summary in Vietnamese"), 300, 3)
    summary_en = _text_field(_("Summary in English"), 300, 3)
    body_vi = _text_field(_("Full text in Vietnamese"), LONGEST, 6, required=False)
    body_en = _text_field(_("Full text in English"), LONGEST, 6, required=False)
    published_at_day = DateField(label=_("Publish on"))
    published_at_time = _time_field(_("Publish at"))

    def clean(self) -> dict[str, Any]:
        """Require the full text in both languages or in neither."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(data.get("body_vi")) != bool(data.get("body_en")):
            missing = "body_en" if data.get("body_vi") else "body_vi"
            self.add_error(missing, _("Write the full text in both languages."))
        return data


class OutageForm(_MomentsForm):
    moments = ("shown_from", "starts_at", "ends_at")
    reason_vi = forms.CharField(label=_("What stops and why, in Vietnamese"), max_length=150)
    reason_en = forms.CharField(label=_("What stops and why, in English"), max_length=150)
    works_vi = _text_field(_("What still works, in Vietnamese"), 300, 3)
    works_en = _text_field(_("What still works, in English"), 300, 3)
    details_vi = _text_field(_("How people go on, in Vietnamese"), LONGEST, 4, required=False)
    details_en = _text_field(_("How people go on, in English"), LONGEST, 4, required=False)
    starts_at_day = DateField(label=_("Starts on"))
    starts_at_time = _time_field(_("Start time of the outage"))
    ends_at_day = DateField(label=_("Ends on"))
    ends_at_time = _time_field(_("End time of the outage"))
    shown_from_day = DateField(label=_("Show the notice from"))
    shown_from_time = _time_field(_("Show it at"))

    def clean(self) -> dict[str, Any]:
        """Require that the notice is shown ahead, that the end follows the start, and both languages."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        shown_from, starts_at, ends_at = (self.moment(name) for name in self.moments)
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at_day", _("The outage must end after it starts."))
        if shown_from and starts_at and shown_from > starts_at:
            self.add_error("shown_from_day", _("The notice must be shown before the outage starts."))
        if bool(data.get("details_vi")) != bool(data.get("details_en")):
            missing = "details_en" if data.get("details_vi") else "details_vi"
            self.add_error(missing, _("Write the full text in both languages."))
        return data
