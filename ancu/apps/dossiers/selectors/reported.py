"""Figures for reporting: decisions, their working days, and the share on time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Sum

from ancu.apps.dossiers.models import DurationMonth
from ancu.core.registry.measurements import Measurement


def reported(first: date, last: date) -> Iterator[Measurement]:
    """Return the figures of whole months; median and slowest tenth come from the counts by working days."""
    months = DurationMonth.objects.filter(first_day__gte=first, first_day__lte=last).order_by("days")
    sums = months.values_list("agency", "procedure", "days")
    by_days: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    promised: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for agency, procedure, days, cases, promised_cases, on_time in sums.annotate(
        Sum("cases"), Sum("promised"), Sum("on_time")
    ):
        by_days[agency, procedure].append((days, cases))
        promised[agency][0] += on_time
        promised[agency][1] += promised_cases
    for (agency, procedure), counted in by_days.items():
        total = sum(cases for _days, cases in counted)
        yield Measurement("dossiers.decided", total, agency_id=agency, of=procedure)
        yield Measurement("dossiers.middle", _days_until(counted, total * 0.5), total, agency_id=agency, of=procedure)
        yield Measurement("dossiers.slow", _days_until(counted, total * 0.9), total, agency_id=agency, of=procedure)
    for agency, (on_time, of_all) in promised.items():
        if of_all:
            yield Measurement("dossiers.kept", on_time, of_all, agency_id=agency)


def _days_until(counted: Sequence[tuple[int, int]], share: float) -> int:
    """Return the fewest working days within which the share was decided."""
    so_far = 0
    for days, cases in counted:
        so_far += cases
        if so_far >= share:
            return days
    raise ValueError("nothing was counted")
