"""What stands on a slip: enough to ask where a dossier is."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class LookUpForm(Form):
    number = forms.CharField(
        label=_("Number of the dossier"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )
    code = forms.CharField(
        label=_("Code of the dossier"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("8 signs, beside the QR code of the slip."),
    )
