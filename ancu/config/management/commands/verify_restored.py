"""Verify the database of the settings as a restored one: its rows, hashes and files."""

from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandParser

from ancu.apps.audit.selectors.checks import public_keys, stored_heads
from ancu.apps.audit.services.checking import examine
from ancu.apps.files.services.verifying import verify_files
from ancu.apps.oversight.services.verifying import verify_alerts
from ancu.apps.stays.services.verifying import verify_receipts
from ancu.config.backups.outcome import Restored
from ancu.config.backups.rows import missing_keys


class Command(BaseCommand):
    help = "Verify a restored database, for restore_check: print what was verified as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the folder with the keys of the rows that must be there."""
        parser.add_argument("keys", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, keys: Path, **options: Any) -> None:
        """Compare rows, receipts, alerts, the audit's chain and files with what they must be; print the outcome."""
        receipts, alerts, files = verify_receipts(), verify_alerts(), verify_files()
        chain = examine(stored_heads(), public_keys())
        outcome = Restored(
            missing_rows=missing_keys(keys),
            receipts=receipts.checked,
            receipt_mismatches=receipts.mismatches,
            alerts=alerts.checked,
            alert_mismatches=alerts.mismatches,
            events=chain.events,
            chain_problem=chain.problem.value if chain.problem else "",
            files=files.agreeing,
            missing_files=[str(pk) for pk in files.missing],
            changed_files=[str(pk) for pk in files.changed],
        )
        self.stdout.write(msgspec.json.encode(outcome).decode())
