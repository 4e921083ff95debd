"""What reading a file costs, by format: ``python -m benchmarks.reading``; ``BENCH_ROWS`` (50,000) rows each.

Twice as many rows must cost twice as much: the last column is the cost of a row in the whole file over its cost
in a file of a tenth, and a number far above 1 is a reader that grows with the square.
"""

import io
import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import date

import xlsxwriter

from ancu.engines.exchange import read

ROWS = int(os.environ.get("BENCH_ROWS", "50000"))
TODAY = date(2026, 11, 24)
HEAD = (
    "full name", "birth date", "sex", "nationality", "passport number", "room", "arrival date", "expected departure",
)  # fmt: skip
XML = ("ho_ten", "ngay_sinh", "gioi_tinh", "ma_quoc_tich", "so_ho_chieu", "so_phong", "ngay_den", "ngay_di_du_kien")
JSON = {
    "gioiTinh": "M", "quocTich": "D", "loaiNgayThangNamSinh": "D", "ngayThangNamSinhStr": "1984-03-08",
    "ngayDenCsltStr": "2026-11-24 10:00:00", "ngayDiDuKienStr": "2026-11-28", "soPhong": "101",
    "thoiHanTamTruStr": "2026-12-28",
}  # fmt: skip


def guests(rows: int) -> Iterator[tuple[str, ...]]:
    """Yield this many invented guests, each as a row of texts."""
    for number in range(rows):
        yield (
            f"HOFFMANN {number}", "08/03/1984", "M", "D", f"C{number:07}", "101", "20/11/2026", "28/11/2026",
        )  # fmt: skip


def csv(rows: int) -> bytes:
    """Return a CSV file with this many invented guests."""
    return "\n".join(",".join(line) for line in (HEAD, *guests(rows))).encode()


def html(rows: int) -> bytes:
    """Return an HTML page with a table of this many invented guests."""
    lines = ("".join(f"<td>{text}</td>" for text in line) for line in (HEAD, *guests(rows)))
    return ("<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>").encode()


def xml(rows: int) -> bytes:
    """Return an XML file of the portal with this many invented guests."""

    def guest_xml(guest: tuple[str, ...]) -> str:
        """Return one guest as a record of the portal's XML."""
        fields = "".join(f"<{name}>{text}</{name}>" for name, text in zip(XML, guest, strict=True))
        return f"<THONG_TIN_KHACH>{fields}</THONG_TIN_KHACH>"

    return ("<KHAI_BAO_TAM_TRU>" + "".join(map(guest_xml, guests(rows))) + "</KHAI_BAO_TAM_TRU>").encode()


def ministry_json(rows: int) -> bytes:
    """Return the JSON of the ministry's API with this many invented guests."""
    return json.dumps([{"hoTen": guest[0], "soHoChieu": guest[4], **JSON} for guest in guests(rows)]).encode()


def xlsx(rows: int) -> bytes:
    """Return an Excel workbook with this many invented guests."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate((HEAD, *guests(rows))):
            sheet.write_row(number, 0, line)
    return file.getvalue()


def seconds(data: bytes, rows: int) -> float:
    """Return the shortest time in seconds of three readings of the file, all of whose rows must be accepted."""
    best = float("inf")
    for _turn in range(3):
        begin = time.perf_counter()
        reading = read(data, today=TODAY)
        best = min(best, time.perf_counter() - begin)
        assert sum(1 for row in reading.rows if not row.errors) == rows, reading.problem
    return best


def main() -> None:
    """Print how many seconds reading a file takes, for each format."""
    formats: dict[str, Callable[[int], bytes]] = {
        "XML": xml, "CSV": csv, "JSON of the API": ministry_json, "HTML table": html, "XLSX": xlsx,
    }  # fmt: skip
    print(f"| {ROWS:,} rows as | seconds | µs a row | ÷ a tenth |\n|---|---:|---:|---:|")
    for name, make in formats.items():
        full, tenth = seconds(make(ROWS), ROWS), seconds(make(ROWS // 10), ROWS // 10)
        print(f"| {name} | {full:.2f} | {full / ROWS * 1e6:.0f} | {full / tenth / 10:.2f} |")


if __name__ == "__main__":
    main()
