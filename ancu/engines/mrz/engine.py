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
from ancu.engines.mrz.strips import PITCH, STRIDE, View, around, crop, cut, evened, likely_count, marked
from ancu.engines.mrz.values import values

DOUBT = 0.98
"""A character less likely right than this is shown as doubtful: four nats to the next."""
CROSSED = 0.9
"""A character with a pen's stroke across it is never likelier right than this."""
CROSSED_SURE = 7.8
"""Nats from which security print that looks like a stroke is left alone: strokes made another letter by six."""
UNHEARD = -3.0
"""A character is not certain if the reader, asked for any character or none, gives it a smaller logarithm of a chance:
the format alone wants it there, as a `V` on bare paper before a passport's `P`."""
HEARD = 0.7
"""The share of views that may not have heard it."""
LEGIBLE = 0.35
"""Below this mean share of the characters read, what was found is no zone or cannot be read."""
PROMISING = 0.5
"""Mean share from which it is worth looking again at the very lines that were found."""
CLEAR = 0.95
"""Mean share from which a zone whose digits hold was seen whole; below, the digits may hold by the search alone."""
LOOKS = (
    (640, 0), (760, 45), (960, 0), (416, 0), (640, 180), (960, 90),
    (1280, 45), (1280, 0), (760, 22), (760, -22), (960, 135),
)  # fmt: skip
"""Sizes and turns at which the zone is looked for, one after the other: the finder knows slanting lines less well, and
what it misses one way round it often sees the other way round. A look costs a tenth of what reading does."""
SURE = 6.0
"""Nats from which two views are enough: a pen's stroke over a letter made of it another one by five."""
AGREED = 0.35
"""What twice, four times … as many views add to the weight of their mean, times the logarithm: by measurement, so that
a margin is worth the same however it came about."""
MOST_LOOKS = 6
"""Looks that saw lines: after so many that did not settle it, a page full of print is not worth more time."""
NEAR = 540
"""Pixels that a line is long when the zone is looked at from near."""
MOST_NEAR = 1280
ASKEW = 0.6
"""Characters by which the lines of one zone may begin or end beside each other."""
WIDER = 2.2
"""How much more than a line that may be a piece of one is looked at from near."""
PLAIN = (View(), View(stretch=1.06, lower=0.7, taller=1.08))
MORE = (
    View(0.95, -0.8, 0.94), View(taller=1.2),
    View(even=True), View(1.06, 0.7, 1.08, even=True), View(0.95, -0.8, 0.94, even=True),
)  # fmt: skip
Floats = NDArray[np.float64]


class Sight:
    """What the reader says of one view of a line, and what that means for a format: worked out once."""

    def __init__(self, view: View, columns: Floats) -> None:
        self.view, self.columns = view, columns
        self._placed: dict[tuple[str, int], Placed] = {}

    def placed(self, layout: Layout, row: int) -> Placed:
        key = (layout.format, row)
        if key not in self._placed:
            masks = layout.masks[row]
            self._placed[key] = place(self.columns, masks, *self.view.grid(len(masks)))
        return self._placed[key]


Sights = list[list[Sight]]
"""For each line, its views."""


class Try(NamedTuple):
    """One zone read under its likeliest format."""

    grey: Grey
    layout: Layout
    found: search.Found
    lines: list[Line]
    sights: Sights

    @property
    def clarity(self) -> float:
        return float(np.mean([right.mean() for right in self.found.right]))

    @property
    def valid(self) -> bool:
        return search.holds(self.layout, self.found.ranked[0][0])

    @property
    def rank(self) -> tuple[bool, float]:
        return (self.valid, min(self.found.margin, CERTAIN) + self.clarity)

    @property
    def sure(self) -> bool:
        """So clear that nothing more need be asked of the picture."""
        few = len(self.sights[0]) <= len(PLAIN)
        return self.valid and self.found.margin >= (SURE if few else CERTAIN)

    @property
    def settled(self) -> bool:
        """Seen clearly and whole: another look would only be another draw."""
        return self.valid and self.clarity > CLEAR and (self.sure or not _runs_on(self))


