"""Compare a doubtful letter or digit with certain ones of the same zone.

An `O` differs little from a nought in OCR-B, and in another face in its own way. But dates have nothing but digits and
names nothing but letters: a zone has noughts and `O`s of its own, in its own face, seen through the same blur.
"""

from collections.abc import Iterator

import numpy as np

from ancu.engines.mrz import typefaces
from ancu.engines.mrz.layout import ALPHABET, FILLER
from ancu.engines.mrz.model import DOUBT
from ancu.engines.mrz.zone_candidates import ZoneCandidate, candidate_of_format, pooled, rows_of

LOOKALIKES = ("0ODQU", "1I", "2Z", "5S", "6G", "8B")
GAIN, MOST = 40.0, 4.0
"""Nats for a correlation that is better by one, and at most: by 4,062 pairs, one in twenty of which misled."""
MOST_COMPARED = 3
"""So many of its own kind, those it looks like most, are enough to say how much a character looks like them."""

Own = dict[str, list[typefaces.Reals]]


def compare_own_characters(candidate: ZoneCandidate) -> ZoneCandidate:
    """Return the zone with its doubtful characters compared with certain characters of the same zone.

    A comparison only adds doubt: a lookalike that resembles the character more gains probability.
    """
    doubted = list(_ambiguous_places(candidate))
    if not doubted:
        return candidate
    rows = rows_of(candidate)
    own = _certain_characters(candidate, rows)
    shares = [pooled(views, candidate.layout, row).shares for row, views in enumerate(candidate.sights)]
    for row, place in doubted:
        read = rows[row].text[place]
        if read in own:
            cell = typefaces.windows(rows[row], place)
            mine = _similarity(cell, own[read])
            for lookalike in _known_lookalikes(read, own):
                nats = GAIN * (_similarity(cell, own[lookalike]) - mine)
                shares[row][place, ALPHABET.index(lookalike)] *= np.exp(np.clip(nats, 0, MOST))
    reweighed = candidate_of_format(
        candidate.grey,
        candidate.lines,
        candidate.layout,
        candidate.sights,
        [each / each.sum(1, keepdims=True) for each in shares],
    )
    if reweighed.zone.ranked[0][0] == candidate.zone.ranked[0][0]:
        return candidate
    # Two characters that one check digit counts together could gain twice what one may.
    return reweighed._replace(zone=reweighed.zone._replace(margin=min(reweighed.zone.margin, candidate.zone.margin)))


def _ambiguous_places(candidate: ZoneCandidate) -> Iterator[tuple[int, int]]:
    """Yield line and position of each doubtful character whose position allows both letters and digits."""
    for row, right in enumerate(candidate.zone.right):
        for place in np.nonzero(right < DOUBT)[0]:
            mask = candidate.layout.masks[row][place]
            if any(map(str.isdigit, mask)) and any(map(str.isalpha, mask)):
                yield row, int(place)


def _certain_characters(candidate: ZoneCandidate, rows: list[typefaces.PrintedRow]) -> Own:
    """Return by character the cut-out pictures of the zone's certain characters.

    Only positions that allow letters alone or digits alone count.
    """
    own: Own = {}
    for number, row in enumerate(rows):
        for place, char in enumerate(row.text):
            mask = candidate.layout.masks[number][place].replace(FILLER, "")
            if char != FILLER and (mask.isdigit() or mask.isalpha()) and candidate.zone.right[number][place] >= DOUBT:
                own.setdefault(char, []).append(typefaces.windows(row, place)[typefaces.LOWER, typefaces.ASIDE])
    return own


def _known_lookalikes(read: str, own: Own) -> Iterator[str]:
    """Yield the lookalikes of a character that the zone has certain examples of."""
    for digit, letters in ((kind[0], kind[1:]) for kind in LOOKALIKES):
        for lookalike in letters if read == digit else digit if read in letters else "":
            if lookalike in own:
                yield lookalike


def _similarity(cell: typefaces.Reals, own: list[typefaces.Reals]) -> float:
    """Return how much a cell resembles a character's own examples in this zone: the mean of the most similar."""
    places = cell.reshape(-1, cell.shape[-1])
    return float(np.mean(sorted((places @ each).max() for each in own)[-MOST_COMPARED:]))
