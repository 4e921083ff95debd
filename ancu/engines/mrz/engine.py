"""The whole way: picture, zone, strips, lines, values."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

import numpy as np

from ancu.engines.exchange import vietnam_today
from ancu.engines.mrz import face, nets
from ancu.engines.mrz.finder import TextLine, find
from ancu.engines.mrz.grid import greedy
from ancu.engines.mrz.layout import states
from ancu.engines.mrz.model import Unreadable, ZoneReading
from ancu.engines.mrz.own import compared
from ancu.engines.mrz.picture import Grey, open_picture, turned
from ancu.engines.mrz.sights import CLEAR, MORE, PLAIN, ZoneCandidate, added, decoded, layouts, straightened, viewed
from ancu.engines.mrz.strips import around, cover, likely_count
from ancu.engines.mrz.telling import reading_of, suspects

LEGIBLE = 0.35
"""Below this mean share of the characters read, what was found is no zone or cannot be read."""
PROMISING = 0.5
"""Mean share from which it is worth looking again at the very lines that were found."""
LOOKS = (
    (640, 0), (760, 45), (960, 0), (416, 0), (640, 180), (960, 90),
    (1280, 45), (1280, 0), (760, 22), (760, -22), (960, 135),
)  # fmt: skip
"""Sizes and turns at which the zone is looked for, one after the other: the finder knows slanting lines less well, and
what it misses one way round it often sees the other way round. A look costs a tenth of what reading does."""
FIRST_LOOKS, FAINT = 4, 0.5
"""After so many looks in none of which the finder was surer than that of any spot, there is no zone to be found: the
large looks that are left cost most, and a zone glows from some side of itself in all that we measured."""
MOST_LOOKS = 6
"""Looks that saw lines: after so many that did not settle it, a page full of print is not worth more time."""
NEAR = 540
"""Pixels that a line is long when the zone is looked at from near."""
MOST_NEAR = 1280
BESIDE = 960
"""The size at which other zones are looked for: of two passports in a picture each takes a half of it."""
MOST_HOLDERS = 3  # beside the first
ASKEW = 0.6
"""Characters by which the lines of one zone may begin or end beside each other."""
LEANING = 0.05
"""How much narrower at one end, seen from a side, characters must be for their line to be cut anew."""
WIDER = 2.2
"""How much more than a line that may be a piece of one is looked at from near."""


class Spot(NamedTuple):
    """Where a zone was seen: its lines in the picture turned by that angle."""

    angle: int
    lines: list[TextLine]


def read(image: bytes, today: date | None = None) -> ZoneReading:
    """The zone in a picture (JPEG, PNG or WebP), or `Unreadable` with a code that says why not."""
    return read_pixels(open_picture(image), today)


def read_every(image: bytes, today: date | None = None) -> tuple[ZoneReading, ...]:
    """The zone that `read` reads, then those of other holders in the same picture, if their check digits hold."""
    grey, today = open_picture(image), today or vietnam_today()
    best, place = _first_zone(grey)
    readings = [reading_of(compared(best), today)]
    rest, lines = turned(grey, place.angle), place.lines
    for _look in range(MOST_HOLDERS):
        rest = cover(rest, lines)
        candidate = _first(rest, BESIDE)[0]
        if candidate is None:
            break
        lines = candidate.lines
        reading = (
            reading_of(compared(candidate if candidate.sure else _closer(candidate)), today)
            if candidate.valid
            else None
        )
        if reading and reading.valid and _holder(reading) not in map(_holder, readings):
            readings.append(reading)
    return tuple(readings)


def _holder(reading: ZoneReading) -> tuple[str, str, str]:
    """Whose document it is: a visa beside a passport is of the same person."""
    return reading.fields["surname"], reading.fields["given_names"], reading.fields["birth_date"]


def read_pixels(grey: Grey, today: date | None = None) -> ZoneReading:
    """The same for grey pixels."""
    return reading_of(compared(_first_zone(grey)[0]), today or vietnam_today())


def _first_zone(grey: Grey) -> tuple[ZoneCandidate, Spot]:
    """The zone as read best, and where it was seen.

    The first look that sees the zone clearly, every digit holding, decides: the surest of many looks at an unclear
    letter would be sure of it by luck, which is how a `G` passed for a `6`. What is not sure is looked at again, from
    near and in more ways, and all of them are weighed together.
    """
    best: ZoneCandidate | None = None
    place = Spot(0, [])
    weighed: ZoneCandidate | None = None  # what was looked at again already: the same views twice would count as two
    looks_with_lines, glow = 0, 0.0
    for tried, look in enumerate(LOOKS, 1):
        candidate, lines, bright = _looked(grey, *look)
        looks_with_lines, glow = looks_with_lines + (candidate is not None), max(glow, bright)
        if candidate is not None and _best(best, candidate) is candidate:
            best, place = candidate, Spot(look[1], lines)
        if best is not None and best is not weighed and _worth(best):
            best = weighed = _closer(best)
        if (
            looks_with_lines == MOST_LOOKS
            or (best is not None and best.settled)
            or (tried == FIRST_LOOKS and glow < FAINT)
        ):
            break
    if best is None:
        raise Unreadable("no_zone")
    if best.clarity < LEGIBLE:
        raise Unreadable("not_legible")
    return best, place


def _worth(best: ZoneCandidate) -> bool:
    """Whether a closer look may bring what this one has not."""
    if best.sure:
        return any(marks.any() for marks in suspects(best))
    return best.clarity > PROMISING


def _best(a: ZoneCandidate | None, b: ZoneCandidate | None) -> ZoneCandidate | None:
    if a is None or b is None:
        return a or b
    return max(a, b, key=lambda each: each.rank)


def _looked(grey: Grey, longest: int, angle: int) -> tuple[ZoneCandidate | None, list[TextLine], float]:
    """What one look finds, its lines in the picture so turned, and how bright it was; a piece of a zone leads to the
    whole of it."""
    candidate, glow = _first(turned(grey, angle), longest)
    if candidate is None:
        return None, [], glow
    lines = candidate.lines
    if not candidate.settled:
        candidate = _best(candidate, _near(candidate.grey, candidate.lines, WIDER)) or candidate
    return _cut_anew(candidate), lines, glow


def _first(picture: Grey, longest: int) -> tuple[ZoneCandidate | None, float]:
    """The best of what one look finds, in the order of its promise, up to the first that is sure."""
    best: ZoneCandidate | None = None
    zones, glow = find(picture, longest)
    for zone in zones[:2]:
        for lines in _complete(zone):
            best = _best(best, _plain(picture, lines))
            if best is not None and (best.sure or (best.valid and best.clarity > CLEAR)):
                return best, glow
    return best, glow


def _complete(zone: list[TextLine]) -> Iterator[list[TextLine]]:
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


def _plain(grey: Grey, lines: list[TextLine]) -> ZoneCandidate | None:
    """Read in two views, with as many characters as the proportions say, or as were read; with the other number there
    may be if what is read so is clear and yet does not hold."""
    count = likely_count(lines)
    sights = viewed(grey, lines, count, PLAIN)
    lengths = [len(greedy(views[0].columns)) for views in sights]
    nearest = min((30, 36, 44), key=lambda width: abs(float(np.median(lengths)) - width))
    if nearest != count and len(lines) == 2:
        count = nearest
        sights = viewed(grey, lines, count, PLAIN)
    candidate = decoded(grey, lines, sights, layouts(count, len(lines)))
    if candidate is None or candidate.valid or candidate.clarity < CLEAR or len(lines) != 2:
        return candidate
    other_width = 36 if count == 44 else 44
    return _best(candidate, decoded(grey, lines, viewed(grey, lines, other_width, PLAIN), layouts(other_width, 2)))


def _closer(first: ZoneCandidate) -> ZoneCandidate:
    """More views of the lines; then the zone found once more in a picture of itself, upright and as large as the finder
    likes it. All are weighed together where they are of one format."""
    width = first.layout.width
    sights = added(first.sights, viewed(first.grey, straightened(first), width, MORE))
    best = decoded(first.grey, first.lines, sights, layouts(width, len(first.lines))) or first
    near = _near(first.grey, first.lines)
    if near is None:
        return best
    near, part = _cut_anew(near), near.grey
    more = added(near.sights, viewed(part, straightened(near), near.layout.width, MORE))
    near = decoded(part, near.lines, more, layouts(near.layout.width, len(near.lines))) or near
    if (near.layout.width, len(near.lines)) != (width, len(first.lines)):
        return max(best, near, key=lambda each: each.rank)
    combined = decoded(part, near.lines, added(more, sights), layouts(width, len(first.lines))) or best
    return combined if combined.valid >= max(best.valid, near.valid) else max(best, near, key=lambda each: each.rank)


def _near(grey: Grey, lines: list[TextLine], wider: float = 1.16) -> ZoneCandidate | None:
    """The zone found once more in a picture of itself, upright and as large as the finder likes it."""
    part = around(grey, lines, wider)
    near: ZoneCandidate | None = None
    longest = min(round(NEAR * max(part.shape) / max(line.length for line in lines)), MOST_NEAR)
    for zone in find(part, longest, upright=True).zones[:1]:
        for lines_in_part in _complete(zone):
            near = _best(near, _plain(part, lines_in_part))
            if near is not None and near.valid:
                break
    return near


def _cut_anew(candidate: ZoneCandidate) -> ZoneCandidate:
    """With lines that stand askew, are slanted or were cut beside their print cut where their letters are."""
    lines = _squared(candidate)
    recut = _plain(candidate.grey, lines) if lines is not None else None
    return recut if recut is not None and recut.valid and candidate.sunk else _best(candidate, recut) or candidate


def _squared(candidate: ZoneCandidate) -> list[TextLine] | None:
    """The lines from where their first characters stand to their last; one that does not begin and end below the surest
    of them, as all of a zone do, gets its ends. Nothing if they stood well already."""
    width = candidate.layout.width
    weights = [each[0].placed(candidate.layout, row).weight for row, each in enumerate(candidate.sights)]
    lines = straightened(candidate)
    lead = lines[int(np.argmax(weights))]
    like_lead = [line.as_long_as(lead) for line in lines]
    ends = np.array([[(line.start, line.end) for line in each] for each in (lines, like_lead)])
    apart = np.abs(ends[0] - ends[1]).max(1) * width / lead.length
    slanted = not candidate.sure and max(abs(line.lean) for line in lines) > LEANING
    if apart.max() < ASKEW and not slanted and not candidate.sunk:
        return None
    return [b if far >= ASKEW else a for a, b, far in zip(lines, like_lead, apart, strict=True)]


@cache
def warm_up() -> None:
    """Load every file that reading needs: no person waits for it, and a confined process can open none later."""
    nets.load()
    face.drawn_faces()
    states()
