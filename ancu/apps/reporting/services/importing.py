"""Import a file of figures: parse, preview, then propose all at once. Each line is one figure."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.enums import FigureOrigin, PeriodKind
from ancu.apps.reporting.models import FigureImport
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.outliers import needs_confirmation
from ancu.apps.reporting.rules.periods import Span, span
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.selectors.figures import get_import, highest_before
from ancu.apps.reporting.selectors.periods import units_to_enter
from ancu.apps.reporting.services import totals
from ancu.apps.reporting.services.entering import FigureEntry, propose
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.spreadsheets import write_xlsx
from ancu.core.errors import Conflict, require
from ancu.core.web.language import localized
from ancu.engines.exchange.model import Refusal
from ancu.engines.exchange.workbook import sheets_in
from ancu.engines.rulebook import indicators

MOST_BYTES, MOST_ROWS = 2_000_000, 5000
HEAD = 2  # heading rows: purpose and column names
COLUMNS = 8  # code, name, unit's code, unit, month, number, all together, remark, reason: the template's


Units = dict[Span, dict[str, AdministrativeUnit]]


class InvalidLine(ValueError):
    """A line is invalid; the message says why."""


@transaction.atomic
def read(*, actor: Actor, data: bytes) -> FigureImport:
    """Parse an uploaded file of figures and store its valid rows and its problems for a preview; return them.

    No figure is proposed yet. Conflict for an empty or unreadable file, 403 for users who may not enter figures.
    """
    require(access.may_enter(actor))
    rows: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    keys: set[tuple[str, int, str]] = set()
    units: Units = {}
    for line, cells in _lines(data):
        try:
            row = _row(actor, cells, units)
        except InvalidLine as wrong:
            problems.append({"line": line, "wrong": str(wrong), "read": [cell[:60] for cell in cells if cell]})
            continue
        key = (row["code"], row["unit_id"], row["month"])
        if key in keys:
            problems.append({"line": line, "wrong": _("This figure is in the file twice."), "read": []})
            continue
        keys.add(key)
        rows.append(row | {"line": line})
    _mark_unlikely(rows)
    if not rows and not problems:
        raise Conflict("empty", _("There are no figures in this file. Fill in our template."))
    figure_import = FigureImport.objects.create(
        agency_id=actor.organisation_id or 0, rows=rows, problems=problems, made_at=clock.now(),
        made_by_id=actor.user_id or 0,
    )  # fmt: skip
    record(actor, "reporting.read", figure_import, rows=len(rows), problems=len(problems))
    return figure_import


def _mark_unlikely(rows: list[dict[str, Any]]) -> None:
    """Set ``unlikely`` of each implausible row to [number, highest number of earlier months]."""
    if not rows:
        return
    first_month = min(_parse_month(f"{row['month'][5:]}/{row['month'][:4]}").first_day for row in rows)
    highest = highest_before(first_month, {row["unit_id"] for row in rows})
    for row in rows:
        before, value = highest.get((row["code"], row["unit_id"])), max(row["part"], row["base"] or 0)
        if needs_confirmation(value, before):
            row["unlikely"] = [value, before]


def _lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each row below the heading of the first sheet that has a number.

    Parsing runs sandboxed with limits, because a file may be crafted to exhaust memory. Conflict for an unreadable or
    too large file.
    """
    if len(data) > MOST_BYTES:
        raise Conflict("large", _("This file is larger than 2 MB."))
    try:
        rows = sheets_in(data, "XLSX")[0].rows
    except (Refusal, IndexError):
        raise Conflict("unreadable", _("This file could not be read as XLSX. Use our template.")) from None
    if len(rows) > MOST_ROWS:
        raise Conflict("large", _("This file has too many rows."))
    for line, cells in enumerate(rows[HEAD:], start=HEAD + 1):
        filled = [_storable(cell) for cell in [*cells, *[""] * (COLUMNS + 1)][: COLUMNS + 1]]
        if filled[5].strip() or filled[6].strip():
            yield line, filled


