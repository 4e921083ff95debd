"""What an officer narrows the list to, and why he decides so."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.travellers.enums import MatchRule
from ancu.core.forms import Form


class PairFilterForm(forms.Form):
    """An unknown value is no filter."""

    state = forms.CharField(required=False, max_length=20)
    rule = forms.ChoiceField(required=False, choices=[("", _("all")), *MatchRule.choices])
    after = forms.CharField(required=False, max_length=60)

    def values(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class NoteForm(Form):
    """Why they are different people: asked for, not demanded."""

    note = forms.CharField(label=_("Why (other officers will read it)"), required=False, max_length=300)


class ReasonForm(Form):
    reason = forms.CharField(label=_("Why it is undone"), max_length=300)

    asks = {"reason": _("Please say in a sentence why.")}
