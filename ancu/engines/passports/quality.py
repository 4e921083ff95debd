"""Why a picture could not be read, judged by its light: advice for the next one.

The limits were set on drawn pictures (``benchmarks.mrz``) spoiled in one way each; a guess here is advice, and never
keeps a picture from being read.
"""

import numpy as np

from ancu.engines.mrz.picture import Grey, open_picture, scaled

LEAST_SIDE = 700  # below, a line of 44 characters has no pixels for its letters
SIDE = 1000  # at which light and sharpness are judged
DARK = 70  # the lightest tenth of the picture is darker
WHITE = 250
SQUARE = 20
LAMP = 0.01  # share of the picture in which a lamp has left nothing of the print
SOFT = 12.0  # mean strength of the strongest edges


def reason(data: bytes, code: str) -> str:
    """Return the code of why a picture could not be read: far, dark, blur or glare where that shows in it.

    ``code`` is the reader's own reason; only no_zone and not_legible are made more precise.
    """
    if code not in ("no_zone", "not_legible"):
        return code
    grey = open_picture(data)
    if max(grey.shape) < LEAST_SIDE:
        return "far"
    small = _at_judged_size(grey)
    if np.percentile(small, 90) < DARK:
        return "dark"
    if _edge_steepness(small) < SOFT:
        return "blur"
    if _overexposed_share(small) > LAMP:
        return "glare"
    return "far" if code == "not_legible" else code


def _at_judged_size(grey: Grey) -> Grey:
    """Return the picture scaled to the size for which the limits of darkness and blur were chosen."""
    part = SIDE / max(grey.shape)
    return scaled(grey, max(1, round(grey.shape[1] * part)), max(1, round(grey.shape[0] * part)))


def _overexposed_share(grey: Grey) -> float:
    """Return the share of small squares that are purely white, as under glare; lit paper still has grain."""
    high, wide = (side // SQUARE * SQUARE for side in grey.shape)
    squares = grey[:high, :wide].reshape(high // SQUARE, SQUARE, wide // SQUARE, SQUARE)
    return float((squares.min(axis=(1, 3)) >= WHITE).mean())


def _edge_steepness(grey: Grey) -> float:
    """Return the steepness of the steepest hundredth of the picture's edges: sharp print has steep edges."""
    values = grey.astype(np.float32)
    steps = np.abs(np.diff(values, axis=1))[:-1] + np.abs(np.diff(values, axis=0))[:, :-1]
    return float(np.percentile(steps, 99))
