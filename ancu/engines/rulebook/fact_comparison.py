"""Form and papers side by side: each stated fact with what a paper or register says, and how the two compare.

The marks follow the rules of ``agreement``: a fact differs exactly where ``disagreements`` reports it, so that a reader
of the comparison and a check can never contradict each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ancu.engines.rulebook.agreement import (
    Disagreement,
    FieldStatement,
    OfficeRecord,
    comparable_statements,
    disagreements,
    statement_agrees,
)
from ancu.engines.rulebook.facts import Answers
from ancu.engines.rulebook.likeness import spelling_reason
from ancu.engines.rulebook.procedures import Procedure

PERSON = (
    "traveller.full_name",
    "traveller.birth_date",
    "traveller.sex",
    "traveller.nationality",
    "traveller.document_number",
    "traveller.document_expiry",
)  # in this order; a paper of each dossier states them, so that a fact not read is shown too


class FactMark(StrEnum):
    """How the form compares with the paper."""

    SAME = "same"
    SPELLING = "spelling"
    DIFFERS = "differs"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class ComparedFact:
    """One fact: what the form states, and what stands beside it.

    ``check`` is the rule of the record it is compared with, ``form`` the form that states it too; without both nothing
    was read. ``reason`` is a code of ``spelling_reason``.
    """

    statement: FieldStatement
    mark: FactMark
    value: str = ""
    check: str = ""
    form: str = ""
    reason: str = ""

    @property
    def key(self) -> str:
        """A stable name: the answer's, and the rule or form it is compared with."""
        return f"{self.statement.name}:{self.check or self.form}"


def compared_facts(procedure: Procedure, answers: Answers, records: Sequence[OfficeRecord] = ()) -> list[ComparedFact]:
    """Return the dossier's comparable facts, first those of the person, each fact once for each paper beside it.

    A fact that only one form states is left out, unless it is one of ``PERSON``: then it is not read.
    """
    statements = list(comparable_statements(procedure, answers))
    differing = {
        (contradiction.statement.name, contradiction.check): contradiction
        for contradiction in disagreements(procedure, answers, records)
    }
    facts: list[ComparedFact] = []
    for first, further in _by_fact(statements):
        rows = [*_beside_records(first, records, differing), *_beside_forms(further, differing)]
        rows += [row for later in further for row in _beside_records(later, records, differing, only_differing=True)]
        if not rows and further:
            rows = [_beside_form(first, further[0])]
        if not rows and first.field.prefill in PERSON:
            rows = [ComparedFact(first, FactMark.UNREAD)]
        facts += rows
    return sorted(facts, key=_place)


def _place(fact: ComparedFact) -> int:
    """Return the place of a fact: those of the person in their order, then the rest as the forms state them."""
    prefill = fact.statement.field.prefill
    return PERSON.index(prefill) if prefill in PERSON else len(PERSON)


def _by_fact(statements: Iterable[FieldStatement]) -> list[tuple[FieldStatement, list[FieldStatement]]]:
    """Return for each fact its first statement and those of further forms."""
    groups: dict[tuple[str, str], list[FieldStatement]] = {}
    for statement in statements:
        groups.setdefault((statement.field.prefill, statement.field.key), []).append(statement)
    return [(first, further) for first, *further in groups.values()]


def _beside_records(
    statement: FieldStatement,
    records: Iterable[OfficeRecord],
    differing: dict[tuple[str, str], Disagreement],
    *,
    only_differing: bool = False,
) -> list[ComparedFact]:
    """Return the statement beside each record that has the fact; with ``only_differing`` only contradictions."""
    rows = []
    for record in records:
        values = [source[statement.field.prefill] for source in record.sources if source.get(statement.field.prefill)]
        if not values:
            continue
        if (statement.name, record.check) in differing:
            rows.append(ComparedFact(statement, FactMark.DIFFERS, values[0], record.check))
        elif not only_differing:
            value = next((value for value in values if statement_agrees(statement, value)), values[0])
            rows.append(_agreeing(statement, value, check=record.check))
    return rows


def _beside_forms(
    further: Iterable[FieldStatement], differing: dict[tuple[str, str], Disagreement]
) -> list[ComparedFact]:
    """Return the statements of further forms that contradict the first form, beside what that one says."""
    rows = []
    for statement in further:
        contradiction = differing.get((statement.name, "forms_disagree"))
        if contradiction is not None and contradiction.earlier is not None:
            first = contradiction.earlier
            rows.append(ComparedFact(statement, FactMark.DIFFERS, first.value, contradiction.check, form=first.form))
    return rows


def _beside_form(first: FieldStatement, second: FieldStatement) -> ComparedFact:
    """Return the first form's statement beside that of a second one, which agrees with it."""
    return _agreeing(first, second.value, form=second.form)


def _agreeing(statement: FieldStatement, value: str, *, check: str = "", form: str = "") -> ComparedFact:
    """Return the fact of two values that agree: the same text, or another spelling with its reason."""
    reason = spelling_reason(statement.value, value)
    mark = FactMark.SPELLING if reason else FactMark.SAME
    return ComparedFact(statement, mark, value, check, form, reason)
