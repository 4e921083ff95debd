"""Make the demo province in an empty database; with --stays N, grow it to N stays by SQL."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ancu.apps.lodging.models import Establishment
from ancu.demo.growth import grow
from ancu.demo.province import SEED, STAYS, load_province


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--stays", type=int, default=STAYS, help="how many stays there shall be")

    def handle(self, *args: Any, seed: int, stays: int, **options: Any) -> None:
        started = time.monotonic()
        empty = not Establishment.objects.exists()
        if not empty and stays <= STAYS:
            raise CommandError("The database is not empty. `make demo-reset` starts over; --stays N adds to it.")
        if empty:
            made = load_province(seed=seed, stays=min(stays, STAYS))
            self.stdout.write(", ".join(f"{count:,} {what}" for what, count in made.items()))
        if stays > STAYS:
            self.stdout.write(f"{grow(stays):,} stays")
        self.stdout.write(f"in {time.monotonic() - started:.1f} s")
