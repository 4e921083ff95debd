"""Answers as a program sends them, read by the page's own forms: one rule for both, in ``forms.answers``.

A program sends ``{"NA6": {"full_name": "…", "people": [{…}]}}``. What stands in the dossier and is not sent stays, as
in a form that shows what is kept. What cannot be right is refused with a stable code, and then nothing is kept: a
program has what it sent, and sends it again mended. What is merely missing is the pre-flight's to tell.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.forms.answers import PROBLEMS, shown
from ancu.apps.dossiers.forms.steps import StepForm
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.prefill import known_for, spread
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of
from ancu.apps.dossiers.selectors.steps import Step, nothing_for, steps_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.engines.rulebook import (
    Answers,
    Field,
    Form,
    NotInForce,
    Problem,
    check_form,
    get_procedure,
    with_presets,
)

Words = str | Promise
fill: Any = lazy(lambda sentence, values: str(sentence) % values, str)
OF_PROGRAMS: dict[str, Words] = {
    "unknown_form": _("This procedure has no such form."),
    "unknown_field": _("This form has no such field."),
    "wrong_type": _("This field takes a text, a number, true or false; a table takes a list of objects."),
    "not_asked": _("This is not asked in view of the other answers; it was left out."),
    "given_by_procedure": _("The procedure itself gives this answer; what was sent was left out."),
}


@dataclass(frozen=True)
class Told:
    """Something to say of one answer: ``where`` is "FORM.key" or "FORM.table.0.key"."""

    where: str
    code: str
    words: Words


@dataclass
class Reading:
    """What to keep, what is wrong, and what was left out."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: list[Told] = field(default_factory=list)
    left_out: list[Told] = field(default_factory=list)

    def wrong(self, where: str, code: str, words: Words = "") -> None:
        self.errors.append(Told(where, code, words or OF_PROGRAMS.get(code) or PROBLEMS[code]))


def begun(actor: Actor, code: str) -> Dossier | None:
    """An unstored draft with what the office knows of the organisation; None when there is no such procedure for it."""
    try:
        procedure = get_procedure(code, clock.today())
    except (KeyError, NotInForce):
        return None
    if Filer.ORGANISATION not in procedure.filers:
        return None
    known = spread(procedure, known_for(actor, Filer.ORGANISATION))
    return Dossier(procedure=code, filer=Filer.ORGANISATION, answers=known)


def read_answers(dossier: Dossier, sent: Answers) -> Reading:
    """What of ``sent`` goes into the dossier (which need not be stored yet)."""
    procedure, on, reading = procedure_of(dossier), day_of(dossier), Reading()
    forms = {form.code: form for form in procedure.forms}
    for code in sent.keys() - forms.keys():
        reading.wrong(code, "unknown_form")
    kept = with_presets(procedure, dossier.answers)
    steps = steps_of(dossier)
    for code, form in forms.items():
        clean = dict(_well_formed(form, sent.get(code, {}), reading))
        _read_form(form, [step for step in steps if step.form.code == code], kept[code], clean, on, reading)
    return reading


def _well_formed(form: Form, sent: Any, reading: Reading) -> Iterator[tuple[str, Any]]:
    """The fields whose shape is right; of the others it is told what is wrong."""
    if not isinstance(sent, Mapping):
        reading.wrong(form.code, "wrong_type")
        return
    for key, value in sent.items():
        known, where = form.fields.get(key), f"{form.code}.{key}"
        if known is None:
            reading.wrong(where[:100], "unknown_field")
        elif known.kind == "table":
            if _is_table(known, value, where, reading):
                yield key, value or []
        elif not _is_scalar(value):
            reading.wrong(where, "wrong_type")
        else:
            yield key, value


