"""Compare a dossier's forms with each other and with the office's records: they concern one person and one request.

Two fields state the same thing when the forms name them alike (`key`) and take them from the same source (`prefill`):
the passport's number of NA8 is that of the person listed in NA7. What the office holds beside them (the account that
signs, the zone read from the passport's picture) is named by the same sources.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ancu.engines.rulebook.answers import is_filled, read_date, shown_fields
from ancu.engines.rulebook.facts import Answers, with_presets
from ancu.engines.rulebook.forms import Field
from ancu.engines.rulebook.likeness import agree, comparable_text, organisations_agree
from ancu.engines.rulebook.procedures import Procedure

TRAVELLERS = "dossier.travellers"
COMPARED = ("traveller.", "sponsor.", "organisation.", "request.")


@dataclass(frozen=True, slots=True)
class FieldStatement:
    """One answer: where it stands ("NA6.people.0.full_name"), its field, and what it says."""

    name: str
    field: Field
    value: str

    @property
    def form(self) -> str:
        """The code of the form that has the answer."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class OfficeRecord:
    """What the office holds, by source: about the account that signs, or read from a paper.

    `check` is the rule to report where an answer differs. `sources` has one mapping for each paper or register; an
    answer agrees with the record when it agrees with one of them.
    """

    check: str
    sources: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two statements of the same thing, or a statement and what the office holds."""

    statement: FieldStatement
    earlier: FieldStatement | None  # of another form; None where the office's record contradicts it
    record_value: str
    check: str


def disagreements(procedure: Procedure, answers: Answers, records: Iterable[OfficeRecord] = ()) -> list[Disagreement]:
    """Return the contradictions in a dossier: first between its forms, then with the office's records.

    A form contradicts the first one that states the same field. A value that contradicts a record is reported once.
    """
    statements = list(comparable_statements(procedure, answers))
    against_records = (_against_record(statements, record) for record in records)
    return [*_between_forms(statements), *chain.from_iterable(against_records)]


def comparable_statements(procedure: Procedure, answers: Answers) -> Iterator[FieldStatement]:
    """Yield the answers of a dossier that can be compared: those about persons or organisations it names.

    They are fields with a source, filled and shown. Of a list of people only the applicant's row counts.
    """
    merged = with_presets(procedure, answers)
    for form in procedure.forms:
        form_answers = merged[form.code]
        for field in shown_fields(form, form_answers):
            value = form_answers.get(field.key)
            if field.prefill == TRAVELLERS and isinstance(value, list):
                yield from _row_statements(f"{form.code}.{field.key}", field, value, procedure, merged)
            elif field.prefill.startswith(COMPARED) and isinstance(value, str) and is_filled(value):
                yield FieldStatement(f"{form.code}.{field.key}", field, value.strip())


def _row_statements(
    name: str, table: Field, rows: Sequence[Any], procedure: Procedure, answers: Answers
) -> Iterator[FieldStatement]:
    """Yield the filled answers of the applicant's row in the table ``table``, a list of people.

    ``name`` is the table's "FORM.key".
    """
    filled = [(place, row) for place, row in enumerate(rows) if isinstance(row, Mapping) and is_filled(dict(row))]
    if not filled:
        return
    place, row = _row_of_applicant(filled, _applicant(procedure, answers))
    for column in table.columns:
        value = row.get(column.key)
        if column.prefill.startswith(COMPARED) and isinstance(value, str) and is_filled(value):
            yield FieldStatement(f"{name}.{place}.{column.key}", column, value.strip())


def is_stated_holder(procedure: Procedure, answers: Answers, passport: Mapping[str, str]) -> bool:
    """Whether any form of the dossier names the holder of this passport.

    Either the number is the same or, as after a renewal, name and birth date are. ``passport`` has its data by
    source.
    """
    return any(_is_holder(person, passport) for person in _stated_people(procedure, with_presets(procedure, answers)))


def _stated_people(procedure: Procedure, answers: Answers) -> Iterator[dict[str, str]]:
    """Yield for each traveller named in a form his data by source, such as traveller.full_name."""
    for form in procedure.forms:
        form_answers = answers[form.code]
        yield _stated_sources(form.fields.values(), form_answers)
        for field in form.fields.values():
            rows = form_answers.get(field.key)
            if field.prefill == TRAVELLERS and isinstance(rows, list):
                yield from (_stated_sources(field.columns, row) for row in rows if isinstance(row, Mapping))


def _stated_sources(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, str]:
    """Return by data source (such as traveller.full_name) the answers to form fields that have one."""
    return {field.prefill: str(values.get(field.key) or "") for field in fields if field.prefill}


def _is_holder(person: Mapping[str, str], passport: Mapping[str, str]) -> bool:
    """Whether a person in a form is the holder of the passport: same number, or same name and birth date."""

    def agrees(*sources: str) -> bool:
        """Whether the person and the passport agree in all of these data, and neither lacks any."""
        return all(
            person.get(source) and passport.get(source) and agree(person[source], passport[source])
            for source in sources
        )

    return agrees("traveller.document_number") or agrees("traveller.full_name", "traveller.birth_date")


def _applicant(procedure: Procedure, answers: Answers) -> dict[str, str]:
    """Return the applicant's data (name, passport number …) by field key, from the forms about one person."""
    identity: dict[str, str] = {}
    for form in procedure.forms:
        for field in form.fields.values():
            value = answers[form.code].get(field.key)
            if field.prefill.startswith("traveller.") and isinstance(value, str) and is_filled(value):
                identity.setdefault(field.key, value)
    return identity


