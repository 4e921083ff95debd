"""The acts on a stay, a file sent, the days of an export, a number typed from a receipt."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core import clock
from ancu.core.forms import DateField, Form


class CheckOutForm(Form):
    departed_on = DateField(label=_("Left on"), initial=clock.today)


class ExtendForm(Form):
    expected_departure = DateField(label=_("Now expected to leave on"))


class RoomForm(Form):
    room = forms.CharField(label=_("New room"), max_length=60, widget=forms.TextInput({"autocomplete": "off"}))


class WithdrawForm(Form):
    reason = forms.CharField(
        label=_("Reason for the withdrawal"),
        max_length=300,
        help_text=_("For example: declared twice, or the guest did not come."),
        widget=forms.Textarea({"rows": 3}),
    )


class UploadForm(Form):
    file = forms.FileField(
        label=_("Choose the file, or drop it here"),
        help_text=_("XML, Excel (XLSX, XLS), CSV, an HTML table or JSON; at most 50 MB."),
        widget=forms.FileInput({"accept": ".xml,.xlsx,.xls,.csv,.txt,.html,.htm,.json"}),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
    )


class DaysForm(Form):
    """The days whose arrivals go to the national portal; at most 400 of them."""

    first = DateField(label=_("Arrivals from"), initial=clock.today)
    last = DateField(label=_("to"), initial=clock.today)

    def clean(self) -> dict[str, Any]:
        """Raise an error for an end before the start, and for more than 400 days."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The end date is before the start date."))
        elif first and last and (last - first).days > 400:
            self.add_error("last", _("Choose 400 days or fewer."))
        return cleaned


class NumberForm(Form):
    number = forms.CharField(
        label=_("Receipt number"),
        max_length=60,
        help_text=_("As printed under the QR code; spaces and small letters do not matter."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
