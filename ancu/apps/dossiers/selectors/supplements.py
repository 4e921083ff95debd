"""What the answer to a request for a supplement changed, beside what was asked."""

from typing import NamedTuple

from ancu.apps.dossiers.models import Dossier, Supplement
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.signing import Change, changes_since


class SupplementChanges(NamedTuple):
    """``unasked``: what the applicant changed besides what he was asked for."""

    asked: list[Change]
    unasked: list[Change]


def supplement_changes(dossier: Dossier, supplement: Supplement | None) -> SupplementChanges | None:
    """Compare what was sent in answer with what was sent before; None until it is answered.

    Only filings are compared: what is being typed for a further supplement is not the office's to read.
    """
    if supplement is None or supplement.answered_at is None:
        return None
    filings = dossier.filings.order_by("number")
    before = filings.filter(sent_at__lte=supplement.asked_at).last()
    after = filings.filter(sent_at__gte=supplement.answered_at).first()
    if before is None or after is None or before.number >= after.number:
        return None
    changes = SupplementChanges([], [])
    keys = {".".join(item["key"].split(".")[:2]) for item in supplement.items}
    for change in changes_since(dossier, procedure_of(dossier), before, after):
        (changes.asked if change.key in keys else changes.unasked).append(change)
    return changes
