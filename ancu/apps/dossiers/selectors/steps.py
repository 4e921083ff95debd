"""The steps of writing a dossier: one for each section of its forms, with progress."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of
from ancu.engines.rulebook import (
    AnswerProblem,
    Field,
    FormDefinition,
    FormSection,
    Procedure,
    check_form,
    shown_fields,
    with_presets,
)


@dataclass(frozen=True)
class FormStep:
    """One step: ``section`` holds only what is asked; ``answers`` are those of its whole form.

    ``missing`` are the empty required fields, ``wrong`` the invalid ones, by field.
    """

    number: int
    form: FormDefinition
    section: FormSection
    answers: Mapping[str, Any]
    missing: Mapping[str, AnswerProblem]
    wrong: Mapping[str, AnswerProblem]
    begun: bool

    def with_answers(self, answers: Mapping[str, Any]) -> "FormStep":
        """Return the step with additional ``answers``, which are not stored until it is saved."""
        return replace(self, answers={**self.answers, **answers})

    @property
    def is_complete(self) -> bool:
        """Whether no required answer is missing and none is wrong."""
        return not self.missing and not self.wrong

    @property
    def state(self) -> str:
        """Return ``wrong``, ``done`` or ``todo``, as ``ui/steps.html`` shows the step."""
        if self.wrong:
            return "wrong"
        return "done" if self.begun and self.is_complete else "todo"


def hidden_fields(procedure: Procedure) -> frozenset[str]:
    """Return the fields "FORM.key" that the form does not show: set by the procedure, or the kind of sponsor.

    The kind of sponsor is chosen at the beginning and decides which rules apply.
    """
    sponsor = {name for name, field in procedure.fields.items() if field.fact == "sponsor_kind"}
    return frozenset(sponsor | set(procedure.presets))


def steps_of(dossier: Dossier) -> list[FormStep]:
    """Return every step in the order of the forms, numbered from 1."""
    procedure, on = procedure_of(dossier), day_of(dossier)
    silent = hidden_fields(procedure)
    merged = with_presets(procedure, dossier.answers)
    steps: list[FormStep] = []
    for form in procedure.forms:
        problems = check_form(form, merged[form.code], on)
        for section in form.sections:
            asked_fields = tuple(field for field in section.fields if f"{form.code}.{field.key}" not in silent)
            if asked_fields:
                asked_section = replace(section, fields=asked_fields)
                steps.append(_step(len(steps) + 1, form, asked_section, merged[form.code], problems))
    return steps


def _step(
    number: int,
    form: FormDefinition,
    section: FormSection,
    answers: Mapping[str, Any],
    problems: tuple[AnswerProblem, ...],
) -> FormStep:
    """Return a section of the form as a numbered step, with its answers, missing and wrong ones.

    Those of the form's ``problems`` that concern the section's fields.
    """
    keys = {field.key for field in section.fields}
    own = [problem for problem in problems if problem.field.partition(".")[0] in keys]
    return FormStep(
        number=number,
        form=form,
        section=section,
        answers=answers,
        missing={problem.field: problem for problem in own if problem.code == "required"},
        wrong={problem.field: problem for problem in own if problem.code != "required"},
        begun=any(answers.get(key) not in (None, "", False, []) for key in keys),
    )


def get_step(steps: list[FormStep], number: int) -> FormStep:
    """Return the step with this number (from 1), or raise 404."""
    if not 1 <= number <= len(steps):
        raise Http404
    return steps[number - 1]


def step_of_field(steps: list[FormStep], name: str) -> FormStep | None:
    """Return the step in which "FORM.key" (or "FORM.table.0.key") is asked; None if no step asks it."""
    code, _, rest = name.partition(".")
    key = rest.partition(".")[0]
    for step in steps:
        if step.form.code == code and any(field.key == key for field in step.section.fields):
            return step
    return None


def clear_hidden_answers(step: FormStep, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ``typed`` answers, in which fields that are hidden by other answers are emptied.

    An emptied field can hide further fields, so this repeats until nothing changes.
    """
    answers = dict(typed)
    while True:
        shown_keys = {field.key for field in shown_fields(step.form, {**step.answers, **answers})}
        hidden = [field for field in step.section.fields if field.key not in shown_keys and answers.get(field.key)]
        if not hidden:
            return answers
        answers.update({field.key: empty_answer(field) for field in hidden})


def empty_answer(field: Field) -> Any:
    """Return the empty answer of a field: [] for a table, False for yes-or-no, "" for any other kind."""
    return {"table": [], "boolean": False}.get(field.kind, "")


def can_show(step: FormStep, field: Field) -> bool:
    """Whether the field can be shown, by the answers of the other steps.

    Conditions on fields of the same step are left to the page, where their answers may still change.
    """
    if field.shown_if is None:
        return True
    here = {field_here.key for field_here in step.section.fields}
    elsewhere = {key: values for key, values in field.shown_if.any_of.items() if key not in here}
    return replace(field.shown_if, any_of=elsewhere).holds(step.answers)
