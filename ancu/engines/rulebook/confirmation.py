"""The confirmation of stay: its deadline, and the grounds for refusal and withdrawal."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from ancu.engines.rulebook.loader import RuleVersion, as_of


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason with its article; `words`: the officer must add words of his own."""

    code: str
    name_vi: str
    name_en: str
    article_vi: str
    article_en: str
    words: bool


@dataclass(frozen=True, slots=True)
class ConfirmationRule:
    """`deadline_days` are working days; `ask_within_days`: how long after leaving a stay may be asked about online."""

    version: str
    deadline_days: int
    ask_within_days: int
    refusals: tuple[Ground, ...]
    revocations: tuple[Ground, ...]
    article_vi: str
    article_en: str


@cache
def confirmation_rule(on: date) -> ConfirmationRule:
    """Return the rule about confirmations of stay in force that day.

    Raises NotInForce, or RulebookError for contradictory data.
    """
    version = as_of("confirmation.stay", on)
    refusals, revocations = (_grounds(version, name) for name in ("refusals", "revocations"))
    version.require_sound(_problems(version, refusals, revocations))
    return ConfirmationRule(
        version=version.version,
        deadline_days=version.values["deadline_days"],
        ask_within_days=version.values["ask_within_days"],
        refusals=refusals,
        revocations=revocations,
        article_vi=version.article_vi,
        article_en=version.article_en,
    )


def _grounds(version: RuleVersion, name: str) -> tuple[Ground, ...]:
    """Return the grounds that a version of the rule lists under this name: for refusal or for withdrawal."""
    grounds: list[dict[str, Any]] = version.values[name]
    return tuple(Ground(**raw) for raw in grounds)


def _problems(version: RuleVersion, *lists: tuple[Ground, ...]) -> list[str]:
    """Return a sentence for each fault in a confirmation rule: its deadline, and missing or repeated grounds."""
    problems = []
    if version.values["deadline_days"] < 1:
        problems.append("deadline_days is less than one working day")
    for grounds in lists:
        codes = [ground.code for ground in grounds]
        if not codes or len(codes) != len(set(codes)):
            problems.append(f"reasons are missing or named twice: {codes}")
    return problems
