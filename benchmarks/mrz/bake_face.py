"""Draws OCR-B and other faces as the reader's strips have them (`ancu/engines/mrz/models/faces.npy`), to tell by.

    python -m benchmarks.mrz.bake_face

Three weights of OCR-B, the mean of its free drawings, and then the other faces that the reader was shown; 37 characters
in the alphabet's order, paper 0 and ink 255.
"""

from pathlib import Path

import cv2
import numpy as np

from ancu.engines.mrz.strips import CAP, HEIGHT
from ancu.engines.mrz.strips import PITCH as STRIP_PITCH
from ancu.engines.mrz.typefaces import BOTTOM, HALF, OCRB, TOP
from benchmarks.mrz.drawing import PITCH, Array, zone_font, zone_names
from benchmarks.mrz.strips import CAP as DRAWN_CAP
from benchmarks.mrz.strips import MIDDLE

OUT = Path(__file__).parents[2] / "ancu" / "engines" / "mrz" / "models" / "faces.npy"
WEIGHTS = (-1, 2, 5)
SOFT = 0.7  # pixels: what lens and paper do to the sharpest print


def placed(glyph: Array) -> Array:
    """Return a drawn character scaled and centred as in a cell of the reader's strips."""
    fx, fy = STRIP_PITCH / PITCH, CAP / DRAWN_CAP
    way = np.array([[fx, 0, HALF + 0.5 - fx * PITCH / 2 - 0.5], [0, fy, HEIGHT / 2 - 0.5 - TOP - fy * (MIDDLE - 0.5)]])
    soft = cv2.GaussianBlur(np.pad(glyph.astype(np.float32), 8), (0, 0), SOFT / fx)
    way[:, 2] -= way[:, :2] @ [8, 8]
    return cv2.warpAffine(soft, way, (2 * HALF + 1, BOTTOM - TOP), flags=cv2.INTER_AREA)


def main() -> None:
    """Write drawings of the trained typefaces' characters to the models' folder."""
    faces = []
    for weight in WEIGHTS:
        drawings = [zone_font(name, weight) for name in ("ocrb", "ocrb_sharp", "ocrb_light")]
        faces.append([placed(glyph) for glyph in np.mean(drawings, 0)])
    assert len(faces) == OCRB
    for name in zone_names()[3:]:
        faces.append([placed(glyph) for glyph in zone_font(name, 0)])
    np.save(OUT, np.clip(np.array(faces), 0, 255).astype(np.uint8))


if __name__ == "__main__":
    main()
