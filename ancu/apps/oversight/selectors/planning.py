"""Visits that are planned: whose area they are in, who goes, and whom the lodging has declared by now."""

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
    require_reader(actor)
    return PlannedVisit.objects.filter(unit_id__within=actor.area)


def get_plan(actor: Actor, pk: int, *, lock: bool = False) -> PlannedVisit:
    """The planned visit, or 404 outside the area; ``lock`` holds its row until the transaction ends."""
    plans = visible_to(actor).select_related("establishment__unit", "officer", "planned_by", "inspection", "alert")
    found = (plans.select_for_update(of=("self",)) if lock else plans).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def waiting(actor: Actor, **only: int) -> list[PlannedVisit]:
    """Those still to be made; ``only``: of one lodging."""
    found = open_visits(actor).filter(**only)
    return list(found.select_related("establishment__unit", "officer")[:LISTED])


def open_visits(actor: Actor) -> QuerySet[PlannedVisit]:
    """Those of the area that are still to be made, the earliest first."""
    return visible_to(actor).filter(dropped_at__isnull=True, inspection__isnull=True).order_by("day", "id")


def to_take_along(actor: Actor) -> list[PlannedVisit]:
    """The actor's own among them."""
    return [plan for plan in waiting(actor) if plan.officer_id in actor.own_user_ids]


def expected_guests(establishment_id: int) -> list[Stay]:
    """Whom the lodging has declared as staying there now, by room."""
    return list(declared_then(establishment_id, clock.now()).order_by("room", "full_name", "id")[:EXPECTED])


def who_may_go(actor: Actor) -> list[tuple[int, str]]:
    """The officers of the actor's agency who visit lodgings."""
    of_agency = Membership.objects.filter(
        organisation_id=actor.organisation_id or 0, role__in=sorted(OFFICE_DECIDERS), ended_at__isnull=True
    )
    return by_name(of_agency.values_list("user_id", "user__full_name").distinct())


def of_lodging(establishment_id: int, stay_ids: list[int]) -> list[Stay]:
    """Those of these stays that are this lodging's; others are nobody's business here."""
    return list(Stay.objects.filter(establishment_id=establishment_id, pk__in=stay_ids).order_by("id"))
