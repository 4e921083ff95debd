"""Files of strangers, read in a process of their own: stacks in every wrapping, and files made to do harm."""

import contextlib
import io
import os
import random
import struct
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from ancu.engines.omr import REFUSALS, PageReading, SheetsRefused, read, sandbox
from ancu.engines.omr.opening import MOST_PAGES, count_pages, grey_pages
from ancu.engines.omr.reading import read_here
from ancu.engines.omr.tests import paper
from ancu.engines.papers.tests import samples

ANSWERS = {"one/1": "crossed", "grid/1/2": "ticked", "grid/2/2": "filled", "grid/3/2": "crossed", "mood/10": "crossed"}


def stack() -> list[np.ndarray]:
    """Out of order, one of them upside down, one that is none of ours."""
    pages = [paper.marked(ANSWERS, serial) for serial in (3, 1, 2)]
    return [pages[0], np.ascontiguousarray(pages[1][::-1, ::-1]), np.full_like(pages[0], 250), pages[2]]


def summaries(pages: list[PageReading]) -> list[tuple[int, int, str, int]]:
    return [(page.index, page.count, page.problem, page.serial) for page in pages]


READ = [(0, 4, "", 3), (1, 4, "", 1), (2, 4, "no_page", 0), (3, 4, "", 2)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format", "options"),
    [("PDF", {"resolution": paper.DPI}), ("TIFF", {"compression": "tiff_lzw"}), ("TIFF", {"compression": "group4"})],
)
def test_a_stack_is_read_page_by_page(format: str, options: dict[str, object]) -> None:
    data = paper.bundle(stack(), format, **options)
    pages = list(read_here(data, [paper.sheet().layout], secret=paper.SECRET))
    assert summaries(pages) == READ
    for page in pages:
        if not page.problem:
            assert {mark.id for mark in page.marks if mark.chosen} == set(ANSWERS)


@pytest.mark.slow
def test_a_photo_packed_as_heic_is_read_like_any_other() -> None:
    photo = Image.fromarray(paper.photo(paper.marked(ANSWERS, 2))).convert("RGB")
    [page] = read_here(samples.heic(photo), [paper.sheet().layout], secret=paper.SECRET)
    assert (page.problem, page.serial) == ("", 2)
    assert {mark.id for mark in page.marks if mark.chosen} == set(ANSWERS)


@pytest.mark.slow
def test_the_process_of_its_own_says_the_same() -> None:
    data = paper.bundle(stack(), "TIFF", compression="group4")
    here = list(read_here(data, [paper.sheet().layout], secret=paper.SECRET))
    assert list(read(data, [paper.sheet().layout], secret=paper.SECRET)) == here


def readers() -> set[str]:
    """Processes of ours that read scans now."""
    children = {pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}
    return {pid for pid in children if b"ancu.engines.omr" in Path(f"/proc/{pid}/cmdline").read_bytes()}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_whoever_stops_listening_leaves_no_process_behind() -> None:
    data = paper.bundle(stack(), "TIFF", compression="group4")
    pages = read(data, [paper.sheet().layout], secret=paper.SECRET)
    next(pages)
    assert len(readers()) == 1
    pages.close()
    assert readers() == set()


def refused(data: bytes) -> str:
    with pytest.raises(SheetsRefused) as caught:
        list(read(data, [paper.sheet().layout], secret=paper.SECRET))
    assert caught.value.code in REFUSALS
    return caught.value.code


def looped_tiff() -> bytes:
    """A picture that says the next one is itself."""
    data = bytearray(paper.bundle([paper.printed()], "TIFF"))
    at = struct.unpack_from("<L", data, 4)[0]
    count = struct.unpack_from("<H", data, at)[0]
    struct.pack_into("<L", data, at + 2 + 12 * count, at)
    return bytes(data)


def pdf_with_password() -> bytes:
    return samples.saved(samples.pdf(1), encryption=pikepdf.Encryption(owner="o", user="u"))


@pytest.mark.slow
def test_what_is_no_scan_is_refused_with_a_reason() -> None:
    assert refused(b"<html>hello</html>") == "not_a_scan"
    for data, code in (
        (b"", "not_a_scan"),
        (b"%PDF-1.7\nnothing", "damaged"),
        (pdf_with_password(), "password"),
        (paper.jpeg(paper.printed())[:3000], "damaged"),
        (samples.png_bomb(), "too_many_pixels"),
    ):
        with pytest.raises(SheetsRefused) as caught:
            list(read_here(data, [], secret=b""))
        assert caught.value.code == code


