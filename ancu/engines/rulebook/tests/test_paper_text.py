"""Whether answers stand in a paper's text: only what is sure, in any order, case and spelling."""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.papers import PrintedWord
from ancu.engines.rulebook import FactMark, PrintedFact, printed_facts

NAME, NUMBER, BORN, COMPANY = (
    "traveller.full_name", "traveller.document_number", "traveller.birth_date", "organisation.name",
)  # fmt: skip
VALUES = {
    NAME: "HOFFMANN JÖRG",
    NUMBER: "C01X0T478",
    BORN: "1984-03-08",
    COMPANY: "Công ty TNHH Đá Sông Đà",
    "organisation.signer_name": "Trần Quốc Bảo",
}


@dataclass
class Statement:
    field: Any
    value: str


def words(text: str) -> list[PrintedWord]:
    """The words of a text; pages are parted by a form feed, columns by a tab."""
    result = []
    for page, part in enumerate(text.split("\f"), 1):
        for line, row in enumerate(part.split("\n")):
            before = "\n"
            for column in row.split("\t"):
                for word in column.split():
                    result.append(PrintedWord(word, page, before, (0.1, line / 10, 0.2, line / 10 + 0.05)))
                    before = " "
                before = "\t"
    return result


def facts(text: str, **values: str) -> dict[str, PrintedFact]:
    statements: Any = [
        Statement(SimpleNamespace(prefill=prefill), value) for prefill, value in (values or VALUES).items()
    ]
    return {fact.prefill: fact for fact in printed_facts(statements, words(text))}


def marks(text: str) -> dict[str, tuple[FactMark, str]]:
    return {prefill: (fact.mark, fact.reason) for prefill, fact in facts(text).items()}


SAME = (FactMark.SAME, "")


@pytest.mark.parametrize(
    ("text", "prefill", "expected"),
    [
        ("Họ và tên: HOFFMANN JÖRG", NAME, SAME),
        ("Họ và tên: JÖRG HOFFMANN", NAME, (FactMark.SPELLING, "order")),
        ("ông Hoffmann Jörg, sinh năm 1984", NAME, (FactMark.SPELLING, "case")),
        ("Name\tHOFFMANN JOERG", NAME, (FactMark.SPELLING, "letters")),
        ("Name\tHOFFMANN JORG", NAME, (FactMark.SPELLING, "accents")),
        ("HOFFMANN JÖRG PETER", NAME, None),  # somebody else, perhaps
        ("ANNA HOFFMANN JÖRG", NAME, None),
        ("HOFFMANN. JÖRG", NAME, SAME),
        ("HOFFMANN\fJÖRG", NAME, None),
        ("Passport: C01X0T478.", NUMBER, SAME),
        ("Passport No.:C01X0T478", NUMBER, SAME),
        ("hộ chiếu C01 X0T 478 cấp", NUMBER, (FactMark.SPELLING, "spaces")),
        ("hộ chiếu c01x0t478", NUMBER, (FactMark.SPELLING, "case")),
        ("AC01X0T478 C01X0T4789", NUMBER, None),
        ("sinh 08/03/1984,", BORN, SAME),
        ("sinh 8.3.1984", BORN, SAME),
        ("sinh ngày 08 tháng 03 năm 1984", BORN, (FactMark.SPELLING, "day")),
        ("born 8 March 1984", BORN, (FactMark.SPELLING, "day")),
        ("born March 8, 1984", BORN, (FactMark.SPELLING, "day")),
        ("1984-03-08", BORN, (FactMark.SPELLING, "day")),
        ("03/08/1984", BORN, None),  # the day stands first here
        ("Công ty: Công ty TNHH Đá Sông Đà", COMPANY, SAME),
        ("CÔNG TY TNHH ĐÁ SÔNG ĐÀ", COMPANY, (FactMark.SPELLING, "case")),
        ("Cty TNHH Đá Sông Đà cam kết", COMPANY, (FactMark.SPELLING, "legal_form")),
        ("Công ty TNHH Đá Sông Đà 5", COMPANY, None),
        ("Công ty TNHH Đá Sông Đà Hòa Bình", COMPANY, None),
        ("tại Đá Sông Đà, xã", COMPANY, None),  # a place
        ("Chi nhánh Công ty TNHH Đá Sông Đà", COMPANY, None),
        ("Công ty Cổ phần Đá Sông Đà", COMPANY, None),
    ],
)
def test_what_stands_in_a_paper(text: str, prefill: str, expected: tuple[FactMark, str] | None) -> None:
    assert marks(text).get(prefill) == expected


