"""Reconcile the bank statement with the ledger: each transfer is matched, entered, or set aside with a reason."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.community import rules
from ancu.apps.community.enums import EntryKind
from ancu.apps.community.models import (
    Donor,
    LedgerEntry,
    Programme,
    ProgrammeStatement,
    StatementLine,
    UnreadStatementLine,
)
from ancu.apps.community.selectors.ledger import closed_until, money_of
from ancu.apps.community.selectors.reconciling import money_moved, pledges_named, signed
from ancu.apps.community.services.planning import lock_programme, reference_prefix
from ancu.apps.community.services.posting import ItemAmount, give
from ancu.apps.files.services import check
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import references_in
from ancu.core.errors import Conflict, Http404
from ancu.engines.bank import (
    BankTransfer,
    UnreadableRow,
    distinct,
    read_statement,
    storage_reference,
    transfer_identity,
)

OF_LINES = UUID(
    "5d1d4c3e-6a0e-4a57-9f38-0b1f5d8f3a10"
)  # keys of what is entered from lines: once, and anew after a reversal


OUT = "-"


@dataclass
class StatementReading:
    """What reading a statement did."""

    statement: ProgrammeStatement
    new_lines: int = 0
    unread: int = 0
    gifts: list[LedgerEntry] = field(default_factory=list)


@transaction.atomic
def read_in(*, actor: Actor, programme_id: int, data: bytes, name: str) -> StatementReading:
    """Store the new transfers of a bank statement; enter those as gifts that name an open pledge's reference.

    Reading a file or a line again changes nothing. Raises files.FileRefused, and Conflict for a file that is no
    statement.
    """
    programme = lock_programme(actor, programme_id)
    check(data)
    digest = sha256(data).hexdigest()
    before = programme.statements.filter(sha256=digest).first()
    if before is not None:
        return StatementReading(before)
    statement = read_statement(data)
    if statement.problem:
        raise Conflict(
            statement.problem, _("We could not read any transfers in this file. Export it again as CSV or Excel.")
        )
    read = StatementReading(
        ProgrammeStatement.objects.create(
            programme=programme, name=name[:200], sha256=digest, read_at=clock.now(), read_by_id=actor.user_id or 0
        )
    )
    lines = _new_lines(read.statement, distinct(statement.credits, _references_in), out=False)
    paid = _new_lines(read.statement, distinct(statement.outgoing, _references_in), out=True)
    read.new_lines = len(lines) + len(paid)
    read.unread = _store_unread(read.statement, statement.unread)
    read.gifts = _enter_pledge_gifts(actor, programme, lines)
    record(actor, "community.statement", programme, lines=read.new_lines, gifts=len(read.gifts), unread=read.unread)
    return read


def _references_in(text: str) -> set[str]:
    """Return the pledge references in a transfer's text."""
    return references_in(text, reference_prefix())


def _new_lines(statement: ProgrammeStatement, transfers: list[BankTransfer], *, out: bool) -> list[StatementLine]:
    """Store the bank transfers that are not stored yet, and return them.

    Outgoing ones have their own keys: some banks number a transfer and its fee alike.
    """
    transfers = [
        replace(transfer, credit=replace(transfer.credit, reference=OUT * out + transfer.credit.reference))
        for transfer in transfers
    ]
    keys = [
        storage_reference(transfer.credit, _references_in, doubled=doubled)
        for transfer in transfers
        for doubled in (False, True)
    ]
    existing_lines = {
        line.reference: line for line in StatementLine.objects.filter(programme=statement.programme, reference__in=keys)
    }
    lines_by_reference: dict[str, StatementLine] = {}
    for transfer in transfers:
        plain = existing_lines.get(transfer.credit.reference)
        same = plain is not None and (
            plain.vnd,
            plain.booked_on,
            tuple(sorted(_references_in(plain.text))),
        ) == transfer_identity(transfer.credit, _references_in)
        if same or storage_reference(transfer.credit, _references_in, doubled=True) in existing_lines:
            continue
        reference = storage_reference(transfer.credit, _references_in, doubled=transfer.doubled or plain is not None)
        lines_by_reference[reference] = StatementLine(
            statement=statement, programme=statement.programme, reference=reference, booked_on=transfer.credit.day,
            vnd=transfer.credit.vnd, text=transfer.credit.text, out=out,
        )  # fmt: skip
    return StatementLine.objects.bulk_create(lines_by_reference.values())


