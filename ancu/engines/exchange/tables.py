"""Reading CSV files and HTML tables."""

import csv
import io
from collections.abc import Iterable

from lxml import etree

from ancu.engines.exchange.grid import Grid, find_header, read_grids
from ancu.engines.exchange.headers import score
from ancu.engines.exchange.model import LIMITS, Refusal
from ancu.engines.exchange.xml_file import Parsed, element_line

_DELIMITERS = (",", ";", "\t", "|")


def read_csv(text: str) -> Parsed:
    """The records of a CSV, its delimiter found by the header. Raises `Refusal` with a line."""
    delimiter = max(_DELIMITERS, key=lambda d: _header_score(text, d))
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            rows.append(cells)
            lines.append(line)
            line = reader.line_num + 1
            if len(rows) > LIMITS["rows"] + 1000:
                raise Refusal("too_many_rows", limit=LIMITS["rows"])
    except csv.Error:
        raise Refusal("malformed_csv", line, None) from None
    return read_grids([Grid(None, rows, lines)])


def _header_score(text: str, delimiter: str) -> int:
    """How good a header the first lines make when cut at this delimiter."""
    head = text[:20_000].splitlines()[:30]
    rows: list[list[str]] = []
    for line in head:
        try:
            rows += list(csv.reader([line], delimiter=delimiter))
        except csv.Error:
            continue
    found = find_header(Grid(None, rows, range(len(rows))))
    return score(found[1]) if found else 0


def read_html(text: str) -> Parsed:
    """The tables of an HTML page (a `.xls` that is really a web page). Raises `Refusal`."""
    parser = etree.HTMLParser(no_network=True, encoding="utf-8", huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Refusal("damaged_file", kind="HTML") from None
    if root is None:
        raise Refusal("header_not_found")
    grids = [_html_grid(table) for table in root.iter("table")]
    return read_grids(grids)


def _html_grid(table: etree._Element) -> Grid:
    rows: list[list[str]] = []
    lines: list[int] = []
    for tr in table.iter("tr"):
        if next(tr.iterancestors("table"), None) is not table:
            continue
        rows.append(_html_cells(c for c in tr if c.tag in ("td", "th")))
        lines.append(element_line(tr) or 1)
    return Grid(None, rows, lines)


def _html_cells(elements: Iterable[etree._Element]) -> list[str]:
    """Texts of the cells; a cell that spans columns leaves the others empty."""
    cells: list[str] = []
    for element in elements:
        cells.append(" ".join("".join(map(str, element.itertext())).split()))
        span = str(element.get("colspan", "1"))
        cells += [""] * (min(int(span), LIMITS["columns"]) - 1 if span.isascii() and span.isdigit() else 0)
    return cells
