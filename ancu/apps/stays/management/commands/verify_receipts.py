"""Compute the hash of every receipt again; exit code 1 where one does not agree."""

from datetime import date

from ancu.apps.audit.management.proofs import VerifyCommand
from ancu.apps.audit.selectors.proofs import ProofCheck
from ancu.apps.stays.services.verifying import verify_receipts


class Command(VerifyCommand):
    help = "Compute the hash of every receipt again from the database; exit code 1 where one does not agree."

    def verify(self, since: date | None) -> ProofCheck:
        """Verify the hashes of receipts received since the day (None: all); return counts and mismatches."""
        return verify_receipts(since)
