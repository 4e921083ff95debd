"""Declare a file from the command line, by the same reading and the same service as every other way."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError

from ancu.apps.lodging.selectors import by_code
from ancu.apps.stays.enums import DeclarationChannel
from ancu.apps.stays.schemas import command_report
from ancu.apps.stays.services import DeclarationOutcome, declare, preview_rows
from ancu.apps.stays.services.programs import codes_in
from ancu.core.actor import system
from ancu.core.errors import Conflict
from ancu.engines import exchange

ALL_STAND, SOME_REFUSED, UNREADABLE = 0, 2, 3


class Command(BaseCommand):
    help = (
        "Declare the guests of FILE for a lodging. Odd rows (an arrival long ago, an expired passport, ...) are listed"
        " with their codes and not stored, unless --confirm names the codes. Exit 0: every row stands; 2: some were"
        " refused or are odd; 3: the file could not be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file, the lodging's code, and the options to confirm oddities, to store nothing and to print JSON."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--establishment", required=True, metavar="CODE")
        parser.add_argument("--dry-run", action="store_true", help="check everything and store nothing")
        parser.add_argument(
            "--confirm", default="", metavar="CODE,...", help="codes of oddities that are right: their rows are stored"
        )
        parser.add_argument("--json", action="store_true", help="a report in JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Declare the file, print the outcome, and exit with a code.

        It tells whether all rows are declared, some were refused, or the file is unreadable.
        """
        reading, outcome = self._declare(options)
        if options["json"]:
            text = msgspec.json.encode(command_report(outcome, reading.problem))
            self.stdout.write(msgspec.json.format(text, indent=1).decode())
        else:
            self._print_outcome(reading, outcome)
        sys.exit(UNREADABLE if reading.problem else SOME_REFUSED if outcome.refused else ALL_STAND)

    def _declare(self, options: dict[str, Any]) -> tuple[exchange.DeclarationFile, DeclarationOutcome]:
        """Read and declare the file; return what was read and the outcome of the rows.

        CommandError without such a lodging, or if declaring raises a Conflict.
        """
        establishment = by_code(options["establishment"])
        if establishment is None:
            raise CommandError(f"No establishment has the code {options['establishment']}.", returncode=1)
        reading = _read(options["file"])
        if reading.problem:
            return reading, preview_rows(reading.rows)
        try:
            outcome = declare(
                actor=system("import_declarations"),
                establishment=establishment,
                rows=reading.rows,
                row_confirmations=[codes_in(options["confirm"])] * len(reading.rows),
                notices=reading.notices,
                channel=DeclarationChannel.COMMAND,
                dry_run=options["dry_run"],
            )
        except Conflict as conflict:
            raise CommandError(f"{conflict.code}: {conflict.message}", returncode=1) from conflict
        return reading, outcome

    def _print_outcome(self, reading: exchange.DeclarationFile, outcome: DeclarationOutcome) -> None:
        """Print the file's problem, or each row's errors and the counts of the outcome."""
        if reading.problem:
            problem = reading.problem
            place = f" (line {problem.line}, column {problem.column})" if problem.line else ""
            self.stderr.write(f"{problem.code}{place}: {problem.message_en}")
            return
        for row in outcome.rows:
            for error in row.errors if row.state != "needs_confirmation" else ():
                self.stdout.write(f"row {row.position}: {error.code} ({error.field}): {error.message_en}")
        self._print_odd_rows(outcome)
        self.stdout.write(
            f"{outcome.read} read = {outcome.accepted} accepted + {outcome.already_declared} already declared"
            f" + {outcome.refused} refused, {outcome.unconfirmed} of them odd; {outcome.skipped_examples} examples"
            f" skipped; receipt {outcome.receipt or '-'}"
        )

    def _print_odd_rows(self, outcome: DeclarationOutcome) -> None:
        """Print each oddity that needs confirmation with its rows, and the option that confirms all of them."""
        rows_by_code: dict[str, list[int]] = {}
        messages: dict[str, str] = {}
        for row in outcome.rows:
            for oddity in row.errors if row.state == "needs_confirmation" else ():
                rows_by_code.setdefault(oddity.code, []).append(row.position)
                messages.setdefault(oddity.code, oddity.message_en)
        for code, positions in rows_by_code.items():
            self.stdout.write(f"odd: {code}: {messages[code]} Rows {', '.join(map(str, positions))}.")
        if rows_by_code:
            self.stdout.write(f"Odd rows are not stored. If they are right: --confirm {','.join(sorted(rows_by_code))}")


def _read(path: Path) -> exchange.DeclarationFile:
    """Read a declaration file; a missing or forbidden file is reported as unreadable."""
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = exchange.problem("not_opened", reason=error.strerror)
        return exchange.DeclarationFile("unknown", "", None, [], problem, [])
    return exchange.read(data, path.name)
