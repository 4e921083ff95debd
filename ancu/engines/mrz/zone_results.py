"""Turn the best candidate into the published reading: doubtful characters and overall certainty."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from ancu.engines.mrz import search, typefaces
from ancu.engines.mrz.layout import ALPHABET, checks
from ancu.engines.mrz.model import CERTAIN, DOUBT, CharacterDoubt, ZoneAlternative, ZoneReading
from ancu.engines.mrz.picture import encode_jpeg
from ancu.engines.mrz.strips import PITCH, STRIDE, crossed_by_ink, cut_strip, line_picture
from ancu.engines.mrz.values import values
from ancu.engines.mrz.zone_candidates import ZoneCandidate, rows_of

CROSSED = 0.9
"""A character with a pen's stroke across it is never likelier right than this."""
CROSSED_SURE = 7.8
"""Nats from which security print that looks like a stroke is left alone: strokes made another letter by six."""
UNHEARD = -3.0
"""A character is not certain if the reader, asked for any character or none, gives it a smaller logarithm of a chance:
the format alone wants it there, as a `V` on bare paper before a passport's `P`."""
HEARD = 0.7
"""The share of views that may not have heard it."""


def reading_of(best: ZoneCandidate, today: date) -> ZoneReading:
    """Return the best candidate as a ZoneReading: values, certainty, doubts, alternatives and pictures."""
    layout, zone = best.layout, best.zone
    lines, _ = zone.ranked[0]
    suspect = suspect_characters(best)
    for right, marks in zip(zone.right, suspect, strict=True):
        right[marks] = np.minimum(right[marks], CROSSED)
    valid = search.is_consistent(layout, lines)
    confidence = float(np.exp(sum(np.log(right).sum() for right in zone.right)))
    is_undisturbed = best.is_complete and not any(marks.any() for marks in suspect)
    return ZoneReading(
        format=layout.format,
        lines=lines,
        valid=valid,
        certain=valid and zone.margin >= CERTAIN and is_undisturbed and typefaces.is_known_face(rows_of(best)),
        confidence=round(min(confidence, zone.ranked[0][1]), 4),
        margin=round(zone.margin, 2),
        fields=values(layout, lines, today),
        checks=checks(layout, lines),
        doubts=doubts(zone, lines),
        alternatives=tuple(
            ZoneAlternative(lines_read, round(share, 4)) for lines_read, share in zone.ranked[1:] if share > 0.001
        ),
        doubtful_fields=search.doubtful_places(layout, zone.right, DOUBT),
        crops=tuple(encode_jpeg(line_picture(best.grey, line, layout.width)) for line in best.lines),
    )


def suspect_characters(best: ZoneCandidate) -> list[NDArray[np.bool_]]:
    """Return for each line which characters are suspect, however certain the reader is of them.

    Suspect are those that hardly any view reads and, unless the margin is large, those that a pen or stamp crosses.
    """
    suspect = [unsupported_characters(best, row) for row in range(best.layout.rows)]
    if best.zone.margin < CROSSED_SURE:
        suspect = [marks | crossed_characters(best, row) for row, marks in enumerate(suspect)]
    return suspect


def crossed_characters(best: ZoneCandidate, row: int) -> NDArray[np.bool_]:
    """Return for each character of a line whether a stamp or pen crosses it.

    The reader was not trained on those and is sometimes sure of a wrong letter.
    """
    sight, line = best.sights[row][0], best.lines[row]
    strip = cut_strip(best.grey, line, best.layout.width, sight.view)
    centres = (sight.placed(best.layout, row).centres + 0.5) * STRIDE
    return crossed_by_ink(strip, centres, PITCH * sight.view.stretch)


def unsupported_characters(best: ZoneCandidate, row: int) -> NDArray[np.bool_]:
    """Return for each character of a line whether hardly any view alone supports it.

    In faint print most views see bare paper until the light is evened.
    """
    indices = [ALPHABET.index(c) for c in best.zone.ranked[0][0][row]]
    best_logs = []
    for sight in best.sights[row]:
        places = sight.placed(best.layout, row).centres.round().astype(np.int64)
        near = [np.clip(places + aside, 0, len(sight.columns) - 1) for aside in (-1, 0, 1)]
        best_logs.append(np.max([sight.columns[at, indices] for at in near], axis=0))
    unsupported_characters: NDArray[np.bool_] = np.quantile(best_logs, HEARD, axis=0) < UNHEARD
    return unsupported_characters


def doubts(zone: search.DecodedZone, lines: tuple[str, ...]) -> tuple[CharacterDoubt, ...]:
    """Return the uncertain characters of the lines, each with place, probability and alternatives."""
    doubts = []
    for i, (text, right) in enumerate(zip(lines, zone.right, strict=True)):
        for position in np.nonzero(right < DOUBT)[0]:
            row = zone.shares[i][position]
            order = [ALPHABET[k] for k in row.argsort()[::-1] if row[k] > 0.01]
            others = "".join(c for c in order if c != text[position])
            doubts.append(CharacterDoubt(i, int(position), text[position], others, round(float(right[position]), 3)))
    return tuple(doubts)
