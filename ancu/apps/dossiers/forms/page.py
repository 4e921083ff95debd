"""The form on the filer's page of a submitted dossier."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class WithdrawDossierForm(Form):
    reason = forms.CharField(
        label=_("Why do you take it back?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please say why in a few words; it stays in the dossier’s history.")},
    )
