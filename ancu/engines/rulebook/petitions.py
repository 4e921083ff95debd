"""Petitions: what they may be about, who answers for each and how soon, and how long a word is waited for."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from ancu.engines.rulebook.loader import RuleVersion, as_of

LEVELS = ("commune", "office")
ENDINGS = ("answer", "decision", "conclusion")
PERIODS = ("forward_days", "receipt_days", "silence_days", "reopen_days", "escalate_days", "interim_days")


@dataclass(frozen=True, slots=True)
class PetitionCategory:
    """`level` says who answers; `closed`: told to nobody but the unit in charge.

    `days` are working days, or days of the calendar where `calendar_days` says so: to answer, or where the law sets a
    procedure (`ends_with` a decision or a conclusion) to accept it. `decide_days` run from the acceptance,
    `decide_days_remote` where the place is remote. `names_accused`: the form asks whom it is about.
    """

    code: str
    name_vi: str
    name_en: str
    level: str
    days: int
    closed: bool
    calendar_days: bool = False
    ends_with: str = "answer"
    names_accused: bool = False
    decide_days: int = 0
    decide_days_remote: int = 0

    @property
    def is_statutory(self) -> bool:
        """Whether the law prescribes a decision or conclusion to end such a petition, rather than an answer."""
        return self.ends_with != "answer"


@dataclass(frozen=True, slots=True)
class PetitionRule:
    """`forward_days`, `receipt_days` and `escalate_days` are working days, the others days of the calendar."""

    version: str
    categories: tuple[PetitionCategory, ...]
    forward_days: int
    receipt_days: int
    silence_days: int
    reopen_days: int
    escalate_days: int
    interim_days: int
    article_vi: str
    article_en: str

    def category(self, code: str) -> PetitionCategory:
        """Return the category with this code. Raises KeyError if this version lacks it."""
        for category in self.categories:
            if category.code == code:
                return category
        raise KeyError(code)


@cache
def petition_rule(on: date) -> PetitionRule:
    """Return the rule about petitions in force that day: categories, deadlines and articles of the law.

    Raises NotInForce, or RulebookError for contradictory data.
    """
    version = as_of("petitions.handling", on)
    categories = tuple(PetitionCategory(**raw) for raw in version.values["categories"])
    version.require_sound(_problems(version, categories))
    return PetitionRule(
        version=version.version,
        categories=categories,
        article_vi=version.article_vi,
        article_en=version.article_en,
        **{name: version.values[name] for name in PERIODS},
    )


def _problems(version: RuleVersion, categories: tuple[PetitionCategory, ...]) -> list[str]:
    """Return a sentence for each fault in the categories and deadlines of petitions."""
    codes = [category.code for category in categories]
    problems = [
        f"{category.code}: level {category.level!r} is not one of {LEVELS}"
        for category in categories
        if category.level not in LEVELS
    ]
    problems += [f"{category.code}: less than one day" for category in categories if category.days < 1]
    problems += [
        f"{category.code}: ends with none of {ENDINGS}" for category in categories if category.ends_with not in ENDINGS
    ]
    problems += [
        f"{category.code}: a procedure set by law is confidential, names the accused and has its days"
        for category in categories
        if category.is_statutory
        and not (category.closed and category.names_accused and 0 < category.decide_days <= category.decide_days_remote)
    ]
    problems += [f"{name} is less than one day" for name in PERIODS if version.values[name] < 1]
    if not codes or len(codes) != len(set(codes)):
        problems.append(f"categories are missing or named twice: {codes}")
    return problems
