"""Figures for reporting: how many stays were declared, and how many of them late. Counts only."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay
from ancu.core.clock import VIETNAM
from ancu.core.registry.measurements import Measurement, day_bounds


def reported(first: date, last: date) -> Iterator[Measurement]:
    """Yield by unit, for the reports, the declarations of a period, withdrawn ones excepted, and the late ones."""
    begin, end = day_bounds(first, last)
    stays = Stay.objects.filter(declared_at__gte=begin, declared_at__lt=end).exclude(status=StayStatus.WITHDRAWN)
    late = Count("pk", filter=Q(minutes_late__gt=0))
    for unit, declared, not_in_time in stays.order_by().values_list("unit").annotate(number=Count("pk"), late=late):
        yield Measurement("stays.declared", declared, unit_id=unit)
        yield Measurement("stays.late", not_in_time, declared, unit_id=unit)


def declared_by_place(first: date, last: date) -> Iterator[tuple[int, int, str, int]]:
    """Yield the number of declarations by month (1 to 12), unit and kind of lodging; withdrawn ones are left out."""
    begin, end = day_bounds(first, last)
    stays = Stay.objects.filter(declared_at__gte=begin, declared_at__lt=end).exclude(status=StayStatus.WITHDRAWN)
    months = stays.order_by().annotate(month=TruncMonth("declared_at", tzinfo=VIETNAM))
    rows = months.values_list("month", "unit", "establishment__kind").annotate(number=Count("pk"))
    for month, unit, kind, number in rows:
        yield month.month, unit, kind, number
