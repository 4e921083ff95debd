"""Find the likeliest lines whose check digits hold, and the distance to the next likely ones.

Check digits cannot tell characters whose values differ by ten (G from 6, Q from 6, I from 8 …) and cover no name, so
what they confirm is still weighed against what else the reader saw.
"""

import heapq
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ancu.engines.mrz.layout import (
    ALPHABET,
    DIGITS,
    FILLER,
    LAYOUTS,
    NUMBERED_CODES,
    WEIGHTS,
    FieldPlace,
    ZoneLayout,
    checks,
    states,
    value,
)
from ancu.engines.mrz.values import possible_birth, possible_expiry

Floats = NDArray[np.float64]
BREACH = 7.0
"""Nats against a document whose own digits do not add up: one in a thousand, mostly specimens."""
MENDED = 4.0
"""The most that a reading is sure by that the digits had to mend, less what that cost: a specimen's may be wrong."""
STRANGE = 4.0
"""Nats against a state that nobody has told us of."""
AMID = 4.0
"""Nats against an `O` amid nothing but digits: two noughts read so can leave a check digit as it was."""
TWINS = ("HK", "FP")
"""Letters that a face the reader does not know draws alike: a `K` with a bar, an `F` with serifs."""
ALIKE, OTHERS = 0.5, 0.75
"""In a face that is not OCR-B, what the nats between twins count, and those between any letter and any digit; and what
all others do. A `U` with serifs was a nought by seven nats, two `5` were two `S`, and no check digit sees it."""
MOST_TRIED, MOST_SWAPS, REACH = 8000, 70, 16.0


class DecodedZone(NamedTuple):
    """Likely lines with their probabilities, best first, and the probability of each position."""

    ranked: list[tuple[tuple[str, ...], float]]
    right: list[Floats]
    margin: float
    shares: list[Floats]  # after what the other positions say


class CharacterSwap(NamedTuple):
    """The replacement of a character at a position, with its cost."""

    cost: float
    line: int
    position: int
    char: str
    shifts: int  # what it adds to every check's sum, modulo 10, one byte a check


def decode_zone(layout: ZoneLayout, shares: Sequence[Floats], is_known_face: bool = False) -> DecodedZone:
    """Return the likeliest lines of a zone whose check digits hold, with probabilities.

    ``shares`` has for each line each position's character probabilities. `is_known_face`: the zone is set in a
    typeface the reader knows. Lines that break a check digit may win if no likely ones satisfy all.
    """
    shares = [s.copy() for s in shares]
    _fill_after_names(layout, shares)
    _prefer_known_states(layout, shares)
    _limit_code_digits(layout, shares)
    _prefer_zeros(layout, shares)
    best = [[ALPHABET[i] for i in s.argmax(1)] for s in shares]
    checked = _checked_places(layout)
    if not is_known_face:
        shares = [_discounted_shares(rows) for rows in shares]
    swaps = sorted(_plausible_swaps(layout, shares, best, checked))[:MOST_SWAPS]
    sign = layout.signs["document_number"][0]  # the first of the checks
    open_ended = layout.format in ("TD1", "TD2") and best[sign.line][sign.start] == FILLER
    off = _check_differences(layout, best)
    weighed: list[tuple[tuple[str, ...], float]] = []
    cheapest: float | None = None
    for cost, chosen in _cheapest_swap_sets(swaps):
        if cost > (REACH if cheapest is None else cheapest + 8.0):
            break
        if chosen and not _all_sums_match(off, chosen, open_ended):
            continue
        lines = _apply_swaps(best, chosen)
        if is_consistent(layout, lines):
            cheapest = cost if cheapest is None else cheapest
            weighed.append((lines, cost))
        elif not chosen:
            weighed.append((lines, cost + BREACH))
    weighed.sort(key=lambda each: each[1])
    return _decode_lines(layout, shares, best, checked, weighed)


def is_consistent(layout: ZoneLayout, lines: Sequence[str]) -> bool:
    """Whether every check digit of the lines holds, and birth and expiry dates are possible."""
    born, ends = layout.places["birth_date"].text_in(lines), layout.places["expiry_date"].text_in(lines)
    return possible_birth(born) and possible_expiry(ends) and all(check.holds for check in checks(layout, lines))


