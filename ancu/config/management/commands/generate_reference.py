"""Write docs/reference from the code; with --check only say which pages are out of date."""

import difflib
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ancu.config.reference import FOLDER, binary_files, pages


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--check``, which writes nothing and fails if a page would change."""
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a page would change")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Write the generated pages of docs/reference; with ``--check`` only compare them.

        Raises CommandError if ``--check`` finds outdated pages.
        """
        stale = self._write_binary_files(check=check)
        for name, text in pages().items():
            path = FOLDER / name
            old = path.read_text(encoding="utf-8") if path.exists() else ""
            if old != text:
                stale.append(name)
                if check:
                    self._print_differences(name, old, text)
                else:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text, encoding="utf-8")
        if check and stale:
            raise CommandError(f"out of date: {', '.join(stale)}; run `make docs`")

    def _write_binary_files(self, *, check: bool) -> list[str]:
        """Write the files that are no text, unless ``check``; return the names of those that differed."""
        stale = []
        for name, data in binary_files().items():
            path = FOLDER / name
            if not path.exists() or path.read_bytes() != data:
                stale.append(name)
                if not check:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(data)
        return stale

    def _print_differences(self, name: str, old: str, new: str) -> None:
        """Print the first differences between a reference page as stored and as generated."""
        changes = difflib.unified_diff(old.splitlines(), new.splitlines(), f"a/{name}", f"b/{name}", lineterm="", n=0)
        self.stdout.write("\n".join(list(changes)[:20]))
