"""The face a zone is set in, and characters seen from a side."""

import numpy as np
import pytest

from ancu.engines.mrz import LAYOUTS, Unreadable, engine, read, read_pixels, typefaces
from ancu.engines.mrz.finder import find_zones
from ancu.engines.mrz.layout import ALPHABET, check_digit
from ancu.engines.mrz.search import decode_zone
from ancu.engines.mrz.zone_candidates import (
    PLAIN,
    ZoneCandidate,
    likeliest_candidate,
    read_views,
    rows_of,
    straightened_lines,
)
from benchmarks.mrz.__main__ import SIZES, drawn
from benchmarks.mrz.pages import PHONE, STRANGE, CaptureLook, PassportPhoto, page

CALM = CaptureLook(tilt=0.08, blur=0.05, noise=3, dark=0, glare=0, jpeg=70, security=10, upright=1.0, other_faces=0)
VISA = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")


def first_try(picture: PassportPhoto) -> ZoneCandidate:
    candidate, _glow = engine._best_of_search(picture.image, 640)
    assert candidate is not None
    return candidate


def likeness(picture: PassportPhoto) -> float:
    return typefaces.likeness(rows_of(first_try(picture)))


@pytest.mark.slow
def test_the_face_that_passports_are_set_in_is_known_and_others_are_told_from_it() -> None:
    """Faces that were never trained on, as large and as sharp."""
    ours = [likeness(page(np.random.default_rng([12, n]), (900, 1200), CALM, "TD3")) for n in range(2)]
    others = [
        likeness(page(np.random.default_rng([12, n]), (900, 1200), CALM._replace(faces="held"), "TD3"))
        for n in range(3)
    ]
    assert min(ours) > typefaces.ALIKE
    assert max(others) < typefaces.ALIKE


def shares_of(lines: tuple[str, ...]) -> list[np.ndarray]:
    shares = []
    for text in lines:
        rows = np.full((len(text), len(ALPHABET)), 1e-12)
        rows[np.arange(len(text)), [ALPHABET.index(c) for c in text]] = 1
        shares.append(rows)
    return shares


@pytest.mark.parametrize(
    ("drawn", "read"), [("250OO015<", "25000015<"), ("O1234567<", "O1234567<"), ("ZE18O226<", "ZE18O226<")]
)
def test_a_letter_amid_nothing_but_digits_is_a_nought(drawn: str, read: str) -> None:
    """The check digit of ``250OO015`` is that of ``25000015``; letters before the digits, or among them, stay."""
    layout = LAYOUTS["MRVA"]
    shares = shares_of((VISA[0], drawn + check_digit(drawn) + VISA[1][10:]))
    for place in (place for place, char in enumerate(drawn) if char == "O"):
        shares[1][place, ALPHABET.index("0")] = np.exp(-1.5)
    assert decode_zone(layout, shares, is_known_face=True).ranked[0][0][1][:9] == read


@pytest.mark.parametrize(
    ("read", "twin", "counts"), [("O", "0", 0.5), ("F", "P", 0.5), ("0", "U", 0.5), ("E", "L", 0.75)]
)
def test_letters_drawn_alike_count_for_less_in_a_face_that_is_not_known(read: str, twin: str, counts: float) -> None:
    layout = LAYOUTS["MRVA"]
    shares = shares_of((VISA[0], VISA[1][:30] + read + VISA[1][31:]))
    shares[1][30, ALPHABET.index(twin)] = np.exp(-7.0)
    assert decode_zone(layout, shares, is_known_face=True).margin == pytest.approx(7.0, abs=0.1)
    assert decode_zone(layout, shares).margin == pytest.approx(7.0 * counts, abs=0.1)


def test_characters_of_a_line_seen_from_a_side_are_cut_at_one_width() -> None:
    picture = page(np.random.default_rng(21), (900, 1200), CALM._replace(tilt=0.6), "TD3")

    def uneven(candidate: ZoneCandidate) -> float:
        centres = [sight.placed(candidate.layout, row).centres for row, (sight, *_) in enumerate(candidate.sights)]
        widths = [np.diff(np.polyval(np.polyfit(np.arange(len(c)), c, 3), np.arange(len(c)))) for c in centres]
        return max(float(each.max() / each.min()) for each in widths)

    slanted = first_try(picture)
    lines = straightened_lines(slanted)
    count = slanted.layout.width
    even = likeliest_candidate(picture.image, lines, read_views(picture.image, lines, count, PLAIN), [slanted.layout])
    assert even is not None
    assert uneven(slanted) > 1.15
    assert uneven(even) < 1.08
    assert even.zone.ranked[0][0] == picture.document.lines


def test_a_picture_without_a_zone_is_given_up_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """The large looks are what such a picture costs."""
    picture = page(np.random.default_rng(1), (900, 1200), PHONE)
    looked = []

    def spied(*args: object) -> object:
        looked.append(args[1])
        return find_zones(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "find_zones", spied)
    with pytest.raises(Unreadable, match="no_zone"):
        read_pixels(picture.image[:300], None)  # the page above its zone
    assert len(looked) <= engine.FIRST_LOOKS


@pytest.mark.slow
def test_a_face_that_was_shown_is_known_and_one_that_was_not_is_told_from_all_of_them() -> None:
    def rows(n: int, look: CaptureLook) -> list[typefaces.PrintedRow]:
        return rows_of(first_try(page(np.random.default_rng([14, n]), (900, 1200), look, "TD3")))

    assert all(typefaces.is_known_face(rows(n, CALM)) for n in range(2))
    assert all(typefaces.is_known_face(rows(n, CALM._replace(other_faces=1.0))) for n in range(4))
    assert not any(typefaces.is_known_face(rows(n, CALM._replace(faces="held"))) for n in (0, 2, 4))


@pytest.mark.slow
@pytest.mark.parametrize("number", [196, 220])
def test_what_a_strange_face_draws_as_another_letter_is_in_doubt(number: int) -> None:
    """An `O` as the known faces draw a nought, in a field where both may stand; a `K` as they draw an `H`. Both held
    every check and were sure by eight nats and by seven."""
    [case] = drawn(1, 2001, STRANGE, SIZES, first=number)
    reading = read(case.data)
    assert reading.valid
    assert reading.lines != case.lines
    assert not reading.certain
