"""Counts for reports: petitions received, settled by verdict, and promises kept."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from ancu.apps.listening.enums import CLOSED, PetitionState
from ancu.apps.listening.models import Petition, PetitionPromise
from ancu.core.clock import VIETNAM
from ancu.core.registry.measurements import Measurement, day_bounds


def measurements(first: date, last: date) -> Iterator[Measurement]:
    """Yield, for reports by agency, petitions received, those settled, and promises kept in time.

    Settled ones with the number of all closed, kept promises with the number of all due in the period from ``first``
    to ``last``. Merged petitions are not counted.
    """
    begin, end = day_bounds(first, last)
    received = Petition.objects.filter(received_at__gte=begin, received_at__lt=end).exclude(state=PetitionState.MERGED)
    for agency, number in received.order_by().values_list("unit").annotate(Count("pk")):
        yield Measurement("petitions.received", number, agency_id=agency)
    ended = Petition.objects.filter(state__in=CLOSED, closed_at__gte=begin, closed_at__lt=end).order_by()
    settled = Count("pk", filter=Q(state=PetitionState.SETTLED))
    for agency, of_all, said_so in ended.values_list("unit").annotate(number=Count("pk"), settled=settled):
        yield Measurement("petitions.settled", said_so, of_all, agency_id=agency)
    due = PetitionPromise.objects.filter(due_on__gte=first, due_on__lte=last).order_by()
    kept_in_time = Count("pk", filter=Q(kept_day__lte=F("due_on")))
    days = due.annotate(kept_day=TruncDate("kept_at", tzinfo=VIETNAM))
    for agency, of_all, in_time in days.values_list("agency").annotate(number=Count("pk"), in_time=kept_in_time):
        yield Measurement("petitions.kept", in_time, of_all, agency_id=agency)
