"""The bank's statement: looked at first, then its new credits are kept and matched."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import LineProblem
from ancu.apps.dossiers.models import BankLine, BankStatement, Charge
from ancu.apps.dossiers.services.money.charging import reference_prefix
from ancu.apps.dossiers.services.money.locks import STATEMENT, hold
from ancu.apps.dossiers.services.money.paying import Told, charges_named, judge, match
from ancu.apps.files.models import StoredFile
from ancu.apps.files.services import read_bytes, store
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import references_in
from ancu.core.errors import Conflict, require
from ancu.engines.bank import Credit, Statement, distinct, kept_as, read_statement, told_by

PURPOSE = "statement"
KEPT = timedelta(days=1)  # a file that was looked at; what is read in stands in the lines
PROBLEMS = {
    "no_header": _("No row of this file names a date, a description and an amount."),
    "no_credits": _("This file has a header, but no line below it that could be read."),
    "empty_file": _("This file is empty."),
    "encrypted_file": _("This file needs a password. Export it again without one."),
    "unsupported_format": _("This is no statement: send CSV or Excel, as the bank's site exports it."),
    "too_many_rows": _("This file has too many rows. Export a shorter period."),
}


def problem_in_words(code: str) -> Any:
    """Why nothing of a file could be read; empty when something was."""
    return PROBLEMS.get(code, _("This file is damaged. Export it again.")) if code else ""


@transaction.atomic
def take_file(actor: Actor, *, data: bytes, name: str) -> StoredFile:
    """Keep a file long enough to be looked at. Raises FileRefused."""
    require(rules.may_take_money(actor))
    return store(
        actor,
        data=data,
        name=name,
        purpose=PURPOSE,
        organisation_id=actor.organisation_id,
        delete_after=clock.now() + KEPT,
    )


@dataclass(frozen=True)
class Seen:
    """One credit of a file that was not read in yet: what it would become. ``known``: it was read before."""

    credit: Credit
    told: Told
    known: bool = False


@dataclass
class Preview:
    statement: Statement
    lines: list[Seen] = field(default_factory=list)
    read_before: BankStatement | None = None

    @property
    def matched(self) -> int:
        return sum(not one.known and not one.told.problem for one in self.lines)

    @property
    def known(self) -> int:
        return sum(one.known for one in self.lines)

    @property
    def open(self) -> int:
        return len(self.lines) - self.matched - self.known


def preview(actor: Actor, *, file: StoredFile) -> Preview:
    """What reading this file in would do now."""
    require(rules.may_take_money(actor))
    data = read_bytes(file)
    statement = read_statement(data)
    lines = _distinct(statement.credits)
    charges = charges_named([credit.text for credit, _problem in lines])
    seen, paid = _read_before(lines), set[Charge]()
    found = []
    for credit, problem in lines:
        told = Told(problem=problem) if problem else judge(credit.text, credit.vnd, charges)
        known = _same(credit, seen)
        if told.charge and not told.problem and not known:  # two transfers for one fee within the file
            told = Told(told.charge, LineProblem.PAID if told.charge in paid else "")
            paid.add(told.charge)  # type: ignore[arg-type]
        found.append(Seen(credit, told, known))
    return Preview(statement, found, BankStatement.objects.filter(sha256=sha256(data).hexdigest()).first())


def _distinct(credits: list[Credit]) -> list[tuple[Credit, str]]:
    return [(one.credit, LineProblem.DOUBLED if one.doubled else "") for one in distinct(credits, _marks)]


def _marks(text: str) -> set[str]:
    return references_in(text, reference_prefix())


def _read_before(lines: list[tuple[Credit, str]]) -> dict[str, BankLine]:
    references = [kept_as(credit, _marks, doubled=doubled) for credit, _problem in lines for doubled in (False, True)]
    return {line.reference: line for line in BankLine.objects.filter(reference__in=references)}


def _same(credit: Credit, seen: dict[str, BankLine]) -> bool:
    plain = seen.get(credit.reference)
    ours = plain and (plain.vnd, plain.booked_on, tuple(sorted(_marks(plain.text))))
    if ours == told_by(credit, _marks):
        return True
    return kept_as(credit, _marks, doubled=True) in seen


@transaction.atomic
def read_in(actor: Actor, *, file: StoredFile) -> tuple[BankStatement, int]:
    """Keep the new credits and settle the fees they pay; the statement and how many fees that were.

    The same file, or a line again, is known and changes nothing.
    """
    require(rules.may_take_money(actor))
    data = read_bytes(file)
    hold(STATEMENT)  # two files with the same line at the same moment
    digest = sha256(data).hexdigest()
    before = BankStatement.objects.filter(sha256=digest).first()
    if before is not None:
        return before, 0
    statement = read_statement(data)
    if statement.problem:
        raise Conflict("statement_unreadable", _("Nothing could be read of this file."))
    kept = BankStatement.objects.create(
        name=file.name[:200], sha256=digest, read_by_id=actor.user_id or 0, read_at=clock.now()
    )
    lines = _new_lines(kept, statement.credits)
    paid = match(actor, lines)
    record(actor, "dossiers.statement_read", kept, lines=len(lines), paid=paid)
    return kept, paid


def _new_lines(statement: BankStatement, credits: list[Credit]) -> list[BankLine]:
    distinct = _distinct(credits)
    seen = _read_before(distinct)
    made = []
    for credit, problem in distinct:
        if _same(credit, seen):
            continue
        taken = credit.reference in seen or bool(problem)
        made.append(
            BankLine(
                statement=statement,
                reference=kept_as(credit, _marks, doubled=taken),
                booked_on=credit.day,
                vnd=credit.vnd,
                text=credit.text,
                problem=LineProblem.DOUBLED if taken else "",
            )
        )
    return BankLine.objects.bulk_create(made)
