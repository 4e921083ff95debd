"""Reading XLSX and the old binary XLS, with an eye on files made to exhaust memory."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, TypeVar

from python_calamine import CalamineWorkbook, PasswordError

from ancu.engines.exchange.grid import Grid, read_grids
from ancu.engines.exchange.model import LIMITS, Refusal
from ancu.engines.exchange.xml_file import Parsed

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_FAR_COLUMN = re.compile(rb"""\br=["'](?:[A-Z]{3,}|[D-Z][A-Z])\d""")
_FAR_ROW = re.compile(rb"""\br=["'][A-Z]*(?:\d{7,}|[2-9]\d{5}|1[1-9]\d{4})["']""")
_CHUNK = 1024 * 1024

T = TypeVar("T")


def read_xlsx(data: bytes) -> Parsed:
    """The records of an XLSX. Raises `Refusal`: archive_suspicious, damaged_file, too_many_columns, ..."""
    _inspect(data)
    return read_grids(_grids(data, "XLSX"))


def read_xls(data: bytes) -> Parsed:
    """The records of a BIFF workbook (a password-protected XLSX has the same envelope). Raises `Refusal`."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refusal("encrypted_file")
    return read_grids(_grids(data, "XLS"))


def _inspect(data: bytes) -> None:
    """Unpack every entry within limits, believing no declared size, and look for cells placed far out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > LIMITS["archive_entries"]:
                raise Refusal("archive_suspicious")
            if not any(e.filename.lower().startswith("xl/workbook") for e in entries):
                raise Refusal("unsupported_format")
            total = 0
            for entry in entries:
                if entry.flag_bits & 1:
                    raise Refusal("encrypted_file")
                total += _unpack(archive, entry, LIMITS["archive_bytes"] - total, len(data))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ):
        raise Refusal("damaged_file", kind="XLSX") from None


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int, packed: int) -> int:
    """Real size of one entry, at most `room`; the sheets among them are searched as they go by."""
    size, tail = 0, b""
    is_sheet = _SHEET.fullmatch(entry.filename) is not None
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > room or (size > _CHUNK and size > packed * LIMITS["archive_ratio"]):
                raise Refusal("archive_suspicious")
            if is_sheet:
                window = tail + chunk
                if _FAR_COLUMN.search(window) or _FAR_ROW.search(window):
                    raise Refusal("too_many_columns", limit=LIMITS["columns"], rows=LIMITS["rows"])
                tail = window[-40:]
    return size


def _guarded(act: Callable[[], T], kind: str) -> T:
    """Run a reader of foreign code: whatever it throws, a panic included, means a damaged file."""
    try:
        return act()
    except PasswordError:
        raise Refusal("encrypted_file") from None
    except (KeyboardInterrupt, SystemExit, Refusal):
        raise
    except BaseException:  # a Rust panic is no Exception
        raise Refusal("damaged_file", kind=kind) from None


def _grids(data: bytes, kind: str) -> list[Grid]:
    workbook = _guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)), kind)
    grids = []
    for name in _guarded(lambda: list(workbook.sheet_names), kind):
        values = _guarded(partial(_values, workbook, name), kind)
        if values:
            grids.append(_grid(name, values))
    return grids


def _values(workbook: CalamineWorkbook, name: str) -> list[list[Any]]:
    """The cells of a sheet from A1 on; chart sheets and the like have none."""
    sheet = workbook.get_sheet_by_name(name)
    if sheet.height > LIMITS["rows"] + 1000 or sheet.width > 256:
        raise Refusal("too_many_rows", limit=LIMITS["rows"])
    return sheet.to_python(skip_empty_area=False)


def _grid(name: str, values: Sequence[Sequence[Any]]) -> Grid:
    numeric: set[tuple[int, int]] = set()
    rows: list[list[str]] = []
    for index, cells in enumerate(values):
        texts = []
        for column, value in enumerate(cells):
            if isinstance(value, str):
                texts.append(value)
                continue
            texts.append(_text(value))
            if isinstance(value, (int, float)):
                numeric.add((index, column))
        rows.append(texts)
    return Grid(name, rows, range(1, len(rows) + 1), frozenset(numeric))


def _text(value: Any) -> str:
    """A typed cell as text: whole numbers without `.0`, dates in ISO form."""
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
