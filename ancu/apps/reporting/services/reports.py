"""Create a period's report: its content is frozen once, and every document is rendered from it."""

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.selectors import agency_of, superior_name
from ancu.apps.audit.services import record
from ancu.apps.reporting.models import Report
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import Span
from ancu.apps.reporting.rules.reading import is_of_people
from ancu.apps.reporting.rules.values import IndicatorAmount, value_of
from ancu.apps.reporting.selectors import board
from ancu.apps.reporting.selectors.board_lines import BoardLine
from ancu.apps.reporting.selectors.compared_periods import compared_periods
from ancu.apps.reporting.selectors.published import definition_of, digest_of_json
from ancu.apps.reporting.selectors.reports import unit_amounts
from ancu.apps.reporting.services.freezing import frozen_figures
from ancu.apps.reporting.services.totals import ensure_periods
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.engines.rulebook import Indicator

LAYOUT = 4  # version of the snapshot format; reports of another version cannot be rendered


@transaction.atomic
def make(*, actor: Actor, period: Span) -> Report:
    """Create a report of the currently approved figures; a report with the same figures is returned instead.

    Conflict if the period has not begun or has no figures.
    """
    require(access.makes_reports(actor))
    if period.first_day > clock.today():
        raise Conflict("not_begun", _("This period has not started yet."))
    snapshot = _snapshot(actor, period)
    if not snapshot["groups"]:
        raise Conflict("empty", _("There are no figures for this period yet."))
    digest = digest_of_json(snapshot)
    row = ensure_periods(period)[period.kind]
    report, new = Report.objects.get_or_create(
        period=row, digest=digest,
        defaults={"snapshot": snapshot, "made_at": clock.now(), "made_by_id": actor.user_id or 0},
    )  # fmt: skip
    record(actor, "reporting.reported", report, new=new)
    return report


def _snapshot(actor: Actor, period: Span) -> dict[str, Any]:
    """Return the report's content for storage: period, agency, and all lines with exact figures, by group.

    It has no timestamp, so that equal figures give an equal snapshot.
    """
    at, groups = compared_periods(period), []
    by_unit = unit_amounts(period, at)
    board_groups = board.board(actor, period, at, exact=True)
    of_people = {line.indicator.code for group in board_groups for line in group.lines if is_of_people(line.indicator)}
    of_units = board.sums_of_units(actor, period, at, of_people)
    for group in board_groups:
        lines = [_frozen_line(line, by_unit, of_units) for line in group.lines]
        groups.append({"group": group_code(group), "lines": lines})
    return {
        "layout": LAYOUT, "period": period.key, "kind": str(period.kind), "first_day": period.first_day.isoformat(),
        "last_day": period.last_day.isoformat(), "due_on": period.due_on.isoformat(),
        "extent": list(at.extent),
        "agency": actor.organisation_name, "superior": superior_name(agency_of(actor)), "groups": groups,
    }  # fmt: skip


def group_code(group: board.IndicatorGroup) -> str:
    """Return the code of the indicators' group, a key of ``GROUPS``."""
    return group.lines[0].indicator.group


def _frozen_line(
    line: BoardLine,
    by_unit: dict[str, list[tuple[str, IndicatorAmount]]],
    of_units: dict[str, dict[str, list[IndicatorAmount]]],
) -> dict[str, Any]:
    """Return a line with its texts, figures and units as JSON values.

    Its ``unit_amounts`` are the units' amounts in each column, needed to round the line for some users.
    """
    indicator = line.indicator
    words: dict[str, Any] = defaultdict(str, definition_of(indicator))
    return dict(words) | frozen_figures(line) | {
        "units": [_unit_entry(indicator, name, amount) for name, amount in by_unit.get(indicator.code, [])],
        "unit_amounts": of_units.get(indicator.code, {}),
    }  # fmt: skip


def _unit_entry(indicator: Indicator, name: str, amount: IndicatorAmount) -> list[Any]:
    """Return [name, value, amount] of a unit for JSON; the value is None if it cannot be computed."""
    value = value_of(indicator, amount)
    return [name, None if value is None else float(value), amount]


@transaction.atomic
def record_download(*, actor: Actor, report: Report, kind: str) -> None:
    """Record in the audit that the actor downloads a document. Conflict if the report has an outdated layout."""
    require(access.makes_reports(actor))
    if report.snapshot.get("layout") != LAYOUT:
        words = _(
            "Report no. %(number)s of %(day)s (fingerprint %(mark)s) was stored in a format that this version cannot "
            "display. It is unchanged. Create the report for this period again to read it in today's format."
        )
        made_on = f"{clock.local(report.made_at):%d/%m/%Y}"
        raise Conflict("other_layout", words % {"number": report.pk, "day": made_on, "mark": report.digest})
    record(actor, "reporting.taken", report, format=kind)
