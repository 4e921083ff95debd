"""Export figures and answers: tables, raw answers with labels for SPSS, and a report. Each export is recorded."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from ancu.apps.audit.services import record
from ancu.apps.surveys.enums import QuestionKind, ResponseSource, ResponseState
from ancu.apps.surveys.models import Survey, SurveyResponse
from ancu.apps.surveys.rules import statistics, words
from ancu.apps.surveys.rules.definition import SurveyDefinition, SurveyQuestion
from ancu.apps.surveys.selectors import crosses, remarks
from ancu.apps.surveys.selectors import results as figures
from ancu.apps.surveys.selectors.surveys import get_own
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.documents.pdf import render_pdf
from ancu.core.documents.spreadsheets import CSV, XLSX, Cell, write_csv, write_xlsx
from ancu.core.errors import Conflict
from ancu.core.security import disclosure_control
from ancu.core.security.personal_data import without_contacts
from ancu.core.security.privacy import REDACTED
from ancu.core.templatetags.ui import number

DOCUMENTS = Path(__file__).parent.parent / "documents"
PETITION = "listening.receive_remark"


class ExportFile(NamedTuple):
    content: bytes
    media_type: str
    name: str


@transaction.atomic
def export(*, actor: Actor, survey_id: int, kind: str) -> ExportFile:
    """Return the survey's figures or answers as a file that names user and time; the audit records it.

    ``kind``, a key of ``MAKERS``: xlsx or csv for figures, answers or spss for single answers.
    """
    survey = get_own(actor, survey_id)
    now = clock.local(clock.now())
    mark = _("%(title)s. Exported by %(who)s, %(office)s, on %(when)s. For official use.") % {
        "title": survey.title, "who": actor.label, "office": actor.organisation_name, "when": f"{now:%d/%m/%Y %H:%M}",
    }  # fmt: skip
    record(actor, "surveys.exported", survey, format=kind)
    content, media_type, ending = MAKERS[kind](survey, mark)
    return ExportFile(content, media_type, f"an-cu-khao-sat-{survey.pk}-{now:%Y%m%d-%H%M}.{ending}")


Maker = Callable[[Survey, str], tuple[bytes, str, str]]


def _figures_xlsx(survey: Survey, mark: str) -> tuple[bytes, str, str]:
    """Return the figures as XLSX: content, media type and file ending."""
    return write_xlsx(mark, _figure_headings(), _figure_rows(survey)), XLSX, "xlsx"


def _figures_csv(survey: Survey, mark: str) -> tuple[bytes, str, str]:
    """Return the figures as CSV: content, media type and file ending."""
    return write_csv(_figure_headings(), _figure_rows(survey)), CSV, "csv"


def _figure_headings() -> list[str]:
    """Return the column titles of the file of figures: question, unit, answer, number, share, margin, weighted."""
    return [
        _("The question"),
        _("Unit"),
        _("Answer"),
        _("Number of people"),
        _("Share in percent"),
        _("Margin of error in points"),
        _("Weighted"),
    ]


def _figure_rows(survey: Survey) -> Iterator[list[Cell]]:
    """Yield the rows of the figures file: for each question its figures in total, then those of each unit.

    Number questions have no rows by unit, nor has a table with fewer than two columns.
    """
    counts = figures.count_answers(survey)
    for result in figures.results(counts):
        label = f"{result.number}. {result.item.label}"
        for line in result.lines:
            yield [label, _("all"), *_figure_cells(line), _("yes") if result.weighted else _("no")]
        if result.item.question.kind == QuestionKind.NUMBER:
            continue
        table = crosses.by_unit(counts, result.item)
        for place, unit in enumerate(table.columns if len(table.columns) > 1 else ()):
            for row in table.rows:
                yield [label, unit, *_figure_cells(row.cells[place]), _("no")]


def _figure_cells(line: figures.ResultLine) -> list[Cell]:
    """Return a line's label, count, share and margin in percent as cells; "not shown" for suppressed figures."""
    if line.count is None:
        return [line.label, _("not shown"), _("not shown"), _("not shown")]
    return [line.label, line.count, _percent(line.share), _percent(line.margin)]


