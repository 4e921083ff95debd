"""Whether the passport of a stay had expired before the arrival (ADR 10)."""

from datetime import date

from ancu.apps.stays.models import ExpiredDocument, Stay


def expired_on(stay: Stay) -> date | None:
    """Return the day on which the guest's passport had expired; None if it was valid at the arrival."""
    return ExpiredDocument.objects.filter(stay=stay).values_list("expired_on", flat=True).first()
