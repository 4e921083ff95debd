"""Forms: filters of the list, and notes on decisions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.travellers.enums import MatchRule
from ancu.apps.travellers.selectors.pairs import STATES
from ancu.core.forms import Form
from ancu.core.forms.filters import FilterForm


class PairFilterForm(FilterForm):
    state = forms.ChoiceField(label=_("State"), required=False, choices=[(state, state) for state in STATES])
    rule = forms.ChoiceField(label=_("Matching rule"), required=False, choices=[("", _("all")), *MatchRule.choices])
    after = forms.CharField(required=False, max_length=60)

    def values(self) -> dict[str, Any]:
        """Return the chosen filter values by field name, "" for those not set; WrongFilter for an invalid one."""
        return dict.fromkeys(self.fields, "") | self.chosen()


class NoteForm(Form):
    """An optional note why the two are different people."""

    note = forms.CharField(label=_("Reason (other officers will read it)"), required=False, max_length=300)


class UndoReasonForm(Form):
    reason = forms.CharField(label=_("Reason for undoing"), max_length=300)

    asks = {"reason": _("Say in a sentence why.")}
