"""The sponsor’s yes, and his no."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class DeclineForm(Form):
    """The sponsor’s no; the filer reads why."""

    reason = forms.CharField(
        label=_("Why do you not sign it?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please say why in a few words: whoever filed it reads it.")},
    )


class SignForm(Form):
    agrees = forms.BooleanField(
        label=_("I have read the form and the papers, they are true, and I take on a sponsor’s duties")
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