def read(image: bytes, today: date | None = None) -> Reading:
    """The zone in a picture (JPEG, PNG or WebP), or `Unreadable` with a code that says why not."""
    return read_pixels(open_picture(image), today)


def read_pixels(grey: Grey, today: date | None = None) -> Reading:
    """The same for grey pixels.

    The first look that sees the zone clearly, every digit holding, decides: the surest of many looks at an unclear
    letter would be sure of it by luck, which is how a `G` passed for a `6`. What is not sure is looked at again, from
    near and in more ways, and all of them are weighed together.
    """
    best: Try | None = None
    weighed: Try | None = None  # what was looked at again already: the same views twice would count as two
    seen = 0
    for look in LOOKS:
        found = _looked(grey, *look)
        seen += found is not None
        best = _best(best, found)
        if best is not None and best is not weighed and not best.sure and best.clarity > PROMISING:
            best = weighed = _closer(best)
        if seen == MOST_LOOKS or (best is not None and best.settled):
            break
    if best is None:
        raise Unreadable("no_zone")
    if best.clarity < LEGIBLE:
        raise Unreadable("not_legible")
    return _told(best, today or vietnam_today())


def _best(one: Try | None, other: Try | None) -> Try | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda each: each.rank)


def _looked(grey: Grey, longest: int, angle: int) -> Try | None:
    """What one look finds; a piece of a zone leads to the whole of it."""
    found = _first(grey, longest, angle)
    if found is None:
        return None
    if not found.settled:
        found = _best(found, _near(found.grey, found.lines, WIDER)) or found
    lines = _squared(found)
    return found if lines is None else _best(found, _plain(found.grey, lines))


def _first(grey: Grey, longest: int, angle: int) -> Try | None:
    """The best of what one look finds, in the order of its promise, up to the first that is sure."""
    seen = turned(grey, angle)
    best: Try | None = None
    for zone in find(seen, longest)[:2]:
        for lines in _complete(zone):
            best = _best(best, _plain(seen, lines))
            if best is not None and (best.sure or (best.valid and best.clarity > CLEAR)):
                return best
    return best


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
        shortest, *_, longest = sorted(zone, key=lambda line: line.length)
        if shortest.length < 0.96 * longest.length:  # glare at an end of one, or other print beside it
            yield [line.as_long_as(longest) for line in zone]
            yield [line.as_long_as(shortest) for line in zone]
        if len(zone) == 3:
            yield zone[1:]
        elif likely_count(zone) == 30:
            apart = 2.68 * float(np.mean([line.cap for line in zone]))
            yield [*zone, zone[-1].beside(apart)]
            yield [zone[0].beside(-apart), *zone]
    yield [line.reversed() for line in reversed(zone[-3:])]


def _plain(grey: Grey, lines: list[Line]) -> Try | None:
    """Read in two views, with as many characters as the proportions say, or as were read; with the other number there
    may be if what is read so is clear and yet does not hold."""
    count = likely_count(lines)
    sights = _seen(grey, lines, count, PLAIN)
    lengths = [len(greedy(one[0].columns)) for one in sights]
    nearest = min((30, 36, 44), key=lambda width: abs(float(np.median(lengths)) - width))
    if nearest != count and len(lines) == 2:
        count = nearest
        sights = _seen(grey, lines, count, PLAIN)
    found = _decoded(grey, lines, sights, _layouts(count, len(lines)))
    if found is None or found.valid or found.clarity < CLEAR or len(lines) != 2:
        return found
    other = 36 if count == 44 else 44
    return _best(found, _decoded(grey, lines, _seen(grey, lines, other, PLAIN), _layouts(other, 2)))


