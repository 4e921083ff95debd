"""Urgent reports: a lodging's own, or those of an officer's area."""

from datetime import datetime
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.accounts.models import Membership, User
from ancu.apps.accounts.selectors import agencies_answering_for
from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.contact import rules
from ancu.apps.contact.enums import UrgentReportKind
from ancu.apps.contact.models import UrgentReport
from ancu.apps.lodging.models import Establishment
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.db.name_order import by_name
from ancu.core.db.pagination import CursorPage, newest_first
from ancu.core.errors import require

SHOWN_FIRST = 20  # on an officer's first page; the list has them all


def visible_to(actor: Actor) -> QuerySet[UrgentReport]:
    """Return the urgent reports of the actor's own lodgings, or those of lodgings in the officer's area."""
    people = "reported_by", "assigned_to", "acknowledged_by"
    reports = UrgentReport.objects.select_related("establishment__unit", *people)
    if actor.is_lodging and actor.establishment_id is None:
        return reports.filter(establishment__business_id=actor.organisation_id or 0)
    if rules.reads_reports(actor):
        place = Q(establishment__unit_id__in=actor.area) | Q(establishment__locality_id__in=actor.area)
        return reports.filter(place)
    return reports.none()


def get_report(actor: Actor, pk: int) -> UrgentReport:
    """Return an urgent report that the actor may see, or 404; 403 for officers who may not read reports."""
    _require_reader(actor)
    return get_object_or_404(visible_to(actor), pk=pk)


def _require_reader(actor: Actor) -> None:
    """Raise 403 for a member of an agency who may not read urgent reports, 404 for others."""
    if not (actor.is_agency or actor.is_lodging):
        raise Http404
    require(actor.is_lodging or rules.reads_reports(actor))


class UnreadReport(NamedTuple):
    """A report that nobody has acknowledged, as the first page shows it."""

    pk: int
    kind: str
    reported_at: datetime
    lodging: str
    unit: str
    phone: str

    @property
    def called(self) -> str:
        """The name of the urgent report's kind, for display."""
        return str(UrgentReportKind(self.kind).label)


def unacknowledged_reports(actor: Actor) -> list[UnreadReport]:
    """Return the oldest 20 unacknowledged urgent reports from lodgings in the officer's area; none for others."""
    return list(starmap(UnreadReport, unread_rows(actor).rows(SHOWN_FIRST))) if rules.reads_reports(actor) else []


@cached_query
def unread_rows(actor: Actor) -> QuerySet[UrgentReport, Any]:
    """Return the unacknowledged reports of the area, the oldest first, as tuples.

    Each has the report's id, kind and time, and the lodging's name, commune and telephone (``UnreadReport``).
    """
    reports = visible_to(actor).filter(acknowledged_at__isnull=True)
    lodging = (f"establishment__{column}" for column in ("name", "unit__full_name", "phone"))
    return reports.order_by("id").values_list("pk", "kind", "reported_at", *lodging)


class WaitingReport(NamedTuple):
    """A report that nobody has acknowledged, with its lodging, and its officer if it was assigned."""

    pk: int
    kind: str
    reported_at: datetime
    lodging: str
    unit_id: int
    officer_id: int | None
    officer: str | None


def waiting_reports(actor: Actor, most: int) -> list[WaitingReport]:
    """Return the unacknowledged reports of the officer's area, those without an officer first; none for others."""
    return list(starmap(WaitingReport, _waiting_rows(actor).rows(most))) if rules.reads_reports(actor) else []


@cached_query
def _waiting_rows(actor: Actor) -> QuerySet[UrgentReport, Any]:
    """Return the rows of ``WaitingReport``."""
    waiting = visible_to(actor).filter(acknowledged_at__isnull=True)
    return waiting.order_by(F("assigned_to").asc(nulls_first=True), "id").values_list(
        "pk", "kind", "reported_at", "establishment__name", "establishment__unit_id", "assigned_to_id",
        "assigned_to__full_name",
    )  # fmt: skip


def recent_reports(actor: Actor, establishment: Establishment) -> list[UrgentReport]:
    """Return the lodging's urgent reports that are open or were acknowledged in the last day, newest first."""
    recent = Q(acknowledged_at__isnull=True) | Q(acknowledged_at__gte=clock.now() - rules.SHOWN_AFTER)
    return list(visible_to(actor).filter(recent, establishment=establishment).order_by("-id")[:SHOWN_FIRST])


def officers_on_duty(establishment: Establishment) -> QuerySet[User]:
    """Return the officers who decide on lodgings, at the lodging's unit or else the nearest above with any."""
    agencies = agencies_answering_for(establishment.unit)
    there = Membership.objects.filter(
        organisation_id__in=agencies, role__in=OFFICE_DECIDERS, ended_at__isnull=True, user__is_active=True
    )
    return User.objects.filter(pk__in=there.values("user_id")).order_by("pk")


def officers_to_assign(actor: Actor, establishment: Establishment) -> list[tuple[int, str]]:
    """Return id and name of the officers who may be given a report of the lodging, by name.

    They are the lodging's officers on duty, and those of the actor's own agency who decide on lodgings.
    """
    people = [*officers_on_duty(establishment), *_deciding_colleagues(actor)]
    return by_name({(user.pk, user.full_name) for user in people if user.pk not in actor.own_user_ids})


def colleagues_to_assign(actor: Actor) -> list[tuple[int, str]]:
    """Return id and name of the officers of the actor's agency who may be given any report that it sees, by name."""
    people = _deciding_colleagues(actor).exclude(pk__in=actor.own_user_ids)
    return by_name(people.values_list("pk", "full_name"))


def _deciding_colleagues(actor: Actor) -> QuerySet[User]:
    """Return the officers of the actor's agency who decide on lodgings."""
    own = Membership.objects.filter(
        organisation_id=actor.organisation_id or 0, role__in=OFFICE_DECIDERS, ended_at__isnull=True
    )
    return User.objects.filter(pk__in=own.values("user_id"), is_active=True)


def report_page(actor: Actor, after: str = "") -> CursorPage[UrgentReport]:
    """Return a page of urgent reports that the actor may see, the newest first."""
    _require_reader(actor)
    return newest_first(visible_to(actor), after)


def reports_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return by id the lodging's name and the page of those urgent reports that the actor may see."""
    reports = visible_to(actor).filter(pk__in=[key for key in ids if key.isdigit()])
    return {
        str(report.pk): NamedRecord(report.establishment.name, reverse("contact:report", args=[report.pk]))
        for report in reports
    }
