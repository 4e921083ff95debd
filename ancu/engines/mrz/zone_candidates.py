"""Run the reader on detected lines in several views, and combine its output for each format."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ancu.engines.mrz import search, typefaces
from ancu.engines.mrz.finder import TextLine
from ancu.engines.mrz.grid import PlacedCharacters, logs, place_characters
from ancu.engines.mrz.layout import ALPHABET, LAYOUTS, ZoneLayout
from ancu.engines.mrz.model import CERTAIN
from ancu.engines.mrz.nets import read_columns
from ancu.engines.mrz.picture import BEYOND, Grey
from ancu.engines.mrz.strips import CAP, STRIDE, View, baseline_offsets, cut_strip, even_contrast

CLEAR = 0.95
"""Mean share from which a zone whose digits hold was seen whole; below, the digits may hold by the search alone."""
WHOLE_CLARITY = 0.985
"""Mean share from which a zone that is not sure in each of its characters is still no other one stretched to fit."""
CLARITY_WEIGHT = 20.0
"""Nats that seeing all of a zone rather than nothing is worth: what holds by the search alone is seen badly."""
SHORT = 36
"""Characters of a line that may be the beginning of one of forty-four."""
UNLIKE = 0.06
"""By how much lines of one zone may seem to be seen from different sides."""
SLIGHTLY, SUNK = 1.0, 3.5
"""Pixels of a strip by which print may stand beside its place without its line being cut anew, or being in doubt. There
are six above a capital; an `I<` without its head was an `AS` by nearly seven nats."""
SURE = 6.0
"""Nats from which two views are enough: a pen's stroke over a letter made of it another one by five."""
AGREED = 0.35
"""What twice, four times … as many views add to the weight of their mean, times the logarithm: by measurement, so that
a margin is worth the same however it came about."""
PLAIN = (View(), View(stretch=1.06, lower=0.7, taller=1.08))
MORE = (
    View(0.95, -0.8, 0.94), View(taller=1.2),
    View(even=True), View(1.06, 0.7, 1.08, even=True), View(0.95, -0.8, 0.94, even=True),
)  # fmt: skip
Floats = NDArray[np.float64]


class LineReading:
    """The reader's output for one view of a line, and its interpretation for each format (cached)."""

    def __init__(self, view: View, columns: Floats) -> None:
        self.view, self.columns = view, columns
        self._placed: dict[tuple[str, int], PlacedCharacters] = {}

    def placed(self, layout: ZoneLayout, row: int) -> PlacedCharacters:
        """Return probabilities and places of the line's characters, read as line ``row`` of the format; cached."""
        key = (layout.format, row)
        if key not in self._placed:
            masks = layout.masks[row]
            self._placed[key] = place_characters(self.columns, masks, *self.view.grid(len(masks)))
        return self._placed[key]


Sights = list[list[LineReading]]
"""For each line, its views."""


