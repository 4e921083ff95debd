"""A step of the form as its page shows it: fields, table rows, and display conditions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms import BoundField

from ancu.apps.dossiers.forms.answers import (
    PROBLEM_SENTENCES,
    AnswersForm,
    TableRowForm,
    blank_row,
    row_forms,
    table_answers,
)
from ancu.apps.dossiers.selectors.steps import FormStep, can_show, clear_hidden_answers
from ancu.core.web.language import localized
from ancu.engines.rulebook import AnswerProblem, Field


@dataclass(frozen=True)
class StepField:
    """One field of the page. ``shown_if`` is its condition for ``form.js``, empty when there is none.

    ``name`` is the field's name in the HTML form.
    """

    field: Field
    name: str
    bound: BoundField | None
    table: "StepTable | None"
    shown_if: str

    @property
    def is_asked(self) -> bool:
        """Whether the field must be answered, always or under a condition."""
        return self.field.required or self.field.required_if is not None


@dataclass(frozen=True)
class StepTable:
    """A table. ``blank`` is the row ``form.js`` copies; without script the last of ``rows`` is empty."""

    field: Field
    name: str
    rows: list[TableRowForm]
    blank: TableRowForm
    error: str

    @property
    def label(self) -> str:
        """The table's label in the reader's language."""
        return localized(self.field, "label")

    @property
    def help(self) -> str:
        """The table's help text in the reader's language."""
        return localized(self.field, "help")


class StepForm:
    """The step's fields and rows; with ``data`` as sent, without it as stored.

    With ``prefix`` their names begin with it, so that several official forms can stand in one HTML form.
    """

    def __init__(self, step: FormStep, on: date, data: Mapping[str, Any] | None = None, prefix: str = "") -> None:
        self.step, self.on, self.prefix = step, on, prefix
        self.form = AnswersForm(section=step.section, answers=step.answers, on=on, data=data, prefix=prefix or None)
        self.rows = {
            field.key: row_forms(field, step.answers.get(field.key), on, data, self._name(field.key))
            for field in step.section.fields
            if field.kind == "table"
        }
        self.table_errors: dict[str, str] = {}

    @property
    def errors(self) -> bool:
        """Whether any input of the step is invalid: a field, a table row, or a table as a whole."""
        return bool(self.form.errors or self.table_errors) or any(row.errors for row in self._all_rows())

    def _all_rows(self) -> list[TableRowForm]:
        """Return the row forms of all table questions of the step."""
        return [row for rows in self.rows.values() for row in rows]

    def answers(self) -> dict[str, Any]:
        """Return the step's answers to store: cleaned values, invalid ones as typed.

        Fields that the answers hide are emptied.
        """
        self.form.full_clean()
        tables = {key: table_answers(rows) for key, rows in self.rows.items()}
        return clear_hidden_answers(self.step, {**self.form.answers, **tables})

    def add_problems(self, problems: Mapping[str, AnswerProblem]) -> None:
        """Show the rulebook's problems at their form fields, by field key.

        "people.0.full_name" is a field in the first row of the table "people".
        """
        self.form.add_problems(problems)
        for name, problem in problems.items():
            table, _, rest = name.partition(".")
            if table not in self.rows:
                continue
            number, _, column = rest.partition(".")
            if number.isdigit() and int(number) < len(self.rows[table]):
                self.rows[table][int(number)].add_problems({column: problem})
            else:
                self.table_errors[table] = str(PROBLEM_SENTENCES[problem.code])

    def step_fields(self) -> list[StepField]:
        """Return the step's fields in order, without those that the answers of other steps hide."""
        return [self._step_field(field) for field in self.step.section.fields if can_show(self.step, field)]

    def _step_field(self, field: Field) -> StepField:
        """Return a field for the page: its form input or table, and the condition under which the script shows it."""
        name, condition, table = self._name(field.key), "", None
        if field.shown_if:
            named = {self._name(key): values for key, values in field.shown_if.any_of.items()}
            condition = json.dumps(named, ensure_ascii=False)
        if field.kind == "table":
            error = self.table_errors.get(field.key, "")
            table = StepTable(field, name, self.rows[field.key], blank_row(field, self.on, name), error)
        return StepField(field, name, None if table else self.form[field.key], table, condition)

    def _name(self, key: str) -> str:
        """Return the name of a field in the HTML form."""
        return f"{self.prefix}-{key}" if self.prefix else key

    @property
    def other_answers(self) -> dict[str, Any]:
        """The answers of other steps that conditions on this page depend on, by the names they would have here."""
        here = {field.key for field in self.step.section.fields}
        condition_keys = {key for field in self.step.section.fields if field.shown_if for key in field.shown_if.any_of}
        return {self._name(key): self.step.answers.get(key) for key in condition_keys - here}

    @property
    def answers_of_other_steps(self) -> str:
        """Return the answers of other steps as JSON for ``form.js``."""
        return json.dumps(self.other_answers, ensure_ascii=False)
