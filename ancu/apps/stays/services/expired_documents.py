"""Passports that had expired before the guest arrived; only their expiry is stored, for the police (ADR 10).

The reader of declarations notes the day in ``GuestRow.document_expired_on``, whichever way the declaration came.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from ancu.apps.stays.models import ExpiredDocument, Stay
from ancu.apps.stays.selectors import expired_documents as selectors
from ancu.apps.stays.services.outcome import RowOutcome

EXPIRY_FIELDS = frozenset({"document_expiry", "document_number", "arrived_on"})


def store_expired_documents(results: Iterable[RowOutcome]) -> None:
    """Store for each row accepted just now the day on which its passport had expired, if it had."""
    expired_documents = [
        ExpiredDocument(stay_id=result.stay_id, expired_on=result.row.document_expired_on)
        for result in results
        if result.state == "accepted" and result.stay_id and result.row.document_expired_on
    ]
    if expired_documents:
        ExpiredDocument.objects.bulk_create(expired_documents)


def stored_expiry(stay: Stay, changes: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return {"document_expiry": day} with the expiry stored for the stay's passport, as ISO text or None.

    A correction starts from it. None if the passport had not expired, or if the document number itself is corrected.
    """
    day = None if "document_number" in changes else selectors.expired_on(stay)
    return {"document_expiry": day.isoformat() if day else None}


def update_expired_document(stay: Stay, day: date | None) -> bool:
    """Store the day on which the stay's passport expired, or with None delete it; return whether it changed."""
    if day == selectors.expired_on(stay):
        return False
    if day is None:
        ExpiredDocument.objects.filter(stay=stay).delete()
    else:
        ExpiredDocument.objects.update_or_create(stay=stay, defaults={"expired_on": day})
    return True
