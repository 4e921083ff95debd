"""Set up the office in tables that `prepare_database` has made; a part of `ancu init`."""

import io
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ancu.apps.accounts.selectors.administration import administrators, office


class Command(BaseCommand):
    help = (
        "Load the administrative units, create the office and its first administrator, and collect static files;"
        " running it again changes nothing. `ancu init` runs it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what `create_administrator` needs."""
        for name in ("--email", "--full-name", "--agency", "--province"):
            parser.add_argument(name, default="")
        parser.add_argument("--mail", action="store_true", help="send the link by email and do not print it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the commands that set up an office, and report each in a line."""
        self._report("units", _output("load_units"))
        agency, count = office(), administrators().count()
        if agency and count:
            self._report("office", f"{agency.name}, there already")
            self._report("administrator", f"{count} there already")
        else:
            self._create_administrator(**options)
        self._report("static files", _output("collectstatic", interactive=False))

    def _create_administrator(self, *, email: str, full_name: str, agency: str, **options: Any) -> None:
        """Create the office, if there is none, and its first administrator; report the link for a password."""
        if not (email and full_name):
            raise CommandError("The office has no administrator yet: give --email and --full-name.")
        names = ("province", "mail")
        link = _output(
            "create_administrator", email=email, full_name=full_name, agency=agency,
            **{name: options[name] for name in names},
        )  # fmt: skip
        self._report("office", str(getattr(office(), "name", "")))
        self._report("administrator", f"{email} chooses a password at: {link}")

    def _report(self, part: str, text: str) -> None:
        """Print a line of the report."""
        self.stdout.write(f"{part:<14} {text}")


def _output(command: str, **options: Any) -> str:
    """Run a management command; return the last line that it prints."""
    output = io.StringIO()
    call_command(command, stdout=output, **options)
    return (output.getvalue().strip().splitlines() or [""])[-1]
