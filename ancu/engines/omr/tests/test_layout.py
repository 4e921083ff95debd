"""What is printed where: nothing over the edge, nothing over something else, and the geometry is that of the ink."""

import msgspec
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ancu.engines.omr import (
    BadQuestionnaire,
    Choice,
    Layout,
    Question,
    Questionnaire,
    QuestionSection,
    Words,
    codes,
    lay_out,
    print_sheets,
)
from ancu.engines.omr.anchors import ANCHOR_PLACES, ANCHOR_SIZE
from ancu.engines.omr.model import HEIGHT, WIDTH
from ancu.engines.omr.tests import paper

TYPED = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxy áàảãạ#*_$@[]<>\\/-=`~.0123456789", min_size=1, max_size=90)
TEXT = TYPED | st.text(st.characters(exclude_categories=()), min_size=1, max_size=30)
WORDS = st.builds(Words, TEXT, TEXT)
KINDS = st.sampled_from(["single", "multiple", "scale", "matrix", "number", "short", "long"])


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Any texts, typst's own signs among them, and any number of questions of every kind."""

    def some(prefix: str, most: int) -> tuple[Choice, ...]:
        return tuple(
            Choice(id=f"{prefix}{number}", words=draw(WORDS), write_in=draw(st.booleans()))
            for number in range(draw(st.integers(1, most)))
        )

    def question(number: int) -> Question:
        kind, low = draw(KINDS), draw(st.integers(0, 1))
        return Question(
            id=f"q{number}", kind=kind, words=draw(WORDS), hint=draw(st.just(Words("")) | WORDS), choices=some("c", 7),
            rows=some("r", 6), many=draw(st.booleans()), low=low, high=low + draw(st.integers(1, 10)),
            low_words=draw(WORDS), high_words=draw(WORDS), digits=draw(st.integers(0, 15)),
            lines=draw(st.integers(1, 6)),
        )  # fmt: skip

    questions = tuple(question(number) for number in range(draw(st.integers(1, 6))))
    return Questionnaire(
        code="H1", title=draw(WORDS), sections=(QuestionSection(id="s", title=draw(WORDS), questions=questions),)
    )


Rect = tuple[int, float, float, float, float]


def rects(layout: Layout) -> list[Rect]:
    boxes = [(box.page, box.x, box.y, box.x + box.side, box.y + box.side) for box in layout.boxes]
    return boxes + [(area.page, area.x, area.y, area.x + area.width, area.y + area.height) for area in layout.areas]


def reserved(page: int) -> list[Rect]:
    far = ANCHOR_SIZE
    return [(page, x - 1, y - 1, x + far + 1, y + far + 1) for x, y in ANCHOR_PLACES] + [
        (page, x - 2, y - 2, x + codes.SIZE + 2, y + codes.SIZE + 2) for x, y in codes.PLACES
    ]


def meet(a: Rect, b: Rect) -> bool:
    return a[0] == b[0] and a[1] < b[3] and b[1] < a[3] and a[2] < b[4] and b[2] < a[4]


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(questionnaires(), st.sampled_from(["vi", "en", "both"]))
def test_nothing_overlaps_and_all_lies_on_the_page(questionnaire: Questionnaire, language: str) -> None:
    layout = lay_out(questionnaire, language=language).layout
    places = rects(layout)
    reserved_rects = [rect for page in range(1, layout.pages + 1) for rect in reserved(page)]
    for number, place in enumerate(places):
        assert place[1] >= 19 and place[2] >= 29 and place[3] <= WIDTH - 19 and place[4] <= HEIGHT - 27
        assert not any(meet(place, earlier) for earlier in places[:number] + reserved_rects)
    answers = [(group.question, group.row, choice) for group in layout.groups for choice in group.choices]
    assert sorted(answers) == sorted((box.question, box.row, box.choice) for box in layout.boxes)


def test_boxes_keep_the_distance_that_reading_needs() -> None:
    boxes = paper.sheet().layout.boxes
    for number, box in enumerate(boxes):
        for earlier in boxes[:number]:
            far = max(abs(box.x - earlier.x), abs(box.y - earlier.y)) - box.side
            assert box.page != earlier.page or far >= 2.9


