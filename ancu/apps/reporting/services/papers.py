"""Reports as PDF, DOCX and XLSX, and indicators as pictures, rendered from frozen data without timestamps."""

import io
import json
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from ancu.apps.reporting.enums import GROUPS, PeriodKind
from ancu.apps.reporting.models import Report
from ancu.apps.reporting.rules.charts import bars
from ancu.apps.reporting.rules.periods import common_months_text, months_text, read_key
from ancu.apps.reporting.rules.reading import earlier_words, has_rounded, rounded_words
from ancu.apps.reporting.services import docx
from ancu.apps.reporting.services.readable import as_readable, digest_of_readable
from ancu.core.actor import Actor
from ancu.core.documents.comparisons import Extent
from ancu.core.documents.pdf import render_pdf
from ancu.core.documents.spreadsheets import XLSX
from ancu.core.templatetags.ui import counted, extent_words
from ancu.engines.typesetting import compile_picture

DOCUMENTS = Path(__file__).parent.parent / "documents"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA = {"pdf": "application/pdf", "docx": DOCX, "xlsx": XLSX}
COLUMNS = (34, 14, 12, 12, 12, 12, 12, 12, 12, 40, 60)
NUMBERS = ("value", "before", "last_year", "plan", "so_far", "reached")


def render_report(report: Report, kind: str, language: str, actor: Actor) -> bytes:
    """Return a report as PDF, DOCX or XLSX (``kind``) in one language, with the figures the actor may read."""
    with override(language):
        content = _localized_content(report, as_readable(report.snapshot, actor), language)
        return {"pdf": _pdf, "docx": _docx, "xlsx": _xlsx}[kind](content)


