"""Layouts, check digits and values: every format there and back, and the cases documents really have."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.mrz import LAYOUTS, check_digit, checks, values
from ancu.engines.mrz.layout import ALPHABET
from ancu.engines.mrz.search import is_consistent
from ancu.engines.mrz.values import birth_date, expiry_date, names_cut, possible_birth, split_names
from benchmarks.mrz.documents import document

TODAY = date(2026, 7, 1)
ERIKSSON = {
    "TD3": ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
    "TD2": ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"),
    "TD1": ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
    "MRVA": ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"),
    "MRVB": ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"),
}


@pytest.mark.parametrize("format", ERIKSSON)
def test_the_specimens_of_doc_9303_hold_and_are_taken_apart(format: str) -> None:
    layout, lines = LAYOUTS[format], ERIKSSON[format]
    assert is_consistent(layout, lines)
    fields = values(layout, lines, TODAY)
    assert (fields["surname"], fields["given_names"], fields["sex"]) == ("ERIKSSON", "ANNA MARIA", "F")
    assert fields["document_number"] in ("L898902C3", "D23145890", "L8988901C")
    assert fields["birth_date"] == ("1940-09-07" if format.startswith("MRV") else "1974-08-12")
    assert fields["issuer"] == "UTO"


@given(st.integers(0, 2**31), st.sampled_from(sorted(LAYOUTS)))
def test_every_invented_document_fits_its_layout_and_holds(seed: int, format: str) -> None:
    doc = document(np.random.default_rng(seed), format)
    layout = LAYOUTS[doc.format]
    assert [len(line) for line in doc.lines] == [len(masks) for masks in layout.masks]
    assert all(c in allowed for line, masks in zip(doc.lines, layout.masks, strict=True) for c, allowed in zip(line, masks, strict=True))  # fmt: skip  # noqa: E501
    assert is_consistent(layout, doc.lines)
    fields = values(layout, doc.lines, TODAY)
    number = layout.places["document_number"].text_in(doc.lines).rstrip("<")
    assert fields["document_number"].startswith(number)
    assert fields["nationality"] == layout.places["nationality"].text_in(doc.lines).rstrip("<")


@given(st.integers(0, 2**31), st.sampled_from(sorted(LAYOUTS)), st.data())
def test_a_changed_character_under_a_check_digit_is_noticed_unless_it_weighs_the_same(
    seed: int, format: str, data: st.DataObject
) -> None:
    doc = document(np.random.default_rng(seed), format)
    layout = LAYOUTS[format]
    at, covered = layout.signs["document_number"]
    place = covered[0]
    if at.text_in(doc.lines) == "<":
        return  # the number runs on elsewhere
    i = data.draw(st.integers(place.start, place.end - 1))
    char = data.draw(st.sampled_from(ALPHABET))
    line = doc.lines[place.line]
    changed = (*doc.lines[: place.line], line[:i] + char + line[i + 1 :], *doc.lines[place.line + 1 :])
    same = (0 if char == "<" else int(char, 36)) % 10 == (0 if line[i] == "<" else int(line[i], 36)) % 10
    assert next(c.holds for c in checks(layout, changed) if c.name == "document_number") is same


def test_the_check_digit_of_the_document() -> None:
    assert check_digit("AB2134<<<") == "5"
    assert check_digit("520727") == "3"


@pytest.mark.parametrize(
    ("text", "surname", "given_names"),
    [
        ("ERIKSSON<<ANNA<MARIA<<<<<<<<<<", "ERIKSSON", "ANNA MARIA"),
        ("ARKFREITH<<<<<<<<<<<<<<<<<<<<<", "ARKFREITH", ""),
        ("SUKARNO<PUTRA<<<<<<<<<<<<<<<<<", "SUKARNO PUTRA", ""),
        ("VAN<DER<MUELLEN<<MARIANNE<<<<<", "VAN DER MUELLEN", "MARIANNE"),
        ("OCONNOR<<ENYA<SIOBHAN<<<<<<<<<", "OCONNOR", "ENYA SIOBHAN"),
        ("NILAVADHANANANDA<<CHAYAPA<DEJT", "NILAVADHANANANDA", "CHAYAPA DEJT"),
        ("<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "", ""),
    ],
)
def test_names(text: str, surname: str, given_names: str) -> None:
    assert split_names(text) == (surname, given_names)
    assert names_cut(text) is (not text.endswith("<"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("740812", "1974-08-12"),
        ("260701", "2026-07-01"),
        ("260702", "1926-07-02"),
        ("25<<<<", "2025"),
        ("7408<<", "1974-08"),
        ("740000", "1974"),
        ("<<<<<<", ""),
    ],
)
def test_a_birth_is_never_in_the_future_and_may_be_half_known(text: str, expected: str) -> None:
    assert possible_birth(text)
    assert birth_date(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("120415", "2012-04-15"), ("360101", "2036-01-01"), ("990101", "1999-01-01"), ("<<<<<<", "")]
)
def test_an_expiry_is_near_today(text: str, expected: str) -> None:
    assert expiry_date(text, TODAY) == expected


def test_a_birth_that_no_calendar_has_is_impossible() -> None:
    assert [possible_birth(text) for text in ("741312", "740832", "7<0812", "740230")] == [False] * 4


def test_codes_are_kept_as_read() -> None:
    lines = ("P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<", "C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4")
    fields = values(LAYOUTS["TD3"], lines, TODAY)
    assert (fields["issuer"], fields["nationality"], fields["document_number"]) == ("D", "D", "C01X00T47")
    strange = (lines[0], "C01X00T478QZX6408125F2702283<<<<<<<<<<<<<<<4")
    assert values(LAYOUTS["TD3"], strange, TODAY)["nationality"] == "QZX"


def test_a_long_number_runs_on_into_the_optional_data() -> None:
    lines = ("I<BELB10374211<0007<<<<<<<<<<<", "9502286F1209159BEL<<<<<<<<<<<0", "VAN<DER<VELDEN<<GREET<HILDE<<<")
    assert values(LAYOUTS["TD1"], lines, TODAY)["document_number"] == "B10374211000"
