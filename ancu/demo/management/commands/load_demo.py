"""Make the demo province in an empty database; --stays N and --dossiers N grow it by SQL to that many."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from ancu.apps.dossiers.models import Dossier
from ancu.apps.lodging.models import Establishment
from ancu.demo.community import load_community
from ancu.demo.contact import load_contact
from ancu.demo.delegations import load_delegations
from ancu.demo.desk import load_filters
from ancu.demo.dossiers import COUNT, load_dossiers
from ancu.demo.dossiers.growth import grow_dossiers
from ancu.demo.growth import grow
from ancu.demo.listening import load_listening
from ancu.demo.oversight import load_oversight
from ancu.demo.people import load_same_people
from ancu.demo.province import SEED, STAYS, load_province
from ancu.demo.reporting import load_reporting
from ancu.demo.site import load_site
from ancu.demo.surveys import load_surveys
from ancu.demo.tips import load_tips


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--seed`` and the numbers of stays and dossiers to create."""
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--stays", type=int, default=STAYS, help="how many stays there shall be")
        parser.add_argument("--dossiers", type=int, default=COUNT, help="how many dossiers there shall be")

    def handle(self, *args: Any, seed: int, stays: int, dossiers: int, **options: Any) -> None:
        """Create the demo province; into an existing one copy stays or dossiers up to larger numbers.

        Raises CommandError if the database is not empty and no larger number is requested.
        """
        started = time.monotonic()
        empty = not Establishment.objects.exists(), not Dossier.objects.exists()
        if not any(empty) and stays <= STAYS and dossiers <= COUNT:
            raise CommandError("The database is not empty. `make demo-reset` starts over; --stays N adds to it.")
        with transaction.atomic():  # otherwise an interrupted load would look complete
            self._load(empty, seed, min(stays, STAYS), min(dossiers, COUNT))
        if stays > STAYS:
            self._print_counts({"stays": grow(stays)})
        if dossiers > COUNT:
            self._print_counts({"dossiers": grow_dossiers(dossiers)})
        self.stdout.write(f"in {time.monotonic() - started:.1f} s")

    def _load(self, empty: tuple[bool, bool], seed: int, stays: int, dossiers: int) -> None:
        """Create the missing demo data; ``empty`` says whether the province and whether the dossiers are missing."""
        if empty[0]:
            self._print_counts(load_province(seed=seed, stays=stays))
            self._print_counts(load_same_people())
        if empty[1]:
            self._print_counts(load_dossiers(seed=seed, count=dossiers))
        if any(empty):
            self._print_counts(load_oversight(seed=seed))
            self._print_counts(load_contact())
            self._print_counts(load_surveys(seed=seed))
            self._print_counts(load_listening(seed=seed))
        if empty[0]:
            self._print_counts(load_tips())
            self._print_counts(load_community())
            self._print_counts(load_delegations())
            self._print_counts(load_filters())
            self._print_counts(load_reporting(seed=seed))
            self._print_counts(load_site())

    def _print_counts(self, counts: dict[str, int]) -> None:
        """Print the numbers of created rows by label."""
        self.stdout.write(", ".join(f"{count:,} {what}" for what, count in counts.items()))
