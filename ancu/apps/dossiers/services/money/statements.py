"""Bank statements: previewed first, then imported and matched."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import BankLineProblem
from ancu.apps.dossiers.models import BankLine, BankStatement, Charge
from ancu.apps.dossiers.services.money.charging import reference_prefix
from ancu.apps.dossiers.services.money.locks import STATEMENT, lock_until_commit
from ancu.apps.dossiers.services.money.paying import MatchOutcome, charges_by_reference, match_lines, match_outcome
from ancu.apps.files.models import StoredFile
from ancu.apps.files.services import read_bytes, store
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import references_in
from ancu.core.errors import Conflict, require
from ancu.engines.bank import Credit, StatementFile, distinct, read_statement, storage_reference, transfer_identity

PURPOSE = "statement"
PREVIEW_RETENTION = timedelta(days=1)  # for previewed files; imported data are in the lines
PROBLEMS = {
    "no_header": _("No row of this file has a date, a description and an amount."),
    "no_credits": _("This file has a header, but we could not read any line below it."),
    "empty_file": _("This file is empty."),
    "encrypted_file": _("This file needs a password. Export it again without one."),
    "unsupported_format": _("This is not a bank statement. Send CSV or Excel, as the bank's site exports it."),
    "too_many_rows": _("This file has too many rows. Export a shorter period."),
}


def problem_in_words(code: str) -> Any:
    """Return why nothing of a bank file could be read, by the reader's code; empty for an empty code."""
    return PROBLEMS.get(code, _("This file is damaged. Export it again.")) if code else ""


@transaction.atomic
def store_for_preview(actor: Actor, *, data: bytes, name: str) -> StoredFile:
    """Store an uploaded bank statement for its preview. Raises FileRefused."""
    require(rules.may_take_money(actor))
    return store(
        actor,
        data=data,
        name=name,
        purpose=PURPOSE,
        organisation_id=actor.organisation_id,
        delete_after=clock.now() + PREVIEW_RETENTION,
    )


@dataclass(frozen=True)
class PreviewLine:
    """The preview of one credit. ``is_known``: it was imported before."""

    credit: Credit
    outcome: MatchOutcome
    is_known: bool = False


@dataclass
class StatementPreview:
    statement: StatementFile
    lines: list[PreviewLine] = field(default_factory=list)
    read_before: BankStatement | None = None

    @property
    def matched(self) -> int:
        """The number of new transfers that would pay a fee."""
        return sum(not line.is_known and not line.outcome.problem for line in self.lines)

    @property
    def known_count(self) -> int:
        """The number of transfers that were imported before."""
        return sum(line.is_known for line in self.lines)

    @property
    def open(self) -> int:
        """The number of new transfers that would pay no fee."""
        return len(self.lines) - self.matched - self.known_count


def preview(actor: Actor, *, file: StoredFile) -> StatementPreview:
    """Return what importing this bank statement would do now: each transfer with the fee that it would pay."""
    require(rules.may_take_money(actor))
    data = read_bytes(file)
    statement = read_statement(data)
    lines = _distinct_credits(statement.credits)
    charges = charges_by_reference([credit.text for credit, _problem in lines])
    existing, paid = _existing_lines(lines), set[Charge]()
    preview_lines = []
    for credit, problem in lines:
        outcome = MatchOutcome(problem=problem) if problem else match_outcome(credit.text, credit.vnd, charges)
        is_known = _is_known(credit, existing)
        if outcome.charge and not outcome.problem and not is_known:  # two transfers for one fee within the file
            outcome = MatchOutcome(outcome.charge, BankLineProblem.PAID if outcome.charge in paid else "")
            paid.add(outcome.charge)  # type: ignore[arg-type]
        preview_lines.append(PreviewLine(credit, outcome, is_known))
    return StatementPreview(
        statement, preview_lines, BankStatement.objects.filter(sha256=sha256(data).hexdigest()).first()
    )


def _distinct_credits(credits: list[Credit]) -> list[tuple[Credit, str]]:
    """Return each distinct credit of the statement once, with its problem.

    The problem is ``DOUBLED`` if another transfer has the same bank number, else "".
    """
    return [
        (distinct_credit.credit, BankLineProblem.DOUBLED if distinct_credit.doubled else "")
        for distinct_credit in distinct(credits, _references_in)
    ]


def _references_in(text: str) -> set[str]:
    """Return the payment references of this office that occur in a transfer's text."""
    return references_in(text, reference_prefix())


def _existing_lines(lines: list[tuple[Credit, str]]) -> dict[str, BankLine]:
    """Return the stored transfers that may be the same as those of the file, by storage reference."""
    references = [
        storage_reference(credit, _references_in, doubled=doubled)
        for credit, _problem in lines
        for doubled in (False, True)
    ]
    return {line.reference: line for line in BankLine.objects.filter(reference__in=references)}


def _is_known(credit: Credit, existing: dict[str, BankLine]) -> bool:
    """Whether the transfer was imported before: ``existing`` has one with its number, sum, day and references."""
    plain = existing.get(credit.reference)
    ours = plain and (plain.vnd, plain.booked_on, tuple(sorted(_references_in(plain.text))))
    if ours == transfer_identity(credit, _references_in):
        return True
    return storage_reference(credit, _references_in, doubled=True) in existing


@transaction.atomic
def import_statement(actor: Actor, *, file: StoredFile) -> tuple[BankStatement, int]:
    """Import the new credits and pay their fees; return the statement and the number of fees paid.

    Idempotent for a repeated file or line.
    """
    require(rules.may_take_money(actor))
    data = read_bytes(file)
    lock_until_commit(STATEMENT)  # two files with the same line, imported concurrently
    digest = sha256(data).hexdigest()
    before = BankStatement.objects.filter(sha256=digest).first()
    if before is not None:
        return before, 0
    statement = read_statement(data)
    if statement.problem:
        raise Conflict("statement_unreadable", _("We could not read anything in this file."))
    stored = BankStatement.objects.create(
        name=file.name[:200], sha256=digest, read_by_id=actor.user_id or 0, read_at=clock.now()
    )
    lines = _new_lines(stored, statement.credits)
    paid = match_lines(actor, lines)
    record(actor, "dossiers.statement_read", stored, lines=len(lines), paid=paid)
    return stored, paid


def _new_lines(statement: BankStatement, credits: list[Credit]) -> list[BankLine]:
    """Store the statement's transfers that were not imported before, and return them."""
    distinct = _distinct_credits(credits)
    existing = _existing_lines(distinct)
    new_lines = []
    for credit, problem in distinct:
        if _is_known(credit, existing):
            continue
        is_doubled = credit.reference in existing or bool(problem)
        new_lines.append(
            BankLine(
                statement=statement,
                reference=storage_reference(credit, _references_in, doubled=is_doubled),
                booked_on=credit.day,
                vnd=credit.vnd,
                text=credit.text,
                problem=BankLineProblem.DOUBLED if is_doubled else "",
            )
        )
    return BankLine.objects.bulk_create(new_lines)
