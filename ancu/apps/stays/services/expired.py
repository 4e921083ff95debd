"""That a passport had ended before its guest came: kept of those alone, because the police must be told (ADR 10).

The reader of declarations says it as a warning, whichever way the declaration came; here it is taken at its word.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from ancu.apps.stays.models import ExpiredDocument, Stay
from ancu.apps.stays.selectors import expired as selectors
from ancu.apps.stays.services.outcome import RowOutcome
from ancu.engines.exchange import Finding

CODE = "document_expired"
EXPIRY_FIELDS = frozenset({"document_expiry", "document_number", "arrived_on"})


def expired_on(warnings: Iterable[Finding]) -> date | None:
    return next((date.fromisoformat(warning.value or "") for warning in warnings if warning.code == CODE), None)


def store_expired_documents(rows: Iterable[RowOutcome]) -> None:
    """Of what was stored just now, in the same transaction."""
    accepted = [row for row in rows if row.warnings and row.state == "accepted"]
    expired_documents = [(row.stay_id, day) for row in accepted if row.stay_id and (day := expired_on(row.warnings))]
    if expired_documents:
        ExpiredDocument.objects.bulk_create(
            ExpiredDocument(stay_id=stay, expired_on=day) for stay, day in expired_documents
        )


def expiry_text(stay: Stay, changes: Mapping[str, str | None]) -> dict[str, str | None]:
    """What a correction begins from; another document has a day of its own."""
    day = None if "document_number" in changes else selectors.expired_on(stay)
    return {"document_expiry": day.isoformat() if day else None}


def update_expired_document(stay: Stay, day: date | None) -> bool:
    """Store or delete the day; return whether it was another one before."""
    if day == selectors.expired_on(stay):
        return False
    if day is None:
        ExpiredDocument.objects.filter(stay=stay).delete()
    else:
        ExpiredDocument.objects.update_or_create(stay=stay, defaults={"expired_on": day})
    return True