def _checked_places(layout: ZoneLayout) -> set[tuple[int, int]]:
    """Return line and position of every character that counts in a check digit, those digits included."""
    places = [place for at, covered in layout.signs.values() for place in (at, *covered)]
    return {(place.line, i) for place in places for i in range(place.start, place.end)}


@cache
def _trusted_distinctions() -> Floats:
    """Return for each pair of characters how much the reader's distinction counts in an unknown typeface.

    A factor below 1; the lowest is for letter and digit, and for letters that typefaces draw alike.
    """
    digit = np.array([char.isdigit() for char in ALPHABET])
    letter = np.array([char.isalpha() for char in ALPHABET])
    mixed = letter[:, None] & digit[None, :]
    trusted = np.where(mixed | mixed.T, ALIKE, OTHERS)
    for letter_index, twin_index in (map(ALPHABET.index, pair) for pair in TWINS):
        trusted[letter_index, twin_index] = trusted[twin_index, letter_index] = ALIKE
    factors: Floats = trusted
    return factors


def _discounted_shares(rows: Floats) -> Floats:
    """Return the probabilities of a line's positions, made less decisive for an unknown typeface."""
    most = rows.max(1, keepdims=True)
    nearer = np.where(rows > 0, most * (rows / most) ** _trusted_distinctions()[rows.argmax(1)], 0)
    doubted: Floats = nearer / nearer.sum(1, keepdims=True)
    return doubted


def _fill_after_names(layout: ZoneLayout, shares: list[Floats]) -> None:
    """Turn the positions after three fillers in a row of the names into fillers too, in place.

    Not a position that clearly shows another character.
    """
    place = layout.places["names"]
    part = shares[place.line][place.start : place.end]
    filler = ALPHABET.index(FILLER)
    run = 0
    for row in part:
        if run >= 3 and row[filler] > 1e-6:
            row[:] *= 1e-3
            row[filler] = max(row[filler] * 1e3, 1e-9)
            row[:] = row / row.sum()
        run = run + 1 if row.argmax() == filler else 0 if run < 3 else run


def _prefer_known_states(layout: ZoneLayout, shares: list[Floats]) -> None:
    """Weigh issuer and nationality by the list of known state codes, in place.

    Another code must be read very clearly to win.
    """
    for name in ("issuer", "nationality"):
        place = layout.places[name]
        rows = shares[place.line][place.start : place.end]
        logs = np.log(rows + 1e-12)
        read = "".join(ALPHABET[i] for i in rows.argmax(1))
        scores = {read: -STRANGE + float(logs.max(1).sum())}
        for code in states():
            score = sum(float(logs[i, ALPHABET.index(c)]) for i, c in enumerate(code.ljust(3, FILLER)))
            scores[code.ljust(3, FILLER)] = score
        top = max(scores.values())
        likely_codes = {code: float(np.exp(score - top)) for code, score in scores.items() if score > top - 14}
        total = sum(likely_codes.values())
        rows[:] = 1e-9
        for code, weight in likely_codes.items():
            for i, c in enumerate(code):
                rows[i, ALPHABET.index(c)] += weight / total
        rows /= rows.sum(1, keepdims=True)


def _limit_code_digits(layout: ZoneLayout, shares: list[Floats]) -> None:
    """Exclude, in place, digits in the document code that the issuing state does not use."""
    issuer, code = (layout.places[name] for name in ("issuer", "document_code"))
    state = "".join(ALPHABET[i] for i in shares[issuer.line][issuer.start : issuer.end].argmax(1))
    kind, second = shares[code.line][code.start : code.end]
    first = ALPHABET[kind.argmax()]
    used = {numbered[1] for numbered in NUMBERED_CODES.get(state.rstrip(FILLER), ()) if numbered[0] == first}
    second[[ALPHABET.index(digit) for digit in DIGITS if digit not in used]] = 0
    second /= second.sum()


