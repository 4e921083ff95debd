"""The facts of one case as plain values, for the eligibility checks and the fee rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from ancu.engines.rulebook.answers import shown_fields, value_of
from ancu.engines.rulebook.forms import Field
from ancu.engines.rulebook.procedures import Procedure, answered_by

Answers = Mapping[str, Mapping[str, Any]]  # by the code of the form, then by the key of the field


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a case on the day `on`; None: not known, and then no check that needs it speaks.

    `legal_file` is `approved`, `pending` or `none`; `recorded_unit` the commune of the open stay on record;
    `stay_on_record` whether there is one at all; `birth_date` the last day that a partial date can mean; `issued_by`
    the day by which the office issues what is asked for (None: as if a dossier complete today were answered in time).
    """

    on: date
    birth_date: date | None = None
    passport_expiry: date | None = None
    entered_on: date | None = None
    entry_kind: str | None = None
    present_symbol: str | None = None
    permitted_until: date | None = None
    entry_purpose: str | None = None
    purpose: str | None = None
    requested_symbol: str | None = None
    requested_from: date | None = None
    requested_until: date | None = None
    listed_from: date | None = None
    sponsored_until: date | None = None
    issued_by: date | None = None
    entries: str | None = None
    change_ground: str | None = None
    sponsor_kind: str | None = None
    relationship: str | None = None
    organisation_consents: bool | None = None
    legal_file: str | None = None
    work_permit: bool | None = None
    work_permit_until: date | None = None
    certificate_until: date | None = None
    declared_unit: str | None = None
    recorded_unit: str | None = None
    stay_on_record: bool | None = None

    def age(self) -> int | None:
        """Age in full years on the day; None if unknown. A partial birth date counts as its last day."""
        if self.birth_date is None:
            return None
        born, on = self.birth_date, self.on
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


FACTS = frozenset(field.name for field in fields(Facts))


def begins_by(facts: Facts, procedure: Procedure) -> date:
    """Return the day from which the requested visa or card counts: as requested, else its day of issue.

    Without either it is the last day to answer a dossier that is complete today.
    """
    return facts.requested_from or facts.issued_by or answered_by(procedure, facts.on)


def with_presets(procedure: Procedure, answers: Answers) -> dict[str, dict[str, Any]]:
    """Return the dossier's answers, by form and key, with the procedure's presets, which take precedence."""
    merged = {form.code: dict(answers.get(form.code, {})) for form in procedure.forms}
    for name, value in procedure.presets.items():
        form, _, key = name.partition(".")
        merged[form][key] = value
    return merged


def facts_from(procedure: Procedure, answers: Answers, on: date, **known_facts: Any) -> Facts:
    """Return the facts about an application that its answers state; `known_facts` from the records override them.

    An unreadable answer states nothing: `check_field` reports it. The first form that states a fact counts.
    """
    merged = with_presets(procedure, answers)
    stated: dict[str, Any] = {}
    for form in procedure.forms:
        for field in shown_fields(form, merged[form.code]):
            for fact_field, answer in _with_first_row(field, merged[form.code].get(field.key)):
                value = value_of(fact_field, answer) if fact_field.fact else None
                if value is not None:
                    stated.setdefault(fact_field.fact, value)
    return Facts(on=on, **{**stated, **known_facts})


def _with_first_row(field: Field, answer: Any) -> Iterator[tuple[Field, Any]]:
    """Yield the field with its answer; for a table also each column with the answer in the first row."""
    yield field, answer
    if field.kind == "table" and isinstance(answer, list) and answer and isinstance(answer[0], Mapping):
        yield from ((column, answer[0].get(column.key)) for column in field.columns)


def field_of(procedure: Procedure, fact: str, answers: Answers | None = None) -> str | None:
    """Return the "FORM.key" of the field that states a fact; None if no form has one.

    Of several it is the first that is shown with these answers, else the first.
    """
    merged = with_presets(procedure, answers or {})
    candidates = [
        (f"{form.code}.{name}", field.shown_if is None or field.shown_if.holds(merged[form.code]))
        for form in procedure.forms
        for field in form.fields.values()
        for name, fact_field in [
            (field.key, field),
            *((f"{field.key}.0.{column.key}", column) for column in field.columns),
        ]
        if fact_field.fact == fact
    ]
    visible_names = [name for name, visible in candidates if visible]
    return next(iter([*visible_names, *(name for name, _ in candidates)]), None)
