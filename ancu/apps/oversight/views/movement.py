"""Guest figures of a place on a day: the page and its export."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record
from ancu.apps.lodging.enums import LodgingKind
from ancu.apps.oversight.forms import MovementForm
from ancu.apps.oversight.selectors import movement as figures
from ancu.apps.oversight.selectors.lodgings import LodgingOverview
from ancu.apps.places.enums import UnitKind
from ancu.apps.stays.selectors.guests import NOT_GIVEN
from ancu.apps.stays.selectors.presence import PresenceFilter
from ancu.apps.stays.templatetags.guests import listed, nationality
from ancu.apps.stays.templatetags.office import figure
from ancu.core import clock
from ancu.core.documents.spreadsheets import Cell, export_mark, table_file
from ancu.core.templatetags.ui import day as spoken_day
from ancu.core.web.http import Request, url_builder

DAY = timedelta(days=1)
DISTRICTS = frozenset({UnitKind.DISTRICT, UnitKind.CITY})


@require_safe
def movement(request: Request, unit_id: int | None = None) -> HttpResponse:
    """Show the figures of a day, a month's series, and tables by place, nationality, purpose and kind of lodging."""
    page = _movement_of(request, unit_id)
    lines, titles = _MovementLines(page), _table_titles()
    context = {
        "page": page,
        "tables": [
            {"name": name, "title": titles[name], "rows": [lines.of_row(name, row) for row in rows]}
            for name, rows in page.tables.items()
            if rows
        ],
        "total": lines.cells(page.total, lines.here),
        "only": _filter_label(page.only),
        "year_before": figures.year_before(page.day),
        "earlier": _page_query(page, page.day - DAY),
        "later": _page_query(page, page.day + DAY) if page.day < clock.today() else "",
        "everybody": _page_query(page, page.day, only=PresenceFilter()),
        "chart": _chart_data(page),
        "map": _map_data(page, lines),
        "houses": [lines.of_lodging(house) for house in page.houses],
        "moves": [(move, lines.flow_url(move)) for move in page.moves],
        "heads": _figure_headings(),
        "whole_day": page.columns == figures.COLUMNS,
        "now": clock.now(),
        "day_rows": [lines.of_day(day) for day in reversed(page.course)],
        "path": [(unit.full_name, lines.unit_url(unit.pk)) for unit in page.area.path(page.unit)],
    }
    return render(request, "oversight/movement/page.html", context)


def _movement_of(request: Request, unit_id: int | None) -> figures.Movement:
    """Return the figures of the unit by the day and filter in the request."""
    filters = MovementForm(request.POST if request.method == "POST" else request.GET).chosen()
    today = clock.today()
    day = min(filters.pop("day", None) or today, today)
    names = ("nationality", "purpose", "kind")
    chosen = next(({name: filters[name]} for name in names if filters.get(name)), {})
    return figures.movement(request.actor, day=day, unit_id=unit_id, only=PresenceFilter(**chosen))


def _page_query(page: figures.Movement, day: date, *, only: PresenceFilter | None = None) -> str:
    """Return the query string of the page for a day, with the page's filter or another one."""
    values = {"day": f"{day:%d/%m/%Y}", **_filter_values(page.only if only is None else only)}
    return f"?{urlencode(values)}"


def _filter_values(only: PresenceFilter) -> dict[str, str]:
    """Return the filter as query parameters."""
    return {name: value for name in ("nationality", "purpose", "kind") if (value := getattr(only, name))}


def _filter_label(only: PresenceFilter) -> str:
    """Return the nationality, purpose or kind by which the figures are filtered, as text; "" for none."""
    name = next(iter(_filter_values(only)), "")
    return _code_label(name, only.value) if name else ""


def _code_label(name: str, key: str) -> str:
    """Return the label of a nationality, purpose or kind of lodging (``name``) by its code (``key``)."""
    if not key:
        return str(capfirst(_("not stated")))
    if name == "nationality":
        return nationality(key)
    text = str(dict(LodgingKind.choices).get(key, key)) if name == "kind" else listed(key, "purpose")
    return str(capfirst(text))


def _table_titles() -> dict[str, str]:
    """Return the titles of the tables by their name."""
    return {
        "place": _("By place"), "former": _("By former place"), "nationality": _("By nationality"),
        "purpose": _("By purpose"), "kind": _("By kind of lodging"),
    }  # fmt: skip


