"""Who stays where: the page of a place on a day, and its file."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

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
from ancu.apps.oversight.selectors.houses import House
from ancu.apps.places.enums import UnitKind
from ancu.apps.stays.selectors.guests import NOT_GIVEN
from ancu.apps.stays.selectors.presence import Only
from ancu.apps.stays.templatetags.guests import listed, nationality
from ancu.core import clock
from ancu.core.http import Request
from ancu.core.tables import Cell, table_file, taken_by
from ancu.core.templatetags.ui import day as spoken_day

DAY = timedelta(days=1)
DISTRICTS = frozenset({UnitKind.DISTRICT, UnitKind.CITY})


@require_safe
def movement(request: Request, unit_id: int | None = None) -> HttpResponse:
    """Figures, the course of a month, and tables by place, nationality, purpose and kind of lodging."""
    page = _asked(request, unit_id)
    context = {
        "page": page,
        "tables": [table for name in page.tables if (table := _table(page, name))["rows"]],
        "total": _cells(page, _query(page), page.total, page.day),
        "only": _label(page.only),
        "year_before": figures.year_before(page.day),
        "earlier": _address(page, page.day - DAY),
        "later": _address(page, page.day + DAY) if page.day < clock.today() else "",
        "everybody": _address(page, page.day, only=Only()),
        "chart": _chart(page),
        "map": _map(page),
        "houses": [(house, _house_cells(page, house)) for house in page.houses],
        "moves": [(move, _moved_list(page, move) if move.listed else "") for move in page.moves],
        "heads": _heads(),
        "day_rows": [(one.day, _cells(page, _query(page), one, one.day)) for one in reversed(page.course)],
        "path": [(unit.full_name, _of_unit(unit.pk, page)) for unit in page.area.path(page.unit)],
    }
    return render(request, "oversight/movement/page.html", context)


def _asked(request: Request, unit_id: int | None) -> figures.Movement:
    wanted = MovementForm(request.POST if request.method == "POST" else request.GET).wanted()
    today = clock.today()
    day = min(wanted.pop("day", None) or today, today)
    names = ("nationality", "purpose", "kind")
    chosen = next(({name: wanted[name]} for name in names if wanted.get(name)), {})
    return figures.movement(request.actor, day=day, unit_id=unit_id, only=Only(**chosen))


def _address(page: figures.Movement, day: date, *, only: Only | None = None) -> str:
    values = {"day": f"{day:%d/%m/%Y}", **_only(page.only if only is None else only)}
    return f"?{urlencode(values)}"


def _of_unit(unit_id: int, page: figures.Movement) -> str:
    return reverse("oversight:movement-unit", args=[unit_id]) + _address(page, page.day)


def _only(only: Only) -> dict[str, str]:
    return {name: value for name in ("nationality", "purpose", "kind") if (value := getattr(only, name))}


def _label(only: Only) -> str:
    name = next(iter(_only(only)), "")
    return _spoken(name, only.value) if name else ""


def _spoken(name: str, key: str) -> str:
    """A code as people say it."""
    if not key:
        return str(capfirst(_("not stated")))
    if name == "nationality":
        return nationality(key)
    text = str(dict(LodgingKind.choices).get(key, key)) if name == "kind" else listed(key, "purpose")
    return str(capfirst(text))


def _query(page: figures.Movement, **changes: Any) -> dict[str, Any]:
    return {"unit": page.unit.pk, "everyone": "on", **_only(page.only), **changes}


def _table(page: figures.Movement, name: str) -> dict[str, Any]:
    titles = {
        "place": _("By place"), "former": _("By former place"), "nationality": _("By nationality"),
        "purpose": _("By purpose"), "kind": _("By kind of lodging"),
    }  # fmt: skip
    return {"name": name, "title": titles[name], "rows": [_row(page, name, row) for row in page.tables[name]]}


def _row(page: figures.Movement, name: str, row: figures.Row) -> dict[str, Any]:
    """What a line says, where it leads, and its cells."""
    if row.unit is not None:
        label, url = row.unit.full_name, _of_unit(row.unit.pk, page)
        return {
            "label": label,
            "url": url,
            "cells": _cells(page, _query(page, unit=row.unit.pk), row.figures, page.day),
        }
    narrowed = Only(**{name: row.key}) if row.key and page.listed else None
    url = _address(page, page.day, only=narrowed) if narrowed else ""
    query = _query(page, **{name: row.key or NOT_GIVEN})
    cells = _cells(page, query, row.figures, page.day)
    if not row.key and name != "purpose":  # only records emptied long ago have no nationality: there is no list of them
        cells = [cell | {"url": ""} for cell in cells]
    return {"label": _spoken(name, row.key), "url": url, "cells": cells}


def _house_cells(page: figures.Movement, house: House) -> list[dict[str, Any]]:
    return _cells(page, _query(page, lodging=house.lodging.pk), house, page.day, figures.COLUMNS[:3])


def _cells(
    page: figures.Movement, query: dict[str, Any], one: Any, day: date, columns: Sequence[str] = figures.COLUMNS
) -> list[dict[str, Any]]:
    """The figures of that day, each with the address of its list for whom may open it."""
    on, before = f"{day:%d/%m/%Y}", f"{figures.year_before(day):%d/%m/%Y}"
    lists = {
        "present": {"present_on": on}, "arrivals": {"since": on, "until": on}, "departures": {"left_on": on},
        "year_ago": {"present_on": before},
    }  # fmt: skip
    return [
        {"name": name, "value": value, "url": _list(query, lists[name]) if page.listed and value else ""}
        for name in columns
        for value in [getattr(one, name)]
    ]


def _list(query: dict[str, Any], moment: dict[str, str]) -> str:
    return f"{reverse('stays:guests')}?{urlencode(query | moment)}"


def _moved_list(page: figures.Movement, move: figures.Move) -> str:
    days = figures.month_to(page.day)
    within = {"since": f"{days[0]:%d/%m/%Y}", "until": f"{days[-1]:%d/%m/%Y}"}
    return _list({"unit": move.destination.pk, "everyone": "on", "came_from": move.origin.pk}, within)


def _chart(page: figures.Movement) -> dict[str, Any]:
    """What the picture of the month draws; the same figures stand in the table below it."""
    return {
        "days": [f"{one.day:%d/%m}" for one in page.course],
        "present": [one.present for one in page.course],
        "yearAgo": [one.year_ago for one in page.course],
        "words": {"present": _("Present"), "yearAgo": _("A year before")},
    }


def _map(page: figures.Movement) -> dict[str, Any] | None:
    """Districts and communes with who was there each day of the month, and a year before; for a page of districts.

    Whoever has no lists is given the day alone, as the tables tell it.
    """
    districts = [row for row in page.tables["former"] if row.unit and row.unit.kind in DISTRICTS]
    if not districts:
        return None
    days = figures.month_to(page.day) if page.listed else [page.day]
    return {
        "days": [spoken_day(one) for one in days],
        "daysThen": [spoken_day(one) for one in figures.month_to(figures.year_before(page.day))[-len(days) :]],
        "districts": [{"code": row.unit.code, **_marked(page, row)} for row in districts if row.unit],
        "communes": [
            {"at": [row.unit.longitude, row.unit.latitude], **_marked(page, row)}
            for row in page.tables["place"]
            if row.unit and row.unit.latitude is not None
        ],
        "words": {"hidden": hidden(), "present": _("present")},
    }


def _marked(page: figures.Movement, row: figures.Row) -> dict[str, Any]:
    assert row.unit is not None
    now: list[int | None] = [*row.month] or [row.figures.present]
    then: list[int | None] = [*row.month_then] or [row.figures.year_ago]
    return {"name": row.unit.full_name, "url": _of_unit(row.unit.pk, page), "now": now, "then": then}


@require_POST
def export(request: Request, unit_id: int) -> HttpResponse:
    """All tables of the page as a file, marked with who took it and when, and recorded."""
    page = _asked(request, unit_id)
    about = _("%(place)s on %(day)s.") % {"place": page.unit.full_name, "day": spoken_day(page.day)}
    head = [_("Table"), _("Line"), *_heads()]
    record(request.actor, "oversight.exported_movement", ("oversight.movement", page.unit.pk),
           day=page.day.isoformat(), **_only(page.only))  # fmt: skip
    mark, name = f"{about} {taken_by(request.actor)}", f"an-cu-bien-dong-{page.day:%Y%m%d}"
    return table_file(request.POST.get("format", ""), mark, name, head, _rows(page))


def _heads() -> list[str]:
    return [_("Present"), _("Arrived"), _("Left"), _("Present a year before")]


def _rows(page: figures.Movement) -> list[list[Cell]]:
    rows = [[_("In all"), _label(page.only) or page.unit.full_name, *_values(page.total)]]
    for name in page.tables:
        table = _table(page, name)
        for line, row in zip(table["rows"], page.tables[name], strict=True):
            rows.append([table["title"], line["label"], *_values(row.figures)])
    for house in page.houses:
        rows.append([_("Lodgings here"), house.lodging.name, house.present, house.arrivals, house.departures, ""])
    for move in page.moves:
        rows.append(
            [_("Between places, 30 days"), f"{move.origin.full_name} → {move.destination.full_name}", move.number]
        )
    for one in page.course:
        rows.append([_("Day by day"), one.day, *_values(one)])
    return rows


def _values(one: Any) -> list[Cell]:
    """What is not shown is an empty cell's opposite: words, so that nobody takes it for nought."""
    return [hidden() if (value := getattr(one, name)) is None else value for name in figures.COLUMNS]


def hidden() -> str:
    return _("not shown")
