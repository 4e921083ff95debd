"""Where the names on a map stand, so that they cover neither each other nor what the map marks."""

from collections.abc import Sequence
from typing import NamedTuple

SIGN, LINE = 7.6, 15.0  # the width of a sign and the height of a line, in units of the drawing
# How far a name may stand from the middle of its place, the nearest first.
SHIFTS = (
    (0, 0), (0, -14), (0, 14), (0, -26), (0, 26), (-26, 0), (26, 0), (-30, -18), (30, -18), (-30, 20), (30, 20),
    (0, 38), (0, -38), (-46, 0), (46, 0), (-40, -36), (40, -36),
)  # fmt: skip


class LabelBox(NamedTuple):
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float

    def overlap(self, box: "LabelBox") -> float:
        """Return the area that two rectangles share."""
        across = min(self.x + self.width, box.x + box.width) - max(self.x, box.x)
        down = min(self.y + self.height, box.y + box.height) - max(self.y, box.y)
        return across * down if across > 0 and down > 0 else 0.0


def placed_labels(
    labels: Sequence[tuple[str, tuple[float, float]]], obstacles: Sequence[LabelBox], width: float, height: float
) -> list[tuple[float, float]]:
    """Return the middle of each text's base line; each text comes with the middle of its place.

    A text takes the nearest position that covers nothing; if there is none, that which covers least.
    """
    boxes, positions = list(obstacles), []
    for text, (x, y) in labels:
        half = SIGN * len(text) / 2
        candidates = []
        for rank, (across, down) in enumerate(SHIFTS):
            middle = min(max(x + across, half + 2), width - half - 2)
            base = min(max(y + down, LINE), height - 4)
            box = LabelBox(middle - half, base - LINE + 4, 2 * half, LINE)
            cost = sum(box.overlap(near) for near in boxes)
            candidates.append((cost, rank, middle, base, box))
            if not cost:
                break
        _cost, _rank, middle, base, box = min(candidates)
        boxes.append(box)
        positions.append((middle, base))
    return positions
