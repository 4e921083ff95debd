"""``manage.py create_api_token --establishment CODE [--name NAME]`` prints a token, this once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ancu.apps.lodging.selectors import by_code
from ancu.apps.lodging.services import create_token
from ancu.core.actor import system


class Command(BaseCommand):
    help = "Make an API token for one establishment and print it; it cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--establishment", required=True, metavar="CODE")
        parser.add_argument("--name", default="command line")

    def handle(self, *args: Any, **options: Any) -> None:
        establishment = by_code(options["establishment"])
        if establishment is None:
            raise CommandError(f"No establishment has the code {options['establishment']!r}; see list_establishments.")
        _token, secret = create_token(
            system("create_api_token"), establishment=establishment, name=options["name"][:100]
        )
        self.stdout.write(secret)
