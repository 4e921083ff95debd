"""``ancu manage working_day --from 2026-02-13 --add 5 [--json]``: the day a deadline of working days ends."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ancu.apps.dossiers.management.arguments import iso_day
from ancu.apps.dossiers.selectors import rulebook
from ancu.core.rule_edition import READER
from ancu.engines.rulebook import CalendarEnds


class Command(BaseCommand):
    help = "Print the working day N working days after a day, by the office's calendar; with 0, that day or the next."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options ``--from`` (the first day), ``--add`` (the number of working days) and ``--json``."""
        parser.add_argument("--from", type=iso_day, required=True, dest="start", metavar="ISO")
        parser.add_argument("--add", type=int, required=True, metavar="N")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, start: date, add: int, **options: Any) -> None:
        """Print the working day that is ``add`` working days after ``start``."""
        READER.refresh()
        try:
            day = rulebook.working_day(start, add)
        except (CalendarEnds, ValueError) as problem:
            raise CommandError(str(problem)) from problem
        if options["json"]:
            between = sorted(
                {day_off.on for year in (start.year, day.year) for day_off in rulebook.holidays_of(year)[0]}
            )
            off = [off_day.isoformat() for off_day in between if start < off_day <= day]
            answer = {"from": start.isoformat(), "add": add, "day": day.isoformat(), "days_off_between": off}
            self.stdout.write(json.dumps(answer))
            return
        self.stdout.write(day.isoformat())
