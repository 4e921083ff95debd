"""Finding a guest, and one person's stays across documents and spellings; never beyond the actor's area."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ancu.apps.stays.models import Stay
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.stays.selectors import get_stay, kept_visible_to
from ancu.apps.stays.selectors.area import require_area
from ancu.apps.stays.selectors.guests import COLUMNS, ListedStay
from ancu.apps.stays.selectors.records import SOURCE
from ancu.apps.travellers.enums import PairState
from ancu.apps.travellers.models import Identity, TravellerPair
from ancu.apps.travellers.selectors import LIMIT, TravellerQuery, find_identities, read_query
from ancu.apps.travellers.selectors.pairs import pairs_of_person
from ancu.apps.travellers.selectors.people import person_of, persons_of
from ancu.apps.travellers.selectors.sources import TravellerRecord, records_of
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require


@dataclass
class PersonRecord:
    """A person as far as the actor may see: spellings, stays and other records in the area.

    ``joined`` are the pairs that connect the records, ``alike`` those that an officer has yet to decide.
    """

    traveller_id: int
    identities: list[Identity] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    records: Sequence[TravellerRecord] = ()
    joined: Sequence[TravellerPair] = ()
    alike: Sequence[TravellerPair] = ()

    @property
    def latest(self) -> Stay:
        """The person's latest stay that the actor may see."""
        return self.stays[0]


@dataclass
class PersonSearchResult:
    """A person found by a search: the spellings that match, and the stays in the area, latest first."""

    traveller_id: int
    identities: list[Identity] = field(default_factory=list)
    stays: list[ListedStay] = field(default_factory=list)

    @property
    def latest(self) -> ListedStay:
        """The person's latest stay among those found by the search."""
        return self.stays[0]


def find_people(actor: Actor, text: str, *, limit: int = LIMIT) -> tuple[TravellerQuery, list[PersonSearchResult]]:
    """Return the parsed search, and the people of the actor's area with this name or document number, closest first.

    Each person is returned once, with the stays that the actor may see. 404 for actors without an area, 403 for those
    who may not see guests.
    """
    require_area(actor)
    require(may_see_guests(actor))
    query = read_query(text)
    identities = find_identities(query, kept_visible_to(actor), limit=limit)
    persons = persons_of([identity.traveller_id for identity in identities])
    leads = {traveller: person for person, travellers in persons.items() for traveller in travellers}
    people: dict[int, PersonSearchResult] = {}
    for identity in identities:
        person = people.setdefault(leads[identity.traveller_id], PersonSearchResult(identity.traveller_id))
        person.identities.append(identity)
    stays = kept_visible_to(actor).filter(identity__traveller_id__in=leads) if people else Stay.objects.none()
    for traveller, *stay in stays.order_by("-arrived_on", "-id").values_list("identity__traveller_id", *COLUMNS):
        people[leads[traveller]].stays.append(ListedStay(*stay))
    return query, [person for person in people.values() if person.stays]


def get_person(actor: Actor, traveller_id: int) -> PersonRecord:
    """Return the person to whom this traveller belongs, with visible stays and records.

    404 when that traveller has no stay in the actor's area.
    """
    require_area(actor)
    require(may_see_guests(actor))
    members = person_of(traveller_id)
    here = kept_visible_to(actor).filter(identity__traveller_id__in=members)
    stays = list(here.select_related("establishment__unit", "identity").order_by("-arrived_on", "-id"))
    if traveller_id not in {stay.identity.traveller_id for stay in stays}:
        raise Http404
    identities = {stay.identity_id: stay.identity for stay in stays}
    all_of_them = list(Identity.objects.filter(traveller__in=members).values_list("pk", flat=True))
    pairs = pairs_of_person(actor, members)
    return PersonRecord(
        traveller_id,
        list(identities.values()),
        stays,
        records_of(actor, all_of_them, but=SOURCE),
        [pair for pair in pairs if pair.state == PairState.SAME],
        [pair for pair in pairs if pair.state != PairState.SAME],
    )


def stay_for_office(actor: Actor, stay_id: int) -> Stay:
    """Return a stay for an officer's page; 404 outside the area, Forbidden without the right to see guests."""
    require_area(actor)
    require(may_see_guests(actor))
    return get_stay(actor, stay_id)


def spellings(person: PersonRecord) -> list[tuple[str, int]]:
    """Return (spelling of the name, number of visible stays with it), the most frequent first."""
    return Counter(stay.full_name for stay in person.stays).most_common()
