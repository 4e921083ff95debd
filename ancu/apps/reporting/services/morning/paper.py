"""The morning briefing as two A4 pages. It names no traveller, so that a printed page on a table tells of nobody."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from ancu.apps.reporting.rules.morning import Due
from ancu.apps.reporting.selectors.morning.events import EventPair
from ancu.apps.reporting.selectors.morning.heading import page_heading
from ancu.apps.reporting.selectors.morning.page import MorningPage
from ancu.apps.reporting.selectors.morning.scope import LinkedNumber
from ancu.apps.reporting.selectors.morning.tiles import MorningTile
from ancu.core import clock
from ancu.core.documents.pdf import render_pdf
from ancu.core.templatetags.ui import counted, day_short, number

TEMPLATE = Path(__file__).parents[2] / "documents" / "morning.typ"
MOST_PLACES = 10


def render_briefing(page: MorningPage, language: str) -> bytes:
    """Return the briefing of a page as PDF in one language."""
    with override(language):
        return render_pdf(TEMPLATE, _content(page) | {"language": language})


def _content(page: MorningPage) -> dict[str, Any]:
    """Return what the two pages show, as texts and numbers."""
    scope = page.scope
    return {
        "title": page_heading(scope),
        "agency": scope.actor.organisation_name,
        "place": scope.unit.full_name,
        "time": f"{clock.local(clock.now()):%H:%M}",
        "words": _words(page),
        "faces": [{"title": face.title, "detail": face.detail, "tone": face.tone.value} for face in page.faces],
        "tiles": [_tile(tile) for tile in page.tiles],
        "wrong": [
            {"label": matter.label, "tone": matter.tone.value, "title": matter.title_without_names or matter.title,
             "owner": matter.owner.name or _("Nobody yet"), "age": matter.age}
            for matter in page.wrong
        ],
        "pairs": [_pair(pair) for pair in page.yesterday.pairs],
        "trend": {"now": page.month.present, "then": page.month.year_ago, "first": day_short(page.month.days[0]),
                  "last": day_short(page.month.days[-1])},
        "places": _places(page),
        "steps": [
            {"name": row.name, "parts": _parts(row.parts), "total": row.total.value}
            for row in (page.steps.rows if page.steps else ())
        ],
        "heat": [
            {"label": capfirst(str(row.severity.label)), "cells": [cell.number.value for cell in row.cells],
             "total": row.total.value}
            for row in (page.grid.rows if page.grid else ())
        ],
        "promises": [
            {"words": promise.words or promise.number, "unit": promise.unit,
             "due": day_short(promise.due_on)}
            for promise in (page.promises.rows if page.promises else ())
        ],
        "petitions": [
            {"name": unit_name(row.name, row.units), "parts": _parts(row.parts), "total": row.total.value}
            for row in (page.petitions.rows if page.petitions else ())
        ],
    }  # fmt: skip


def _tile(tile: MorningTile) -> dict[str, Any]:
    """Return a tile: its number with its unit, its change, and how it stands."""
    arrow = "" if not tile.change else "▲" if tile.change > 0 else "▼"
    value = f"{tile.text} %" if tile.is_share and tile.value is not None else tile.text
    change = f"{arrow} {tile.change_text}" if arrow else ""
    notes = [text for text in (tile.standing, tile.note, tile.base if tile.value is not None else "") if text]
    return {"label": tile.label, "value": value, "change": change, "tone": tile.tone.value, "note": " · ".join(notes)}


def _pair(pair: EventPair) -> dict[str, Any]:
    """Return a pair of what ended and what began, in words."""
    names = {
        "guests": (pgettext("pair", "Guests"), pgettext("guests", "left"), pgettext("guests", "arrived")),
        "dossiers": (_("Dossiers"), pgettext("dossiers", "decided"), pgettext("dossiers", "received")),
        "alerts": (_("Alerts"), pgettext("alerts", "closed"), pgettext("alerts", "new")),
        "petitions": (_("Petitions"), pgettext("petitions", "closed"), pgettext("petitions", "new")),
    }
    name, ended, begun = names[pair.key]
    return {
        "name": name, "ended": f"{number(pair.ended.value)} {ended}", "begun": f"{number(pair.begun.value)} {begun}",
    }  # fmt: skip


def _parts(parts: Sequence[tuple[Due, LinkedNumber]]) -> list[dict[str, Any]]:
    """Return the parts of a bar with their deadlines and numbers."""
    return [{"due": due.value, "number": count.value} for due, count in parts]


def _places(page: MorningPage) -> list[dict[str, Any]]:
    """Return the former districts with most guests."""
    districts = page.map.districts if page.map else []
    ordered = sorted(districts, key=lambda district: (-district.number.value, district.unit.name))
    return [{"name": district.unit.full_name, "number": district.number.value} for district in ordered[:MOST_PLACES]]


def unit_name(name: str | None, units: int) -> str:
    """Return the name of a row of units: its own, that of many together, or that no unit has the petitions yet."""
    if name is None:
        return counted("%(n)s other unit", "%(n)s other units", units)
    return name or _("No unit yet")


def _words(page: MorningPage) -> dict[str, str]:
    """Return the headings and labels of the pages."""
    values = {"now": number(page.month.present[-1]), "then": number(page.month.year_ago[-1])}
    return {
        "as_of": _("Figures of"), "wrong": _("What is wrong, and who holds it"), "since": _("Since yesterday"),
        "nothing": _("Nothing is overdue and no report waits."), "owner": pgettext("column", "Held by"),
        "age": pgettext("column", "For"),
        "matter": pgettext("column", "Matter"), "trend": _("Foreigners staying here"),
        "trend_note": _("30 days to yesterday: %(now)s; dotted, a year before: %(then)s.") % values,
        "where": _("Where they stay"), "steps": _("Dossiers by step and deadline"),
        "heat": _("Alerts by severity and age"), "promises": _("Promises that fall due"),
        "petitions": _("Petitions to answer, by unit"), "late": _("overdue"), "soon": _("today or tomorrow"),
        "near": _("within 3 days"), "later": pgettext("deadline", "later"), "stopped": _("clock stopped"),
        "idle": _("no deadline runs"), "day0": _("under 1 day"), "day1": _("1–3 days"), "day4": _("4–7 days"),
        "day8": _("over 7 days"), "total": pgettext("column", "total"), "page": _("Page"),
        "internal": _("For the office’s own use. It names no guest and no petitioner."),
    }  # fmt: skip
