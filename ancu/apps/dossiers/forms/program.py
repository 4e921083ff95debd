"""Answers sent by a program, validated by the page's own forms (``forms.answers``).

A program sends ``{"NA6": {"full_name": "…", "people": [{…}]}}``. Stored answers that are not sent stay. Invalid answers
are refused with a stable code, and then nothing is stored. Missing answers are reported by the pre-flight.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.forms.answers import PROBLEM_SENTENCES, widget_value
from ancu.apps.dossiers.forms.steps import StepForm
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.prefill import fill_forms, prefill_values
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of
from ancu.apps.dossiers.selectors.steps import FormStep, empty_answer, steps_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.engines.rulebook import (
    AnswerProblem,
    Answers,
    Field,
    FormDefinition,
    NotInForce,
    check_form,
    get_procedure,
    with_presets,
)

Words = str | Promise
fill: Any = lazy(lambda sentence, values: str(sentence) % values, str)
PROGRAM_SENTENCES: dict[str, Words] = {
    "unknown_form": _("This procedure has no such form."),
    "unknown_field": _("This form has no such field."),
    "wrong_type": _("This field takes a text, a number, true or false; a table takes a list of objects."),
    "not_asked": _("The other answers make this field unnecessary, so it was left out."),
    "given_by_procedure": _("The procedure sets this answer, so the value you sent was left out."),
}


@dataclass(frozen=True)
class AnswerNote:
    """A note about one answer: ``where`` is "FORM.key" or "FORM.table.0.key"."""

    where: str
    code: str
    words: Words


@dataclass
class AnswersReading:
    """The answers to store, the errors, and what was left out."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: list[AnswerNote] = field(default_factory=list)
    left_out: list[AnswerNote] = field(default_factory=list)

    def add_error(self, where: str, code: str, words: Words = "") -> None:
        """Add an error at the location ``where``; the sentence follows from the code if none is given."""
        self.errors.append(AnswerNote(where, code, words or PROGRAM_SENTENCES.get(code) or PROBLEM_SENTENCES[code]))


def unstored_draft(actor: Actor, code: str) -> Dossier | None:
    """Return an unstored draft of the procedure ``code``, prefilled with what the actor's organisation has.

    None when no such procedure is in force, or organisations may not file it.
    """
    try:
        procedure = get_procedure(code, clock.today())
    except (KeyError, NotInForce):
        return None
    if Filer.ORGANISATION not in procedure.filers:
        return None
    answers = fill_forms(procedure, prefill_values(actor, Filer.ORGANISATION))
    return Dossier(procedure=code, filer=Filer.ORGANISATION, answers=answers)


def read_answers(dossier: Dossier, sent: Answers) -> AnswersReading:
    """Validate the answers a program sent for the dossier, by form; return the answers, errors and notes.

    The dossier need not be stored yet.
    """
    procedure, on, reading = procedure_of(dossier), day_of(dossier), AnswersReading()
    forms = {form.code: form for form in procedure.forms}
    for code in sent.keys() - forms.keys():
        reading.add_error(code, "unknown_form")
    stored = with_presets(procedure, dossier.answers)
    steps = steps_of(dossier)
    for code, form in forms.items():
        clean = dict(_well_formed(form, sent.get(code, {}), reading))
        _read_form(form, [step for step in steps if step.form.code == code], stored[code], clean, on, reading)
    return reading


def _well_formed(form: FormDefinition, sent: Any, reading: AnswersReading) -> Iterator[tuple[str, Any]]:
    """Yield (key, value) of the answers in ``sent`` that the form can have; all others become errors of ``reading``.

    An answer is wrong if the form has no such field, or its type does not fit.
    """
    if not isinstance(sent, Mapping):
        reading.add_error(form.code, "wrong_type")
        return
    for key, value in sent.items():
        field_asked, where = form.fields.get(key), f"{form.code}.{key}"
        if field_asked is None:
            reading.add_error(where[:100], "unknown_field")
        elif field_asked.kind == "table":
            if _is_table(field_asked, value, where, reading):
                yield key, value or []
        elif not _is_scalar(value):
            reading.add_error(where, "wrong_type")
        else:
            yield key, value


def _is_table(table: Field, rows: Any, where: str, reading: AnswersReading) -> bool:
    """Whether a table's answer is a list of rows with known columns and plain values.

    Otherwise errors are added, beginning at the location ``where``.
    """
    if rows is not None and not (isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows)):
        reading.add_error(where, "wrong_type")
        return False
    if len(rows or []) > table.max_rows:  # before they are read: the page's form would read no further
        reading.add_error(where, "too_many_rows")
        return False
    before, columns = len(reading.errors), {column.key for column in table.columns}
    for number, row in enumerate(rows or []):
        for key, value in row.items():
            if key not in columns:
                reading.add_error(f"{where}.{number}.{key}"[:100], "unknown_field")
            elif not _is_scalar(value):
                reading.add_error(f"{where}.{number}.{key}", "wrong_type")
    return len(reading.errors) == before


