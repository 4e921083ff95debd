"""A lookup for sets of hundreds of ids: ``unit_id__within=ids`` sends them as one array, and nothing of ``Everywhere``.

``__in`` writes every id as a parameter of its own, which costs a page of a province's officer more than its answer.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from django.db.models import Field, ForeignObject, Lookup


class AllUnits(frozenset[int]):
    """All units there are, of whoever answers for everything: not one of hundreds is named, nor weighed in a plan.

    Unequal to the same ids of somebody who answers for no more than these: a further unit would be the first one's.
    """

    __slots__ = ()

    def __eq__(self, value: object) -> bool:
        return isinstance(value, AllUnits) and super().__eq__(value)

    def __ne__(self, value: object) -> bool:
        return not self == value

    def __hash__(self) -> int:
        return ~super().__hash__()


class Array(str):
    """As PostgreSQL writes one."""

    __slots__ = ()


AREA = 1000  # units at most; what holds more is a list's, and not asked for again


def array_literal(ids: frozenset[int]) -> Array:
    """An area is the same set in request after request."""
    return _cached_literal(ids) if len(ids) <= AREA else _format_literal(ids)


def _format_literal(ids: frozenset[int]) -> Array:
    return Array("{" + ",".join(map(str, sorted(ids))) + "}")


_cached_literal = lru_cache(maxsize=256)(_format_literal)


@ForeignObject.register_lookup  # which does not look among the lookups of plain fields
@Field.register_lookup
class Within(Lookup):
    """``= ANY``: true of the same rows as ``__in``, nobody's when the set is empty."""

    lookup_name = "within"
    prepare_rhs = False
    rhs: Collection[int]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        if isinstance(self.rhs, AllUnits):
            return f"{column} IS NOT NULL", tuple(params)
        return f"{column} = ANY(%s::bigint[])", (*params, array_literal(frozenset(map(int, self.rhs))))
