"""Turn rows of cells (a sheet, an HTML table, a CSV) into a `Table`, wherever the header row is."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ancu.engines.exchange.codes import finding
from ancu.engines.exchange.headers import ColumnLayout, field_of, header_score, join_header_lines, parse_header
from ancu.engines.exchange.model import LIMITS, Refusal, Table
from ancu.engines.exchange.nationality import fold
from ancu.engines.exchange.xml_file import ParsedFile

_HEADER_WITHIN = 30  # rows
_QUOTED_CHARACTERS = 20
_REMARK = 3  # cells
_OF_A_GUEST = ("birth_date", "document_number", "document_number_2")
_TOTAL = re.compile(r"(?:tổng(?:\s+(?:cộng|số))?|cộng|total|grand total|sum)\s*(?:[:=(\d].*)?$", re.IGNORECASE)

Cells = Sequence[str]


class Grid(NamedTuple):
    """One sheet: its rows of texts, the line or sheet row of each, and which cells were numbers."""

    name: str | None
    rows: Sequence[Cells]
    lines: Sequence[int]
    numeric: frozenset[tuple[int, int]] = frozenset()  # (index into rows, column)


def find_header(grid: Grid) -> tuple[int, ColumnLayout] | None:
    """Return the row index and column layout of the likeliest header in a sheet; None if it has no header.

    A header names a person or document number and has three known fields. One of two rows gives the index of the
    lower one.
    """
    best: tuple[int, ColumnLayout] | None = None
    for index, cells in enumerate(grid.rows[:_HEADER_WITHIN]):
        if sum(1 for cell in cells if cell.strip()) < 3:
            continue
        layout = parse_header(cells)
        if header_score(layout) > (header_score(best[1]) if best else 0):
            best = index, layout
        two_rows = join_header_lines(cells, grid.rows[index + 1]) if index + 1 < len(grid.rows) else None
        if (
            two_rows
            and (joined := parse_header(two_rows))
            and header_score(joined) > max(header_score(layout), header_score(best[1]) if best else 0)
        ):
            best = index + 1, joined
    return best


def read_grids(grids: Sequence[Grid]) -> ParsedFile:
    """Return the guest records of all sheets that have a header, joined into one table.

    Raises `Refusal` (header_not_found, too_many_rows).
    """
    parts = [part for grid in grids if (header := find_header(grid)) and (part := _SheetRecords(grid, *header))]
    if not parts:
        raise Refusal("header_not_found")
    if sum(len(part.records) for part in parts) > LIMITS["rows"]:
        raise Refusal("too_many_rows", limit=LIMITS["rows"])
    notices = [notice for part in parts for notice in part.notices]
    return ParsedFile(_join_sheets(parts), _dialect(parts[0].layout), notices)


class _SheetRecords:
    """The records of one sheet, without header, hints and blank rows."""

    def __init__(self, grid: Grid, at: int, layout: ColumnLayout) -> None:
        self.grid, self.layout = grid, layout
        self.notices = [finding("unknown_column", None, text) for text in layout.unknown[:_QUOTED_CHARACTERS]]
        self.notices += [
            finding("column_repeated", field, layout.labels[field].strip()) for field in layout.repeated_columns
        ]
        leaves = layout.labels.get("expected_departure", "")
        if field_of(leaves) == "departed_on":
            self.notices.append(finding("check_out_is_expected", "expected_departure", leaves.strip()))
        self.records: list[int] = []
        self.broken: dict[int, str] = {}
        self.numeric: set[int] = set()
        self._classify_rows(at)

    def _classify_rows(self, at: int) -> None:
        """Sort the rows below the header into records and skipped ones (blank, hint, repeated header, remark)."""
        width, number = len(self.layout.folded), self.layout.positions.get("number", -1)
        bare_numbers = 0
        for index in range(at + 1, len(self.grid.rows)):
            cells = self.grid.rows[index]
            filled = [i for i, cell in enumerate(cells) if cell and not cell.isspace()]
            if not filled:
                continue
            if filled == [number]:
                bare_numbers += 1
            elif index == at + 1 and _is_hint(cells):
                self._add_notice("hint_row_skipped", index)
            elif len(filled) > 2 and (self._is_header(cells) or (index == at + 1 and self._is_translation(cells))):
                self._add_notice("header_row_repeated", index)
            elif len(filled) <= _REMARK and self._is_remark(cells, filled):
                self._add_notice("remark_row_skipped", index, " ".join(cells[i].strip() for i in filled))
            else:
                if filled[-1] >= width:
                    self.broken[len(self.records)] = "extra_cells"
                self.records.append(index)
        if bare_numbers:
            self.notices.append(finding("number_only_rows", None, str(bare_numbers)))
        self.numeric = self._numeric_documents() if self.grid.numeric else set()

    def _numeric_documents(self) -> set[int]:
        """Return the indexes of records whose document number was a numeric cell, which may lose leading zeros."""
        columns = [self.layout.positions.get(field, -1) for field in ("document_number", "document_number_2")]
        numeric_rows = set[int]()
        for i, r in enumerate(self.records):
            cells = self.grid.rows[r]
            column = next((c for c in columns if 0 <= c < len(cells) and cells[c].strip()), -1)
            if (r, column) in self.grid.numeric:
                numeric_rows.add(i)
        return numeric_rows

    def _add_notice(self, code: str, index: int, value: str | None = None) -> None:
        """Add the notice with message code ``code`` about the sheet's row at this index."""
        self.notices.append(finding(code, None, value, self.grid.lines[index]))

    def _is_header(self, cells: Cells) -> bool:
        """Whether the row repeats the sheet's header, as on a second printed page."""
        first = self.layout.positions.get("birth_date", next(iter(self.layout.positions.values())))
        if first >= len(cells) or fold(cells[first]) != self.layout.folded[first]:
            return False
        return tuple(map(fold, cells)) == self.layout.folded[: len(cells)]

    def _is_translation(self, cells: Cells) -> bool:
        """Whether the row is the header in another language: the same fields in the same columns."""
        if any(c.isdigit() for cell in cells for c in cell):
            return False
        translated = parse_header(cells).positions
        return len(translated) >= 3 and all(
            self.layout.positions.get(field) == place for field, place in translated.items()
        )

    def _is_remark(self, cells: Cells, filled: list[int]) -> bool:
        """Whether the row is no guest but a total, a date and place or a signature below the table.

        Anything in the columns of birth date or document makes it a guest, to be refused with reasons.
        """
        places = self.layout.positions
        if any(places.get(field) in filled for field in _OF_A_GUEST):
            return False
        if any(_TOTAL.match(cells[i].strip()) for i in filled):
            return True
        named = any(places.get(field) in filled for field in ("full_name", "family_name", "given_name"))
        return not named and (len(filled) == 1 or not any(c.isdigit() for i in filled for c in cells[i]))

    def column(self, field: str) -> list[str | None]:
        """Return the texts of a field for all records, gaps filled from repeated columns; None where there is none."""
        at, rows = self.layout.positions.get(field, -1), self.grid.rows
        if at < 0:
            return [None] * len(self.records)
        texts = [cells[at] if at < len(cells := rows[i]) else None for i in self.records]
        for repeated in self.layout.repeated_columns.get(field, ()):
            for place, index in enumerate(self.records):
                if not (texts[place] or "").strip() and repeated < len(cells := rows[index]):
                    texts[place] = cells[repeated]
        return texts