def _percent(part: float | None) -> Cell:
    """Return a share in percent as a cell; None stays empty."""
    return None if part is None else statistics.percent(part)


# ---- answers row by row --------------------------------------------------------------------------------


class ExportColumn(NamedTuple):
    """``values`` are the codes written, with what each means."""

    name: str
    label: str
    values: dict[str, tuple[int, str]]
    take: Callable[[dict[str, Any]], Any]


def columns(definition: SurveyDefinition) -> list[ExportColumn]:
    """Return the columns of the file of single answers: one for each question, option and matrix row, no free texts."""
    return [column for question in definition.questions() for column in _question_columns(question)]


def _question_columns(question: SurveyQuestion) -> Iterator[ExportColumn]:
    """Yield a question's columns of the file of single answers; several for multiple choice and for a matrix."""
    key, text = question.id, str(question.text)
    codes = {option.id: (place, str(option.text)) for place, option in enumerate(question.options, 1)}
    match question.kind:
        case QuestionKind.SINGLE:
            yield ExportColumn(key, text, codes, lambda row: _answer_code(codes, row.get(key)))
        case QuestionKind.MULTIPLE:
            code_labels = {"0": (0, _("not chosen")), "1": (1, _("chosen"))}
            for option in question.options:

                def chosen(row: dict[str, Any], option_id: str = option.id) -> Any:
                    """Return 1 if the option was chosen, 0 if not, "" without an answer."""
                    return int(option_id in row[key]) if key in row else ""

                yield ExportColumn(f"{key}_{option.id}", f"{text}: {option.text}", code_labels, chosen)
        case QuestionKind.MATRIX:
            for line in question.rows:

                def matrix_answer(row: dict[str, Any], row_id: str = line.id) -> Any:
                    """Return the number that stands for the column chosen in the matrix row; "" without an answer."""
                    return _answer_code(codes, (row.get(key) or {}).get(row_id))

                yield ExportColumn(f"{key}_{line.id}", f"{text}: {line.text}", codes, matrix_answer)
        case QuestionKind.SCALE:
            steps = {str(step): (step, label) for step, (_key, label) in
                     zip(question.steps, figures.ResultItem(question).lines(), strict=True)}  # fmt: skip
            yield ExportColumn(key, text, steps, lambda row: row.get(key, ""))
        case QuestionKind.NUMBER:
            yield ExportColumn(key, text, {}, lambda row: row.get(key, ""))


def _answer_code(codes: dict[str, tuple[int, str]], value: Any) -> Any:
    """Return the number that stands for the answer ``value`` in the file; "" without an answer.

    ``codes`` has number and label of each possible answer.
    """
    return codes[value][0] if value in codes else ""


def _answers(survey: Survey) -> tuple[list[ExportColumn], list[list[Cell]]]:
    """Return the columns and rows of single answers, in an order that does not reveal when they came.

    The unit is left empty for units with fewer than five answers.
    """
    counts = figures.count_answers(survey)
    visible_units = [
        unit for unit, number in counts.answered.items() if unit and number >= disclosure_control.MIN_PEOPLE
    ]
    codes = {str(unit): (unit, name) for unit, name in figures.unit_names(visible_units).items() if unit}
    sources = {value: (place, str(label)) for place, (value, label) in enumerate(ResponseSource.choices, 1)}
    export_columns = [
        ExportColumn("unit", _("Unit"), codes, lambda row: row["unit"] if str(row["unit"]) in codes else ""),
        ExportColumn("source", _("Method of answering"), sources, lambda row: sources[row["source"]][0]),
        *columns(counts.definition),
    ]
    responses = SurveyResponse.objects.filter(survey=survey, state=ResponseState.COMPLETE)
    rows = []
    for key, unit, source, answers in responses.values_list("pk", "unit_id", "source", "answers").iterator():
        place = hashlib.sha256(f"{survey.pk}/{key}".encode()).digest()
        row = answers | {"unit": unit, "source": source}
        rows.append((place, [column.take(row) for column in export_columns]))
    return export_columns, [row for _place, row in sorted(rows)]