def _is_scalar(value: Any) -> bool:
    """Whether a JSON value can be the answer to a simple field: text, number, boolean or null."""
    return value is None or isinstance(value, str | int | float)


def _read_form(
    form: FormDefinition,
    steps: list[FormStep],
    stored: Mapping[str, Any],
    sent: dict[str, Any],
    on: date,
    reading: AnswersReading,
) -> None:
    """Validate the answers to one form, step by step; add the valid ones, errors and notes to ``reading``."""
    asked_keys = {field_asked.key for step in steps for field_asked in step.section.fields}
    for key in sent.keys() - asked_keys:
        if sent[key] != stored.get(key):
            where = f"{form.code}.{key}"
            reading.left_out.append(AnswerNote(where, "given_by_procedure", PROGRAM_SENTENCES["given_by_procedure"]))
    merged = {**stored, **{key: value for key, value in sent.items() if key in asked_keys}}
    answers = {key: value for key, value in stored.items() if key in asked_keys}
    notes: dict[str, AnswerNote] = {}
    for step in steps:
        page = StepForm(step.with_answers(merged), on, _as_typed(step, merged))
        answers.update(page.answers())
        notes.update(_control_notes(form.code, page))
    for problem in check_form(form, {**stored, **answers}, on):
        if problem.code != "required":
            note = _note_from_problem(form.code, problem)
            words = notes[note.where].words if note.where in notes else note.words
            notes[note.where] = replace(
                note, words=words
            )  # the control's sentence is more precise, the rulebook's code more stable
    reading.errors += notes.values()
    _note_left_out(form, sent, answers, reading)
    reading.answers[form.code] = answers


def _note_left_out(
    form: FormDefinition, sent: Mapping[str, Any], answers: Mapping[str, Any], reading: AnswersReading
) -> None:
    """Note sent answers that were discarded because the other answers do not require them."""
    for key in sent.keys() & answers.keys():
        nothing = empty_answer(form.fields[key])
        if answers[key] == nothing and sent[key] not in (nothing, None, "", False, []):
            reading.left_out.append(AnswerNote(f"{form.code}.{key}", "not_asked", PROGRAM_SENTENCES["not_asked"]))


def _note_from_problem(form: str, problem: AnswerProblem) -> AnswerNote:
    """Return a rulebook's problem with an answer as a note: location "FORM.key", code and sentence."""
    return AnswerNote(
        f"{form}.{problem.field}", problem.code, PROBLEM_SENTENCES.get(problem.code, PROGRAM_SENTENCES["wrong_type"])
    )


# ---- the page's form, filled by a program --------------------------------------------------------------


def _as_typed(step: FormStep, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step's answers as a browser would submit them on its page, by input name.

    They are then validated like those of people.
    """
    typed: dict[str, Any] = {}
    for field_asked in step.section.fields:
        value = answers.get(field_asked.key)
        if field_asked.kind != "table":
            typed.update(_control(field_asked, field_asked.key, value))
            continue
        rows = value if isinstance(value, list) else []
        typed[f"{field_asked.key}-rows"] = str(len(rows))
        for number, row in enumerate(rows):
            for column in field_asked.columns:
                typed.update(_control(column, f"{field_asked.key}-{number}-{column.key}", row.get(column.key)))
    return typed


def _control(field_asked: Field, name: str, value: Any) -> dict[str, Any]:
    """Return the inputs that a browser would submit for the field, by name; a commune has two: text and code."""
    if field_asked.kind == "boolean":
        return {name: value if isinstance(value, bool) else str(value or "")}
    if field_asked.kind == "unit":
        words = widget_value(field_asked, _text(value))
        text, code = words if isinstance(words, tuple) else (words, "")
        return {name: text, f"{name}_code": code}
    return {name: _text(value)}


def _text(value: Any) -> str:
    """Return a JSON value as text for a form input: "true", "false", "" for null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _control_notes(form: str, page: StepForm) -> dict[str, AnswerNote]:
    """Return by location ("FORM.key", "FORM.table.0.key") the first error of each input of the page."""
    notes: dict[str, AnswerNote] = {}
    for prefix, control in [("", page.form), *_rows(page)]:
        for key, errors in control.errors.as_data().items():
            where = f"{form}.{prefix}{key}"
            notes[where] = AnswerNote(where, _code(errors[0]), _words(errors[0]))
    return notes


def _rows(page: StepForm) -> Iterator[tuple[str, Any]]:
    """Yield (prefix such as "table.0.", form) for each table row of the page; the prefix begins its error locations."""
    for table, rows in page.rows.items():
        for number, row in enumerate(rows):
            yield f"{table}.{number}.", row


def _code(error: ValidationError) -> str:
    """Return the API's code for the code of a Django validation error; most are the same."""
    code = str(error.code or "invalid")
    return {"max_length": "too_long", "invalid_choice": "not_a_choice"}.get(code, code)


def _words(error: ValidationError) -> Words:
    """Return the sentence of a validation error with its values filled in, translated when it is read."""
    message, values = error.message, error.params
    return fill(message, dict(values)) if values else message