def _is_hint(cells: Cells) -> bool:
    """Whether most cells of the row are hints in `<...>`, as below the header of the template for citizens."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) >= 3 and sum(1 for cell in filled if cell[0] == "<" and cell[-1] == ">") * 2 > len(filled)


def _join_sheets(parts: list[_SheetRecords]) -> Table:
    """Join the records of several sheets of a workbook into a single table, sheet after sheet."""
    fields = dict.fromkeys(field for part in parts for field in part.layout.positions)
    columns: dict[str, Sequence[str | None]] = {
        field: [text for part in parts for text in part.column(field)] for field in fields
    }
    lines = [part.grid.lines[i] for part in parts for i in part.records]
    sheets = [part.grid.name for part in parts for _ in part.records]
    table = Table(columns, len(lines), lambda: lines, sheets if any(sheets) else None)
    start = 0
    for part in parts:
        table.broken |= {start + i: code for i, code in part.broken.items()}
        table.numeric |= {start + i for i in part.numeric}
        table.sex_legend |= part.layout.sex_legend
        table.month_first |= part.layout.month_first
        start += len(part.records)
    return table


def _dialect(layout: ColumnLayout) -> str:
    """Return the name of the program whose exports have these columns, for support staff; else ``table``."""
    names = set(layout.folded)
    for name, tell in _DIALECTS:
        if all(fold(t) in names for t in tell):
            return name
    return "table"


_DIALECTS = (
    (
        "portal_12_columns",
        (
            "so_ho_chieu",
            "ngay_sinh_dung_den",
            "thoi_han_duoc_phep_tam_tru_tai_viet_nam",
        ),
    ),
    ("portal_11_columns", ("so_ho_chieu", "ngay_sinh_dung_den", "ngay_tra_phong")),
    (
        "portal_citizens",
        ("ho_ten", "loai_giay_to", "ly_do_cu_tru", "noi_cu_tru_hien_nay"),
    ),
    ("pa18_23_columns", ("ma_qt", "cmnd_hc")),
    ("quang_ninh_13_columns", ("ho_va_ten_dem_in_hoa_khong_dau", "ma_co_so_luu_tru")),
    ("quang_ninh_13_columns", ("ho_va_ten_dem", "ma_co_so")),
    ("site_export_list", ("stt", "qt", "so_ho_chieu", "ngay_den")),
    ("java_13_columns", ("noi_dktt_noi_cap", "ngay_thang_nam_sinh")),
    ("old_citizens_19_columns", ("thoi_gian_luu_tru_tu_ngay", "so_giay_to")),
)
