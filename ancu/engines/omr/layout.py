"""Lay out a questionnaire with typst, which reports the place of each box."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import typst

from ancu.engines.omr.anchors import ANCHOR_PLACES, ANCHOR_SIZE, bits_of
from ancu.engines.omr.model import (
    HEIGHT,
    WIDTH,
    BadQuestionnaire,
    Box,
    ChoiceGroup,
    Language,
    Layout,
    PrintedSheet,
    Question,
    Questionnaire,
    Words,
    WritingArea,
)
from ancu.engines.typesetting import ROOT, font_book, with_any_text

TEMPLATE = Path(__file__).with_name("sheet.typ")
SIDE = 4.4  # of a box to mark
MARGIN = {"x": 20.0, "top": 30.0, "bottom": 28.0}  # at the sides a strike has room before the black squares
MOST_PAGES = 20
TALL = 10  # choices above which a question may go over to the next page
TALL_ROWS = 5  # and rows of a table: with words of several lines they are high
CODE = re.compile(r"[A-Z0-9]{1,10}")
ID = re.compile(r"[A-Za-z0-9_-]{1,60}")
WORDS = {
    "mark": Words("Đánh dấu vào ô bằng bút sẫm màu:", "Mark the box with a dark pen."),
    "correct": Words("Chọn nhầm? Xin gạch bỏ quá hai bên ô", "Wrong box? Strike it out past both sides,"),
    "then": Words("rồi đánh dấu ô đúng.", "then mark the right one."),
    "keep": Words(
        "Xin không viết lên các hình vuông đen và mã QR.", "Please do not write on the black squares or codes."
    ),
    "page": Words("Trang", "Page"),
}
HOW = {
    "one": Words("chọn một ô", "one box"),
    "many": Words("có thể chọn nhiều ô", "one or more boxes"),
    "one_each": Words("mỗi dòng một ô", "one box in each row"),
    "many_each": Words("mỗi dòng có thể nhiều ô", "one or more boxes in each row"),
}


def lay_out(questionnaire: Questionnaire, *, language: Language = "both") -> PrintedSheet:
    """Return the questionnaire laid out on A4, with the places of its boxes and its PDF.

    Raises BadQuestionnaire when a print could not be read again.
    """
    problems = list(_problems(questionnaire))
    if problems:
        raise BadQuestionnaire("; ".join(problems))
    spots, pdf = with_any_text(_template_values(questionnaire, language), _compile)
    layout = _layout(questionnaire, language, spots)
    _check_layout(layout)
    return PrintedSheet(layout=layout, pdf=pdf)


def _compile(inputs: dict[str, str]) -> tuple[list[dict[str, Any]], bytes]:
    """Compile the questionnaire's template; return the places of its boxes and writing areas, and the PDF."""
    compiler = typst.Compiler(TEMPLATE, root=ROOT, font_paths=font_book(), sys_inputs=inputs)
    pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    if not isinstance(pdf, bytes):  # what a call without a file to write to always gives
        raise TypeError
    return json.loads(compiler.query("<spot>", field="value")), pdf


# ---- what is wrong with it before anything is drawn ---------------------------------------------


def _problems(questionnaire: Questionnaire) -> Iterator[str]:
    """Yield a sentence for each fault that prevents the questionnaire from being printed."""
    if not CODE.fullmatch(questionnaire.code):
        yield "code: 1 to 10 of A-Z and 0-9"
    questions = questionnaire.questions()
    if not questions:
        yield "no question"
    yield from _id_problems("question", [question.id for question in questions])
    for question in questions:
        yield from (f"{question.id}: {problem}" for problem in _question_problems(question))


def _question_problems(question: Question) -> Iterator[str]:
    """Yield a sentence for each fault that prevents a question from being printed."""
    yield from _id_problems("choice", [choice.id for choice in question.choices])
    yield from _id_problems("row", [row.id for row in question.rows])
    if question.kind in ("single", "multiple", "matrix") and not question.choices:
        yield "nothing to choose from"
    if question.kind == "matrix" and (not question.rows or len(question.choices) > 9):
        yield "a matrix has rows and at most 9 columns"
    if question.kind == "scale" and not 1 <= question.high - question.low <= 10:
        yield "a scale has 2 to 11 points"
    if not (0 <= question.digits <= 15 and 1 <= question.lines <= 20):
        yield "at most 15 digits and 20 lines"


