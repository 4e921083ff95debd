"""Bad input never raises, and no record is ever lost: whatever is done to a file, `read` answers."""

import io
import os
import random
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ancu.engines.exchange import CODES, DeclarationFile, read

SAMPLES = sorted(p for p in (Path(__file__).parent / "samples").iterdir() if p.name != "MANIFEST.csv")
TODAY = date(2026, 10, 15)
_PIECES = (
    *(
        b"&",
        b"<",
        b">",
        b"]]>",
        b"\x00",
        b"\xff",
        b'"',
        b"'",
        b",",
        b"\n",
        b"\r\n",
        b"<!DOCTYPE x>",
        b"&x;",
        b"{",
        b"[",
    ),
    *(b"<THONG_TIN_KHACH>", b"</THONG_TIN_KHACH>", b"</KHAI_BAO_TAM_TRU>", b"undefined", b"\xcc\x81", b"\xef\xbf\xbe"),
)


_FRAMES = ("{}", "<a>{}</a>", "[{}]", "STT,Họ tên,Ngày sinh,Quốc tịch\n1,{}", "<table>{}")


def check(reading: DeclarationFile) -> None:
    """What holds for every answer."""
    assert [row.position for row in reading.rows] == list(range(1, len(reading.rows) + 1))
    examples = sum(row.is_example for row in reading.rows)
    accepted = sum(not row.is_example and not row.errors for row in reading.rows)
    refused = sum(not row.is_example and bool(row.errors) for row in reading.rows)
    assert examples == reading.skipped_examples
    assert examples + accepted + refused == len(reading.rows)
    if accepted + refused == 0:
        assert reading.problem is not None, "a file without a guest is never a success"
    if reading.problem is not None:
        assert CODES[reading.problem.code].level == "problem"
    for row in reading.rows:
        check_row(row.values, row)


def check_row(guest: object, row: object) -> None:
    from ancu.engines.exchange import Guest, GuestRow

    assert isinstance(guest, Guest) and isinstance(row, GuestRow)
    assert all(CODES[f.code].level == "error" for f in row.errors)
    assert all(CODES[f.code].level == "warning" for f in row.warnings)
    assert all(CODES[f.code].level == "note" for f in row.notes)
    assert row.line is None or row.line >= 1
    assert row.raw is not None
    if not row.errors and not row.is_example:
        required = (guest.full_name, guest.birth_date, guest.nationality, guest.document_number)
        assert all(required) and guest.arrived_on and guest.expected_departure
        assert guest.expected_departure >= guest.arrived_on
    for text in (guest.full_name, guest.document_number, guest.room):
        if text:
            text.encode("utf-8")
            assert "\x00" not in text


def mutate(data: bytes, rng: random.Random) -> bytes:
    """A few cuts, repeats, flips and insertions."""
    body = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(body) + 1)
        match rng.randrange(5):
            case 0:
                body[at:at] = rng.choice(_PIECES)
            case 1:
                del body[at : at + rng.randint(1, 30)]
            case 2 if at < len(body):
                body[at] = rng.randrange(256)
            case 3:
                body[at:at] = body[max(0, at - rng.randint(1, 400)) : at]
            case _ if rng.random() < 0.1:
                del body[at:]
    return bytes(body)


LONG = os.environ.get("ANCU_LONG") == "1"
SECONDS_EACH = float(os.environ.get("FUZZ_SECONDS", "30"))
_RUNS = 25


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.name)
def test_mutated_samples(sample: Path) -> None:
    data = sample.read_bytes()
    rng = random.Random(sample.name)
    for _ in range(_RUNS if len(data) < 20_000 else max(_RUNS // 8, 2)):
        check(read(mutate(data, rng), today=TODAY))


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.name)
def test_truncated_samples(sample: Path) -> None:
    data = sample.read_bytes()
    for end in range(0, len(data), max(len(data) // 12, 1)):
        check(read(data[:end], today=TODAY))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    check(read(data, today=TODAY))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.sampled_from(_FRAMES))
def test_any_text(text: str, frame: str) -> None:
    check(read(frame.replace("{}", text).encode("utf-8", "replace"), today=TODAY))


@pytest.mark.fuzz
@pytest.mark.skipif(not LONG, reason="long; make fuzz")
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.name)
def test_long_fuzz(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """New inputs on every run; the one that fails is kept, so that it can become a test."""
    data = sample.read_bytes()
    rng = random.Random()
    until = time.monotonic() + SECONDS_EACH
    while time.monotonic() < until:
        for change in (mutate, inside):
            body = change(mutate(data, rng) if change is mutate else data, rng)
            try:
                check(read(body, today=TODAY))
            except BaseException as error:
                case_file = tmp_path_factory.mktemp("fuzz") / sample.name
                case_file.write_bytes(body)
                error.add_note(f"the input is kept as {case_file}")
                raise


def inside(data: bytes, rng: random.Random) -> bytes:
    """For a workbook, changes of what is packed in it: of the packed bytes nearly all are caught by the checksum."""
    if not data.startswith(b"PK"):
        return mutate(data, rng)
    source, buffer = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    names = source.namelist()
    chosen = rng.choice(names)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, mutate(source.read(name), rng) if name == chosen else source.read(name))
    return buffer.getvalue()
