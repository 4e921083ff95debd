"""Read XML files.

Two ways to the same columns. Files laid out as every exporter lays them out (one record after the other, the
twelve elements in their order, any of them empty, self-closed or absent) are scanned by one regular expression
that accepts only well-formed text; everything else goes through libxml2 in a process of its own (`markup`).
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ancu.engines.exchange import markup
from ancu.engines.exchange.codes import finding
from ancu.engines.exchange.fields import PORTAL
from ancu.engines.exchange.headers import field_of
from ancu.engines.exchange.markup import Element, Malformed
from ancu.engines.exchange.model import LIMITS, Finding, Refusal, Table
from ancu.engines.exchange.nationality import fold

ROOT, RECORD = "KHAI_BAO_TAM_TRU", "THONG_TIN_KHACH"
ELEMENTS = {field.xml_element: field.name for field in PORTAL}
"""The canonical elements in their order, and the field each one is."""

_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_HEAD = re.compile(rf"\s*(?:<\?xml[^<>]*\?>)?\s*<{ROOT}>")
_TAIL = re.compile(rf"\s*</{ROOT}>\s*")
_SCAN = re.compile(
    rf"(\s*<{RECORD}>\s*"
    + "".join(rf"(?:<{name}(?:>([^<]*)</{name}>|\s*/>)\s*)?" for name in ELEMENTS)
    + rf"</{RECORD}>)"
)
_ILLEGAL_BYTES = bytes(set(range(32)) - {9, 10, 13})
_REFERENCE = re.compile(r"&(amp|lt|gt|quot|apos);")
_PREDEFINED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_BARE = re.compile(r"&(?!(?:#[0-9]+|#x[0-9a-fA-F]+|[A-Za-z_:][\w:.\-]*);)")
_MOST_FINDINGS = 20  # findings of one kind per file


class ParsedFile(NamedTuple):
    """The table of a parsed file, with its format and notices."""

    table: Table
    dialect: str
    notices: list[Finding]


def read_xml(text: str, utf8: bytes | None, repair: bool) -> ParsedFile:
    """Return the records of an XML file. Raises `Refusal` with line and column when it is not well-formed."""
    table = _scan_usual_layout(text, utf8)
    if table is not None:
        return ParsedFile(table, "portal", [])
    _refuse_doctype(text)
    root, repaired, source = _parse(text, repair)
    parsed = _find_records(root, source)
    return ParsedFile(parsed.table, parsed.dialect, repaired + parsed.notices)


# --- the usual layout, fast --------------------------------------------------------------------------------


def _scan_usual_layout(text: str, utf8: bytes | None) -> Table | None:
    """Return the table of a file in the portal's usual layout by a fast scan; None for any other file.

    Raises `Refusal` for too many rows.
    """
    head = _HEAD.match(text)
    if head is None or "]]>" in text or _has_illegal(text, utf8):
        return None
    references = text.count("&")
    if references and references != len(_REFERENCE.findall(text)):
        return None
    matches = _SCAN.findall(text, head.end())
    if not matches:
        return None
    records, *texts = zip(*matches, strict=True)
    end = head.end() + sum(map(len, records))
    if not _TAIL.fullmatch(text, end):
        return None
    if len(matches) > LIMITS["rows"]:
        raise Refusal("too_many_rows", limit=LIMITS["rows"])
    columns: dict[str, Sequence[str | None]] = dict(zip(ELEMENTS.values(), texts, strict=True))
    if references:
        columns = {field: [_unescape(t) if t and "&" in t else t for t in column] for field, column in columns.items()}
    return Table(columns, len(matches), _record_lines(text, head.end(), records))


def _has_illegal(text: str, utf8: bytes | None) -> bool:
    """Whether the text has a character that XML forbids.

    ``utf8`` is the same text as bytes, which are faster to search; None if it was in another encoding.
    """
    body = text.encode() if utf8 is None else utf8
    if len(body.translate(None, _ILLEGAL_BYTES)) != len(body):
        return True
    return b"\xef\xbf\xbe" in body or b"\xef\xbf\xbf" in body


def _unescape(text: str) -> str:
    """Return the text with XML's predefined entities replaced by their characters."""
    return _REFERENCE.sub(lambda match: _PREDEFINED[match[1]], text)


def _record_lines(text: str, start: int, records: Sequence[str]) -> Callable[[], list[int | None]]:
    """Return a function that computes, only when called, the line on which each record begins.

    ``records`` are the records' texts, which follow each other in ``text`` from the index ``start``.
    """

    def count() -> list[int | None]:
        """Return the line on which each record begins."""
        line, lines = text.count("\n", 0, start) + 1, list[int | None]()
        for record in records:
            before = record.index("<")
            lines.append(line + record.count("\n", 0, before))
            line += record.count("\n")
        return lines

    return count


# --- anything else, safely ---------------------------------------------------------------------------------


def _refuse_doctype(text: str) -> None:
    """Raise Refusal if the text has a document type or entity declaration."""
    at = min(
        (i for word in ("<!DOCTYPE", "<!ENTITY") if (i := text.find(word)) >= 0),
        default=-1,
    )
    if at >= 0:
        raise Refusal("doctype_refused", *_position(text, at))


def _position(text: str, at: int) -> tuple[int, int]:
    """Return line and column, both counted from 1, of the index ``at`` in the text."""
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1


