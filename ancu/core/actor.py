"""Who acts: a person in one membership, a lodging's program with a token, the system, or the public."""

from dataclasses import dataclass, field
from enum import StrEnum


class ActorKind(StrEnum):
    PERSON = "person"
    TOKEN = "token"
    SYSTEM = "system"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Actor:
    """One user in one membership; every service and selector takes it first.

    ``organisation_kind`` and ``role`` are the values of the accounts app's enums. ``area`` holds the ids
    of the administrative units an agency answers for (former units included) and is empty for others.
    ``is_office`` tells the agency that stands under no other: dossiers, fees and counters are its business alone.
    ``second_factor`` says whether the user has set one up; staff of an agency must.
    ``establishment_id`` is set for a token of a lodging's program, which may act for that one lodging alone; the token
    of a sponsor's program acts for its organisation alone, in the membership of the representative who made it.
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
    is_office: bool = False
    second_factor: bool = False

    @property
    def is_agency(self) -> bool:
        return self.organisation_kind == "agency"

    @property
    def is_lodging(self) -> bool:
        return self.organisation_kind == "lodging_business"

    @property
    def is_public(self) -> bool:
        return self.kind is ActorKind.PUBLIC


PUBLIC = Actor(kind=ActorKind.PUBLIC, label="public")


def system(label: str) -> Actor:
    """The program itself, for jobs and commands; ``label`` names the job."""
    return Actor(kind=ActorKind.SYSTEM, label=label)
