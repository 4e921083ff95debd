"""Transfers of the programme's account, and the gifts they may be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet, Sum

from ancu.apps.community.enums import EntryKind, LedgerAccount, UnitOfMeasure
from ancu.apps.community.models import (
    LedgerEntry,
    Pledge,
    Programme,
    ProgrammeStatement,
    StatementLine,
    UnreadStatementLine,
)
from ancu.apps.community.selectors.ledger import disputed_handovers
from ancu.apps.community.selectors.planning import pledges
from ancu.core.templatetags.ui import counted

NEAR = timedelta(days=7)  # a gift is often entered some days before or after the bank books it
LINES_SHOWN, MOST = 100, 1000


def pledges_named(programme: Programme, references: Iterable[str]) -> dict[str, Pledge]:
    """Return the programme's open pledges of money that have one of these references, by reference."""
    matching_pledges = pledges(programme).filter(
        reference__in=[*references], withdrawn_at=None, item__measure=UnitOfMeasure.VND, came__lt=F("quantity")
    )
    return {matching_pledge.reference: matching_pledge for matching_pledge in matching_pledges}


def money_moved(entry: LedgerEntry) -> int:
    """Return how much money the ledger entry brought in, in đồng; negative for money out."""
    legs = entry.legs.filter(account=LedgerAccount.STOCK, item__measure=UnitOfMeasure.VND)
    return legs.aggregate(sum=Sum("quantity"))["sum"] or 0


def lines(programme: Programme) -> QuerySet[StatementLine]:
    """Return all bank transfers on the programme's statements, each with the ledger entry it was matched with."""
    return StatementLine.objects.filter(programme=programme).select_related(
        "entry__donor", "settled_by", "entry__reversal"
    )


def is_open() -> Q:
    """Return a condition for open bank transfers: not set aside, and matched with no entry that still stands."""
    return Q(aside="") & (Q(entry=None) | Q(entry__reversal__isnull=False))


@dataclass(frozen=True, slots=True)
class OpenStatementLine:
    line: StatementLine
    entries: list[LedgerEntry]


def open_lines(programme: Programme) -> list[OpenStatementLine]:
    """Return the programme's open bank transfers, each with up to five entries that may match it.

    Such an entry has the same amount, a day around the transfer's, and no transfer of its own.
    """
    open_rows = list(lines(programme).filter(is_open()).order_by("booked_on", "pk")[:LINES_SHOWN])
    moved = list(without_line(programme)[:MOST])
    return [OpenStatementLine(line, [entry for entry in moved if _may_be(line, entry)][:5]) for line in open_rows]


def _may_be(line: StatementLine, entry: LedgerEntry) -> bool:
    """Whether the bank transfer may match the entry: the same amount, booked around the entry's day."""
    moved: int = entry.vnd  # type: ignore[attr-defined]  # annotated
    return moved == signed(line) and abs(entry.day - line.booked_on) <= NEAR


def signed(line: StatementLine) -> int:
    """Return the bank transfer's amount in đồng with its sign: negative for an outgoing one."""
    return -line.vnd if line.out else line.vnd


def without_line(programme: Programme) -> QuerySet[LedgerEntry]:
    """Return ledger entries of money that match no bank transfer, with ``vnd`` (negative for money out)."""
    of_money = Q(legs__account=LedgerAccount.STOCK, legs__item__measure=UnitOfMeasure.VND)
    entries = programme.entries.exclude(kind=EntryKind.REVERSAL).filter(reversal__isnull=True, line__isnull=True)
    summed = entries.annotate(vnd=Sum("legs__quantity", filter=of_money, default=0)).exclude(vnd=0)
    return summed.select_related("donor", "recipient").order_by("-day", "-pk")


def gifts_without_line(programme: Programme) -> QuerySet[LedgerEntry]:
    """Return gifts of money that match no bank transfer: given in cash, or not on a statement yet."""
    return without_line(programme).filter(kind=EntryKind.GIFT)[:LINES_SHOWN]


def settled_lines(programme: Programme) -> list[StatementLine]:
    """Return the latest bank transfers that were matched with an entry or set aside, newest first."""
    return list(lines(programme).exclude(is_open()).order_by("-booked_on", "-pk")[:LINES_SHOWN])


def dismissed_rows(programme: Programme) -> list[UnreadStatementLine]:
    """Return the unreadable statement rows that an officer set aside, the latest first."""
    rows = programme.unread_lines.exclude(aside="").select_related("statement", "settled_by")
    return list(rows.order_by("-settled_at", "-pk")[:LINES_SHOWN])


def statements(programme: Programme) -> list[ProgrammeStatement]:
    """Return the latest bank statements read for the programme, newest first."""
    return list(programme.statements.select_related("read_by").order_by("-pk")[:20])


def unread_lines(programme: Programme) -> QuerySet[UnreadStatementLine]:
    """Return the rows of bank statements that could not be read and are neither corrected nor set aside."""
    return programme.unread_lines.filter(line=None, aside="").select_related("statement").order_by("statement", "row")


def open_until(programme: Programme, until: date) -> int:
    """Return the number of the programme's open bank transfers up to a day.

    Every unreadable row counts, because its day is unknown.
    """
    return lines(programme).filter(is_open(), booked_on__lte=until).count() + unread_lines(programme).count()


def unsettled(programme: Programme, until: date) -> list[str]:
    """Return texts with the numbers of open matters that prevent closing the books up to a day; empty if none.

    They are open objections, handovers to be reversed after an objection, and open transfers.
    """
    reasons = []
    handovers = disputed_handovers(programme).filter(day__lte=until)
    if count := handovers.filter(undecided=True).count():
        reasons.append(counted("%(n)s objection of a recipient", "%(n)s objections of recipients", count))
    if count := handovers.filter(undecided=False).count():
        reasons.append(
            counted(
                "%(n)s handover to be reversed because its recipient was right",
                "%(n)s handovers to be reversed because their recipients were right",
                count,
            )
        )
    if count := open_until(programme, until):
        reasons.append(counted("%(n)s open transfer of the bank", "%(n)s open transfers of the bank", count))
    return reasons