def _closer(first: Try) -> Try:
    """More views of the lines; then the zone found once more in a picture of itself, upright and as large as the finder
    likes it. All are weighed together where they are of one format."""
    width = first.layout.width
    sights = _added(first.sights, _seen(first.grey, first.lines, width, MORE))
    best = _decoded(first.grey, first.lines, sights, _layouts(width, len(first.lines))) or first
    near = _near(first.grey, first.lines)
    if near is None:
        return best
    part = near.grey
    more = _added(near.sights, _seen(part, near.lines, near.layout.width, MORE))
    if (near.layout.width, len(near.lines)) != (width, len(first.lines)):
        near = _decoded(part, near.lines, more, [near.layout]) or near
        return max(best, near, key=lambda each: each.rank)
    both = _decoded(part, near.lines, _added(more, sights), _layouts(width, len(first.lines))) or best
    return both if both.valid >= max(best.valid, near.valid) else max(best, near, key=lambda each: each.rank)


def _near(grey: Grey, lines: list[Line], wider: float = 1.16) -> Try | None:
    """The zone found once more in a picture of itself, upright and as large as the finder likes it."""
    part = around(grey, lines, wider)
    near: Try | None = None
    longest = min(round(NEAR * max(part.shape) / max(line.length for line in lines)), MOST_NEAR)
    for zone in find(part, longest, upright=True)[:1]:
        for found in _complete(zone):
            near = _best(near, _plain(part, found))
            if near is not None and near.valid:
                break
    return near


def _squared(one: Try) -> list[Line] | None:
    """The lines from where their first characters stand to their last; one that does not begin and end below the surest
    of them, as all of a zone do, gets its ends. Nothing if they stood well already."""
    width = one.layout.width
    told = [each[0].placed(one.layout, row) for row, each in enumerate(one.sights)]
    lines = [
        line.between(*_ends(line, each[0].view, placed.centres, width))
        for line, each, placed in zip(one.lines, one.sights, told, strict=True)
    ]
    lead = lines[int(np.argmax([placed.weight for placed in told]))]
    like_lead = [line.as_long_as(lead) for line in lines]
    ends = np.array([[(line.start, line.end) for line in each] for each in (lines, like_lead)])
    apart = np.abs(ends[0] - ends[1]).max(1) * width / lead.length
    if apart.max() < ASKEW:
        return None
    return [b if far >= ASKEW else a for a, b, far in zip(lines, like_lead, apart, strict=True)]


def _ends(line: Line, view: View, centres: Floats, width: int) -> tuple[float, float]:
    """Where along a line the first character begins and the last ends, by the columns they were read at."""
    first, step = view.grid(width)
    places = (np.polyval(np.polyfit(np.arange(width), centres, 2), [-0.5, width - 0.5]) - first) / step + 0.5
    start, end = line.start + places * line.length / width
    return float(start), float(end)


def _runs_on(one: Try) -> bool:
    """Print goes on where the paper beside the zone should be: what was read may be a part of a longer one."""
    for row, each in enumerate(one.sights):
        centres = each[0].placed(one.layout, row).centres
        ink = 1 - np.exp(each[0].columns[:, len(ALPHABET)])
        step = (centres[-1] - centres[0]) / (len(centres) - 1)
        places = np.arange(len(ink))
        for beside in (ink[places < centres[0] - 0.8 * step], ink[places > centres[-1] + 0.8 * step]):
            if len(beside) < 0.8 * step or beside.max() > 0.5:
                return True
    return False


def _layouts(width: int, rows: int) -> list[Layout]:
    return [layout for layout in LAYOUTS.values() if layout.width == width and layout.rows == rows]


def _seen(grey: Grey, lines: list[Line], count: int, views: tuple[View, ...]) -> Sights:
    found: Sights = [[] for _ in lines]
    for view in views:
        strips = [cut(grey, line, count, view) for line in lines]
        if view.even:
            strips = [evened(strip) for strip in strips]
        for i, row in enumerate(read_columns(np.stack(strips)[:, None].astype(np.float32))):
            found[i].append(Sight(view, logs(row)))
    return found


