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
        """Return a subquery that is true if the actor may see a record of the identity in this app.

        None if the actor may see no records of the app. ``identity`` is the outer query's field with the identity's
        id.
        """
        return None

    def real(self, identity: str) -> Exists | None:
        """Return a subquery that is true if the identity has a record of this app outside sandboxes.

        None if the app has no such records. ``identity`` is the outer query's field with the identity's id.
        """
        return None

    def still_needed(self) -> Exists | None:
        """Return a subquery that is true if a record of this app still needs the identity's personal data.

        It refers to the id of the outer query's identity. None if the app has no such records.
        """
        return None

    def sexes(self, identities: Collection[int]) -> dict[int, str]:
        """Return M, F or X by identity id as last declared to this app; identities without a sex are missing."""
        return {}

    def units(self, travellers: Collection[int]) -> Iterable[Couple]:
        """Yield (traveller id, unit id) for each unit in which a traveller has records of this app.

        By default nothing.
        """
        return ()

    def apart(self, couples: Iterable[Couple]) -> set[Couple]:
        """Return those pairs of identity ids that were at two places at the same time by this app's records.

        They are hardly one person. By default none.
        """
        return set()

    def records(self, actor: Actor, identities: Collection[int]) -> list[TravellerRecord]:
        """Return the records of these identities that the actor may see, newest first."""
        return []


SOURCES: Hook[RecordSource] = Hook()


def _any_of(conditions: Iterable[Exists | None]) -> Q:
    """Return the condition that at least one of the subqueries is true; None is skipped, without any it is false."""
    condition = Q(pk__in=[])
    for exists in conditions:
        if exists is not None:
            condition |= Q(exists)
    return condition


def is_visible_to(actor: Actor, identity: str = "pk") -> Q:
    """Return the condition that the actor may see a record of the identity in at least one app.

    ``identity`` is the query's field with the identity's id.
    """
    return _any_of(source.may_see(actor, identity) for source in SOURCES)


def is_real(identity: str = "pk") -> Q:
    """Return the condition that the identity has a record in at least one app outside sandboxes.

    ``identity`` is the query's field with the identity's id.
    """
    return _any_of(source.real(identity) for source in SOURCES)


def is_still_needed() -> Q:
    """Return the condition that a record in at least one app still needs the identity's personal data."""
    return _any_of(source.still_needed() for source in SOURCES)


def sexes_of(identities: Collection[int]) -> dict[int, str]:
    """Return the sex (M, F or X) by identity id, from the first app that has it; unknown ones are missing."""
    sexes: dict[int, str] = {}
    for source in SOURCES:
        sexes = source.sexes(identities) | sexes
    return sexes


def units_of(travellers: Collection[int]) -> dict[int, list[int]]:
    """Return by traveller id the ids of the units with records, ascending; travellers without any are missing."""
    units_by_traveller: dict[int, set[int]] = defaultdict(set)
    for source in SOURCES:
        for traveller, unit in source.units(travellers):
            units_by_traveller[traveller].add(unit)
    return {traveller: sorted(units) for traveller, units in units_by_traveller.items()}


def in_two_places(couples: Collection[Couple]) -> set[Couple]:
    """Return those pairs of identity ids that were at two places at the same time, by the records of any app."""
    return {couple for source in SOURCES for couple in source.apart(couples)} if couples else set()


def records_of(actor: Actor, identities: Collection[int], *, but: RecordSource | None = None) -> list[TravellerRecord]:
    """Return the records of these identities that the actor may see, of all apps, newest first.

    ``but`` is the app's source to leave out.
    """
    other_sources = [source for source in SOURCES if source is not but]
    records = [record for source in other_sources for record in source.records(actor, identities)]
    return sorted(records, key=lambda record: record.begins, reverse=True)
