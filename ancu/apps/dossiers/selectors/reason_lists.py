"""The lists of reasons as the office changes them: their present rows, their values in words, and new codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.models import RuleDraft
from ancu.apps.dossiers.rules.rule_changes import may_end_reason
from ancu.apps.dossiers.selectors.reasons import reason_words
from ancu.core import clock
from ancu.core.web.language import localized, reader_language
from ancu.engines.rulebook import procedures_on, reason_codes, reason_rows

MOST_CODE = 16  # characters, as the column of a paper's reason has them
DECISIONS: Mapping[str, Promise] = {"refuse": _("Refusal"), "not-accept": _("Dossier not accepted")}


@dataclass(frozen=True)
class ReasonEntry:
    """A reason of a list as it is today, and whether the office may end it."""

    code: str
    text: str
    detail: str
    may_end: bool


def reason_list(rule: str, on: date) -> list[ReasonEntry]:
    """Return the reasons of a rule on the day, in the reader's language, with their short name or article."""
    language = reader_language()
    entries = []
    for code, row in reason_rows(rule, on).items():
        detail = row.get(f"label_{language}") or row.get(f"article_{language}") or ""
        entries.append(ReasonEntry(code, str(row[language]), str(detail), may_end_reason(rule, code)))
    return entries


def same_words_as(rule: str, code: str, language: str, text: str) -> bool:
    """Whether another reason of the list has this text today."""
    rows = reason_rows(rule, clock.today()).items()
    return any(row[language].casefold() == text.casefold() for row_code, row in rows if row_code != code)


def new_reason_code(rule: str, english: str) -> str:
    """Return a code for a new reason, from its English words, that no reason or draft of the rule has or had."""
    used_codes = reason_codes(rule) | set(RuleDraft.objects.filter(rule=rule).values_list("entry", flat=True))
    code = slugify(english).replace("-", "_")[:MOST_CODE].strip("_") or "reason"
    number = 2
    unique = code
    while unique in used_codes:
        unique, number = f"{code[: MOST_CODE - 3].rstrip('_')}_{number}", number + 1
    return unique


def paper_choices() -> list[tuple[str, str]]:
    """Return the papers that today's procedures ask for, by their key."""
    labels: dict[str, str] = {}
    for procedure in procedures_on(clock.today()):
        for component in procedure.components:
            labels.setdefault(component.key, localized(component, "label"))
    return list(labels.items())


def value_words(name: str, value: Any) -> str:
    """Return a value of a reason in words: a text as it is, decisions and papers by their names."""
    if name == "acts":
        return ", ".join(str(DECISIONS[act]) for act in value)
    if name == "components":
        labels = dict(paper_choices())
        return ", ".join(labels.get(key, key) for key in value)
    if name == "reason":
        return reason_words(value, clock.today())
    return str(value)
