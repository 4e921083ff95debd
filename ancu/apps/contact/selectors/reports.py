"""Urgent reports: a lodging's own, or those of an officer's area."""

from datetime import datetime
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.contact import rules
from ancu.apps.contact.enums import UrgentReportKind
from ancu.apps.contact.models import UrgentReport
from ancu.apps.lodging.models import Establishment
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.db.pagination import CursorPage, newest_first
from ancu.core.errors import require

SHOWN_FIRST = 20  # on an officer's first page; the list has them all


def visible_to(actor: Actor) -> QuerySet[UrgentReport]:
    """Return the urgent reports of the actor's own lodgings, or those of lodgings in the officer's area."""
    reports = UrgentReport.objects.select_related("establishment__unit", "reported_by", "acknowledged_by")
    if actor.is_lodging and actor.establishment_id is None:
        return reports.filter(establishment__business_id=actor.organisation_id or 0)
    if rules.reads_reports(actor):
        place = Q(establishment__unit_id__in=actor.area) | Q(establishment__locality_id__in=actor.area)
        return reports.filter(place)
    return reports.none()


def get_report(actor: Actor, pk: int) -> UrgentReport:
    """Return a report the actor may see, or 404; 403 for officers who may not read reports."""
    _require_reader(actor)
    return get_object_or_404(visible_to(actor), pk=pk)


def _require_reader(actor: Actor) -> None:
    """Raise 403 for a member of an agency who may not read reports, 404 for others."""
    if not (actor.is_agency or actor.is_lodging):
        raise Http404
    require(actor.is_lodging or rules.reads_reports(actor))


class UnreadReport(NamedTuple):
    """A report that nobody has acknowledged, as the first page shows it."""

    pk: int
    kind: str
    reported_at: datetime
    lodging: str

    @property
    def called(self) -> str:
        """The name of the report's kind."""
        return str(UrgentReportKind(self.kind).label)


def unacknowledged_reports(actor: Actor) -> list[UnreadReport]:
    """Return the oldest 20 unacknowledged urgent reports from lodgings in the officer's area; none for others."""
    return list(starmap(UnreadReport, unread_rows(actor).rows(SHOWN_FIRST))) if rules.reads_reports(actor) else []


@cached_query
def unread_rows(actor: Actor) -> QuerySet[UrgentReport, Any]:
    """Return the unacknowledged reports of the area, the oldest first, as tuples.

    Each has the report's id, kind, time and the lodging's name (``UnreadReport``).
    """
    reports = visible_to(actor).filter(acknowledged_at__isnull=True)
    return reports.order_by("id").values_list("pk", "kind", "reported_at", "establishment__name")


def recent_reports(actor: Actor, establishment: Establishment) -> list[UrgentReport]:
    """Return the lodging's reports that are unacknowledged or were acknowledged in the last day, newest first."""
    recent = Q(acknowledged_at__isnull=True) | Q(acknowledged_at__gte=clock.now() - rules.SHOWN_AFTER)
    return list(visible_to(actor).filter(recent, establishment=establishment).order_by("-id")[:SHOWN_FIRST])


def report_page(actor: Actor, after: str = "") -> CursorPage[UrgentReport]:
    """Return a page of urgent reports that the actor may see, the newest first."""
    _require_reader(actor)
    return newest_first(visible_to(actor), after)


def reports_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the lodgings and pages of those reports that the actor may see, by id."""
    reports = visible_to(actor).filter(pk__in=[key for key in ids if key.isdigit()])
    return {
        str(report.pk): NamedRecord(report.establishment.name, reverse("contact:report", args=[report.pk]))
        for report in reports
    }