def _answers_csv(survey: Survey, mark: str) -> tuple[bytes, str, str]:
    """Return the raw answers as CSV: content, media type and file ending."""
    columns, rows = _answers(survey)
    return write_csv([column.name for column in columns], rows), CSV, "csv"


def _spss(survey: Survey, mark: str) -> tuple[bytes, str, str]:
    """Return a ZIP with the raw answers as text and the SPSS syntax that reads them."""
    columns, rows = _answers(survey)
    data = "\r\n".join(";".join(_plain(cell) for cell in row) for row in rows) + "\r\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("answers.csv", data)
        folder.writestr("answers.sps", "\ufeff" + syntax(mark, columns))
    return out.getvalue(), "application/zip", "zip"


def _plain(cell: Cell) -> str:
    """Return the cell as text; "" for None."""
    return "" if cell is None else str(cell)


def syntax(mark: str, columns: list[ExportColumn]) -> str:
    """Return SPSS syntax that reads the data file and labels its variables and values."""
    lines = [
        "* Encoding: UTF-8.",
        f"* {_one_line(mark)}",
        "GET DATA",
        "  /TYPE=TXT",
        '  /FILE="answers.csv"',
        "  /ENCODING='UTF8'",
        '  /DELIMITERS=";"',
        "  /ARRANGEMENT=DELIMITED",
        "  /FIRSTCASE=1",
        "  /VARIABLES=",
    ]
    lines += [f"    {column.name} F8.{0 if column.values else 3}" for column in columns]
    lines += ["  .", "VARIABLE LABELS"]
    lines += [f"  {column.name} {_quoted(column.label)}" for column in columns]
    lines.append("  .")
    for column in columns:
        if column.values:
            lines += ["VALUE LABELS", f"  {column.name}"]
            lines += [f"    {code} {_quoted(label)}" for code, label in column.values.values()]
            lines.append("  .")
    return "\r\n".join([*lines, "EXECUTE.", ""])


def _one_line(text: str) -> str:
    """Return a text as a comment of one line that ends with a full stop."""
    return " ".join(text.split()).replace("*", " ").rstrip(".") + "."


def _quoted(text: str) -> str:
    """Return a text as an SPSS string on one line with doubled quotation marks, so that no command can follow it."""
    return '"' + " ".join(text.split())[:250].replace('"', '""') + '"'


MAKERS: dict[str, Maker] = {
    "xlsx": _figures_xlsx, "csv": _figures_csv, "answers": _answers_csv, "spss": _spss,
}  # fmt: skip


# ---- the report ----------------------------------------------------------------------------------------


def report(actor: Actor, survey_id: int) -> bytes:
    """Return all figures as an A4 PDF in the reader's language, with how the answers were collected."""
    survey = get_own(actor, survey_id)
    counts = figures.count_answers(survey)
    record(actor, "surveys.exported", survey, format="pdf")
    by_source = SurveyResponse.objects.filter(survey=survey, state=ResponseState.COMPLETE)
    first = by_source.order_by("submitted_on").values_list("submitted_on", flat=True).first()
    last = by_source.order_by("-submitted_on").values_list("submitted_on", flat=True).first()
    data = {
        "language": "en" if _("all") == "all" else "vi",
        "title": survey.title,
        "agency": survey.agency.name,
        "total": _grouped(counts.total) if counts.total >= disclosure_control.MIN_PEOPLE else None,
        "from": f"{first:%d/%m/%Y}" if first else "",
        "until": f"{last:%d/%m/%Y}" if last else "",
        "weighted": counts.weights is not None,
        "sample": counts.is_sample,
        "questions": [_figure_words(result) for result in figures.results(counts)],
        "written": [
            _remark_groups(survey, question, counts.definition)
            for question in counts.definition.questions()
            if question.is_written
        ],
        "made": f"{clock.local(clock.now()):%d/%m/%Y %H:%M}",
        "by": f"{actor.label}, {actor.organisation_name}",
    }
    return render_pdf(DOCUMENTS / "report.typ", data | {"words": _report_words()})