def _storable(cell: str) -> str:
    """Remove characters that the database cannot store: NUL and lone surrogates."""
    return cell.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _row(actor: Actor, cells: Sequence[str], units: Units) -> dict[str, Any]:
    """Return a line of the file as a dict of a figure to propose; raises InvalidLine with the reason for the user.

    ``units`` caches the units of the actor's area by month and code.
    """
    code, _name, unit_code, _unit, month_text, part, base, note, reason = cells
    month = _parse_month(month_text)
    indicator = next((indicator for indicator in indicators(month.first_day) if indicator.code == code.strip()), None)
    if indicator is None or indicator.how == "query":
        raise InvalidLine(_("“%(code)s” is not an indicator that you can enter.") % {"code": code[:60]})
    if month not in units:  # asked for once a month, not once a line
        units[month] = {area_unit.code: area_unit for area_unit in units_to_enter(actor, month.first_day)}
    unit = units[month].get(_unit_code(unit_code))
    if unit is None:
        raise InvalidLine(_("“%(code)s” is not a unit of your area in that month.") % {"code": unit_code[:20]})
    number, total = _parse_number(part), _parse_number(base) if indicator.has_base else None
    if indicator.sums == "share" and total is not None and number > total:
        raise InvalidLine(_("The part is larger than the total."))
    return {"code": indicator.code, "title_vi": indicator.title_vi, "title_en": indicator.title_en, "unit_id": unit.pk,
            "unit": unit.full_name, "month": month.key, "part": number, "base": total,
            "note": note.strip()[:200], "reason": reason.strip()[:300]}  # fmt: skip


def _unit_code(cell: str) -> str:
    """Return a unit's code; restores the leading zero that a spreadsheet removes."""
    text = cell.strip()
    return text.zfill(5) if text.isdigit() and len(text) == 4 else text


def _parse_month(cell: str) -> Span:
    """Parse a month such as 03/2026, also as a date written by a spreadsheet; raises InvalidLine."""
    text = cell.strip()
    if match := re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])-[0-9]{2}", text):  # a spreadsheet made a date of it
        return span(PeriodKind.MONTH, date(int(match[1]), int(match[2]), 1))
    if match := re.fullmatch(r"(0?[1-9]|1[0-2])[/.-](20[0-9]{2})", text):
        return span(PeriodKind.MONTH, date(int(match[2]), int(match[1]), 1))
    raise InvalidLine(_("Write the month like this: 03/2026."))


def _parse_number(cell: str) -> int:
    """Parse a whole number of at most 15 digits; raises InvalidLine."""
    text = cell.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise InvalidLine(_("“%(text)s” is not a whole number.") % {"text": cell[:30]})
    return int(text)


@transaction.atomic
def confirm(*, actor: Actor, import_id: int, sure: bool = False) -> int:
    """Propose every valid row of the uploaded file, or none; return their number.

    Conflict if a row cannot be proposed. ``sure``: the user has confirmed the implausible numbers.
    """
    figure_import = get_import(actor, import_id)
    figure_import = FigureImport.objects.select_for_update(of=("self",)).get(pk=figure_import.pk)
    if figure_import.done_at is not None:
        raise overtaken_conflict(actor, "done", figure_import, _("This file has already been submitted."))
    if not sure and any(row.get("unlikely") for row in figure_import.rows):
        raise Conflict("unlikely", _("Check the numbers listed first. Nothing has been sent yet."))
    by_month: dict[str, list[FigureEntry]] = defaultdict(list)
    for row in figure_import.rows:
        amount = IndicatorAmount(row["part"], row["base"])
        by_month[row["month"]].append(FigureEntry(row["code"], row["unit_id"], amount, row["note"], row["reason"]))
    months = {key: span(PeriodKind.MONTH, date.fromisoformat(f"{key}-01")) for key in sorted(by_month)}
    totals.lock_months(*months.values())
    number = sum(
        propose(actor=actor, month=month, entries=by_month[key], origin=FigureOrigin.IMPORTED)
        for key, month in months.items()
    )
    figure_import.done_at = clock.now()
    figure_import.save(update_fields=["done_at"])
    record(actor, "reporting.imported", figure_import, figures=number)
    return number


def template(actor: Actor, month: Span) -> bytes:
    """Return an XLSX file to fill in: each unit of the area with each indicator that units enter."""
    require(access.may_enter(actor))
    head = [_("Code"), _("Indicator"), _("Unit code"), _("Unit"), _("Month"), pgettext("figure", "Number")]
    head += [_("Total number"), _("Public remark"), _("What is corrected, and why")]
    entered = [indicator for indicator in indicators(month.first_day) if indicator.how != "query"]
    units = units_to_enter(actor, month.first_day)[:300]
    day, empty = f"{month.first_day:%m/%Y}", [None] * 4
    rows = [
        [indicator.code, localized(indicator, "title"), unit.code, unit.full_name, day, *empty]
        for unit in units
        for indicator in entered
    ]
    mark = _(
        "Fill in the numbers you have and leave the rest empty. “Total number” is only for indicators that are shares."
    )
    return write_xlsx(mark, head, rows)