def _localized_content(report: Report, snapshot: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the content of a report's documents in one language: texts, and numbers formatted by locale.

    ``snapshot`` is the report as its reader may see it.
    """
    span, lines = read_key(snapshot["period"]), [line for group in snapshot["groups"] for line in group["lines"]]
    names = {
        "month": _("Monthly report %(period)s"), "half": _("Half-yearly report %(period)s"),
        "year": _("Yearly report %(period)s"),
    }  # fmt: skip
    groups = [
        {
            "name": str(GROUPS[group["group"]]),
            "lines": [_localized_line(_without_report_extent(line, snapshot), language) for line in group["lines"]],
        }
        for group in snapshot["groups"]
    ]
    return {
        "language": language,
        "agency": snapshot["agency"],
        "superior": snapshot["superior"],
        "groups": groups,
        "title": names[snapshot["kind"]] % {"period": period_name(span.key) if span else snapshot["period"]},
        "days": _days_text(snapshot),
        "marks": _report_marks(report, snapshot),
        "words": _labels(_is_open(snapshot)),
        "raw": snapshot,
        "yearly": snapshot["kind"] == "year",
        "demo": any(line["demo"] for line in lines),
        "rounded": any(_has_rounded(line) for line in lines),
    }


def _days_text(snapshot: dict[str, Any]) -> str:
    """Return the report's first day, last day and due date as text.

    For a period that was not over it adds how many days or months are covered.
    """
    first, last, due = (
        f"{date.fromisoformat(snapshot[name]):%d/%m/%Y}" for name in ("first_day", "last_day", "due_on")
    )
    days = _("from %(first)s to %(last)s, due on %(due)s") % {"first": first, "last": last, "due": due}
    extent = Extent(*snapshot["extent"])
    if extent.is_whole:
        return days
    return f"{days} · {extent_words(extent, 'days' if snapshot['kind'] == PeriodKind.MONTH else 'months')}"


def _is_open(snapshot: dict[str, Any]) -> bool:
    """Whether the report is of a half year or year that was not over, so that only its past months are compared."""
    return snapshot["kind"] != PeriodKind.MONTH and not Extent(*snapshot["extent"]).is_whole


def _report_marks(report: Report, snapshot: dict[str, Any]) -> dict[str, str]:
    """Return the line that identifies the document (report number and fingerprint), and the SHA-256 of its figures.

    A document with rounded figures has a SHA-256 of its own.
    """
    digest = digest_of_readable(report, snapshot)
    names = {"number": report.pk, "mark": report.digest[:16]}
    if digest == report.digest:
        name = _("Report no. %(number)s. Fingerprint of the figures")
    else:
        name = _("Report no. %(number)s, fingerprint %(mark)s. This copy shows what its reader may see")
    return {"name": name % names, "digest": digest}


def period_name(key: str) -> str:
    """Return a period's name in the user's language: 03/2026, 2026 (1st half) or 2026."""
    if len(key) == 4:
        return key
    year, rest = key.split("-")
    halves = {"h1": _("first half of %(year)s"), "h2": _("second half of %(year)s")}
    return halves[rest] % {"year": year} if rest in halves else f"{rest}/{year}"


def _labels(is_open: bool) -> dict[str, str]:
    """Return the labels of a report's columns and notes in the active language, by name.

    ``is_open``: the period was not over, so the labels say that the same months are compared.
    """
    before, last_year = _("Previous period"), _("Same period last year")
    if is_open:
        before, last_year = _("Previous period (same months)"), _("Same months last year")
    return {
        "indicator": _("Indicator"), "measure": _("Unit of measure"), "value": _("This period"), "before": before,
        "last_year": last_year, "plan": _("Target for the year"), "reached": _("Achieved so far"),
        "definition": _("Definition"), "units": _("By unit"), "definitions": _("What each figure means"),
        "outlier": _("differs sharply from earlier periods: ask the unit"),
        "demo": _("The figures in this report were invented for the demonstration."),
        "rounded": _(
            "Figures marked “rounded” are rounded to the nearest 5, and numbers below 5 are not shown, because you "
            "cannot open the lists behind them."
        ),
    }  # fmt: skip


def format_number(value: float | None, places: int, language: str) -> str:
    """Return a number as text with these decimal places in the language's notation; a dash for None."""
    if value is None:
        return "–"
    text = f"{value:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def _localized_line(line: dict[str, Any], language: str) -> dict[str, Any]:
    """Return a line of the report in one language: title, definition, formatted numbers, notes, plan and units."""
    places = line["places"]
    numbers = {name: format_number(line[name], places, language) for name in ("value", "before", "last_year")}
    if line["rounded"]:
        numbers["value"] = numbers["value"] if line["value"] is not None else _("not shown: few or none")
    for name in ("before", "last_year"):
        numbers[f"{name}_note"] = " · ".join(
            filter(None, (_common_months(line, name, language), _precision_note(line, name)))
        )
    own = {name: line[f"{name}_{language}"] for name in ("title", "measure", "definition", "article")}
    if line["extent"]:
        own["measure"] += f" · {extent_words(Extent(*line['extent']))}"
    if line["rounded"]:
        own["measure"] += f" · {rounded_words('now' in line['published'])}"
    units = [f"{name} {_('not shown') if value is None and line['rounded'] else format_number(value, places, language)}"
             for name, value, _amount in line["units"]]  # fmt: skip
    plan = "" if line["plan"] is None else format_number(line["plan"], 0 if line["plan"] % 1 == 0 else 1, language)
    return own | numbers | {"plan": plan, "reached": _reached_text(line, language), "units": units,
                            "outlier": line["outlier"], "version": line["version"]}  # fmt: skip


def _without_report_extent(line: dict[str, Any], snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return the line without its extent (months covered) if that equals the whole report's; otherwise unchanged."""
    return line | {"extent": None} if line["extent"] == snapshot["extent"] else line


def _common_months(line: dict[str, Any], name: str, language: str) -> str:
    """Return the note on how many months are compared with the earlier figure ``name``; "" if none is needed."""
    if not line[f"{name}_months"]:
        if line["extent"] is None or line[name] is None:
            return ""
        return counted("the same %(n)s month", "the same %(n)s months", line["extent"][0])
    months, now = line[f"{name}_months"]
    return common_months_text(months, None if now is None else format_number(now, line["places"], language))


def _has_rounded(line: dict[str, Any]) -> bool:
    """Whether the line has a figure that is rounded and not shown as published."""
    return line["rounded"] and has_rounded(line["published"], {name: line[name] for name in ("before", "last_year")})


def _precision_note(line: dict[str, Any], name: str) -> str:
    """Return the note on the exactness of the earlier figure ``name`` if it differs from the line's own; else "".

    "" also without such a figure.
    """
    return "" if line[name] is None else earlier_words(line["published"], name)


def _reached_text(line: dict[str, Any], language: str) -> str:
    """Return as text the percentage of the year's plan reached so far, with its months; "" without a plan.

    For a share or average it is the difference from the target in points.
    """
    if line["to_plan"]:
        amount = line["to_plan"][0]
        return f"{'−' if amount < 0 else '+'}{format_number(abs(amount), 1, language)} {pgettext('change', 'points')}"
    if line["reached"] is None:
        return ""
    percent = " ".join(filter(None, (f"{format_number(line['reached'], 1, language)} %", _plan_months(line))))
    if line["so_far"] == line["value"]:
        return percent
    return f"{format_number(line['so_far'], line['places'], language)} · {percent}"


def _plan_months(line: dict[str, Any]) -> str:
    """Return the months over which the plan's result was summed, such as "(01/2026–05/2026)"; "" without a plan."""
    if not line["plan_span"]:
        return ""
    first, last = map(date.fromisoformat, line["plan_span"])
    return f"({months_text((first, last))})"


def _pdf(content: dict[str, Any]) -> bytes:
    """Return the report as PDF from its localized content."""
    return render_pdf(DOCUMENTS / "report.typ", {name: value for name, value in content.items() if name != "raw"})


# --- tables ---------------------------------------------------------------------------------------------


def _xlsx(content: dict[str, Any]) -> bytes:
    """Render the report as a workbook: a sheet of figures and a sheet of units."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    last = date.fromisoformat(content["raw"]["last_day"])
    book.set_properties({"title": content["title"], "created": datetime(last.year, last.month, last.day, tzinfo=UTC)})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    _sheet_of_figures(book, bold, content)
    _sheet_of_units(book, bold, content)
    book.close()
    return out.getvalue()


def _sheet_of_figures(book: "xlsxwriter.Workbook", bold: object, content: dict[str, Any]) -> None:
    """Write the sheet with one row for each indicator, its comparisons and its definition."""
    w, page = content["words"], book.add_worksheet(_("Figures"))
    page.write_string(0, 0, f"{content['agency']}. {content['title']}, {content['days']}")
    head = [w["indicator"], w["measure"], *(w[name] for name in NUMBERS[:4]), w["reached"],
            _("Achieved, %"), _("Difference from target, points"), _("Compared over"), w["definition"]]  # fmt: skip
    for column, (name, width) in enumerate(zip(head, COLUMNS, strict=True)):
        page.write_string(1, column, name, bold)
        page.set_column(column, column, width)
    page.freeze_panes(2, 1)
    row = 2
    for group, raw in zip(content["groups"], content["raw"]["groups"], strict=True):
        for line, numbers in zip(group["lines"], raw["lines"], strict=True):
            page.write_string(row, 0, line["title"])
            page.write_string(row, 1, line["measure"])
            for column, name in enumerate(NUMBERS, start=2):
                if numbers[name] is not None:
                    page.write_number(row, column, numbers[name])
            if numbers["to_plan"]:
                page.write_number(row, 2 + len(NUMBERS), numbers["to_plan"][0])
            notes = [f"{w[name]}: {line[f'{name}_note']}" for name in ("before", "last_year") if line[f"{name}_note"]]
            page.write_string(row, len(COLUMNS) - 2, "; ".join(notes))
            page.write_string(row, len(COLUMNS) - 1, line["definition"])
            row += 1


def _sheet_of_units(book: "xlsxwriter.Workbook", bold: object, content: dict[str, Any]) -> None:
    """Write the sheet with one row for each unit and one column for each indicator."""
    page = book.add_worksheet(content["words"]["units"])
    lines = [line for group in content["raw"]["groups"] for line in group["lines"] if line["units"]]
    units = sorted({name for line in lines for name, _value, _amount in line["units"]})
    page.set_column(0, 0, 28)
    page.write_string(0, 0, _("Unit"), bold)
    for column, line in enumerate(lines, start=1):
        page.write_string(0, column, line[f"title_{content['language']}"], bold)
    place = {name: row for row, name in enumerate(units, start=1)}
    for name, row in place.items():
        page.write_string(row, 0, name)
    for column, line in enumerate(lines, start=1):
        for name, value, _amount in line["units"]:
            if value is not None:
                page.write_number(place[name], column, value)
    page.freeze_panes(1, 1)


# --- words ----------------------------------------------------------------------------------------------

WIDTHS = (3055, 1000, 1100, 1100, 1100, 1000, 1000)  # of the text's, in twentieths of a point


def _docx(content: dict[str, Any]) -> bytes:
    """Render the report as an official paper: heading, one table for each group, definitions, recipients, signatory."""
    w, official = content["words"], content["language"] == "vi"
    title = content["title"].upper() if official else content["title"]
    body = [
        _docx_heading(content),
        docx.paragraph(title, size=28, bold=True, align="center"),
        docx.paragraph(content["days"], bold=True, align="center"),
    ]
    body += [docx.paragraph(w[name], bold=True) for name in ("demo", "rounded") if content[name]]
    names = ("title", "measure", "value", "before", "last_year", "plan", "reached")
    head = [w["indicator"], *(w[name] for name in names[1:])]
    for group in content["groups"]:
        body.append(docx.paragraph(group["name"], bold=True, keep_next=True))
        body.append(
            docx.table([head, *([_docx_cell(line, name) for name in names] for line in group["lines"])], WIDTHS)
        )
    body += _docx_appendix(content)
    if official:
        body.append(docx.closing(["Cấp trên trực tiếp (để báo cáo)"], "Thủ trưởng đơn vị"))
    body.append(docx.paragraph("{name}: {digest}".format(**content["marks"]), size=16))
    return docx.document(body)


KEPT_WITH_SIGNATURE = 3  # paragraphs, of at least one line each


def _docx_appendix(content: dict[str, Any]) -> list[str]:
    """Return the paragraphs with the definitions and the units' figures.

    The last ones are kept on the page of the signature.
    """
    lines = [line for group in content["groups"] for line in group["lines"]]
    definitions = [f"{line['title']}: {line['definition']} {line['article']}." for line in lines]
    units = [f"{line['title']}: {' · '.join(line['units'])}" for line in lines if len(line["units"]) > 1]
    sections = [
        (content["words"]["definitions"], definitions),
        *([(content["words"]["units"], units)] if units else []),
    ]
    free = sum(len(texts) for _heading, texts in sections) - KEPT_WITH_SIGNATURE
    body = []
    for heading, texts in sections:
        body.append(docx.paragraph(heading, bold=True, keep_next=True))
        for text in texts:
            body.append(docx.paragraph(text, align="both", keep_next=free <= 0, keep_lines=free <= 0))
            free -= 1
    return body


def _docx_cell(line: dict[str, Any], name: str) -> str:
    """Return the number ``name`` of a line for a table cell, with its note in brackets if there is one."""
    note = line.get(f"{name}_note")
    return f"{line[name]} ({note})" if note else str(line[name])


def _docx_heading(content: dict[str, Any]) -> str:
    """Return the XML of the Word report's heading: in Vietnamese the official one, in English the agency's names.

    The clerk fills in the number and the day.
    """
    if content["language"] != "vi":
        return docx.paragraph(content["superior"].upper()) + docx.paragraph(content["agency"].upper(), bold=True)
    return docx.national_heading(
        content["superior"],
        content["agency"],
        number="......./BC",
        dated="...................., ngày .... tháng .... năm ......",
    )


# --- a picture to be passed on --------------------------------------------------------------------------


def picture(content: dict[str, Any]) -> bytes:
    """Render an indicator's year as PNG: title, total, bars, source."""
    shapes = bars(content.pop("labels"), content.pop("numbers"))
    return _render_picture(json.dumps(content | {"bars": [bar._asdict() for bar in shapes]}, ensure_ascii=False))


@lru_cache(maxsize=200)
def _render_picture(data: str) -> bytes:
    """Render the picture from its content as JSON; cached, because the public may request it often."""
    return compile_picture(DOCUMENTS / "picture.typ", json.loads(data))
