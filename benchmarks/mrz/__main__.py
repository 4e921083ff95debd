"""Reads invented phone photos, and public specimens if a folder of them is given, and says how well.

    python -m benchmarks.mrz [--phone 300] [--stress 80] [--strange 80] [--seed 1] [--specimens FOLDER]
      [--rival PYTHON] [--beside 40]

`--rival` is the Python of a throw-away environment in which other open readers are installed; those it has then read
the very same pictures, the first `--beside` of each set, for they are slow. `make bench-mrz` sets it up. A folder of
specimens holds `labels.csv` with the columns file, type, line1, line2, line3.
"""

import argparse
import csv
import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from ancu.engines.mrz import Unreadable, read, warm_up
from benchmarks.mrz.pages import PHONE, STRANGE, STRESS, CaptureLook, page

SIZES = [(1200, 1600), (1600, 1200), (1512, 2016), (960, 1280)]
MANY = 20
SMALL = [(384, 512), (480, 640), (600, 800)]


class ZoneCase(NamedTuple):
    name: str
    data: bytes
    lines: tuple[str, ...]


def drawn(count: int, seed: int, look: CaptureLook, sizes: list[tuple[int, int]], first: int = 0) -> Iterator[ZoneCase]:
    """Yield ``count`` drawn pictures with the true lines of their zones, from number ``first`` on.

    Each has its own seed, so that a longer set begins the same.
    """
    cv2.setNumThreads(1)
    for i in range(first, first + count):
        rng = np.random.default_rng([seed, i])
        picture = page(rng, sizes[int(rng.integers(len(sizes)))], look)
        data = cv2.imencode(".jpg", picture.image, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
        yield ZoneCase(f"{i:04}.jpg", data, picture.document.lines)


def specimens(folder: Path) -> Iterator[ZoneCase]:
    """Yield the pictures in a folder with the true lines of their zones, from its ``labels.csv``."""
    with (folder / "labels.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            lines = tuple(line for line in (row["line1"], row["line2"], row["line3"]) if line)
            yield ZoneCase(row["file"], (folder / row["file"]).read_bytes(), lines)


class ZoneScore(NamedTuple):
    name: str
    cases: int
    exact: int
    certain: int
    wrong_certain: int
    seconds: list[float]
    processor: list[float]

    def __str__(self) -> str:
        at = np.percentile(self.seconds, [50, 95])
        return (
            f"{self.name:22} exact {self.exact}/{self.cases}  certain {self.certain} ({self.certain / self.cases:.1%})"
            f"  wrong but certain {self.wrong_certain}  seconds {at[0]:.2f} (95 %: {at[1]:.2f})"
            f"  processor seconds {np.mean(self.processor):.2f}"
        )


def ours(name: str, cases: list[ZoneCase], verbose: bool) -> ZoneScore:
    """Return how well our reader reads these pictures; ``verbose`` prints every wrong reading."""
    warm_up()
    exact = certain = wrong = 0
    margins: list[tuple[float, bool]] = []
    seconds, processor = [], []
    for case in cases:
        began, used = time.perf_counter(), time.process_time()
        try:
            reading = read(case.data)
        except Unreadable as refusal:
            lines, sure, code = (), False, refusal.code
        else:
            lines, sure, code = reading.lines, reading.certain, f"margin {reading.margin}"
            margins.append((reading.margin if reading.valid else 0.0, reading.lines == case.lines))
        seconds.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
        exact += lines == case.lines
        certain += sure
        wrong += sure and lines != case.lines
        if verbose and lines != case.lines:
            print(case.name, code, "CERTAIN" if sure else "", *lines, "for", *case.lines, sep="\n    ")
    if verbose:
        for gate in (1, 1.5, 2, 2.5, 3, 4, 5, 6):
            over = [right for margin, right in margins if margin >= gate]
            print(f"gate {gate}: accepted {len(over)}, wrong {len(over) - sum(over)}")
    return ZoneScore(name, len(cases), exact, certain, wrong, seconds, processor)


def rivals(python: str, cases: list[ZoneCase]) -> Iterator[ZoneScore]:
    """Yield how well each other zone reader reads the same pictures.

    They run with ``python``, the interpreter of an environment of their own.
    """
    script = str(Path(__file__).with_name("rival.py"))
    listed = subprocess.run([python, script, "--list"], capture_output=True, text=True, check=True)
    for reader in listed.stdout.split():
        yield rival(python, reader, cases)


def rival(python: str, reader: str, cases: list[ZoneCase]) -> ZoneScore:
    """Return how well another zone reader reads the same pictures, run with the interpreter ``python``."""
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            (Path(folder) / Path(case.name).name).write_bytes(case.data)
        script = Path(__file__).with_name("rival.py")
        names = [str(Path(folder) / Path(case.name).name) for case in cases]
        out = subprocess.run(
            [python, str(script), reader], input="\n".join(names), capture_output=True, text=True, check=True
        )
    answers = json.loads(out.stdout.strip().splitlines()[-1])
    exact = sum(tuple(answer["lines"]) == case.lines for answer, case in zip(answers, cases, strict=True))
    sure = [
        (tuple(answer["lines"]) == case.lines) for answer, case in zip(answers, cases, strict=True) if answer["valid"]
    ]
    seconds = [answer["seconds"] for answer in answers]
    used = [answer["processor"] for answer in answers]
    return ZoneScore(f"  {reader}", len(cases), exact, len(sure), len(sure) - sum(sure), seconds, used)


def main() -> None:
    """Print how well our reader, and others if requested, read zones in all sets of pictures."""
    options = argparse.ArgumentParser()
    options.add_argument("--phone", type=int, default=300)
    options.add_argument("--stress", type=int, default=80)
    options.add_argument("--strange", type=int, default=80)
    options.add_argument("--beside", type=int, default=40, help="pictures of each set that the other readers get")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--specimens", type=Path)
    options.add_argument("--rival", metavar="PYTHON")
    options.add_argument("--verbose", action="store_true", help="show what was misread")
    arguments = options.parse_args()
    sets = [("specimens", list(specimens(arguments.specimens)) if arguments.specimens else [])]
    sets += [("phone photos", list(drawn(arguments.phone, arguments.seed, PHONE, SIZES)))]
    sets += [("strange", list(drawn(arguments.strange, arguments.seed + 2000, STRANGE, SIZES)))]
    sets += [("small and blurred", list(drawn(arguments.stress, arguments.seed + 1000, STRESS, SMALL)))]
    for name, cases in sets:
        if cases:
            print(ours(name, cases, arguments.verbose), flush=True)
            if arguments.rival:
                for score in rivals(arguments.rival, cases[: arguments.beside]):
                    print(score, flush=True)
    # What was drawn stays in memory with us, so the reader's own need is told by a process that only reads.
    print(f"peak memory of a process that reads {MANY} pictures: {alone(sets)} MB")


def alone(sets: list[tuple[str, list[ZoneCase]]]) -> int:
    """Return the peak memory, in MB, of a process that only reads the largest of these pictures with our reader."""
    pictures = [case.data for _, cases in sets for case in cases]
    program = (
        "import pickle, re, sys; from ancu.engines.mrz import read, Unreadable\n"
        "for data in pickle.load(sys.stdin.buffer):\n"
        "  try: read(data)\n  except Unreadable: pass\n"
        # Not getrusage: a process inherits the peak of the one that started it.
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)"
    )
    packed = pickle.dumps(sorted(pictures, key=len)[-MANY:])
    return int(subprocess.run([sys.executable, "-c", program], input=packed, capture_output=True, check=True).stdout)


if __name__ == "__main__":
    main()