def _id_problems(what: str, ids: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each id that is malformed or used twice; ``what`` names their kind in it."""
    yield from (f"{what} {name!r} is no id" for name in ids if not ID.fullmatch(name))
    yield from (f"{what} {name!r} twice" for name in sorted({name for name in ids if ids.count(name) > 1}))


# ---- to the template and back -------------------------------------------------------------------


def _template_values(questionnaire: Questionnaire, language: Language) -> dict[str, Any]:
    """Return the questionnaire's content as the data that its typst template reads, in this language."""
    values: dict[str, Any] = msgspec.to_builtins(questionnaire)
    numbered = any(question.number for question in questionnaire.questions())
    count = 0
    for section, plain in zip(questionnaire.sections, values["sections"], strict=True):
        for question, question_values in zip(section.questions, plain["questions"], strict=True):
            count += 1
            question_values |= {
                "number": question.number if numbered else str(count),
                "how": _instruction(question),
                "columns": _columns(question, language),
                "points": [str(point) for point in range(question.low, question.high + 1)],
                "tall": len(question.choices) > TALL or (question.kind == "matrix" and len(question.rows) > TALL_ROWS),
            }
    anchors = [{"bits": bits_of(number), "x": x, "y": y} for number, (x, y) in enumerate(ANCHOR_PLACES)]
    return values | {
        "language": language,
        "side": SIDE,
        "margin": MARGIN,
        "anchor": {"size": ANCHOR_SIZE, "places": anchors},
        "words": msgspec.to_builtins(WORDS),
    }


def _instruction(question: Question) -> dict[str, str] | None:
    """Return the instruction for answering a question ("choose one") in both languages; None if it needs none."""
    if question.kind in ("single", "multiple"):
        return msgspec.to_builtins(HOW["one" if question.kind == "single" else "many"])  # type: ignore[no-any-return]
    if question.kind == "matrix":
        return msgspec.to_builtins(HOW["many_each" if question.many else "one_each"])  # type: ignore[no-any-return]
    return None


def _columns(question: Question, language: Language) -> int:
    """Return in how many columns a question's choices are printed: 1 to 3, more for short ones."""
    if any(choice.write_in for choice in question.choices) or len(question.choices) < 3:
        return 1
    longest = max(max(len(choice.words.vi), len(choice.words.en)) for choice in question.choices)
    return 3 if longest <= 20 else 2 if longest <= 34 else 1


def _layout(questionnaire: Questionnaire, language: Language, spots: list[dict[str, Any]]) -> Layout:
    """Return the layout of a questionnaire from where typst placed its boxes and writing areas."""
    boxes, areas = [], []
    for spot in spots:
        place = {"page": spot["page"], "x": round(spot["x"], 3), "y": round(spot["y"], 3)}
        if spot["kind"] == "box":
            question, row, choice = spot["id"]
            boxes.append(Box(question=question, row=row, choice=choice, side=SIDE, **place))
        else:
            question, choice = spot["id"]
            size = {"width": round(spot["width"], 3), "height": round(spot["height"], 3), "digits": spot["digits"]}
            areas.append(WritingArea(question=question, choice=choice, **place, **size))
    return Layout(
        code=questionnaire.code,
        pages=max((spot["page"] for spot in spots), default=1),
        language=language,
        boxes=tuple(boxes),
        areas=tuple(areas),
        groups=tuple(group for question in questionnaire.questions() for group in _groups(question)),
    )


def _groups(question: Question) -> Iterator[ChoiceGroup]:
    """Yield the question's groups of boxes: each matrix row has its own, any other question one or none."""
    ids = tuple(choice.id for choice in question.choices)
    if question.kind == "matrix":
        for row in question.rows:
            yield ChoiceGroup(question=question.id, row=row.id, many=question.many, choices=ids)
    elif question.kind == "scale":
        points = tuple(str(point) for point in range(question.low, question.high + 1))
        yield ChoiceGroup(question=question.id, many=False, choices=points)
    elif question.kind in ("single", "multiple"):
        yield ChoiceGroup(question=question.id, many=question.kind == "multiple", choices=ids)


def _check_layout(layout: Layout) -> None:
    """Raise BadQuestionnaire for too many pages, or if a box or area lies beyond the page's margins."""
    if layout.pages > MOST_PAGES:
        raise BadQuestionnaire(f"more than {MOST_PAGES} pages")
    right, bottom = WIDTH - MARGIN["x"] + 0.5, HEIGHT - MARGIN["bottom"] + 0.5
    ends = [(box.question, box.x, box.y, box.x + box.side, box.y + box.side) for box in layout.boxes]
    ends += [(area.question, area.x, area.y, area.x + area.width, area.y + area.height) for area in layout.areas]
    for question, x0, y0, x1, y1 in ends:
        if x0 < MARGIN["x"] - 0.5 or y0 < MARGIN["top"] - 0.5 or x1 > right or y1 > bottom:
            raise BadQuestionnaire(f"{question}: more than fits on a page")
