"""A dossier as it would be read aloud before it is sent: answers in words, and who may send it."""

from dataclasses import dataclass
from typing import Any

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.steps import Step, steps_of
from ancu.core.db.name_order import name_order
from ancu.engines.rulebook import Field, shown_fields


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


def representatives_of(dossier: Dossier) -> list[str]:
    """The names of those who may send for the organisation."""
    members = Membership.objects.filter(
        organisation_id=dossier.organisation_id or 0, role=Role.REPRESENTATIVE, ended_at=None
    )
    return sorted(members.values_list("user__full_name", flat=True), key=name_order)
