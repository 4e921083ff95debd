"""Counts for reports: tips received and answered, including destroyed ones."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import Count

from ancu.apps.tips.models import Tip, TipTally
from ancu.core.registry.measurements import Measurement, day_bounds


def measurements(first: date, last: date) -> Iterator[Measurement]:
    """Yield, for reports, each agency's number of tips received in the period, and how many of them were answered.

    Destroyed tips are included.
    """
    begin, end = day_bounds(first, last)
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    tips = Tip.objects.filter(received_at__gte=begin, received_at__lt=end).order_by()
    for agency, came, answered in tips.values_list("unit__agency").annotate(Count("pk"), Count("answered_at")):
        sums[agency][0] += came
        sums[agency][1] += answered
    gone = TipTally.objects.filter(month__gte=first, month__lte=last).order_by("pk")
    for agency, came, hours in gone.values_list("unit__agency", "received", "answered_hours"):
        sums[agency][0] += came
        sums[agency][1] += len(hours)
    for agency, (came, answered) in sums.items():
        yield Measurement("tips.received", came, agency_id=agency)
        yield Measurement("tips.answered", answered, came, agency_id=agency)
