"""Read a zone from a picture: search it, cut its lines, read and decode them."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

import numpy as np

from ancu.engines.exchange import vietnam_today
from ancu.engines.mrz import nets, typefaces
from ancu.engines.mrz.finder import TextLine, find_zones
from ancu.engines.mrz.grid import greedy
from ancu.engines.mrz.layout import states
from ancu.engines.mrz.model import Unreadable, ZoneReading
from ancu.engines.mrz.own_characters import compare_own_characters
from ancu.engines.mrz.picture import Grey, open_picture, rotated
from ancu.engines.mrz.strips import crop_zone, likely_count, paint_over
from ancu.engines.mrz.zone_candidates import (
    CLEAR,
    MORE,
    PLAIN,
    ZoneCandidate,
    join_readings,
    layouts,
    likeliest_candidate,
    read_views,
    straightened_lines,
)
from ancu.engines.mrz.zone_results import reading_of, suspect_characters

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
    """Where a zone was detected: its lines, in the picture rotated by this angle."""

    angle: int
    lines: list[TextLine]


def read(image: bytes, today: date | None = None) -> ZoneReading:
    """Read the zone in a picture (JPEG, PNG or WebP). Raises `Unreadable` with the reason."""
    return read_pixels(open_picture(image), today)


def read_all(image: bytes, today: date | None = None) -> tuple[ZoneReading, ...]:
    """Read the zone in a picture as `read` does, then the zones of other holders beside it.

    The others are included only if all their check digits hold. Raises `Unreadable` if no zone is legible.
    """
    grey, today = open_picture(image), today or vietnam_today()
    best, place = _first_zone(grey)
    readings = [reading_of(compare_own_characters(best), today)]
    rest, lines = rotated(grey, place.angle), place.lines
    for _look in range(MOST_HOLDERS):
        rest = paint_over(rest, lines)
        candidate = _best_of_search(rest, BESIDE)[0]
        if candidate is None:
            break
        lines = candidate.lines
        reading = (
            reading_of(compare_own_characters(candidate if candidate.sure else _read_closer(candidate)), today)
            if candidate.valid
            else None
        )
        if reading and reading.valid and _holder_identity(reading) not in map(_holder_identity, readings):
            readings.append(reading)
    return tuple(readings)


def _holder_identity(reading: ZoneReading) -> tuple[str, str, str]:
    """Return surname, given names and birth date of a document's holder.

    A visa beside a passport has the same ones, so it counts as the same holder's.
    """
    return reading.fields["surname"], reading.fields["given_names"], reading.fields["birth_date"]


def read_pixels(grey: Grey, today: date | None = None) -> ZoneReading:
    """Read the zone in grey pixels. Raises `Unreadable` with the reason."""
    return reading_of(compare_own_characters(_first_zone(grey)[0]), today or vietnam_today())


def _first_zone(grey: Grey) -> tuple[ZoneCandidate, Spot]:
    """Return the best reading of the machine-readable zone in a picture, and where it lies.

    Further sizes and angles are tried until a reading is clear and all its check digits hold. An uncertain zone is
    read again, closer, and all its readings are weighed together: the surest of many may be sure by luck. Raises
    `Unreadable`.
    """
    best: ZoneCandidate | None = None
    place = Spot(0, [])
    weighed: ZoneCandidate | None = None  # what was looked at again already: the same views twice would count as two
    looks_with_lines, glow = 0, 0.0
    for tried, look in enumerate(LOOKS, 1):
        candidate, lines, bright = _search_at(grey, *look)
        looks_with_lines, glow = looks_with_lines + (candidate is not None), max(glow, bright)
        if candidate is not None and _better_candidate(best, candidate) is candidate:
            best, place = candidate, Spot(look[1], lines)
        if best is not None and best is not weighed and _is_worth_closer_look(best):
            best = weighed = _read_closer(best)
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


def _is_worth_closer_look(best: ZoneCandidate) -> bool:
    """Whether to read the zone again from closer up: it is promising but not sure, or has suspect characters."""
    if best.sure:
        return any(marks.any() for marks in suspect_characters(best))
    return best.clarity > PROMISING


def _better_candidate(a: ZoneCandidate | None, b: ZoneCandidate | None) -> ZoneCandidate | None:
    """Return the better candidate for a zone, by rank; None counts as worst."""
    if a is None or b is None:
        return a or b
    return max(a, b, key=lambda each: each.rank)


def _search_at(grey: Grey, longest: int, angle: int) -> tuple[ZoneCandidate | None, list[TextLine], float]:
    """Search the picture for a zone, scaled to this longer side in pixels and rotated by ``angle`` degrees.

    Returns the best candidate (None if there is none), its lines and the finder's confidence from 0 to 1. An
    incomplete zone is searched again in a wider crop.
    """
    candidate, glow = _best_of_search(rotated(grey, angle), longest)
    if candidate is None:
        return None, [], glow
    lines = candidate.lines
    if not candidate.settled:
        candidate = _better_candidate(candidate, _read_crop(candidate.grey, candidate.lines, WIDER)) or candidate
    return _recut(candidate), lines, glow


def _best_of_search(picture: Grey, longest: int) -> tuple[ZoneCandidate | None, float]:
    """Search the picture once; return the best zone candidate, or the first clear and valid one; None if none.

    The second value is the finder's confidence, from 0 to 1.
    """
    best: ZoneCandidate | None = None
    zones, glow = find_zones(picture, longest)
    for zone in zones[:2]:
        for lines in _line_choices(zone):
            best = _better_candidate(best, _read_lines(picture, lines))
            if best is not None and (best.sure or (best.valid and best.clarity > CLEAR)):
                return best, glow
    return best, glow


def _line_choices(zone: list[TextLine]) -> Iterator[list[TextLine]]:
    """Yield the sets of lines that may make up the zone, given the lines the finder detected for it.

    Surplus lines are left out, missing ones added above or below, uneven ones made equally long; last, all reversed.
    """
    zone = zone[-4:]
    if len(zone) == 1:
        line = zone[0]
        apart = 2.68 * line.cap
        yield [line, line.parallel_line(apart)]
        yield [line.parallel_line(-apart), line]
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
            yield [*zone, zone[-1].parallel_line(apart)]
            yield [zone[0].parallel_line(-apart), *zone]
    yield [line.reversed() for line in reversed(zone[-3:])]


def _read_lines(grey: Grey, lines: list[TextLine]) -> ZoneCandidate | None:
    """Read these lines as a zone, with the number of characters that their proportions suggest.

    Another number is tried if the reading suggests it, or if it is clear but its check digits fail. None if no format
    fits.
    """
    count = likely_count(lines)
    sights = read_views(grey, lines, count, PLAIN)
    lengths = [len(greedy(views[0].columns)) for views in sights]
    nearest = min((30, 36, 44), key=lambda width: abs(float(np.median(lengths)) - width))
    if nearest != count and len(lines) == 2:
        count = nearest
        sights = read_views(grey, lines, count, PLAIN)
    candidate = likeliest_candidate(grey, lines, sights, layouts(count, len(lines)))
    if candidate is None or candidate.valid or candidate.clarity < CLEAR or len(lines) != 2:
        return candidate
    other_width = 36 if count == 44 else 44
    return _better_candidate(
        candidate,
        likeliest_candidate(grey, lines, read_views(grey, lines, other_width, PLAIN), layouts(other_width, 2)),
    )


def _read_closer(first: ZoneCandidate) -> ZoneCandidate:
    """Read a zone's lines again in more views and from an enlarged crop; return the best candidate.

    All readings in one format are weighed together.
    """
    width = first.layout.width
    sights = join_readings(first.sights, read_views(first.grey, straightened_lines(first), width, MORE))
    best = likeliest_candidate(first.grey, first.lines, sights, layouts(width, len(first.lines))) or first
    near = _read_crop(first.grey, first.lines)
    if near is None:
        return best
    near, part = _recut(near), near.grey
    more = join_readings(near.sights, read_views(part, straightened_lines(near), near.layout.width, MORE))
    near = likeliest_candidate(part, near.lines, more, layouts(near.layout.width, len(near.lines))) or near
    if (near.layout.width, len(near.lines)) != (width, len(first.lines)):
        return max(best, near, key=lambda each: each.rank)
    combined = (
        likeliest_candidate(part, near.lines, join_readings(more, sights), layouts(width, len(first.lines))) or best
    )
    return combined if combined.valid >= max(best.valid, near.valid) else max(best, near, key=lambda each: each.rank)


def _read_crop(grey: Grey, lines: list[TextLine], wider: float = 1.16) -> ZoneCandidate | None:
    """Search and read a zone again in an enlarged, upright crop of the picture; None if nothing is read there.

    ``lines`` are where it was found, ``wider`` is how much longer the crop is.
    """
    part = crop_zone(grey, lines, wider)
    near: ZoneCandidate | None = None
    longest = min(round(NEAR * max(part.shape) / max(line.length for line in lines)), MOST_NEAR)
    for zone in find_zones(part, longest, upright=True).zones[:1]:
        for lines_in_part in _line_choices(zone):
            near = _better_candidate(near, _read_lines(part, lines_in_part))
            if near is not None and near.valid:
                break
    return near


def _recut(candidate: ZoneCandidate) -> ZoneCandidate:
    """Read a zone again with its lines moved to where its letters lie; return the better reading.

    The candidate is returned unchanged if its lines lay well already.
    """
    lines = _realigned_lines(candidate)
    recut = _read_lines(candidate.grey, lines) if lines is not None else None
    return (
        recut
        if recut is not None and recut.valid and candidate.sunk
        else _better_candidate(candidate, recut) or candidate
    )


def _realigned_lines(candidate: ZoneCandidate) -> list[TextLine] | None:
    """Return the zone's lines moved to begin and end with their characters; None if they lay well already.

    A line that ends elsewhere than the surest one gets that one's ends.
    """
    width = candidate.layout.width
    weights = [each[0].placed(candidate.layout, row).weight for row, each in enumerate(candidate.sights)]
    lines = straightened_lines(candidate)
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
    """Load every file that reading needs, as a confined process cannot open any later."""
    nets.load()
    typefaces.drawn_faces()
    states()
