"""A dossier's forms as a person reads them: labels in the reader's language, answers in words, problems marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.printed import in_words, sent_answers
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.web.language import localized as said
from ancu.core.web.language import reader_language
from ancu.engines.rulebook import Field, Form, Procedure, check_form, shown_fields, with_presets


@dataclass(frozen=True)
class Line:
    """One answer. ``name`` is "FORM.key"; ``rows`` are those of a table, each a list of (label, value)."""

    name: str
    number: str
    label: str
    value: str
    wrong: bool
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True)
class Part:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class FormRead:
    code: str
    name: str
    parts: tuple[Part, ...]
    wrong: int


def forms_of(dossier: Dossier) -> list[FormRead]:
    """Every form with what was last sent; fields that the answers do not call for are left out."""
    procedure = procedure_of(dossier)
    answers = with_presets(procedure, sent_answers(dossier))
    units = _units(procedure, answers)
    return [_form(form, answers[form.code], units, day_of(dossier)) for form in procedure.forms]


def field_choices(dossier: Dossier) -> list[tuple[str, str]]:
    """("FORM.key", what to call it) for every field that was asked."""
    return [
        (line.name, f"{form.code} · {line.label}")
        for form in forms_of(dossier)
        for part in form.parts
        for line in part.lines
    ]


def field_label(procedure: Procedure, name: str) -> str:
    """What the reader calls the field "FORM.key" (or a column of a table: "FORM.people.0.full_name")."""
    form, _sign, rest = name.partition(".")
    field = procedure.fields.get(f"{form}.{rest.partition('.')[0]}")
    return f"{form} · {said(field, 'label')}" if field else name


def component_label(procedure: Procedure, key: str) -> str:
    """What the reader calls a paper; its key when the procedure no longer knows it."""
    known = {one.key: one for one in procedure.components}
    return said(known[key], "label") if key in known else key


def _form(form: Form, answers: Mapping[str, Any], units: Mapping[str, str], on: date) -> FormRead:
    wrong = {problem.field.partition(".")[0] for problem in check_form(form, answers, on)}
    shown = {field.key for field in shown_fields(form, answers)}
    parts = []
    for section in form.sections:
        fields = [field for field in section.fields if field.key in shown]
        lines = tuple(_line(form.code, field, answers.get(field.key), units, field.key in wrong) for field in fields)
        if lines:
            parts.append(Part(said(section, "title"), lines))
    return FormRead(form.code, said(form, "name"), tuple(parts), len(wrong & shown))


def _line(form: str, field: Field, value: Any, units: Mapping[str, str], wrong: bool) -> Line:
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    if field.kind == "table" and isinstance(value, list):
        filled = [row for row in value if isinstance(row, dict)]
        rows = tuple(
            tuple((said(column, "label"), in_plain(column, row.get(column.key), units)) for column in field.columns)
            for row in filled
        )
    shown = "" if field.kind == "table" else in_plain(field, value, units)
    return Line(f"{form}.{field.key}", field.number, said(field, "label"), shown, wrong, rows)


def in_plain(field: Field, value: Any, units: Mapping[str, str]) -> str:
    """The answer as one reads it; empty for a yes or no that was not given; ``units`` saves a query a commune."""
    if value in (None, ""):
        return ""
    return units.get(str(value), str(value)) if field.kind == "unit" else in_words(field, value, reader_language())


def _units(procedure: Procedure, answers: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The communes that the answers name, in one query."""
    codes = {
        str(answers[name.partition(".")[0]].get(field.key) or "")
        for name, field in procedure.fields.items()
        if field.kind == "unit"
    } - {""}
    found = AdministrativeUnit.objects.filter(code__in=codes, valid_until=None)
    return dict(found.values_list("code", "full_name"))
