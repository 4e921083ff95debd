"""Invented lodgings for the demo province, spread over its districts as tourism and industry are."""

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
class Unit:
    """One line of `administrative_units.csv`; a day that is None lies beyond what the file knows."""

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
        """Reads a row of csv.DictReader."""
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
    """One invented lodging, in `unit`; `locality` is the commune of the districts' time that stood there.

    They are the same before the mergers of 2025. `busy` is the lodging's share of guests, `profile` says which
    guests come (see `ancu.demo.tourism`); `beds` is what the house can hold.
    """

    name: str
    kind: str
    unit: Unit
    locality: Unit
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
class _Place:
    """A commune of the district's time, and the unit that stands there on the day asked for."""

    locality: Unit
    unit: Unit


def make_establishments(rng: Random, units: Iterable[Unit], *, on: date) -> list[EstablishmentPlan]:
    """Invents the 300 lodgings of the province, each in a commune in force on `on`.

    On a day after the mergers of 2025 its unit is the successor of the old commune. Names are unique.
    Raises ValueError when a district has no commune among `units`.
    """
    known = list(units)
    names: set[str] = set()
    plans: list[EstablishmentPlan] = []
    for district in _tables()["district"]:
        places, weights = _places(known, district, on)
        for kind, count in district["kinds"].items():
            for place in rng.choices(places, weights, k=count):
                plans.append(_establishment(rng, district, kind, place, names, len(plans)))
    return plans


def _places(units: Sequence[Unit], district: Mapping[str, Any], on: date) -> tuple[list[_Place], list[int]]:
    then = min(on, LAST_DAY_OF_DISTRICTS)
    wanted: Mapping[str, int] = district["communes"]
    places, weights = [], []
    for commune in units:
        if commune.parent_code != district["code"] or not _stands(commune, then):
            continue
        unit = commune if on == then else _successor(units, commune, on)
        weight = wanted.get(commune.code, 0) if wanted else 1
        if unit is not None and weight:
            places.append(_Place(commune, unit))
            weights.append(weight)
    if not places:
        raise ValueError(f"no commune of district {district['code']} among the units")
    return places, weights


def _successor(units: Sequence[Unit], commune: Unit, on: date) -> Unit | None:
    return next((unit for unit in units if unit.code == commune.successor_code and _stands(unit, on)), None)


def _stands(unit: Unit, on: date) -> bool:
    started = unit.valid_from is None or unit.valid_from <= on
    return started and (unit.valid_until is None or on <= unit.valid_until)


def _establishment(
    rng: Random, district: Mapping[str, Any], kind: str, place: _Place, names: set[str], number: int
) -> EstablishmentPlan:
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
        # No subscriber number begins with zero, so these ring nowhere.
        phone=f"+842180{number:06d}",
        email=f"{_slug(name)}@luutru.example",
        manager_name=make_vietnamese_name(rng, rng.choice("MF")),
        profile=_profile(kind, district["profile"]),
        busy=round(district["busy"] * rooms**0.6 * rng.uniform(0.4, 1.6), 3),
    )


def _profile(kind: str, usual: str) -> str:
    if kind == "hospital":
        return "hospital"
    return "industry" if kind in INDUSTRIAL else usual


def _village(rng: Random, kind: str, place: _Place, district_code: str) -> str:
    """The address below the commune: a village or hamlet, in the city a house in a street."""
    villages = _tables()["villages"].get(place.locality.code)
    if villages:
        return str(rng.choice(villages))
    if district_code == "148" and kind != "homestay":
        return f"Số {rng.randint(1, 480)} đường {rng.choice(_words('streets'))}"
    return str(rng.choice(_words("hamlets")))


def _names(rng: Random, kind: str, village: str, place: _Place) -> Iterator[str]:
    """Names for a lodging, the plainest first, without end: the caller takes the first that is free."""
    words = list(_words(_WORDS_OF.get(kind, kind)))
    rng.shuffle(words)
    commune = place.locality.name
    if kind == "homestay" and village.startswith("Bản ") and rng.random() < 0.5:
        yield from (f"Homestay {village} {number}" for number in range(1, 40))
    for pattern in _PATTERNS[kind]:
        yield from (pattern.format(word=word, commune=commune) for word in words)
    for number in range(2, 1000):
        yield _PATTERNS[kind][-1].format(word=f"{rng.choice(words)} {number}", commune=commune)


_WORDS_OF = {"company_housing": "companies", "private_house": "families"}
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
    words: Sequence[str] = _tables()["words"][name]
    return words


def _near(rng: Random, *coordinates: float | None) -> float:
    """A point a few hundred metres from the first coordinate that is known."""
    known = next(value for value in coordinates if value is not None)
    return round(known + rng.uniform(-0.006, 0.006), 6)


def _slug(name: str) -> str:
    plain = normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum() and not combining(sign))


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((DATA / "establishments.toml").read_text(encoding="utf-8"))
