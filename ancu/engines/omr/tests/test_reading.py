"""Marks of every kind, scanned and photographed in every way; what is in doubt is put to a person."""

from collections.abc import Callable

import cv2
import msgspec
import numpy as np
import pytest

from ancu.engines.omr import CHOSEN, PageReading
from ancu.engines.omr.reading import read_here
from ancu.engines.omr.tests import paper
from ancu.engines.omr.tests.paper import Grey

FILLED_IN = {
    "one/2": "crossed",
    "some/1": "ticked",
    "some/3": "filled",
    "grid/1/4": "ticked",
    "grid/2/1": "crossed",
    "grid/3/3": "filled",
    "grid/3/1": "corrected",
    "mood/7": "crossed",
}


def read(page: Grey | bytes, **changes: bytes) -> PageReading:
    data = page if isinstance(page, bytes) else paper.png(page)
    return next(read_here(data, [paper.sheet().layout], **{"secret": paper.SECRET} | changes))


def states(reading: PageReading) -> dict[str, str]:
    return {mark.id: mark.state for mark in reading.marks if mark.state != "empty"}


def test_each_kind_of_mark_is_told_from_the_others() -> None:
    reading = read(paper.marked(FILLED_IN))
    assert (reading.problem, reading.code, reading.serial, reading.page) == ("", "T1", 1, 1)
    assert states(reading) == FILLED_IN
    assert reading.certain and reading.doubts == ()
    assert {mark.id for mark in reading.marks if mark.chosen} == {
        box_id for box_id, state in FILLED_IN.items() if state in CHOSEN
    }
    assert all(mark.confidence > 0.95 and mark.crop == b"" for mark in reading.marks)
    assert len(reading.marks) == len(paper.sheet().layout.boxes)


def faint(page: Grey) -> Grey:
    return (150 + page.astype(np.float32) * (105 / 255)).astype(np.uint8)


def dark_shadow(page: Grey) -> Grey:
    """A hand over a third of the page, its edge through the boxes."""
    light = np.ones(page.shape, np.float32)
    light[:, int(page.shape[1] * 0.08) : int(page.shape[1] * 0.4)] = 0.55
    return (page * cv2.GaussianBlur(light, (0, 0), 9)).astype(np.uint8)


def folded(page: Grey) -> Grey:
    """What is near the fold has moved by a millimetre and a half."""
    high, wide = page.shape
    xs, ys = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    near = np.exp(-np.abs(ys / high - 0.45) / 0.12)
    return cv2.remap(page, xs, ys + near * np.float32(1.5 * paper.MM), cv2.INTER_LINEAR, borderValue=255)


def half_size(page: Grey) -> Grey:
    return cv2.resize(page, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)  # 150 points to the inch


WAYS: dict[str, Callable[[Grey], Grey | bytes]] = {
    "askew": lambda page: paper.turned(page, 2.5),
    "upside down": lambda page: np.ascontiguousarray(page[::-1, ::-1]),
    "on its side": lambda page: np.ascontiguousarray(np.rot90(page)),
    "150 dpi": half_size,
    "faint": faint,
    "shadow": dark_shadow,
    "folded": folded,
    "packed": lambda page: paper.jpeg(page, 40),
    "black and white": lambda page: np.where(page > 160, 255, 0).astype(np.uint8),
    "photo": paper.photo,
    "photo, packed": lambda page: paper.jpeg(paper.photo(page), 60),
}


@pytest.mark.parametrize("way", WAYS)
def test_however_it_comes_the_same_is_read(way: str) -> None:
    reading = read(WAYS[way](paper.marked(FILLED_IN)))
    assert (reading.problem, reading.serial, reading.page) == ("", 1, 1)
    chosen_by_box = {mark.id: mark.chosen for mark in reading.marks if mark.certain}
    assert chosen_by_box == {box_id: FILLED_IN.get(box_id) in CHOSEN for box_id in chosen_by_box}
    assert len(chosen_by_box) >= len(reading.marks) - 1


@pytest.mark.parametrize("missing", [0, 2, 5])
def test_a_square_under_a_thumb_does_no_harm(missing: int) -> None:
    page = paper.marked(FILLED_IN)
    x, y = ((8, 8), (0, 0), (8, 144.5), (0, 0), (0, 0), (194, 281))[missing]
    cv2.circle(page, (round((x + 4) * paper.MM), round((y + 4) * paper.MM)), round(9 * paper.MM), 120, -1)
    assert states(read(page)) == FILLED_IN


def test_one_code_of_the_two_is_enough() -> None:
    page = paper.marked(FILLED_IN)
    x, y = round(172 * paper.MM), round(8 * paper.MM)
    page[y - 10 : y + 160, x - 10 : x + 110] = 255
    assert states(read(page)) == FILLED_IN


# ---- doubt --------------------------------------------------------------------------------------


def doubtful(page: Grey) -> dict[str, bool]:
    reading = read(page)
    return {mark.id: bool(mark.crop) for mark in reading.marks if not mark.certain}


@pytest.mark.slow
def test_what_a_person_must_look_at_comes_with_its_picture() -> None:
    ring = [(0.5 + 0.95 * np.cos(a), 0.5 + 0.95 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 40)]
    drawings: dict[str, Callable[[Grey], None]] = {
        "a ring around it": lambda page: paper.stroke(page, paper.box("mood/3"), *ring),
        "a short stroke": lambda page: paper.stroke(page, paper.box("mood/3"), (0.4, 0.4), (0.62, 0.62)),
        "struck out on one side less": lambda page: [
            paper.crossed(page, paper.box("mood/3")),
            paper.stroke(page, paper.box("mood/3"), (-0.7, 0.5), (1.2, 0.5)),
        ],
    }
    for name, draw in drawings.items():
        page = paper.marked({"one/1": "crossed", "grid/1/1": "crossed", "grid/2/1": "crossed", "grid/3/1": "crossed"})
        draw(page)
        assert doubtful(page) == {"mood/3": True}, name