def _row_label(name: str, row: figures.MovementRow) -> str:
    """Return the label of a row of the table ``name``: a place or a group."""
    return row.unit.full_name if row.unit is not None else _code_label(name, row.key)


class _MovementLines:
    """Labels and links of the page's lines. Shared parts of the hundreds of addresses are built once."""

    def __init__(self, page: figures.Movement) -> None:
        self.page, self.guests, self.moments = page, reverse("stays:guests"), _day_queries(page.day)
        self.house, self.plan = url_builder("lodging:detail"), url_builder("oversight:plan")
        self.place, self.on_day = url_builder("oversight:movement-unit"), _page_query(page, page.day)
        self.stays = urlencode({"everyone": "on", **_filter_values(page.only)})
        self.heads = dict(zip(figures.COLUMNS, _figure_headings(), strict=True))
        self.here = self.stays_query(page.unit.pk)

    def unit_url(self, unit_id: int) -> str:
        """Return the address of a unit's page on the same day with the same filter."""
        return f"{self.place(unit_id)}{self.on_day}"

    def stays_query(self, unit_id: int) -> str:
        """Return the query parameters of the list of stays in a unit."""
        return f"unit={unit_id}&{self.stays}"

    def of_row(self, name: str, row: figures.MovementRow) -> dict[str, Any]:
        """Return a table row with label, link and cells: a place, or a group to filter by.

        A filtered page has no groups.
        """
        label = _row_label(name, row)
        if row.unit is not None:
            key = row.unit.pk
            return {"label": label, "url": self.unit_url(key), "cells": self.cells(row.figures, self.stays_query(key))}
        group = urlencode({name: row.key or NOT_GIVEN})
        url = f"{self.on_day}&{group}" if row.key and self.page.listed else ""
        cells = self.cells(row.figures, f"{self.here}&{group}")
        if not row.key and name != "purpose":  # only emptied records have no nationality: there is no list of them
            cells = [cell | {"url": ""} for cell in cells]
        return {"label": label, "url": url, "cells": cells}

    def of_lodging(self, house: LodgingOverview) -> dict[str, Any]:
        """Return the row of a lodging with its guests, and a link to plan a visit."""
        key = house.lodging.pk
        return {
            "label": house.lodging.name,
            "url": self.house(key),
            "cells": self.cells(house, f"{self.here}&lodging={key}", columns=figures.COLUMNS[:3]),
            "house": house,
            "plan": self.plan(key) if house.may_plan else "",
        }

    def of_day(self, day: figures.MovementDay) -> dict[str, Any]:
        """Return the row of a day of the month."""
        cells = self.cells(day, self.here, columns=figures.columns_of(day.day), moments=_day_queries(day.day))
        return {"label": spoken_day(day.day), "url": "", "cells": cells}

    def flow_url(self, move: figures.MovementFlow) -> str:
        """Return the address of the list of guests who moved; "" if it may not be opened."""
        if not move.listed:
            return ""
        days = figures.month_to(self.page.day)
        within = f"since={_query_date(days[0])}&until={_query_date(days[-1])}"
        return f"{self.guests}?{self.stays_query(move.destination.pk)}&came_from={move.origin.pk}&{within}"

    def cells(
        self, counts: Any, stays: str, *, columns: Sequence[str] = (), moments: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """Return the figures as cells, each with the address of its list of guests if the user may open it.

        ``stays`` is the query that selects these guests; ``moments`` the queries for the days, by default of the
        page's day.
        """
        when, columns = moments or self.moments, columns or self.page.columns
        values = {name: getattr(counts, name) for name in columns}
        return [
            {"name": name, "head": self.heads[name], "value": value, "text": figure(value),
             "url": f"{self.guests}?{stays}&{when[name]}" if self.page.listed and value else ""}
            for name, value in values.items()
        ]  # fmt: skip


def _day_queries(day: date) -> dict[str, str]:
    """Return, by name of a figure, the query parameters of the list of the guests whom it counts on the day."""
    on, before = _query_date(day), _query_date(figures.year_before(day))
    return {
        "present": f"present_on={on}", "arrivals": f"since={on}&until={on}", "departures": f"left_on={on}",
        "year_ago": f"present_on={before}",
    }  # fmt: skip


def _query_date(day: date) -> str:
    """Return the day as dd/mm/yyyy, quoted for a query string."""
    return quote_plus(f"{day:%d/%m/%Y}")


def _chart_data(page: figures.Movement) -> dict[str, Any]:
    """Return the data of the month's chart; the table below it has the same figures."""
    return {
        "days": [f"{day.day:%d/%m}" for day in page.course],
        "present": [day.present for day in page.course],
        "yearAgo": [day.year_ago if day.day < clock.today() else None for day in page.course],
        "words": {"present": _("Present"), "yearAgo": _("A year earlier")},
    }


def _map_data(page: figures.Movement, lines: _MovementLines) -> dict[str, Any] | None:
    """Return daily counts of districts and communes for the map, with a year before; None without districts.

    Users without lists get the current day only, as in the tables.
    """
    districts = [row for row in page.tables["former"] if row.unit and row.unit.kind in DISTRICTS]
    if not districts:
        return None
    days = figures.month_to(page.day) if page.listed else [page.day]
    return {
        "days": [spoken_day(day) for day in days],
        "daysYearAgo": [spoken_day(day) for day in figures.month_to(figures.year_before(page.day))[-len(days) :]],
        "districts": [{"code": row.unit.code, **_map_place(row, lines)} for row in districts if row.unit],
        "communes": [
            {"at": [row.unit.longitude, row.unit.latitude], **_map_place(row, lines)}
            for row in page.tables["place"]
            if row.unit and row.unit.latitude is not None
        ],
        "total": _total_of_map(page),
        "words": {"hidden": not_shown(), "present": _("present")},
    }


def _total_of_map(page: figures.Movement) -> dict[str, list[int | None]]:
    """Return the unit's guests of each day (``now``) and a year before (``yearAgo``).

    Guests of lodgings outside any former district are included.
    """
    if not page.listed:
        return {"now": [page.total.present], "yearAgo": [page.total.year_ago]}
    return {"now": [day.present for day in page.course], "yearAgo": [day.year_ago for day in page.course]}


def _map_place(row: figures.MovementRow, lines: _MovementLines) -> dict[str, Any]:
    """Return a place of the map with its daily counts of both years."""
    assert row.unit is not None
    now: list[int | None] = [*row.month] or [row.figures.present]
    year_ago: list[int | None] = [*row.month_then] or [row.figures.year_ago]
    if lines.page.columns != figures.COLUMNS:
        year_ago[-1] = None  # the day that runs
    return {"name": row.unit.full_name, "url": lines.unit_url(row.unit.pk), "now": now, "yearAgo": year_ago}


@require_POST
def export(request: Request, unit_id: int) -> HttpResponse:
    """Download all tables of the page of guest figures as a file, marked with user and time, and recorded."""
    page = _movement_of(request, unit_id)
    about = _("%(place)s on %(day)s.") % {"place": page.unit.full_name, "day": spoken_day(page.day)}
    head = [_("Table"), _("Line"), *_figure_headings()]
    if page.day == clock.today():
        about = _("%(place)s, %(day)s so far.") % {"place": page.unit.full_name, "day": spoken_day(page.day)}
    record(request.actor, "oversight.exported_movement", ("oversight.movement", page.unit.pk),
           day=page.day.isoformat(), **_filter_values(page.only))  # fmt: skip
    mark, name = f"{about} {export_mark(request.actor)}", f"an-cu-bien-dong-{page.day:%Y%m%d}"
    return table_file(request.POST.get("format", ""), mark, name, head, _export_rows(page))


def _figure_headings() -> list[str]:
    """Return the headings of the columns of figures in the exported file."""
    return [_("Present"), _("Arrived"), _("Left"), _("Present a year earlier")]


def _export_rows(page: figures.Movement) -> list[list[Cell]]:
    """Return the rows of the exported file: total, tables, lodgings and flows."""
    rows = [[_("Total"), _filter_label(page.only) or page.unit.full_name, *_figure_cells(page.total, page.columns)]]
    titles = _table_titles()
    for name, lines in page.tables.items():
        rows += [[titles[name], _row_label(name, row), *_figure_cells(row.figures, page.columns)] for row in lines]
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
    """Return the named figures as cells; hidden ones are written as words, so that they are not read as zero."""
    return [not_shown() if (value := getattr(counts, name)) is None else value for name in columns]


def not_shown() -> str:
    """Return the word for a figure that may not be shown."""
    return _("not shown")
