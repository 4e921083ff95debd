"""What the apps above know of an identity: its stays, its dossiers. Each app registers its source."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, Q

from ancu.core.actor import Actor
from ancu.core.registry import Hook


@dataclass(frozen=True, kw_only=True)
class TravellerRecord:
    """One thing known of an identity, as a list shows it; ``tone`` is a chip's, ``kind`` a word for what it is."""

    identity: int
    kind: Any
    title: str
    line: str
    url: str
    begins: date
    ends: date | None
    state: Any
    tone: str


Couple = tuple[int, int]


class RecordSource:
    """What one app knows. Each method has an answer for an app that knows nothing of the matter."""

    def may_see(self, actor: Actor, identity: str) -> Exists | None:
        """Whether the actor may know of a record of the identity that the outer query's ``identity`` names."""
        return None

    def real(self, identity: str) -> Exists | None:
        """Whether there is a record of it that counts (none of a sandbox)."""
        return None

    def still_needed(self) -> Exists | None:
        """Whether a record of the outer query's identity still needs its personal data."""
        return None

    def sexes(self, identities: Collection[int]) -> dict[int, str]:
        """M, F or X as last declared, where it was."""
        return {}

    def units(self, travellers: Collection[int]) -> Iterable[Couple]:
        """Each of them with each unit it has a record in."""
        return ()

    def apart(self, couples: Iterable[Couple]) -> set[Couple]:
        """Those of two identities that were at two places at once: hardly one person."""
        return set()

    def records(self, actor: Actor, identities: Collection[int]) -> list[TravellerRecord]:
        """What the actor may know of them, the newest first."""
        return []


SOURCES: Hook[RecordSource] = Hook()


def _any(conditions: Iterable[Exists | None]) -> Q:
    """True where one of them is; of none at all, nowhere."""
    condition = Q(pk__in=[])
    for exists in conditions:
        if exists is not None:
            condition |= Q(exists)
    return condition


def seen_by(actor: Actor, identity: str = "pk") -> Q:
    return _any(source.may_see(actor, identity) for source in SOURCES)


def is_real(identity: str = "pk") -> Q:
    return _any(source.real(identity) for source in SOURCES)


def is_kept() -> Q:
    return _any(source.still_needed() for source in SOURCES)


def sexes_of(identities: Collection[int]) -> dict[int, str]:
    sexes: dict[int, str] = {}
    for source in SOURCES:
        sexes = source.sexes(identities) | sexes
    return sexes


def units_of(travellers: Collection[int]) -> dict[int, list[int]]:
    """The units in which there are records of each, in order; whom no source knows is left out."""
    units_by_traveller: dict[int, set[int]] = defaultdict(set)
    for source in SOURCES:
        for traveller, unit in source.units(travellers):
            units_by_traveller[traveller].add(unit)
    return {traveller: sorted(units) for traveller, units in units_by_traveller.items()}


def seen_apart(couples: Collection[Couple]) -> set[Couple]:
    return {couple for source in SOURCES for couple in source.apart(couples)} if couples else set()


def records_of(actor: Actor, identities: Collection[int], *, but: RecordSource | None = None) -> list[TravellerRecord]:
    """What the actor may know of them, the newest first; ``but`` leaves out what the asker has himself."""
    other_sources = [source for source in SOURCES if source is not but]
    records = [record for source in other_sources for record in source.records(actor, identities)]
    return sorted(records, key=lambda record: record.begins, reverse=True)
