"""Recognise which field a column, element or JSON key holds.

Names are compared folded (no accents, case, spaces or punctuation), so `HỌ TÊN (*)`, `Họ và tên`, `ho_ten` and
`hoTen` meet in one table. Exact names come first; a few tell-tale fragments catch layouts nobody has listed.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from ancu.engines.exchange.fields import DECLARATION_FIELDS
from ancu.engines.exchange.nationality import fold

_NAMES = {field.name: field.headers for field in DECLARATION_FIELDS if field.headers}
_NAMES |= {  # columns that together are one field
    "family_name": "ho_va_ten_dem ho_va_ten_dem_in_hoa_khong_dau ho_va_chu_dem ho_dem surname family_name last_name",
    "given_name": "ten ten_in_hoa_khong_dau given_name given_names first_name",
    "nationality_2": "quoc_gia country nuoc country_code",
    "document_number_2": "so_giay_to cmnd_hc so_giay_to_tuy_than id_number so_cmnd_ho_chieu giay_to_so",
}
_NAMES |= {  # our own columns in a workbook of refused rows: known, so that sending it again raises no notice
    "returned_reason": "ly_do_bi_tra_lai reason_for_return",
    "returned_position": "vi_tri_trong_tep position_in_the_file",
}
_EXACT = {fold(name): field for field, names in _NAMES.items() for name in names.split()}

_FRAGMENTS = (
    ("sinhdungden", "birth_precision"),
    ("sohochieu", "document_number"),
    ("passportn", "document_number"),
    ("ngaythangnamsinh", "birth_date"),
    ("ngaysinh", "birth_date"),
    ("dateofbirth", "birth_date"),
    ("hovaten", "full_name"),
    ("fullname", "full_name"),
    ("gioitinh", "sex"),
    ("quoctich", "nationality"),
    ("nationality", "nationality"),
    ("thoihanduocpheptamtru", "permitted_until"),
    ("permitteduntil", "permitted_until"),
    ("ngaydidukien", "expected_departure"),
    ("dukientamtru", "expected_departure"),
    ("expecteddeparture", "expected_departure"),
    ("ngaytraphong", "departed_on"),
    ("ngayden", "arrived_on"),
    ("arrivaldate", "arrived_on"),
    ("sophong", "room"),
    ("sogiayto", "document_number_2"),
)
_GONE = ("thucte", "actual", "departed")  # what only one who has left can have
_PARENTHESES = re.compile(r"\([^)]*\)")
_LEGEND = re.compile(r"(\d)\s*[:=\-–]\s*(nam|nữ|nu|male|female|m|f)\b", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"\bmm\s*[/.\-]\s*dd\b", re.IGNORECASE)


class ColumnLayout(NamedTuple):
    """An interpreted header row: the column of each field, unknown columns, and what the headers specify."""

    positions: dict[str, int]
    unknown: tuple[str, ...]
    labels: dict[str, str]
    sex_legend: dict[str, str]
    month_first: frozenset[str]
    folded: tuple[str, ...]
    repeated_columns: dict[str, tuple[int, ...]]  # further columns under the very same header


@lru_cache(maxsize=2048)
def field_of(header: str) -> str | None:
    """Return the field of a declaration that a header, element or JSON key stands for; None if for none."""
    if len(header) > 120:
        return None
    full, bare = fold(header), fold(_PARENTHESES.sub(" ", header))
    match = _EXACT.get(full) or _EXACT.get(bare)
    if match or "matkhau" in full:
        return match
    return next((field for fragment, field in _FRAGMENTS if fragment in full), None)


def parse_header(header: Sequence[str]) -> ColumnLayout:
    """Return the layout of a header row: which column holds which field; of several the first."""
    positions: dict[str, int] = {}
    unknown: list[str] = []
    labels: dict[str, str] = {}
    repeated_columns: dict[str, tuple[int, ...]] = {}
    for index, text in enumerate(header):
        field = field_of(text) if text.strip() else None
        if field == "document_kind" and field in positions and "entry_paper" not in positions:
            field = "entry_paper"  # the old provincial layout: kind of passport, then kind of entry paper
        if field is None or field in positions:
            if field is not None and fold(text) == fold(labels[field]):
                repeated_columns[field] = (*repeated_columns.get(field, ()), index)
                continue
            unknown += [" ".join(text.split())] if text.strip() else []
            continue
        positions[field], labels[field] = index, text
    _lone_check_out(positions, labels)
    return ColumnLayout(
        positions,
        tuple(unknown),
        labels,
        sex_legend(labels.get("sex", "")),
        frozenset(f for f, text in labels.items() if _MONTH_FIRST.search(text)),
        tuple(fold(text) for text in header),
        repeated_columns,
    )


def _lone_check_out(positions: dict[str, int], labels: dict[str, str]) -> None:
    """Change, in place, a column of actual departures into expected ones if the header lacks the latter.

    Not if the column's header says that the guest has left.
    """
    label = labels.get("departed_on", "")
    if label and "expected_departure" not in positions and not any(word in fold(label) for word in _GONE):
        positions["expected_departure"], labels["expected_departure"] = positions.pop("departed_on"), label
        del labels["departed_on"]


def join_header_lines(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """Join two rows into one header, as when a group's heading stands above its columns.

    None if the lower row is empty or contains a digit, as every guest's row does.
    """
    if not any(text.strip() for text in lower) or any(c.isdigit() for text in lower for c in text):
        return None
    pairs = zip_longest(upper, lower, fillvalue="")
    return [_joined_header(above, below) for above, below in pairs]


def _joined_header(above: str, below: str) -> str:
    """Return a column's header from its two lines, a group's name above its own."""
    if not below.strip():
        return above
    if above.strip() and field_of(above):
        return above if field_of(below) else f"{above} ({below})"
    return below


def sex_legend(header: str) -> dict[str, str]:
    """Return the legend in the header of the sex column: which text means M or F; empty without one.

    `Giới tính (1:Nam, 2:Nữ)` gives {"1": "M", "2": "F"}.
    """
    return {digit: "M" if word.lower() in ("nam", "male", "m") else "F" for digit, word in _LEGEND.findall(header)}


def header_score(layout: ColumnLayout) -> int:
    """Return the number of known fields in a layout, to find the likeliest header; 0 if it is no header.

    A header names a person or document number and has at least three known fields.
    """
    named = {"full_name", "family_name", "given_name"} & layout.positions.keys()
    if not named and "document_number" not in layout.positions:
        return 0
    return len(layout.positions) if len(layout.positions) >= 3 else 0
