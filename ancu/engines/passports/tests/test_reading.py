"""Pictures read by the child: answers with their strips, doubts, reasons, limits."""

import io
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from ancu.engines import confinement, mrz, passports
from ancu.engines.passports import Unread, read_passport, sandbox
from ancu.engines.passports.reading import read_passport_image
from benchmarks.mrz import pages

PICTURES = Path(__file__).parent / "pictures"


def picture(name: str) -> bytes:
    return (PICTURES / f"{name}.jpg").read_bytes()


@pytest.mark.slow
def test_a_passport_becomes_the_texts_of_a_declaration_each_with_its_strip() -> None:
    sight = read_passport(picture("hoffmann"))
    assert sight.certain and sight.format == "TD3"
    assert sight.record == {
        "document_number": "C01X0T478",
        "full_name": "HOFFMANN JOERG",
        "sex": "M",
        "birth_date": "1984-03-08",
        "nationality": "D",
        "document_expiry": "2033-01-15",
    }
    for answer in sight.answers.values():
        assert answer.sure and "".join(sign.text for sign in answer.signs) == answer.text
        with Image.open(io.BytesIO(answer.piece)) as strip:
            assert strip.height == 48 and strip.width < 640
    with Image.open(io.BytesIO(sight.crops[1])) as line, Image.open(io.BytesIO(sight.answers["sex"].piece)) as piece:
        assert piece.width < line.width / 8


def test_readings_far_less_likely_than_a_certain_one_are_no_doubt() -> None:
    """Letters of one weight with digits pass the check digits of any number."""
    look_calm = pages.CaptureLook(tilt=0.08, blur=0.05, noise=3, dark=0, glare=0, jpeg=70, security=10, upright=1.0)
    pixels = pages.page(np.random.default_rng(1), (900, 1200), look_calm, "TD3").image
    data = cv2.imencode(".png", pixels)[1].tobytes()
    reading = mrz.read(data)
    assert reading.certain and any(lines.lines[1][:9] != reading.lines[1][:9] for lines in reading.alternatives)
    assert all(answer.sure and not answer.other_texts for answer in read_passport_image(data).answers.values())


@pytest.mark.slow
def test_a_soft_picture_marks_the_characters_in_doubt_and_is_never_certain() -> None:
    sight = read_passport_image(picture("doubtful"))
    assert not sight.certain and sight.doubts
    number = sight.answers["document_number"]
    assert "".join(sign.text for sign in number.signs) == number.text
    assert any(not sign.sure and sign.others for answer in sight.answers.values() for sign in answer.signs)
    assert not all(answer.sure for answer in sight.answers.values())


def changed(name: str, way: str) -> bytes:
    with Image.open(io.BytesIO(picture(name))) as opened:
        image = opened.convert("L")
    if way == "dark":
        image = image.point(lambda tone: tone // 120)
    elif way == "far":
        image = image.resize((140, 105)).resize((520, 390))
    elif way == "farther":
        image = image.resize((120, 90)).resize((520, 390))
    elif way == "lamp":
        lamp = Image.new("L", (1000, 260), 255)
        image.paste(lamp, (100, image.height - 270))
    elif way == "no zone":
        image = image.crop((0, 0, image.width, image.height // 2))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: picture("blurred"), "blur"),
        (lambda: changed("kim", "dark"), "dark"),
        (lambda: changed("kim", "far"), "far"),
        (lambda: changed("kim", "farther"), "far"),  # check digits that hold by chance make it no better
        (lambda: changed("kim", "lamp"), "glare"),
        (lambda: changed("kim", "no zone"), "no_zone"),
        (lambda: b"not a picture at all", "not_an_image"),
        (lambda: picture("kim")[:3000], "not_an_image"),
    ],
    ids=["blurred", "dark", "far", "farther", "lamp", "no-zone", "text", "cut-off"],
)
def test_what_cannot_be_read_says_why(data, code) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Unread) as refusal:
        read_passport_image(data())
    assert refusal.value.code == code and code in passports.REASONS


def bomb() -> bytes:
    """A PNG of 900 million white pixels in a hundred kilobytes."""
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000), 1).save(out, "PNG")
    return out.getvalue()


@pytest.mark.slow
def test_a_picture_that_unpacks_to_gigabytes_is_refused_at_its_header() -> None:
    data, begun = bomb(), time.monotonic()
    with pytest.raises(Unread) as refusal:
        read_passport(data)
    with pytest.raises(Unread, match="too_large"):
        read_passport(bytes(passports.MOST_BYTES + 1))
    assert refusal.value.code == "too_large" and time.monotonic() - begun < 10


def test_a_child_that_dies_or_hangs_is_a_picture_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    while (child := sandbox._take_idle_child()) is not None:
        confinement.end(child)
    monkeypatch.setattr(sandbox, "PROGRAM", ("-c", "import os; os.kill(os.getpid(), 9)"))
    with pytest.raises(Unread, match="too_heavy"):
        read_passport(picture("kim"))
    monkeypatch.setattr(sandbox, "PROGRAM", ("-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(sandbox, "PATIENCE", 0.5 - sandbox.SECONDS)
    with pytest.raises(Unread, match="too_heavy"):
        read_passport(picture("kim"))


@pytest.mark.slow
def test_one_child_waits_for_one_picture_and_has_neither_key_nor_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret")
    sandbox.prepare_reader()
    sandbox.prepare_reader()
    assert len(sandbox._waiting) == 1
    child = sandbox._waiting[0][0]
    environment = Path(f"/proc/{child.pid}/environ")
    deadline = time.monotonic() + 10
    while b"PYTHONPATH" not in environment.read_bytes() and time.monotonic() < deadline:
        time.sleep(0.01)  # before the child's own program begins, it is still a copy of ours
    assert b"SECRET" not in environment.read_bytes() and b"DATABASE" not in environment.read_bytes()
    read_passport(picture("kim"))
    assert child.poll() is not None and not sandbox._waiting


@pytest.mark.parametrize(("kind", "is_card"), [("TD1", True), ("TD2", True), ("TD3", False)])
def test_the_number_of_a_card_is_said_to_be_one(kind: str, is_card: bool) -> None:
    calm = pages.CaptureLook(
        tilt=0.08, blur=0.05, noise=3, dark=0, glare=0, jpeg=70, security=10, upright=1.0, other_faces=0
    )
    pixels = pages.page(np.random.default_rng(1), (900, 1200), calm, kind).image
    sight = read_passport_image(cv2.imencode(".png", pixels)[1].tobytes())
    assert (sight.format, sight.answers["document_number"].is_of_card) == (kind, is_card)
