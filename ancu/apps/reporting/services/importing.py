"""A file of figures: read, looked at, then proposed all at once. Each line is one figure."""

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from python_calamine import CalamineError, CalamineWorkbook

from ancu.apps.audit.services import record
from ancu.apps.reporting.enums import Origin, PeriodKind
from ancu.apps.reporting.models import Import
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import Span, span
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.selectors.figures import get_import
from ancu.apps.reporting.selectors.periods import units_to_enter
from ancu.apps.reporting.services.entering import Entry, propose
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.language import words
from ancu.core.tables import write_xlsx
from ancu.engines.rulebook import indicators

MOST_BYTES, MOST_ROWS = 2_000_000, 5000
COLUMNS = 8  # code, name, unit's code, unit, month, number, all together, remark, reason: the template's


class Wrong(ValueError):
    """What is wrong with a line, in words."""


@transaction.atomic
def read(*, actor: Actor, data: bytes) -> Import:
    """What the file says, and what is wrong with it. Nothing is proposed yet."""
    require(access.may_enter(actor))
    rows: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    seen: set[tuple[str, int, str]] = set()
    for line, cells in enumerate(_lines(data), start=2):
        try:
            row = _row(actor, cells)
        except Wrong as wrong:
            problems.append(
                {"line": line, "wrong": str(wrong), "read": [str(cell) for cell in cells if cell != ""][:9]}
            )
            continue
        key = (row["code"], row["unit_id"], row["month"])
        if key in seen:
            problems.append({"line": line, "wrong": _("This figure stands in the file twice."), "read": []})
            continue
        seen.add(key)
        rows.append(row | {"line": line})
    if not rows and not problems:
        raise Conflict("empty", _("There is no figure in this file. Please fill in our template."))
    made = Import.objects.create(
        agency_id=actor.organisation_id or 0, rows=rows, problems=problems, made_at=clock.now(),
        made_by_id=actor.user_id or 0,
    )  # fmt: skip
    record(actor, "reporting.read", made, rows=len(rows), problems=len(problems))
    return made


def _lines(data: bytes) -> Iterator[list[Any]]:
    """The cells of the first sheet below its head; empty lines are left out, and so is a number nobody filled in."""
    if len(data) > MOST_BYTES:
        raise Conflict("large", _("This file is larger than 2 MB."))
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError, IndexError):
        raise Conflict("unreadable", _("This is not an XLSX file that can be read.")) from None
    if sheet.height > MOST_ROWS or sheet.width > 50:
        raise Conflict("large", _("This file has too many lines."))
    for cells in sheet.to_python(skip_empty_area=False)[2:]:
        filled = [*cells, *[""] * (COLUMNS + 1)][: COLUMNS + 1]
        if str(filled[5]).strip() or str(filled[6]).strip():
            yield filled


def _row(actor: Actor, cells: Sequence[Any]) -> dict[str, Any]:
    code, _name, unit_code, _unit, month_text, part, base, note, reason = cells
    month = _month(month_text)
    one = next((one for one in indicators(month.first_day) if one.code == str(code).strip()), None)
    if one is None or one.how == "query":
        raise Wrong(_("“%(code)s” is not an indicator that is entered.") % {"code": str(code)[:60]})
    units = {unit.code: unit for unit in units_to_enter(actor, month.first_day)}
    unit = units.get(_code(unit_code))
    if unit is None:
        raise Wrong(_("“%(code)s” is not a unit of your area in that month.") % {"code": str(unit_code)[:20]})
    number, whole = _number(part), _number(base) if one.has_base else None
    if one.sums == "share" and whole is not None and number > whole:
        raise Wrong(_("The part is more than the whole."))
    return {"code": one.code, "title_vi": one.title_vi, "title_en": one.title_en, "unit_id": unit.pk,
            "unit": unit.full_name, "month": month.key, "part": number, "base": whole,
            "note": str(note).strip()[:200], "reason": str(reason).strip()[:300]}  # fmt: skip


def _code(cell: Any) -> str:
    """A unit's code, also where a spreadsheet made a number of it and lost its leading nought."""
    text = str(int(cell)) if isinstance(cell, float) else str(cell).strip()
    return text.zfill(5) if text.isdigit() and len(text) == 4 else text


def _month(cell: Any) -> Span:
    if isinstance(cell, date | datetime):
        return span(PeriodKind.MONTH, date(cell.year, cell.month, 1))
    found = re.fullmatch(r"(0?[1-9]|1[0-2])[/.-](20\d\d)", str(cell).strip())
    if not found:
        raise Wrong(_("The month is written as 03/2026."))
    return span(PeriodKind.MONTH, date(int(found[2]), int(found[1]), 1))


def _number(cell: Any) -> int:
    text = str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Wrong(_("“%(text)s” is not a whole number.") % {"text": str(cell)[:30]})
    return int(text)


@transaction.atomic
def confirm(*, actor: Actor, import_id: int) -> int:
    """Propose every good line; Conflict when one of them cannot be, and then none is."""
    found = get_import(actor, import_id)
    found = Import.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if found.done_at is not None:
        raise Conflict("done", _("This file was taken in already."))
    by_month: dict[str, list[Entry]] = defaultdict(list)
    for row in found.rows:
        amount = Amount(row["part"], row["base"])
        by_month[row["month"]].append(Entry(row["code"], row["unit_id"], amount, row["note"], row["reason"]))
    number = sum(
        propose(actor=actor, month=_month("/".join(reversed(key.split("-")))), entries=by_month[key],
                origin=Origin.IMPORTED)
        for key in sorted(by_month)
    )  # fmt: skip
    found.done_at = clock.now()
    found.save(update_fields=["done_at"])
    record(actor, "reporting.imported", found, figures=number)
    return number


def template(actor: Actor, month: Span) -> bytes:
    """The sheet to fill in: each unit of the area with each indicator that is entered."""
    require(access.may_enter(actor))
    head = [_("Code"), _("Indicator"), _("Unit’s code"), _("Unit"), _("Month"), pgettext("figure", "Number")]
    head += [_("All together"), _("Remark that everybody may read"), _("What is corrected, and why")]
    entered = [one for one in indicators(month.first_day) if one.how != "query"]
    units = units_to_enter(actor, month.first_day)[:300]
    day, empty = f"{month.first_day:%m/%Y}", [None] * 4
    rows = [
        [one.code, words(one, "title"), unit.code, unit.full_name, day, *empty] for unit in units for one in entered
    ]
    mark = _("Fill in the numbers, leave out what you do not have. “All together” is for shares alone.")
    return write_xlsx(mark, head, rows)
