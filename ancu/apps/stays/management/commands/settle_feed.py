"""Let the feed of changes go on where another server left off; part of prepare_database, after every restore."""

from typing import Any

from django.core.management.base import BaseCommand

from ancu.apps.stays.services import feed


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        """Realign the programs' feed of changes after a restore; print the offset if asked to be verbose."""
        offset = feed.realign_after_restore()
        if verbosity > 1:
            self.stdout.write(f"the feed of changes is {offset} ahead of this server's transactions")
