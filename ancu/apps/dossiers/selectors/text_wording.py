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

WORDS = re.compile(r"\s*\S+")
PARTS: Mapping[str, Promise] = {"vi": _("Text in Vietnamese"), "en": _("Text in English")}


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
    """Return (what, present text, new text) for each text of the change."""
    return [
        (str(label), str(before.get(name, "–")), str(after.get(name, "–")))
        for name, label in PARTS.items()
        if name in before or name in after
    ]


def text_comparisons(draft: RuleDraft) -> list[TextComparison]:
    """Return the texts of a draft before and after, with the words that differ; [] for a change of another kind."""
    if draft.rule not in TEXT_TITLES:
        return []
    rows = zip(PARTS, text_rows(draft.before, draft.values), strict=False)
    return [TextComparison(label, name[-2:], *compared_words(old, new)) for name, (label, old, new) in rows]


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


TEXT_TITLES: Mapping[str, Callable[[RuleDraft], str]] = {RuleKind.LETTER: _letter_title}
