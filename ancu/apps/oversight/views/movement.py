"""Guest figures of a place on a day: the page and its export."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record
from ancu.apps.oversight.forms import MovementForm
from ancu.apps.oversight.selectors import movement as figures
from ancu.apps.oversight.views import movement_charts as charts
from ancu.apps.oversight.views.movement_lines import (
    MovementLines,
    figure_headings,
    filter_label,
    filter_values,
    not_shown,
    page_query,
    row_label,
)
from ancu.apps.stays.selectors.presence import PresenceFilter, year_before
from ancu.core import clock
from ancu.core.documents.spreadsheets import Cell, export_mark, table_file
from ancu.core.templatetags.ui import day as spoken_day
from ancu.core.web.http import Request

DAY = timedelta(days=1)
PLACES = ("place", "former")  # tables of places, which have a column for the month
GROUPS = ("nationality", "purpose", "kind")


@require_safe
def movement(request: Request, unit_id: int | None = None) -> HttpResponse:
    """Show the figures of a day, a month's series, and tables by place, nationality, purpose and kind of lodging."""
    page = _movement_of(request, unit_id)
    lines = MovementLines(page)
    tables = _tables(page, lines)
    drawing = charts.movement_map(request.actor, page, lines)
    context = {
        "page": page,
        "tables": tables,
        "place_tables": [table for table in tables if table["name"] in PLACES],
        "group_tables": sorted(
            (table for table in tables if table["name"] not in PLACES), key=lambda table: GROUPS.index(table["name"])
        ),
        "total": charts.tiles(page, lines),
        "only": filter_label(page.only),
        "year_before": year_before(page.day),
        "earlier": page_query(page, page.day - DAY),
        "later": page_query(page, page.day + DAY) if page.day < clock.today() else "",
        "everybody": page_query(page, page.day, only=PresenceFilter()),
        "chart": charts.month_chart(page) if page.course else None,
        "map": drawing,
        "map_data": charts.map_data(page, drawing) if drawing else None,
        "bars": charts.place_bars(page, lines),
        "houses": [lines.of_lodging(house) for house in page.houses],
        "moves": [(move, lines.flow_url(move)) for move in page.moves],
        "heads": figure_headings(),
        "whole_day": page.columns == figures.COLUMNS,
        "now": clock.now(),
        "day_rows": [lines.of_day(day) for day in reversed(page.course)],
        "path": [(unit.full_name, lines.unit_url(unit.pk)) for unit in page.area.path(page.unit)],
    }
    return render(request, "oversight/movement/page.html", context)


def _tables(page: figures.Movement, lines: MovementLines) -> list[dict[str, Any]]:
    """Return the page's tables with lines, each with its name and title; the first lines of places have a drawing."""
    titles = _table_titles()
    return [
        {"name": name, "title": titles[name],
         "rows": [lines.of_row(name, row, has_spark=place < figures.FIRST_ROWS) for place, row in enumerate(rows)]}
        for name, rows in page.tables.items()
        if rows
    ]  # fmt: skip


def _movement_of(request: Request, unit_id: int | None) -> figures.Movement:
    """Return the figures of the unit by the day and filter in the request."""
    filters = MovementForm(request.POST if request.method == "POST" else request.GET).chosen()
    today = clock.today()
    day = min(filters.pop("day", None) or today, today)
    names = ("nationality", "purpose", "kind")
    chosen = next(({name: filters[name]} for name in names if filters.get(name)), {})
    return figures.movement(request.actor, day=day, unit_id=unit_id, only=PresenceFilter(**chosen))


def _table_titles() -> dict[str, str]:
    """Return the titles, in the user's language, of the page's tables by table name."""
    return {
        "place": _("By place"), "former": _("By former place"), "nationality": _("By nationality"),
        "purpose": _("By purpose"), "kind": _("By kind of lodging"),
    }  # fmt: skip


@require_POST
def export(request: Request, unit_id: int) -> HttpResponse:
    """Download all tables of the page of guest figures as a file, marked with user and time, and recorded."""
    page = _movement_of(request, unit_id)
    about = _("%(place)s on %(day)s.") % {"place": page.unit.full_name, "day": spoken_day(page.day)}
    head = [_("Table"), _("Line"), *figure_headings()]
    if page.day == clock.today():
        about = _("%(place)s, %(day)s so far.") % {"place": page.unit.full_name, "day": spoken_day(page.day)}
    record(request.actor, "oversight.exported_movement", ("oversight.movement", page.unit.pk),
           day=page.day.isoformat(), **filter_values(page.only))  # fmt: skip
    mark, name = f"{about} {export_mark(request.actor)}", f"an-cu-bien-dong-{page.day:%Y%m%d}"
    return table_file(request.POST.get("format", ""), mark, name, head, _export_rows(page))


def _export_rows(page: figures.Movement) -> list[list[Cell]]:
    """Return the rows of the exported file: total, tables, lodgings and flows."""
    rows = [[_("Total"), filter_label(page.only) or page.unit.full_name, *_figure_cells(page.total, page.columns)]]
    titles = _table_titles()
    for name, lines in page.tables.items():
        rows += [[titles[name], row_label(name, row), *_figure_cells(row.figures, page.columns)] for row in lines]
    for house in page.houses:
        rows.append([_("Lodgings here"), house.lodging.name, house.present, house.arrivals, house.departures, ""])
    for move in page.moves:
        rows.append(
            [_("Moves between places, 30 days"), f"{move.origin.full_name} → {move.destination.full_name}", move.number]
        )
    for day in page.course:
        rows.append([_("Daily figures"), day.day, *_figure_cells(day, figures.columns_of(day.day))])
    return rows


def _figure_cells(counts: Any, columns: Sequence[str]) -> list[Cell]:
    """Return the figures of these columns as cells of the exported file; "not shown" for a hidden figure."""
    return [not_shown() if (value := getattr(counts, name)) is None else value for name in columns]