class ZoneCandidate(NamedTuple):
    """One zone, read in its likeliest format."""

    grey: Grey
    layout: ZoneLayout
    zone: search.DecodedZone
    lines: list[TextLine]
    sights: Sights

    @property
    def clarity(self) -> float:
        """Mean probability of the zone's characters as read, from 0 to 1."""
        return float(np.mean([right.mean() for right in self.zone.right]))

    @property
    def valid(self) -> bool:
        """Whether the best lines satisfy every check digit and their dates exist."""
        return search.is_consistent(self.layout, self.zone.ranked[0][0])

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """The candidate's sort key, highest for the best: valid and not cut off, valid, then margin and clarity."""
        valid = self.valid
        return (valid and not self.cut_off, valid, min(self.zone.margin, CERTAIN) + CLARITY_WEIGHT * self.clarity)

    @property
    def sure(self) -> bool:
        """Whether the reading is so clear and valid that no further look is needed."""
        has_few_views = len(self.sights[0]) <= len(PLAIN)
        return self.valid and self.zone.margin >= (SURE if has_few_views else CERTAIN) and self.is_complete

    @property
    def is_complete(self) -> bool:
        """Whether the zone is not part of a longer one and every line was cut where its print is."""
        return not self.cut_off and not self.sunk

    @property
    def sunk(self) -> bool:
        """Whether a line was cut so far too high or low that letters may be clipped and look like others."""
        return any(np.abs(sunk_pixels(self, row)).max() > SUNK for row in range(len(self.lines)))

    @property
    def settled(self) -> bool:
        """Whether the reading is valid, clear and complete, so that another look would add only chance."""
        if not self.valid or self.clarity <= CLEAR:
            return False
        return self.sure or (self.clarity > WHOLE_CLARITY and not runs_on(self) and not self.cut_off)

    @property
    def cut_off(self) -> bool:
        """Whether the zone may be only part of a longer one.

        Only formats of 36 characters can be: no check digit shows it, so bare paper must be visible on both sides.
        """
        return self.layout.width == SHORT and (runs_on(self) or not all(map(self._seen_beyond, self.lines)))

    def _seen_beyond(self, line: TextLine) -> bool:
        """Whether both ends of the line lie far enough inside the picture to show what is beside them."""
        beyond = 1.2 * line.length / self.layout.width
        xs, ys = line.points(np.array([line.start - beyond, line.end + beyond]))
        reach = max(2, round(line.cap / 3))
        for x, y in zip(xs.round().astype(int), ys.round().astype(int), strict=True):
            patch = self.grey[max(0, y - reach) : max(0, y + reach), max(0, x - reach) : max(0, x + reach)]
            if patch.size < 2 * reach * reach or (patch == BEYOND).mean() > 0.5:
                return False
        return True


def layouts(width: int, rows: int) -> list[ZoneLayout]:
    """Return the zone formats with this many lines (``rows``) of ``width`` characters."""
    return [layout for layout in LAYOUTS.values() if layout.width == width and layout.rows == rows]


def read_views(grey: Grey, lines: list[TextLine], count: int, views: tuple[View, ...]) -> Sights:
    """Run the reader net on each line in each view; return for each line its readings.

    A view is a way to cut the line's strip, here for ``count`` characters.
    """
    sights: Sights = [[] for _ in lines]
    for view in views:
        strips = [cut_strip(grey, line, count, view) for line in lines]
        if view.even:
            strips = [even_contrast(strip) for strip in strips]
        for i, row in enumerate(read_columns(np.stack(strips)[:, None].astype(np.float32))):
            sights[i].append(LineReading(view, logs(row)))
    return sights


def join_readings(some: Sights, more: Sights) -> Sights:
    """Return for each line of a zone its readings of both lists."""
    return [a + b for a, b in zip(some, more, strict=True)]


def likeliest_candidate(
    grey: Grey, lines: list[TextLine], sights: Sights, layouts: list[ZoneLayout]
) -> ZoneCandidate | None:
    """Return the zone read in the format that fits the readings best; None if ``layouts`` is empty.

    ``sights`` has for each line its readings in several views.
    """
    tries = []
    for layout in layouts:
        placed = [pooled(each, layout, i) for i, each in enumerate(sights)]
        tries.append(
            (sum(placement.weight for placement in placed), layout, [placement.shares for placement in placed])
        )
    if not tries:
        return None
    _, layout, shares = max(tries, key=lambda each: each[0])
    return candidate_of_format(grey, lines, layout, sights, shares)


def candidate_of_format(
    grey: Grey, lines: list[TextLine], layout: ZoneLayout, sights: Sights, shares: list[Floats]
) -> ZoneCandidate:
    """Return the zone decoded in this format.

    In a typeface the reader knows, its distinctions between letters and digits are trusted more.
    """
    candidate = ZoneCandidate(grey, layout, search.decode_zone(layout, shares), lines, sights)
    if candidate.zone.margin < CERTAIN and typefaces.likeness(rows_of(candidate)) > typefaces.ALIKE:
        return candidate._replace(zone=search.decode_zone(layout, shares, is_known_face=True))
    return candidate