def _store_unread(statement: ProgrammeStatement, rows: list[UnreadableRow]) -> int:
    """Store the statement rows that could not be read, except those stored before; return how many are new."""
    by_mark: dict[str, UnreadStatementLine] = {}
    occurrences = Counter[str]()
    for row in rows:
        content = "|".join((row.day, row.amount, row.text))
        occurrences[content] += 1
        mark = sha256(f"{content}|{occurrences[content]}".encode()).hexdigest()[:32]
        by_mark[mark] = UnreadStatementLine(
            statement=statement, programme=statement.programme, mark=mark, row=row.row, why=row.why, day=row.day,
            amount=row.amount, text=row.text, out=row.out,
        )  # fmt: skip
    earlier = UnreadStatementLine.objects.filter(programme=statement.programme, mark__in=by_mark)
    stored_marks = set(earlier.values_list("mark", flat=True))
    return len(
        UnreadStatementLine.objects.bulk_create(line for mark, line in by_mark.items() if mark not in stored_marks)
    )


def _enter_pledge_gifts(actor: Actor, programme: Programme, lines: list[StatementLine]) -> list[LedgerEntry]:
    """Enter a gift for each bank transfer that names exactly one money pledge and whose day is open."""
    named = pledges_named(programme, {mark for line in lines for mark in _references_in(line.text)})
    gifts = []
    for line in lines:
        marks = _references_in(line.text)
        pledge = named.get(next(iter(marks))) if len(marks) == 1 else None
        if pledge is not None and _may_be_entered(programme, line.booked_on):
            gifts.append(_enter_as_gift(actor, programme, line, pledge.donor, pledge_id=pledge.pk))
    return gifts


def _may_be_entered(programme: Programme, day: date) -> bool:
    """Whether a gift of that day can be entered: not future, in closed books or far from the programme's dates."""
    until = closed_until(programme)
    return day <= clock.today() and (until is None or day > until) and rules.is_plausible_day(programme, day)


def _enter_as_gift(
    actor: Actor, programme: Programme, line: StatementLine, donor: Donor, *, pledge_id: int | None = None
) -> LedgerEntry:
    """Enter the transfer as a gift of the donor and match the two; a closed day is replaced by today."""
    pledge = programme.pledges.get(pk=pledge_id) if pledge_id else None
    until = closed_until(programme)
    day = line.booked_on if until is None or line.booked_on > until else clock.today()
    entry = give(
        actor=actor, programme_id=programme.pk, donor=donor, amounts=[ItemAmount(money_of(programme), line.vnd)],
        day=day, key=uuid5(OF_LINES, f"{line.pk}:{line.entry_id or 0}"), pledge=pledge,
    )  # fmt: skip
    _settle_line(actor, line, entry=entry)
    return entry


@transaction.atomic
def enter_gift(*, actor: Actor, programme_id: int, line_id: int, donor: Donor) -> LedgerEntry:
    """Enter an open bank transfer as a gift of the donor; with today's date if the books of its day are closed."""
    programme = lock_programme(actor, programme_id)
    line = _lock_line(actor, programme, line_id)
    if line.out:
        raise Conflict("went_out", _("This money was paid out, so it is not a gift."))
    entry = _enter_as_gift(actor, programme, line, donor)
    record(actor, "community.line", programme, line=line.pk, entry=entry.pk)
    return entry


@transaction.atomic
def match(*, actor: Actor, programme_id: int, line_id: int, entry_id: int) -> StatementLine:
    """Match an open bank transfer with a ledger entry that no transfer has been matched with."""
    programme = lock_programme(actor, programme_id)
    line = _lock_line(actor, programme, line_id)
    entry = programme.entries.filter(pk=entry_id, reversal__isnull=True).exclude(kind=EntryKind.REVERSAL).first()
    if entry is None:
        raise Http404
    if money_moved(entry) != signed(line) or StatementLine.objects.filter(entry=entry).exists():
        raise Conflict("other_amount", _("This entry has a different amount, or belongs to another transfer."))
    _settle_line(actor, line, entry=entry)
    record(actor, "community.line", programme, line=line.pk, entry=entry.pk)
    return line