def _added(some: Sights, more: Sights) -> Sights:
    return [a + b for a, b in zip(some, more, strict=True)]


def _decoded(grey: Grey, lines: list[Line], sights: Sights, layouts: list[Layout]) -> Try | None:
    """The likeliest of the formats, and its lines."""
    tries = []
    for layout in layouts:
        placed = [_pooled(each, layout, i) for i, each in enumerate(sights)]
        tries.append((sum(one.weight for one in placed), layout, [one.shares for one in placed]))
    if not tries:
        return None
    _, layout, shares = max(tries, key=lambda each: each[0])
    return Try(grey, layout, search.settle(layout, shares), lines, sights)


def _pooled(views: list[Sight], layout: Layout, row: int) -> Placed:
    """The views of one line together: the mean of their logarithms, without those that are lost.

    Views of one picture share its blur but not their own cutting, so what many of them agree on weighs more.
    """
    told = [one.placed(layout, row) for one in views]
    best = max(one.weight for one in told)
    kept = [one for one in told if one.weight > best - 25]
    weight_of_many = 1 + AGREED * np.log(max(len(views) / len(PLAIN), 1.0))
    said = np.mean([np.log(one.shares + 1e-9) for one in kept], axis=0) * weight_of_many
    shares = np.exp(said - said.max(1, keepdims=True))
    weight = float(np.mean([one.weight for one in kept]))
    return Placed(shares / shares.sum(1, keepdims=True), weight, kept[0].centres)


def _told(best: Try, today: date) -> Reading:
    layout, found = best.layout, best.found
    lines, _ = found.ranked[0]
    suspect = [_unheard(best, row) for row in range(layout.rows)]
    if found.margin < CROSSED_SURE:
        suspect = [marks | _crossed(best, row) for row, marks in enumerate(suspect)]
    for right, marks in zip(found.right, suspect, strict=True):
        right[marks] = np.minimum(right[marks], CROSSED)
    valid = search.holds(layout, lines)
    confidence = float(np.exp(sum(np.log(right).sum() for right in found.right)))
    return Reading(
        format=layout.format,
        lines=lines,
        valid=valid,
        certain=valid and found.margin >= CERTAIN and not any(marks.any() for marks in suspect),
        confidence=round(min(confidence, found.ranked[0][1]), 4),
        margin=round(found.margin, 2),
        fields=values(layout, lines, today),
        checks=checks(layout, lines),
        doubts=_doubts(found, lines),
        alternatives=tuple(Alternative(other, round(share, 4)) for other, share in found.ranked[1:] if share > 0.001),
        doubtful_fields=search.doubtful_places(layout, found.right, DOUBT),
        crops=tuple(packed(crop(best.grey, line, layout.width)) for line in best.lines),
    )


def _crossed(best: Try, row: int) -> NDArray[np.bool_]:
    """Characters of a line under something that does not belong to it. The reader was not taught such letters, and is
    now and then sure of another one."""
    sight, line = best.sights[row][0], best.lines[row]
    strip = cut(best.grey, line, best.layout.width, sight.view)
    centres = (sight.placed(best.layout, row).centres + 0.5) * STRIDE
    return marked(strip, centres, PITCH * sight.view.stretch)


def _unheard(best: Try, row: int) -> NDArray[np.bool_]:
    """Characters of a line that hardly a view would have read there of itself. In faint print most see bare paper until
    the light is evened."""
    wanted = [ALPHABET.index(c) for c in best.found.ranked[0][0][row]]
    said = []
    for sight in best.sights[row]:
        places = sight.placed(best.layout, row).centres.round().astype(np.int64)
        near = [np.clip(places + aside, 0, len(sight.columns) - 1) for aside in (-1, 0, 1)]
        said.append(np.max([sight.columns[at, wanted] for at in near], axis=0))
    unheard: NDArray[np.bool_] = np.quantile(said, HEARD, axis=0) < UNHEARD
    return unheard


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
