"""Forms of the sponsor: sign or decline."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class DeclineSignatureForm(Form):
    """The sponsor’s refusal; the filer reads the reason."""

    reason = forms.CharField(
        label=_("Why are you declining to sign?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why in a few words. The person who submitted the dossier will read it.")},
    )


class SignDossierForm(Form):
    agrees = forms.BooleanField(
        label=_("I have read the form and the documents, they are true, and I accept the duties of a sponsor")
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