@transaction.atomic
def set_aside(*, actor: Actor, programme_id: int, line_id: int, why: str) -> StatementLine:
    """Set aside a bank transfer that is no gift, such as interest or misdirected money, with the reason."""
    programme = lock_programme(actor, programme_id)
    line = _lock_line(actor, programme, line_id)
    _settle_line(actor, line, aside=why.strip())
    record(actor, "community.line", programme, line=line.pk, aside=True)
    return line


@transaction.atomic
def correct_unread(*, actor: Actor, programme_id: int, unread_id: int, day: date, vnd: int) -> StatementLine:
    """Turn an unreadable statement row into a bank transfer, with day and amount typed by an officer.

    If it names an open pledge, it is entered as a gift for that pledge.
    """
    programme = lock_programme(actor, programme_id)
    unread = _lock_unread(actor, programme, unread_id)
    if day > clock.today():
        raise Conflict("future", _("This date is in the future."))
    line = StatementLine.objects.create(
        statement=unread.statement, programme=programme, reference=f"{OUT * unread.out}?{unread.mark}", booked_on=day,
        vnd=vnd, text=unread.text, out=unread.out,
    )  # fmt: skip
    _settle_unread(actor, unread, line=line)
    if not unread.out:
        _enter_pledge_gifts(actor, programme, [line])
    return line


@transaction.atomic
def dismiss_unread(*, actor: Actor, programme_id: int, unread_id: int, why: str) -> UnreadStatementLine:
    """Set aside an unreadable statement row that is no transfer or is on another statement, with a reason."""
    programme = lock_programme(actor, programme_id)
    return _settle_unread(actor, _lock_unread(actor, programme, unread_id), aside=why.strip())


def _lock_unread(actor: Actor, programme: Programme, unread_id: int) -> UnreadStatementLine:
    """Return the unreadable statement row, locked.

    Conflict if it was corrected or set aside, 404 if it is of another programme.
    """
    unread = programme.unread_lines.select_for_update(of=("self",)).filter(pk=unread_id).first()
    if unread is None:
        raise Http404
    if unread.aside or unread.line_id:
        raise overtaken_conflict(actor, "settled", unread, _("This row has already been resolved."), about=programme)
    return unread


def _settle_unread(
    actor: Actor, unread: UnreadStatementLine, *, line: StatementLine | None = None, aside: str = ""
) -> UnreadStatementLine:
    """Save what an officer decided about an unreadable statement row; return the row.

    It is the transfer ``line``, or it is set aside with the reason ``aside``.
    """
    unread.line, unread.aside, unread.settled_at, unread.settled_by_id = line, aside, clock.now(), actor.user_id
    unread.save(update_fields=["line", "aside", "settled_at", "settled_by"])
    record(actor, "community.unread", unread.programme, unread=unread.pk, aside=bool(aside))
    return unread


def _lock_line(actor: Actor, programme: Programme, line_id: int) -> StatementLine:
    """Return the open bank transfer, locked.

    Conflict if it was matched or set aside, 404 if it is of another programme.
    """
    line = StatementLine.objects.select_for_update(of=("self",)).filter(pk=line_id, programme=programme).first()
    if line is None:
        raise Http404
    if line.aside or (line.entry_id and not LedgerEntry.objects.filter(reverses_id=line.entry_id).exists()):
        sentence = _("This transfer has already been matched.")
        raise overtaken_conflict(actor, "settled", line, sentence, about=programme)
    return line


def _settle_line(actor: Actor, line: StatementLine, *, entry: LedgerEntry | None = None, aside: str = "") -> None:
    """Save that a bank transfer is matched with ``entry``, or set aside with the reason ``aside``."""
    line.entry, line.aside, line.settled_at, line.settled_by_id = entry, aside, clock.now(), actor.user_id
    line.save(update_fields=["entry", "aside", "settled_at", "settled_by"])
