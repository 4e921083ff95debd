"""The values that all guests of a photographed group have in common."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.stays.forms.guest import GuestForm, as_text
from ancu.apps.stays.forms.page_texts import PageTextsForm
from ancu.apps.stays.services.pictures import GROUP
from ancu.core import clock
from ancu.core.forms import DateField

PICTURES = "image/*,.heic"


class GroupForm(PageTextsForm):
    """The common values; all may be empty, and each row then reports what is missing."""

    marks_optional = False
    NIGHTS = GuestForm.NIGHTS

    room = forms.CharField(
        label=_("Room"),
        max_length=60,
        required=False,
        help_text=_("If the guests have different rooms, leave it empty and enter it in each row."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    arrived_on = DateField(label=_("Arrived on"), initial=clock.today, required=False)
    arrived_time = forms.TimeField(
        label=_("At"),
        required=False,
        input_formats=["%H:%M", "%H:%M:%S", "%Hh%M", "%Hh", "%H"],
        widget=forms.TimeInput({"type": "time", "autocomplete": "off"}, format="%H:%M"),
    )
    expected_departure = DateField(label=_("Expected to leave on"), required=False)
    permitted_until = DateField(
        label=_("Permitted to stay until"),
        required=False,
        help_text=_("On the entry stamp, visa or card. It is not the date the passport expires."),
    )

    @property
    def texts(self) -> dict[str, str]:
        """The valid common values by field, as texts of a declaration file; empty ones are missing."""
        return {name: as_text(value) for name in GROUP if (value := self.cleaned_data.get(name)) not in (None, "")}

    def with_texts(self, texts: Mapping[str, str]) -> "GroupForm":
        """Return a form with the saved ``texts``, but with the fields that the person changed as typed."""
        displayed, typed = self.cleaned_data["page_texts"] or {}, self.texts
        form = group_form(None, texts)
        changed = [name for name in GROUP if typed.get(name, "") != displayed.get(name, "")]
        form.initial.update({name: typed.get(name, "") for name in changed})
        return form


def group_form(data: Any, texts: Mapping[str, str]) -> GroupForm:
    """Return the form of a group's common values with the saved ``texts``.

    A new group, without texts, starts with today's date and the present time.
    """
    initial: dict[str, Any] = dict(texts) or {"arrived_time": f"{clock.local(clock.now()):%H:%M}"}
    return GroupForm(data, initial=initial | {"page_texts": {name: texts.get(name, "") for name in GROUP}})
