"""Each sheet counts once; what is double, missing or strange is named."""

from typing import Any

from ancu.engines.omr import Box, BoxMark, ChoiceGroup, Layout, PageReading, collate

GROUPS = (
    ChoiceGroup(question="a", many=False, choices=("1", "2")),
    ChoiceGroup(question="b", many=True, choices=("1", "2")),
)
PLACE = {"x": 20.0, "y": 40.0, "side": 4.4}
BOXES = tuple(
    Box(question=question, choice=choice, page=page, **PLACE)
    for page, question in ((1, "a"), (2, "b"))
    for choice in "12"
)
LAYOUT = Layout(code="C", pages=2, language="vi", boxes=BOXES, areas=(), groups=GROUPS)


def page(serial: int, number: int, chosen: str = "", **changes: Any) -> PageReading:
    question = "a" if number == 1 else "b"
    marks = tuple(
        BoxMark(question=question, choice=choice, state="crossed" if choice in chosen else "empty",
             chosen=choice in chosen, confidence=0.99, certain=True)
        for choice in "12"
    )  # fmt: skip
    plain = {"index": 0, "count": 1, "code": "C", "serial": serial, "page": number, "marks": marks}
    return PageReading(**plain | changes)


def test_pages_in_any_order_become_sheets() -> None:
    collation = collate([page(2, 2, "12"), page(1, 1, "1"), page(2, 1), page(1, 2, "2")], [LAYOUT], serials=range(1, 4))
    assert [(sheet.serial, sheet.answers, sheet.review, sheet.missing) for sheet in collation.sheets] == [
        (1, {"a": ("1",), "b": ("2",)}, (), ()),
        (2, {"a": (), "b": ("1", "2")}, (), ()),
    ]
    assert collation.absent == (("C", 3),) and collation.duplicates == () and collation.unread == ()


def test_a_page_that_comes_twice_counts_once_and_a_contradiction_is_put_to_a_person() -> None:
    collation = collate([page(1, 1, "1"), page(1, 1, "1"), page(2, 1, "1"), page(2, 1, "2")], [LAYOUT])
    assert [
        (duplicate.serial, duplicate.first, duplicate.repeated, duplicate.agrees) for duplicate in collation.duplicates
    ] == [
        (1, 0, 1, True),
        (2, 2, 3, False),
    ]
    assert [(sheet.serial, sheet.answers["a"], sheet.review) for sheet in collation.sheets] == [
        (1, ("1",), ()),
        (2, ("1",), ("a",)),
    ]


def test_what_is_missing_doubtful_or_unread_is_named() -> None:
    doubted = page(1, 1, "12", doubts=("a",))
    unread = PageReading(index=1, count=2, problem="no_code")
    collation = collate([unread, doubted], [LAYOUT])
    assert collation.unread == (0,)
    assert [(sheet.review, sheet.missing) for sheet in collation.sheets] == [(("a",), (2,))]


def test_a_question_half_of_which_was_not_scanned_is_not_settled() -> None:
    over = (*BOXES, Box(question="a", choice="3", page=2, **PLACE))
    layout = Layout(
        code="C", pages=2, language="vi", boxes=over, areas=(),
        groups=(ChoiceGroup(question="a", many=False, choices=("1", "2", "3")), GROUPS[1]),
    )  # fmt: skip
    assert collate([page(1, 1, "1")], [layout]).sheets[0].review == ("a",)


def test_two_chosen_on_two_pages_of_one_question_are_doubted() -> None:
    layout = Layout(
        code="C",
        pages=2,
        language="vi",
        boxes=BOXES,
        areas=(),
        groups=(ChoiceGroup(question="a", many=False, choices=("1", "2", "3")),),
    )
    second = page(
        1, 2, marks=(BoxMark(question="a", choice="3", state="crossed", chosen=True, confidence=1.0, certain=True),)
    )
    assert collate([page(1, 1, "1"), second], [layout]).sheets[0].review == ("a",)


def test_a_page_of_a_questionnaire_nobody_named_is_unread() -> None:
    assert collate([page(1, 1, "1", code="D")], [LAYOUT]).unread == (0,)