def _is_table(table: Field, rows: Any, where: str, reading: Reading) -> bool:
    if rows is not None and not (isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows)):
        reading.wrong(where, "wrong_type")
        return False
    if len(rows or []) > table.max_rows:  # before they are read: the page's form would read no further
        reading.wrong(where, "too_many_rows")
        return False
    before, columns = len(reading.errors), {column.key for column in table.columns}
    for number, row in enumerate(rows or []):
        for key, value in row.items():
            if key not in columns:
                reading.wrong(f"{where}.{number}.{key}"[:100], "unknown_field")
            elif not _is_scalar(value):
                reading.wrong(f"{where}.{number}.{key}", "wrong_type")
    return len(reading.errors) == before


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _read_form(
    form: Form, steps: list[Step], kept: Mapping[str, Any], sent: dict[str, Any], on: date, reading: Reading
) -> None:
    asked = {one.key for step in steps for one in step.section.fields}
    for key in sent.keys() - asked:
        if sent[key] != kept.get(key):
            where = f"{form.code}.{key}"
            reading.left_out.append(Told(where, "given_by_procedure", OF_PROGRAMS["given_by_procedure"]))
    whole = {**kept, **{key: value for key, value in sent.items() if key in asked}}
    answers = {key: value for key, value in kept.items() if key in asked}
    said: dict[str, Told] = {}
    for step in steps:
        page = StepForm(step.lent(whole), on, _as_typed(step, whole))
        answers.update(page.answers())
        said.update(_said_by(form.code, page))
    for problem in check_form(form, {**kept, **answers}, on):
        if problem.code != "required":
            told = _told(form.code, problem)
            words = said[told.where].words if told.where in said else told.words
            said[told.where] = replace(told, words=words)  # the control knows more; the rulebook's code is the stabler
    reading.errors += said.values()
    _note_left_out(form, sent, answers, reading)
    reading.answers[form.code] = answers


def _note_left_out(form: Form, sent: Mapping[str, Any], answers: Mapping[str, Any], reading: Reading) -> None:
    """What was sent and stands nowhere, because the other answers do not call for it."""
    for key in sent.keys() & answers.keys():
        nothing = nothing_for(form.fields[key])
        if answers[key] == nothing and sent[key] not in (nothing, None, "", False, []):
            reading.left_out.append(Told(f"{form.code}.{key}", "not_asked", OF_PROGRAMS["not_asked"]))


def _told(form: str, problem: Problem) -> Told:
    return Told(f"{form}.{problem.field}", problem.code, PROBLEMS.get(problem.code, OF_PROGRAMS["wrong_type"]))


# ---- the page's form, filled by a program --------------------------------------------------------------


def _as_typed(step: Step, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as the step's page would send them."""
    typed: dict[str, Any] = {}
    for one in step.section.fields:
        value = answers.get(one.key)
        if one.kind != "table":
            typed.update(_control(one, one.key, value))
            continue
        rows = value if isinstance(value, list) else []
        typed[f"{one.key}-rows"] = str(len(rows))
        for number, row in enumerate(rows):
            for column in one.columns:
                typed.update(_control(column, f"{one.key}-{number}-{column.key}", row.get(column.key)))
    return typed


def _control(asked: Field, name: str, value: Any) -> dict[str, Any]:
    """One field as its control sends it; a commune is two boxes, its words and its code."""
    if asked.kind == "boolean":
        return {name: value if isinstance(value, bool) else str(value or "")}
    if asked.kind == "unit":
        words = shown(asked, _text(value))
        text, code = words if isinstance(words, tuple) else (words, "")
        return {name: text, f"{name}_code": code}
    return {name: _text(value)}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _said_by(form: str, page: StepForm) -> dict[str, Told]:
    """What the page's own controls could not read, by where it stands."""
    found: dict[str, Told] = {}
    for prefix, control in [("", page.form), *_rows(page)]:
        for key, errors in control.errors.as_data().items():
            where = f"{form}.{prefix}{key}"
            found[where] = Told(where, _code(errors[0]), _words(errors[0]))
    return found


def _rows(page: StepForm) -> Iterator[tuple[str, Any]]:
    for table, rows in page.rows.items():
        for number, row in enumerate(rows):
            yield f"{table}.{number}.", row


def _code(error: ValidationError) -> str:
    """Django's codes by the rulebook's names, where it has one."""
    code = str(error.code or "invalid")
    return {"max_length": "too_long", "invalid_choice": "not_a_choice"}.get(code, code)


def _words(error: ValidationError) -> Words:
    """The control's sentence, filled when it is read, in each of the two languages."""
    message, values = error.message, error.params
    return fill(message, dict(values)) if values else message
