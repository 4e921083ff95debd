"""The first stays of each of some places: how few are found among very many without reading them all."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Func, OuterRef, QuerySet

from ancu.apps.lodging.models import Establishment
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.models import Stay

Places = QuerySet[Establishment] | QuerySet[AdministrativeUnit]


def first_of_each(places: Places, stays: QuerySet[Stay], size: int) -> QuerySet[Any, int]:
    """The numbers of the first ``size`` of ``stays``, in their order, at each of the lodgings or in each of the units.

    One place at a time, and nothing but numbers: so each is read in its index alone (``stay_establishment``,
    ``stay_open_unit``), from the end and no further than it must be. Asked about all at once, the database goes through
    everybody's stays until it has met enough of theirs.
    """
    place = "establishment" if places.model is Establishment else "unit"
    of_one = stays.filter(**{place: OuterRef("pk")}).values("pk")[:size]
    numbers = Func(ArraySubquery(of_one), function="unnest", output_field=BigIntegerField())
    return places.order_by().values_list(numbers, flat=True)