def _prefer_zeros(layout: ZoneLayout, shares: list[Floats]) -> None:
    """Lower the probability of `O` between digits, in place, in document number and optional data.

    There it is most likely a zero.
    """
    letter = ALPHABET.index("O")
    for name in ("document_number", "optional", "optional_2"):
        place = layout.places.get(name)
        if place is None:
            continue
        rows = shares[place.line][place.start : place.end]
        for word in re.finditer(f"[^{FILLER}]+", "".join(ALPHABET[i] for i in rows.argmax(1))):
            text = word.group()
            if not text.replace("O", "").isdigit():
                continue
            digits = [word.start() + i for i, char in enumerate(text) if char.isdigit()]
            amid = rows[digits[0] + 1 : digits[-1]]
            amid[:, letter] *= np.exp(-AMID)
            amid /= amid.sum(1, keepdims=True)


@cache
def _check_weights(format: str) -> dict[tuple[int, int], tuple[tuple[int, int], ...]]:
    """Return by place (line, position) its weight in each check digit's sum: (number of the check digit, weight).

    A check digit's own weight is minus one, so that a check that holds sums to 0 modulo 10.
    """
    indices_by_sums: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for number, (at, covered) in enumerate(LAYOUTS[format].signs.values()):
        places = [(part.line, i) for part in covered for i in range(part.start, part.end)]
        for order, place in enumerate(places):
            indices_by_sums.setdefault(place, []).append((number, WEIGHTS[order % 3]))
        indices_by_sums.setdefault((at.line, at.start), []).append((number, -1))
    return {place: tuple(counted) for place, counted in indices_by_sums.items()}


def _sum_changes(layout: ZoneLayout, place: tuple[int, int], by: int) -> int:
    """Return how the checks' sums change if the value at a place (line, position) changes ``by``.

    The result packs the changes, modulo 10, into one byte for each check.
    """
    return sum((weight * by % 10) << (8 * number) for number, weight in _check_weights(layout.format).get(place, ()))


def _check_differences(layout: ZoneLayout, best: list[list[str]]) -> int:
    """Return how far each check's sum is from its check digit, modulo 10, packed into one byte a check.

    ``best`` are the lines read.
    """
    parts = [0] * len(layout.signs)
    for (line, position), counted in _check_weights(layout.format).items():
        for number, weight in counted:
            parts[number] += weight * value(best[line][position])
    return sum((part % 10) << (8 * number) for number, part in enumerate(parts))


def _all_sums_match(off: int, chosen: tuple[CharacterSwap, ...], open_ended: bool) -> bool:
    """Whether all check sums match after these swaps, computed without writing the lines.

    ``off`` packs the sums before, one byte a check. ``open_ended``: the document number has no check digit of its
    own, so its check is left out. `is_consistent` still decides about that and about dates.
    """
    total = off
    for swap in chosen:
        if swap.shifts < 0:
            return True
        total += swap.shifts
    if open_ended:
        total >>= 8
    while total:
        if (total & 255) % 10:
            return False
        total >>= 8
    return True


def _plausible_swaps(
    layout: ZoneLayout, shares: list[Floats], best: list[list[str]], where: set[tuple[int, int]]
) -> Iterator[CharacterSwap]:
    """Yield the likely enough replacements of the characters at the places ``where``, with their costs in nats.

    ``best`` are the lines read.
    """
    sign = layout.signs["document_number"][0]
    runs_on = layout.format in ("TD1", "TD2")  # the number's digit may be left out and stand elsewhere
    for line, position in where:
        row = np.log(shares[line][position] + 1e-12)
        top = row.max()
        old = best[line][position]
        for i in np.nonzero(row > top - REACH)[0]:
            new = ALPHABET[i]
            if new != old:
                free = runs_on and (line, position) == (sign.line, sign.start)
                shifts = -1 if free else _sum_changes(layout, (line, position), value(new) - value(old))
                yield CharacterSwap(float(top - row[i]), line, position, new, shifts)


