"""Pages are combined, moved, turned and cropped; what was cut off is gone, and a signed file is not changed."""

import io
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ancu.engines.papers import JPEG, PDF, PageEdit, PaperRefused, arrange
from ancu.engines.papers.arranging import arrange as arrange_here
from ancu.engines.papers.pages import draw_page

COLOURS = ("red", "green", "blue", "yellow", "purple")


def picture(colour: str, size: tuple[int, int] = (400, 600)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", quality=95)
    return out.getvalue()


def halves() -> bytes:
    """Red on the left, blue on the right."""
    out, image = io.BytesIO(), Image.new("RGB", (400, 600), "red")
    image.paste("blue", (200, 0, 400, 600))
    image.save(out, "JPEG", quality=95)
    return out.getvalue()


def combine(*sources: bytes, edits: list[PageEdit] | None = None, **options: Any) -> Any:
    page_edits = edits or [PageEdit(source=index) for index in range(len(sources))]
    return arrange_here(sources, page_edits, **({"kind": "scan", "max_pages": 10} | options))


def colour_of(data: bytes, page: int = 0, at: tuple[float, float] = (0.5, 0.5)) -> str:
    image = Image.open(io.BytesIO(draw_page(data, page=page, width=200)))
    point = image.convert("RGB").getpixel((int(at[0] * (image.width - 1)), int(at[1] * (image.height - 1))))
    shades = {
        "red": (255, 0, 0),
        "green": (0, 128, 0),
        "blue": (0, 0, 255),
        "yellow": (255, 255, 0),
        "purple": (128, 0, 128),
    }
    return min(shades, key=lambda name: sum((a - b) ** 2 for a, b in zip(shades[name], point, strict=True)))


def test_pictures_and_pdfs_become_one_paper_in_their_order() -> None:
    two_pages = combine(picture("red"), picture("green")).data
    combined = combine(two_pages, picture("blue"), edits=[PageEdit(page=0), PageEdit(page=1), PageEdit(source=1)])
    assert (combined.media_type, combined.pages) == (PDF, 3)
    assert [colour_of(combined.data, page) for page in range(3)] == ["red", "green", "blue"]


@settings(max_examples=15)
@given(st.permutations(range(5)), st.integers(1, 5))
def test_any_order_of_any_pages(order: list[int], count: int) -> None:
    paper = combine(*map(picture, COLOURS)).data
    combined = combine(paper, edits=[PageEdit(page=page) for page in order[:count]])
    assert [colour_of(combined.data, page) for page in range(count)] == [COLOURS[page] for page in order[:count]]


def test_a_single_picture_stays_a_picture_and_is_not_coded_again() -> None:
    combined = combine(picture("red"))
    assert combined.media_type == JPEG and combined.data == picture("red")


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_is_turned_to_the_right(turn: int) -> None:
    combined = combine(halves(), edits=[PageEdit(turn=turn)])
    assert (combined.width, combined.height) == ((600, 400) if turn != 180 else (400, 600))
    red_at = {90: (0.5, 0.1), 180: (0.9, 0.5), 270: (0.5, 0.9)}[turn]  # red was on the left
    assert colour_of(combined.data, at=red_at) == "red"


def test_what_is_cut_off_is_gone() -> None:
    paper = combine(halves(), picture("green")).data
    edits = [PageEdit(page=0, crop=(0.55, 0.0, 1.0, 1.0)), PageEdit(page=1)]
    combined = combine(paper, edits=edits)
    assert colour_of(combined.data, 0, (0.02, 0.5)) == "blue" and colour_of(combined.data, 1) == "green"
    with pikepdf.open(io.BytesIO(combined.data)) as pdf:
        (image,) = pdf.pages[0].Resources.XObject.values()
        pixels = Image.open(io.BytesIO(image.read_raw_bytes())).convert("RGB")
        assert all(colour[2] > 200 for _count, colour in pixels.getcolors(1_000_000) or [])


def test_a_portrait_is_cut_to_its_ratio() -> None:
    combined = combine(picture("red", (900, 900)), edits=[PageEdit(crop=(0.2, 0.05, 0.8, 0.95))], kind="photo")
    assert combined.media_type == JPEG and abs(combined.width / combined.height - 2 / 3) < 0.01


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        ([PageEdit(page=1)], "page_missing"),
        ([PageEdit(source=1)], "page_missing"),
        ([PageEdit(source=-1)], "page_missing"),
        ([PageEdit(turn=45)], "page_missing"),
        ([PageEdit(crop=(0.5, 0.5, 0.51, 0.51))], "crop_too_small"),
        ([PageEdit(crop=(0.9, 0.9, 0.1, 0.1))], "crop_too_small"),
        ([PageEdit()] * 11, "pdf_too_many_pages"),
    ],
)
def test_what_cannot_be_done_is_refused(edits: list[PageEdit], code: str) -> None:
    with pytest.raises(PaperRefused) as refused:
        combine(picture("red"), edits=edits)
    assert refused.value.code == code


def test_nothing_is_refused_as_a_paper() -> None:
    with pytest.raises(PaperRefused):
        arrange_here([picture("red")], [], kind="scan", max_pages=5)


def test_a_signed_pdf_is_left_as_it_is() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(combine(picture("red"), picture("green")).data)) as pdf:
        signature = pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3], Contents=pikepdf.String("x"))
        pdf.Root.Signed = pdf.make_indirect(signature)
        pdf.save(out)
    with pytest.raises(PaperRefused) as refused:
        combine(out.getvalue(), picture("blue"), edits=[PageEdit(), PageEdit(source=1)])
    assert refused.value.code == "pdf_signed_whole"


@pytest.mark.slow
def test_it_is_done_in_a_process_of_its_own() -> None:
    combined = arrange([picture("red"), picture("green")], [PageEdit(source=1), PageEdit()], max_pages=5)
    assert [colour_of(combined.data, page) for page in range(2)] == ["green", "red"]
    with pytest.raises(PaperRefused):
        arrange([b"%PDF-1.7 nonsense"], [PageEdit(turn=90)])
