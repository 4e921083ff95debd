"""Who may do what with figures. What a unit enters, the office approves, by another person (a constraint, too)."""

from ancu.apps.accounts.enums import Role
from ancu.apps.reporting.enums import State
from ancu.apps.reporting.models import Figure
from ancu.core import clock
from ancu.core.actor import Actor

READERS = frozenset({Role.AREA_OFFICER, Role.ANALYST, Role.APPROVING_OFFICER, Role.ADMINISTRATOR})
ENTERERS = frozenset({Role.AREA_OFFICER, Role.ANALYST, Role.APPROVING_OFFICER})


def reads_figures(actor: Actor) -> bool:
    """Officers of an area and who leads and analyses: each the figures of the own area."""
    return actor.is_agency and actor.role in READERS


def may_enter(actor: Actor) -> bool:
    """Who answers for an area enters its figures and imports them from a file."""
    return actor.is_agency and actor.role in ENTERERS


def may_approve(actor: Actor) -> bool:
    """The office's approving officer; never what he entered himself (``may_decide``)."""
    return actor.is_agency and actor.is_office and actor.role == Role.APPROVING_OFFICER


def may_decide(actor: Actor, figure: Figure) -> bool:
    """A figure that waits, entered by another hand."""
    own = actor.has_conflict_of_interest(figure.entered_by_id, clock.local(figure.entered_at).date())
    return may_approve(actor) and figure.state == State.PROPOSED and not own


def leads(actor: Actor) -> bool:
    """Plans, the closing of months, releases: the office's approving officer (Decree 09/2019: who signs the report)."""
    return may_approve(actor)


def makes_reports(actor: Actor) -> bool:
    """The office's own readers: a report is about the whole province."""
    return reads_figures(actor) and actor.is_office
