"""Visits at lodgings of an officer's area, with what was met and what was declared."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from ancu.apps.oversight.models import Alert, Inspection, MetGuest
from ancu.apps.oversight.selectors import require_reader
from ancu.apps.oversight.selectors import visible_to as alerts
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404

PAGE = 50


def visible_to(actor: Actor) -> QuerySet[Inspection]:
    require_reader(actor)
    return Inspection.objects.filter(unit_id__within=actor.area)


def get_inspection(actor: Actor, pk: int) -> Inspection:
    """The visit, or 404 outside the area."""
    found = visible_to(actor).select_related("establishment__unit", "officer", "agency").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Page:
    rows: Sequence[Inspection]
    after: int | None


def inspection_page(actor: Actor, after: int = 0) -> Page:
    """The newest first."""
    found = visible_to(actor).select_related("establishment__unit", "officer").order_by("-id")
    rows = list((found.filter(pk__lt=after) if after else found)[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def guests_met(inspection: Inspection) -> QuerySet[MetGuest]:
    """Whoever was met, each with ``declared``: whether a declaration for that day had come before the visit began."""
    day = clock.local(inspection.began_at).date()
    of_him = Stay.objects.filter(
        ~Q(status=StayStatus.WITHDRAWN),
        Q(departed_on__isnull=True) | Q(departed_on__gte=day),
        establishment_id=inspection.establishment_id,
        document_number=OuterRef("document_number"),
        declared_at__lte=inspection.began_at,
        arrived_on__lte=day,
    )
    return inspection.guests.annotate(declared=Exists(of_him)).order_by("id")


def alert_of(actor: Actor, inspection: Inspection) -> Alert | None:
    return alerts(actor).filter(rule="undeclared_found", key=f"inspection:{inspection.pk}").first()
