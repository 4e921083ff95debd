"""Read a bank's statement as its branches export it, whatever its format, header and column order.

What is written in a cell is text and stays text: a formula is neither computed here nor trusted, and an amount that
is not plainly a number is refused with its row.
"""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest

from ancu.engines.exchange.dates import read_date
from ancu.engines.exchange.model import LIMITS, Refusal
from ancu.engines.exchange.nationality import fold
from ancu.engines.exchange.tables import html_grids
from ancu.engines.exchange.texts import check_size, decode, kind_of
from ancu.engines.exchange.workbook import sheets_in

NAMES = {
    "day": "ngaygiaodich ngaygd ngay ngayhieuluc ngayphatsinh ngayhachtoan ngayghiso ngaybuttoan thoigiangiaodich"
    " thoigian transactiondate txndate tnxdate trandate date valuedate postingdate bookingdate effectivedate",
    "credit": "sotienghico ghico phatsinhco psco co credit creditamount tienvao sotienco sotienvao deposit deposits"
    " sotienphatsinhco moneyin sotienghicovnd",
    "debit": "sotienghino ghino phatsinhno psno no debit debitamount tienra sotienno sotienra withdrawal moneyout",
    "amount": "sotien amount sotiengiaodich transactionamount sotienvnd",
    "text": "mota noidung diengiai noidunggiaodich motagiaodich chitietgiaodich chitiet noidungchitiet"
    " noidungchuyenkhoan thongtingiaodich description transactiondescription details transactiondetails remark remarks"
    " narrative content",
    "reference": "sothamchieu sobuttoan sogiaodich soct sochungtu magiaodich magd sogd mathamchieu reference refno ref"
    " referenceno referencenumber transactionnumber transactionid transactionno docno sothamchieugiaodich ftcode",
}
FIELD_OF = {name: key for key, names in NAMES.items() for name in names.split()}
HEADER_WITHIN = 40  # rows: above the table stand the account's holder, number and period
LONGEST = {"text": 500, "reference": 60, "written": 60}
_PARTS = re.compile(r"[/\n()|\[\]–-]")
_GROUPED = re.compile(r"\d{1,3}(?:([.,\s])\d{3})(?:\1\d{3})*")
_CENTS = re.compile(r"(.*\d)[.,]0{1,2}")
_UNIT = re.compile(r"\s*(?:VND|VNĐ|đồng|đ|₫)\s*$", re.IGNORECASE)
_QUOTED = re.compile(r'="(.*)"', re.DOTALL)

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Credit:
    """One amount received. ``reference`` is the bank's; if the bank gives none, a digest of the line."""

    row: int
    day: date
    vnd: int
    text: str
    reference: str


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row with money that cannot be read: ``why`` is day or amount; both are kept as written."""

    row: int
    why: str
    text: str
    day: str = ""
    amount: str = ""
    out: bool = False


@dataclass(slots=True)
class StatementFile:
    """Credits and outgoing amounts of a file; all amounts are positive.

    ``problem`` says why nothing could be read: a code of the exchange engine, no_header or no_credits.
    """

    credits: list[Credit] = field(default_factory=list)
    outgoing: list[Credit] = field(default_factory=list)
    unread: list[UnreadableRow] = field(default_factory=list)
    debits: int = 0
    problem: str = ""


def read_statement(data: bytes) -> StatementFile:
    """Read a bank statement, recognised by its content, not its file name; does not raise for bad input."""
    try:
        check_size(data)
        tables = list(_candidate_tables(data))
    except Refusal as refusal:
        return StatementFile(problem=refusal.code)
    matching_tables = [(rows, *header) for rows in tables if (header := _header(rows))]
    if not matching_tables:
        return StatementFile(problem="no_header")
    statement, reference_counts = StatementFile(), Counter[str]()
    for rows, at, places in matching_tables:
        for index in range(at + 1, len(rows)):
            _add_row(statement, index + 1, rows[index], places, reference_counts)
    if not statement.credits and not statement.outgoing and not statement.unread:
        statement.problem = "no_credits"
    return statement


# ---- the cells -----------------------------------------------------------------------------------------


def _candidate_tables(data: bytes) -> Iterator[Sequence[Cells]]:
    """Yield the rows of each visible sheet or table of a statement file (XLSX, XLS, HTML or CSV)."""
    kind = kind_of(data)
    if kind in {"zip", "ole"}:
        for sheet in sheets_in(data, "XLSX" if kind == "zip" else "XLS"):
            if not sheet.hidden:
                yield sheet.rows
        return
    if kind == "other":
        raise Refusal("unsupported_format")
    source = decode(data)
    if source.kind == "html":
        yield from (grid.rows for grid in html_grids(source.text))
    elif source.kind == "csv":
        yield _csv_rows(source.text)
    else:
        raise Refusal("unsupported_format")


def _csv_rows(text: str) -> list[list[str]]:
    """Split the text of a CSV bank statement at the delimiter that yields the most known headings."""
    return max(
        (_split_csv(text, sign) for sign in ",;\t|"),
        key=lambda rows: len(header[1]) if (header := _header(rows)) else 0,
    )


def _split_csv(text: str, delimiter: str) -> list[list[str]]:
    """Split CSV text into rows of cells; empty if it is not valid CSV. Raises Refusal for too many rows."""
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(cells)
            if len(rows) > LIMITS["rows"]:
                raise Refusal("too_many_rows", limit=LIMITS["rows"])
    except csv.Error:
        return []
    return rows


# ---- the header ----------------------------------------------------------------------------------------


def _header(rows: Sequence[Cells]) -> tuple[int, dict[str, int]] | None:
    """Find the header of a bank statement, in one row or two (one per language).

    Returns the index of its last row and the column of each field; None without a header.
    """
    best: tuple[int, dict[str, int]] | None = None
    for index, cells in enumerate(rows[:HEADER_WITHIN]):
        below = rows[index + 1] if index + 1 < len(rows) else []
        for at, names in ((index, cells), (index + 1, _joined(cells, below))):
            places = _field_columns(names)
            if {"day", "text"} <= places.keys() and {"credit", "amount"} & places.keys():
                best = (at, places) if best is None or len(places) > len(best[1]) else best
    return best


def _joined(upper: Cells, lower: Cells) -> list[str]:
    """Return the header cells joined from two rows, as "upper/lower"; empty if the lower row has a digit.

    No header contains a digit: the lower row is then a transfer.
    """
    if any(sign.isdigit() for text in lower for sign in text):
        return []
    return [f"{above}/{below}" for above, below in zip_longest(upper, lower, fillvalue="")]


def _field_columns(cells: Cells) -> dict[str, int]:
    """Return by field (day, credit …) the index of the first column whose heading names it."""
    places: dict[str, int] = {}
    for index, text in enumerate(cells):
        name = _field_of(text)
        if name:
            places.setdefault(name, index)
    return places


def _field_of(text: str) -> str:
    """Return which field a column's heading names; empty for none.

    "Số tiền ghi có/ Credit amount" and "Ghi có (VND)" name the credit.
    """
    if len(text) > 120:
        return ""
    tried = [text, *_PARTS.split(text)]
    return next((FIELD_OF[name] for part in tried if (name := fold(part)) in FIELD_OF), "")


# ---- the rows ------------------------------------------------------------------------------------------


def _add_row(
    statement: StatementFile, row: int, cells: Cells, places: dict[str, int], reference_counts: Counter[str]
) -> None:
    """Read one row of a bank statement and add it to the credits, outgoing amounts or unreadable rows.

    ``places`` maps each field to its column. ``reference_counts`` counts equal lines without a bank reference. Rows
    without a day and totals are left out.
    """
    cell = {name: _clean(cells[at]) if at < len(cells) else "" for name, at in places.items()}
    moment, written, paid = (
        _read_day(cell["day"]),
        cell.get("credit") or cell.get("amount") or "",
        cell.get("debit", ""),
    )
    vnd, out = _money(written), _money(paid)
    text = cell["text"][: LONGEST["text"]]
    if not moment:
        if cell["text"] and cell["day"] and (vnd or out):  # without a day it is a total, or a line of the foot
            statement.unread.append(_unreadable_row(row, "day", cell, written if vnd else paid, out=not vnd))
    elif vnd is None or out is None:
        statement.unread.append(
            _unreadable_row(row, "amount", cell, written if vnd is None else paid, out=vnd is not None)
        )
    elif vnd > 0:
        statement.credits.append(Credit(row, moment, vnd, text, _reference(cell, moment, vnd, reference_counts)))
    else:
        statement.debits += 1  # money that went out, or a line about none
        if out := -vnd or abs(out):
            statement.outgoing.append(Credit(row, moment, out, text, _reference(cell, moment, -out, reference_counts)))


def _read_day(written: str) -> date | None:
    """Return the day of a bank transfer from its cell; None if it is no date."""
    day = read_date(written) if written else None
    return day.day if day else None


def _money(written: str) -> int | None:
    """Return the amount in a cell, in đồng; zero for an empty cell, None if it is not plainly an amount."""
    return read_amount(written) if written.strip("-–. 0,") else 0


def _unreadable_row(row: int, why: str, cell: dict[str, str], amount: str, *, out: bool) -> UnreadableRow:
    """Return the report about a bank statement's row that could not be read, its texts cut to the storable length.

    ``why`` is ``day`` or ``amount``; ``out`` if the money left the account.
    """
    most = LONGEST["written"]
    return UnreadableRow(row, why, cell["text"][: LONGEST["text"]], cell["day"][:most], amount[:most], out)


def _reference(cell: dict[str, str], day: date, vnd: int, reference_counts: Counter[str]) -> str:
    """Return the bank's reference of a transfer; a digest of the row if that is missing or too long."""
    bank_reference = cell.get("reference", "")
    return (
        bank_reference
        if 0 < len(bank_reference) <= LONGEST["reference"]
        else _digest(day, vnd, cell["text"], reference_counts)
    )


