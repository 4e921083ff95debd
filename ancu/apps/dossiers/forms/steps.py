"""A step of the form as a page shows it: its fields, the rows of its tables, and what shows which."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms import BoundField

from ancu.apps.dossiers.forms.answers import PROBLEMS, AnswerForm, RowForm, blank_row, row_forms, table_answers
from ancu.apps.dossiers.selectors.steps import Step, can_show, read_step
from ancu.core.web.language import localized
from ancu.engines.rulebook import Field, Problem


@dataclass(frozen=True)
class Part:
    """One field of the page. ``shown_if`` is its condition as ``form.js`` reads it, empty when there is none."""

    field: Field
    bound: BoundField | None
    table: "Table | None"
    shown_if: str


@dataclass(frozen=True)
class Table:
    """``blank`` is the row that ``form.js`` copies to add one; without script the last of ``rows`` is an empty one."""

    field: Field
    rows: list[RowForm]
    blank: RowForm
    error: str

    @property
    def label(self) -> str:
        return localized(self.field, "label")

    @property
    def help(self) -> str:
        return localized(self.field, "help")


class StepForm:
    """The step's fields and rows; with ``data`` as they were sent, without it as they are kept."""

    def __init__(self, step: Step, on: date, data: Mapping[str, Any] | None = None) -> None:
        self.step, self.on = step, on
        self.form = AnswerForm(section=step.section, answers=step.answers, on=on, data=data)
        self.rows = {
            field.key: row_forms(field, step.answers.get(field.key), on, data)
            for field in step.section.fields
            if field.kind == "table"
        }
        self.table_errors: dict[str, str] = {}

    @property
    def errors(self) -> bool:
        """Whether something that was sent could not be read."""
        return bool(self.form.errors or self.table_errors) or any(row.errors for row in self._all_rows())

    def _all_rows(self) -> list[RowForm]:
        return [row for rows in self.rows.values() for row in rows]

    def answers(self) -> dict[str, Any]:
        """What to keep: everything as it was understood or typed, but nothing that is not asked."""
        self.form.full_clean()
        tables = {key: table_answers(rows) for key, rows in self.rows.items()}
        return read_step(self.step, {**self.form.answers, **tables})

    def take_problems(self, problems: Mapping[str, Problem]) -> None:
        """Show what the rulebook found beside its field; "people.0.full_name" beside that of the row."""
        self.form.take_problems(problems)
        for name, problem in problems.items():
            table, _, rest = name.partition(".")
            if table not in self.rows:
                continue
            number, _, column = rest.partition(".")
            if number.isdigit() and int(number) < len(self.rows[table]):
                self.rows[table][int(number)].take_problems({column: problem})
            else:
                self.table_errors[table] = str(PROBLEMS[problem.code])

    def parts(self) -> list[Part]:
        """What is drawn, in the order of the form; what other steps rule out is not."""
        return [self._part(field) for field in self.step.section.fields if can_show(self.step, field)]

    def _part(self, field: Field) -> Part:
        condition = json.dumps(dict(field.shown_if.any_of), ensure_ascii=False) if field.shown_if else ""
        table = None
        if field.kind == "table":
            error = self.table_errors.get(field.key, "")
            table = Table(field, self.rows[field.key], blank_row(field, self.on), error)
        return Part(field, None if table else self.form[field.key], table, condition)

    @property
    def elsewhere(self) -> str:
        """The answers of other steps that conditions on this page look at, as JSON for ``form.js``."""
        here = {field.key for field in self.step.section.fields}
        asked = {key for field in self.step.section.fields if field.shown_if for key in field.shown_if.any_of}
        known = {key: self.step.answers.get(key) for key in asked - here}
        return json.dumps(known, ensure_ascii=False)
