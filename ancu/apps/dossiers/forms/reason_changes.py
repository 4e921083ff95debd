"""The forms of changes of listed reasons: one is reworded, ended or added."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import RuleKind
from ancu.apps.dossiers.forms.rule_change import RuleChangeForm
from ancu.apps.dossiers.models import RuleDraft
from ancu.apps.dossiers.rules.rule_changes import may_end_reason
from ancu.apps.dossiers.rules.rule_values import NEEDED_REASON
from ancu.apps.dossiers.selectors.reason_lists import (
    DECISIONS,
    new_reason_code,
    paper_choices,
    reason_list,
    same_words_as,
)
from ancu.apps.dossiers.selectors.reasons import reason_choices
from ancu.core import clock
from ancu.core.forms import CHOOSE
from ancu.engines.rulebook import reason_rows

MOST_WORDS, MOST_SENTENCE, MOST_LABEL, MOST_ARTICLE = 120, 500, 60, 200
ENDED = {"ended": True}


def _texts(limit: int, rows: int, help_text: Any = "") -> tuple[forms.CharField, forms.CharField]:
    """Return the fields for a text in Vietnamese and in English."""
    areas = (forms.Textarea({"rows": rows, "lang": language}) for language in ("vi", "en"))
    labels = (_("Text in Vietnamese"), _("Text in English"))
    vietnamese, english = (
        forms.CharField(label=label, max_length=limit, widget=area, help_text=help_text)
        for label, area in zip(labels, areas, strict=True)
    )
    return vietnamese, english


class ReasonChangeForm(RuleChangeForm):
    """A reason of a list, which is reworded, ended, or added if it has no code yet.

    ``parts`` are the fields of a reason by the name of their value in the rulebook.
    """

    chooser = "dossiers/rule_changes/choose_reason.html"
    guide = "dossiers/rule_changes/reason_guide.html"
    parts: Mapping[str, str] = {"vi": "vi", "en": "en"}

    code = forms.RegexField(r"\A[a-z0-9_]*\Z", max_length=16, required=False, widget=forms.HiddenInput)
    is_ending = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.ends:
            for field in self.parts.values():
                del self.fields[field]

    @classmethod
    def choices_context(cls) -> dict[str, Any]:
        """Return the reasons of today, one of which is to be changed."""
        return {"reasons": reason_list(cls.rule, clock.today())}

    @classmethod
    def initial_for(cls, query: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the present values of the chosen reason, nothing for a new one; None if it cannot be changed so."""
        code = query.get("entry", "")
        row = reason_rows(cls.rule, clock.today()).get(code)
        if row is None:
            return None if code else {}
        if "end" in query:
            return {"code": code, "is_ending": True} if may_end_reason(cls.rule, code) else None
        return {"code": code, **{field: row[name] for name, field in cls.parts.items()}}

    @property
    def ends(self) -> bool:
        """Whether the change ends the reason."""
        return str(self["is_ending"].value()) in {"True", "true", "on"}

    @property
    def present(self) -> Mapping[str, Any] | None:
        """The reason as it is in the list today; None for a new one."""
        return reason_rows(self.rule, clock.today()).get(str(self["code"].value() or ""))

    def clean(self) -> dict[str, Any]:
        """Return the values, each text on one line; add an error for the words of another reason."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if self.ends and not may_end_reason(self.rule, values.get("code", "")):
            raise ValidationError(NEEDED_REASON, "rule_refused")
        for language in ("vi", "en"):
            text = values[language] = " ".join(values.get(language, "").split())
            if text and same_words_as(self.rule, values.get("code", ""), language, text):
                self.add_error(language, _("Another reason of the list has these words."))
        return values

    def entry(self) -> str:
        """Return the code of the reason; a new one for a reason that is added."""
        return self.cleaned_data["code"] or new_reason_code(self.rule, self.cleaned_data["en"])

    def values(self) -> dict[str, Any]:
        """Return the new values, or that the reason ends."""
        return dict(ENDED) if self.ends else {name: self.cleaned_data[field] for name, field in self.parts.items()}

    @classmethod
    def initial_of(cls, draft: RuleDraft) -> dict[str, Any]:
        """Return the values with which a draft's form opens, with the code of its reason."""
        names = ("valid_from", "article_vi", "article_en", "reason")
        stated = {name: getattr(draft, name) for name in names}
        if draft.values.get("ended"):
            return {**stated, "code": draft.entry, "is_ending": True}
        return {**stated, "code": draft.entry, **{field: draft.values[name] for name, field in cls.parts.items()}}


class ReturnReasonForm(ReasonChangeForm):
    """Why a paper is returned."""

    rule = RuleKind.RETURN_REASON
    vi, en = _texts(MOST_WORDS, 2, _("It follows the name of the document, for example: it has expired."))
    field_order = ("code", "is_ending", "vi", "en")


class RefusalReasonForm(ReasonChangeForm):
    """A ready reason of a refusal or of a dossier that is not accepted, with its article."""

    rule = RuleKind.REFUSAL_REASON
    parts = {
        "acts": "acts", "vi": "vi", "en": "en", "article_vi": "own_article_vi", "article_en": "own_article_en",
    }  # fmt: skip
    acts = forms.MultipleChoiceField(
        label=_("For which decisions"), choices=list(DECISIONS.items()), widget=forms.CheckboxSelectMultiple
    )
    vi, en = _texts(MOST_SENTENCE, 3, _("A full sentence. The officer can edit it before it is sent."))
    own_article_vi = forms.CharField(label=_("Article of the reason in Vietnamese"), max_length=MOST_ARTICLE)
    own_article_en = forms.CharField(label=_("Article of the reason in English"), max_length=MOST_ARTICLE)
    field_order = ("code", "is_ending", "acts", "vi", "en", "own_article_vi", "own_article_en")


class RequestSentenceForm(ReasonChangeForm):
    """A ready sentence of a request for documents: its short name, its papers, and the reason for which one returns."""

    rule = RuleKind.REQUEST
    parts = {
        "label_vi": "label_vi", "label_en": "label_en", "vi": "vi", "en": "en", "components": "components",
        "reason": "because",
    }  # fmt: skip
    label_vi = forms.CharField(label=_("Short name in Vietnamese"), max_length=MOST_LABEL)
    label_en = forms.CharField(label=_("Short name in English"), max_length=MOST_LABEL)
    vi, en = _texts(MOST_SENTENCE, 3, _("A full sentence. The applicant reads it."))
    components = forms.MultipleChoiceField(
        label=_("For which documents"), choices=paper_choices, widget=forms.CheckboxSelectMultiple
    )
    because = forms.ChoiceField(label=_("The document is rejected because"), choices=[])
    field_order = ("code", "is_ending", "label_vi", "label_en", "vi", "en", "because", "components")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.ends:
            self.fields["because"].choices = [CHOOSE, *reason_choices()]  # type: ignore[attr-defined]
