"""Who is helped first: facts of need that neighbours can check, and how many points each counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from ancu.engines.rulebook.loader import RuleVersion, as_of


@dataclass(frozen=True, slots=True)
class NeedCriterion:
    """`most` is how often it may count; 1 for what is so or not."""

    code: str
    points: int
    most: int
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class NeedRule:
    """The criteria of a day. Of each group in `excludes` one alone can hold."""

    version: str
    criteria: tuple[NeedCriterion, ...]
    excludes: tuple[tuple[str, ...], ...]
    article_vi: str
    article_en: str

    def points(self, facts: Mapping[str, int]) -> int:
        """Return a household's points of need; ``facts`` is how often each criterion applies, by its code.

        Raises ValueError for an unknown criterion, too many times, or criteria that exclude each other.
        """
        criteria_by_code = {criterion.code: criterion for criterion in self.criteria}
        if any(
            code not in criteria_by_code or not 0 <= times <= criteria_by_code[code].most
            for code, times in facts.items()
        ):
            raise ValueError(f"not a fact of need: {sorted(facts)}")
        if any(sum(bool(facts.get(code)) for code in group) > 1 for group in self.excludes):
            raise ValueError("excluded by another fact")
        return sum(criteria_by_code[code].points * times for code, times in facts.items())


@cache
def need_rule(on: date) -> NeedRule:
    """Return the criteria of need, for distributing help, in force that day.

    Raises NotInForce, or RulebookError for contradictory data.
    """
    version = as_of("help.need", on)
    criteria = tuple(NeedCriterion(**raw) for raw in version.values["criteria"])
    excludes = tuple(tuple(group) for group in version.values["excludes"])
    version.require_sound(_problems(version, criteria, excludes))
    return NeedRule(
        version=version.version,
        criteria=criteria,
        excludes=excludes,
        article_vi=version.article_vi,
        article_en=version.article_en,
    )


def _problems(
    version: RuleVersion, criteria: tuple[NeedCriterion, ...], excludes: tuple[tuple[str, ...], ...]
) -> list[str]:
    """Return a sentence for each fault in the criteria of need: worthless, repeated or unknown ones."""
    codes = [criterion.code for criterion in criteria]
    problems = [
        f"{criterion.code}: counts nothing" for criterion in criteria if criterion.points < 1 or criterion.most < 1
    ]
    problems += [f"{code} is excluded but not there" for group in excludes for code in group if code not in codes]
    if not codes or len(codes) != len(set(codes)):
        problems.append(f"criteria are missing or named twice in {version.version}")
    return problems
