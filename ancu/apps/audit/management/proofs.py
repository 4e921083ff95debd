"""The base of the commands that compute stored hashes again."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ancu.apps.audit.selectors.proofs import ProofCheck


class VerifyCommand(BaseCommand):
    """Print the counts and the id of each record that does not agree; exit with 1 on a mismatch."""

    def verify(self, since: date | None) -> ProofCheck:
        """Recompute the stored hashes of a kind of record, from the day ``since`` on; return the mismatches.

        Abstract: each subclass implements it for its records. None: all records.
        """
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--since``, the first day whose records are checked."""
        parser.add_argument(
            "--since", type=date.fromisoformat, metavar="YYYY-MM-DD", help="only records from that day on"
        )

    def handle(self, *args: Any, since: date | None = None, **options: Any) -> None:
        """Recompute the stored hashes of this kind of record; print the ids of records that do not match."""
        check = self.verify(since)
        for record_id in check.mismatches:
            self.stdout.write(f"mismatch: id {record_id}")
        self.stdout.write(
            f"{check.checked} {check.kind.value} computed again, {check.emptied} emptied after their time,"
            f" {len(check.mismatches)} do not agree"
        )
        if check.mismatches:
            raise CommandError(f"{len(check.mismatches)} {check.kind.value} do not agree with their hash")
