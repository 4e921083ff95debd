"""Invented people: name, sex, birth date and document number as a passport of that country shows them."""

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

# ICAO 9303 transliterates these letters in the machine-readable zone; other accents are dropped.
MRZ_LETTERS = str.maketrans(
    {"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "Å": "AA", "Ø": "OE", "Æ": "AE", "Ł": "L", "'": None, "/": " "}
)
DIGITS = "0123456789"
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
RANDOM_SIGNS = {"#": DIGITS, "@": LETTERS, "*": "CFGHJKLMNPRTVWXYZ0123456789"}
SLOTS = frozenset("FGHPMW")
WITH_X = frozenset({"AUS", "AUT", "CAN", "DEU", "IND", "NLD", "NZL", "USA"})

# (share, youngest, oldest) of guests, and of workers
TRAVELLER_AGES = ((5, 1, 11), (4, 12, 17), (42, 18, 34), (28, 35, 54), (17, 55, 69), (4, 70, 86))
WORKER_AGES = ((45, 23, 36), (45, 37, 52), (10, 53, 62))
BIRTH_YEAR_ONLY, BIRTH_MONTH_ONLY, SEX_X = 0.004, 0.006, 0.002


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One traveller. `birth_date` is ISO and as exact as the passport: `1984-03-08`, `1971-05` or `1962`."""

    full_name: str
    sex: str
    birth_date: str
    nationality: str
    document_number: str


@dataclass(frozen=True, slots=True)
class NamePool:
    """The parts of names of one sex in one culture: words by slot, and weighted patterns."""

    slots: Mapping[str, tuple[str, ...]]
    patterns: tuple[str, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NationalityNames:
    """The format of a country's passports. `accents`: the share of names copied as printed, not as in the MRZ."""

    code: str
    pools: tuple[Mapping[str, NamePool], ...]
    pool_weights: tuple[int, ...]
    accents: float
    documents: tuple[str, ...]


def nationality_codes() -> tuple[str, ...]:
    """Return the ISO 3166 alpha-3 codes for which people can be invented."""
    return tuple(_nationalities())


def make_person(
    rng: Random, nationality: str, *, on: date = REFERENCE_DAY, working: bool = False, sex: str | None = None
) -> DemoPerson:
    """Invent a person of that nationality (ISO alpha-3; KeyError without data), alive on `on`.

    `working` gives a person of working age, mostly a man, as in company housing. Two calls may rarely give the same
    document number; `make_people` never does.
    """
    country = _nationalities()[nationality]
    gender = sex or ("M" if rng.random() < (0.86 if working else 0.51) else "F")
    name = _full_name(rng, country, gender)
    if sex is None and nationality in WITH_X and rng.random() < SEX_X:
        gender = "X"
    birth_date = _birth_date(rng, on, WORKER_AGES if working else TRAVELLER_AGES)
    return DemoPerson(name, gender, birth_date, nationality, _document(rng, country))


def make_people(
    rng: Random, nationalities: Iterable[str], *, on: date = REFERENCE_DAY, working: bool = False
) -> Iterator[DemoPerson]:
    """Invent one person for each nationality given; no two share a document number."""
    used_numbers: set[str] = set()
    for nationality in nationalities:
        person = make_person(rng, nationality, on=on, working=working)
        while person.document_number in used_numbers:
            person = make_person(rng, nationality, on=on, working=working)
        used_numbers.add(person.document_number)
        yield person


def make_vietnamese_name(rng: Random, sex: str) -> str:
    """Return a Vietnamese name with its accents, for hosts and officers; `sex` is M or F."""
    return _render(rng, _pools()["vietnamese"][sex])


def mrz_spelling(name: str) -> str:
    """Return a name as the machine-readable zone spells it: A to Z, hyphen and space only."""
    if name.isascii() and "'" not in name and "/" not in name:
        return name
    plain = normalize("NFD", name.translate(MRZ_LETTERS))
    return "".join(letter for letter in plain if not combining(letter))


def _full_name(rng: Random, country: NationalityNames, sex: str) -> str:
    """Invent a full name of the nationality and sex, as a passport shows it."""
    pool = country.pools[0]
    if len(country.pools) > 1:
        pool = rng.choices(country.pools, country.pool_weights)[0]
    name = _render(rng, pool[sex])
    return name if rng.random() < country.accents else mrz_spelling(name)


def _render(rng: Random, words: NamePool) -> str:
    """Return a random name built by one of the pool's patterns; no word occurs twice."""
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
    """Invent a birth date (ISO text) for somebody alive on ``on``; some only as year, or year and month.

    ``ages`` holds (share, youngest, oldest) in years.
    """
    _, youngest, oldest = rng.choices(ages, [share for share, _, _ in ages])[0]
    days = int(rng.uniform(youngest * 365.25 + 1, (oldest + 1) * 365.25))
    born = date.fromordinal(on.toordinal() - days).isoformat()
    exactness = rng.random()
    if exactness < BIRTH_YEAR_ONLY:
        return born[:4]
    return born[:7] if exactness < BIRTH_MONTH_ONLY else born


def _document(rng: Random, country: NationalityNames) -> str:
    """Invent a document number in a format that the nationality's passports have."""
    pattern = rng.choice(country.documents)
    return "".join([rng.choice(RANDOM_SIGNS[sign]) if sign in RANDOM_SIGNS else sign for sign in pattern])


@cache
def _nationalities() -> Mapping[str, NationalityNames]:
    """Load the passport formats by nationality; cached."""
    pools = _pools()
    raw = tomllib.loads((DATA / "nationalities.toml").read_text(encoding="utf-8"))["nationalities"]
    return {
        code: NationalityNames(
            code=code,
            pools=tuple(pools[name] for name in entry["pools"]),
            pool_weights=tuple(entry["pools"].values()),
            accents=entry.get("accents", 0.0),
            documents=tuple(entry["documents"]),
        )
        for code, entry in raw.items()
    }


@cache
def _pools() -> Mapping[str, Mapping[str, NamePool]]:
    """Load the pools of names by culture and sex; cached."""
    raw = tomllib.loads((DATA / "pools.toml").read_text(encoding="utf-8"))
    return {name: {"M": _words(pool, "male"), "F": _words(pool, "female")} for name, pool in raw.items()}


def _words(pool: Mapping[str, Any], sex: str) -> NamePool:
    """Return a culture's pool of name parts and patterns for the sex ``male`` or ``female``."""
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
    return NamePool(slots=slots, patterns=tuple(patterns), weights=tuple(patterns.values()))


def _split(words: str) -> tuple[str, ...]:
    """Split a text into words at spaces; ``_`` stands for a space within a word."""
    return tuple(word.replace("_", " ") for word in words.split())


def _feminine(name: str, endings: Iterable[tuple[str, str]]) -> str:
    """Return the feminine form of a family name."""
    for ending, feminine in endings:
        if name.endswith(ending):
            return name.removesuffix(ending) + feminine
    return name