def test_a_mark_far_paler_than_the_others_may_be_rubbed_out() -> None:
    page = paper.marked(FILLED_IN)
    paper.crossed(page, paper.box("some/4"), tone=205)
    assert doubtful(page) == {"some/4": True}


def test_dust_and_a_resting_pen_are_no_marks() -> None:
    page = paper.marked(FILLED_IN)
    for box_id in ("one/1", "mood/2", "some/2"):
        at = paper.box(box_id)
        cv2.circle(page, (round((at.x + 2) * paper.MM), round((at.y + 2) * paper.MM)), 1, 40, -1)
    assert states(read(page)) == FILLED_IN


def test_a_strike_through_an_empty_box_chooses_nothing() -> None:
    page = paper.marked(FILLED_IN)
    paper.stroke(page, paper.box("mood/3"), (-0.7, 0.5), (1.7, 0.5))
    mark = next(mark for mark in read(page).marks if mark.id == "mood/3")
    assert not mark.chosen


def test_two_answers_where_one_is_asked_for_are_doubted_together() -> None:
    page = paper.marked(FILLED_IN | {"one/1": "filled", "grid/1/2": "crossed", "some/2": "crossed"})
    reading = read(page)
    assert reading.doubts == ("one", "grid/1")  # ``some`` may have several
    assert {mark.group for mark in reading.marks if mark.crop} == {"one", "grid/1"}  # there to be looked at


def test_an_answer_taken_back_without_another_is_doubted() -> None:
    assert read(paper.marked(FILLED_IN | {"one/2": "corrected"})).doubts == ("one",)


def test_an_empty_page_is_put_to_a_person() -> None:
    """The pen may have been too pale for the scanner."""
    reading = read(paper.printed())
    assert not any(mark.chosen for mark in reading.marks)
    assert set(reading.doubts) == {group.id for group in paper.sheet().layout.groups}


# ---- handwriting --------------------------------------------------------------------------------


def test_handwriting_is_cut_out_and_nothing_is_told_apart() -> None:
    page = paper.marked(FILLED_IN)
    assert all(writing.blank and writing.crop == b"" for writing in read(page).writings)
    where = {area.id: area for area in paper.sheet().layout.areas}
    at = where["more/text"]
    cv2.putText(page, "good", (round((at.x + 3) * paper.MM), round((at.y + 8) * paper.MM)), 5, 1.2, 60, 2)
    at = where["age/text"]
    cv2.putText(page, "41", (round((at.x + 2) * paper.MM), round((at.y + 7) * paper.MM)), 5, 1.2, 60, 2)
    writings = {writing.question: writing for writing in read(paper.turned(page, 1)).writings}
    assert {name: not writing.blank for name, writing in writings.items()} == {"one": False, "age": True, "more": True}
    crop = cv2.imdecode(np.frombuffer(writings["more"].crop, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert crop.shape[1] / crop.shape[0] == pytest.approx(172.4 / 21.4, rel=0.05)
    assert (crop < 150).sum() > 300


# ---- which page it is ---------------------------------------------------------------------------


def test_a_page_without_our_squares_or_code_says_so() -> None:
    page = paper.printed()
    assert read(np.full_like(page, 255)).problem == "no_page"
    for x, y in ((172, 8), (20, 271)):
        page[
            round((y - 1) * paper.MM) : round((y + 19) * paper.MM), round(x * paper.MM) : round((x + 19) * paper.MM)
        ] = 255
    reading = read(page)
    assert reading.problem == "no_code" and reading.marks == () and reading.picture[:3] == b"\xff\xd8\xff"


def test_a_code_made_without_the_secret_is_foreign() -> None:
    """An invented stack of sheets fills no ballot box."""
    assert read(paper.marked(FILLED_IN), secret=b"theirs").problem == "foreign_code"
    assert read(paper.marked(FILLED_IN), secret=b"new", former=paper.SECRET).problem == ""
    assert read(paper.marked(FILLED_IN), secret=b"new", former=b"").problem == "foreign_code"


def test_a_questionnaire_that_is_not_known_is_named() -> None:
    unknown_layout = msgspec.structs.replace(paper.sheet().layout, code="OTHER")
    reading = next(read_here(paper.png(paper.printed()), [unknown_layout], secret=paper.SECRET))
    assert (reading.problem, reading.code, reading.serial) == ("unknown_questionnaire", "T1", 1)


def test_two_sheets_in_one_picture_are_not_mixed() -> None:
    picture = np.hstack([paper.printed(1), paper.printed(2)])
    assert read(picture).problem == "several_pages"


def test_a_page_seen_in_a_mirror_is_none() -> None:
    assert read(np.ascontiguousarray(paper.printed()[:, ::-1])).problem == "no_page"


@pytest.mark.slow
@pytest.mark.parametrize(("right", "down"), [(5, 0), (0, 5), (3, 3), (7, -4)])
def test_a_geometry_that_is_not_the_printed_one_gives_nothing_for_certain(right: float, down: float) -> None:
    """Whatever went wrong with the stored geometry, no text is ever taken for empty boxes."""
    layout = paper.sheet().layout
    moved = tuple(msgspec.structs.replace(box, x=box.x + right, y=box.y + down) for box in layout.boxes)
    page = paper.png(paper.photo(paper.marked(FILLED_IN)))
    reading = next(read_here(page, [msgspec.structs.replace(layout, boxes=moved)], secret=paper.SECRET))
    assert sum(mark.certain for mark in reading.marks) <= 1
