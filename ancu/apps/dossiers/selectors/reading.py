"""A dossier's forms for a reader: labels and answers in the reader's language, problems marked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.passport_zone import HandChange, hand_changes
from ancu.apps.dossiers.selectors.printed import for_reader, sent_answers
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.web.language import localized
from ancu.engines.rulebook import Field, FormDefinition, Procedure, check_form, shown_fields, with_presets


@dataclass(frozen=True)
class AnsweredField:
    """One answer. ``name`` is "FORM.key"; ``rows`` are those of a table, each a list of (label, value).

    ``zone_value`` is what the passport says where the answer was changed by hand.
    """

    name: str
    number: str
    label: str
    value: str
    wrong: bool
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    zone_value: str = ""


@dataclass(frozen=True)
class AnsweredSection:
    title: str
    lines: tuple[AnsweredField, ...]


@dataclass(frozen=True)
class ReadableForm:
    code: str
    name: str
    parts: tuple[AnsweredSection, ...]
    wrong: int


def readable_forms(dossier: Dossier, zone: Mapping[str, str] | None = None) -> list[ReadableForm]:
    """Return every form of the dossier with the answers last sent, in the reader's language.

    Fields that the answers do not require are left out. With the passport's ``zone`` (``zone_values``) the answers that
    were changed by hand are marked.
    """
    procedure = procedure_of(dossier)
    answers = with_presets(procedure, sent_answers(dossier))
    units = _units(procedure, answers)
    forms = [_readable_form(form, answers[form.code], units, day_of(dossier)) for form in procedure.forms]
    return _marked(procedure, forms, hand_changes(dossier, zone, answers)) if zone else forms


def _marked(procedure: Procedure, forms: list[ReadableForm], changes: list[HandChange]) -> list[ReadableForm]:
    """Return the forms with what the passport says beside the answers that were changed by hand."""
    zone_values = {f"{change.form}.{change.key}": change.zone_value for change in changes}
    texts = {name: answer_in_words(procedure.fields[name], value, {}) for name, value in zone_values.items()}
    return [
        replace(
            form,
            parts=tuple(
                replace(part, lines=tuple(replace(line, zone_value=texts.get(line.name, "")) for line in part.lines))
                for part in form.parts
            ),
        )
        for form in forms
    ]


def field_choices(dossier: Dossier) -> list[tuple[str, str]]:
    """Return ("FORM.key", "FORM · label") for every field that the dossier's forms asked."""
    return [
        (line.name, f"{form.code} · {line.label}")
        for form in readable_forms(dossier)
        for part in form.parts
        for line in part.lines
    ]


def field_label(procedure: Procedure, name: str) -> str:
    """Return the label of "FORM.key" (or of a table's column: "FORM.people.0.full_name")."""
    form, _sign, rest = name.partition(".")
    field = procedure.fields.get(f"{form}.{rest.partition('.')[0]}")
    return f"{form} · {localized(field, 'label')}" if field else name


def component_label(procedure: Procedure, key: str) -> str:
    """Return the label of a paper in the reader's language; its key if the procedure has no such paper."""
    components = {component.key: component for component in procedure.components}
    return localized(components[key], "label") if key in components else key


def _readable_form(
    form: FormDefinition, answers: Mapping[str, Any], units: Mapping[str, str], on: date
) -> ReadableForm:
    """Return a form's sections with answers in the reader's language, and the number of wrong answers.

    ``units`` are names of communes by code.
    """
    wrong = {problem.field.partition(".")[0] for problem in check_form(form, answers, on)}
    shown_keys = {field.key for field in shown_fields(form, answers)}
    parts = []
    for section in form.sections:
        fields = [field for field in section.fields if field.key in shown_keys]
        lines = tuple(
            _answered_field(form.code, field, answers.get(field.key), units, field.key in wrong) for field in fields
        )
        if lines:
            parts.append(AnsweredSection(localized(section, "title"), lines))
    return ReadableForm(form.code, localized(form, "name"), tuple(parts), len(wrong & shown_keys))


def _answered_field(form: str, field: Field, value: Any, units: Mapping[str, str], wrong: bool) -> AnsweredField:
    """Return a field with label and answer in words; a table instead with rows of (label, answer).

    ``units`` are names of communes by code; ``wrong`` marks an answer the rulebook objects to.
    """
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    if field.kind == "table" and isinstance(value, list):
        filled = [row for row in value if isinstance(row, dict)]
        rows = tuple(
            tuple(
                (localized(column, "label"), answer_in_words(column, row.get(column.key), units))
                for column in field.columns
            )
            for row in filled
        )
    answer_text = "" if field.kind == "table" else answer_in_words(field, value, units)
    return AnsweredField(f"{form}.{field.key}", field.number, localized(field, "label"), answer_text, wrong, rows)


def answer_in_words(field: Field, value: Any, units: Mapping[str, str]) -> str:
    """Return the answer in the reader's language; empty for none. ``units`` are names of communes by code."""
    if value in (None, ""):
        return ""
    return units.get(str(value), str(value)) if field.kind == "unit" else for_reader(field, value)


def _units(procedure: Procedure, answers: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return by code the names of the present communes among the answers, in one query."""
    codes = {
        str(answers[name.partition(".")[0]].get(field.key) or "")
        for name, field in procedure.fields.items()
        if field.kind == "unit"
    } - {""}
    units = AdministrativeUnit.objects.filter(code__in=codes, valid_until=None)
    return dict(units.values_list("code", "full_name"))
