"""What every change of a rule states: its first day, the legal basis in both languages, and the reason."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import RuleKind
from ancu.apps.dossiers.models import RuleDraft
from ancu.apps.dossiers.services.rule_changes import DraftedChange
from ancu.core import clock
from ancu.core.forms import DateField, Form

TOO_EARLY = _("A change can take effect tomorrow or later. Enter a later day.")


class RuleChangeForm(Form):
    """What every change states: its first day, the legal basis in both languages, and the reason.

    ``chooser`` is the template that lists what can be changed, of a rule with many entries; ``guide`` what is shown
    beside the fields.
    """

    rule: RuleKind
    chooser, guide = "", ""

    valid_from = DateField(
        label=_("In force from"), help_text=_("Tomorrow or later. The change takes effect at midnight of this day.")
    )
    article_vi = forms.CharField(
        label=_("Legal basis in Vietnamese"),
        max_length=300,
        help_text=_("For example: Thông tư 12/2027/TT-BTC, Điều 4."),
    )
    article_en = forms.CharField(
        label=_("Legal basis in English"), max_length=300, help_text=_("For example: Circular 12/2027/TT-BTC, art. 4.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Why the rule changes. The second person and auditors read it."),
    )

    def clean_valid_from(self) -> date:
        """Return the first day; add an error for a day before tomorrow."""
        day: date = self.cleaned_data["valid_from"]
        if day <= clock.today():
            raise ValidationError(TOO_EARLY, code="rule_day_past")
        return day

    def rule_id(self) -> str:
        """Return the id of the changed rule."""
        return self.rule.value

    def entry(self) -> str:
        """Return which value of the rule is changed; a rule of one value has no name for it."""
        return ""

    def values(self) -> dict[str, Any]:
        """Return the new values."""
        raise NotImplementedError

    def change(self) -> DraftedChange:
        """Return what the drafter stated, once the form is valid."""
        texts = {name: self.cleaned_data[name] for name in ("valid_from", "article_vi", "article_en", "reason")}
        return DraftedChange(rule=self.rule_id(), entry=self.entry(), values=self.values(), **texts)

    @classmethod
    def choices_context(cls) -> dict[str, Any]:
        """Return what the template ``chooser`` lists."""
        return {}

    @classmethod
    def initial_for(cls, query: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the values with which the form of a new change opens; None for an entry that the rule lacks."""
        return {}

    @classmethod
    def initial_of(cls, draft: RuleDraft) -> dict[str, Any]:
        """Return the values with which a draft's form opens."""
        names = ("valid_from", "article_vi", "article_en", "reason")
        return {**{name: getattr(draft, name) for name in names}, **draft.values}
