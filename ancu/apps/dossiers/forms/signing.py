"""The sponsor’s yes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class SignForm(Form):
    agrees = forms.BooleanField(
        label=_("I have read the form and the papers, they are true, and I take on a sponsor’s duties")
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
