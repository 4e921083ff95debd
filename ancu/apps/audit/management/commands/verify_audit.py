"""Recompute the audit's chain and hold it against every head that is kept; exit code 1 where they do not agree.

``--heads`` names a file or folder of another party: heads as they were sent, or the letters as they were saved.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ancu.apps.audit.enums import ChainProblem
from ancu.apps.audit.selectors.checks import heads_of, public_keys, stored_heads
from ancu.apps.audit.services.checking import Examination, examine

SENTENCES = {
    ChainProblem.BROKEN: "the chain breaks at link {place}: an event was changed, removed or put in",
    ChainProblem.SHORTENED: "the chain ends after {events} events, a kept head says {place}: its end was removed",
    ChainProblem.REWRITTEN: "link {place} is not the one whose hash was signed: the chain was recomputed",
    ChainProblem.UNVERIFIED: "the head at link {place} bears no signature of a known key: name it by --public-key",
}


class Command(BaseCommand):
    help = "Recompute the audit's chain and hold it against every head that is kept; exit code 1 on a difference."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--heads`` (files with signed heads that others stored) and ``--public-key``."""
        parser.add_argument("--heads", action="append", default=[], metavar="PATH", help="heads that others kept")
        parser.add_argument("--public-key", action="append", default=[], help="a key that verifies them")

    def handle(self, *args: Any, heads: list[str], public_key: list[str], **options: Any) -> None:
        """Recompute the audit's hash chain and compare it with all signed heads; CommandError on a difference."""
        brought = [head for path in heads for head in heads_of(Path(path))]
        if heads and not brought:
            raise CommandError("no head of a chain stands in what --heads names")
        all_heads = list(dict.fromkeys([*stored_heads(), *brought]))
        outcome = examine(all_heads, [*public_keys(), *public_key])
        if outcome.problem:
            raise CommandError(_sentence(outcome))
        agreed = f", {len(all_heads)} kept heads agree" if all_heads else ""
        self.stdout.write(f"{outcome.events} events checked, the chain holds{agreed}")


def _sentence(outcome: Examination) -> str:
    """Return the problem that was found in the audit's hash chain as an English sentence for the terminal."""
    if outcome.problem is ChainProblem.OUTSIDE:
        stand = "event stands" if outcome.place == 1 else "events stand"
        return f"{outcome.place} {stand} outside the chain: put in behind it, or nothing has been sealed"
    return SENTENCES[outcome.problem or ChainProblem.BROKEN].format(place=outcome.place, events=outcome.events)
