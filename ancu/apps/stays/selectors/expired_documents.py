"""Whether the passport of a stay had expired before the arrival (ADR 10)."""

from datetime import date

from ancu.apps.stays.models import ExpiredDocument, Stay


def expired_on(stay: Stay) -> date | None:
    """Return the day on which the guest's passport expired before the arrival; None if none is stored."""
    return ExpiredDocument.objects.filter(stay=stay).values_list("expired_on", flat=True).first()
