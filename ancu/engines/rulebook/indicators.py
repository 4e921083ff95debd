"""The office's indicators: words, unit and way of counting by version."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from ancu.engines.rulebook.loader import RuleVersion, as_of, rules

PREFIX, PROCEDURE = "indicator.", "procedure."
GROUPS = ("crime", "service", "stays", "voice", "help")
DIRECTIONS = ("up", "down", "none")
WAYS = ("entered", "imported", "query")
SUMS = ("count", "share", "mean", "middle", "slow")
WORDS = ("measure_vi", "measure_en", "definition_vi", "definition_en")
PUBLISHABLE = ("months", "total", "units")
CHOICES = {"group": GROUPS, "direction": DIRECTIONS, "how": WAYS, "sums": SUMS}


@dataclass(frozen=True, slots=True)
class Indicator:
    """`direction` is where better lies; `sums` says how figures of units and months become one; `source` names the
    query that counts it, and `part` what the query is asked for: a procedure. `told` is what of it is published, and
    `elsewhere` says that another page tells its months, too."""

    code: str
    version: str
    valid_from: date
    group: str
    title_vi: str
    title_en: str
    measure_vi: str
    measure_en: str
    definition_vi: str
    definition_en: str
    direction: str
    how: str
    sums: str
    small: bool
    published: tuple[str, ...]
    elsewhere: bool
    source: str
    part: str
    article_vi: str
    article_en: str
    confidence: str

    @property
    def has_base(self) -> bool:
        """Whether the indicator's figures are a share or a mean, with a base to divide by."""
        return self.sums in {"share", "mean"}

    @property
    def adds_up(self) -> bool:
        """Whether months and units can be added up to years and provinces: counts, shares and means.

        Shares and means are added up in their parts and bases.
        """
        return self.sums in {"count", "share", "mean"}


class _CatalogueEntry(NamedTuple):
    """One indicator of the catalogue: its code, its rule, and the procedure it is asked of, if any."""

    code: str
    rule: str
    part: str


@cache
def _catalogue() -> dict[str, _CatalogueEntry]:
    """Return every indicator by code, those about procedures once for each procedure; cached."""
    procedures = [name.removeprefix(PROCEDURE) for name in rules() if name.startswith(PROCEDURE)]
    entries: list[_CatalogueEntry] = []
    for rule_id, rule in rules().items():
        if not rule_id.startswith(PREFIX):
            continue
        code = rule_id.removeprefix(PREFIX)
        each = rule.versions[-1].values.get("each")
        parts = procedures if each == "procedure" else [""]
        entries += [_CatalogueEntry(f"{code}-{part}" if part else code, rule_id, part) for part in parts]
    return {entry.code: entry for entry in entries}


@cache
def indicator_codes() -> tuple[str, ...]:
    """Return the codes of all indicators, in the order of the data file."""
    return tuple(_catalogue())


@cache
def indicator(code: str, on: date) -> Indicator:
    """Return the indicator as defined that day. Raises KeyError if unknown, NotInForce before its first day."""
    entry = _catalogue()[code]
    version = as_of(entry.rule, on)
    version.require_sound(_problems(version))
    values, names = version.values, ("", "")
    if entry.part:
        titles = rules()[PROCEDURE + entry.part]
        names = (f": {titles.title_vi}", f": {titles.title_en}")
    return Indicator(
        code=code,
        version=version.version,
        valid_from=version.valid_from,
        title_vi=version.title_vi + names[0],
        title_en=version.title_en + names[1],
        small=values["small"],
        published=tuple(values.get("told", PUBLISHABLE)),
        elsewhere=values.get("elsewhere", False),
        source=values.get("source", ""),
        part=entry.part,
        article_vi=version.article_vi,
        article_en=version.article_en,
        confidence=version.confidence,
        **{name: values[name] for name in (*WORDS, *CHOICES)},
    )


@cache
def adding_codes() -> tuple[str, ...]:
    """Return the codes of indicators whose figures may be added up over months and units.

    Their newest definitions count.
    """
    return tuple(
        code
        for code, entry in _catalogue().items()
        if indicator(code, rules()[entry.rule].versions[-1].valid_from).adds_up
    )


@cache
def indicators(on: date) -> tuple[Indicator, ...]:
    """Return all indicators defined on a day, group by group."""
    defined = [indicator(code, on) for code, entry in _catalogue().items() if _is_defined(entry.rule, on)]
    return tuple(sorted(defined, key=lambda entry: GROUPS.index(entry.group)))


def _is_defined(rule_id: str, on: date) -> bool:
    """Whether the rule with this id has a version in force on that day."""
    return any(version.covers(on) for version in rules()[rule_id].versions)


def _problems(version: RuleVersion) -> list[str]:
    """Return a sentence for each fault in an indicator's data; empty if there is none."""
    values = version.values
    problems = [f"{name} is missing" for name in WORDS if not values.get(name)]
    problems += [f"{name} {values.get(name)!r} is not one of {choices}" for name, choices in CHOICES.items()
              if values.get(name) not in choices]  # fmt: skip
    if (values.get("how") == "query") != bool(values.get("source")):
        problems.append("a query has a source, and nothing else has")
    if not set(values.get("told", PUBLISHABLE)) <= set(PUBLISHABLE):
        problems.append(f"told is not of {PUBLISHABLE}")
    if not isinstance(values.get("small"), bool):
        problems.append("small is neither true nor false")
    return problems
