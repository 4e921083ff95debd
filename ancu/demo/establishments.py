"""Invented lodgings for the demo province, distributed over its districts by tourism and industry."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, Self
from unicodedata import combining, normalize

from ancu.demo.names import make_vietnamese_name

DATA = files("ancu.demo") / "data"
LAST_DAY_OF_DISTRICTS = date(2025, 6, 30)
INDUSTRIAL = frozenset({"company_housing", "dormitory", "apartment"})


@dataclass(frozen=True, slots=True)
class CsvUnit:
    """One line of `administrative_units.csv`; a day of None is outside the file's period."""

    code: str
    name: str
    kind: str
    parent_code: str
    valid_from: date | None
    valid_until: date | None
    successor_code: str
    latitude: float | None
    longitude: float | None

    @classmethod
    def from_csv(cls, row: Mapping[str, str]) -> Self:
        """Return the administrative unit in a row of the CSV file."""
        return cls(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            parent_code=row["parent_code"],
            valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            successor_code=row["successor_code"],
            latitude=float(row["latitude"]) if row["latitude"] else None,
            longitude=float(row["longitude"]) if row["longitude"] else None,
        )


@dataclass(frozen=True, slots=True)
class EstablishmentPlan:
    """One invented lodging, in `unit`; `locality` is the commune that was there before the mergers of 2025.

    Before the mergers both are the same. `busy` is the lodging's share of guests, `profile` selects its guests (see
    `ancu.demo.tourism`); `beds` is its capacity.
    """

    name: str
    kind: str
    unit: CsvUnit
    locality: CsvUnit
    district_code: str
    address: str
    latitude: float
    longitude: float
    rooms: int
    beds: int
    phone: str
    email: str
    manager_name: str
    profile: str
    busy: float


@dataclass(frozen=True, slots=True)
class _EstablishmentPlace:
    """A commune before the mergers, and the unit there on the requested day."""

    locality: CsvUnit
    unit: CsvUnit


def make_establishments(rng: Random, units: Iterable[CsvUnit], *, on: date) -> list[EstablishmentPlan]:
    """Invent the 300 lodgings of the province, each in a commune in force on `on`.

    After the mergers of 2025 its unit is the successor of the old commune. Names are unique. Raises ValueError when a
    district has no commune among `units`.
    """
    unit_list = list(units)
    names: set[str] = set()
    plans: list[EstablishmentPlan] = []
    for district in _tables()["district"]:
        places, weights = _places(unit_list, district, on)
        for kind, count in district["kinds"].items():
            for place in rng.choices(places, weights, k=count):
                plans.append(_establishment(rng, district, kind, place, names, len(plans)))
    return plans


def _places(
    units: Sequence[CsvUnit], district: Mapping[str, Any], on: date
) -> tuple[list[_EstablishmentPlace], list[int]]:
    """Return the communes of a district, each with its unit on the day ``on``, and for each a weight.

    A lodging is placed in a commune by its weight. Former communes count, with their successor as the unit. Raises
    ValueError if there are none.
    """
    then = min(on, LAST_DAY_OF_DISTRICTS)
    commune_weights: Mapping[str, int] = district["communes"]
    places, weights = [], []
    for commune in units:
        if commune.parent_code != district["code"] or not _is_in_force(commune, then):
            continue
        unit = commune if on == then else _successor(units, commune, on)
        weight = commune_weights.get(commune.code, 0) if commune_weights else 1
        if unit is not None and weight:
            places.append(_EstablishmentPlace(commune, unit))
            weights.append(weight)
    if not places:
        raise ValueError(f"no commune of district {district['code']} among the units")
    return places, weights


def _successor(units: Sequence[CsvUnit], commune: CsvUnit, on: date) -> CsvUnit | None:
    """Return the unit that a commune became part of, if in force that day; else None."""
    return next((unit for unit in units if unit.code == commune.successor_code and _is_in_force(unit, on)), None)


def _is_in_force(unit: CsvUnit, on: date) -> bool:
    """Whether the unit exists on that day."""
    started = unit.valid_from is None or unit.valid_from <= on
    return started and (unit.valid_until is None or on <= unit.valid_until)


