"""Load the rulebook's TOML files as rules with dated versions, and refuse files with gaps.

A rule (say, `declaration.paper`) has one version per period. Periods touch: no day inside a rule's life
is covered twice or not at all. Every version names its article in both languages, where it was read
(`source`, in both) and how far to trust it (`confidence`):

    S   read in the primary text
    S2  read in a secondary page
    M   from memory, to be verified by the office
    I   inferred, or the office's own choice

A version may be `like` an earlier one of its rule: it then says only what differs.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from ancu.engines.rulebook.amendments import Amendment, Edition, amend, effective

CONFIDENCES = frozenset({"S", "S2", "M", "I"})
DATA = files(__package__) / "data"
FOLDERS = ("forms", "procedures")  # of DATA, beside the files in DATA itself


class NotInForce(LookupError):
    """The rulebook holds no version of this rule for this day."""


class RulebookError(ValueError):
    """A data file of the rulebook contradicts itself or lacks something."""


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One rule as it stood from `valid_from` to `valid_until` (both included; None: still in force)."""

    rule: str
    title_vi: str
    title_en: str
    version: str
    valid_from: date
    valid_until: date | None
    article_vi: str
    article_en: str
    source_vi: str
    source_en: str
    confidence: str
    note: str
    values: Mapping[str, Any]

    def covers(self, on: date) -> bool:
        """Whether the version is in force on that day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def require_sound(self, problems: Iterable[str]) -> None:
        """Raise RulebookError with these problems of the version's content, if there are any."""
        if problems_found := "; ".join(f"{self.rule}@{self.version}: {problem}" for problem in problems):
            raise RulebookError(problems_found)


@dataclass(frozen=True, slots=True)
class DatedRule:
    """All versions of one rule, oldest first."""

    id: str
    title_vi: str
    title_en: str
    versions: tuple[RuleVersion, ...]

    def as_of(self, on: date) -> RuleVersion:
        """Return the version in force on that day. Raises NotInForce."""
        for version in self.versions:
            if version.covers(on):
                return version
        raise NotInForce(f"{self.id} has no version for {on.isoformat()}")


FIELDS = (
    "version",
    "valid_from",
    "valid_until",
    "article_vi",
    "article_en",
    "source_vi",
    "source_en",
    "confidence",
    "note",
    "like",
)


def parse(text: str) -> list[DatedRule]:
    """Return the rules in a TOML text. Raises RulebookError that lists every fault."""
    rules = [_rule(raw) for raw in tomllib.loads(text)["rule"]]
    problems_found = [problem for rule in rules for problem in problems(rule)]
    if problems_found:
        raise RulebookError("; ".join(problems_found))
    return rules


def problems(rule: DatedRule) -> list[str]:
    """Return a sentence for each fault of a rule: gaps and overlaps of versions, missing articles or sources."""
    if not rule.versions:
        return [f"{rule.id}: no version"]
    return [*_missing_entries(rule.versions), *_period_faults(rule.versions)]


_edition = Edition()
_tried_edition: ContextVar[Edition | None] = ContextVar("tried_edition", default=None)


def edition() -> Edition:
    """Return the office's changes that every lookup reads over the files; within a trial, those that it tries."""
    return _tried_edition.get() or _edition


def edition_with(amendment: Amendment) -> Edition:
    """Return the present changes and one more, for a trial of it, which replaces those of its entry on every day."""
    target = amendment.rule, amendment.entry
    further = (present for present in _edition.amendments if (present.rule, present.entry) != target)
    return Edition((*further, amendment))


@contextmanager
def tried_edition(tried: Edition) -> Iterator[None]:
    """Context manager in which this thread's lookups find the changes of another edition."""
    token = _tried_edition.set(tried)
    try:
        yield
    finally:
        _tried_edition.reset(token)


def set_amendments(amendments: Iterable[Amendment]) -> None:
    """Lay these changes of the office over the files, in every lookup of this process from now on.

    Lookups remember their results by the edition, so that a result computed before never answers after. An equal set of
    changes keeps the edition.
    """
    global _edition  # noqa: PLW0603  # one reference, replaced at once: threads read the former edition or this one
    changes = tuple(amendments)
    if changes != _edition.amendments:
        _edition = Edition(changes)


def is_effective(rule_id: str, entry: str, number: int, on: date) -> bool:
    """Whether the office's change of this number is the one of its entry that is in force on the day."""
    latest = effective_changes(rule_id, on).get(entry)
    return latest is not None and latest.number == number


def effective_changes(rule_id: str, on: date) -> dict[str, Amendment]:
    """Return, by entry, the office's changes of a rule that are in force on the day."""
    return effective((amendment for amendment in edition().amendments if amendment.rule == rule_id), on)


def rules() -> Mapping[str, DatedRule]:
    """Return every rule of the rulebook by its id, with the office's changes; cached."""
    return _rules_of(edition())


