"""How a decision can be contested: the time limits that a letter of refusal states, with their articles."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ancu.engines.rulebook.amendments import Edition
from ancu.engines.rulebook.loader import as_of, edition


@dataclass(frozen=True, slots=True)
class ContestRule:
    """Calendar days to complain, and in which a complaint is accepted and decided; years to go to court."""

    version: str
    complaint_days: int
    accept_days: int
    decide_days: int
    lawsuit_years: int
    article_vi: str
    article_en: str


def contest_rule(on: date) -> ContestRule:
    """Return the rule about complaints and lawsuits in force that day; the office's changes are in it.

    Raises NotInForce, or RulebookError if a time limit is not at least one.
    """
    return _contest_rule(edition(), on)


@lru_cache(maxsize=512)
def _contest_rule(_edition: Edition, on: date) -> ContestRule:
    """Return the rule about complaints and lawsuits in force that day; cached for an edition."""
    version = as_of("letters.contest", on)
    names = ("complaint_days", "accept_days", "decide_days", "lawsuit_years")
    limits: dict[str, int] = {name: version.values[name] for name in names}
    version.require_sound(f"{name} is less than one" for name, limit in limits.items() if limit < 1)
    return ContestRule(version=version.version, article_vi=version.article_vi, article_en=version.article_en, **limits)