def _clean(text: str) -> str:
    """Return a cell's text on a single printable line.

    The form ``="0123"``, which makes Excel keep a number as text, is unwrapped.
    """
    quoted = _QUOTED.fullmatch(text.strip())
    printable = "".join(sign if sign.isprintable() else " " for sign in (quoted[1] if quoted else text))
    return " ".join(printable.split())


def read_amount(text: str) -> int | None:
    """Return the whole đồng in 4.092.000, 4,092,000.00, 4 092 000 VND or -4092000; None for anything else."""
    bare = _UNIT.sub("", text).strip()
    sign = -1 if bare.startswith(("-", "(")) else 1
    bare = bare.strip("+-() ").replace("\N{NO-BREAK SPACE}", " ")
    for tried in (bare, match[1] if (match := _CENTS.fullmatch(bare)) else ""):
        if (tried.isascii() and tried.isdigit()) or _GROUPED.fullmatch(tried):
            digits = "".join(character for character in tried if character.isdigit())
            return sign * int(digits) if len(digits) < 16 else None
    return None


def _digest(day: date, vnd: int, text: str, reference_counts: Counter[str]) -> str:
    """Return a stable reference, ``~`` and a digest, for a transfer to which the bank gave none.

    Equal lines of a file get different ones, because ``reference_counts`` numbers them.
    """
    line = f"{day.isoformat()}|{vnd}|{text}"
    reference_counts[line] += 1
    return "~" + hashlib.sha256(f"{line}|{reference_counts[line]}".encode()).hexdigest()[:24]


