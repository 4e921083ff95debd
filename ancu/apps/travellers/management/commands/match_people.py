"""Match records of one person: join certain pairs, propose likely ones. Prints no personal data."""

import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

import msgspec
from django.core.management.base import BaseCommand

from ancu.apps.travellers.services.matching import MatchTally, match_all


class Command(BaseCommand):
    help = (
        "Look for records of one person: whoever was not looked at by the present rules, as every night. What is"
        " certain is joined, what is likely is proposed to officers, and joins by the rules that no longer hold are"
        " taken back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options ``--all`` (compare all again), ``--limit N`` (at most N records) and ``--json``."""
        parser.add_argument("--all", action="store_true", help="everybody again, whoever looked before")
        parser.add_argument("--limit", type=int, metavar="N", help="at most so many records")
        parser.add_argument("--json", action="store_true", help="counts and the ids of the pairs, in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Match identities of guests, and print how many were compared, joined and proposed."""
        began = time.monotonic()
        tally = match_all(options["limit"], everyone=options["all"])
        seconds = time.monotonic() - began
        if options["json"]:
            text = msgspec.json.encode(asdict(tally) | {"seconds": round(seconds, 3)})
            self.stdout.write(msgspec.json.format(text, indent=1).decode())
        else:
            self._print_counts(tally, seconds)

    def _print_counts(self, tally: MatchTally, seconds: float) -> None:
        """Print the numbers of identities and pairs compared, joined, proposed and undone, and the seconds."""
        self.stdout.write(
            f"{tally.looked_at:,} records looked at, {tally.weighed:,} pairs weighed: {tally.joined:,} joined,"
            f" {tally.proposed:,} proposed, {tally.parted:,} taken back; {seconds:.1f} s"
        )
