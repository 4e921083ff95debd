"""A published year as its page shows it: each indicator's months beside those of the year before.

Everything is read from the content of two releases, so that nothing suppressed can reach a page: not as a number, nor
as the height of a column, the scale of a chart or a difference.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from ancu.apps.reporting.enums import GROUPS
from ancu.apps.reporting.models import Release
from ancu.apps.reporting.rules.values import is_better
from ancu.core.charts import SUPPRESSED, ChartValue
from ancu.core.charts.values import number_of
from ancu.core.db.statements import run
from ancu.core.documents.comparisons import Change, change
from ancu.core.web.language import localized_text, reader_language

# Raw SQL: unpacking what the page shows takes some milliseconds in the database; loading two complete releases took
# thirty. ``OFFSET 0`` prevents unpacking the content once per row.
FIELDS = (
    "code",
    "group",
    "direction",
    "sums",
    "title_vi",
    "title_en",
    "measure_vi",
    "measure_en",
    "definition_vi",
    "definition_en",
    "months",
    "hidden",
    "total",
    "total_hidden",
    "total_counts",
    "plan",
    "pending",
    "demo",
    "revisions",
    "units",
)
YEARS = """
SELECT release.year, release.months, told.code, "group", direction, sums, title_vi, title_en, measure_vi, measure_en,
    definition_vi, definition_en, told.months, hidden, total, total_hidden, total_counts, plan, pending, demo,
    revisions, CASE WHEN told.code = 'stays_declared' THEN units END
FROM (
    SELECT year, (content -> 'months')::int AS months, content -> 'indicators' AS indicators FROM reporting_release
    WHERE id = %(id)s OR id = (SELECT id FROM reporting_release WHERE year = %(before)s ORDER BY number DESC LIMIT 1)
    OFFSET 0
) AS release, jsonb_to_recordset(indicators) AS told(
    code text, "group" text, direction text, sums text, title_vi text, title_en text, measure_vi text, measure_en text,
    definition_vi text, definition_en text, months jsonb, hidden jsonb, total float8, total_hidden boolean,
    total_counts jsonb, plan float8, pending boolean, demo boolean, revisions jsonb, units jsonb
)
"""

EARLIER_TOTALS = """
SELECT year, (jsonb_path_query_first(
    content, '$.indicators[*] ? (@.code == $code)', jsonb_build_object('code', %(code)s::text)
) ->> 'total')::float8
FROM (
    SELECT DISTINCT ON (year) year, content FROM reporting_release
    WHERE year BETWEEN %(first)s AND %(last)s ORDER BY year, number DESC
) AS newest
WHERE (content -> 'months')::int = 12 ORDER BY year
"""
MOST_YEARS = 9  # before the year itself


class MonthRevision(NamedTuple):
    """A published value that a later release changed."""

    title: str
    code: str
    month: date
    before: float
    after: float
    places: int
    why: str
    on: date


@dataclass(frozen=True)
class YearIndicator:
    """An indicator of a release in the reader's language, with the same months of the year before.

    ``months`` and ``earlier_months`` have a number, None while there is no figure, or SUPPRESSED. ``earlier_units`` are
    the units of the year before, which a release has once its year is complete, and ``earlier_units_total`` the value
    of all of them together.
    """

    year: int
    content: Mapping[str, Any]
    earlier_months: Sequence[ChartValue] = ()
    earlier_total: float | None = None
    earlier_units: Sequence[Mapping[str, Any]] = ()
    earlier_units_total: float | None = None

    @property
    def code(self) -> str:
        """The indicator's code."""
        return str(self.content["code"])

    def text(self, name: str) -> str:
        """Return a text of the release (title, measure or definition) in the reader's language."""
        return localized_text(str(self.content[f"{name}_{reader_language()}"]))

    @property
    def text_title(self) -> str:
        """The title, for templates."""
        return self.text("title")

    @property
    def text_measure(self) -> str:
        """The unit of measure, for templates."""
        return self.text("measure")

    @property
    def is_ratio(self) -> bool:
        """Whether the value is a share or an average, which does not add up."""
        return self.content["sums"] in {"share", "mean"}

    @property
    def places(self) -> int:
        """The number of decimal places: one for a share or an average."""
        return 1 if self.is_ratio else 0

    @cached_property
    def months(self) -> list[ChartValue]:
        """The values of the release's months."""
        return month_values(self.content)

    @property
    def total(self) -> ChartValue:
        """The value of all months together."""
        if self.content["total"] is None:
            return SUPPRESSED if self.content["total_hidden"] else None
        return float(self.content["total"])

    @property
    def counts(self) -> tuple[int, int] | None:
        """The part and the base of the share of all months; None where a release does not show them."""
        counts = self.content.get("total_counts")
        return (int(counts[0]), int(counts[1])) if counts else None

    @property
    def has_months(self) -> bool:
        """Whether at least one month has a number; another page may show the months instead."""
        return any(number_of(value) is not None for value in self.months)

    @property
    def change(self) -> Change | None:
        """The change from the same months of the year before; None unless both are published."""
        now, before = number_of(self.total), self.earlier_total
        if now is None or before is None:
            return None
        return change(_decimal(now), _decimal(before), share=self.is_ratio or self.content["sums"] != "count")

    @property
    def is_better(self) -> bool | None:
        """Whether the change is an improvement; None where neither direction is plainly better."""
        return is_better(self.content["direction"], self.change.amount if self.change else None)

    @property
    def plan(self) -> float | None:
        """The province's target for the year."""
        return None if self.content["plan"] is None else float(self.content["plan"])

    @property
    def last_month(self) -> tuple[int, float] | None:
        """The number (1 to 12) and value of the last month that has a number."""
        numbers = [
            (place, number) for place, value in enumerate(self.months, 1) if (number := number_of(value)) is not None
        ]
        return numbers[-1] if numbers else None

    @property
    def revisions(self) -> list[MonthRevision]:
        """The indicator's published values that a later release changed."""
        return [
            MonthRevision(
                self.text("title"), self.code, date(self.year, entry["month"], 1), entry["before"], entry["after"],
                self.places, " ".join(entry["why"]), date.fromisoformat(entry["on"]),
            )
            for entry in self.content["revisions"] or []
        ]  # fmt: skip


