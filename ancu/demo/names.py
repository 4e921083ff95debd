"""Invented people: a name, sex, birth date and document number as a passport of that country shows them."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any
from unicodedata import combining, normalize

DATA = files("ancu.demo") / "data"
REFERENCE_DAY = date(2026, 1, 1)

# ICAO 9303 spells these letters with others in the machine-readable zone; accents otherwise just fall away.
MRZ_LETTERS = str.maketrans(
    {"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "Å": "AA", "Ø": "OE", "Æ": "AE", "Ł": "L", "'": None, "/": " "}
)
DIGITS = "0123456789"
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
DRAWN = {"#": DIGITS, "@": LETTERS, "*": "CFGHJKLMNPRTVWXYZ0123456789"}
SLOTS = frozenset("FGHPMW")
WITH_X = frozenset({"AUS", "AUT", "CAN", "DEU", "IND", "NLD", "NZL", "USA"})

# (share, youngest, oldest) of guests, and of those who come to work
TRAVELLER_AGES = ((5, 1, 11), (4, 12, 17), (42, 18, 34), (28, 35, 54), (17, 55, 69), (4, 70, 86))
WORKER_AGES = ((45, 23, 36), (45, 37, 52), (10, 53, 62))
BIRTH_YEAR_ONLY, BIRTH_MONTH_ONLY, SEX_X = 0.004, 0.006, 0.002


@dataclass(frozen=True, slots=True)
class Person:
    """One traveller. `birth_date` is ISO and as exact as the passport: `1984-03-08`, `1971-05` or `1962`."""

    full_name: str
    sex: str
    birth_date: str
    nationality: str
    document_number: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the names of one sex in one culture are made of: words by slot, and patterns with weights."""

    slots: Mapping[str, tuple[str, ...]]
    patterns: tuple[str, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nationality:
    """How passports of one country look. `accents`: the share copied as printed, not as in the MRZ."""

    code: str
    pools: tuple[Mapping[str, Words], ...]
    pool_weights: tuple[int, ...]
    accents: float
    documents: tuple[str, ...]


def nationality_codes() -> tuple[str, ...]:
    """The ISO 3166 alpha-3 codes people can be invented for."""
    return tuple(_nationalities())


def make_person(
    rng: Random, nationality: str, *, on: date = REFERENCE_DAY, working: bool = False, sex: str | None = None
) -> Person:
    """Invents a person of that nationality (ISO alpha-3; KeyError for one without data), alive on `on`.

    `working` makes a person of working age, mostly a man, as company housing has them. Two calls may give
    the same document number, rarely; `make_people` never does.
    """
    country = _nationalities()[nationality]
    gender = sex or ("M" if rng.random() < (0.86 if working else 0.51) else "F")
    name = _full_name(rng, country, gender)
    if sex is None and nationality in WITH_X and rng.random() < SEX_X:
        gender = "X"
    birth_date = _birth_date(rng, on, WORKER_AGES if working else TRAVELLER_AGES)
    return Person(name, gender, birth_date, nationality, _document(rng, country))


def make_people(
    rng: Random, nationalities: Iterable[str], *, on: date = REFERENCE_DAY, working: bool = False
) -> Iterator[Person]:
    """Invents one person for each nationality given; no two share a document number."""
    seen: set[str] = set()
    for nationality in nationalities:
        person = make_person(rng, nationality, on=on, working=working)
        while person.document_number in seen:
            person = make_person(rng, nationality, on=on, working=working)
        seen.add(person.document_number)
        yield person


def make_vietnamese_name(rng: Random, sex: str) -> str:
    """A Vietnamese name with its accents, for hosts and officers; `sex` is M or F."""
    return _render(rng, _pools()["vietnamese"][sex])


def mrz_spelling(name: str) -> str:
    """A name as the machine-readable zone spells it: A to Z, hyphen and space only."""
    if name.isascii() and "'" not in name and "/" not in name:
        return name
    plain = normalize("NFD", name.translate(MRZ_LETTERS))
    return "".join(letter for letter in plain if not combining(letter))


def _full_name(rng: Random, country: Nationality, sex: str) -> str:
    pool = country.pools[0]
    if len(country.pools) > 1:
        pool = rng.choices(country.pools, country.pool_weights)[0]
    name = _render(rng, pool[sex])
    return name if rng.random() < country.accents else mrz_spelling(name)


def _render(rng: Random, words: Words) -> str:
    """Fills one pattern; no word comes twice in a name (but a short list may have to repeat itself)."""
    used: list[str] = []
    for slot in rng.choices(words.patterns, words.weights)[0]:
        if slot not in SLOTS:
            used.append(slot.upper())
            continue
        choices = words.slots[slot]
        word = rng.choice(choices)
        while word in used:
            word = rng.choice(choices)
        used.append(word)
    return "".join(used)


def _birth_date(rng: Random, on: date, ages: tuple[tuple[int, int, int], ...]) -> str:
    _, youngest, oldest = rng.choices(ages, [share for share, _, _ in ages])[0]
    days = int(rng.uniform(youngest * 365.25 + 1, (oldest + 1) * 365.25))
    born = date.fromordinal(on.toordinal() - days).isoformat()
    exactness = rng.random()
    if exactness < BIRTH_YEAR_ONLY:
        return born[:4]
    return born[:7] if exactness < BIRTH_MONTH_ONLY else born


def _document(rng: Random, country: Nationality) -> str:
    pattern = rng.choice(country.documents)
    return "".join([rng.choice(DRAWN[sign]) if sign in DRAWN else sign for sign in pattern])


@cache
def _nationalities() -> Mapping[str, Nationality]:
    pools = _pools()
    raw = tomllib.loads((DATA / "nationalities.toml").read_text(encoding="utf-8"))["nationalities"]
    return {
        code: Nationality(
            code=code,
            pools=tuple(pools[name] for name in entry["pools"]),
            pool_weights=tuple(entry["pools"].values()),
            accents=entry.get("accents", 0.0),
            documents=tuple(entry["documents"]),
        )
        for code, entry in raw.items()
    }


@cache
def _pools() -> Mapping[str, Mapping[str, Words]]:
    raw = tomllib.loads((DATA / "pools.toml").read_text(encoding="utf-8"))
    return {name: {"M": _words(pool, "male"), "F": _words(pool, "female")} for name, pool in raw.items()}


def _words(pool: Mapping[str, Any], sex: str) -> Words:
    family = _split(pool["family"])
    if sex == "female":
        family = tuple(_feminine(name, pool.get("feminine", [])) for name in family)
    slots = {
        "F": family,
        "G": _split(pool[sex]),
        "H": _split(pool.get(f"{sex}_end", "")),
        "P": _split(pool["male"]),
        "M": _split(pool.get(f"middle_{sex}", "")),
        "W": _split(pool.get(f"western_{sex}", "")),
    }
    patterns: Mapping[str, int] = pool.get(f"patterns_{sex}", pool["patterns"])
    return Words(slots=slots, patterns=tuple(patterns), weights=tuple(patterns.values()))


def _split(words: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in words.split())


def _feminine(name: str, endings: Iterable[tuple[str, str]]) -> str:
    for ending, feminine in endings:
        if name.endswith(ending):
            return name.removesuffix(ending) + feminine
    return name
