"""Draws a pool of strips for training the reader, in a process beside it: a strip is used several times, in windows.

    nice -n 19 python -m benchmarks.mrz.pool --seed 1 --chunks 60 --to /tmp/mrz_pool

Half are drawn as lines (`strips.strip`), half are cut by the reader's own finder and cutter out of whole drawn pictures
(`pages.page`): what it will see. A quarter have their light evened, as the reader does when it looks again.
Needs the program's own environment, for the finder runs on onnxruntime.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from ancu.engines.mrz.finder import TextLine, find_zones
from ancu.engines.mrz.strips import PITCH, View, cut_strip, even_contrast
from benchmarks.mrz.drawing import Array
from benchmarks.mrz.pages import CaptureLook, PassportPhoto, page
from benchmarks.mrz.strips import BLANK, HEIGHT, STRIDE, WIDTH, columns, strip

CHUNK = 1000
VIEWS = 3
SIZES = [(1200, 1600), (1512, 2016), (960, 1280), (960, 1280), (600, 800), (480, 640), (384, 512)]
VARIED = CaptureLook(
    tilt=0.28, blur=0.15, lamp=0.7, security=30.0, other_faces=0.3, fill=(0.45, 1.0), upright=0.7, slanting=0.3,
    marked=0.25, close=0.1, free=True,
)  # fmt: skip
"""More of everything than is measured."""
Strip = tuple[Array, Array]


def photographed(rng: np.random.Generator) -> Iterator[Strip]:
    """Draw one picture of a document; yield strips of its zone's lines with labels, each line in several views."""
    picture = page(rng, SIZES[int(rng.integers(len(SIZES)))], VARIED)
    grey = np.clip(picture.image, 0, 255).astype(np.uint8)
    for line in [line for zone in find_zones(grey, 640).zones[:1] for line in zone]:
        row = _which(picture, line)
        if row is not None:
            for _ in range(VIEWS):
                yield _cut(rng, grey, line, picture.document.lines[row], picture.lines[row])


def _which(picture: PassportPhoto, line: TextLine) -> int | None:
    """Return the index of the drawn line that the finder detected as ``line``.

    None if it is none of them, or if it reads backwards.
    """
    x, y = line.middle()
    for row, (path, cap) in enumerate(zip(picture.lines, picture.caps, strict=True)):
        way = (path[-1] - path[0]) / np.linalg.norm(path[-1] - path[0])
        if np.linalg.norm(path - [x, y], axis=1).min() < 2.5 * cap and way @ line.axis > 0.9:
            across = abs((path[8] - [x, y]) @ [-way[1], way[0]])
            if across < 0.8 * cap:
                return row
    return None


def _cut(rng: np.random.Generator, grey: Array, line: TextLine, text: str, path: Array) -> Strip:
    """Return the strip of a line cut from a picture with random inaccuracy, and the label of each column.

    ``path`` is where the line was drawn, ``text`` what it says.
    """
    view = View(rng.uniform(0.93, 1.08), rng.normal(0, 0.8), rng.uniform(0.92, 1.22))
    count = len(text)
    out = cut_strip(grey, line, count, view)[:, :WIDTH]
    # The path's points are evenly spaced on the document, as the characters are.
    mids = (np.arange(count) + 0.5) / count * (len(path) - 1)
    along = np.interp(mids, np.arange(len(path)), path @ line.axis)
    wide = PITCH * view.stretch
    places = ((along - line.start) * count / line.length + view.margin(count)) * wide
    labels = columns(text, places, wide)
    labels[out.shape[1] // STRIDE :] = BLANK
    return np.pad(out, ((0, 0), (0, WIDTH - out.shape[1])), mode="edge"), labels


def pooled(rng: np.random.Generator) -> Iterator[Strip]:
    """Yield strips with their labels for training, half of them cut from drawn pictures."""
    while True:
        yield from photographed(rng)
        for _ in range(2 * VIEWS):
            yield strip(rng)


def main() -> None:
    """Draw strips for training and write them to a folder, chunk by chunk."""
    options = argparse.ArgumentParser()
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--chunks", type=int, default=60)
    options.add_argument("--to", type=Path, default=Path("/tmp/mrz_pool"))
    arguments = options.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    for i in range(arguments.chunks):
        rng = np.random.default_rng([arguments.seed, i])
        source = pooled(rng)
        strips = np.empty((CHUNK, HEIGHT, WIDTH), np.uint8)
        labels = np.empty((CHUNK, WIDTH // STRIDE), np.uint8)
        for j in range(CHUNK):
            strip, labels[j] = next(source)
            strips[j] = even_contrast(strip) if rng.random() < 0.25 else strip
        part = arguments.to / f"{arguments.seed}_{i}.part.npz"
        np.savez(part, strips=strips, labels=labels)
        part.rename(arguments.to / f"{arguments.seed}_{i}.npz")


if __name__ == "__main__":
    main()