def test_the_geometry_is_what_is_printed() -> None:
    """Each box's frame is ink, and its inside is none; found by looking at the page, not at the template."""
    scale = 20  # pixels a millimetre
    document = pypdfium2.PdfDocument(paper.sheet().pdf)
    page = np.array(document[0].render(scale=scale * 25.4 / 72, grayscale=True).to_numpy())
    for box in paper.sheet().layout.on(1)[0]:
        x, y, side = (round(value * scale) for value in (box.x, box.y, box.side))
        assert page[y : y + side, x].max() < 60 and page[y : y + side, x + side].max() < 60
        assert page[y, x : x + side].max() < 60 and page[y + side, x : x + side].max() < 60
        assert page[y + 6 : y + side - 6, x + 6 : x + side - 6].min() == 255
        assert page[y - 30 : y - 6, x : x + side].min() == 255  # and around it is room for a strike
    document.close()


def test_a_layout_travels_as_json() -> None:
    layout = paper.sheet().layout
    assert msgspec.json.decode(msgspec.json.encode(layout), type=Layout) == layout


def test_a_stack_names_each_sheet_and_page() -> None:
    pdf = print_sheets(paper.sheet(), [7, 1234567], secret=paper.SECRET)
    names = []
    for number in (1, 2):
        barcodes = zxingcpp.read_barcodes(paper.printed(number, pdf=pdf))
        assert len(barcodes) == len(codes.PLACES)
        names += [codes.parse_code(barcode.text, paper.SECRET) for barcode in barcodes]
    assert names == [("T1", 7, 1)] * 2 + [("T1", 1234567, 1)] * 2


@pytest.mark.parametrize("serials", [[0], [10_000_000], range(1, 20_002)])
def test_a_stack_has_limits(serials: list[int]) -> None:
    with pytest.raises(ValueError, match="sheets"):
        print_sheets(paper.sheet(), serials, secret=paper.SECRET)


def test_a_code_of_another_secret_or_with_another_number_is_foreign() -> None:
    text = codes.code_text(codes.PageName("T1", 12, 1), paper.SECRET)
    assert codes.parse_code(text, paper.SECRET) == ("T1", 12, 1)
    for forged in (text.replace("/12/", "/13/"), text + "A", text.lower(), "https://example.test", ""):
        with pytest.raises(codes.ForeignCode):
            codes.parse_code(forged, paper.SECRET)
    with pytest.raises(codes.ForeignCode):
        codes.parse_code(text, b"another")


def one_question(**changes: object) -> Questionnaire:
    plain = {"id": "q", "kind": "single", "words": Words("Hỏi"), "choices": paper.choices(2)}
    return Questionnaire(
        code="B1", title=Words("Phiếu"), sections=(QuestionSection(id="s", questions=(Question(**plain | changes),)),)
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"choices": ()},
        {"choices": (*paper.choices(2), paper.choice("1"))},
        {"id": "mã số/1"},
        {"kind": "matrix"},
        {"kind": "matrix", "rows": paper.choices(2), "choices": paper.choices(10)},
        {"kind": "scale", "low": 3, "high": 3},
        {"kind": "number", "digits": 16},
        {"kind": "long", "lines": 99},
        {"words": Words("dài " * 3000)},
    ],
)
def test_what_cannot_be_printed_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadQuestionnaire):
        lay_out(one_question(**changes))


def test_a_code_that_does_not_fit_the_qr_is_refused() -> None:
    with pytest.raises(BadQuestionnaire, match="code"):
        lay_out(msgspec.structs.replace(one_question(), code="TOOLONGACODE"))


@pytest.mark.slow
def test_a_small_table_stays_on_one_page():
    """Its second row alone at the head of a page would have no question above it."""
    words = Words("Thái độ", "Courtesy")
    two = tuple(Choice(id=choice_id, words=words) for choice_id in ("a", "b"))
    for lines in range(1, 9):
        before = tuple(Question(id=f"l{n}", kind="long", words=words, lines=lines) for n in range(9))
        tables = tuple(Question(id=f"m{n}", kind="matrix", words=words, rows=two, choices=two) for n in range(9))
        mixed = tuple(question for pair in zip(before, tables, strict=True) for question in pair)
        questionnaire = Questionnaire(
            code="H1", title=words, sections=(QuestionSection(id="s", title=words, questions=mixed),)
        )
        pages: dict[str, set[int]] = {}
        for box in lay_out(questionnaire, language="both").layout.boxes:
            pages.setdefault(box.question, set()).add(box.page)
        assert all(len(page_numbers) == 1 for page_numbers in pages.values()), pages
