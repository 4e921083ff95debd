"""Finding a guest, and one person's stays across documents and spellings; never beyond the actor's area."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Q

from ancu.apps.audit.selectors import Act, acts_on
from ancu.apps.stays.models import Stay
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.stays.selectors import get_stay, visible_to
from ancu.apps.stays.selectors.area import area_of
from ancu.apps.travellers.models import Identity
from ancu.apps.travellers.selectors import Query, find_identities, read_query
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require


@dataclass
class Person:
    """A traveller as far as the actor may know him: the spellings and stays of his area."""

    traveller_id: int
    identities: list[Identity] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)

    @property
    def latest(self) -> Stay:
        return self.stays[0]


def find_people(actor: Actor, text: str) -> tuple[Query, list[Person]]:
    """Who in the actor's area is called so, or holds such a document: the closest first, each person once."""
    area_of(actor)
    require(may_see_guests(actor))
    query = read_query(text)
    here = Q(Exists(visible_to(actor).filter(identity=OuterRef("pk"))))
    people: dict[int, Person] = {}
    for identity in find_identities(query, here):
        person = people.setdefault(identity.traveller_id, Person(identity.traveller_id))
        person.identities.append(identity)
    for stay in _stays_of(actor, list(people)):
        people[stay.identity.traveller_id].stays.append(stay)
    return query, list(people.values())


def get_person(actor: Actor, traveller_id: int) -> Person:
    """One person; 404 when no stay of his lies in the actor's area."""
    area_of(actor)
    require(may_see_guests(actor))
    stays = list(_stays_of(actor, [traveller_id]))
    if not stays:
        raise Http404
    identities = {stay.identity_id: stay.identity for stay in stays}
    return Person(traveller_id, list(identities.values()), stays)


def _stays_of(actor: Actor, travellers: list[int]) -> Any:
    stays = visible_to(actor).filter(identity__traveller_id__in=travellers)
    return stays.select_related("establishment__unit", "identity", "submission").order_by("-arrived_on", "-id")


# What the record's own running changes, besides what people correct.
SAME_ACT = timedelta(seconds=10)
UNTOLD = frozenset({"status", "departure_presumed", "declared_at", "limit_id"})


@dataclass
class Change:
    field: str
    before: Any
    after: Any


@dataclass
class Version:
    """One change of a declaration: what became what, when, and by whom (None when the audit does not say)."""

    at: Any
    changes: list[Change]
    act: Act | None


@dataclass
class StayRecord:
    stay: Stay
    versions: list[Version]
    acts: list[Act]


def stay_record(actor: Actor, stay_id: int) -> StayRecord:
    """A declaration with everything that was changed in it; 404 outside the actor's area."""
    area_of(actor)
    require(may_see_guests(actor))
    stay = get_stay(actor, stay_id)
    acts = acts_on("stays.stay", stay.pk)
    earlier = stay.events.filter(pgh_label="update").order_by("pgh_id")  # type: ignore[attr-defined]
    versions = [
        Version(before.pgh_created_at, _changes(before, after), _act_behind(before.pgh_created_at, acts))
        for before, after in pairwise([*earlier, stay])
    ]
    return StayRecord(stay, versions[::-1], acts)


def _act_behind(changed_at: datetime, acts: list[Act]) -> Act | None:
    """The act that made a change: the history notes when its transaction began, the audit a moment within it."""
    near = [act for act in acts if act.act != "looked" and changed_at <= act.at < changed_at + SAME_ACT]
    return min(near, key=lambda act: act.at, default=None)


def _changes(before: Any, after: Any) -> list[Change]:
    names = [f.attname for f in Stay._meta.concrete_fields if f.name not in UNTOLD]
    return [
        Change(name, getattr(before, name), getattr(after, name))
        for name in names
        if getattr(before, name) != getattr(after, name)
    ]


def spellings(person: Person) -> list[tuple[str, int]]:
    """Each spelling with the number of stays declared under it, the most usual first."""
    return Counter(stay.full_name for stay in person.stays).most_common()
