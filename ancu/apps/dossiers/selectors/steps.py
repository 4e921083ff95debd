"""The steps of writing a dossier: one for each section of its forms, and how far each has come."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of
from ancu.engines.rulebook import Field, Form, Problem, Procedure, Section, check_form, shown_fields, with_presets


@dataclass(frozen=True)
class Step:
    """``section`` holds only what is asked; ``answers`` are those of its whole form.

    ``missing`` is what is still empty, ``wrong`` what stands there and cannot be right, by field.
    """

    number: int
    form: Form
    section: Section
    answers: Mapping[str, Any]
    missing: Mapping[str, Problem]
    wrong: Mapping[str, Problem]
    begun: bool

    def lent(self, answers: Mapping[str, Any]) -> "Step":
        """The same with ``answers`` shown in it, not kept until it is saved."""
        return replace(self, answers={**self.answers, **answers})

    @property
    def is_whole(self) -> bool:
        return not self.missing and not self.wrong

    @property
    def state(self) -> str:
        """As ``ui/steps.html`` draws it."""
        if self.wrong:
            return "wrong"
        return "done" if self.begun and self.is_whole else "todo"


def given_by_procedure(procedure: Procedure) -> frozenset[str]:
    """The fields "FORM.key" that nobody is asked: the procedure's own answers, and who the sponsor is.

    Who sponsors was said when the dossier was begun, and decides under which rule it stands.
    """
    sponsor = {name for name, field in procedure.fields.items() if field.fact == "sponsor_kind"}
    return frozenset(sponsor | set(procedure.presets))


def steps_of(dossier: Dossier) -> list[Step]:
    """Every step in the order of the forms, numbered from 1."""
    procedure, on = procedure_of(dossier), day_of(dossier)
    silent = given_by_procedure(procedure)
    merged = with_presets(procedure, dossier.answers)
    found: list[Step] = []
    for form in procedure.forms:
        problems = check_form(form, merged[form.code], on)
        for section in form.sections:
            asked = tuple(field for field in section.fields if f"{form.code}.{field.key}" not in silent)
            if asked:
                whole = replace(section, fields=asked)
                found.append(_step(len(found) + 1, form, whole, merged[form.code], problems))
    return found


def _step(number: int, form: Form, section: Section, answers: Mapping[str, Any], problems: tuple[Problem, ...]) -> Step:
    keys = {field.key for field in section.fields}
    own = [problem for problem in problems if problem.field.partition(".")[0] in keys]
    return Step(
        number=number,
        form=form,
        section=section,
        answers=answers,
        missing={problem.field: problem for problem in own if problem.code == "required"},
        wrong={problem.field: problem for problem in own if problem.code != "required"},
        begun=any(answers.get(key) not in (None, "", False, []) for key in keys),
    )


def get_step(steps: list[Step], number: int) -> Step:
    """The step of this number, or 404."""
    if not 1 <= number <= len(steps):
        raise Http404
    return steps[number - 1]


def step_of_field(steps: list[Step], name: str) -> Step | None:
    """The step in which "FORM.key" (or "FORM.table.0.key") is asked."""
    code, _, rest = name.partition(".")
    key = rest.partition(".")[0]
    for step in steps:
        if step.form.code == code and any(field.key == key for field in step.section.fields):
            return step
    return None


def read_step(step: Step, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What to keep of a step's ``typed`` answers: what the answers do not call for is emptied.

    A hidden field's answer can hide others in turn, so this goes on until nothing changes.
    """
    kept = dict(typed)
    while True:
        shown = {field.key for field in shown_fields(step.form, {**step.answers, **kept})}
        hidden = [field for field in step.section.fields if field.key not in shown and kept.get(field.key)]
        if not hidden:
            return kept
        kept.update({field.key: nothing_for(field) for field in hidden})


def nothing_for(field: Field) -> Any:
    return {"table": [], "boolean": False}.get(field.kind, "")


def can_show(step: Step, field: Field) -> bool:
    """Whether the answers of other steps let the field be asked at all; this step's own may still change."""
    if field.shown_if is None:
        return True
    here = {one.key for one in step.section.fields}
    elsewhere = {key: values for key, values in field.shown_if.any_of.items() if key not in here}
    return replace(field.shown_if, any_of=elsewhere).holds(step.answers)
