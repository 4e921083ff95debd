"""The fields a form asks for given its answers, missing answers, and the validity of each.

Answers are plain JSON values, as a draft keeps them: dates "2026-08-01", truths true and false, tables lists of
rows. An empty string, null, an empty list and false are all "not filled in" where something is required.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ancu.engines import telephone
from ancu.engines.latin import is_latin
from ancu.engines.rulebook.forms import Field, FormDefinition
from ancu.engines.rulebook.permits import visa_symbols
from ancu.engines.rulebook.procedures import Procedure, ProcedureComponent

PATTERNS = {
    "country": re.compile(r"[A-Z]{3}"),
    "document_number": re.compile(r"[0-9A-Z./-]{3,}", re.IGNORECASE),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+"),
    "unit": re.compile(r"[0-9]{5}"),
    "integer": re.compile(r"[0-9]{1,9}"),
    "money": re.compile(r"[0-9]{1,15}"),
}
NAME_SIGNS = frozenset(" -'’.,")  # what a passport's name may contain besides letters
PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """Why an answer cannot be right. `code` is stable; `field` is the key, "people.0.full_name" in a table.

    `required`, `too_long`, `not_text`, `not_a_date`, `date_out_of_range`, `date_to_come`, `not_a_choice`,
    `not_a_symbol`, `no_card_for_symbol`, `not_a_number`, `not_true_or_false`, `not_a_table`, `too_few_rows`,
    `too_many_rows`, `bad_country`, `bad_document_number`, `bad_phone`, `bad_email`, `bad_unit`, `bad_name`,
    `name_not_latin`.
    """

    code: str
    field: str
    limit: int | None = None


def is_filled(value: Any) -> bool:
    """Whether a value of a form's field is an answer; an unticked box is none."""
    if isinstance(value, str):
        return bool(value.strip())
    return value not in (None, False, [], {})


