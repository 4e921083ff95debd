"""The few pictures that tests send: invented guests' passports as a phone takes them.

    python -m benchmarks.mrz.specimens

Drawn from seeds; drawn again they are the same picture, as far as the drawing libraries are the same.
"""

from pathlib import Path

import cv2
import numpy as np

from benchmarks.mrz import pages
from benchmarks.mrz.documents import Document, check

FOLDER = Path(__file__).parents[2] / "ancu" / "engines" / "passports" / "tests" / "pictures"
SIZE = (900, 1200)
LOOK = pages.PHONE._replace(
    dark=0, glare=0, blur=0.05, noise=3, security=10, other_faces=0, upright=1, fill=(0.9, 0.97)
)
GUESTS = {
    "hoffmann": ("D", "HOFFMANN<<JOERG", "C01X0T478", "840308", "M", "330115"),
    "kim": ("KOR", "KIM<<NA<RA", "M38200429", "900214", "F", "310701"),
    "tanaka": ("JPN", "TANAKA<<YUKI", "TR1234567", "881130", "F", "290320"),
    "sutarno": ("IDN", "SUTARNO", "X0000777", "710509", "M", "280911"),
}


def passport(state: str, names: str, number: str, born: str, sex: str, ends: str) -> Document:
    """Return a passport's zone with these data and right check digits."""
    mid = number.ljust(9, "<") + check(number.ljust(9, "<")) + state.ljust(3, "<")
    mid += born + check(born) + sex + ends + check(ends) + "<" * 14 + "0"
    composite_digit = check(mid[:10] + mid[13:20] + mid[21:])
    return Document("TD3", (("P<" + state.ljust(3, "<") + names).ljust(44, "<"), mid + composite_digit))


def photographed(document: Document, seed: int, look: pages.CaptureLook = LOOK) -> pages.Array:
    """Return the drawn photo of a document on a table; the same ``seed`` gives the same photo."""
    rng = np.random.default_rng([2026, seed])
    canvas, _lines = pages.face(rng, document, look)
    way = pages._hand_held(rng, canvas.shape, SIZE, look, False)
    return pages._shot(rng, canvas, way, SIZE, look, False)


def main() -> None:
    """Write drawn photos of invented passports to the tests' folder."""
    cv2.setNumThreads(1)
    FOLDER.mkdir(exist_ok=True)
    drawn = {name: photographed(passport(*of), seed) for seed, (name, of) in enumerate(GUESTS.items(), 1)}
    soft = photographed(passport(*GUESTS["tanaka"]), 8)
    drawn["doubtful"] = cv2.GaussianBlur(soft, (0, 0), 5)
    drawn["blurred"] = cv2.GaussianBlur(drawn["kim"], (0, 0), 9)
    for name, image in drawn.items():
        cv2.imwrite(str(FOLDER / f"{name}.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, 60])


if __name__ == "__main__":
    main()
