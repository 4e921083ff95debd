"""Visits to lodgings in an officer's area, with guests met and guests declared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Trunc, TruncDate
from django.utils.translation import gettext as _

from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight.enums import AlertState, InspectionResult
from ancu.apps.oversight.models import Alert, Inspection, MetGuest
from ancu.apps.oversight.rules import reads_alerts
from ancu.apps.oversight.selectors import require_reader
from ancu.apps.oversight.selectors import visible_to as alerts
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors import Note
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, newest_first
from ancu.core.errors import Http404
from ancu.core.security.privacy import REDACTED
from ancu.core.templatetags.ui import counted
from ancu.engines.rulebook import Fine, undeclared_fine

MINUTE = timedelta(minutes=1)
REPEATED_WITHIN = timedelta(days=365)
REPEATED = 2  # visits with undeclared guests from which a lodging counts as a repeat offender


def visible_to(actor: Actor) -> QuerySet[Inspection]:
    """Return the inspections of lodgings in the actor's area; 404 or 403 for users who may not read alerts."""
    require_reader(actor)
    return Inspection.objects.filter(unit_id__in=actor.area)


def get_inspection(actor: Actor, pk: int, *, lock: bool = False) -> Inspection:
    """Return an inspection of a lodging in the actor's area, or 404. ``lock`` locks its row."""
    visits = visible_to(actor).select_related("establishment__unit", "officer", "agency")
    visits = visits.select_for_update(of=("self",)) if lock else visits
    inspection = visits.filter(pk=pk).first()
    if inspection is None:
        raise Http404
    return inspection


def inspection_page(actor: Actor, after: str = "") -> CursorPage[Inspection]:
    """Return a page of the inspections of lodgings in the actor's area, the newest first."""
    return newest_first(visible_to(actor).select_related("establishment__unit", "officer"), after)


def declared_then(establishment_id: int, moment: datetime) -> QuerySet[Stay]:
    """Return the stays that were declared as present at that moment.

    Declarations count up to the end of its minute: the beginning of a visit is known to the minute, and in doubt the
    declaration came first.
    """
    until = moment.replace(second=0, microsecond=0) + MINUTE
    return Stay.objects.filter(_covers(until, clock.local(moment).date()), establishment_id=establishment_id)


def _covers(until: Any, day: Any) -> Q:
    """Return the condition for stays that were declared before ``until`` and covered the date ``day``.

    Both may be values or database expressions. Withdrawn stays do not count.
    """
    there = Q(departed_on__isnull=True) | Q(departed_on__gte=day)
    return ~Q(status=StayStatus.WITHDRAWN) & there & Q(declared_at__lt=until, arrived_on__lte=day)


def undecided(actor: Actor) -> QuerySet[Inspection]:
    """Return the inspections of the actor's area whose result must still be decided, the oldest first.

    Their result is "in order", but guests were met who were not declared (``rules.is_undecided``).
    """
    began = "inspection__began_at"
    declared = Stay.objects.filter(
        _covers(OuterRef("until"), OuterRef("day")), establishment_id=OuterRef("inspection__establishment_id"),
        document_number=OuterRef("document_number"),
    )  # fmt: skip
    met = MetGuest.objects.filter(inspection=OuterRef("pk")).annotate(
        until=Trunc(began, "minute") + MINUTE, day=TruncDate(began, tzinfo=clock.VIETNAM)
    )
    visits = visible_to(actor).filter(Exists(met.filter(~Exists(declared))), result=InspectionResult.IN_ORDER)
    return visits.exclude(outcome=REDACTED).order_by("began_at", "pk")


def guests_met(inspection: Inspection) -> QuerySet[MetGuest]:
    """Return the guests met, with ``declared``: whether a declaration for that day existed when the visit began."""
    declared = declared_then(inspection.establishment_id, inspection.began_at)
    of_him = declared.filter(document_number=OuterRef("document_number"))
    return inspection.guests.annotate(declared=Exists(of_him)).order_by("id")


def undeclared_guests(inspection: Inspection) -> list[MetGuest]:
    """Return the guests met who were not declared when the visit began."""
    return [guest for guest in guests_met(inspection) if not guest.declared]  # type: ignore[attr-defined]  # annotated


def not_met(inspection: Inspection) -> QuerySet[Stay]:
    """Return the guests declared as present whom the inspection did not meet, by room.

    Guests whose departure that day was recorded before the visit began are left out.
    """
    events: Any = Stay._meta.get_field("events").related_model
    noted_later = events.objects.filter(  # an event holds what stood before it
        pgh_obj_id=OuterRef("pk"), pgh_label="update", pgh_created_at__gt=inspection.began_at, departed_on=None
    )
    expected = declared_then(inspection.establishment_id, inspection.began_at)
    expected = expected.exclude(~Exists(noted_later), departed_on=clock.local(inspection.began_at).date())
    met = inspection.guests.values("document_number")
    return expected.exclude(document_number__in=met).order_by("room", "id")


@dataclass(frozen=True)
class UndeclaredFineBand:
    """The fine band for this number of undeclared guests on the day of the visit.

    ``person`` is the fine for a person or household, ``organisation`` the one for an organisation.
    """

    count: int
    person: Fine
    organisation: Fine


def fine_band_of(inspection: Inspection, undeclared: int) -> UndeclaredFineBand | None:
    """Return the fine band for this number of undeclared guests on the day of the visit; None for zero guests."""
    if not undeclared:
        return None
    day = clock.local(inspection.began_at).date()
    person, organisation = (
        undeclared_fine(undeclared, day, organisation=is_organisation) for is_organisation in (False, True)
    )
    return UndeclaredFineBand(undeclared, person, organisation)


def undeclared_counts(actor: Actor, establishment_ids: Iterable[int]) -> dict[int, int]:
    """Return the number of visits within a year that met undeclared guests, by lodging id.

    Visits whose alert was dismissed do not count.
    """
    since = clock.now() - REPEATED_WITHIN
    undeclared_alerts = alerts(actor).filter(rule="undeclared_found", gone_at__isnull=True, raised_at__gte=since)
    counted = undeclared_alerts.filter(establishment_id__in=set(establishment_ids)).exclude(state=AlertState.DISMISSED)
    return dict(counted.order_by().values_list("establishment_id").annotate(Count("id")))


def lodging_notes(actor: Actor, establishment: Establishment) -> list[Note]:
    """Return notes about undeclared guests for a lodging's office page, for readers of alerts only."""
    times = undeclared_counts(actor, [establishment.pk]).get(establishment.pk, 0) if reads_alerts(actor) else 0
    if not times:
        return []
    text = counted(
        "Undeclared guests were found here at %(n)s inspection within a year.",
        "Undeclared guests were found here at %(n)s inspections within a year.",
        times,
    )
    return [Note(_("Inspections"), text, "bad" if times >= REPEATED else "warn")]


def alert_of(actor: Actor, inspection: Inspection) -> Alert | None:
    """Return the alert about undeclared guests of an inspection, if the actor may see it; otherwise None."""
    return alerts(actor).filter(rule="undeclared_found", key=f"inspection:{inspection.pk}").first()
