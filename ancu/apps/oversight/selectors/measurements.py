"""Measurements for reporting: lodgings gone silent, and the share of decided alerts that were confirmed."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q

from ancu.apps.oversight.enums import AlertState
from ancu.apps.oversight.models import Alert
from ancu.core.registry.measurements import Measurement, day_bounds

DECIDED = (AlertState.CONFIRMED, AlertState.DISMISSED)


def measurements(first: date, last: date) -> Iterator[Measurement]:
    """Yield figures of the period by unit: alerts about silent lodgings, and the share of decided alerts confirmed."""
    begin, end = day_bounds(first, last)
    silent = Alert.objects.filter(rule="silent", raised_at__gte=begin, raised_at__lt=end).order_by()
    for unit, raised in silent.values_list("unit").annotate(Count("pk")):
        yield Measurement("lodgings.silent", raised, unit_id=unit)
    decided = Alert.objects.filter(state__in=DECIDED, decided_at__gte=begin, decided_at__lt=end).order_by()
    confirmed = Count("pk", filter=Q(state=AlertState.CONFIRMED))
    for unit, of_all, right in decided.values_list("unit").annotate(number=Count("pk"), confirmed=confirmed):
        yield Measurement("alerts.confirmed", right, of_all, unit_id=unit)
