"""What the drafts of a request still ask of each person: the required questions of the forms without an answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.groups import PEOPLE
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.engines.rulebook import Field, FormDefinition, is_filled, missing


def open_questions(dossiers: Iterable[Dossier]) -> list[Field]:
    """Return the questions that at least one of the drafts leaves open, each once, in the order of the forms.

    They are the required ones, and those that an answer to an open question can make required.
    """
    questions: dict[str, Field] = {}
    for dossier in dossiers:
        for form in procedure_of(dossier).forms:
            for field in _open_in(form, dossier.answers.get(form.code, {})):
                questions.setdefault(field.key, field)
    return list(questions.values())


def _open_in(form: FormDefinition, answers: Mapping[str, Any]) -> Iterator[Field]:
    """Yield the questions of a form that these answers leave open; tables only by their columns."""
    required = [_question(form, problem.field) for problem in missing(form, answers)]
    keys = {field.key for field in required}
    for field in form.fields.values():
        conditions = field.required_if.any_of if field.required_if else {}
        if keys & set(conditions) and not is_filled(answers.get(field.key)):
            keys.add(field.key)
    columns = [field for field in required if field.key not in form.fields]
    yield from (field for field in form.fields.values() if field.key in keys and field.kind != "table")
    yield from columns


def all_questions(dossiers: Sequence[Dossier]) -> list[Field]:
    """Return every question of the drafts' forms, each once, the open ones first."""
    questions = {question.key: question for question in open_questions(dossiers)}
    for dossier in dossiers:
        for form in procedure_of(dossier).forms:
            for field in form.fields.values():
                for question in field.columns or (field,):
                    questions.setdefault(question.key, question)
    return list(questions.values())


def _question(form: FormDefinition, path: str) -> Field:
    """Return the question at a path such as "sex", or "people.0.sex" for a column of a table."""
    key, _row, column = [*path.split("."), "", ""][:3]
    field = form.fields[key]
    return next(each for each in field.columns if each.key == column) if column else field


def answers_with(dossier: Dossier, new_answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a draft's answers by form code with the new ones, by question, wherever a form asks it.

    That is also in the row of the person in the organisation's letter.
    """
    changed: dict[str, dict[str, Any]] = {}
    for form in procedure_of(dossier).forms:
        own = {key: new_answers[key] for key in form.fields if key in new_answers}
        rows = dossier.answers.get(form.code, {}).get(PEOPLE) or []
        if PEOPLE in form.fields and len(rows) == 1:
            columns = [column.key for column in form.fields[PEOPLE].columns if column.key in new_answers]
            own[PEOPLE] = [{**rows[0], **{key: new_answers[key] for key in columns}}]
        changed[form.code] = own
    return changed
