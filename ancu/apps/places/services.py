"""Load the official list of units, and manage remote periods."""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.places import rules
from ancu.apps.places.enums import UnitKind
from ancu.apps.places.models import AdministrativeUnit, RemoteArea
from ancu.apps.places.selectors import area_ids, fold
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require

DATA = Path(__file__).parent / "data" / "administrative_units.csv"


@transaction.atomic
def load_units(path: Path = DATA) -> int:
    """Insert or update the unit of each (code, first day) of the CSV, then link parents and successors.

    Returns the number of rows.
    """
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    units = {(row["code"], row["valid_from"]): _upsert(row) for row in rows}
    for row in rows:
        unit = units[row["code"], row["valid_from"]]
        unit.parent = _overlapping_unit(units, row["parent_code"], unit.valid_from, unit.valid_until)
        unit.successor = _next_unit(units, row["successor_code"], unit)
        unit.search_key = _search_key(unit)
        unit.save(update_fields=["parent", "successor", "search_key"])
    area_ids.cache_clear()
    return len(rows)


def _upsert(row: dict[str, str]) -> AdministrativeUnit:
    """Insert or update the administrative unit of one CSV row, found by code and first day; return it."""
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
            "search_key": fold(row["full_name"]),
        },
    )
    return unit


def sandbox_unit() -> AdministrativeUnit:
    """Return the unit of sandbox lodgings, without parent or police, so that it is in no area."""
    unit, _created = AdministrativeUnit.objects.get_or_create(
        code="SANDBOX", defaults={"name": "Sandbox", "full_name": "Thử nghiệm (sandbox)", "kind": UnitKind.NOWHERE}
    )
    return unit


def _search_key(unit: AdministrativeUnit) -> str:
    """Return the normalised text for searching a unit: its name, its code and the names of all units above it.

    At most 200 characters.
    """
    names, above = [unit.full_name, unit.code], unit.parent
    while above is not None:
        names.append(above.full_name)
        above = above.parent
    return fold(" ".join(names))[:200]


def _date(text: str) -> date | None:
    """Return the date of an ISO text (yyyy-mm-dd); None for an empty text."""
    return date.fromisoformat(text) if text else None


def _number(text: str) -> float | None:
    """Return a text as a floating-point number; None for an empty text."""
    return float(text) if text else None


type_units = dict[tuple[str, str], AdministrativeUnit]


def _overlapping_unit(units: type_units, code: str, start: date | None, end: date | None) -> AdministrativeUnit | None:
    """Return the unit with this code that exists on some day from ``start`` to ``end``; None without one.

    ``start`` or ``end`` None: unlimited. Periods need not be equal, since a parent may exist longer than its child.
    """
    for (neighbour, _start), unit in units.items():
        if (
            neighbour == code
            and (unit.valid_until or date.max) >= (start or date.min)
            and (unit.valid_from or date.min) <= (end or date.max)
        ):
            return unit
    return None


def _next_unit(units: type_units, code: str, unit: AdministrativeUnit) -> AdministrativeUnit | None:
    """Return the first unit with this code that begins after ``unit`` ended; None without one."""
    later = [
        candidate for (key, _start), candidate in units.items()
        if key == code and unit.valid_until and (candidate.valid_from or date.min) > unit.valid_until
    ]  # fmt: skip
    return min(later, key=lambda candidate: candidate.valid_from or date.min, default=None)


@transaction.atomic
def set_remote(
    actor: Actor, *, unit: AdministrativeUnit, valid_from: date, valid_until: date | None = None
) -> RemoteArea:
    """Store that ``unit`` counts as remote from a day, until a day (inclusive) or further notice.

    Raises Conflict when the days overlap with another period of the same unit.
    """
    require(rules.may_set_remote(actor))
    _require_no_overlap(RemoteArea(unit=unit, valid_from=valid_from, valid_until=valid_until))
    period = RemoteArea.objects.create(unit=unit, valid_from=valid_from, valid_until=valid_until)
    record(
        actor, "places.set_remote", period, unit_id=unit.pk, valid_from=str(valid_from), valid_until=str(valid_until)
    )
    return period


@transaction.atomic
def end_remote(actor: Actor, *, period: RemoteArea, valid_until: date) -> None:
    """Set the last day on which the period's commune counts as remote; earlier declarations keep their limit.

    Conflict before its first day, or when the days overlap with another period.
    """
    require(rules.may_set_remote(actor))
    if valid_until < period.valid_from:
        raise Conflict("remote_order", _("The last day is before the first day."))
    period.valid_until = valid_until
    _require_no_overlap(period)
    period.save(update_fields=["valid_until"])
    record(actor, "places.end_remote", period, unit_id=period.unit_id, valid_until=str(valid_until))


def _require_no_overlap(period: RemoteArea) -> None:
    """Raise Conflict if another remote period of the same unit overlaps; the unit's row is locked meanwhile."""
    AdministrativeUnit.objects.select_for_update().get(pk=period.unit_id)
    others = RemoteArea.objects.filter(unit_id=period.unit_id).exclude(pk=period.pk)
    others = others.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=period.valid_from))
    if period.valid_until is not None:
        others = others.filter(valid_from__lte=period.valid_until)
    if others.exists():
        raise Conflict("remote_overlap", _("This commune is already marked as remote on some of these days."))
