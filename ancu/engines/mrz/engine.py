"""The whole way: picture, zone, strips, lines, values."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ancu.engines.exchange import vietnam_today
from ancu.engines.mrz import search
from ancu.engines.mrz.finder import Line, find
from ancu.engines.mrz.grid import Placed, greedy, logs, place
from ancu.engines.mrz.layout import ALPHABET, LAYOUTS, Layout, checks
from ancu.engines.mrz.model import CERTAIN, Alternative, Doubt, Reading, Unreadable
from ancu.engines.mrz.nets import read_columns
from ancu.engines.mrz.picture import Grey, open_picture, packed, turned
from ancu.engines.mrz.strips import View, crop, cut, evened, likely_count
from ancu.engines.mrz.values import values

DOUBT = 0.98
"""A character less likely right than this is shown as doubtful: four nats to the next, as for the whole."""
LEGIBLE = 0.35
"""Below this mean share of the characters read, what was found is no zone or cannot be read."""
CLEAR = 0.95
"""Mean share from which a zone whose digits hold was seen whole; below, the digits may hold by the search alone."""
LOOKS = ((640, 0), (760, 45), (960, 0), (416, 0))
"""Sizes and turns at which the zone is looked for, one after the other: the finder knows slanting lines less well."""
Floats = NDArray[np.float64]


class Try(NamedTuple):
    """One zone read under its likeliest format."""

    grey: Grey
    layout: Layout
    found: search.Found
    lines: list[Line]
    shares: list[Floats]

    @property
    def clarity(self) -> float:
        return float(np.mean([right.mean() for right in self.found.right]))

    @property
    def rank(self) -> tuple[bool, float]:
        valid = search.holds(self.layout, self.found.ranked[0][0])
        return (valid, min(self.found.margin, CERTAIN) + self.clarity)


def read(image: bytes, today: date | None = None) -> Reading:
    """The zone in a picture (JPEG, PNG or WebP), or `Unreadable` with a code that says why not."""
    return read_pixels(open_picture(image), today)


def read_pixels(grey: Grey, today: date | None = None) -> Reading:
    """The same for grey pixels.

    The first look that sees the zone clearly, every digit holding, decides: the surest of many looks at an unclear
    letter would be sure of it by luck, which is how a `G` passed for a `6`.
    """
    best: Try | None = None
    for look in LOOKS:
        for attempt in _attempts(grey, *look):
            if best is None or attempt.rank > best.rank:
                best = attempt
            if best.rank >= (True, CERTAIN):
                break
        if best is not None and best.rank[0] and best.clarity > CLEAR:
            break
    if best is None:
        raise Unreadable("no_zone")
    if best.clarity < LEGIBLE:
        raise Unreadable("not_legible")
    return _told(best, today or vietnam_today())


def _attempts(grey: Grey, longest: int, angle: int) -> Iterator[Try]:
    """Readings of one look in the order of their promise; the caller stops at the first that is sure."""
    seen = turned(grey, angle)
    for zone in find(seen, longest)[:2]:
        for lines in _complete(zone):
            yield from _readings(seen, lines)


def _complete(zone: list[Line]) -> Iterator[list[Line]]:
    """Choices of lines from a zone: too many, too few, or seen from the wrong end."""
    zone = zone[-4:]
    if len(zone) == 1:
        line = zone[0]
        apart = 2.68 * line.cap
        yield [line, line.beside(apart)]
        yield [line.beside(-apart), line]
    elif len(zone) == 4:
        yield zone[1:]
        yield zone[2:]
    else:
        yield zone
        if len(zone) == 3:
            yield zone[1:]
        elif likely_count(zone) == 30:
            apart = 2.68 * float(np.mean([line.cap for line in zone]))
            yield [*zone, zone[-1].beside(apart)]
            yield [zone[0].beside(-apart), *zone]
    yield [line.reversed() for line in reversed(zone[-3:])]


PLAIN = (View(), View(stretch=1.06, lower=0.7, taller=1.08))
MORE = (*PLAIN, View(0.95, -0.8, 0.94), View(taller=1.2), View(1.03, 0.0, 0.85))
Seen = list[list[tuple[View, NDArray[np.float32]]]]


def _readings(grey: Grey, lines: list[Line]) -> Iterator[Try]:
    """First the plain way; if that is not sure, with more views of each line and evened light."""
    count = likely_count(lines)
    seen = _seen(grey, lines, count, PLAIN)
    nearest = min((30, 36, 44), key=lambda width: abs(np.median([len(greedy(one[0][1])) for one in seen]) - width))
    if nearest != count and len(lines) == 2:
        count = nearest
        seen = _seen(grey, lines, count, PLAIN)
    first = _decoded(grey, lines, seen, count)
    if first is None:
        return
    yield first
    if first.clarity > 0.5:
        more = _decoded(grey, lines, _seen(grey, lines, count, MORE, even=True), count)
        if more is not None:
            yield more


def _seen(grey: Grey, lines: list[Line], count: int, views: tuple[View, ...], even: bool = False) -> Seen:
    """For each line, what the reader says of each view of it."""
    found: Seen = [[] for _ in lines]
    for view in views:
        strips = [cut(grey, line, count, view) for line in lines]
        if even:
            strips += [evened(strip) for strip in strips]
        logits = read_columns(np.stack(strips)[:, None].astype(np.float32))
        for i, row in enumerate(logits):
            found[i % len(lines)].append((view, row))
    return found


def _decoded(grey: Grey, lines: list[Line], seen: Seen, count: int) -> Try | None:
    """The likeliest format of that many characters, and its lines."""
    told = [[(view, logs(row)) for view, row in each] for each in seen]
    tries = []
    for layout in LAYOUTS.values():
        if layout.width == count and layout.rows == len(lines):
            placed = [_pooled(each, layout.masks[i]) for i, each in enumerate(told)]
            tries.append((sum(one.weight for one in placed), layout, [one.shares for one in placed]))
    if not tries:
        return None
    _, layout, shares = max(tries, key=lambda each: each[0])
    return Try(grey, layout, search.settle(layout, shares), lines, shares)


def _pooled(views: list[tuple[View, Floats]], masks: tuple[str, ...]) -> Placed:
    """The views of one line together: the mean of their logarithms, without those that are lost."""
    told = [place(columns, masks, *view.grid(len(masks))) for view, columns in views]
    best = max(one.weight for one in told)
    kept = [one for one in told if one.weight > best - 25]
    said = np.mean([np.log(one.shares + 1e-9) for one in kept], axis=0)
    shares = np.exp(said - said.max(1, keepdims=True))
    weight = float(np.mean([one.weight for one in kept]))
    return Placed(shares / shares.sum(1, keepdims=True), weight, kept[0].centres)


def _told(best: Try, today: date) -> Reading:
    layout, found = best.layout, best.found
    lines, _ = found.ranked[0]
    valid = search.holds(layout, lines)
    confidence = float(np.exp(sum(np.log(right).sum() for right in found.right)))
    return Reading(
        format=layout.format,
        lines=lines,
        valid=valid,
        certain=valid and found.margin >= CERTAIN,
        confidence=round(min(confidence, found.ranked[0][1]), 4),
        margin=round(found.margin, 2),
        fields=values(layout, lines, today),
        checks=checks(layout, lines),
        doubts=_doubts(found, lines),
        alternatives=tuple(Alternative(other, round(share, 4)) for other, share in found.ranked[1:] if share > 0.001),
        doubtful_fields=search.doubtful_places(layout, found.right, DOUBT),
        crops=tuple(packed(crop(best.grey, line, layout.width)) for line in best.lines),
    )


def _doubts(found: search.Found, lines: tuple[str, ...]) -> tuple[Doubt, ...]:
    doubts = []
    for i, (text, right) in enumerate(zip(lines, found.right, strict=True)):
        for position in np.nonzero(right < DOUBT)[0]:
            row = found.shares[i][position]
            order = [ALPHABET[k] for k in row.argsort()[::-1] if row[k] > 0.01]
            others = "".join(c for c in order if c != text[position])
            doubts.append(Doubt(i, int(position), text[position], others, round(float(right[position]), 3)))
    return tuple(doubts)


@cache
def warm_up() -> None:
    """Load the nets before the first person waits for them."""
    read_columns(np.zeros((1, 1, 32, 64), np.float32))
