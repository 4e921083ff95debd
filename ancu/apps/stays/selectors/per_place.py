"""The first stays at some places, queried place by place instead of from all stays."""

from collections.abc import Collection
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BigIntegerField, Func, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.models import Stay

# Of each place so many, and of these the first.
AT_EACH = """
SELECT one.id FROM unnest(%s::bigint[]) AS place(id), LATERAL ({of_one}) AS one(id, day)
ORDER BY {order} LIMIT {size}
"""


class PlaceList(NamedTuple):
    """One after the other of these lodgings (``establishment``) or units (``unit``), by their numbers."""

    field: str
    ids: Collection[int]


def first_at(places: PlaceList, stays: QuerySet[Stay], size: int) -> list[int]:
    """Return the ids of the first ``size`` of ``stays``, in their order by arrival, at any of the places.

    Each place is queried by itself, from the end of its index. One query over all places would read the stays of
    every guest until enough match.
    """
    if not places.ids:
        return []
    here = RawSQL("place.id", (), output_field=BigIntegerField())
    of_one, values = stays.filter(**{places.field: here}).values_list("pk", "arrived_on")[:size].query.sql_with_params()
    newest = "-arrived_on" in stays.query.order_by
    order = "one.day DESC, one.id DESC" if newest else "one.day, one.id"
    with connection.cursor() as cursor:
        statement = AT_EACH.format(of_one=of_one, order=order, size=size)
        cursor.execute(statement, [list(places.ids), *values])
        return [pk for (pk,) in cursor.fetchall()]


def first_of_each(lodgings: QuerySet[Establishment], stays: QuerySet[Stay], size: int) -> QuerySet[Establishment, int]:
    """Return a query of the ids of the first ``size`` of ``stays`` at each of the lodgings."""
    of_one = stays.filter(establishment=OuterRef("pk")).values("pk")[:size]
    numbers = Func(ArraySubquery(of_one), function="unnest", output_field=BigIntegerField())
    return lodgings.order_by().values_list(numbers, flat=True)
