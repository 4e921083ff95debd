"""Compute the hash of every receipt again from the stays as they were declared."""

from datetime import date

from ancu.apps.audit.enums import ProofKind
from ancu.apps.audit.selectors.proofs import ProofCheck
from ancu.apps.audit.services.proofs import store_proof_check
from ancu.apps.stays.selectors.receipts import receipts_since
from ancu.core import clock


def verify_receipts(since: date | None = None) -> ProofCheck:
    """Compare the receipts, or those received since a day, with the stays; return the numbers and mismatches.

    Receipts with a stay emptied after its time are only counted; emptied sooner, the receipt does not agree.
    """
    checked, emptied = 0, 0
    mismatches: list[int] = []
    for receipt in receipts_since(since):
        if receipt.is_emptied:
            emptied += 1
            continue
        checked += 1
        if not receipt.is_genuine:
            mismatches.append(receipt.submission_id)
    return ProofCheck(clock.now(), ProofKind.RECEIPTS, checked, emptied, mismatches)


def check_receipts() -> None:
    """Verify every receipt and store the result, which administrators see."""
    store_proof_check(verify_receipts())