def _establishment(
    rng: Random, district: Mapping[str, Any], kind: str, place: _EstablishmentPlace, names: set[str], number: int
) -> EstablishmentPlan:
    """Invent one lodging of this kind at a place; its name is added to the used ``names``."""
    smallest, largest, per_room = _tables()["size"][kind]
    rooms = round(smallest + (largest - smallest) * rng.random() ** 2)
    village = _village(rng, kind, place, district["code"])
    name = next(name for name in _names(rng, kind, village, place) if name not in names)
    names.add(name)
    return EstablishmentPlan(
        name=name,
        kind=kind,
        unit=place.unit,
        locality=place.locality,
        district_code=district["code"],
        address=village,
        latitude=_near(rng, place.locality.latitude, place.unit.latitude),
        longitude=_near(rng, place.locality.longitude, place.unit.longitude),
        rooms=rooms,
        beds=rooms * per_room,
        # No subscriber number begins with zero, so nobody is called.
        phone=f"+842180{number:06d}",
        email=f"{_slug(name)}@luutru.example",
        manager_name=make_vietnamese_name(rng, rng.choice("MF")),
        profile=_profile(kind, district["profile"]),
        busy=round(district["busy"] * rooms**0.6 * rng.uniform(0.4, 1.6), 3),
    )


def _profile(kind: str, usual: str) -> str:
    """Return the profile of guests of a kind of lodging: hospital, industry, else ``usual``."""
    if kind == "hospital":
        return "hospital"
    return "industry" if kind in INDUSTRIAL else usual


def _village(rng: Random, kind: str, place: _EstablishmentPlace, district_code: str) -> str:
    """Return the address within the commune: a village or hamlet, in the city a street number."""
    villages = _tables()["villages"].get(place.locality.code)
    if villages:
        return str(rng.choice(villages))
    if district_code == "148" and kind != "homestay":
        return f"Số {rng.randint(1, 480)} đường {rng.choice(_words('streets'))}"
    return str(rng.choice(_words("hamlets")))


def _names(rng: Random, kind: str, village: str, place: _EstablishmentPlace) -> Iterator[str]:
    """Yield possible names of a lodging, the plainest first and over a thousand; the caller takes an unused one."""
    words = list(_words(_WORD_LISTS.get(kind, kind)))
    rng.shuffle(words)
    commune = place.locality.name
    if kind == "homestay" and village.startswith("Bản ") and rng.random() < 0.5:
        yield from (f"Homestay {village} {number}" for number in range(1, 40))
    for pattern in _PATTERNS[kind]:
        yield from (pattern.format(word=word, commune=commune) for word in words)
    for number in range(2, 1000):
        yield _PATTERNS[kind][-1].format(word=f"{rng.choice(words)} {number}", commune=commune)


_WORD_LISTS = {"company_housing": "companies", "private_house": "families"}
_PATTERNS = {
    "hotel": ("Khách sạn {word}", "Khách sạn {word} {commune}"),
    "guest_house": ("Nhà nghỉ {word}", "Nhà nghỉ {word} {commune}"),
    "homestay": ("Homestay {word}", "Homestay {word} {commune}"),
    "apartment": ("Căn hộ {word}", "Căn hộ {word} {commune}"),
    "dormitory": ("{word}", "{word} {commune}"),
    "company_housing": ("Nhà ở chuyên gia {word}", "Nhà ở chuyên gia {word} {commune}"),
    "hospital": ("{word}",),
    "private_house": ("Nhà {word}", "Nhà {word} {commune}"),
    "other": ("{word}",),
}


def _words(name: str) -> Sequence[str]:
    """Return the word list ``name`` of the data file, from which names of lodgings are made."""
    words: Sequence[str] = _tables()["words"][name]
    return words


def _near(rng: Random, *coordinates: float | None) -> float:
    """Return a random latitude or longitude a few hundred metres from the first coordinate that is not None.

    At least one must not be None.
    """
    coordinate = next(value for value in coordinates if value is not None)
    return round(coordinate + rng.uniform(-0.006, 0.006), 6)


def _slug(name: str) -> str:
    """Return a lodging's name as lower-case ASCII letters and digits."""
    plain = normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum() and not combining(sign))


@cache
def _tables() -> dict[str, Any]:
    """Load the data file about lodgings; cached."""
    return tomllib.loads((DATA / "establishments.toml").read_text(encoding="utf-8"))
