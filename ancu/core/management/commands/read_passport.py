"""Read the machine-readable zone of pictures from the command line, by the engine every other way uses."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ancu.engines.mrz import Unreadable, ZoneReading, read
from ancu.engines.passports import Unread
from ancu.engines.passports.reading import to_readable_picture


class Command(BaseCommand):
    help = (
        "Read passports, identity cards and visas in IMAGE... Nothing is stored. A value may be taken without a person"
        " looking only where `certain` is true. Exit code 2 when some could not be read; all are in the output."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the paths of the pictures to read, and ``--json`` for JSON output."""
        parser.add_argument("images", nargs="+", type=Path, metavar="IMAGE")
        parser.add_argument("--json", action="store_true", help="a list in JSON, one object a picture")

    def handle(self, *args: Any, images: list[Path], **options: Any) -> None:
        """Read the machine-readable zone of each picture and print the results.

        Raises CommandError with exit code 2 if some could not be read.
        """
        results = [self._read(path) for path in images]
        if options["json"]:
            self.stdout.write(json.dumps(results, ensure_ascii=False, indent=1))
        else:
            self._print(results)
        if unread := sum(result["problem"] is not None for result in results):
            raise CommandError(f"{unread} of {len(results)} pictures could not be read.", returncode=2)

    def _print(self, results: list[dict[str, Any]]) -> None:
        """Print for each picture its format, whether its reading is certain, and the lines of the zone."""
        for result in results:
            state = result["problem"] or ("certain" if result["certain"] else "to be checked")
            self.stdout.write(f"{result['file']}: {result['format'] or '-'} {state}")
            for line in result["lines"]:
                self.stdout.write(f"  {line}")

    def _read(self, path: Path) -> dict[str, Any]:
        """Read the passport in the picture at ``path``; return the reading, or why it failed, as plain data."""
        try:
            return self._describe(path, read(to_readable_picture(path.read_bytes())), "")
        except (Unreadable, Unread) as refusal:
            return self._describe(path, None, refusal.code)
        except OSError:
            return self._describe(path, None, "no_file")

    def _describe(self, path: Path, reading: ZoneReading | None, problem: str) -> dict[str, Any]:
        """Return a passport reading, or the ``problem`` that prevented it, as plain data for JSON."""
        return {
            "file": str(path),
            "format": reading.format if reading else None,
            "lines": list(reading.lines) if reading else [],
            "valid": bool(reading and reading.valid),
            "certain": bool(reading and reading.certain),
            "confidence": reading.confidence if reading else 0.0,
            "fields": dict(reading.fields) if reading else {},
            "doubtful_fields": sorted(reading.doubtful_fields) if reading else [],
            "problem": problem or None,
        }