def _figure_words(result: figures.ItemResult) -> dict[str, Any]:
    """Return a question's figures as formatted texts for the PDF report: number, label, lines, mean and notes."""
    lines = [
        {"label": line.label, "count": _grouped(line.count), "share": line.share,
         "percent": statistics.percent_text(line.share), "margin": statistics.points_text(line.margin)}
        for line in result.lines
    ]  # fmt: skip
    mean = [str(floatformat(value, 2)) for value in result.mean if value is not None] if result.mean else None
    return {"number": result.number, "label": result.item.label, "base": _grouped(result.base), "of_all": result.of_all,
            "none": result.none_words, "lines": lines, "has_margin": result.has_margin,
            "mean": mean, "weighted": result.weighted}  # fmt: skip


def _grouped(count: int | None) -> str | None:
    """Return a count with grouped digits as on the page; None if it is suppressed."""
    return None if count is None else number(count)


def _remark_groups(survey: Survey, question: SurveyQuestion, definition: SurveyDefinition) -> dict[str, Any]:
    """Return the twelve largest groups of words in a question's free texts, with their numbers, for the PDF report."""
    texts_by_response = remarks.texts(survey, question)
    groups = [
        {"words": group.words, "count": _grouped(len(group.keys))} for group in words.groups(texts_by_response)[:12]
    ]
    is_few_texts = len(texts_by_response) < disclosure_control.MIN_PEOPLE
    return {"number": definition.number_of(question.id), "label": str(question.text), "groups": groups,
            "count": None if is_few_texts else _grouped(len(texts_by_response))}  # fmt: skip


def _report_words() -> dict[str, str]:
    """Return the fixed texts of the PDF report in the reader's language, by name."""
    return {
        "report": _("Survey report"), "answers": _("answers"), "not_shown": _("not shown"),
        "people": _("Number of people"),
        "share": _("Share"), "margin": _("Margin"), "answer": _("Answer"),
        "of_all": _("shares of all people"), "of_answered": _("shares of those who answered: "), "mean": _("mean"),
        "written": _("In their own words"), "texts": _("texts"), "gathered": _("Gathered"),
        "weighted": _("Each unit counts in proportion to its residents."),
        "unweighted": _("not weighted"), "is_weighted": _("weighted"),
        "margins": _("In 95 of 100 such samples, the true value is within the margin."),
        "no_margins": figures.no_margin(),
        "method": _("We do not show figures of fewer than five people, or figures from which one could be worked out."),
        "made": _("Made"),
    }  # fmt: skip


# ---- petitions -----------------------------------------------------------------------------------------


def takes_petitions() -> bool:
    """Whether the program has the job that turns remarks into petitions, so that the page can offer it."""
    return PETITION in app.tasks


@transaction.atomic
def make_petition(
    *, actor: Actor, survey: Survey, question: SurveyQuestion, response_id: int, about_id: int | None
) -> None:
    """Enqueue the job that turns a free-text answer into a petition; ``about_id`` is the unit that it is about.

    The petition belongs to the respondent's unit. Conflict if the text was deleted or petitions are not installed.
    """
    get_own(actor, survey.pk)
    texts_by_response = remarks.texts(survey, question)
    if not takes_petitions() or response_id not in texts_by_response:
        raise Conflict("no_petition", _("You cannot turn this remark into a petition."))
    unit = SurveyResponse.objects.filter(pk=response_id).values_list("unit_id", flat=True).get()
    enqueue(
        PETITION, survey_id=survey.pk, question=question.id, response_id=response_id, unit_id=unit, about_id=about_id
    )
    record(actor, "surveys.petitioned", survey, question=question.id)


def read_remark(survey_id: int, question: str, response_id: int) -> str:
    """Return a remark's text without contact data, for the job that makes it a petition; "" if it was deleted."""
    answers = (
        SurveyResponse.objects.filter(survey_id=survey_id, pk=response_id).values_list("answers", flat=True).first()
    )
    text = (answers or {}).get(question)
    return without_contacts(text) if isinstance(text, str) and text != REDACTED else ""
