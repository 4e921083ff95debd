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
    """A record of an identity for a list; ``tone`` is the tone of its chip, ``kind`` a word such as "Stay"."""

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
    """The records that one app has of identities. The methods' defaults are for an app without such records."""

    def may_see(self, actor: Actor, identity: str) -> Exists | None:
        """Return whether the actor may see a record of the identity, as a subquery; None without the right.

        ``identity`` is the outer query's field with the identity's id.
        """
        return None

    def real(self, identity: str) -> Exists | None:
        """Return whether the identity has a record outside sandboxes, as a subquery."""
        return None

    def still_needed(self) -> Exists | None:
        """Return whether a record still needs the personal data of the outer query's identity, as a subquery."""
        return None

    def sexes(self, identities: Collection[int]) -> dict[int, str]:
        """Return by identity M, F or X as last declared; identities without one are missing."""
        return {}

    def units(self, travellers: Collection[int]) -> Iterable[Couple]:
        """Return the pairs of traveller and unit in which the travellers have records."""
        return ()

    def apart(self, couples: Iterable[Couple]) -> set[Couple]:
        """Return those pairs of identities that were at two places at once, and so are hardly one person."""
        return set()

    def records(self, actor: Actor, identities: Collection[int]) -> list[TravellerRecord]:
        """Return the records of these identities that the actor may see, newest first."""
        return []


SOURCES: Hook[RecordSource] = Hook()


def _any_of(conditions: Iterable[Exists | None]) -> Q:
    """Return the condition that one of the subqueries holds; false if all are None."""
    condition = Q(pk__in=[])
    for exists in conditions:
        if exists is not None:
            condition |= Q(exists)
    return condition


def is_visible_to(actor: Actor, identity: str = "pk") -> Q:
    """Return the condition that the actor may see a record of the identity."""
    return _any_of(source.may_see(actor, identity) for source in SOURCES)


def is_real(identity: str = "pk") -> Q:
    """Return the condition that the identity has a record outside sandboxes."""
    return _any_of(source.real(identity) for source in SOURCES)


def is_still_needed() -> Q:
    """Return the condition that a record still needs the identity's personal data."""
    return _any_of(source.still_needed() for source in SOURCES)


def sexes_of(identities: Collection[int]) -> dict[int, str]:
    """Return the sex stated for each identity, where a source knows it."""
    sexes: dict[int, str] = {}
    for source in SOURCES:
        sexes = source.sexes(identities) | sexes
    return sexes


def units_of(travellers: Collection[int]) -> dict[int, list[int]]:
    """Return by traveller the units with records, in order; travellers unknown to all sources are missing."""
    units_by_traveller: dict[int, set[int]] = defaultdict(set)
    for source in SOURCES:
        for traveller, unit in source.units(travellers):
            units_by_traveller[traveller].add(unit)
    return {traveller: sorted(units) for traveller, units in units_by_traveller.items()}


def in_two_places(couples: Collection[Couple]) -> set[Couple]:
    """Return the pairs of identities that were at two places at once."""
    return {couple for source in SOURCES for couple in source.apart(couples)} if couples else set()


def records_of(actor: Actor, identities: Collection[int], *, but: RecordSource | None = None) -> list[TravellerRecord]:
    """Return the visible records of all sources, newest first; ``but`` is a source to leave out."""
    other_sources = [source for source in SOURCES if source is not but]
    records = [record for source in other_sources for record in source.records(actor, identities)]
    return sorted(records, key=lambda record: record.begins, reverse=True)
