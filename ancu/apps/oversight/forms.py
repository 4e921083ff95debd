"""What an officer narrows the list to, and what he gives with a decision."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.oversight.enums import AlertState, DismissReason, Severity
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.core.forms import Form


class AlertFilterForm(Form):
    """A value that cannot be read narrows nothing."""

    STATES = [("waiting", ""), *AlertState.choices]
    AGES = [("today", _("today")), ("week", _("within a week")), ("older", _("older than two weeks"))]

    unit = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    rule = forms.ChoiceField(required=False, choices=[(code, code) for code in RULES])
    severity = forms.TypedChoiceField(required=False, choices=Severity.choices, coerce=int, empty_value=None)
    state = forms.ChoiceField(required=False, choices=STATES)
    age = forms.ChoiceField(required=False, choices=AGES)
    referred = forms.BooleanField(required=False)

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class NoteForm(Form):
    """Words that go with a confirmation or a referral; nobody must write any."""

    reason = forms.CharField(label=_("Note"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2}))


class DismissForm(Form):
    dismissed_for = forms.ChoiceField(label=_("Reason"), choices=DismissReason.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("In your own words"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("It is kept with the alert. The rule is judged by what is dismissed, and why."),
    )

    asks = {"reason": _("Please say in a sentence why.")}


class AskForm(Form):
    question = forms.CharField(
        label=_("Your question to the lodging"),
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The lodging reads these words alone, not the alert."),
    )

    asks = {"question": _("Please write your question.")}
