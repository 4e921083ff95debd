"""The form on the filer's page of a submitted dossier."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class WithdrawDossierForm(Form):
    reason = forms.CharField(
        label=_("Why are you withdrawing it?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why in a few words. Your reason stays in the dossier’s history.")},
    )
