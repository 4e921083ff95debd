"""What the filer writes on the page of a dossier that is sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class WithdrawForm(Form):
    reason = forms.CharField(
        label=_("Why do you take it back?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please say why in a few words; it stays in the dossier’s history.")},
    )
