"""Read the cells of a workbook in a confined process.

The reader is foreign code that believes the numbers in a file's headers: a count of four thousand million strings
makes it ask for a hundred gigabytes, and the whole process ends, with everybody's requests in it. So a confined child
(``engines.confinement``) does the reading, and whatever happens to it is "this file is damaged".

The child runs this file alone (its imports are the standard library, the confinement and the reader), which takes a few
hundredths of a second.
"""

import io
import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

from ancu.engines import confinement

MEMORY = 1536 * confinement.MEGABYTE  # a hundred thousand rows need a third of it
SECONDS = 120
_places = confinement.process_slots()
LOCKED, TOO_LARGE = 3, 4  # exit codes


class Worksheet(NamedTuple):
    """The texts of a sheet; `numbers` are the places (row, column) of numeric cells."""

    name: str
    hidden: bool
    rows: list[list[str]]
    numbers: list[list[int]]


class DamagedWorkbook(Exception):
    """The workbook cannot be read, or exceeds the reader's limits."""


class Locked(Exception):
    """The workbook needs a password."""


class WorkbookTooLarge(Exception):
    """A sheet has too many rows or columns."""


def sheets_of(data: bytes, most_rows: int, most_columns: int) -> list[Worksheet]:
    """Read every sheet of a workbook in a child process.

    Raises `DamagedWorkbook`, `Locked` or `WorkbookTooLarge`.
    """
    from ancu.engines import json_text  # noqa: PLC0415 -- not for the child

    with _places:
        child = confinement.start(__file__, str(most_rows), str(most_columns))
        try:
            answer = json_text.loads_child_answer(confinement.ask(child, data, seconds=SECONDS))
        except json.JSONDecodeError:
            raise DamagedWorkbook from None
        except confinement.ChildFailed as failure:
            raise {LOCKED: Locked, TOO_LARGE: WorkbookTooLarge}.get(failure.status, DamagedWorkbook) from None
    return [Worksheet(*sheet) for sheet in answer]


def main(most_rows: int, most_columns: int) -> int:
    """Run the confined child process: read a workbook from standard input, write its cells to standard output.

    The exit code names what failed.
    """
    confinement.begin(memory=MEMORY, seconds=SECONDS)
    confinement.seal()
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    except PasswordError:
        return LOCKED
    sheets = []
    for about in workbook.sheets_metadata:
        sheet = workbook.get_sheet_by_name(about.name)
        if sheet.height > most_rows or sheet.width > most_columns:
            return TOO_LARGE
        hidden = about.visible != SheetVisibleEnum.Visible
        sheets.append(_sheet(about.name, hidden, sheet.to_python(skip_empty_area=False)))
    sys.stdout.write(json.dumps(sheets))  # ASCII: half a surrogate in a damaged cell comes through as it is
    return 0


def _sheet(name: str, hidden: bool, values: list[list[Any]]) -> Worksheet:
    """Return a sheet of a workbook with its cells as texts, and the places of cells that were numbers."""
    numbers: list[list[int]] = []
    rows: list[list[str]] = []
    for index, cells in enumerate(values):
        texts = []
        for column, value in enumerate(cells):
            if isinstance(value, str):
                texts.append(value)
                continue
            texts.append(_text(value))
            if isinstance(value, (int, float)):
                numbers.append([index, column])
        rows.append(texts)
    return Worksheet(name, hidden, rows, numbers)


def _text(value: Any) -> str:
    """Return a typed cell as text: whole numbers without `.0`, dates in ISO form."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time.min else value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
