"""Finding a guest, and one person's stays across documents and spellings; never beyond the actor's area."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from ancu.apps.stays.models import Stay
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.stays.selectors import get_stay, visible_to
from ancu.apps.stays.selectors.area import area_of
from ancu.apps.stays.selectors.guests import COLUMNS, Listed
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


@dataclass
class Found:
    """One of those a search brought up: the spellings that fitted, and his stays in the area, the latest first."""

    traveller_id: int
    identities: list[Identity] = field(default_factory=list)
    stays: list[Listed] = field(default_factory=list)

    @property
    def latest(self) -> Listed:
        return self.stays[0]


def find_people(actor: Actor, text: str) -> tuple[Query, list[Found]]:
    """Who in the actor's area is called so, or holds such a document: the closest first, each person once."""
    area_of(actor)
    require(may_see_guests(actor))
    query = read_query(text)
    here = Q(Exists(visible_to(actor).filter(identity=OuterRef("pk"))))
    people: dict[int, Found] = {}
    for identity in find_identities(query, here):
        person = people.setdefault(identity.traveller_id, Found(identity.traveller_id))
        person.identities.append(identity)
    stays = visible_to(actor).filter(identity__traveller_id__within=people) if people else Stay.objects.none()
    for traveller, *stay in stays.order_by("-arrived_on", "-id").values_list("identity__traveller_id", *COLUMNS):
        people[traveller].stays.append(Listed(*stay))
    return query, list(people.values())


def get_person(actor: Actor, traveller_id: int) -> Person:
    """One person; 404 when no stay of his lies in the actor's area."""
    area_of(actor)
    require(may_see_guests(actor))
    here = visible_to(actor).filter(identity__traveller_id=traveller_id)
    stays = list(here.select_related("establishment__unit", "identity").order_by("-arrived_on", "-id"))
    if not stays:
        raise Http404
    identities = {stay.identity_id: stay.identity for stay in stays}
    return Person(traveller_id, list(identities.values()), stays)


def stay_for_office(actor: Actor, stay_id: int) -> Stay:
    """A declaration as an officer opens it; 404 outside his area."""
    area_of(actor)
    require(may_see_guests(actor))
    return get_stay(actor, stay_id)


def spellings(person: Person) -> list[tuple[str, int]]:
    """Each spelling with the number of stays declared under it, the most usual first."""
    return Counter(stay.full_name for stay in person.stays).most_common()
