"""A dossier's answers in words before it is sent, and who may send it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.steps import FormStep, steps_of
from ancu.core.db.name_order import name_order
from ancu.engines.rulebook import Field, shown_fields


@dataclass(frozen=True)
class SummaryLine:
    """One answer: ``text`` in words of the reader's language, or ``rows`` of a table."""

    field: Field
    value: Any
    rows: tuple[tuple["SummaryLine", ...], ...] = ()


@dataclass(frozen=True)
class SummarySection:
    step: FormStep
    lines: list[SummaryLine]


def summary_sections(dossier: Dossier) -> list[SummarySection]:
    """Return each step of the dossier's forms with its answered fields, for the summary before sending."""
    return [SummarySection(step, _lines(step)) for step in steps_of(dossier)]


def _lines(step: FormStep) -> list[SummaryLine]:
    """Return the fields of a step that are shown and answered, in order."""
    shown_keys = {field.key for field in shown_fields(step.form, step.answers)}
    fields = [field for field in step.section.fields if field.key in shown_keys]
    return [_line(field, step.answers[field.key]) for field in fields if step.answers.get(field.key)]


def _line(field: Field, value: Any) -> SummaryLine:
    """Return a field with its answer for the summary; of a table the answered cells of each row."""
    if field.kind != "table":
        return SummaryLine(field, value)
    rows = tuple(
        tuple(_line(column, row[column.key]) for column in field.columns if row.get(column.key)) for row in value
    )
    return SummaryLine(field, "", rows)


def submitters_of(dossier: Dossier) -> list[str]:
    """Return the names, sorted, of the members who may send the dossier for its organisation (``answers_for``)."""
    clerks = Q(may_submit=True) & (Q(procedures=None) | Q(procedures__contains=[dossier.procedure]))
    members = Membership.objects.filter(
        Q(role=Role.REPRESENTATIVE) | clerks, organisation_id=dossier.organisation_id or 0, ended_at=None
    )
    return sorted(members.values_list("user__full_name", flat=True), key=name_order)
