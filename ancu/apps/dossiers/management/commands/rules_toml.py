"""``ancu manage rules_toml [RULE ...]``: rules with the office's changes, in the shape of the rulebook's files."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ancu.core.rule_edition import READER
from ancu.engines.rulebook import AMENDABLE, rules, rules_toml


class Command(BaseCommand):
    help = "Print rules with the office's changes as TOML; those that the office may change, unless rules are named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the rules' ids."""
        parser.add_argument("rules", nargs="*", metavar="RULE", help="such as fees.immigration")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the rules as TOML."""
        READER.refresh()
        chosen = options["rules"] or AMENDABLE
        if unknown := [rule_id for rule_id in chosen if rule_id not in rules()]:
            raise CommandError(f"unknown rules: {', '.join(unknown)}")
        self.stdout.write(rules_toml(rules()[rule_id] for rule_id in chosen), ending="")