def shown_fields(form: FormDefinition, answers: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the form's fields to show for these answers, in order; conditions may hide some."""
    return tuple(field for field in form.fields.values() if field.shown_if is None or field.shown_if.holds(answers))


def required_fields(form: FormDefinition, answers: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the form's fields that must be filled in, given the answers so far."""
    return tuple(field for field in shown_fields(form, answers) if _required(field, answers))


def missing(form: FormDefinition, answers: Mapping[str, Any]) -> tuple[AnswerProblem, ...]:
    """Return a problem for each required field without an answer, rows of tables included."""
    return tuple(_missing(shown_fields(form, answers), answers))


def check_form(form: FormDefinition, answers: Mapping[str, Any], on: date) -> tuple[AnswerProblem, ...]:
    """Return a problem for each missing answer of a form, then for each invalid one.

    ``on`` is the day whose rules apply.
    """
    findings = list(missing(form, answers))
    for field in shown_fields(form, answers):
        problem = check_field(field, answers.get(field.key), on)
        if problem is not None:
            findings.append(problem)
    return tuple(findings)


def check_field(field: Field, value: Any, on: date) -> AnswerProblem | None:
    """Return the first problem with the answer to a field; None if it is valid or empty (see `missing`)."""
    if value is None or value in ("", []):
        return None
    if field.kind == "table":
        return _check_table(field, value, on)
    if field.kind == "boolean":
        return None if isinstance(value, bool) else AnswerProblem("not_true_or_false", field.key)
    if field.kind in ("integer", "money") and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or "\x00" in value:
        return AnswerProblem("not_text", field.key)
    if len(value) > field.max_length:
        return AnswerProblem("too_long", field.key, field.max_length)
    code = _text_problem(field, value.strip(), on)
    return AnswerProblem(code, field.key) if code else None


def value_of(field: Field, value: Any) -> Any:
    """Return the answer to a field as a typed value: a date, True or False, else the trimmed text.

    A partial date is its last possible day. None when the answer is empty or cannot be read; an unticked box is
    False.
    """
    if field.kind in ("date", "partial_date"):
        return read_date(value, partial=field.kind == "partial_date")
    if field.kind == "boolean":
        return value if isinstance(value, bool) else None
    return value.strip() if isinstance(value, str) and value.strip() else None


def read_date(value: Any, *, partial: bool = False) -> date | None:
    """Return the date of "2026-08-01"; with `partial` the last day of "2026-08" or "2026"; None otherwise."""
    match = PARTIAL.fullmatch(value) if isinstance(value, str) and value.isascii() else None
    if match is None or (match[3] is None and not partial):
        return None
    try:
        year, month = int(match[1]), int(match[2] or 12)
        return date(year, month, int(match[3]) if match[3] else monthrange(year, month)[1])
    except ValueError:
        return None


def required_components(
    procedure: Procedure, answers: Mapping[str, Mapping[str, Any]]
) -> tuple[ProcedureComponent, ...]:
    """Return the components (papers) that the dossier must have, given its answers.

    The answers are by form code, then field key.
    """
    flat = {f"{form}.{key}": value for form, fields in answers.items() for key, value in fields.items()}
    flat.update(procedure.presets)
    return tuple(
        component
        for component in procedure.components
        if component.required or (component.required_if is not None and component.required_if.holds(flat))
    )


def _required(field: Field, answers: Mapping[str, Any]) -> bool:
    """Whether the field must be filled in, given the answers of its form."""
    return field.required or (field.required_if is not None and field.required_if.holds(answers))


def _missing(fields: tuple[Field, ...], answers: Mapping[str, Any], prefix: str = "") -> Iterator[AnswerProblem]:
    """Yield a problem for each required field without an answer, rows of tables included."""
    for field in fields:
        value = answers.get(field.key)
        if _required(field, answers) and not is_filled(value):
            yield AnswerProblem("required", prefix + field.key)
        elif field.kind == "table" and isinstance(value, list):
            for number, row in enumerate(value):
                if isinstance(row, Mapping):
                    yield from _missing(field.columns, row, f"{prefix}{field.key}.{number}.")


def _check_table(field: Field, value: Any, on: date) -> AnswerProblem | None:
    """Return the first problem with the answer to a table field: its type, number of rows or a cell; None if none."""
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        return AnswerProblem("not_a_table", field.key)
    if len(value) < field.min_rows:
        return AnswerProblem("too_few_rows", field.key, field.min_rows)
    if len(value) > field.max_rows:
        return AnswerProblem("too_many_rows", field.key, field.max_rows)
    for number, row in enumerate(value):
        for column in field.columns:
            problem = check_field(column, row.get(column.key), on)
            if problem is not None:
                return AnswerProblem(problem.code, f"{field.key}.{number}.{problem.field}", problem.limit)
    return None


def _text_problem(field: Field, text: str, on: date) -> str | None:
    """Return the code of the first problem with a text answer to this field; None if it is valid."""
    if field.kind in ("date", "partial_date"):
        return _date_problem(text, on, birth=field.kind == "partial_date")
    if field.kind == "choice":
        return None if text in {choice.code for choice in field.choices} else "not_a_choice"
    if field.kind in ("visa_symbol", "card_symbol"):
        return _symbol_problem(text, on, card=field.kind == "card_symbol")
    if field.kind == "name":
        return None if is_name(text) else "bad_name" if is_latin(text) else "name_not_latin"
    if field.kind == "phone":
        return None if telephone.normalize(text) else "bad_phone"
    pattern = PATTERNS.get(field.kind)
    if pattern is None or (text.isascii() and pattern.fullmatch(text)):
        return None
    return "not_a_number" if field.kind in ("integer", "money") else f"bad_{field.kind}"


def is_name(text: str) -> bool:
    """Whether a passport can have this name: Latin letters with accents, spaces, hyphens and apostrophes."""
    signs = unicodedata.normalize("NFC", text)
    letters = [sign for sign in signs if sign not in NAME_SIGNS]
    return bool(letters) and all(sign.isalpha() and unicodedata.name(sign, "").startswith("LATIN ") for sign in letters)


def _date_problem(text: str, on: date, *, birth: bool) -> str | None:
    """Return the code of the problem with a date in a form; None if it is valid.

    Only a birth date may be partial, and it may not lie in the future.
    """
    read = read_date(text, partial=birth)
    if read is None:
        return "not_a_date"
    if birth and read > on:
        return "date_to_come"
    return None if FIRST_YEAR <= read.year <= LAST_YEAR else "date_out_of_range"


def _symbol_problem(text: str, on: date, *, card: bool) -> str | None:
    """Return the code of the problem with a visa symbol, or with ``card`` a card's; None if it is valid."""
    symbol = visa_symbols(on).get(text)
    if symbol is None:
        return "not_a_symbol"
    return "no_card_for_symbol" if card and symbol.card_symbol is None else None
