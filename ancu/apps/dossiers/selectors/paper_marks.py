"""The numbers of facts drawn on the page of a paper where they stand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ancu.apps.dossiers.selectors.facts import FactRow

SCALE = 1000  # drawing units to a page's width
AROUND, ABOVE = 8, 11  # beside the words, and above and below them
BADGE = 33  # from the frame to the middle of the number
Rectangle = tuple[int, int, int, int]


@dataclass(frozen=True)
class PaperMark:
    """A fact's frames (left, top, width, height) on a page, and the middle of its number beside them."""

    number: int
    mark: str
    frames: tuple[Rectangle, ...]
    x: int
    y: int


def marks_on(rows: Iterable[FactRow], component: str, page: int) -> list[PaperMark]:
    """Return the marks of the facts that stand on a page of a paper."""
    marks = []
    for row in rows:
        for place in row.places:
            if (place.component, place.page) == (component, page) and place.boxes:
                frames = tuple(_frames(place.boxes))
                start, top, width, height = frames[-1]
                is_at_edge = start + width + 2 * BADGE > SCALE
                x = frames[0][0] - BADGE if is_at_edge else start + width + BADGE
                marks.append(PaperMark(row.number, place.mark, frames, x, top + height // 2))
    return marks


def _frames(boxes: Iterable[tuple[float, float, float, float]]) -> Iterator[Rectangle]:
    """Yield the frame around each box, in drawing units."""
    for box in boxes:
        x, y, across, down = (round(side * SCALE) for side in box)
        yield x - AROUND, y - ABOVE, across + 2 * AROUND, down + 2 * ABOVE
