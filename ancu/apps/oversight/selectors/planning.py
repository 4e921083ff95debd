"""Planned visits in an officer's area, eligible officers, and guests declared now."""

from django.db.models import QuerySet

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.accounts.models import Membership
from ancu.apps.oversight.models import PlannedVisit
from ancu.apps.oversight.selectors import require_reader
from ancu.apps.oversight.selectors.inspections import declared_then
from ancu.apps.stays.models import Stay
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.name_order import by_name
from ancu.core.errors import Http404

LISTED = 50
EXPECTED = 200  # guests of one lodging on a checklist; more fit on no phone


def visible_to(actor: Actor) -> QuerySet[PlannedVisit]:
    """Return the planned visits of lodgings in the actor's area; 404 or 403 for users who may not read alerts."""
    require_reader(actor)
    return PlannedVisit.objects.filter(unit_id__in=actor.area)


def get_plan(actor: Actor, pk: int, *, lock: bool = False) -> PlannedVisit:
    """Return a planned visit of the actor's area, or 404. ``lock`` locks its row until the transaction ends."""
    plans = visible_to(actor).select_related("establishment__unit", "officer", "planned_by", "inspection", "alert")
    plan = (plans.select_for_update(of=("self",)) if lock else plans).filter(pk=pk).first()
    if plan is None:
        raise Http404
    return plan


def open_plans(actor: Actor, **only: int) -> list[PlannedVisit]:
    """Return the open planned visits of the area with lodging and officer, the earliest first, at most ``LISTED``.

    ``only`` filters by fields, such as the lodging's id.
    """
    visits = open_visits(actor).filter(**only)
    return list(visits.select_related("establishment__unit", "officer")[:LISTED])


def open_visits(actor: Actor) -> QuerySet[PlannedVisit]:
    """Return the open planned visits of the area as a query, the earliest first."""
    return visible_to(actor).filter(dropped_at__isnull=True, inspection__isnull=True).order_by("day", "id")


def own_open_visits(actor: Actor) -> list[PlannedVisit]:
    """Return the open visits planned for the actor, or for colleagues whom the actor represents, the earliest first."""
    return [plan for plan in open_plans(actor) if plan.officer_id in actor.own_user_ids]


def expected_guests(establishment_id: int) -> list[Stay]:
    """Return the guests declared as present now at the lodging, by room; at most ``EXPECTED``."""
    return list(declared_then(establishment_id, clock.now()).order_by("room", "full_name", "id")[:EXPECTED])


def eligible_officers(actor: Actor) -> list[tuple[int, str]]:
    """Return (user id, name) of the officers of the actor's agency who inspect lodgings, by name."""
    of_agency = Membership.objects.filter(
        organisation_id=actor.organisation_id or 0, role__in=sorted(OFFICE_DECIDERS), ended_at__isnull=True
    )
    return by_name(of_agency.values_list("user_id", "user__full_name").distinct())


def stays_at_lodging(establishment_id: int, stay_ids: list[int]) -> list[Stay]:
    """Return those of these stays that are at this lodging, by id."""
    return list(Stay.objects.filter(establishment_id=establishment_id, pk__in=stay_ids).order_by("id"))
