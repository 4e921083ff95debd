"""``ancu manage rulebook --on 2026-07-01 [--json]``: procedures, forms, fees and limits in force on a day."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ancu.apps.dossiers.management.arguments import iso_day
from ancu.apps.dossiers.selectors import rulebook
from ancu.core import clock
from ancu.core.rule_edition import READER


class Command(BaseCommand):
    help = "Print what is in force on a day (today, unless --on says otherwise), and what changes next."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options ``--on DATE`` (the day of the law) and ``--json``."""
        parser.add_argument("--on", type=iso_day, metavar="DATE", help="such as 2026-07-01")
        parser.add_argument("--json", action="store_true", help="the same as JSON, with every component and article")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print procedures, forms, fees, limits and coming changes of the law on a day, as text or JSON."""
        READER.refresh()
        day = options["on"] or clock.today()
        content = rulebook.as_data(day)
        if rulebook.is_outside_holiday_range(day):
            self.stderr.write(self._holiday_warning(content["holidays_known"]))
        if options["json"]:
            self.stdout.write(json.dumps(content, ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"In force on {content['on']}")
        self._print_procedures(content)
        self._print_section("Forms", [(form["code"], form["title_en"], form) for form in content["forms"]])
        self._print_fees(content)
        self._print_section(
            "Limits and other rules", [(limit["rule"], _values(limit), limit) for limit in content["limits"]]
        )
        self._print_changes(content)

    def _holiday_warning(self, holiday_range: dict[str, str]) -> str:
        """Return the warning that the day lies outside the known holidays, so that no due dates are computed.

        ``holiday_range`` holds from and until.
        """
        return (
            f"Warning: the calendar of holidays begins on {holiday_range['from']} and ends on"
            f" {holiday_range['until']}. "
            "Outside of it no working days are counted and no due dates given: enter the year's holidays first."
        )

    def _print_procedures(self, content: dict[str, Any]) -> None:
        """Print each procedure in force with its deadline and forms."""
        rows = []
        for procedure in content["procedures"]:
            limits = f"{procedure['deadline_working_days']} working days"
            if procedure["supplement_days"]:
                limits += f", closed after {procedure['supplement_days']} days"
            rows.append(
                (
                    procedure["code"],
                    f"{procedure['name_en']}: {limits}; forms {', '.join(procedure['forms'])}",
                    procedure,
                )
            )
        self._print_section("Procedures", rows)

    def _print_fees(self, content: dict[str, Any]) -> None:
        """Print the fee table in force, one fee in each line."""
        lines, table = content["fees"]["lines"], content["fees"]
        self.stdout.write(f"\nFees ({table.get('article_en', 'none in force')})")
        for fee in lines:
            self.stdout.write(f"  {fee['code']:<26} {fee['usd']:>4} USD  {fee['name_en']}")

    def _print_section(self, title: str, rows: list[tuple[str, str, dict[str, Any]]]) -> None:
        """Print a title, and each row (code, text, rule) with the rule's version and confidence."""
        self.stdout.write(f"\n{title}")
        for code, text, entry in rows:
            self.stdout.write(f"  {code:<26} {text} [{entry['version']}, {entry['confidence']}]")

    def _print_changes(self, content: dict[str, Any]) -> None:
        """Print the changes of the law that are to come, with their days."""
        self.stdout.write("\nWhat changes next")
        for change in content["changes"]:
            self.stdout.write(
                f"  {change['on']}  {change['rule']}: {change['replaced'] or '-'} → {change['version'] or 'ends'}"
            )


def _values(entry: dict[str, Any]) -> str:
    """Return a rule's English title with its first six values on a single line: "title: name value; name value"."""
    values = "; ".join(f"{key} {value}" for key, value in list(entry["values"].items())[:6])
    return f"{entry['title_en']}: {values}"
