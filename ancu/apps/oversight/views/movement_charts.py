"""The drawings of the movement page: the map, the line of the month, and the comparisons in its tiles."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.oversight.selectors import movement as figures
from ancu.apps.oversight.selectors.high_alerts import high_alerts
from ancu.apps.oversight.views.movement_lines import MovementLines, change
from ancu.apps.places.selectors.shapes import MapTexts, PlaceNumber, has_shape, place_map
from ancu.apps.stays.selectors.presence import year_before
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.charts import SUPPRESSED, BarRow, BarRows, ChartLine, ChartValue, LineChart, PlaceMap
from ancu.core.charts import maps as map_drawing
from ancu.core.templatetags.charts import value_format
from ancu.core.templatetags.ui import day as spoken_day
from ancu.core.templatetags.ui import day_short, number

MOST_BARS = 10


def movement_map(actor: Actor, page: figures.Movement, lines: MovementLines) -> PlaceMap | None:
    """Return the map of the page's day, with open alerts of high severity; None without drawn districts.

    Its scales are those of the month and of the year before, so that the script can show any of their days.
    """
    districts = _districts(page, lines)
    rows = [row for row in page.tables["place"] if row.unit is not None]
    communes = [PlaceNumber(row.unit, _chart_value(row), lines.unit_url(row.unit.pk)) for row in rows if row.unit]
    words = _("Map: people present, by district and commune. The figures are in the tables.")
    return place_map(
        districts, communes, MapTexts(value_format(), words, _("high alerts")),
        marks=high_alerts(actor, page.area, page.area.parts(page.unit)) if districts else (),
        circle_most=_most(rows), district_most=_most(page.tables["former"]),
    )  # fmt: skip


def _districts(page: figures.Movement, lines: MovementLines) -> list[PlaceNumber]:
    """Return the guests of each former district that has a shape; a district without a row has none."""
    rows = {row.unit.pk: row for row in page.tables["former"] if row.unit}
    former = [part for before in page.area.predecessors(page.unit) for part in page.area.parts(before)]
    nobody: ChartValue = 0 if page.listed else SUPPRESSED
    return [
        PlaceNumber(unit, _chart_value(rows[unit.pk]) if unit.pk in rows else nobody, lines.unit_url(unit.pk))
        for unit in former
        if has_shape(unit)
    ]


def _chart_value(row: figures.MovementRow) -> ChartValue:
    """Return the guests of a row as a chart's value."""
    return SUPPRESSED if row.figures.present is None else row.figures.present


def _most(rows: list[figures.MovementRow]) -> int:
    """Return the largest number of the rows in the month and in that a year before."""
    return max((number for row in rows for number in (*row.month, *row.month_then)), default=0)


def map_data(page: figures.Movement, drawing: PlaceMap) -> dict[str, Any]:
    """Return the daily counts of districts and communes for the map's script, with a year before.

    Users without lists get the current day only, as in the tables.
    """
    days = figures.month_to(page.day) if page.listed else [page.day]
    then = figures.month_to(year_before(page.day))[-len(days) :]
    return {
        "days": [spoken_day(day) for day in days],
        "daysYearAgo": [spoken_day(day) for day in then],
        "districts": {row.unit.code: _courses(page, row) for row in page.tables["former"] if row.unit},
        "communes": {str(row.unit.pk): _courses(page, row) for row in page.tables["place"] if row.unit},
        "total": _total_courses(page),
        "steps": drawing.steps,
        "most": drawing.most,
        "circle": [map_drawing.LARGEST_CIRCLE, map_drawing.SMALLEST_CIRCLE],
        "present": _("present"),
    }


def _total_courses(page: figures.Movement) -> dict[str, list[int | None]]:
    """Return the unit's guests present on each day (``now``) and on the same days a year before (``yearAgo``).

    Users who may not list guests get one day only.
    """
    if not page.listed:
        return {"now": [page.total.present], "yearAgo": [page.total.year_ago]}
    return {"now": [day.present for day in page.course], "yearAgo": [day.year_ago for day in page.course]}


def _courses(page: figures.Movement, row: figures.MovementRow) -> dict[str, list[int | None]]:
    """Return the daily counts of a place in both years."""
    now: list[int | None] = [*row.month] or [row.figures.present]
    year_ago: list[int | None] = [*row.month_then] or [row.figures.year_ago]
    if page.columns != figures.COLUMNS:
        year_ago[-1] = None  # the day that runs
    return {"now": now, "yearAgo": year_ago}


def place_bars(page: figures.Movement, lines: MovementLines) -> BarRows | None:
    """Return bars of the places with most guests, beside the map; None without any."""
    rows = [row for row in page.tables["place"] if row.unit and row.figures.present][:MOST_BARS]
    bars = [
        BarRow(row.unit.name, row.figures.present, number(row.figures.present), url=lines.unit_url(row.unit.pk))
        for row in rows
        if row.unit
    ]
    return BarRows(bars) if bars else None


def month_chart(page: figures.Movement) -> LineChart:
    """Return the line of the guests present on each day of the month, with the same days a year before."""
    days = [day.day for day in page.course]
    last = len(days) - 1
    labels = [day_short(on) if place == 0 or (last - place) % 6 == 0 else "" for place, on in enumerate(days)]
    year_ago = [day.year_ago if day.day < clock.today() else None for day in page.course]
    words = _("Line chart: people present on each day of the month, compared with a year earlier."
              " The figures are in the table.")  # fmt: skip
    return LineChart(
        labels, ChartLine(str(days[-1].year), [day.present for day in page.course]), value_format(),
        before=ChartLine(str(days[-1].year - 1), year_ago), from_zero=False, height=230, words=words,
    )  # fmt: skip


def tiles(page: figures.Movement, lines: MovementLines) -> list[dict[str, Any]]:
    """Return the figures of the day, each with those that it is compared with.

    A day that is not over is not compared: yesterday is. Users without lists get the plain figures.
    """
    cells = lines.cells(page.total, lines.here)
    if not page.compared:
        return cells
    return [cell | {"compared": _compared(page, lines, cell["name"])} for cell in cells if cell["name"] != "year_ago"]


def _compared(page: figures.Movement, lines: MovementLines, name: str) -> list[dict[str, Any]]:
    """Return the lines under a figure: the day that is compared if it is not the page's, a week and a year before."""
    last, week, year = page.compared
    labels = [(week, _("a week before")), (year, _("a year before"))]
    rows = [] if last.day == page.day else [{"label": pgettext("compared", "yesterday"), **lines.day_cell(last, name)}]
    return rows + [
        {**lines.day_cell(day, name), "label": label, "day": day_short(day.day),
         "delta": change(getattr(last, name), getattr(day, name))}
        for day, label in labels
    ]  # fmt: skip
