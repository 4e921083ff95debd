"""Read CSV files and HTML tables."""

import csv
import io
from collections.abc import Iterable

from ancu.engines.exchange import markup
from ancu.engines.exchange.grid import Grid, find_header, read_grids
from ancu.engines.exchange.headers import header_score
from ancu.engines.exchange.markup import Element
from ancu.engines.exchange.model import LIMITS, Refusal
from ancu.engines.exchange.xml_file import ParsedFile

_DELIMITERS = (",", ";", "\t", "|")


def read_csv(text: str) -> ParsedFile:
    """Return the records of a CSV file; the header decides its delimiter. Raises `Refusal` with a line."""
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
    """Return the number of known fields in a CSV text's header when split at this delimiter; 0 without a header."""
    head = text[:20_000].splitlines()[:30]
    rows: list[list[str]] = []
    for line in head:
        try:
            rows += list(csv.reader([line], delimiter=delimiter))
        except csv.Error:
            continue
    header = find_header(Grid(None, rows, range(len(rows))))
    return header_score(header[1]) if header else 0


def read_html(text: str) -> ParsedFile:
    """Return the records of an HTML page (a `.xls` that is really a web page). Raises `Refusal`."""
    return read_grids(html_grids(text))


def html_grids(text: str) -> list[Grid]:
    """Return the cells of every table of an HTML page. Raises `Refusal`."""
    try:
        root = markup.parse(text, markup.HTML)
    except (markup.Malformed, markup.DamagedMarkup):
        raise Refusal("damaged_file", kind="HTML") from None
    if root is None:
        raise Refusal("header_not_found")
    return [_html_grid(table) for table in root.iter("table")]


def _html_grid(table: Element) -> Grid:
    """Return the texts of one HTML table's cells, without those of tables inside it."""
    rows: list[list[str]] = []
    lines: list[int] = []
    above: dict[int, tuple[str, int]] = {}
    for tr in table.iter("tr"):
        if _table_of(tr) is not table:
            continue
        rows.append(_html_cells((c for c in tr.children if c.tag in ("td", "th")), above))
        lines.append(tr.line or 1)
    return Grid(None, rows, lines)


def _table_of(element: Element) -> Element | None:
    """Return the innermost HTML table that contains the element; None if it is outside of any."""
    around = element.parent
    while around is not None and around.tag != "table":
        around = around.parent
    return around


def _html_cells(elements: Iterable[Element], above: dict[int, tuple[str, int]]) -> list[str]:
    """Return the texts of a row's cells, spanned columns empty, spanned rows repeated.

    ``above`` holds the cells that still span further rows: column → text and rows left. Without it later cells would
    shift into the wrong column, an arrival into the room.
    """
    cells: list[str] = []
    for element in elements:
        _add_spanned_cells(cells, above)
        if len(cells) > LIMITS["columns"]:
            break
        text = " ".join(element.all_text().split())
        across, down = _span(element, "colspan", LIMITS["columns"]), _span(element, "rowspan", LIMITS["rows"])
        for text_here in (text, *[""] * (across - 1)):
            if down > 1:
                above[len(cells)] = text_here, down - 1
            cells.append(text_here)
    _add_spanned_cells(cells, above)
    return cells


def _add_spanned_cells(cells: list[str], above: dict[int, tuple[str, int]]) -> None:
    """Append to a row's cells the texts of cells from rows above that span its next positions.

    The rows they still span are counted down in ``above``.
    """
    while (at := len(cells)) in above:
        text, remaining = above.pop(at)
        cells.append(text)
        if remaining > 1:
            above[at] = text, remaining - 1


def _span(element: Element, name: str, most: int) -> int:
    """Return how many columns or rows an HTML cell spans by its attribute ``name``, from 1 to ``most``."""
    text = element.attributes.get(name, "1")
    return max(1, min(int(text), most)) if text.isascii() and text.isdigit() and len(text) < 9 else 1
