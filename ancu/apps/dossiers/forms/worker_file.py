"""A list of workers in a spreadsheet: its template, and its rows checked by the form for one worker.

The columns may stand in any order and bear their names in either language; what is written in a cell is judged as if it
were typed into the form.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.dossiers.forms.workers import WorkerForm
from ancu.apps.dossiers.services.workers import WorkerDetails, WorkerKey
from ancu.core.documents.spreadsheets import write_xlsx
from ancu.core.forms.choices import TEXT_SUFFIX
from ancu.core.web.language import both_languages
from ancu.engines.exchange.dates import read_birth, read_date
from ancu.engines.exchange.model import Refusal
from ancu.engines.exchange.nationality import fold, read_nationality
from ancu.engines.exchange.texts import kind_of
from ancu.engines.exchange.workbook import sheets_in

HEADER_WITHIN = 30  # rows: a title may stand above the table
MOST_ROWS = 500
CELL_LENGTH = 200
LIST_FIELDS = frozenset({"nationality", "symbol"})  # chosen from a list by their names
BIRTH, SEX = "birth_date", "sex"
SEX_CODES = {"nam": "M", "male": "M", "m": "M", "nu": "F", "female": "F", "f": "F"}  # by folded text
KINDS = {"zip": "XLSX", "ole": "XLS"}
OTHER_NAMES = {
    "full_name": "hovaten hoten name fullname",
    "nationality": "quoctich nationality",
    "passport_number": "sohochieu hochieuso passportno passport",
    "passport_until": "hanhochieu hochieuhethan passportexpiry passportexpires",
    "position": "chucvu vitri vitricongviec chucdanh jobtitle occupation",
    "phone": "dienthoai sodienthoai telephone",
    "symbol": "kyhieu symbol",
    "card_until": "hanthetamtru thetamtruhethan cardexpiry",
    "visa_until": "hanthithuc thithuchethan visaexpiry",
    "permit_number": "sogiayphepgiaodong sogpld sogiayphep",
    "permit_until": "hangiayphep hangpld permitexpiry",
    "birth_date": "ngaysinh dateofbirth birthdate",
    "sex": "gioitinh gender",
}
REASON = pgettext_lazy("row", "Reason left out")
REFUSALS = {
    "encrypted_file": _("This file needs a password. Save it again without one."),
    "too_many_rows": _("This file has too many rows. Send at most 500 people at once."),
    "no_header": _("No row of this file names the columns. Use the empty table from this page."),
    "no_people": _("There is nobody in this file. Fill in one person in each row."),
    "unsupported_format": _("This is not an Excel file. Save the list as XLSX."),
}


@dataclass(frozen=True)
class WrongCell:
    """A cell that cannot be read as its column asks: the column's name, what is written there, and why not."""

    label: str
    text: str
    error: str


@dataclass(frozen=True)
class WorkerRow:
    """A row of the file: ``details`` if it is right, otherwise its wrong cells. ``line`` is its number in the sheet.

    ``texts`` are its cells by field, as written.
    """

    line: int
    texts: Mapping[str, str]
    details: WorkerDetails | None
    wrong: tuple[WrongCell, ...] = ()

    @property
    def name(self) -> str:
        """The person's name as written; may be empty."""
        return self.texts.get("full_name", "")

    @property
    def reasons(self) -> str:
        """Why the row is left out, in one text."""
        return " ".join(f"{cell.label}: {cell.error}" for cell in self.wrong)


@dataclass
class WorkerFile:
    """What was read of a file; ``problem`` is a sentence on why nothing could be."""

    rows: list[WorkerRow] = field(default_factory=list)
    problem: Any = ""
    unknown: list[str] = field(default_factory=list)

    @property
    def right(self) -> list[WorkerDetails]:
        """The rows without errors."""
        return [row.details for row in self.rows if row.details is not None]

    @property
    def wrong(self) -> list[WorkerRow]:
        """The rows with errors."""
        return [row for row in self.rows if row.details is None]


def column_labels() -> dict[str, str]:
    """Return the name of each column by field, in the reader's language, in the order of the form."""
    return {name: str(form_field.label) for name, form_field in WorkerForm().fields.items()}


def template_file(mark: str) -> bytes:
    """Return an empty table with the columns of the list; ``mark`` says how to fill it in."""
    return write_xlsx(mark, list(column_labels().values()), [])


def wrong_rows_file(mark: str, rows: Sequence[WorkerRow]) -> bytes:
    """Return the rows with errors as a workbook with the reasons, to be corrected and sent."""
    labels = column_labels()
    cells = [[row.reasons, *(row.texts.get(name, "") for name in labels)] for row in rows]
    return write_xlsx(mark, [str(REASON), *labels.values()], cells)


