"""``manage.py rulebook --on 2026-07-01 [--json]``: procedures, forms, fees and limits in force on a day."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ancu.apps.dossiers.management.arguments import iso_day
from ancu.apps.dossiers.selectors import rulebook
from ancu.core import clock


class Command(BaseCommand):
    help = "Print what is in force on a day (today, unless --on says otherwise), and what changes next."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=iso_day, metavar="DATE", help="such as 2026-07-01")
        parser.add_argument("--json", action="store_true", help="the same as JSON, with every component and article")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["on"] or clock.today()
        found = rulebook.as_data(day)
        if rulebook.holidays_lack(day):
            self.stderr.write(self._beyond(found["holidays_known"]))
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"In force on {found['on']}")
        self._procedures(found)
        self._part("Forms", [(one["code"], one["title_en"], one) for one in found["forms"]])
        self._fees(found)
        self._part("Limits and other rules", [(one["rule"], _values(one), one) for one in found["limits"]])
        self._changes(found)

    def _beyond(self, known: dict[str, str]) -> str:
        return (
            f"Warning: the calendar of holidays begins on {known['from']} and ends on {known['until']}. "
            "Outside of it no working days are counted and no due dates given: enter the year's holidays first."
        )

    def _procedures(self, found: dict[str, Any]) -> None:
        rows = []
        for one in found["procedures"]:
            limits = f"{one['deadline_working_days']} working days"
            if one["supplement_days"]:
                limits += f", closed after {one['supplement_days']} days"
            rows.append((one["code"], f"{one['name_en']}: {limits}; forms {', '.join(one['forms'])}", one))
        self._part("Procedures", rows)

    def _fees(self, found: dict[str, Any]) -> None:
        lines, table = found["fees"]["lines"], found["fees"]
        self.stdout.write(f"\nFees ({table.get('article_en', 'none in force')})")
        for fee in lines:
            self.stdout.write(f"  {fee['code']:<26} {fee['usd']:>4} USD  {fee['name_en']}")

    def _part(self, title: str, rows: list[tuple[str, str, dict[str, Any]]]) -> None:
        self.stdout.write(f"\n{title}")
        for code, text, one in rows:
            self.stdout.write(f"  {code:<26} {text} [{one['version']}, {one['confidence']}]")

    def _changes(self, found: dict[str, Any]) -> None:
        self.stdout.write("\nWhat changes next")
        for one in found["changes"]:
            self.stdout.write(f"  {one['on']}  {one['rule']}: {one['replaced'] or '-'} → {one['version'] or 'ends'}")


def _values(one: dict[str, Any]) -> str:
    told = "; ".join(f"{key} {value}" for key, value in list(one["values"].items())[:6])
    return f"{one['title_en']}: {told}"
