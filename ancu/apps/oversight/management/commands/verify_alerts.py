"""Judge the evidence of every alert again; exit code 1 where an alert does not agree with its hash."""

from datetime import date

from ancu.apps.audit.management.proofs import VerifyCommand
from ancu.apps.audit.selectors.proofs import ProofCheck
from ancu.apps.oversight.services.verifying import verify_alerts


class Command(VerifyCommand):
    help = "Judge the evidence of every alert again; exit code 1 where an alert does not agree with its hash."

    def verify(self, since: date | None) -> ProofCheck:
        """Re-evaluate the stored evidence of alerts raised since the day (None: all); return counts and mismatches."""
        return verify_alerts(since)