@lru_cache(maxsize=4)
def _rules_of(chosen: Edition) -> Mapping[str, DatedRule]:
    """Return every rule with the changes of an edition; cached."""
    return amend(shipped_rules(), chosen.amendments)


@cache
def shipped_rules() -> Mapping[str, DatedRule]:
    """Return every rule of the rulebook's files by its id, without the office's changes; cached."""
    rules_by_id: dict[str, DatedRule] = {}
    for file in _rule_files():
        for rule in parse(file.read_text(encoding="utf-8")):
            if rule.id in rules_by_id:
                raise RulebookError(f"{rule.id} is defined twice")
            rules_by_id[rule.id] = rule
    return rules_by_id


def as_of(rule_id: str, on: date) -> RuleVersion:
    """Return the version of a rule in force that day.

    Raises KeyError for an unknown rule, NotInForce before its first or after its last version.
    """
    return rules()[rule_id].as_of(on)


def in_force(on: date) -> tuple[RuleVersion, ...]:
    """Return the versions of all rules that are in force that day, sorted by rule id."""
    versions = (version for rule in rules().values() for version in rule.versions)
    return tuple(sorted((v for v in versions if v.covers(on)), key=lambda v: v.rule))


def _rule_files() -> Iterator[Traversable]:
    """Yield the rulebook's TOML files in order."""
    for folder in (DATA, *(DATA / name for name in FOLDERS)):
        for entry in sorted(folder.iterdir(), key=lambda path: path.name):
            if entry.name.endswith(".toml"):
                yield entry


def _rule(raw: dict[str, Any]) -> DatedRule:
    """Return a rule with its versions from its TOML table. Raises RulebookError for a repeated version."""
    titles = {"title_vi": raw.get("title_vi", ""), "title_en": raw.get("title_en", "")}
    versions: dict[str, RuleVersion] = {}
    for entry in raw.get("version", []):
        version = _version(raw["id"], titles, entry, _base_values(raw["id"], entry, versions))
        if version.version in versions:
            raise RulebookError(f"{raw['id']}@{version.version}: two versions of this name")
        versions[version.version] = version
    return DatedRule(id=raw["id"], versions=tuple(versions.values()), **titles)


def _base_values(rule_id: str, raw: dict[str, Any], earlier: Mapping[str, RuleVersion]) -> Mapping[str, Any]:
    """Return the values of the earlier version named by ``like`` in a version's data; empty without ``like``.

    Raises RulebookError if there is no such earlier version.
    """
    if "like" not in raw:
        return {}
    if raw["like"] not in earlier:
        raise RulebookError(f"{rule_id}: like {raw['like']!r}, which is not an earlier version of it")
    return earlier[raw["like"]].values


def _version(rule_id: str, titles: dict[str, str], raw: dict[str, Any], model: Mapping[str, Any]) -> RuleVersion:
    """Return a rule version from its data, whose values take precedence over the ``model``'s.

    ``model`` are the values of the version it is like.
    """
    return RuleVersion(
        rule=rule_id,
        **titles,
        version=raw.get("version", ""),
        valid_from=raw["valid_from"],
        valid_until=raw.get("valid_until"),
        article_vi=raw.get("article_vi", ""),
        article_en=raw.get("article_en", ""),
        source_vi=raw.get("source_vi", ""),
        source_en=raw.get("source_en", ""),
        confidence=raw.get("confidence", ""),
        note=raw.get("note", ""),
        values={**model, **{key: value for key, value in raw.items() if key not in FIELDS}},
    )


def _missing_entries(versions: Iterable[RuleVersion]) -> Iterable[str]:
    """Yield a sentence for each required text, such as title or article, that a version of a rule lacks."""
    for version in versions:
        name = f"{version.rule}@{version.version}"
        for field in (
            "title_vi",
            "title_en",
            "version",
            "article_vi",
            "article_en",
            "source_vi",
            "source_en",
        ):
            if not getattr(version, field):
                yield f"{name}: {field} is missing"
        if version.confidence not in CONFIDENCES:
            yield f"{name}: confidence {version.confidence!r} is not one of {sorted(CONFIDENCES)}"
        if version.valid_until is not None and version.valid_until < version.valid_from:
            yield f"{name}: ends before it begins"


def _period_faults(versions: tuple[RuleVersion, ...]) -> Iterable[str]:
    """Yield a sentence for each gap and overlap between the versions of a rule."""
    for earlier, later in pairwise(versions):
        name = f"{later.rule}@{later.version}"
        if earlier.valid_until is None or later.valid_from <= earlier.valid_until:
            yield f"{name}: overlaps {earlier.version}"
        elif later.valid_from != earlier.valid_until + timedelta(days=1):
            yield f"{name}: leaves a gap after {earlier.version}"