def rows_of(candidate: ZoneCandidate) -> list[typefaces.PrintedRow]:
    """Return the zone's lines as printed rows: each the first view's strip, the characters and their middles."""
    rows = []
    for row, (line, (sight, *_), text) in enumerate(
        zip(candidate.lines, candidate.sights, candidate.zone.ranked[0][0], strict=True)
    ):
        centres = (sight.placed(candidate.layout, row).centres + 0.5) * STRIDE
        rows.append(
            typefaces.PrintedRow(cut_strip(candidate.grey, line, candidate.layout.width, sight.view), centres, text)
        )
    return rows


def pooled(views: list[LineReading], layout: ZoneLayout, row: int) -> PlacedCharacters:
    """Return the characters of one line, combined from its readings in several views.

    ``row`` is its number in the format. Log probabilities are averaged without failed views. Views of one picture
    share its blur but not their own cutting, so agreement among many weighs more.
    """
    placements = [sight.placed(layout, row) for sight in views]
    best = max(placement.weight for placement in placements)
    strong = [placement for placement in placements if placement.weight > best - 25]
    weight_of_many = 1 + AGREED * np.log(max(len(views) / len(PLAIN), 1.0))
    log_shares = np.mean([np.log(placement.shares + 1e-9) for placement in strong], axis=0) * weight_of_many
    shares = np.exp(log_shares - log_shares.max(1, keepdims=True))
    weight = float(np.mean([placement.weight for placement in strong]))
    return PlacedCharacters(shares / shares.sum(1, keepdims=True), weight, strong[0].centres)


def straightened_lines(candidate: ZoneCandidate) -> list[TextLine]:
    """Return the zone's lines moved to where their characters were read.

    A line takes over the surest line's perspective if its own differs: fillers look alike, so a line of them may be
    read one position off.
    """
    lines, weights = [], []
    for row, (line, (sight, *_)) in enumerate(zip(candidate.lines, candidate.sights, strict=True)):
        first, step = sight.view.grid(candidate.layout.width)
        placement = sight.placed(candidate.layout, row)
        places = line.places_at(((placement.centres - first) / step + 0.5) / candidate.layout.width)
        low = sunk_pixels(candidate, row)
        lower = line.lowered(places, low * line.cap / CAP) if np.abs(low).max() > SLIGHTLY else line
        lines.append(lower.with_places(places))
        weights.append(placement.weight)
    lead = lines[int(np.argmax(weights))]
    return [line if abs(line.lean - lead.lean) < UNLIKE else line.aligned_with(lead) for line in lines]


def sunk_pixels(candidate: ZoneCandidate, row: int) -> Floats:
    """Return for each character of a line how many pixels too low it stands in its strip."""
    sight, line = candidate.sights[row][0], candidate.lines[row]
    strip = cut_strip(candidate.grey, line, candidate.layout.width, sight.view)
    low = baseline_offsets(strip, (sight.placed(candidate.layout, row).centres + 0.5) * STRIDE)
    return np.asarray(low, dtype=np.float64)


def runs_on(candidate: ZoneCandidate) -> bool:
    """Whether a zone's lines may continue beside what was read: there is ink, or no room to see.

    The zone read is then perhaps only a part of a longer one.
    """
    for row, each in enumerate(candidate.sights):
        centres = each[0].placed(candidate.layout, row).centres
        ink = 1 - np.exp(each[0].columns[:, len(ALPHABET)])
        step = (centres[-1] - centres[0]) / (len(centres) - 1)
        places = np.arange(len(ink))
        for beside in (ink[places < centres[0] - 0.8 * step], ink[places > centres[-1] + 0.8 * step]):
            if len(beside) < 0.8 * step or beside.max() > 0.5:
                return True
    return False
