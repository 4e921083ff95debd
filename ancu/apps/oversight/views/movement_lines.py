"""Labels, links and figures of the movement page's lines."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ancu.apps.lodging.enums import LodgingKind
from ancu.apps.oversight.selectors import movement as figures
from ancu.apps.oversight.selectors.lodgings import LodgingOverview
from ancu.apps.stays.selectors.guests import NOT_GIVEN
from ancu.apps.stays.selectors.presence import PresenceFilter, year_before
from ancu.apps.stays.templatetags.guests import listed, nationality
from ancu.apps.stays.templatetags.office import figure
from ancu.core.charts import Delta, SparkLine
from ancu.core.templatetags.charts import count_delta
from ancu.core.templatetags.ui import day as spoken_day
from ancu.core.web.http import url_builder


def page_query(page: figures.Movement, day: date, *, only: PresenceFilter | None = None) -> str:
    """Return the query string of the page for a day, with the page's filter or the filter ``only``."""
    values = {"day": f"{day:%d/%m/%Y}", **filter_values(page.only if only is None else only)}
    return f"?{urlencode(values)}"


def filter_values(only: PresenceFilter) -> dict[str, str]:
    """Return the filter's nationality, purpose or kind of lodging as query parameters; empty without a filter."""
    return {name: value for name in ("nationality", "purpose", "kind") if (value := getattr(only, name))}


def filter_label(only: PresenceFilter) -> str:
    """Return the nationality, purpose or kind by which the figures are filtered, as text; "" for none."""
    name = next(iter(filter_values(only)), "")
    return _code_label(name, only.value) if name else ""


def _code_label(name: str, key: str) -> str:
    """Return the label of a nationality, purpose or kind of lodging (``name``) by its code (``key``)."""
    if not key:
        return str(capfirst(_("not stated")))
    if name == "nationality":
        return nationality(key)
    text = str(dict(LodgingKind.choices).get(key, key)) if name == "kind" else listed(key, "purpose")
    return str(capfirst(text))


def row_label(name: str, row: figures.MovementRow) -> str:
    """Return the label of a row of the table ``name``: a place or a group."""
    return row.unit.full_name if row.unit is not None else _code_label(name, row.key)


class MovementLines:
    """Labels and links of the page's lines. Shared parts of the hundreds of addresses are built once."""

    def __init__(self, page: figures.Movement) -> None:
        self.page, self.guests, self.moments = page, reverse("stays:guests"), _day_queries(page.day)
        self.house, self.plan = url_builder("lodging:detail"), url_builder("oversight:plan")
        self.place, self.on_day = url_builder("oversight:movement-unit"), page_query(page, page.day)
        self.stays = urlencode({"everyone": "on", **filter_values(page.only)})
        self.heads = dict(zip(figures.COLUMNS, figure_headings(), strict=True))
        self.here = self.stays_query(page.unit.pk)

    def unit_url(self, unit_id: int) -> str:
        """Return the address of a unit's page on the same day with the same filter."""
        return f"{self.place(unit_id)}{self.on_day}"

    def stays_query(self, unit_id: int) -> str:
        """Return the query string of the list of stays in the unit, with the page's filter."""
        return f"unit={unit_id}&{self.stays}"

    def of_row(self, name: str, row: figures.MovementRow, *, has_spark: bool = False) -> dict[str, Any]:
        """Return the label, link and cells of a table row: a unit, or a group such as a nationality.

        The link of a group filters the page; it is "" for users who may not list guests. With ``has_spark`` the row of
        a unit has its month as a small line.
        """
        label = row_label(name, row)
        if row.unit is not None:
            key = row.unit.pk
            spark = (
                SparkLine(row.month, row.month_then, height=28)
                if has_spark and any((*row.month, *row.month_then))
                else None
            )
            cells = self.cells(row.figures, self.stays_query(key))
            return {"label": label, "url": self.unit_url(key), "cells": cells, "spark": spark}
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
        """Return a day of the month as a table row: the date and the figures as cells, with links."""
        cells = self.cells(day, self.here, columns=figures.columns_of(day.day), moments=_day_queries(day.day))
        return {"label": spoken_day(day.day), "url": "", "cells": cells}

    def day_cell(self, day: figures.MovementDay, name: str) -> dict[str, Any]:
        """Return a single figure of a day as a cell."""
        return self.cells(day, self.here, columns=(name,), moments=_day_queries(day.day))[0]

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
        """Return the figures of a row as cells: column, heading, number, text, and the address of the list of guests.

        The figure of a year before also has the change since then.

        ``stays`` is the query for the row's guests; ``moments`` has the query of each column's day. The address is ""
        if the user may not list guests, and for zero.
        """
        when, columns = moments or self.moments, columns or self.page.columns
        values = {name: getattr(counts, name) for name in columns}
        return [
            {"name": name, "head": self.heads[name], "value": value, "text": figure(value),
             "url": f"{self.guests}?{stays}&{when[name]}" if self.page.listed and value else "",
             "delta": change(values.get("present"), value) if name == "year_ago" else None}
            for name, value in values.items()
        ]  # fmt: skip


def change(now: int | None, before: int | None) -> Delta | None:
    """Return the change between two numbers of guests; None if either is unknown."""
    return None if now is None or before is None else count_delta(now - before)


def _day_queries(day: date) -> dict[str, str]:
    """Return, by column, the query string for the list of guests counted on the day: present, arrivals and so on."""
    on, before = _query_date(day), _query_date(year_before(day))
    return {
        "present": f"present_on={on}", "arrivals": f"since={on}&until={on}", "departures": f"left_on={on}",
        "year_ago": f"present_on={before}",
    }  # fmt: skip


def _query_date(day: date) -> str:
    """Return the day as dd/mm/yyyy with "/" quoted, for a query string."""
    return quote_plus(f"{day:%d/%m/%Y}")


def figure_headings() -> list[str]:
    """Return the column headings of the exported file: present, arrived, left, present a year earlier."""
    return [_("Present"), _("Arrived"), _("Left"), _("Present a year earlier")]


def not_shown() -> str:
    """Return the text "not shown" in the user's language, for a figure that the user may not see."""
    return _("not shown")
