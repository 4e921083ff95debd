"""The number and code on a slip, for looking up a dossier."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.documents.reference_numbers import normalise_number
from ancu.core.forms import Form


class LookUpForm(Form):
    number = forms.CharField(label=_("Dossier number"), max_length=40, widget=forms.TextInput({"autocomplete": "off"}))
    code = forms.CharField(
        label=_("Dossier code"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("8 characters, beside the QR code on the slip."),
    )

    def clean(self) -> dict[str, Any]:
        """Assign the dossier's number and the slip's code, also when they were typed into each other's fields."""
        data = super().clean() or self.cleaned_data
        number, code = data.get("number", ""), data.get("code", "")
        if normalise_number(number) is None and normalise_number(code) is not None:
            data |= {"number": code, "code": number}
        return data
