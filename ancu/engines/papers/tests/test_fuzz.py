"""Whatever the bytes are: a clean paper or a refusal by its code, in little memory and little time."""

import os
import random
import subprocess
import sys
import time

import msgspec
import pytest

from ancu.engines.papers import REFUSALS, PaperRefused, clean, model
from ancu.engines.papers.images import clean_image
from ancu.engines.papers.pdfs import clean_pdf
from ancu.engines.papers.tests import samples

SAMPLES = {
    "jpeg": samples.jpeg(samples.page_of_text(300, 400)),
    "png": samples.png(samples.page_of_text(300, 400)),
    "pdf": samples.saved(samples.busy_pdf()),
    "signed": samples.signed_pdf(),
}
SECONDS, MEGABYTES = 10, 300
MEASURED = """
import sys
from ancu.engines.papers.__main__ import main
status = open("/proc/self/status")  # once confined, it can open nothing
main(*sys.argv[1:])
print(next(line for line in status if line.startswith("VmHWM")), file=sys.stderr)
"""


def mutate(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _number in range(rng.randint(1, 12)):
        at = rng.randrange(len(changed))
        kind = rng.randrange(4)
        if kind == 0:
            changed[at] = rng.randrange(256)
        elif kind == 1:
            del changed[at : at + rng.randint(1, 40)]
        elif kind == 2:
            changed[at:at] = changed[: rng.randint(1, 40)]
        else:
            changed[at : at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"9999", b"<<<<"])
        changed = changed or bytearray(b"%")
    return bytes(changed)


def in_process(data: bytes) -> None:
    """Without a child for each: the parsers' own answers must be refusals already."""
    kind = model.sniff(data)
    try:
        cleaned = clean_pdf(data, max_pages=50) if kind == model.PDF else clean_image(data, kind, kind="scan")
    except PaperRefused as refused:
        code = refused.code
    else:
        code = ""
        assert cleaned.data and cleaned.pages >= 1
    assert not code or code in REFUSALS


@pytest.mark.parametrize("name", SAMPLES)
def test_mutated_papers(name: str) -> None:
    rng, runs = random.Random(name), int(os.environ.get("FUZZ", "25"))
    for _number in range(runs):
        data = mutate(SAMPLES[name], rng)
        if model.sniff(data) != model.UNKNOWN:
            in_process(data)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [b"%PDF-1.7\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"\0\0\0\x18ftypheic"])
def test_noise_after_a_true_beginning(kind: bytes) -> None:
    rng = random.Random(kind)
    for size in (0, 1, 50, 5000):
        with pytest.raises(PaperRefused) as refused:
            clean(kind + rng.randbytes(size))
        assert refused.value.code in REFUSALS


def heavy_papers() -> dict[str, bytes]:
    return {
        "jpeg 12 MP": samples.jpeg(samples.page_of_text(4000, 3000)),
        "jpeg 50 MP progressive": samples.jpeg(samples.page_of_text(8000, 6250), progressive=True),
        "heic 12 MP": samples.heic(samples.page_of_text(4000, 3000)),
        "png bomb": samples.png_bomb(),
        "pdf bomb": samples.stream_bomb(900),
        "pdf 40 pages": samples.saved(samples.pdf(40, picture=samples.jpeg(samples.page_of_text(300, 400)))),
    }


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_heavy_papers_keep_to_little_memory_and_time() -> None:
    """The child tells its own highest mark: what the system counts for children includes the parent's."""
    for name, data in heavy_papers().items():
        request = {"data": data, "options": {"kind": "scan", "max_pages": 50}}
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, "clean", model.sniff(data)], input=msgspec.msgpack.encode(request),
            capture_output=True, check=False, timeout=3 * SECONDS,
        )  # fmt: skip
        spent, peak = time.monotonic() - began, int(done.stderr.split()[-2]) // 1024
        print(f"{name}: {spent:.1f} s, {peak} MB")  # noqa: T201
        assert spent < SECONDS and peak < MEGABYTES, name