def _row_of_applicant(filled: list[tuple[int, Any]], applicant: Mapping[str, str]) -> tuple[int, Any]:
    """Return number and content of the applicant's row in a list of people.

    It is the row with his passport number, else with his name, else the first.
    """
    for key in ("passport_number", "full_name"):
        for place, row in filled:
            if applicant.get(key) and agree(str(row.get(key) or ""), applicant[key]):
                return place, row
    return filled[0]


def _between_forms(statements: Sequence[FieldStatement]) -> Iterator[Disagreement]:
    """Yield the contradictions between two forms of a dossier: statements that differ from the first of a field."""
    first_statements: dict[tuple[str, str], FieldStatement] = {}
    for statement in statements:
        earlier = first_statements.setdefault((statement.field.prefill, statement.field.key), statement)
        if earlier.form != statement.form and not _agree(statement.field, earlier.value, statement.value):
            yield Disagreement(statement, earlier, "", "forms_disagree")


def _against_record(statements: Sequence[FieldStatement], record: OfficeRecord) -> Iterator[Disagreement]:
    """Yield a contradiction for each value in the forms that no source of the office's record agrees with.

    Each value is reported once.
    """
    reported: set[tuple[str, str]] = set()
    for statement in statements:
        prefill = statement.field.prefill
        record_values = [source[prefill] for source in record.sources if source.get(prefill)]
        claim = (prefill, comparable_text(statement.value))
        if (
            record_values
            and claim not in reported
            and not any(_agree(statement.field, statement.value, value) for value in record_values)
        ):
            reported.add(claim)
            yield Disagreement(statement, None, record_values[0], record.check)


def statement_agrees(statement: FieldStatement, value: str) -> bool:
    """Whether a value means the same as the statement, spelling aside."""
    return _agree(statement.field, statement.value, value)


def _agree(field: Field, left: str, right: str) -> bool:
    """Whether two values of a field mean the same, spelling aside; organisations' names have rules of their own."""
    return (organisations_agree if field.prefill == "organisation.name" else agree)(left, right)


def readable_date(text: str) -> str:
    """Return an ISO date as dd/mm/yyyy; any other text unchanged."""
    return "/".join(reversed(text.split("-"))) if read_date(text, partial=True) else text


def list_of_several_people(procedure: Procedure, answers: Answers) -> tuple[str, int] | None:
    """Return "FORM.key" and number of people of a list that names several in a dossier about one person.

    None if there is none.
    """
    if procedure.fee.rule == "per_person":
        return None
    for form in procedure.forms:
        for field in form.fields.values():
            rows = answers.get(form.code, {}).get(field.key)
            if field.prefill == TRAVELLERS and isinstance(rows, list):
                people = sum(isinstance(row, Mapping) and is_filled(dict(row)) for row in rows)
                if people > 1:
                    return f"{form.code}.{field.key}", people
    return None
