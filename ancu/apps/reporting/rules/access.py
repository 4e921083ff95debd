"""Permissions for figures. A second person approves what a unit enters (also a database constraint)."""

from ancu.apps.accounts.enums import Role
from ancu.apps.reporting.enums import FigureState
from ancu.apps.reporting.models import Figure
from ancu.core import clock
from ancu.core.actor import Actor

READERS = frozenset({Role.AREA_OFFICER, Role.ANALYST, Role.APPROVING_OFFICER, Role.ADMINISTRATOR})
ENTERERS = frozenset({Role.AREA_OFFICER, Role.ANALYST, Role.APPROVING_OFFICER})


def reads_figures(actor: Actor) -> bool:
    """Area officers, analysts and managers read the figures of their own area."""
    return actor.is_agency and actor.role in READERS


def may_enter(actor: Actor) -> bool:
    """Officers of an area enter its figures and import them from a file."""
    return actor.is_agency and actor.role in ENTERERS


def may_approve(actor: Actor) -> bool:
    """The approving officer of the office, except for figures entered by the same officer (``may_decide``)."""
    return actor.is_agency and actor.is_office and actor.role == Role.APPROVING_OFFICER


def may_decide(actor: Actor, figure: Figure) -> bool:
    """A pending figure entered by another officer."""
    own = actor.has_conflict_of_interest(figure.entered_by_id, clock.local(figure.entered_at).date())
    return may_approve(actor) and figure.state == FigureState.PROPOSED and not own


def leads(actor: Actor) -> bool:
    """Plans, closing of months and releases: the approving officer (Decree 09/2019: the signatory of the report)."""
    return may_approve(actor)


def makes_reports(actor: Actor) -> bool:
    """Readers at the office: a report covers the whole province."""
    return reads_figures(actor) and actor.is_office
