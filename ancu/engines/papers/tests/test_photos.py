"""Identity photos, drawn: each fault is found by its name, and a good photo has none."""

import io

import pytest
from PIL import Image, ImageFilter

from ancu.engines.papers import PHOTO_FINDINGS, clean, examine_photo
from ancu.engines.papers.photos import examine
from ancu.engines.papers.tests import samples


def codes(picture: Image.Image, size: str = "4x6") -> set[str]:
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "JPEG", quality=92)
    codes = {finding.code for finding in examine(buffer.getvalue(), size=size)}
    assert codes <= PHOTO_FINDINGS
    return codes


def two_faces() -> Image.Image:
    picture = samples.face(at=(0.27, 0.45), height=0.36)
    samples.draw_face(picture, (0.73, 0.45), 0.36)
    return picture.filter(ImageFilter.GaussianBlur(1))


def shadowed() -> Image.Image:
    picture = Image.new("RGB", (600, 900), (250, 250, 250))
    picture.paste((175, 175, 180), (300, 0, 600, 900))
    return picture


@pytest.mark.parametrize("height", [0.4, 0.45, 0.52])
def test_a_good_photo_has_no_fault(height: float) -> None:
    assert codes(samples.face(height=height)) == set()
    assert codes(samples.face((320, 480), height=height), "2x3") == set()


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (samples.face((120, 180)), "photo_too_small"),
        (samples.face((900, 900)), "photo_ratio"),
        (Image.new("RGB", (600, 900), "white"), "photo_no_face"),
        (two_faces(), "photo_many_faces"),
        (samples.face(height=0.22), "photo_face_small"),
        (samples.face(height=0.4, at=(0.32, 0.42)), "photo_face_off_centre"),
        (samples.face(background=(60, 60, 70)), "photo_background_dark"),
        (samples.face(background=shadowed()), "photo_background_uneven"),
        (samples.face().filter(ImageFilter.GaussianBlur(14)), "photo_blurred"),
        (samples.face().convert("L"), "photo_no_colour"),
    ],
)
def test_each_fault_is_found(picture: Image.Image, code: str) -> None:
    assert code in codes(picture)


def test_the_colour_of_the_skin_is_not_a_fault() -> None:
    """The same head in other colours is judged the same: nothing but light on the wall may depend on the picture."""
    picture = samples.face()
    darker = Image.eval(picture, lambda value: value if value > 235 else value * 3 // 5)
    assert codes(darker) == codes(picture) == set()


@pytest.mark.slow
def test_the_way_of_a_phone_photo_to_its_findings() -> None:
    cleaned = clean(samples.heic(samples.face((900, 900))), kind="photo")
    assert [(finding.code, finding.severity) for finding in examine_photo(cleaned.data, size="4x6")] == [
        ("photo_ratio", "error")
    ]
