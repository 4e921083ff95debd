"""The form of a change of a sentence of the official letters."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import RuleKind
from ancu.apps.dossiers.forms.rule_change import RuleChangeForm
from ancu.apps.dossiers.models import RuleDraft
from ancu.apps.dossiers.selectors.letter_passages import passage_groups, passage_names, passage_title
from ancu.core import clock
from ancu.core.templatetags.ui import number
from ancu.engines.rulebook import PASSAGES, letter_passages, passage_problems

PROBLEMS = {
    "empty": _("Write the sentence."),
    "braces": _("Each brace needs its counterpart, with a name from the list between them, such as {%(example)s}."),
    "unknown": _("{%(name)s} is not in the list of names in braces. Choose one from the list, or leave it out."),
    "missing": _("{%(name)s} is missing. The letter must have it: %(meaning)s."),
    "long": _("The sentence is too long for the letter. Use %(limit)s characters or fewer."),
}


def passage_errors(code: str, text: str) -> list[ValidationError]:
    """Return what is wrong with a text of a sentence of the letters, as errors of a form."""
    meanings = {entry.name: entry.meaning for entry in passage_names(code)}
    errors = []
    for problem in passage_problems(code, text):
        values = {"name": problem.name, "meaning": meanings.get(problem.name, ""), "example": next(iter(meanings), "…")}
        limit = number(int(problem.name)) if problem.code == "long" else ""
        errors.append(ValidationError(PROBLEMS[problem.code], problem.code, {**values, "limit": limit}))
    return errors


class LetterChangeForm(RuleChangeForm):
    """A sentence of the letters in both languages."""

    rule = RuleKind.LETTER
    chooser = "dossiers/rule_changes/choose_passage.html"
    guide = "dossiers/rule_changes/passage_guide.html"

    passage = forms.ChoiceField(choices=[(code, code) for code in PASSAGES], widget=forms.HiddenInput)
    vi = forms.CharField(label=_("Text in Vietnamese"), widget=forms.Textarea({"rows": 7, "lang": "vi"}))
    en = forms.CharField(label=_("Text in English"), widget=forms.Textarea({"rows": 7, "lang": "en"}))
    field_order = ("passage", "vi", "en")

    @classmethod
    def choices_context(cls) -> dict[str, Any]:
        """Return the sentences of today by letter, one of which is to be chosen."""
        return {"groups": passage_groups(clock.today())}

    @classmethod
    def initial_for(cls, query: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the present texts of the chosen sentence; None for an unknown one."""
        passage = letter_passages(clock.today()).get(query.get("entry", ""))
        return {"passage": passage.code, "vi": passage.vi, "en": passage.en} if passage else None

    @property
    def code(self) -> str:
        """The code of the sentence that the form changes; empty if an unknown one was sent."""
        code = str(self["passage"].value() or "")
        return code if code in PASSAGES else ""

    @property
    def subject(self) -> str:
        """What the form changes: the sentence, with its letter."""
        return passage_title(self.code) if self.code else ""

    @property
    def names(self) -> list[Any]:
        """The names in braces that the sentence can have."""
        return passage_names(self.code) if self.code else []

    def clean(self) -> dict[str, Any]:
        """Return the values, each text on one line; add what is wrong with the texts."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for language in ("vi", "en"):
            if values.get(language) and values.get("passage"):
                values[language] = " ".join(values[language].split())
                for error in passage_errors(values["passage"], values[language]):
                    self.add_error(language, error)
        return values

    def entry(self) -> str:
        """Return the code of the sentence."""
        return str(self.cleaned_data["passage"])

    def values(self) -> dict[str, Any]:
        """Return the new texts."""
        return {language: self.cleaned_data[language] for language in ("vi", "en")}

    @classmethod
    def initial_of(cls, draft: RuleDraft) -> dict[str, Any]:
        """Return the values with which a draft's form opens, with the code of its sentence."""
        return super().initial_of(draft) | {"passage": draft.entry}
