"""Invented people look like their passports, are the same for the same seed, and never share a document."""

import re
from collections import Counter
from datetime import date
from random import Random

import pytest
from django.core.validators import validate_email

from ancu.demo.dossiers.answers import mailbox
from ancu.demo.names import (
    make_people,
    make_person,
    make_vietnamese_name,
    mrz_spelling,
    nationality_codes,
)
from ancu.demo.tourism import PROFILES, nationality_weights

DOCUMENTS = {
    "KOR": r"M(\d{8}|\d{3}[A-Z]\d{4})",
    "CHN": r"E(\d{8}|[A-Z]\d{7})",
    "TWN": r"\d{9}",
    "JPN": r"[A-Z]{2}\d{7}",
    "FRA": r"\d{2}[A-Z]{2}\d{5}",
    "DEU": r"[CFGL][CFGHJKLMNPRTVWXYZ0-9]{8}",
    "GBR": r"\d{9}",
    "USA": r"\d{9}|[A-Z]\d{8}",
    "AUS": r"[PR][AB]\d{7}|N\d{7}",
    "RUS": r"\d{9}",
    "THA": r"[A-Z]{2}\d{7}",
}


@pytest.mark.parametrize("code", nationality_codes())
def test_everyone_has_a_mailbox_that_forms_accept(code: str) -> None:
    rng = Random(7)
    for _ in range(300):
        validate_email(mailbox(make_person(rng, code)))


@pytest.mark.parametrize("code", nationality_codes())
def test_everyone_looks_like_a_passport(code: str) -> None:
    rng = Random(7)
    for _ in range(300):
        person = make_person(rng, code)
        assert person.nationality == code and len(code) == 3
        assert re.fullmatch(r"[^\W\d_a-z]+(?:[ '-][^\W\d_a-z]+)*", person.full_name.replace("ß", "SS")), person
        assert 2 <= len(person.full_name) <= 60
        assert person.sex in {"M", "F", "X"}
        assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", person.birth_date)
        assert re.fullmatch(r"[A-Z0-9]{7,10}", person.document_number)
        assert re.fullmatch(DOCUMENTS.get(code, r".+"), person.document_number), person


def test_at_least_forty_nationalities_and_no_vietnamese() -> None:
    assert len(nationality_codes()) >= 40
    assert "VNM" not in nationality_codes()
    expected = {code for profile in PROFILES for code in nationality_weights(profile)}
    assert expected == set(nationality_codes())


def test_the_same_seed_gives_the_same_people() -> None:
    codes = list(nationality_codes()) * 3
    first = list(make_people(Random(11), codes))
    assert first == list(make_people(Random(11), codes))
    assert first != list(make_people(Random(12), codes))


def test_no_two_people_share_a_document() -> None:
    people = list(make_people(Random(5), ["SGP", "PRT", "CAN", "BEL"] * 5000))
    assert len({person.document_number for person in people}) == len(people) == 20_000


def test_documents_are_drawn_again_when_they_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(["A1", "A1", "A2", "A1", "A2", "A3"])
    monkeypatch.setattr("ancu.demo.names._document", lambda rng, country: next(numbers))
    people = list(make_people(Random(5), ["FRA"] * 3))
    assert [person.document_number for person in people] == ["A1", "A2", "A3"]


def test_a_large_crowd_does_not_repeat_itself() -> None:
    for code in ("KOR", "CHN", "FRA", "DEU", "GBR", "USA", "JPN", "RUS"):
        names = Counter(person.full_name for person in make_people(Random(3), [code] * 2000))
        assert len(names) > 1300, code
        assert max(names.values()) <= 20, code


def test_some_birth_dates_are_not_known_to_the_day() -> None:
    exactness = Counter(len(person.birth_date) for person in make_people(Random(2), ["IDN"] * 20_000))
    assert exactness[10] > 19_600
    assert 40 <= exactness[4] <= 140 and 15 <= exactness[7] <= 90


def test_nobody_is_born_after_the_day() -> None:
    on = date(2024, 5, 1)
    people = [make_person(Random(seed), "AUS", on=on) for seed in range(2000)]
    assert max(person.birth_date for person in people) < "2024-05-01"
    workers = [make_person(Random(seed), "KOR", on=on, working=True) for seed in range(500)]
    assert min(w.birth_date for w in workers) > "1960" and max(w.birth_date for w in workers) < "2002"


def test_what_makes_names_their_own() -> None:
    def names(code: str, sex: str) -> list[str]:
        return [make_person(Random(seed), code, sex=sex).full_name for seed in range(600)]

    assert any("O'" in name for name in names("IRL", "M"))
    assert any(" " not in name for name in names("IDN", "F"))
    assert any(" BIN " in name for name in names("MYS", "M"))
    assert not any(" BIN " in name for name in names("MYS", "F"))
    assert all(re.match(r"\S+(OV|EV|IN|SKIY)A? ", name) for name in names("RUS", "M"))
    assert all(re.match(r"\S+(OVA|EVA|INA|SKAYA) ", name) for name in names("RUS", "F"))
    assert all(re.match(r"\S+[AÁ] ", name) for name in names("CZE", "F"))
    assert any(not name.isascii() for name in names("FRA", "F"))
    assert any("Ü" in name for name in names("DEU", "M")) and any("UE" in name for name in names("DEU", "M"))


@pytest.mark.parametrize(
    ("printed", "spelt"),
    [
        ("MÜLLER-GROß JÖRG", "MUELLER-GROSS JOERG"),
        ("O'BRIEN SEÁN", "OBRIEN SEAN"),
        ("ŁUCZAK ŻANETA", "LUCZAK ZANETA"),
        ("ØSTERGAARD ÅSE", "OESTERGAARD AASE"),
        ("SUMATHI A/P MOHAN", "SUMATHI A P MOHAN"),
        ("SMITH JOHN", "SMITH JOHN"),
    ],
)
def test_mrz_spelling(printed: str, spelt: str) -> None:
    assert mrz_spelling(printed) == spelt


def test_vietnamese_hosts() -> None:
    women = [make_vietnamese_name(Random(seed), "F") for seed in range(300)]
    assert all(len(name.split()) == 3 and name.istitle() for name in women)
    assert len(set(women)) > 200 and any("Thị" in name for name in women)


def test_an_unknown_nationality_is_refused() -> None:
    with pytest.raises(KeyError):
        make_person(Random(1), "VNM")
