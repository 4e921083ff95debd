"""What the office knows of a lodging, in a few numbers beside one of its alerts."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight.models import Inspection
from ancu.apps.stays.models import OPEN, Stay
from ancu.apps.stays.models.stay import NOT_WITHDRAWN
from ancu.core import clock

DAYS = 30


@dataclass(frozen=True)
class LodgingRecord:
    """Guests present and those past their permitted day, declarations of thirty days, and the last inspection."""

    present: int
    overstayed: int
    declared: int
    late: int
    inspection: Inspection | None

    @property
    def percent_on_time(self) -> int | None:
        """The share of the declarations that was in time, in whole percent, rounded down; None without any."""
        return 100 * (self.declared - self.late) // self.declared if self.declared else None


def record_of(lodging: Establishment) -> LodgingRecord:
    """Return the record of a lodging that the actor may see, by two queries."""
    today = clock.today()
    recent = Q(declared_at__gte=clock.start_of(today - timedelta(days=DAYS - 1)))
    present = OPEN & Q(arrived_on__lte=today)
    counts = Stay.objects.filter(NOT_WITHDRAWN & (recent | OPEN), establishment_id=lodging.pk).aggregate(
        present=Count("pk", filter=present),
        overstayed=Count("pk", filter=present & Q(permitted_until__lt=today)),
        declared=Count("pk", filter=recent),
        late=Count("pk", filter=recent & Q(minutes_late__gt=0)),
    )
    last = Inspection.objects.filter(establishment_id=lodging.pk).order_by("-began_at").first()
    return LodgingRecord(inspection=last, **counts)
