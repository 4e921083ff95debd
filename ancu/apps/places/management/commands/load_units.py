"""``ancu manage load_units``: put the official list of administrative units into the database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ancu.apps.places.services import DATA, load_units


class Command(BaseCommand):
    help = "Load the administrative units of 2018 to today; running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the optional argument ``path``: another CSV file with the columns of the project's own."""
        parser.add_argument("path", nargs="?", type=Path, default=DATA, help="another CSV of the same columns")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the units of the CSV, and print their number."""
        self.stdout.write(f"{load_units(options['path'])} units")
