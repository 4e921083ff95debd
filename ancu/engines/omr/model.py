"""The types of questionnaires, printed layouts and pages read. All of it can be stored as JSON."""

from typing import Literal

import msgspec

Kind = Literal["single", "multiple", "scale", "matrix", "number", "short", "long"]
Language = Literal["vi", "en", "both"]
State = Literal["empty", "crossed", "ticked", "filled", "corrected", "unclear"]

CHOSEN: frozenset[str] = frozenset({"crossed", "ticked", "filled"})
"""The states that say yes. ``corrected`` is a mark that was taken back, so it says no, as ``empty`` does."""

WIDTH, HEIGHT = 210.0, 297.0
"""A4, in millimetres. All geometry is in millimetres from the page's top left corner."""

# Why a page of a file is not read. ``foreign_code``: a QR code that is not ours or was made with another key.
UNREAD = ("no_page", "no_code", "foreign_code", "unknown_questionnaire", "several_pages", "damaged")

# Why a whole file is refused.
REFUSALS = frozenset(
    {"not_a_scan", "damaged", "too_large", "too_many_pages", "too_many_pixels", "too_heavy", "password"}
)


class SheetsRefused(Exception):
    """The file was refused; ``code`` is one of ``REFUSALS``, ``values`` fill its sentence."""

    def __init__(self, code: str, **values: int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class BadQuestionnaire(ValueError):
    """The questionnaire cannot be printed: a repeated id, no question, or too much for a page."""


# ---- what is asked ------------------------------------------------------------------------------


class Words(msgspec.Struct, frozen=True):
    """A text in both languages; ``en`` may be empty where only one is printed."""

    vi: str
    en: str = ""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to choose, or a column or row of a matrix. ``write_in``: a line to write on follows ("other: …")."""

    id: str
    words: Words
    write_in: bool = False


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question.

    ``single`` and ``multiple`` need ``choices``; ``matrix`` needs ``rows`` and ``choices`` (its columns; one box per
    row is asked for, several when ``many``); ``scale`` goes from ``low`` to ``high`` with words at both ends and its
    boxes have the numbers as ids; ``number`` has ``digits`` boxes to write in, or a line when it is 0, and a unit
    behind it; ``short`` is one line, ``long`` is ``lines`` of them.
    """

    id: str
    kind: Kind
    words: Words
    number: str = ""  # as printed before the question; counted through when all are empty
    hint: Words = Words("")
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    many: bool = False
    low: int = 1
    high: int = 5
    low_words: Words = Words("")
    high_words: Words = Words("")
    digits: int = 0
    unit: Words = Words("")
    lines: int = 3


class QuestionSection(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    questions: tuple[Question, ...]
    title: Words = Words("")
    intro: Words = Words("")


class Questionnaire(msgspec.Struct, frozen=True, kw_only=True):
    """``code`` names this version of it in the QR code: 1–10 of A–Z and 0–9, never used for another version."""

    code: str
    title: Words
    sections: tuple[QuestionSection, ...]
    intro: Words = Words("")
    closing: Words = Words("")  # the last lines: thanks, and where the sheet is handed in
    issuer: Words = Words("")  # the office, above the title

    def questions(self) -> tuple[Question, ...]:
        """Return the questions of all sections in order."""
        return tuple(question for section in self.sections for question in section.questions)


# ---- what is printed where ----------------------------------------------------------------------


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A box to mark: its outer edge. ``row`` is a matrix's row, else empty; a scale's ``choice`` is its number."""

    question: str
    choice: str
    row: str = ""
    page: int
    x: float
    y: float
    side: float

    @property
    def id(self) -> str:
        """The box's id: question, row of a matrix and choice, joined by slashes."""
        return "/".join(filter(None, (self.question, self.row, self.choice)))


class WritingArea(msgspec.Struct, frozen=True, kw_only=True):
    """An area for handwriting. ``choice`` is set for the line behind "other"; ``digits`` for digit boxes."""

    question: str
    choice: str = ""
    page: int
    x: float
    y: float
    width: float
    height: float
    digits: int = 0

    @property
    def id(self) -> str:
        """The area's id: question, choice and ``text``, joined by slashes."""
        return "/".join(filter(None, (self.question, self.choice, "text")))


class ChoiceGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group of boxes that form one answer: a question, or one row of a matrix."""

    question: str
    row: str = ""
    many: bool
    choices: tuple[str, ...]

    @property
    def id(self) -> str:
        """The group's id: the question, and the row of a matrix."""
        return f"{self.question}/{self.row}" if self.row else self.question


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """The geometry of a printed questionnaire, as needed to read it. Pages count from 1."""

    code: str
    pages: int
    language: Language
    boxes: tuple[Box, ...]
    areas: tuple[WritingArea, ...]
    groups: tuple[ChoiceGroup, ...]

    def on(self, page: int) -> tuple[list[Box], list[WritingArea]]:
        """Return the boxes and the writing areas on a page of the questionnaire, counted from 1."""
        return [box for box in self.boxes if box.page == page], [area for area in self.areas if area.page == page]


class PrintedSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A laid-out questionnaire: ``pdf`` has no numbers and QR codes yet, which ``print_sheets`` adds."""

    layout: Layout
    pdf: bytes


# ---- what is seen -------------------------------------------------------------------------------


class BoxMark(msgspec.Struct, frozen=True, kw_only=True):
    """A box as read.

    ``confidence`` is that of ``chosen``. If it is not ``certain``, or its answer is doubtful as a whole, a person
    judges ``crop`` (PNG).
    """

    question: str
    choice: str
    row: str = ""
    state: State
    chosen: bool
    confidence: float
    certain: bool
    crop: bytes = b""

    @property
    def id(self) -> str:
        """The id of the marked box: question, row of a matrix and choice, joined by slashes."""
        return "/".join(filter(None, (self.question, self.row, self.choice)))

    @property
    def group(self) -> str:
        """The id of the group that the box belongs to."""
        return f"{self.question}/{self.row}" if self.row else self.question


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """Handwriting to be keyed from ``crop`` (PNG); ``blank`` if there is none."""

    question: str
    choice: str = ""
    blank: bool
    crop: bytes = b""


class PageReading(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a file as read: ``index`` of ``count``, from 0.

    ``problem`` is empty when it was read, else one of ``UNREAD``; then only ``picture``, a small JPEG of the page, is
    set. ``serial`` and ``page`` are the QR code's. ``doubts`` name groups (``question`` or ``question/row``) whose
    boxes are certain but form no valid answer, such as two chosen where one is allowed, or hardly any on a whole
    page.
    """

    index: int
    count: int
    problem: str = ""
    code: str = ""
    serial: int = 0
    page: int = 0
    marks: tuple[BoxMark, ...] = ()
    writings: tuple[Writing, ...] = ()
    doubts: tuple[str, ...] = ()
    picture: bytes = b""

    @property
    def certain(self) -> bool:
        """Whether the page was read and no person need review anything on it."""
        return not self.problem and not self.doubts and all(mark.certain for mark in self.marks)


class SheetAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """One respondent's sheet: the pages read and the answer of each group.

    ``answers`` maps a group (``question`` or ``question/row``) to the chosen ids; a group in ``review`` needs a
    person's decision. ``missing`` are page numbers that were not scanned.
    """

    code: str
    serial: int
    pages: tuple[PageReading, ...]
    answers: dict[str, tuple[str, ...]]
    review: tuple[str, ...]
    missing: tuple[int, ...]


class Duplicate(msgspec.Struct, frozen=True, kw_only=True):
    """A page scanned twice; ``agrees`` if it equals the ``first``, which counts.

    ``first`` and ``repeated`` are positions in the collated list, from 0.
    """

    code: str
    serial: int
    page: int
    first: int
    repeated: int
    agrees: bool


class Collation(msgspec.Struct, frozen=True, kw_only=True):
    """All pages combined.

    ``unread`` are positions of pages without identity; ``absent`` are (code, serial) of printed sheets without any
    page.
    """

    sheets: tuple[SheetAnswers, ...]
    duplicates: tuple[Duplicate, ...]
    unread: tuple[int, ...]
    absent: tuple[tuple[str, int], ...]
