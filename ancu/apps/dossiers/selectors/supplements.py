"""What the answer to a request for documents changed, compared with the request."""

from typing import NamedTuple

from ancu.apps.dossiers.models import Dossier, Supplement
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.signing import DossierChange, changes_since


class SupplementChanges(NamedTuple):
    """The changes; ``unrequested`` are those the applicant made beyond the request."""

    requested: list[DossierChange]
    unrequested: list[DossierChange]


def supplement_changes(dossier: Dossier, supplement: Supplement | None) -> SupplementChanges | None:
    """Return what the answer to the request changed: what was requested, and what was not.

    None until it is answered. Only filings are compared: drafts of a further answer are not visible to the office.
    """
    if supplement is None or supplement.answered_at is None:
        return None
    asked_at, answered_at = supplement.asked_at, supplement.answered_at
    filings = list(dossier.filings.order_by("number"))
    before = next((filing for filing in reversed(filings) if filing.sent_at <= asked_at), None)
    after = next((filing for filing in filings if filing.sent_at >= answered_at), None)
    if before is None or after is None or before.number >= after.number:
        return None
    changes = SupplementChanges([], [])
    keys = {".".join(item["key"].split(".")[:2]) for item in supplement.items}
    for change in changes_since(dossier, procedure_of(dossier), before, after):
        (changes.requested if change.key in keys else changes.unrequested).append(change)
    return changes
