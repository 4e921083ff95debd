"""Who acts: a person in one membership, a lodging's program with a token, the system, or the public."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class ActorKind(StrEnum):
    PERSON = "person"
    TOKEN = "token"
    SYSTEM = "system"
    PUBLIC = "public"


class DelegationTie(NamedTuple):
    """A person connected with the actor by a delegation on these days: one stands in for the other."""

    user_id: int
    starts_on: date
    ends_on: date


class MandateScope(NamedTuple):
    """What a company's mandate lets a person do for it today: these procedures, and perhaps submit them."""

    mandate_id: int
    organisation_id: int
    organisation_name: str
    procedures: frozenset[str]
    may_submit: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """One user in one membership; every service and selector takes it first.

    ``organisation_kind`` and ``role`` are the values of the accounts app's enums. ``area`` holds the ids
    of the administrative units an agency answers for (former units included) and is empty for others; ``units`` tells
    how all units there are stood at that moment.
    ``is_office`` tells the agency that stands under no other: dossiers, fees and counters are its business alone.
    ``second_factor`` says whether the user has set one up; staff of an agency must.
    ``establishment_id`` is set for a token of a lodging's program, which may act for that one lodging alone; the token
    of a sponsor's program acts for its organisation alone, in the membership of the representative who made it.
    ``stands_for`` is the colleague on leave in whose membership ``user_id`` acts, by a delegation that ends on
    ``stands_until``. ``ties`` are all with whom he is, or lately was, one hand where four eyes are asked for.
    ``procedures`` are the codes of the procedures that a sponsor's clerk may prepare, None without a limit;
    ``may_submit`` says whether the clerk may also submit. A representative needs neither. ``mandates`` are those in
    force that companies gave to the person, whichever membership the person acts in; officers and lodgings have none.
    """

    kind: ActorKind
    label: str
    user_id: int | None = None
    membership_id: int | None = None
    organisation_id: int | None = None
    organisation_kind: str = ""
    organisation_name: str = ""
    role: str = ""
    establishment_id: int | None = None
    token_id: int | None = None
    area: frozenset[int] = field(default=frozenset())
    units: str = ""
    is_office: bool = False
    second_factor: bool = False
    stands_for: int | None = None
    stands_for_name: str = ""
    stands_until: date | None = None
    ties: tuple[DelegationTie, ...] = ()
    procedures: frozenset[str] | None = None
    may_submit: bool = False
    mandates: tuple[MandateScope, ...] = ()

    def mandate_for(self, organisation_id: int, procedure: str) -> MandateScope | None:
        """Return the person's mandate of this organisation for the procedure with this code; None without one.

        Of several, one with the right to submit.
        """
        own = (mandate for mandate in self.mandates if mandate.organisation_id == organisation_id)
        fitting = [mandate for mandate in own if procedure in mandate.procedures]
        return max(fitting, key=lambda mandate: mandate.may_submit, default=None)

    @property
    def is_agency(self) -> bool:
        """Whether the actor works for a state agency, such as the immigration office."""
        return self.organisation_kind == "agency"

    @property
    def has_area(self) -> bool:
        """Whether the actor works for an agency that answers for an area; an inspectorate answers for none."""
        return self.is_agency and bool(self.area)

    @property
    def is_lodging(self) -> bool:
        """Whether the actor works for a lodging business."""
        return self.organisation_kind == "lodging_business"

    @property
    def own_user_ids(self) -> frozenset[int]:
        """The users whose acts count as the actor's own today: the actor and the colleague represented."""
        return frozenset({self.user_id, self.stands_for} - {None})  # type: ignore[arg-type]

    @property
    def conflicting_user_ids(self) -> frozenset[int]:
        """The users whose share of a two-person decision the actor may not complete.

        They are his own users and all who were tied to him by a delegation, on any day.
        """
        return self.own_user_ids | {tie.user_id for tie in self.ties}

    @property
    def desk_user_id(self) -> int | None:
        """The user whose tasks the actor works on: the colleague he stands in for, else himself.

        None for an actor without a user.
        """
        return self.stands_for or self.user_id

    def has_conflict_of_interest(self, user_id: int | None, day: date | None = None) -> bool:
        """Whether the actor may not be the second person after an act of ``user_id`` on ``day``.

        That is so for his own acts, those of the colleague he stands in for, and those of anyone a delegation tied to
        him that day (None: any day). False if ``user_id`` is None.
        """
        if user_id is None:
            return False
        tied = (tie for tie in self.ties if tie.user_id == user_id)
        return user_id in self.own_user_ids or any(day is None or tie.starts_on <= day <= tie.ends_on for tie in tied)

    def without_agency(self) -> "Actor":
        """Return a copy of the actor that belongs to no organisation.

        Pages that show it an officer's act then name the office, not the officer.
        """
        return replace(self, organisation_id=None, organisation_kind="")

    @property
    def is_public(self) -> bool:
        """Whether the actor is an anonymous visitor: neither signed in nor a program."""
        return self.kind is ActorKind.PUBLIC


PUBLIC = Actor(kind=ActorKind.PUBLIC, label="public")


def system(label: str) -> Actor:
    """Return the actor of a scheduled job or command, which is no person; ``label`` names the job."""
    return Actor(kind=ActorKind.SYSTEM, label=label)
