"""``ancu manage list_establishments [--json]``: code, name, kind, unit and status, an active hotel first."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ancu.apps.lodging.selectors import all_for_commands


class Command(BaseCommand):
    help = "List every establishment; the codes are what other commands ask for."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--json`` for JSON output."""
        parser.add_argument("--json", action="store_true", help="one JSON array on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print code, name, kind, unit and status of every lodging, as lines or JSON."""
        rows = [
            {
                "code": establishment.code,
                "name": establishment.name,
                "kind": establishment.kind,
                "unit": establishment.unit.full_name,
                "status": establishment.status,
            }
            for establishment in all_for_commands()
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            self.stdout.write("\t".join(row.values()))
