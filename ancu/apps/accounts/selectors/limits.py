"""What a sponsor's clerks may prepare and submit, as values of a form and in words."""

from collections.abc import Collection
from typing import Any, NamedTuple

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership
from ancu.core import clock
from ancu.core.web.language import localized
from ancu.engines.rulebook import procedures_on

FILER = "organisation"  # in the rulebook, of procedures that organisations use


def organisation_procedures() -> list[tuple[str, str]]:
    """Return code and name of each procedure that an organisation may use today, in the rulebook's order."""
    today = procedures_on(clock.today())
    return [(procedure.code, localized(procedure, "name")) for procedure in today if FILER in procedure.filers]


class ClerkLimits(NamedTuple):
    """What a clerk may do, in words: ``procedures`` are names, None for every procedure."""

    procedures: list[str] | None
    may_submit: bool


class MemberRow(NamedTuple):
    """A member on the page of an organisation, and what the reader may do about the membership."""

    person: Membership
    may_end: bool
    limits: ClerkLimits | None = None
    may_set_limits: bool = False


def limits_of(membership: Membership) -> ClerkLimits | None:
    """Return what the clerk may prepare and submit; None for everybody else, who has no such limits."""
    if membership.role != Role.CLERK:
        return None
    chosen = membership.procedures
    names = None if chosen is None else [name for code, name in organisation_procedures() if code in chosen]
    return ClerkLimits(names, membership.may_submit)


def limit_values(membership: Membership) -> dict[str, Any]:
    """Return the values of the form that sets a clerk's limits."""
    return {
        "scope": "all" if membership.procedures is None else "some",
        "procedures": sorted(membership.procedures or []),
        "may_submit": membership.may_submit,
    }


def is_known(procedures: Collection[str]) -> bool:
    """Whether each code is that of a procedure that an organisation may use today."""
    return set(procedures) <= {code for code, _name in organisation_procedures()}
