"""Who holds a matter: officers by name, and the agency that answers for a place."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ancu.apps.accounts.enums import OrganisationKind
from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.reporting.selectors.morning.scope import MorningScope
from ancu.core.actor import Actor
from ancu.core.templatetags.ui import counted


@dataclass(frozen=True)
class MatterOwner:
    """Who holds a matter; ``note`` adds to the name. Without a name nobody holds it.

    ``colleagues`` is how many other officers of the agency may act on it.
    """

    name: str = ""
    note: str = ""
    is_agency: bool = False
    colleagues: int = 0

    @property
    def initials(self) -> str:
        """The first letters of a person's first and last word, of an agency's last two words; "?" for nobody."""
        words = self.name.split()
        chosen = words[-2:] if self.is_agency else [*words[:1], *words[1:][-1:]]
        return "".join(word[0] for word in chosen).upper() or "?"

    @property
    def beside_agency(self) -> "MatterOwner":
        """The owner for a row that names the agency already: the note does not name it once more."""
        return self if self.is_agency else replace(self, note=colleague_words(self.colleagues))


def colleague_words(number: int) -> str:
    """Return in words that so many other people hold something too; "" for none."""
    return counted("and %(n)s other", "and %(n)s others", number) if number else ""


def officer_names(ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of these officers by id, by one query; none is sent without ids."""
    known_ids = {pk for pk in ids if pk is not None}
    return dict(User.objects.filter(pk__in=known_ids).values_list("pk", "full_name")) if known_ids else {}


def busiest(by_officer: Mapping[int | None, int]) -> int | None:
    """Return the id of the officer with the largest number, the first among equals; None without officers."""
    numbers = {pk: number for pk, number in by_officer.items() if pk is not None}
    return max(numbers, key=lambda pk: (numbers[pk], -pk), default=None)


@dataclass(frozen=True)
class AnsweringAgencies:
    """The agencies by the unit that they answer for."""

    scope: MorningScope
    by_unit: Mapping[int, tuple[int, str]]

    def of(self, unit_id: int) -> tuple[int, str] | None:
        """Return id and name of the agency of a unit, or of the nearest unit above it that has any."""
        units = self.scope.area.everywhere.by_id
        unit = units.get(unit_id)
        while unit is not None:
            if unit.pk in self.by_unit:
                return self.by_unit[unit.pk]
            above = unit.successor_id if unit.valid_until else unit.parent_id
            unit = units.get(above or unit.parent_id or 0)
        return None


def answering_agencies(scope: MorningScope) -> AnsweringAgencies:
    """Read which agency answers for which unit, by one query."""
    agencies = Organisation.objects.filter(kind=OrganisationKind.AGENCY, closed_at=None, jurisdiction__isnull=False)
    rows = agencies.filter(is_inspectorate=False).order_by("-pk").values_list("jurisdiction", "pk", "name")
    return AnsweringAgencies(scope, {unit: (pk, name) for unit, pk, name in rows})


def officers_of(agency_id: int, roles: Iterable[str], actor: Actor) -> list[User]:
    """Return the active officers of an agency with these roles, without the actor."""
    there = Membership.objects.filter(organisation_id=agency_id, role__in=list(roles), ended_at__isnull=True)
    people = User.objects.filter(pk__in=there.values("user_id"), is_active=True)
    return list(people.exclude(pk__in=actor.own_user_ids).order_by("pk"))


class AgencyOfficer(NamedTuple):
    """An active officer of an agency."""

    agency_id: int
    pk: int
    name: str
    role: str


@dataclass(frozen=True)
class AgencyOfficers:
    """The active officers of some agencies, without the actor."""

    officers: Sequence[AgencyOfficer]

    def owner(
        self, agency: tuple[int, str] | None, roles: Collection[str], work: Mapping[int | None, int] | None = None
    ) -> MatterOwner:
        """Return who holds a matter of this agency (its id and name) among its officers with these roles.

        It is the officer who has worked on it most (``work`` counts steps by user), or the agency's only officer.
        Otherwise nobody in particular holds it, and the agency is named.
        """
        if agency is None:
            return MatterOwner()
        names = {row.pk: row.name for row in self.officers if row.agency_id == agency[0] and row.role in roles}
        first = busiest({pk: number for pk, number in (work or {}).items() if pk in names})
        if first is None and len(names) == 1:
            first = next(iter(names))
        if first is None:
            note = counted("%(n)s officer", "%(n)s officers", len(names)) if names else ""
            return MatterOwner(agency[1], note, is_agency=True)
        if len(names) == 1:
            return MatterOwner(names[first], agency[1])
        colleagues = len(names) - 1
        note = counted("%(agency)s, %(n)s more", "%(agency)s, %(n)s more", colleagues, agency=agency[1])
        return MatterOwner(names[first], note, colleagues=colleagues)


def agency_officers(actor: Actor, agency_ids: Collection[int], roles: Collection[str]) -> AgencyOfficers:
    """Return the officers of agencies who have one of these roles, by one query."""
    there = Membership.objects.filter(
        organisation_id__in=agency_ids, role__in=roles, ended_at__isnull=True, user__is_active=True
    )
    rows = there.exclude(user_id__in=actor.own_user_ids).order_by("user_id")
    values = rows.values_list("organisation_id", "user_id", "user__full_name", "role")
    return AgencyOfficers([AgencyOfficer(*row) for row in values])
