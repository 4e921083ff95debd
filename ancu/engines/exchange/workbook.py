"""Read XLSX and the old binary XLS, with limits against files made to exhaust memory."""

import io
import re
import zipfile
import zlib

from ancu.engines.exchange.codes import finding
from ancu.engines.exchange.grid import Grid, find_header, read_grids
from ancu.engines.exchange.model import LIMITS, Refusal
from ancu.engines.exchange.sheets import DamagedWorkbook, Locked, WorkbookTooLarge, Worksheet, sheets_of
from ancu.engines.exchange.xml_file import ParsedFile

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_FAR_COLUMN = re.compile(rb"""\br=["'](?:[A-Z]{3,}|[D-Z][A-Z])\d""")
_FAR_ROW = re.compile(rb"""\br=["'][A-Z]*(?:\d{7,}|[2-9]\d{5}|1[1-9]\d{4})["']""")
_CHUNK = 1024 * 1024


def read_xlsx(data: bytes) -> ParsedFile:
    """Return the records of an XLSX. Raises `Refusal`: archive_suspicious, damaged_file, too_many_columns, ..."""
    _inspect(data)
    return _read(data, "XLSX")


def read_xls(data: bytes) -> ParsedFile:
    """Return the guest records of an old Excel workbook (BIFF).

    Raises `Refusal`; also for a password-protected XLSX, whose file begins like an old workbook.
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refusal("encrypted_file")
    return _read(data, "XLS")


def sheets_in(data: bytes, kind: str) -> list[Worksheet]:
    """Return the sheets of an ``XLSX`` or ``XLS`` workbook that need not be about guests. Raises `Refusal`."""
    if kind == "XLSX":
        _inspect(data)
    return _sheets(data, kind)


def _inspect(data: bytes) -> None:
    """Raise `Refusal` if an XLSX is unsafe to read: too large when unpacked, encrypted, or with far-out cells.

    It unpacks every file of the archive within limits and trusts no declared size.
    """
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
    """Unpack an entry of an archive without keeping it; return its real size.

    Raises `Refusal` if that exceeds ``room`` or a suspicious ratio to ``packed``, the archive's size, or if a sheet
    has cells placed far out.
    """
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


def _read(data: bytes, kind: str) -> ParsedFile:
    """Return the guest records of a workbook's visible sheets; hidden ones may hold last year's guests.

    ``kind`` is XLSX or XLS.
    """
    grids: tuple[list[Grid], list[Grid]] = ([], [])
    for sheet in _sheets(data, kind):
        numbers = frozenset((row, column) for row, column in sheet.numbers)
        grids[sheet.hidden].append(Grid(sheet.name, sheet.rows, range(1, len(sheet.rows) + 1), numbers))
    visible, hidden = grids
    parsed = read_grids(visible)
    notes = [finding("hidden_sheet_skipped", None, grid.name) for grid in hidden if find_header(grid)]
    return parsed._replace(notices=[*parsed.notices, *notes])


def _sheets(data: bytes, kind: str) -> list[Worksheet]:
    """Return all sheets of a workbook. Raises `Refusal` if it is locked, damaged or too large."""
    try:
        return sheets_of(data, LIMITS["rows"] + 1000, 256)
    except Locked:
        raise Refusal("encrypted_file") from None
    except WorkbookTooLarge:
        raise Refusal("too_many_rows", limit=LIMITS["rows"]) from None
    except DamagedWorkbook:
        raise Refusal("damaged_file", kind=kind) from None
