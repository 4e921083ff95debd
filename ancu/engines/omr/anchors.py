"""The six black squares of a page: their printed places, and locating the page by them.

They are ArUco markers, each different, so that one alone says which corner it is and which way is up.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ancu.engines.omr.model import HEIGHT, WIDTH

Grey = NDArray[Any]  # of np.uint8, which the stubs of OpenCV do not promise
Matrix = NDArray[np.float64]

ANCHOR_SIZE = 8.0
_EDGE = 8.0
_RIGHT, _MIDDLE, _BOTTOM = WIDTH - _EDGE - ANCHOR_SIZE, (HEIGHT - ANCHOR_SIZE) / 2, HEIGHT - _EDGE - ANCHOR_SIZE
ANCHOR_PLACES = (
    *((_EDGE, _EDGE), (_RIGHT, _EDGE)),
    *((_EDGE, _MIDDLE), (_RIGHT, _MIDDLE)),
    *((_EDGE, _BOTTOM), (_RIGHT, _BOTTOM)),
)
"""The top left corner of each in millimetres; its place in this list is its number."""
CELLS = 6
LEAST = 3  # squares without which the page's place would be guessed at
STRAY = 2.0  # millimetres by which a square may lie beside where the others say; a fold moves as much
FIRST_LOOK = 1500  # longest side at which the squares are looked for first
_DICTIONARY = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)


class Unplaced(ValueError):
    """The page could not be located or identified; ``problem`` is one of ``model.UNREAD``."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def bits_of(number: int) -> list[list[int]]:
    """Return the pattern of the anchor square with this number, row by row: 1 white, 0 black, border included."""
    drawn = cv2.aruco.generateImageMarker(_DICTIONARY, number, CELLS)
    return [[int(cell > 127) for cell in row] for row in drawn]


def locate_page(grey: Grey) -> tuple[Matrix, Matrix]:
    """Return two homographies from millimetres of the page to pixels: of its upper and its lower half.

    They follow a sheet that was folded or bends; both are the same where a square in the middle is missing. Raises
    Unplaced.
    """
    squares = _find_squares(grey)
    if len(squares) < LEAST:
        raise Unplaced("no_page")
    transform = _homography(squares)
    near = {number: corners for number, corners in squares.items() if _displacement(transform, number, corners) < STRAY}
    if len(near) < LEAST:
        raise Unplaced("no_page")
    transform = _homography(near)
    if not {2, 3} <= near.keys():
        return transform, transform
    halves = []
    for numbers in ((0, 1, 2, 3), (2, 3, 4, 5)):
        half: dict[int, Matrix] = {number: near[number] for number in numbers if number in near}
        halves.append(_homography(half) if len(half) == 4 else transform)
    return halves[0], halves[1]


def _find_squares(grey: Grey) -> dict[int, Matrix]:
    """Find the anchor squares in a picture; return the corners of each, by number.

    They are clockwise from the square's own top left. Raises Unplaced when the picture shows two sheets.
    """
    part = min(1.0, FIRST_LOOK / max(grey.shape))
    small = cv2.resize(grey, None, fx=part, fy=part, interpolation=cv2.INTER_AREA) if part < 1 else grey
    squares = _detect_squares(small)
    if len(squares) < len(ANCHOR_PLACES):  # a second look, with the light evened, at all there is
        clear = cv2.createCLAHE(3.0, (8, 8)).apply(grey)
        evened = {number: corners * part for number, corners in _detect_squares(clear).items()}
        squares = evened | squares
    return {number: _refined_corners(grey, corners / part) for number, corners in squares.items()}


def _detect_squares(grey: Grey) -> dict[int, Matrix]:
    """Detect the anchor squares in the picture; return their corners by number."""
    options = cv2.aruco.DetectorParameters()
    options.adaptiveThreshWinSizeMin, options.adaptiveThreshWinSizeMax, options.adaptiveThreshWinSizeStep = 9, 45, 12
    options.minMarkerPerimeterRate = 0.03
    corners, numbers, _rejected = cv2.aruco.ArucoDetector(_DICTIONARY, options).detectMarkers(grey)
    detections = zip(corners, [] if numbers is None else numbers.ravel(), strict=True)
    fours = [(int(number), four.reshape(4, 2).astype(np.float64)) for four, number in detections]
    return _unique_detections([(number, four) for number, four in fours if number < len(ANCHOR_PLACES)])


def _unique_detections(detections: list[tuple[int, Matrix]]) -> dict[int, Matrix]:
    """Return the corners of each anchor square that was detected once, by its number.

    Squares of unlikely size are ignored, as a filled box may look like one. Several numbers detected twice mean two
    sheets, which raises Unplaced.
    """
    usual = float(np.median([_mean_side(corners) for _number, corners in detections])) if detections else 0.0
    likely = [(number, corners) for number, corners in detections if 0.62 < _mean_side(corners) / usual < 1.6]
    numbers = [number for number, _corners in likely]
    twice = {number for number in numbers if numbers.count(number) > 1}
    if len(twice) > 1:
        raise Unplaced("several_pages")
    return {number: corners for number, corners in likely if number not in twice}


def _mean_side(corners: Matrix) -> float:
    """Return the mean side of a square in pixels."""
    return float(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).mean())


def _refined_corners(grey: Grey, corners: Matrix) -> Matrix:
    """Return the square's corners refined to fractions of a pixel, in the picture at full size."""
    reach = max(2, round(_mean_side(corners) / CELLS * 0.6))
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 30, 0.01)
    points = corners.reshape(-1, 1, 2).astype(np.float32)
    refined = cv2.cornerSubPix(grey, points, (reach, reach), (-1, -1), stop).reshape(4, 2).astype(np.float64)
    moved = np.linalg.norm(refined - corners, axis=1, keepdims=True)
    return np.where(moved < reach, refined, corners)


def _printed_corners(number: int) -> Matrix:
    """Return the corners of an anchor square where it is printed, in millimetres of the page."""
    x, y = ANCHOR_PLACES[number]
    far = ANCHOR_SIZE
    return np.array([(x, y), (x + far, y), (x + far, y + far), (x, y + far)], np.float64)


def _homography(squares: dict[int, Matrix]) -> Matrix:
    """Return the homography from millimetres of the page to pixels, fitted to these squares. Raises Unplaced."""
    flat = np.vstack([_printed_corners(number) for number in sorted(squares)])
    corners = np.vstack([squares[number] for number in sorted(squares)])
    matrix, _inliers = cv2.findHomography(
        flat, corners, cv2.RANSAC if len(squares) > 4 else 0, _pixels_per_millimetre(corners, flat) * STRAY
    )
    if matrix is None or np.linalg.det(matrix[:2, :2]) <= 0:  # a sheet seen in a mirror is none
        raise Unplaced("no_page")
    return np.asarray(matrix, np.float64)


def _pixels_per_millimetre(corners: Matrix, flat: Matrix) -> float:
    """Return the approximate number of picture pixels for a millimetre of the page."""
    return float(np.linalg.norm(np.ptp(corners, axis=0)) / np.linalg.norm(np.ptp(flat, axis=0)))


def _displacement(matrix: Matrix, number: int, corners: Matrix) -> float:
    """Return how far an anchor square was detected from where it is printed, in millimetres of the page.

    ``matrix`` is the homography from the page to the picture.
    """
    back = cv2.perspectiveTransform(corners.reshape(1, -1, 2), np.linalg.inv(matrix))[0]
    return float(np.linalg.norm(back - _printed_corners(number), axis=1).mean())
