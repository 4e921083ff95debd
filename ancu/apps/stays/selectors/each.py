"""The first stays of each of some lodgings: how few are found among very many without reading them all."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Func, OuterRef, QuerySet

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.models import Stay


def first_of_each(lodgings: QuerySet[Establishment], stays: QuerySet[Stay], size: int) -> QuerySet[Establishment, int]:
    """The numbers of the first ``size`` of ``stays``, in their order, at each of the lodgings.

    One lodging at a time, and nothing but numbers: so each is read in the index ``stay_establishment`` alone, from its
    end and no further than it must be. Asked about all at once, the database goes through everybody's stays until it
    has met enough of theirs.
    """
    of_one = stays.filter(establishment=OuterRef("pk")).values("pk")[:size]
    numbers = Func(ArraySubquery(of_one), function="unnest", output_field=BigIntegerField())
    return lodgings.order_by().values_list(numbers, flat=True)
