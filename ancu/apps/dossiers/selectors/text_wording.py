"""Changes of texts in words: a title, the texts before and after, and which words differ."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import RuleKind
from ancu.apps.dossiers.models import RuleDraft
from ancu.apps.dossiers.selectors.letter_passages import passage_title
from ancu.apps.dossiers.selectors.reason_lists import value_words
from ancu.core.web.language import reader_language

WORDS = re.compile(r"\s*\S+")
PARTS: Mapping[str, Promise] = {
    "acts": _("For which decisions"),
    "label_vi": _("Short name in Vietnamese"),
    "label_en": _("Short name in English"),
    "vi": _("Text in Vietnamese"),
    "en": _("Text in English"),
    "article_vi": _("Article of the reason in Vietnamese"),
    "article_en": _("Article of the reason in English"),
    "reason": _("The document is rejected because"),
    "components": _("For which documents"),
}
NOT_LISTED = _("not in the list")
LANGUAGES = {"vi": "vi", "en": "en"}


@dataclass(frozen=True)
class TextPart:
    """Some words of a text, and whether the change concerns them."""

    text: str
    is_changed: bool


@dataclass(frozen=True)
class TextComparison:
    """A text before and after a change, in parts."""

    label: str
    language: str
    before: list[TextPart]
    after: list[TextPart]


def text_rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return (what, present text, new text) for each text of the change, the sentence itself first."""
    names = sorted((name for name in PARTS if name in before or name in after), key=lambda name: name not in LANGUAGES)
    return [(str(PARTS[name]), _words(before, name), _words(after, name)) for name in names]


def _words(values: Mapping[str, Any], name: str) -> str:
    """Return a value of the change in words; of a reason that is not in the list that it is not."""
    return value_words(name, values[name]) if name in values else str(NOT_LISTED)


def text_comparisons(draft: RuleDraft) -> list[TextComparison]:
    """Return the texts of a draft before and after, with the words that differ; [] for a change of another kind.

    The sentence itself is there in both languages, also where only one was changed.
    """
    if draft.rule not in TEXT_TITLES:
        return []
    before, after = draft.before, draft.values
    names = [name for name in PARTS if name in LANGUAGES or before.get(name) != after.get(name)]
    return [
        TextComparison(str(PARTS[name]), LANGUAGES.get(name[-2:], ""), *compared_words(*(
            _words(values, name) for values in (before, after)
        )))
        for name in names
    ]  # fmt: skip


def compared_words(before: str, after: str) -> tuple[list[TextPart], list[TextPart]]:
    """Return both texts in parts of equal and of differing words."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    spans = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    left = ((old[start:end], tag != "equal") for tag, start, end, _i, _j in spans)
    right = ((new[start:end], tag != "equal") for tag, _i, _j, start, end in spans)
    return _parts(left), _parts(right)


def _parts(spans: Iterable[tuple[list[str], bool]]) -> list[TextPart]:
    """Return the spans of words that are not empty as parts of a text."""
    return [TextPart("".join(words), is_changed) for words, is_changed in spans if words]


def _letter_title(draft: RuleDraft) -> str:
    """Return which sentence of which letter the change concerns."""
    return passage_title(draft.entry)


def _reason_title(draft: RuleDraft) -> str:
    """Return which reason of which list is reworded, ended or added."""
    texts = draft.before if draft.values.get("ended") else draft.values
    act = ADDED if draft.before.get("ended") else ENDED if draft.values.get("ended") else REWORDED
    return str(act) % {"list": RuleKind(draft.rule).label, "text": texts.get(reader_language(), draft.entry)}


ADDED, ENDED, REWORDED = _("%(list)s, new: %(text)s"), _("%(list)s, ended: %(text)s"), _("%(list)s: %(text)s")
TEXT_TITLES: Mapping[str, Callable[[RuleDraft], str]] = {
    RuleKind.LETTER: _letter_title,
    **dict.fromkeys((RuleKind.RETURN_REASON, RuleKind.REFUSAL_REASON, RuleKind.REQUEST), _reason_title),
}