def _parse(text: str, repair: bool) -> tuple[Element, list[Finding], str]:
    """Parse XML; return root, notices about repairs and the parsed text. Raises `Refusal`.

    If ``repair`` is allowed and the text is not well-formed, each bare ``&`` is replaced by ``&amp;`` first.
    """
    try:
        return _tree(text), [], text
    except Malformed as first:
        failure = first
        bare = [match.start() for match in _BARE.finditer(text)]
        if repair and bare:
            mended = _BARE.sub("&amp;", text)
            try:
                return _tree(mended), _repair_notices(text, bare), mended
            except Malformed as second:
                failure = second
        raise _malformed_refusal(text, failure, bare) from None


def _tree(text: str) -> Element:
    """Parse XML in a child process and return its root element.

    Raises `Malformed`, with the fault's place, if the text is not well-formed. Raises `Refusal` (damaged_file) if the
    parser crashed, exceeded its limits or found no element.
    """
    body = _DECLARATION.sub(lambda match: " " * 0 + "\n" * match[0].count("\n"), text, count=1)
    try:
        root = markup.parse(body, markup.XML)
    except markup.DamagedMarkup:
        raise Refusal("damaged_file", kind="XML") from None
    if root is None:
        raise Refusal("damaged_file", kind="XML")
    return root


def _repair_notices(text: str, bare: list[int]) -> list[Finding]:
    """Return notices about the repaired ``&``, a summary for very many."""
    notices = []
    for at in bare[:_MOST_FINDINGS]:
        line, column = _position(text, at)
        around = text[max(at - 10, 0) : at + 11].replace("\n", " ").strip()
        notices.append(finding("ampersand_repaired", None, around, line, column))
    if len(bare) > _MOST_FINDINGS:
        notices.append(finding("ampersands_repaired", None, str(len(bare))))
    return notices


def _malformed_refusal(text: str, error: Malformed, bare: list[int]) -> Refusal:
    """Return the refusal of XML that is not well-formed, with line, column and the text around the fault.

    ``bare`` are the indexes of the bare ``&`` in the text.
    """
    line, column, reason = error.line, error.column, error.reason
    if bare and _position(text, bare[0])[0] <= line:
        line, column = _position(text, bare[0])
        reason = "“&” must be written “&amp;”"
    lines = text.split("\n")
    faulty_line = lines[min(line, len(lines)) - 1]
    around = faulty_line[max(column - 31, 0) : column + 30].strip()
    return Refusal("malformed_xml", line, column, reason=reason.rstrip(".") + ".", around=around)


def _find_records(root: Element, text: str) -> ParsedFile:
    """Return the guest records of an XML tree, sorted into columns. Raises `Refusal` if it is another document.

    They are the portal's elements, else any element with known fields.
    """
    name, notices = root.name, list[Finding]()
    records = [e for e in root.iter() if e.name == RECORD]
    if not records:
        records = [e for e in root.iter() if _looks_like_record(e)]
    if not records and name != ROOT:
        raise Refusal("not_a_declaration", root=name[:60])
    if len(records) > LIMITS["rows"]:
        raise Refusal("too_many_rows", limit=LIMITS["rows"])
    if name != ROOT:
        notices.append(finding("other_root", None, name))
    unknown: dict[str, None] = {}
    inside = set(records)
    for element in root.iter():
        if (
            element is not root and element not in inside and element.parent not in inside and element.name
        ) and not any(d in inside for d in element.iter()):
            unknown.setdefault(element.name)
    columns = _columns(records, unknown)
    notices += [finding("unknown_element", None, tag) for tag in list(unknown)[:_MOST_FINDINGS]]
    table = Table(columns, len(records), lambda: _element_lines(records, text))
    return ParsedFile(table, "portal" if name == ROOT else fold(name)[:40], notices)


def _looks_like_record(element: Element) -> bool:
    """Whether the element has three known fields, a name or document number among them."""
    fields = {field_of(child.name) for child in element.children if not child.children}
    return len(fields - {None}) >= 3 and bool(fields & {"full_name", "document_number", "document_number_2"})


def _columns(records: list[Element], unknown: dict[str, None]) -> dict[str, Sequence[str | None]]:
    """Return the children's texts of the records by canonical field, a column for each.

    Tags that name no field are added to ``unknown``.
    """
    columns: dict[str, list[str | None]] = {}
    fields: dict[str, str | None] = {}
    for index, record in enumerate(records):
        for child in record.children:
            tag = child.name
            if tag not in fields:
                fields[tag] = ELEMENTS.get(tag) or (field_of(tag) if tag else None)
                if fields[tag] is None and tag:
                    unknown.setdefault(tag)
            field = fields[tag]
            if field is None:
                continue
            column = columns.setdefault(field, [None] * len(records))
            if column[index] is None:
                column[index] = child.all_text() if child.children else child.text or None
    return dict(columns)


def _element_lines(records: list[Element], text: str) -> list[int | None]:
    """Return for each record the line on which it begins.

    Lines are counted in the text, because libxml2 stops at 65,535.
    """
    tags = "|".join(sorted({re.escape(r.name) for r in records}))
    starts = [m.start() for m in re.finditer(rf"<(?:[\w.\-]+:)?(?:{tags})(?=[\s/>])", text)]
    if len(starts) != len(records):
        return [record.line for record in records]
    lines, line, last = list[int | None](), 1, 0
    for start in starts:
        line += text.count("\n", last, start)
        lines.append(line)
        last = start
    return lines