LIST = """1. Họ và tên: HOFFMANN JÖRG
2. Giới tính: Nam
3. Ngày sinh: {born}
5. Hộ chiếu số / Passport No.: {number}"""


def test_another_value_of_the_same_kind_differs() -> None:
    read_facts = facts(LIST.format(born="09/03/1984", number="C01X0T487"))
    assert [(read_facts[kind].mark, read_facts[kind].text) for kind in (BORN, NUMBER)] == [
        (FactMark.DIFFERS, "09/03/1984"), (FactMark.DIFFERS, "C01X0T487"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Passport No.: C01X0T487",  # whose?
        "Passport No.: C01X0T487\nHOFFMANN JÖRG",  # above the name: of somebody else
        LIST.format(born="", number="C01X0T487") + "\n6. Hộ chiếu số: X1234567",  # two of them
        "HOFFMANN JÖRG is invited by MÜLLER ANNA, passport C01X0T487",  # no list
        "Họ tên: HOFFMANN JÖRG\nHọ tên: MÜLLER ANNA\nHộ chiếu số: C01X0T487",
        "Họ tên: HOFFMANN JÖRG\fHộ chiếu số: C01X0T487",
        LIST.format(born="", number="C01X0T478") + "\n6. Hộ chiếu số: X1234567",  # the form's stands there too
        "Họ tên: HOFFMANN JÖRG\nHộ chiếu số:\nCấp ngày 01/02/2020",
    ],
)
def test_what_is_not_sure_does_not_differ(text: str) -> None:
    fact = facts(text).get(NUMBER)
    assert fact is None or fact.mark != FactMark.DIFFERS


def test_a_value_over_two_lines_has_two_places() -> None:
    fact = facts("Công ty TNHH\nĐá Sông Đà")[COMPANY]
    assert (fact.mark, len(fact.boxes), fact.page) == (FactMark.SAME, 2, 1)


# ---- properties ----------------------------------------------------------------------------------------

syllables = st.sampled_from(["NGUYỄN", "Văn", "Hòa", "HOFFMANN", "JÖRG", "Lê", "Đặng", "Ana", "MIN", "Jun"])
person_names = st.lists(syllables, min_size=2, max_size=4, unique=True).map(" ".join)
fillers = st.lists(st.sampled_from(["tại", "và", "cam", "kết", "theo", "12", "–", "(a)", "Điều", "3."]), max_size=8)
numbers = st.from_regex(r"[A-Z]{1,2}[0-9]{6,8}", fullmatch=True)


@given(person_names, fillers, fillers)
def test_a_printed_name_is_always_found_at_its_own_line(name: str, before: list[str], behind: list[str]) -> None:
    text = f"{' '.join(before)}\n{name}\n{' '.join(behind)}"
    assert facts(text, **{NAME: name})[NAME].mark == FactMark.SAME


@given(numbers, numbers, fillers)
def test_a_number_that_is_not_printed_is_never_the_same(number: str, printed: str, around: list[str]) -> None:
    fact = facts(f"{' '.join(around)} {printed}", **{NUMBER: number}).get(NUMBER)
    assert (fact is not None) == (number == printed)
    assert fact is None or fact.mark == FactMark.SAME


days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))


@given(days, days)
def test_only_the_same_day_agrees(day: Any, printed: Any) -> None:
    fact = facts(f"ngày {printed:%d/%m/%Y}", **{BORN: day.isoformat()}).get(BORN)
    assert (fact is not None) == (day == printed)


texts = st.lists(st.text(min_size=1, max_size=12), max_size=30)


@given(texts, st.dictionaries(st.sampled_from(list(VALUES)), st.text()))
def test_any_text_beside_any_answer(parts: list[str], values: dict[str, str]) -> None:
    for fact in facts(" ".join(parts), **values).values():
        assert fact.text and fact.boxes and fact.page >= 1
