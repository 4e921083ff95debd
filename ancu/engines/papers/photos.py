"""Examine an identity photo: its size, a single face, its position, the background.

Only what the picture is, never who is in it: nothing here looks at features, colour of skin, headgear or expression.
The cascade was made for upright faces seen from the front, which is what the photo must show.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ancu.engines.papers.model import PHOTO_SIZES, PaperRefused, PictureFinding

WORK_HEIGHT = 900  # all shares and thresholds below are measured on a picture of this height
RATIO_SLACK = 0.08
FACE_SHARE = (0.1, 0.55)  # of the picture; the cascade's box goes from brows to chin
OFF_CENTRE = 0.12
LIGHT = 165  # of 255
UNEVEN = 28
SHARP = 18.0
COLOUR = 4.0
Pixels = NDArray[Any]
CASCADE = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml"))
cv2.setNumThreads(1)  # a confined child can start none
Box = tuple[int, int, int, int]


def examine(data: bytes, *, size: str) -> list[PictureFinding]:
    """Return the faults of an identity photo: size, face, sharpness, background.

    ``size`` is a key of ``PHOTO_SIZES``. Raises PaperRefused if the picture is damaged.
    """
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise PaperRefused("image_damaged")
    findings = _size_findings(picture, size)
    scale = WORK_HEIGHT / picture.shape[0]
    width = max(1, min(round(picture.shape[1] * scale), 4 * WORK_HEIGHT))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sharp = picture if scale > 1 else None  # enlarging would blur it: a small photo is judged as it is
    picture = cv2.resize(picture, (width, WORK_HEIGHT), interpolation=method)
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    faces = _faces(grey)
    if not faces:
        findings.append(PictureFinding(code="photo_no_face", severity="error"))
    elif len(faces) > 1:
        findings.append(PictureFinding(code="photo_many_faces", severity="error", values={"faces": len(faces)}))
    else:
        findings += _face_findings(faces[0], width)
        box = faces[0] if sharp is None else _scaled(faces[0], 1 / scale)
        findings += _sharpness_findings(grey if sharp is None else cv2.cvtColor(sharp, cv2.COLOR_BGR2GRAY), box)
    findings += _background_findings(picture, faces[0] if len(faces) == 1 else None)
    return findings


def _size_findings(picture: Pixels, size: str) -> list[PictureFinding]:
    """Return findings about a photo with too few pixels, or of another shape than the key ``size`` requires."""
    ratio = PHOTO_SIZES[size]
    height, width = picture.shape[:2]
    findings = []
    if width < ratio.least[0] or height < ratio.least[1]:
        values = {"width": width, "height": height, "least_width": ratio.least[0], "least_height": ratio.least[1]}
        findings.append(PictureFinding(code="photo_too_small", severity="error", values=values))
    if abs(width / height / ratio.ratio - 1) > RATIO_SLACK:
        values = {"width": ratio.width_cm, "height": ratio.height_cm}
        findings.append(PictureFinding(code="photo_ratio", severity="error", values=values))
    return findings


def _faces(grey: Pixels) -> list[Box]:
    """Return the boxes of faces in the photo, largest first.

    Very small ones are left out: patterns of cloth or people far behind.
    """
    least = WORK_HEIGHT // 8
    boxes = CASCADE.detectMultiScale(grey, scaleFactor=1.08, minNeighbors=6, minSize=(least, least))
    ordered = sorted(((int(x), int(y), int(w), int(h)) for x, y, w, h in boxes), key=lambda box: -box[2])
    faces: list[Box] = []
    for box in ordered:
        if not any(_overlaps(box, face) for face in faces):
            faces.append(box)
    return faces


def _overlaps(a: Box, b: Box) -> bool:
    """Whether two boxes share more than a quarter of the smaller one."""
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return across > 0 and down > 0 and across * down > 0.25 * min(a[2] * a[3], b[2] * b[3])


def _face_findings(face: Box, width: int) -> list[PictureFinding]:
    """Return findings about the face's size and position in the photo."""
    x, y, across, down = face
    share = across * down / (width * WORK_HEIGHT)
    findings = []
    if share < FACE_SHARE[0]:
        findings.append(
            PictureFinding(code="photo_face_small", severity="error", values={"percent": round(100 * share)})
        )
    if share > FACE_SHARE[1]:
        findings.append(
            PictureFinding(code="photo_face_large", severity="error", values={"percent": round(100 * share)})
        )
    aside = abs((x + across / 2) / width - 0.5)
    middle = (y + down / 2) / WORK_HEIGHT
    if aside > OFF_CENTRE or not 0.25 <= middle <= 0.68:
        findings.append(PictureFinding(code="photo_face_off_centre", severity="warning"))
    return findings


def _scaled(box: Box, by: float) -> Box:
    """Return the box with position and size multiplied by ``by``."""
    x, y, across, down = (round(value * by) for value in box)
    return x, y, max(1, across), max(1, down)


def _sharpness_findings(grey: Pixels, face: Box) -> list[PictureFinding]:
    """Return a finding if the face is blurred, measured by the spread of the Laplacian over the face alone."""
    x, y, across, down = face
    spread = float(cv2.Laplacian(grey[y : y + down, x : x + across], cv2.CV_64F).var())
    return [PictureFinding(code="photo_blurred", severity="error")] if spread < SHARP else []


def _background_findings(picture: Pixels, face: Box | None) -> list[PictureFinding]:
    """Return findings about a dark or uneven background, and about a photo without colour.

    The background is measured on both sides above the shoulders; ``face`` is None unless there is exactly one.
    """
    width = picture.shape[1]
    side = max(4, round(width * 0.1))
    bottom = round(WORK_HEIGHT * 0.4) if face is None else max(20, face[1] + face[3] // 2)
    strips = np.concatenate([picture[:bottom, :side].reshape(-1, 3), picture[:bottom, -side:].reshape(-1, 3)])
    light = strips.max(axis=1).astype(np.float64)
    findings = []
    if np.median(light) < LIGHT:
        findings.append(PictureFinding(code="photo_background_dark", severity="error"))
    low, high = np.percentile(strips.mean(axis=1), (10, 90))
    if high - low > 2 * UNEVEN:
        findings.append(PictureFinding(code="photo_background_uneven", severity="warning"))
    chroma = np.ptp(picture.astype(np.int16), axis=2)
    if float(chroma.mean()) < COLOUR:
        findings.append(PictureFinding(code="photo_no_colour", severity="warning"))
    return findings
