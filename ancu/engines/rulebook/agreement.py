"""Whether a dossier speaks of one person and one request: its forms with each other, and with what the office holds.

Two fields state the same thing when the forms name them alike (`key`) and take them from the same source (`prefill`):
the passport's number of NA8 is that of the person listed in NA7. What the office holds beside them (the account that
signs, the zone read from the passport's picture) is named by the same sources.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ancu.engines.rulebook.answers import is_filled, read_date, shown_fields
from ancu.engines.rulebook.facts import Answers, with_presets
from ancu.engines.rulebook.forms import Field
from ancu.engines.rulebook.procedures import Procedure

TRAVELLERS = "dossier.travellers"
COMPARED = ("traveller.", "sponsor.", "organisation.", "request.")


@dataclass(frozen=True, slots=True)
class Statement:
    """One answer: where it stands ("NA6.people.0.full_name"), its field, and what it says."""

    name: str
    field: Field
    value: str

    @property
    def form(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class OfficeRecord:
    """What the office holds, by source: of the account that signs, or read from a paper.

    `check` is the rule that speaks where it differs; `sources` say it in several ways where there are several papers,
    and a field agrees when one of them agrees.
    """

    check: str
    sources: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two statements of the same thing, or a statement and what the office holds."""

    statement: Statement
    other: Statement | None
    held: str
    check: str


def disagreements(procedure: Procedure, answers: Answers, records: Iterable[OfficeRecord] = ()) -> list[Disagreement]:
    """Every contradiction, in the order of the forms; each field is named once for each thing it contradicts."""
    stated = list(statements(procedure, answers))
    return [*_between_forms(stated), *(found for one in records for found in _beside(stated, one))]


def statements(procedure: Procedure, answers: Answers) -> Iterator[Statement]:
    """The filled answers that have a source; of a list of people the row that the other forms are about."""
    merged = with_presets(procedure, answers)
    for form in procedure.forms:
        own = merged[form.code]
        for field in shown_fields(form, own):
            value = own.get(field.key)
            if field.prefill == TRAVELLERS and isinstance(value, list):
                yield from _of_row(f"{form.code}.{field.key}", field, value, procedure, merged)
            elif field.prefill.startswith(COMPARED) and isinstance(value, str) and is_filled(value):
                yield Statement(f"{form.code}.{field.key}", field, value.strip())


def _of_row(
    name: str, table: Field, rows: Sequence[Any], procedure: Procedure, answers: Answers
) -> Iterator[Statement]:
    filled = [(place, row) for place, row in enumerate(rows) if isinstance(row, Mapping) and is_filled(dict(row))]
    if not filled:
        return
    place, row = _row_of_applicant(filled, _applicant(procedure, answers))
    for column in table.columns:
        value = row.get(column.key)
        if column.prefill.startswith(COMPARED) and isinstance(value, str) and is_filled(value):
            yield Statement(f"{name}.{place}.{column.key}", column, value.strip())


def _applicant(procedure: Procedure, answers: Answers) -> dict[str, str]:
    """Whom the forms of one person are about: number and name."""
    found: dict[str, str] = {}
    for form in procedure.forms:
        for field in form.fields.values():
            value = answers[form.code].get(field.key)
            if field.prefill.startswith("traveller.") and isinstance(value, str) and is_filled(value):
                found.setdefault(field.key, value)
    return found


def _row_of_applicant(filled: list[tuple[int, Any]], applicant: Mapping[str, str]) -> tuple[int, Any]:
    """The row with the applicant's passport, else with the name, else the first."""
    for key in ("passport_number", "full_name"):
        for place, row in filled:
            if applicant.get(key) and agree(str(row.get(key) or ""), applicant[key]):
                return place, row
    return filled[0]


def _between_forms(stated: Sequence[Statement]) -> Iterator[Disagreement]:
    first: dict[tuple[str, str], Statement] = {}
    for one in stated:
        known = first.setdefault((one.field.prefill, one.field.key), one)
        if known.form != one.form and not agree(known.value, one.value):
            yield Disagreement(one, known, "", "forms_disagree")


def _beside(stated: Sequence[Statement], record: OfficeRecord) -> Iterator[Disagreement]:
    told: set[tuple[str, str]] = set()
    for one in stated:
        held = [source[one.field.prefill] for source in record.sources if source.get(one.field.prefill)]
        said = (one.field.prefill, _plain(one.value))
        if held and said not in told and not any(agree(one.value, value) for value in held):
            told.add(said)
            yield Disagreement(one, None, held[0], record.check)


def agree(left: str, right: str) -> bool:
    """Whether two texts say the same: in any case and with any accents, in any order of a name's parts.

    A birth date known by its year agrees with every day of it.
    """
    if read_date(left, partial=True) and read_date(right, partial=True):
        return left.startswith(right) or right.startswith(left)
    return _plain(left) == _plain(right)


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    words = "".join(sign if sign.isalnum() else " " for sign in bare if not unicodedata.combining(sign)).split()
    return " ".join(sorted(words))


def as_day(text: str) -> str:
    """A date as it is read: dd/mm/yyyy; anything else as it stands."""
    return "/".join(reversed(text.split("-"))) if read_date(text, partial=True) else text


def people_too_many(procedure: Procedure, answers: Answers) -> tuple[str, int] | None:
    """The list "FORM.key" that names several people, and how many, where the dossier is about one."""
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