@cache
def _field_names() -> Mapping[str, str]:
    """Return the field of each folded column name: the labels in both languages, and other usual names."""
    names = {name: key for key, names in OTHER_NAMES.items() for name in names.split()}
    for labels in both_languages(column_labels):
        names |= {fold(label): key for key, label in labels.items()}
    return names


def read_worker_file(data: bytes) -> WorkerFile:
    """Read a list of workers; does not raise for bad input. A repeated passport is an error of the later row."""
    try:
        return _read(data)
    except Refusal as refusal:
        return WorkerFile(problem=REFUSALS.get(refusal.code, _("This file is damaged. Save it again in Excel.")))


def _read(data: bytes) -> WorkerFile:
    """Read the first visible sheet that has a header. Raises Refusal."""
    for rows in workbook_sheets(data):
        header = _header(rows)
        if header is not None:
            return _worker_rows(rows, *header)
    raise Refusal("no_header")


def workbook_sheets(data: bytes) -> list[Sequence[Sequence[str]]]:
    """Return the cells of each visible sheet of an Excel file. Raises Refusal."""
    kind = KINDS.get(kind_of(data))
    if kind is None:
        raise Refusal("unsupported_format")
    return [sheet.rows for sheet in sheets_in(data, kind) if not sheet.hidden]


def storable(text: str) -> str:
    """Return a cell's text with single spaces and without what the database cannot store."""
    return " ".join(text.replace("\0", "").encode("utf-8", "replace").decode("utf-8").split())


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]] | None:
    """Return the index of the header row and the column of each field; None without a column of passport numbers."""
    for index, cells in enumerate(rows[:HEADER_WITHIN]):
        places: dict[str, int] = {}
        for column, text in enumerate(cells):
            key = _field_names().get(fold(text)) if text.strip() else None
            if key is not None:
                places.setdefault(key, column)
        if "passport_number" in places and "full_name" in places:
            return index, places
    return None


def _worker_rows(rows: Sequence[Sequence[str]], at: int, places: Mapping[str, int]) -> WorkerFile:
    """Return the rows below the header, checked. Raises Refusal if there are none or too many."""
    filled = [(line, cells) for line, cells in enumerate(rows[at + 1 :], start=at + 2) if any(map(str.strip, cells))]
    if not filled:
        raise Refusal("no_people")
    if len(filled) > MOST_ROWS:
        raise Refusal("too_many_rows")
    used, own = set(places.values()), {fold(text) for text in both_languages(lambda: str(REASON))}
    unknown = [
        text.strip()[:40]
        for column, text in enumerate(rows[at])
        if text.strip() and column not in used and fold(text) not in own
    ]
    lines: dict[WorkerKey, int] = {}
    return WorkerFile([_row(line, cells, places, lines) for line, cells in filled], unknown=unknown)


def _row(line: int, cells: Sequence[str], places: Mapping[str, int], lines: dict[WorkerKey, int]) -> WorkerRow:
    """Return one row, checked by the worker's form; ``lines`` are the rows of the passports read so far."""
    texts = dict(_texts(cells, places))
    form = WorkerForm(dict(_as_typed(texts)))
    if not form.is_valid():
        errors = [(key, str(messages[0])) for key, messages in form.errors.items()]
        return WorkerRow(line, texts, None, tuple(_wrong_cell(form, key, texts, error) for key, error in errors))
    details = form.details()
    first_line = lines.setdefault(details.key, line)
    if first_line != line:
        error = _("Row %(row)s has the same passport.") % {"row": first_line}
        return WorkerRow(line, texts, None, (_wrong_cell(form, "passport_number", texts, error),))
    return WorkerRow(line, texts, details)


def _wrong_cell(form: WorkerForm, key: str, texts: Mapping[str, str], error: str) -> WrongCell:
    """Return a cell with its error; the text as it is written in the file."""
    return WrongCell(str(form.fields[key].label) if key in form.fields else "", texts.get(key, ""), error)


def _texts(cells: Sequence[str], places: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield (field, text) of a row's cells, cut and without what the database cannot store."""
    for key, column in places.items():
        yield key, storable(cells[column] if column < len(cells) else "")[:CELL_LENGTH]


def _as_typed(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of the inputs that a browser would send for a row."""
    for key, text in texts.items():
        if key in LIST_FIELDS:
            yield from _as_chosen(key, text)
        elif key == SEX:
            yield key, SEX_CODES.get(fold(text), text)
        elif key.endswith("_until"):
            moment = read_date(text)
            yield key, moment.day.isoformat() if moment else text
        elif key == BIRTH:
            birth = read_birth(text)
            yield key, birth.value if birth else text
        else:
            yield key, text


def _as_chosen(key: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the inputs of a list: the code if the text names one, and the text, which must name an option."""
    code = read_nationality(text).code if key == "nationality" and text else None
    yield key, code or ""
    if code is None:
        yield f"{key}{TEXT_SUFFIX}", text
