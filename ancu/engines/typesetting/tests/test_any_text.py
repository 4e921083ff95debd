"""Whatever text a document is given, it is made, and shows what the fonts can show."""

import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from ancu.engines.typesetting import ROOT, SUBSTITUTE, compile_document, compile_picture, office_name, printable

TEMPLATE = """#import "/engines/typesetting/page.typ": sans, serif
#let data = json(bytes(sys.inputs.data))
#set document(title: if data.text == "" { "–" } else { data.text })
#set text(font: FAMILY, lang: "vi")
#data.text *#upper(data.text)* _#data.text _
"""


HEADING = """#import "/engines/typesetting/page.typ": national-heading, official
#let data = json(bytes(sys.inputs.data))
#set document(title: "x")
#show: official
#national-heading(data.above, data.agency)
"""


@pytest.fixture(scope="module", params=["sans", "serif"])
def template(request: pytest.FixtureRequest) -> Iterator[Path]:
    with NamedTemporaryFile("w", dir=ROOT / "engines" / "typesetting", suffix=".typ") as file:  # under the root
        file.write(TEMPLATE.replace("FAMILY", request.param))
        file.flush()
        yield Path(file.name)


def words_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    "text",
    [
        "张伟", "張偉", "김민준", "さくら 太郎", "สมชาย ใจดี", "សុខ សុភាព", "ສົມພອນ", "အောင်", "محمد بن سلمان", "שלום",
        "राजेश कुमार", "রহমান", "தமிழ்", "తెలుగు", "සිංහල", "ગુજરાતી", "ਪੰਜਾਬੀ", "ಕನ್ನಡ",
        "മലയാളം", "ଓଡ଼ିଆ", "გიორგი", "Արմեն", "አማርኛ", "Иванов",
        "Γεώργιος", "Nguyễn Thị Ánh Tuyết", "Łukasz Żółć", "Þór Ægir", "1.500.000 ₫ – 20 €",
    ],
)  # fmt: skip
def test_living_scripts_are_shown(template: Path, text: str) -> None:
    assert SUBSTITUTE not in printable(text)
    pdf = compile_document(template, {"text": text})
    assert SUBSTITUTE not in words_of(pdf)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\x07c\x1bd\x7fe", "abcde"),
        ("a\ufeffb", "ab"),
        ("NGUYEN \u202eNAV", "NGUYEN NAV"),  # an override would print it as VAN
        ("a\ud800b", f"a{SUBSTITUTE}b"),
        ("a\ue000\ufdd0\U0010ffff", "a" + 3 * SUBSTITUTE),
        ("\x00", SUBSTITUTE),
        ("𓀀", SUBSTITUTE),
        ("một\r\nhai\u2028ba", "một\nhai\nba"),
        ("e\u0301", "é"),
        ("张\u0e34", f"张{SUBSTITUTE}"),  # a Thai vowel sign on a Chinese character
        ("🙂", "🙂"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_what_cannot_be_shown_is_left_out_or_visibly_replaced(template: Path, text: str, expected: str) -> None:
    assert printable(text) == expected
    assert compile_document(template, {"text": text}).startswith(b"%PDF")


def test_a_letter_without_a_capital_does_not_make_it_fail(template: Path) -> None:
    pdf = compile_document(template, {"text": "Nguyễn Ưng \u0264 \ua7d3"})
    assert "Nguyễn Ưng" in words_of(pdf)


ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)


@settings(max_examples=60, deadline=None)
@given(text=ANY)
def test_no_text_makes_a_document_fail(template: Path, text: str) -> None:
    assert compile_document(template, {"text": text}).startswith(b"%PDF")


@settings(max_examples=300, deadline=None)
@given(text=ANY)
@example(text="0\x1f\u0e47")  # a control character between a digit and a Thai mark
def test_what_is_printable_stays_as_it_is(text: str) -> None:
    assert printable(printable(text)) == printable(text)


def test_a_picture_takes_any_text_too(template: Path) -> None:
    assert compile_picture(template, {"text": "张\x00\ud800🙂"}).startswith(b"\x89PNG")


def test_a_picture_of_a_text_longer_than_a_page_is_its_first_page(template: Path) -> None:
    assert compile_picture(template, {"text": "Xã Lương Sơn " * 2_000}).startswith(b"\x89PNG")


@pytest.mark.parametrize("agency", ["Phòng Quản lý xuất nhập cảnh", "Công an xã"])
def test_the_line_below_a_name_is_clear_of_its_letters(agency: str) -> None:
    """Nothing hangs into the line below an agency's last line of words: Ị, Ậ and Ệ have their dot there."""
    with NamedTemporaryFile("w", dir=ROOT / "engines" / "typesetting", suffix=".typ") as file:
        file.write(HEADING)
        file.flush()
        png = compile_picture(Path(file.name), {"above": "", "agency": f"{agency} Ị Ậ Ệ"})
    page = np.asarray(Image.open(io.BytesIO(png)).convert("L"))
    left_half = page[:400, 60 : page.shape[1] * 45 // 100] < 128
    inked = left_half.sum(axis=1)
    ruled = [
        row
        for row in range(1, len(left_half))
        if inked[row] > 60 and np.diff(left_half[row].astype(int)).clip(0).sum() == 1
    ]
    assert ruled, "there is a line"
    assert not inked[ruled[0] - 5 : ruled[0] - 1].any(), "more than half a millimetre above it is empty"
    name = np.flatnonzero(left_half[: ruled[0] - 2].any(axis=0))
    share = inked[ruled[0]] / (name[-1] - name[0])
    assert 1 / 3 <= share <= 1 / 2


@pytest.mark.parametrize(
    ("agency", "lines"),
    [
        ("Phòng Quản lý xuất nhập cảnh", ["PHÒNG QUẢN LÝ", "XUẤT NHẬP CẢNH"]),
        ("Ủy ban nhân dân phường Thịnh Lang", ["ỦY BAN NHÂN DÂN", "PHƯỜNG THỊNH LANG"]),
        ("Công an xã Mai Hạ", ["CÔNG AN XÃ MAI HẠ"]),
    ],
)
def test_the_words_of_an_offices_name_stay_together(agency: str, lines: list[str]) -> None:
    with NamedTemporaryFile("w", dir=ROOT / "engines" / "typesetting", suffix=".typ") as file:
        file.write(HEADING)
        file.flush()
        pdf = compile_document(Path(file.name), {"above": "Công an tỉnh Hòa Bình", "agency": agency})
    text = [line.strip() for line in PdfReader(io.BytesIO(pdf)).pages[0].extract_text().splitlines()]
    first = text.index("CÔNG AN TỈNH HÒA BÌNH") + 1
    assert text[first : first + len(lines)] == lines, text
    assert office_name(agency).split() == [word for line in lines for word in line.split()]
