"""Visits at lodgings of an officer's area, with what was met and what was declared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Trunc, TruncDate
from django.utils.translation import gettext as _

from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight.enums import AlertState, Result
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
REPEATED = 2  # from so many visits on a lodging is told as one that does it again


def visible_to(actor: Actor) -> QuerySet[Inspection]:
    require_reader(actor)
    return Inspection.objects.filter(unit_id__within=actor.area)


def get_inspection(actor: Actor, pk: int, *, lock: bool = False) -> Inspection:
    """The visit, or 404 outside the area."""
    visits = visible_to(actor).select_related("establishment__unit", "officer", "agency")
    visits = visits.select_for_update(of=("self",)) if lock else visits
    inspection = visits.filter(pk=pk).first()
    if inspection is None:
        raise Http404
    return inspection


def inspection_page(actor: Actor, after: int = 0) -> CursorPage[Inspection]:
    """The newest first."""
    return newest_first(visible_to(actor).select_related("establishment__unit", "officer"), after)


def declared_then(establishment_id: int, moment: datetime) -> QuerySet[Stay]:
    """Who was declared as staying there at that moment, by what had come in by the end of its minute.

    A visit's beginning is known to the minute: in doubt the declaration came before it.
    """
    until = moment.replace(second=0, microsecond=0) + MINUTE
    return Stay.objects.filter(_stands(until, clock.local(moment).date()), establishment_id=establishment_id)


def _stands(until: Any, day: Any) -> Q:
    """A stay declared before ``until`` that covers ``day``; either may be a value or an expression."""
    there = Q(departed_on__isnull=True) | Q(departed_on__gte=day)
    return ~Q(status=StayStatus.WITHDRAWN) & there & Q(declared_at__lt=until, arrived_on__lte=day)


def undecided(actor: Actor) -> QuerySet[Inspection]:
    """Visits whose result is still to be decided (``rules.is_undecided``), the oldest first."""
    began = "inspection__began_at"
    declared = Stay.objects.filter(
        _stands(OuterRef("until"), OuterRef("day")), establishment_id=OuterRef("inspection__establishment_id"),
        document_number=OuterRef("document_number"),
    )  # fmt: skip
    met = MetGuest.objects.filter(inspection=OuterRef("pk")).annotate(
        until=Trunc(began, "minute") + MINUTE, day=TruncDate(began, tzinfo=clock.VIETNAM)
    )
    visits = visible_to(actor).filter(Exists(met.filter(~Exists(declared))), result=Result.IN_ORDER)
    return visits.exclude(outcome=REDACTED).order_by("began_at", "pk")


def guests_met(inspection: Inspection) -> QuerySet[MetGuest]:
    """Whoever was met, each with ``declared``: whether a declaration for that day had come before the visit began."""
    declared = declared_then(inspection.establishment_id, inspection.began_at)
    of_him = declared.filter(document_number=OuterRef("document_number"))
    return inspection.guests.annotate(declared=Exists(of_him)).order_by("id")


def undeclared_guests(inspection: Inspection) -> list[MetGuest]:
    return [guest for guest in guests_met(inspection) if not guest.declared]  # type: ignore[attr-defined]  # annotated


def not_met(inspection: Inspection) -> QuerySet[Stay]:
    """Who was declared as staying there and was not met: out for the day, or gone without a check-out.

    Whose departure on that day had been noted or presumed when the visit began is missed by nobody.
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
class Group:
    """The band of the fines decree that so many undeclared guests fall in, on the day of the visit.

    ``person`` is what a person or household pays, ``organisation`` what an organisation does.
    """

    count: int
    person: Fine
    organisation: Fine


def group_of(inspection: Inspection, undeclared: int) -> Group | None:
    """None where everybody had been declared."""
    if not undeclared:
        return None
    day = clock.local(inspection.began_at).date()
    person, organisation = (undeclared_fine(undeclared, day, organisation=whole) for whole in (False, True))
    return Group(undeclared, person, organisation)


def times_found(actor: Actor, establishment_ids: Iterable[int]) -> dict[int, int]:
    """At how many visits within a year each of these lodgings had undeclared guests, as far as it was not dismissed."""
    since = clock.now() - REPEATED_WITHIN
    found = alerts(actor).filter(rule="undeclared_found", gone_at__isnull=True, raised_at__gte=since)
    counted = found.filter(establishment_id__in=set(establishment_ids)).exclude(state=AlertState.DISMISSED)
    return dict(counted.order_by().values_list("establishment_id").annotate(Count("id")))


def lodging_notes(actor: Actor, establishment: Establishment) -> list[Note]:
    """For the office page of a lodging: whether undeclared guests were found there, to readers of alerts only."""
    times = times_found(actor, [establishment.pk]).get(establishment.pk, 0) if reads_alerts(actor) else 0
    if not times:
        return []
    said = counted(
        "Undeclared guests were found here at %(n)s inspection within a year.",
        "Undeclared guests were found here at %(n)s inspections within a year.",
        times,
    )
    return [Note(_("Inspections"), said, "bad" if times >= REPEATED else "warn")]


def alert_of(actor: Actor, inspection: Inspection) -> Alert | None:
    return alerts(actor).filter(rule="undeclared_found", key=f"inspection:{inspection.pk}").first()
