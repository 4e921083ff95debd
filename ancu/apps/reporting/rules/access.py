"""Permissions for figures. A second person approves what a unit enters (also a database constraint)."""

from ancu.apps.accounts.enums import Role
from ancu.apps.reporting.enums import FigureState
from ancu.apps.reporting.models import Figure
from ancu.core import clock
from ancu.core.actor import Actor

READERS = frozenset({Role.AREA_OFFICER, Role.ANALYST, Role.APPROVING_OFFICER, Role.ADMINISTRATOR})
ENTERERS = frozenset({Role.AREA_OFFICER, Role.ANALYST, Role.APPROVING_OFFICER})


def reads_figures(actor: Actor) -> bool:
    """Whether the actor reads figures: area officers, analysts and managers of an agency, for their own area."""
    return actor.is_agency and actor.role in READERS


def may_enter(actor: Actor) -> bool:
    """Whether the actor enters figures or imports them from a file: officers of an area, for that area."""
    return actor.has_area and actor.role in ENTERERS


def may_approve(actor: Actor) -> bool:
    """Whether the actor approves figures: the office's approving officer.

    Figures entered by the same officer are excluded (``may_decide``).
    """
    return actor.is_agency and actor.is_office and actor.role == Role.APPROVING_OFFICER


def may_decide(actor: Actor, figure: Figure) -> bool:
    """Whether the actor may approve or refuse the figure: it is pending, and another officer entered it."""
    own = actor.has_conflict_of_interest(figure.entered_by_id, clock.local(figure.entered_at).date())
    return may_approve(actor) and figure.state == FigureState.PROPOSED and not own


def leads(actor: Actor) -> bool:
    """Whether the actor sets plans, closes months and publishes figures: the approving officer.

    Decree 09/2019 makes this officer responsible.
    """
    return may_approve(actor)


def makes_reports(actor: Actor) -> bool:
    """Whether the actor creates and reads reports: readers at the office, since a report covers the whole province."""
    return reads_figures(actor) and actor.is_office
