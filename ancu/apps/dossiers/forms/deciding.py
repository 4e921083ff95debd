"""The forms of a proposal and of an approval, with a sentence on each difference between form and papers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import DecisionProposal
from ancu.apps.dossiers.forms.office import article_field, long_text_field
from ancu.apps.dossiers.selectors.facts import FactRow
from ancu.core.forms import Form

CLEAN_REASON = _("All documents are accepted. The checks show no difference and no finding.")


class DifferencesForm(Form):
    """Asks of each difference between form and papers why it may stand; ``differences`` are rows of facts."""

    def __init__(self, *args: Any, differences: Sequence[FactRow] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.differences = differences
        for row in differences:
            words = {"label": row.label, "stated": row.stated, "beside": row.beside}
            self.fields[f"why_{row.key}"] = forms.CharField(
                label=_("%(label)s: “%(stated)s”, not “%(beside)s”. Why may it stand?") % words,
                max_length=300, required=False, widget=forms.TextInput({"autocomplete": "off"}),
            )  # fmt: skip

    def is_approving(self, cleaned: dict[str, Any]) -> bool:
        """Whether the form approves, so that each difference needs a sentence."""
        return True

    def clean(self) -> dict[str, Any]:
        """Require the sentences, and return them by the difference's key as ``explanations``."""
        cleaned = super().clean() or {}
        sentences = {row.key: cleaned.pop(f"why_{row.key}", "") for row in self.differences}
        for key, sentence in sentences.items():
            if not sentence and self.is_approving(cleaned):
                self.add_error(f"why_{key}", _("Say why this difference may stand, or request a correction."))
        return cleaned | {"explanations": sentences}


class ApproveForm(DifferencesForm):
    """The approval, with a sentence on each difference that the proposal did not explain."""


class AssessForm(DifferencesForm):
    """The assessing officer's proposal and its reason, with a sentence on each difference before an approval."""

    proposal = forms.ChoiceField(label=_("Proposal"), choices=DecisionProposal.choices, widget=forms.RadioSelect)
    reason = long_text_field(_("Reason"), rows=4, help_text=_("What you checked, and your conclusion."))
    article = article_field(required=False)

    def __init__(self, *args: Any, is_clean: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_clean = is_clean  # every paper accepted, neither a finding nor a difference

    def is_approving(self, cleaned: dict[str, Any]) -> bool:
        """Whether the proposal is to approve."""
        return cleaned.get("proposal") == DecisionProposal.APPROVE

    def clean(self) -> dict[str, Any]:
        """Require an article when the proposal is to refuse."""
        cleaned = super().clean() or {}
        if cleaned.get("proposal") == DecisionProposal.REFUSE and not cleaned.get("article"):
            self.add_error("article", _("Enter the article that the refusal is based on."))
        return cleaned
