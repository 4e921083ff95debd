"""Whose records a copy holds: the identities that bear the compared document, and those an officer joined with them.

Attack: a number copied into another guest's declaration, or somebody of the same name and birth date. Number,
nationality, birth date and name must all agree with the document; nothing is found by the name alone. A join that
only a rule made, or that is merely proposed, is not enough (docs/adr/0007): an officer must have confirmed it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from ancu.apps.travellers.models import Identity, TravellerJoin
from ancu.apps.travellers.rules import document_key
from ancu.apps.travellers.selectors.people import person_of
from ancu.core.security.privacy import REDACTED
from ancu.engines.names import Person, score
from ancu.engines.rulebook import agree

SAME_NAME = 0.8  # two people of one family stay below 0.2, spellings of one name above 0.9


@dataclass(frozen=True)
class PersonDocument:
    """An identity document read by an officer; ``number`` in capital letters and digits."""

    full_name: str
    birth_date: str
    nationality: str
    number: str


@dataclass(frozen=True)
class PersonRecords:
    """``identities`` go into the copy. ``unlike`` bear the number and differ otherwise; ``unconfirmed`` are travellers
    whom only a rule joined: an officer looks at both, and neither goes into the copy."""

    identities: tuple[Identity, ...]
    unlike: int
    unconfirmed: tuple[int, ...]

    @property
    def ids(self) -> frozenset[int]:
        """The ids of the identities whose records go into the copy."""
        return frozenset(identity.pk for identity in self.identities)


def records_of(document: PersonDocument) -> PersonRecords:
    """Return the identities of the document's holder, and how many others an officer should examine.

    These are identities with the same number but other data, and travellers joined only by a rule. Nothing for a
    document without a number.
    """
    if not document.number:
        return PersonRecords((), 0, ())
    bearers = list(Identity.objects.filter(document_number=document_key(document.number)).order_by("id"))
    own = [identity for identity in bearers if _matches(identity, document)]
    identities = _with_joined(own)
    confirmed = {identity.traveller_id for identity in identities}
    by_rule = {member for identity in own for member in person_of(identity.traveller_id)} - confirmed
    return PersonRecords(tuple(identities), len(bearers) - len(own), tuple(sorted(by_rule)))


def is_same_name(left: str, right: str) -> bool:
    """Whether two names differ only in spelling; False for relatives."""
    return agree(left, right) or score(Person(left), Person(right)) >= SAME_NAME


def _matches(identity: Identity, document: PersonDocument) -> bool:
    """Whether the identity agrees with the document in birth date, nationality and name."""
    exact = (identity.birth_date, identity.nationality) == (document.birth_date, document.nationality)
    return exact and is_same_name(identity.full_name, document.full_name)


def _with_joined(own: list[Identity]) -> list[Identity]:
    """Return these identities and all identities that officers joined with them, directly or through others."""
    reached = {identity.pk: identity for identity in own}
    while newly_joined := [identity for identity in _joined(reached) if identity.pk not in reached]:
        reached |= {identity.pk: identity for identity in newly_joined}
    return list(reached.values())


def _joined(reached: Mapping[int, Identity]) -> list[Identity]:
    """Return the identities that an officer joined with one of ``reached``, by id.

    Also those of the same traveller with the same name; undone joins do not count.
    """
    in_force = TravellerJoin.objects.filter(undone_at=None, made_by__isnull=False, pair__together=True)
    joins = in_force.filter(Q(pair__left__in=reached) | Q(pair__right__in=reached))
    compared = {pk for pair in joins.values_list("pair__left", "pair__right") for pk in pair}
    travellers = {identity.traveller_id for identity in reached.values()}
    candidates = Identity.objects.filter(Q(pk__in=compared) | Q(traveller__in=travellers)).exclude(full_name=REDACTED)
    names = [identity.full_name for identity in reached.values()]
    return [
        candidate
        for candidate in candidates.order_by("id")
        if candidate.pk in compared or any(is_same_name(candidate.full_name, name) for name in names)
    ]
