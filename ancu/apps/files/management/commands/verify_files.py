"""Decrypt every stored file and compare it with its SHA-256; exit code 1 where one is missing or differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ancu.apps.files.services.verifying import FilesCheck, verify_files


class Command(BaseCommand):
    help = "Decrypt every stored file and compare it with its SHA-256; exit code 1 where one is missing or differs."

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify all stored files; print the ids of those that are missing or changed, and the numbers."""
        report(self, verify_files())


def report(command: BaseCommand, check: FilesCheck) -> None:
    """Print the outcome of a check of stored files; raises CommandError unless all agree."""
    for state, ids in (("missing", check.missing), ("changed, or of another key", check.changed)):
        for file_id in ids:
            command.stdout.write(f"{state}: {file_id}")
    command.stdout.write(
        f"{check.agreeing} files agree with their SHA-256, {len(check.missing)} are missing,"
        f" {len(check.changed)} differ"
    )
    if not check.is_clean:
        raise CommandError(f"{len(check.missing) + len(check.changed)} stored files are not as they were stored")
