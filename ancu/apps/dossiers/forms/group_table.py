"""What the drafts of a request still ask, as a spreadsheet: a row for each person, a column for each open question.

A cell is judged as if it were typed into the form. An empty cell says nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.forms.answers import PROBLEM_SENTENCES, build_field, json_value
from ancu.apps.dossiers.forms.worker_file import (
    HEADER_WITHIN,
    REFUSALS,
    SEX_CODES,
    WrongCell,
    storable,
    workbook_sheets,
)
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.group_questions import all_questions, open_questions
from ancu.core import clock
from ancu.core.documents.spreadsheets import write_xlsx
from ancu.core.forms.choices import LookupField
from ancu.core.web.language import both_languages, localized
from ancu.engines.exchange.dates import read_birth, read_date
from ancu.engines.exchange.model import Refusal
from ancu.engines.exchange.nationality import fold, read_nationality
from ancu.engines.rulebook import Field, check_field

NUMBER, NAME = _("Dossier number"), _("Full name")
YES = frozenset({"co", "yes", "x", "true", "1"})  # of a box to tick, folded
SYMBOLS = frozenset({"visa_symbol", "card_symbol"})
NO_TABLE = _("This file is not the table of this request. Download the table above and fill it in.")
NO_DOSSIER = _("No draft of this request has this number.")


@dataclass(frozen=True)
class FilledRow:
    """What a row says of a draft: valid answers by question, and the cells that are no answer to theirs.

    ``dossier`` is None if the number is none of the request's drafts.
    """

    name: str
    dossier: Dossier | None
    answers: Mapping[str, Any]
    wrong: tuple[WrongCell, ...] = ()


@dataclass
class FilledTable:
    """What was read of a table; ``problem`` is a sentence on why nothing could be, ``unknown`` are other columns."""

    rows: list[FilledRow] = field(default_factory=list)
    problem: Any = ""
    unknown: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[FilledRow]:
        """The rows with a cell that was left out."""
        return [row for row in self.rows if row.wrong]


def empty_table(mark: str, dossiers: Sequence[Dossier]) -> bytes:
    """Return the table to fill in: the drafts with the questions that one of them leaves open."""
    questions = open_questions(dossiers)
    head = [str(NUMBER), str(NAME), *(localized(question, "label") for question in questions)]
    rows = [[dossier.number, dossier.full_name] for dossier in dossiers]
    choices = {
        column: [localized(choice, "label") for choice in question.choices]
        for column, question in enumerate(questions, start=2)
        if question.choices
    }
    return write_xlsx(mark, head, rows, choices=choices)


def read_table(data: bytes, dossiers: Sequence[Dossier]) -> FilledTable:
    """Read a filled table of these drafts; does not raise for bad input."""
    try:
        sheets = workbook_sheets(data)
    except Refusal as refusal:
        return FilledTable(problem=REFUSALS.get(refusal.code, NO_TABLE))
    questions = {question.key: question for question in all_questions(dossiers)}
    names = _column_names(questions.values())
    for rows in sheets:
        for at, cells in enumerate(rows[:HEADER_WITHIN]):
            places = {names[fold(text)]: column for column, text in enumerate(cells) if fold(text) in names}
            if "number" in places:
                table = _filled(rows[at + 1 :], places, questions, dossiers)
                table.unknown = [text for text in map(storable, cells) if text and fold(text) not in names]
                return table
    return FilledTable(problem=NO_TABLE)


def _column_names(questions: Iterable[Field]) -> Mapping[str, str]:
    """Return the question of each folded column name, in both languages; "number" is the dossier's.

    Of two questions with one label, the first counts.
    """
    names = {fold(text): "number" for text in both_languages(lambda: str(NUMBER))}
    names |= {fold(text): "name" for text in both_languages(lambda: str(NAME))}
    for question in questions:
        for label in (question.label_vi, question.label_en):
            names.setdefault(fold(label), question.key)
    return names


def _filled(
    rows: Sequence[Sequence[str]],
    places: Mapping[str, int],
    questions: Mapping[str, Field],
    dossiers: Sequence[Dossier],
) -> FilledTable:
    """Return the rows below the header that name a dossier or say anything."""
    drafts = {fold(dossier.number): dossier for dossier in dossiers}
    table = FilledTable()
    for cells in rows:
        texts = {key: storable(cells[column]) for key, column in places.items() if column < len(cells)}
        if any(texts.values()):
            table.rows.append(_row(texts, questions, drafts))
    return table


def _row(texts: Mapping[str, str], questions: Mapping[str, Field], drafts: Mapping[str, Dossier]) -> FilledRow:
    """Return what a row's cells say, each judged as if it were typed into the form."""
    number = texts.get("number", "")
    dossier = drafts.get(fold(number))
    if dossier is None:
        return FilledRow(texts.get("name", "") or number, None, {}, (WrongCell(str(NUMBER), number, str(NO_DOSSIER)),))
    answers, wrong, today = dict[str, Any](), list[WrongCell](), clock.today()
    for key, question in questions.items():
        text = texts.get(key, "")
        if not text:
            continue
        try:
            answers[key] = _answer(question, text, today)
        except forms.ValidationError as error:
            wrong.append(WrongCell(localized(question, "label"), text, str(error.messages[0])))
    return FilledRow(dossier.full_name or number, dossier, answers, tuple(wrong))


def _answer(question: Field, text: str, today: date) -> Any:
    """Return the answer that a cell's text gives to a question, as a dossier stores it. Raises ValidationError."""
    page_field = build_field(question, today)
    typed = [text, ""] if isinstance(page_field, LookupField) else _as_typed(question, text)
    answer = json_value(page_field.clean(typed))
    problem = check_field(question, answer, today)
    if problem is not None:
        raise forms.ValidationError(str(PROBLEM_SENTENCES.get(problem.code, PROBLEM_SENTENCES["not_a_choice"])))
    return answer


def _as_typed(question: Field, text: str) -> Any:
    """Return what a browser would send for a cell's text: codes of lists, days in ISO form."""
    if question.kind == "date":
        moment = read_date(text)
        return moment.day.isoformat() if moment else text
    if question.kind == "partial_date":
        birth = read_birth(text)
        return birth.value if birth else text
    if question.kind == "country":
        return read_nationality(text).code or text
    if question.kind in SYMBOLS:
        return text.split(maxsplit=1)[0].upper()
    if question.kind == "boolean":
        return fold(text) in YES
    codes = {fold(label): choice.code for choice in question.choices for label in (choice.label_vi, choice.label_en)}
    codes |= SEX_CODES if question.key == "sex" else {}
    return codes.get(fold(text), text)
