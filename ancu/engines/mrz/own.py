"""A letter or a digit in doubt, held against those of the same zone of which there is none.

An `O` differs little from a nought in OCR-B, and in another face in its own way. But dates have nothing but digits and
names nothing but letters: a zone has noughts and `O`s of its own, in its own face, seen through the same blur.
"""

from collections.abc import Iterator

import numpy as np

from ancu.engines.mrz import face
from ancu.engines.mrz.layout import ALPHABET, FILLER
from ancu.engines.mrz.model import DOUBT
from ancu.engines.mrz.sights import ZoneCandidate, pooled, rows_of, weighed

LOOKALIKES = ("0ODQU", "1I", "2Z", "5S", "6G", "8B")
GAIN, MOST = 40.0, 4.0
"""Nats for a correlation that is better by one, and at most: by 4,062 pairs, one in twenty of which misled."""
MOST_COMPARED = 3
"""So many of its own kind, those it looks like most, are enough to say how much a character looks like them."""

Own = dict[str, list[face.Reals]]


def compared(candidate: ZoneCandidate) -> ZoneCandidate:
    """What the zone's own characters say for others than were read; it makes nothing surer than it was."""
    doubted = list(_doubted(candidate))
    if not doubted:
        return candidate
    rows = rows_of(candidate)
    own = _own(candidate, rows)
    shares = [pooled(views, candidate.layout, row).shares for row, views in enumerate(candidate.sights)]
    for row, place in doubted:
        read = rows[row].text[place]
        if read in own:
            cell = face.windows(rows[row], place)
            mine = _like(cell, own[read])
            for lookalike in _others(read, own):
                nats = GAIN * (_like(cell, own[lookalike]) - mine)
                shares[row][place, ALPHABET.index(lookalike)] *= np.exp(np.clip(nats, 0, MOST))
    reweighed = weighed(
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


def _doubted(candidate: ZoneCandidate) -> Iterator[tuple[int, int]]:
    """Rows and places where a letter or a digit may stand."""
    for row, right in enumerate(candidate.zone.right):
        for place in np.nonzero(right < DOUBT)[0]:
            mask = candidate.layout.masks[row][place]
            if any(map(str.isdigit, mask)) and any(map(str.isalpha, mask)):
                yield row, int(place)


def _own(candidate: ZoneCandidate, rows: list[face.PrintedRow]) -> Own:
    """By character, those that are sure and stand where only letters or only digits may."""
    own: Own = {}
    for number, row in enumerate(rows):
        for place, char in enumerate(row.text):
            mask = candidate.layout.masks[number][place].replace(FILLER, "")
            if char != FILLER and (mask.isdigit() or mask.isalpha()) and candidate.zone.right[number][place] >= DOUBT:
                own.setdefault(char, []).append(face.windows(row, place)[face.LOWER, face.ASIDE])
    return own


def _others(read: str, own: Own) -> Iterator[str]:
    for digit, letters in ((kind[0], kind[1:]) for kind in LOOKALIKES):
        for lookalike in letters if read == digit else digit if read in letters else "":
            if lookalike in own:
                yield lookalike


def _like(cell: face.Reals, own: list[face.Reals]) -> float:
    places = cell.reshape(-1, cell.shape[-1])
    return float(np.mean(sorted((places @ each).max() for each in own)[-MOST_COMPARED:]))