@dataclass(frozen=True)
class YearResults:
    """A year's release: its months and indicators, group by group."""

    release: Release
    months: int
    indicators: Sequence[YearIndicator] = field(default=())

    @cached_property
    def by_code(self) -> dict[str, YearIndicator]:
        """The indicators by code."""
        return {indicator.code: indicator for indicator in self.indicators}

    def groups(self) -> list[tuple[str, list[YearIndicator]]]:
        """Return the indicators by group, in the order of the groups; groups without indicators are left out."""
        in_group = {name: [entry for entry in self.indicators if entry.content["group"] == name] for name in GROUPS}
        return [(name, entries) for name, entries in in_group.items() if entries]

    @property
    def first_days(self) -> list[date]:
        """The first day of each month of the release."""
        return [date(self.release.year, number, 1) for number in range(1, self.months + 1)]

    @property
    def revisions(self) -> list[MonthRevision]:
        """All published values that a later release changed, the newest first."""
        revisions = [revision for indicator in self.indicators for revision in indicator.revisions]
        return sorted(revisions, key=lambda revision: (revision.on, revision.month), reverse=True)

    @cached_property
    def cells(self) -> tuple[int, int]:
        """How many months and totals are suppressed, and how many there are."""
        values = [value for entry in self.indicators if entry.has_months for value in (*entry.months, entry.total)]
        return sum(value is SUPPRESSED for value in values), len(values)


def year_results(release: Release) -> YearResults:
    """Return the release with each indicator beside the same months of the newest release of the year before."""
    rows = run(YEARS, {"id": release.pk, "before": release.year - 1})
    length = next((months for year, months, *_row in rows if year == release.year), 0)
    before = {
        row[0]: (months, dict(zip(FIELDS, row, strict=True))) for year, months, *row in rows if year < release.year
    }
    indicators = []
    for year, _months, *row in rows:
        if year == release.year:
            content = _parsed(dict(zip(FIELDS, row, strict=True)))
            indicators.append(_beside_year_before(year, length, content, before.get(content["code"])))
    return YearResults(release, length, indicators)


def earlier_totals(code: str, year: int) -> list[tuple[int, float | None]]:
    """Return the published value of each complete year before ``year``; None where the release has or shows none."""
    return [(row[0], row[1]) for row in
            run(EARLIER_TOTALS, {"code": code, "first": year - MOST_YEARS, "last": year - 1})]  # fmt: skip


def _parsed(content: dict[str, Any]) -> dict[str, Any]:
    """Return the row with its JSON values parsed."""
    return content | {
        name: json.loads(content[name]) if isinstance(content[name], str) else content[name]
        for name in ("months", "hidden", "total_counts", "revisions", "units")
    }


def _beside_year_before(
    year: int, length: int, content: dict[str, Any], before: tuple[int, dict[str, Any]] | None
) -> YearIndicator:
    """Return the indicator with the first ``length`` months of the year before, if that year has as many."""
    if before is None or before[0] < length:
        return YearIndicator(year, content)
    earlier = _parsed(before[1])
    months = month_values(earlier)[:length]
    total = _comparable_total(content, earlier, before[0], length)
    return YearIndicator(year, content, months, total, earlier["units"] or (), earlier["total"])


def _comparable_total(content: dict[str, Any], earlier: dict[str, Any], months: int, length: int) -> float | None:
    """Return the year before's value of the same months, only from published numbers; None if there is none.

    Counts add up if all months are shown; shares do not. A year that lacks a figure which the other one has is not
    compared.
    """
    values = month_values(earlier)[:length]
    if [value is None for value in values] != [value is None for value in month_values(content)]:
        return None
    if months == length:
        return earlier["total"]  # type: ignore[no-any-return]
    numbers = [number_of(value) for value in values]
    if earlier["sums"] != "count" or None in numbers:
        return None
    return sum(number for number in numbers if number is not None)


def month_values(content: Mapping[str, Any]) -> list[ChartValue]:
    """Return the months of an indicator of a release: a number, None without a figure, or SUPPRESSED."""
    pairs = zip(content["months"], content["hidden"], strict=True)
    return [SUPPRESSED if value is None and hidden else value for value, hidden in pairs]


def _decimal(value: float) -> Decimal:
    """Return a published value as a decimal, without the digits that a float would add."""
    return Decimal(str(value))
