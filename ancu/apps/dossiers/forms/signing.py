"""Forms of the sponsor: sign or decline."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class DeclineSignatureForm(Form):
    """The sponsor’s refusal; the filer reads the reason."""

    reason = forms.CharField(
        label=_("Why do you not sign it?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please say why in a few words: whoever filed it reads it.")},
    )


class SignDossierForm(Form):
    agrees = forms.BooleanField(
        label=_("I have read the form and the papers, they are true, and I take on a sponsor’s duties")
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