def test_a_circle_of_pictures_and_a_pile_of_pages_have_an_end() -> None:
    began = time.monotonic()
    assert count_pages(looped_tiff()) == 1
    with pikepdf.Pdf.new() as pile:
        for _number in range(MOST_PAGES + 1):
            pile.add_blank_page(page_size=(595, 842))
        with pytest.raises(SheetsRefused, match="too_many_pages"):
            count_pages(samples.saved(pile))
    assert time.monotonic() - began < 10


def test_a_page_as_long_as_a_road_takes_no_memory() -> None:
    with pikepdf.Pdf.new() as road:
        road.add_blank_page(page_size=(14_000, 200))
        road.add_blank_page(page_size=(3, 14_000))
        assert list(grey_pages(samples.saved(road))) == [None, None]


@pytest.mark.slow
def test_one_damaged_page_does_not_cost_the_stack() -> None:
    data = bytearray(
        paper.bundle([paper.marked(ANSWERS, serial) for serial in (1, 2, 3)], "TIFF", compression="tiff_lzw")
    )
    middle = len(data) // 2
    data[middle - 2000 : middle + 2000] = bytes(4000)
    pages = list(read(bytes(data), [paper.sheet().layout], secret=paper.SECRET))
    assert [page.index for page in pages] == [0, 1, 2]
    assert (pages[0].serial, pages[2].serial) == (1, 3)


@pytest.mark.slow
def test_a_page_that_kills_its_reader_is_told_as_damaged_and_the_others_are_read() -> None:
    """One page unpacks to more than the child may hold."""
    packer = zlib.compressobj(9)
    first = packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = first + packed * 1200 + packer.flush()
    with pikepdf.Pdf.open(io.BytesIO(paper.stack())) as document:
        document.pages[1].obj.Contents = pikepdf.Stream(document, bomb, Filter=pikepdf.Name.FlateDecode)
        data = samples.saved(document, recompress_flate=False)
    pages = list(read(data, [paper.sheet().layout], secret=paper.SECRET))
    assert summaries(pages) == [(0, 5, "", 1), (1, 5, "damaged", 0), (2, 5, "", 3), (3, 5, "", 4), (4, 5, "", 5)]


def test_a_page_that_takes_too_long_ends_the_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 0.01)
    assert refused(paper.stack()) == "too_heavy"


def spoilt(data: bytes, seed: int) -> bytes:
    """A few bytes turned, a piece cut out or doubled: what a bad line and a bad will make of a file."""
    rng = random.Random(seed)
    out = bytearray(data)
    for _time in range(rng.randint(1, 12)):
        at = rng.randrange(len(out))
        how = rng.randrange(4)
        if how == 0:
            out[at] = rng.randrange(256)
        elif how == 1:
            del out[at : at + rng.randrange(1, 200)]
        elif how == 2:
            out[at:at] = out[max(0, at - 64) : at]
        else:
            out[at : at + 4] = rng.choice([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"])
        if len(out) < 64:
            break
    return bytes(out)


def fuzz(rounds: int, first: int) -> None:
    small = cv2.resize(paper.marked(ANSWERS), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    seeds = [
        paper.jpeg(small, 50), paper.png(small), paper.bundle([small, small], "PDF"),
        paper.bundle([small, small], "TIFF", compression="group4"),
        paper.bundle([small], "TIFF", compression="tiff_lzw"),
    ]  # fmt: skip
    for number in range(rounds):
        data = spoilt(seeds[number % len(seeds)], first + number)
        with contextlib.suppress(SheetsRefused):  # most are, and none may do anything else
            pages = list(read_here(data, [], secret=paper.SECRET))
            assert all(page.serial in (0, 1) for page in pages)


@pytest.mark.slow
def test_spoilt_files_are_read_or_refused_and_nothing_else() -> None:
    fuzz(25, first=1)


@pytest.mark.fuzz
@pytest.mark.skipif(not os.environ.get("ANCU_LONG"), reason="the long run: make fuzz")
def test_many_spoilt_files() -> None:
    fuzz(1500, first=1000)


def test_noise_is_no_page() -> None:
    noise = np.random.default_rng(5).integers(0, 255, (1200, 900), np.uint8)
    assert summaries(list(read_here(paper.png(noise), [], secret=b""))) == [(0, 1, "no_page", 0)]


@pytest.mark.slow
def test_the_printed_file_itself_can_be_read() -> None:
    """A stack that was never printed: a PDF of text and lines, rendered here."""
    document = pypdfium2.PdfDocument(paper.stack())
    assert len(document) == 5
    document.close()
    pages = list(read_here(paper.stack(), [paper.sheet().layout], secret=paper.SECRET))
    assert [page.serial for page in pages] == [1, 2, 3, 4, 5]
