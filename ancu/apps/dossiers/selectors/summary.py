"""A dossier as it would be read aloud before it is sent: answers in words, what it costs, who may send it."""

from dataclasses import dataclass
from typing import Any

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of, unit_of_code
from ancu.apps.dossiers.selectors.steps import Step, steps_of
from ancu.engines.exchange import code_lists
from ancu.engines.rulebook import Charge, Field, fee_for, shown_fields


@dataclass(frozen=True)
class Line:
    """One answer: ``text`` in words of the reader's language, or ``rows`` of a table."""

    field: Field
    value: Any
    rows: tuple[tuple["Line", ...], ...] = ()


@dataclass(frozen=True)
class Part:
    step: Step
    lines: list[Line]


def summary(dossier: Dossier) -> list[Part]:
    """Every answered field of every step, as shown."""
    return [Part(step, _lines(step)) for step in steps_of(dossier)]


def _lines(step: Step) -> list[Line]:
    shown = {field.key for field in shown_fields(step.form, step.answers)}
    fields = [field for field in step.section.fields if field.key in shown]
    return [_line(field, step.answers[field.key]) for field in fields if step.answers.get(field.key)]


def _line(field: Field, value: Any) -> Line:
    if field.kind != "table":
        return Line(field, value)
    rows = tuple(tuple(_line(one, row[one.key]) for one in field.columns if row.get(one.key)) for row in value)
    return Line(field, "", rows)


def in_words(field: Field, value: Any, language: str) -> str:
    """An answer as the reader says it: choices by their label, countries and communes by name."""
    for choice in field.choices:
        if choice.code == value:
            return str(getattr(choice, f"label_{language}"))
    if field.kind == "country":
        return _countries().get(str(value), {}).get(f"name_{language}", str(value))
    if field.kind == "unit":
        unit = unit_of_code(str(value))
        return unit.full_name if unit else str(value)
    return str(value)


def _countries() -> dict[str, dict[str, str]]:
    return {entry["code"]: entry for entry in code_lists()["nationality"]["entries"]}


def charges_of(dossier: Dossier) -> tuple[Charge, ...]:
    """What it costs, as far as the answers tell; nothing when they ask for longer than the table goes."""
    try:
        return fee_for(procedure_of(dossier), dossier.answers, day_of(dossier))
    except ValueError:
        return ()


def representatives_of(dossier: Dossier) -> list[str]:
    """The names of those who may send for the organisation."""
    members = Membership.objects.filter(
        organisation_id=dossier.organisation_id or 0, role=Role.REPRESENTATIVE, ended_at=None
    )
    return list(members.order_by("user__full_name").values_list("user__full_name", flat=True))
