"""The sentences of the official letters, in both languages, as dated rules.

A sentence has its values as names in braces, such as ``{day}``. Which names a sentence can and must have is the
program's, because it fills them in; the words are the office's.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ancu.engines.rulebook.amendments import LETTERS, Edition
from ancu.engines.rulebook.loader import as_of, edition

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
LANGUAGES = ("vi", "en")
MOST_CHARACTERS = 1200  # of a sentence in one language: a letter stays on one page for each language
SUBJECT_CHARACTERS = 120  # of a subject, which stands beside the letterhead


@dataclass(frozen=True, slots=True)
class PassageNames:
    """The names that a sentence must have in braces, and those that it can have."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()

    @property
    def every(self) -> frozenset[str]:
        """All names that the program can fill in."""
        return self.required | self.optional


@dataclass(frozen=True, slots=True)
class LetterPassage:
    """A sentence of the letters in both languages."""

    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class PassageProblem:
    """What is wrong with a sentence: unknown, missing, braces, long or empty; with the name concerned."""

    code: str
    name: str = ""


def _names(required: str = "", optional: str = "") -> PassageNames:
    """Return the names from two texts of words."""
    return PassageNames(frozenset(required.split()), frozenset(optional.split()))


# By the sentence's code, in the order of the letters. The day until which documents are awaited, the article and the
# ways to contest are required by law, so they cannot be left out.
PASSAGES: Mapping[str, PassageNames] = {
    "opening": _names("number person", "office procedure birth nationality document"),
    "legal_basis": _names("article"),
    "contest": _names("complaint lawsuit place article", "accept decide"),
    "supplement.subject": _names(),
    "supplement.request": _names(),
    "supplement.last_day": _names("day", "place"),
    "supplement.no_last_day": _names(optional="place"),
    "not-accepted.subject": _names(),
    "not-accepted.reason": _names(),
    "not-accepted.new_dossier": _names(),
    "transfer.subject": _names(),
    "transfer.reason": _names(),
    "transfer.applicant": _names(),
    "delay.subject": _names(),
    "delay.reason": _names("day"),
    "delay.new_date": _names("day", "place"),
    "refusal.subject": _names(),
    "refusal.reason": _names(),
    "result.subject": _names(),
    "result.ready": _names(),
    "result.collect": _names("place"),
    "closing.subject": _names(),
    "closing.reason": _names("day", "asked"),
    "closing.new_dossier": _names(),
}


def letter_passages(on: date) -> Mapping[str, LetterPassage]:
    """Return the sentences of the letters of that day by their code; the office's changes are in it.

    Raises NotInForce, or RulebookError if a sentence is missing or lacks a name.
    """
    return _passages(edition(), on)


@lru_cache(maxsize=256)
def _passages(_edition: Edition, on: date) -> Mapping[str, LetterPassage]:
    """Return the sentences of the letters of that day by their code; cached for an edition."""
    version = as_of(LETTERS, on)
    passages = {raw["code"]: LetterPassage(raw["code"], raw["vi"], raw["en"]) for raw in version.values["passages"]}
    version.require_sound(_faults(passages))
    return passages


def _faults(passages: Mapping[str, LetterPassage]) -> Iterator[str]:
    """Yield a sentence for each missing, unknown or faulty sentence of the letters."""
    for code in sorted(set(PASSAGES) ^ set(passages)):
        yield f"{code} is {'missing' if code in PASSAGES else 'unknown'}"
    for code in PASSAGES.keys() & passages.keys():
        for language in LANGUAGES:
            for problem in passage_problems(code, getattr(passages[code], language)):
                yield f"{code} in {language}: {problem.code} {problem.name}".rstrip()


def passage_problems(code: str, text: str) -> list[PassageProblem]:
    """Return what is wrong with a text of the sentence ``code``, in the order in which it is to be corrected."""
    names, limit = PASSAGES[code], SUBJECT_CHARACTERS if code.endswith(".subject") else MOST_CHARACTERS
    used = set(PLACEHOLDER.findall(text))
    problems = [PassageProblem("unknown", name) for name in sorted(used - names.every)]
    problems += [PassageProblem("missing", name) for name in sorted(names.required - used)]
    if set("{}") & set(PLACEHOLDER.sub("", text)):
        problems.insert(0, PassageProblem("braces"))
    if len(text) > limit:
        problems.append(PassageProblem("long", str(limit)))
    return problems if text.strip() else [PassageProblem("empty")]


def fill_passage(text: str, values: Mapping[str, str]) -> str:
    """Return the text with the values in place of the names in braces; braces within a value stay as they are."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def passage_pattern(text: str) -> re.Pattern[str]:
    """Return the pattern that a letter's paragraph matches if it was made from this text."""
    parts = PLACEHOLDER.split(text)  # text and names in turn
    return re.compile(".*".join(re.escape(part) for part in parts[::2]), re.DOTALL)
