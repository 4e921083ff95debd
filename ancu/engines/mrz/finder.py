"""Locate the lines of the zone: from the finder net's maps to curves, and from curves to zones."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ancu.engines.mrz.nets import find_maps
from ancu.engines.mrz.picture import Grey, scaled

Floats = NDArray[np.float64]
PITCH_OF_CAP = 1.07
"""Width of a character over the height of its capitals: 2.54 mm over 2.38 mm (ISO 1831)."""


MOST_LEAN = 0.4
SPOT = 40  # pixels of two by two of what the net saw


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of print as a curve in a frame of its own: across = polynomial(along), both in pixels of the picture."""

    axis: tuple[float, float]  # the direction of reading
    curve: Floats  # np.polyval coefficients, in along / 1000
    start: float
    end: float
    cap: float  # height of the capitals
    weight: float  # pixels that spoke for it
    lean: float = 0.0  # how much wider characters are at its start, and narrower at its end, than in its middle

    def places_at(self, share: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
        """Return the places of points along the line, in pixels, from their shares (0 to 1) of its characters."""
        along: NDArray[np.floating[Any]] = self.start + self.length * (share + self.lean * share * (1 - share))
        return along

    @property
    def length(self) -> float:
        """Length of the line along its curve's axis, in pixels."""
        return self.end - self.start

    def points(self, along: NDArray[np.floating[Any]], offset: float = 0.0) -> tuple[Floats, Floats]:
        """Return x and y of these places along the line's axis, on a curve `offset` pixels below the line's own."""
        across = np.polyval(self.curve, along / 1000) + offset
        ax, ay = self.axis
        return along * ax - across * ay, along * ay + across * ax

    def middle(self) -> tuple[float, float]:
        """The x and y of the middle of the line, in pixels of the picture."""
        x, y = self.points(np.array([(self.start + self.end) / 2]))
        return float(x[0]), float(y[0])

    def reversed(self) -> "TextLine":
        """The same line, running from its end to its beginning."""
        flips = (-1.0) ** (np.arange(len(self.curve))[::-1] + 1)
        turned = (-self.axis[0], -self.axis[1])
        return replace(self, axis=turned, curve=self.curve * flips, start=-self.end, end=-self.start, lean=-self.lean)

    def as_long_as(self, reference: "TextLine") -> "TextLine":
        """Return the line with beginning and end moved level with those of ``reference``, a line of its zone."""
        x, y = reference.points(np.array([reference.start, reference.end]))
        start, end = x * self.axis[0] + y * self.axis[1]
        return replace(self, start=float(start), end=float(end))

    def aligned_with(self, reference: "TextLine") -> "TextLine":
        """Return the line with beginning, end and perspective of ``reference``, another line of its zone."""
        return replace(self.as_long_as(reference), lean=reference.lean)

    def with_places(self, places: NDArray[np.floating[Any]]) -> "TextLine":
        """Return the line with the middles of its characters at these places along its axis.

        Their spacing may grow or shrink along the line, as in a camera's perspective.
        """
        count = len(places)
        a, b, c = np.polyfit((np.arange(count) + 0.5) / count, places, 2)
        return replace(
            self, start=float(c), end=float(a + b + c), lean=float(np.clip(-a / (a + b), -MOST_LEAN, MOST_LEAN))
        )

    def lowered(self, places: NDArray[np.floating[Any]], by: NDArray[np.floating[Any]]) -> "TextLine":
        """Return the line moved down by these pixels at these places along its axis."""
        across = np.polyval(self.curve, places / 1000) + by
        return replace(self, curve=np.polyfit(places / 1000, across, 3))

    def parallel_line(self, offset: float) -> "TextLine":
        """Return a line `offset` pixels below this one, for a line of the zone that was not detected."""
        curve = self.curve.copy()
        curve[-1] += offset
        return replace(self, curve=curve, weight=0.0)


class FinderResult(NamedTuple):
    zones: list[list[TextLine]]  # likeliest first, each as its lines from top to bottom
    glow: float
    """How sure the net was of the surest spot large enough for a few letters: where there is no zone, hardly."""


def find_zones(grey: Grey, longest: int, upright: bool = False) -> FinderResult:
    """Search for zones in the picture, scaled so that its longer side is `longest`.

    `upright`: the lines are known to run from left to right.
    """
    high, wide = grey.shape
    part = min(longest / max(high, wide), 2.0)
    h, w = round(high * part), round(wide * part)
    padded = np.full((-(-h // 32) * 32, -(-w // 32) * 32), int(grey.mean()), np.float32)
    padded[:h, :w] = scaled(grey, w, h)
    maps = find_maps(padded[None, None])[0]
    lines = [_scaled_line(line, 1 / part) for line in _lines(maps)]
    if upright:
        lines = [line if line.axis[0] > 0 else line.reversed() for line in lines]
    return FinderResult(_group_zones(lines), _brightness(maps))


def _brightness(maps: NDArray[np.float32]) -> float:
    """Return the finder net's confidence, from 0 to 1, that the picture contains a zone."""
    strongest = np.partition(maps[:4].ravel(), -SPOT)[-SPOT]
    return float(1 / (1 + np.exp(-strongest)))


def _scaled_line(line: TextLine, factor: float) -> TextLine:
    """Return the line with its coordinates scaled for a picture enlarged by ``factor``."""
    powers = np.arange(len(line.curve))[::-1]
    return replace(
        line,
        curve=line.curve * factor / factor**powers,
        start=line.start * factor,
        end=line.end * factor,
        cap=line.cap * factor,
        weight=line.weight * factor * factor,
    )


def _lines(maps: NDArray[np.float32]) -> list[TextLine]:
    """Return the lines in the finder's maps, in pixels of its input: a curve for each connected patch."""
    share = 1 / (1 + np.exp(-np.clip(maps[:4], -30, 30)))
    h, w = maps.shape[1:]
    fine = share.reshape(2, 2, h, w).transpose(2, 0, 3, 1).reshape(2 * h, 2 * w)
    lines = []
    for ys, xs in patches(fine > 0.5):
        if len(ys) < 20:
            continue
        directions = maps[4:, ys // 2, xs // 2]
        line = _fit_line(
            (xs * 2 + 1).astype(np.float64),
            (ys * 2 + 1).astype(np.float64),
            fine[ys, xs].astype(np.float64),
            directions,
        )
        if line is not None:
            lines.append(line)
    return _join_pieces(lines)


def _fit_line(xs: Floats, ys: Floats, weights: Floats, directions: NDArray[np.float32]) -> TextLine | None:
    """Fit a line of text through the pixels of a bright patch; None if the patch has not the shape of a line."""
    way = (directions[:2] * weights).sum(1)
    middle = np.array([np.average(xs, weights=weights), np.average(ys, weights=weights)])
    spread = np.cov(np.stack([xs, ys]), aweights=weights)
    values, vectors = np.linalg.eigh(spread)
    axis = vectors[:, 1]
    if values[1] < 9 * max(values[0], 0.5):
        return None  # not a line
    if axis @ way < 0:
        axis = -axis
    cap = float(np.exp(np.average(directions[2], weights=weights)))
    return _fit_curve(xs, ys, weights, (float(axis[0]), float(axis[1])), min(max(cap, 2.0), 200.0), middle)


def _fit_curve(
    xs: Floats, ys: Floats, weights: Floats, axis: tuple[float, float], cap: float, middle: Floats | None = None
) -> TextLine:
    """Return the line whose curve is the weighted polynomial through these pixels.

    ``axis`` is the direction of reading, ``cap`` the height of capitals.
    """
    along = xs * axis[0] + ys * axis[1]
    across = ys * axis[0] - xs * axis[1]
    start, end = float(along.min()), float(along.max())
    degree = 3 if end - start > 20 * cap else 1
    with np.errstate(all="ignore"):
        curve = np.polyfit(along / 1000, across, degree, w=np.sqrt(weights))
    return TextLine(axis, np.asarray(curve, dtype=np.float64), start, end, cap, float(weights.sum()))


def patches(mask: NDArray[np.bool_]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return the connected patches of a mask (eight neighbours), each as rows and columns of its pixels."""
    padded = np.pad(mask, ((0, 0), (1, 1))).astype(np.int8)
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    parent = list(range(len(rows)))

    def root(i: int) -> int:
        """Return the number of the patch that run ``i`` of pixels belongs to (union-find with path halving)."""
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first = np.searchsorted(rows, np.arange(mask.shape[0] + 1))
    for y in range(1, mask.shape[0]):
        above, here = int(first[y - 1]), int(first[y])
        while above < first[y] and here < first[y + 1]:
            if starts[here] <= ends[above] and starts[above] <= ends[here]:
                parent[root(here)] = root(above)
            if ends[above] < ends[here]:
                above += 1
            else:
                here += 1
    groups: dict[int, list[int]] = {}
    for i in range(len(rows)):
        groups.setdefault(root(i), []).append(i)
    return [_pixels_of_runs(rows[g], starts[g], ends[g]) for g in groups.values()]


def _pixels_of_runs(
    rows: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows and columns of all pixels in these horizontal runs, given by row, start and end."""
    counts = ends - starts
    ys = np.repeat(rows, counts)
    before = np.repeat(np.cumsum(counts) - counts, counts)
    return ys, np.arange(int(counts.sum())) - before + np.repeat(starts, counts)


def _join_pieces(lines: list[TextLine]) -> list[TextLine]:
    """Return the lines with pieces of one line joined, which glare or a fold separates."""
    todo = sorted(lines, key=lambda line: -line.length)
    done: list[TextLine] = []
    while todo:
        line = todo.pop(0)
        has_grown = True
        while has_grown:
            has_grown = False
            for other_line in todo:
                if _continues(line, other_line):
                    todo.remove(other_line)
                    line, has_grown = _merge(line, other_line), True
                    break
        done.append(line)
    return done


def _direction_cosine(line: TextLine, other_line: TextLine) -> float:
    """Return the cosine of the angle between two lines; below zero if they run in opposite directions.

    In bad light the finder may see parts of one zone so; the whole zone decides which way it reads.
    """
    return line.axis[0] * other_line.axis[0] + line.axis[1] * other_line.axis[1]


def _continues(line: TextLine, other_line: TextLine) -> bool:
    """Whether one line is the continuation of the other: same direction and size, with a small gap."""
    if abs(_direction_cosine(line, other_line)) < 0.9:
        return False
    if not 0.6 < other_line.cap / line.cap < 1.6:
        return False
    x, y = other_line.points(np.array([other_line.start, other_line.end]))
    along = x * line.axis[0] + y * line.axis[1]
    across = y * line.axis[0] - x * line.axis[1]
    gap = max(float(along.min()) - line.end, line.start - float(along.max()))
    if gap > 12 * line.cap or gap < -2 * line.cap:
        return False
    reach = np.clip(along, line.start - 3 * line.cap, line.end + 3 * line.cap)
    return float(np.abs(across - np.polyval(line.curve, reach / 1000)).min()) < 0.8 * line.cap


def _merge(line: TextLine, other_line: TextLine) -> TextLine:
    """Return the single line that two pieces of it form."""
    xs, ys, ws = [], [], []
    for part in (line, other_line):
        x, y = part.points(np.linspace(part.start, part.end, 40))
        xs.append(x)
        ys.append(y)
        ws.append(np.full(40, part.weight / 40 + 1e-6))
    cap = (line.cap * line.weight + other_line.cap * other_line.weight) / (line.weight + other_line.weight)
    x, y = np.concatenate(xs), np.concatenate(ys)
    heavy = line if line.weight > other_line.weight else other_line
    way = np.array([x[39] - x[0], y[39] - y[0]]) if heavy is line else np.array([x[79] - x[40], y[79] - y[40]])
    way = way / np.linalg.norm(way)
    return replace(
        _fit_curve(x, y, np.concatenate(ws), (float(way[0]), float(way[1])), cap),
        weight=line.weight + other_line.weight,
    )


def _group_zones(lines: list[TextLine]) -> list[list[TextLine]]:
    """Group parallel neighbouring lines of equal length into zones, the one with most print first.

    The lines of a zone read in the same direction and stand from top to bottom.
    """
    remaining = sorted((x for x in lines if x.length > 9 * x.cap), key=lambda x: -x.weight)
    zones = []
    while remaining:
        zone = [remaining.pop(0)]
        has_grown = True
        while has_grown:
            near = [x for x in remaining if any(_neighbours(y, x) for y in zone)]
            remaining = [x for x in remaining if x not in near]
            zone += near
            has_grown = bool(near)
        lead = zone[0]
        votes = [line.weight if _direction_cosine(lead, line) > 0 else -line.weight for line in zone]
        zone = [
            line if (vote > 0) == (sum(votes) > 0) else line.reversed() for line, vote in zip(zone, votes, strict=True)
        ]
        lead = zone[0]
        zone.sort(key=lambda x: x.middle()[1] * lead.axis[0] - x.middle()[0] * lead.axis[1])
        zones.append(zone)
    return sorted(zones, key=lambda zone: -sum(x.weight for x in zone))


def _neighbours(line: TextLine, other_line: TextLine) -> bool:
    """Whether two lines are parallel, of similar size and one above the other, as lines of one zone are."""
    if abs(_direction_cosine(line, other_line)) < 0.95:
        return False
    x, y = other_line.middle()
    along, across = x * line.axis[0] + y * line.axis[1], y * line.axis[0] - x * line.axis[1]
    apart = abs(across - float(np.polyval(line.curve, min(max(along, line.start), line.end) / 1000)))
    return (
        line.start < along < line.end
        and 1.3 * line.cap < apart < 5 * line.cap
        and 0.5 < other_line.length / line.length < 2
        and 0.6 < other_line.cap / line.cap < 1.6
    )
