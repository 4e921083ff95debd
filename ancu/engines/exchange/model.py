"""The types of this engine: files, rows and findings.

Plain data without behaviour beyond looking things up; every other module of the engine speaks in these types.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Any

import msgspec

from ancu.engines.exchange.fields import DECLARATION_FIELDS, Guest

LIMITS: dict[str, int] = {
    "file_bytes": 64 * 1024 * 1024,  # the file as sent
    "rows": 100_000,  # records in one file
    "columns": 104,  # of a sheet: A to CZ
    "archive_entries": 1_000,  # files inside an XLSX
    "archive_bytes": 256 * 1024 * 1024,  # an XLSX once unpacked
    "archive_ratio": 200,  # unpacked size over packed size, above 1 MiB
    **{field.name: field.limit for field in DECLARATION_FIELDS if field.limit},  # characters
    "text": 200,  # document kind, purpose, entry paper
}
"""Published limits; past them a file (or a row) is refused with a code of its own."""


Value = str | date | time | None
"""A field of a record: its text, or the date or time that a form has read."""


def as_written(value: Value) -> str | None:
    """Return a field's value as the text that a file would hold: times as hh:mm, dates in ISO form."""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value if value is None else str(value)


class Finding(msgspec.Struct, frozen=True):
    """A message to the declarant: a stable `code`, the field, its text as read, and the sentence in both languages."""

    code: str
    field: str | None
    value: str | None
    message_vi: str
    message_en: str
    line: int | None = None
    column: int | None = None


class Problem(msgspec.Struct, frozen=True):
    """Why the whole file is unusable; `line` and `column` count from 1 and are None where they do not apply."""

    code: str
    line: int | None
    column: int | None
    message_vi: str
    message_en: str


class Table:
    """The cells of a file by column: canonical field → its texts, all columns equally long.

    The lines of records are determined on demand only, because counting lines of a large file costs more than reading
    it.
    """

    __slots__ = (
        "_lines",
        "broken",
        "columns",
        "find_lines",
        "length",
        "month_first",
        "numeric",
        "sex_legend",
        "sheets",
    )

    def __init__(
        self,
        columns: Mapping[str, Sequence[Value]],
        length: int,
        find_lines: Callable[[], Sequence[int | None]] | None = None,
        sheets: Sequence[str | None] | None = None,
    ) -> None:
        self.columns: dict[str, Sequence[Any]] = dict(columns)
        self.length, self.find_lines, self.sheets = length, find_lines, sheets
        self.sex_legend: dict[str, str] = {}  # what the column's own header says digits mean
        self.month_first: frozenset[str] = frozenset()  # date fields whose header says mm/dd
        self.numeric: set[int] = set()  # records whose document number was a numeric cell
        self.broken: dict[int, str] = {}  # record → code of what is wrong with its shape
        self._lines: Sequence[int | None] | None = None

    def line(self, index: int) -> int | None:
        """Return the line of the text file, or row of the sheet, of the record with this index; None if unknown."""
        if self._lines is None:
            self._lines = self.find_lines() if self.find_lines else ()
        return self._lines[index] if index < len(self._lines) else None

    def raw(self, index: int) -> dict[str, str | None]:
        """Return the texts of the record with this index as the file has them, by canonical field name."""
        return {field: as_written(values[index]) for field, values in self.columns.items()}


class GuestRow(msgspec.Struct, gc=False):
    """One record of the file: the interpreted values and the findings about them.

    A row with `errors` is refused; `warnings` do not prevent its declaration; `notes` say how a value was interpreted
    when that was not trivial. An example row (`is_example`) is neither accepted nor refused.
    """

    position: int  # 1-based ordinal of the record in the file, examples counted
    values: Guest
    errors: list[Finding]
    warnings: list[Finding]
    notes: list[Finding]
    is_example: bool
    document_expired_on: date | None = None  # only when it lies before the arrival
    source: Any = None  # the Table this row was read from
    index: int = 0

    @property
    def raw(self) -> dict[str, str | None]:
        """The texts of the row as found in the file, by canonical field."""
        return self.source.raw(self.index) if self.source is not None else {}

    @property
    def line(self) -> int | None:
        """Line of the text file, or row of the sheet, where the guest's record begins."""
        return self.source.line(self.index) if self.source is not None else None

    @property
    def column(self) -> int | None:
        """Always None, because a record has no column; its findings name the field."""
        return None

    @property
    def number(self) -> str | None:
        """The running number that the file gives the record, as written; nothing relies on it."""
        return self.raw.get("number")

    @property
    def sheet(self) -> str | None:
        """The name of the sheet that has the record; None if the file has no sheets."""
        return self.source.sheets[self.index] if self.source is not None and self.source.sheets else None


class DeclarationFile(msgspec.Struct):
    """An interpreted file. With a `problem` nothing can be accepted; `rows` may still show its content."""

    format: str  # xml | xlsx | xls | html | csv | json | unknown
    dialect: str
    encoding: str | None
    rows: list[GuestRow]
    problem: Problem | None
    notices: list[Finding]
    skipped_examples: int = 0


class Refusal(Exception):
    """Raised inside the engine when a file cannot be read; `read` turns it into a `Problem`."""

    def __init__(
        self,
        code: str,
        line: int | None = None,
        column: int | None = None,
        **params: object,
    ) -> None:
        super().__init__(code)
        self.code, self.line, self.column, self.params = code, line, column, params