# ---- one transfer, read more than once -----------------------------------------------------------------

Marks = Callable[[str], set[str]]  # the references of ours that stand in a text
TransferIdentity = tuple[int, date, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class BankTransfer:
    """A distinct credit of a file; ``doubled`` if another transfer has the same bank number."""

    credit: Credit
    doubled: bool


def transfer_identity(credit: Credit, marks: Marks) -> TransferIdentity:
    """Return amount, day and our references in a transfer's text, which together identify a bank transfer.

    The bank's number does not, as some banks number a whole batch once; nor the rest of the text, which some exports
    cut. ``marks`` finds our references in a text.
    """
    return credit.vnd, credit.day, tuple(sorted(marks(credit.text)))


def distinct(credits: Iterable[Credit], marks: Marks) -> list[BankTransfer]:
    """Return the bank transfers of these credits in order, without repetitions.

    Different transfers that share a bank reference are marked ``doubled``. ``marks`` finds our references in a text.
    """
    first: dict[str, Credit] = {}
    transfers: dict[tuple[str, TransferIdentity], BankTransfer] = {}
    for credit in credits:
        identity = transfer_identity(credit, marks)
        is_doubled = transfer_identity(first.setdefault(credit.reference, credit), marks) != identity
        transfers.setdefault((credit.reference, identity), BankTransfer(credit, is_doubled))
    return list(transfers.values())


def storage_reference(credit: Credit, marks: Marks, *, doubled: bool) -> str:
    """Return the unique reference to store a credit under: the bank's own reference.

    If it is ``doubled``, as different transfers share it, amount, day and our references in the text are appended.
    """
    vnd, day, ours = transfer_identity(credit, marks)
    return "#".join((credit.reference, str(vnd), f"{day:%Y%m%d}", *ours))[:100] if doubled else credit.reference
