"""Load the official list of units; running it again changes nothing."""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import area_ids, fold

DATA = Path(__file__).parent / "data" / "administrative_units.csv"


@transaction.atomic
def load_units(path: Path = DATA) -> int:
    """Insert or update each (code, period) of the CSV, then tie parents and successors; returns the count."""
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    units = {(row["code"], row["valid_from"]): _upsert(row) for row in rows}
    for row in rows:
        unit = units[row["code"], row["valid_from"]]
        unit.parent = _at(units, row["parent_code"], unit.valid_from, unit.valid_until)
        unit.successor = _following(units, row["successor_code"], unit)
        unit.save(update_fields=["parent", "successor"])
    area_ids.cache_clear()
    return len(rows)


def _upsert(row: dict[str, str]) -> AdministrativeUnit:
    unit, _created = AdministrativeUnit.objects.update_or_create(
        code=row["code"],
        valid_from=_date(row["valid_from"]),
        defaults={
            "name": row["name"],
            "full_name": row["full_name"],
            "kind": row["kind"],
            "valid_until": _date(row["valid_until"]),
            "latitude": _number(row["latitude"]),
            "longitude": _number(row["longitude"]),
            "search_key": fold(f"{row['full_name']} {row['code']}"),
        },
    )
    return unit


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(text: str) -> float | None:
    return float(text) if text else None


type_units = dict[tuple[str, str], AdministrativeUnit]


def _at(units: type_units, code: str, start: date | None, end: date | None) -> AdministrativeUnit | None:
    """The unit of that code whose period overlaps; a parent may outlive its child on either side."""
    for (other, _start), unit in units.items():
        if (
            other == code
            and (unit.valid_until or date.max) >= (start or date.min)
            and (unit.valid_from or date.min) <= (end or date.max)
        ):
            return unit
    return None


def _following(units: type_units, code: str, unit: AdministrativeUnit) -> AdministrativeUnit | None:
    """The unit of that code that begins after this one ended."""
    later = [
        other for (key, _start), other in units.items()
        if key == code and unit.valid_until and (other.valid_from or date.min) > unit.valid_until
    ]  # fmt: skip
    return min(later, key=lambda other: other.valid_from or date.min, default=None)