def _cheapest_swap_sets(swaps: list[CharacterSwap]) -> Iterator[tuple[float, tuple[CharacterSwap, ...]]]:
    """Yield sets of up to five swaps at different positions with their cost, cheapest first.

    The empty set comes first. It gives up after many sets.
    """
    yield 0.0, ()
    if not swaps:
        return
    heap: list[tuple[float, tuple[int, ...]]] = [(swaps[0].cost, (0,))]
    tried = 0
    while heap:
        cost, chosen = heapq.heappop(heap)
        picked = tuple(swaps[i] for i in chosen)
        if len({(s.line, s.position) for s in picked}) == len(picked):
            yield cost, picked
        tried += 1
        if tried > MOST_TRIED:  # so unclear a zone is not worth more of anybody's time
            return
        last = chosen[-1]
        if last + 1 < len(swaps):
            extra = swaps[last + 1].cost
            if len(chosen) < 5:
                heapq.heappush(heap, (cost + extra, (*chosen, last + 1)))
            heapq.heappush(heap, (cost - swaps[last].cost + extra, (*chosen[:-1], last + 1)))


def _apply_swaps(best: list[list[str]], chosen: tuple[CharacterSwap, ...]) -> tuple[str, ...]:
    """Return the lines read (``best``) with the chosen characters replaced."""
    lines = [row.copy() for row in best] if chosen else best
    for swap in chosen:
        lines[swap.line][swap.position] = swap.char
    return tuple("".join(row) for row in lines)


def _decode_lines(
    layout: ZoneLayout,
    shares: list[Floats],
    best: list[list[str]],
    checked: set[tuple[int, int]],
    weighed: list[tuple[tuple[str, ...], float]],
) -> DecodedZone:
    """Return the zone's likely lines with probabilities, each position's probabilities and the margin.

    ``weighed`` are lines and costs, cheapest first; if empty, ``best`` counts: each position's likeliest character.
    ``checked`` are the places that check digits cover.
    """
    if not weighed:
        weighed = [(tuple("".join(row) for row in best), 0.0)]
    costs = np.array([cost for _, cost in weighed])
    weights = np.exp(-(costs - costs.min()))
    weights /= weights.sum()
    after = [s.copy() for s in shares]
    for line, position in checked:
        row = np.full(len(ALPHABET), 1e-9)
        for (lines, _), weight in zip(weighed, weights, strict=True):
            row[ALPHABET.index(lines[line][position])] += weight
        after[line][position] = row / row.sum()
    top = weighed[0][0]
    right = [s[np.arange(len(text)), [ALPHABET.index(c) for c in text]] for s, text in zip(after, top, strict=True)]
    ranked = [(lines, float(weight)) for (lines, _), weight in zip(weighed[:8], weights, strict=False)]
    return DecodedZone(ranked, right, _margin(after, shares, top, costs, checked), after)


def _margin(
    after: list[Floats], shares: list[Floats], top: tuple[str, ...], costs: Floats, checked: set[tuple[int, int]]
) -> float:
    """Return by how much, in nats, the best lines are likelier than the next likely ones.

    Those differ in checked characters so that the digits hold too, or in a character that no digit covers. Lines with
    corrected characters have a small margin at most.
    """
    gaps = [float(costs[1] - costs[0])] if len(costs) > 1 else [8.0]
    if costs[0] > 0:
        gaps.append(max(MENDED - float(costs[0]), 0.0))
    for line, (rows, text) in enumerate(zip(shares, top, strict=True)):
        for position, (row, char) in enumerate(zip(rows, text, strict=True)):
            if (line, position) not in checked:
                others = np.delete(row, ALPHABET.index(char)).max()
                gaps.append(float(np.log(row[ALPHABET.index(char)] + 1e-12) - np.log(others + 1e-12)))
    return min(gaps)


def doubtful_places(layout: ZoneLayout, right: list[Floats], least: float) -> frozenset[str]:
    """Return the names of fields with a character less certain than ``least``.

    ``right`` has for each line the probabilities of the characters read.
    """

    def unsure(place: FieldPlace) -> bool:
        """Whether any character at this place was read with less certainty than ``least``."""
        return bool((right[place.line][place.start : place.end] < least).any())

    return frozenset(name for name, place in layout.places.items() if unsure(place))
