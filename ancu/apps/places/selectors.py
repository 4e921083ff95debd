"""Find units by any of their names, in their own time or today's, and the area a unit stands for."""

import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db import connection
from django.db.models import Q, QuerySet

from ancu.apps.places.enums import COMMUNE_KINDS
from ancu.apps.places.models import AdministrativeUnit, RemoteArea

AREA_SQL = """
WITH RECURSIVE area(id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT unit.id FROM places_administrativeunit unit JOIN area
        ON unit.parent_id = area.id OR unit.successor_id = area.id
)
SELECT id FROM area
"""


def fold(text: str) -> str:
    """Lower case without accents: ``Hoà Bình`` and ``Hòa Bình`` are both ``hoa binh``."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


@lru_cache(maxsize=256)
def area_ids(unit_ids: frozenset[int]) -> frozenset[int]:
    """The units themselves, all below them and all they succeeded, in any period.

    Remembered by the process: a merger is loaded by a command, after which the program is restarted.
    """
    with connection.cursor() as cursor:
        cursor.execute(AREA_SQL, [list(unit_ids)])
        return frozenset(row[0] for row in cursor.fetchall())


def in_force(on: date) -> QuerySet[AdministrativeUnit]:
    return AdministrativeUnit.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=on),
        Q(valid_until__isnull=True) | Q(valid_until__gte=on),
    )


def find_communes(text: str, *, limit: int = 12) -> list[AdministrativeUnit]:
    """Communes of any period whose names hold all the words typed, with or without accents; today's first."""
    found = AdministrativeUnit.objects.filter(kind__in=COMMUNE_KINDS).select_related("parent", "successor__parent")
    for word in fold(text).split():
        found = found.filter(search_key__contains=word)
    return list(found.order_by("valid_until", "name", "id").order_by(*_today_first())[:limit])


def _today_first() -> Iterable[str]:
    return ("-valid_from", "name", "id")


def unit_today(unit: AdministrativeUnit) -> AdministrativeUnit:
    """Follow successors to the unit that stands in its place now."""
    while unit.successor is not None and unit.valid_until is not None:
        if unit.successor_id == unit.pk:
            break
        unit = unit.successor
    return unit


def is_remote(unit_ids: Iterable[int], on: date) -> bool:
    return RemoteArea.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on),
        unit_id__in=list(unit_ids),
        valid_from__lte=on,
    ).exists()
