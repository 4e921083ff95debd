"""Cache the SQL of querysets, for the page of tasks, which asks 29 small queries.

Without it an officer's tasks take 65 ms of the web server and 17 ms of the database, with it 14 ms and 4.5 ms: most of
the time went into joining filters and planning a statement for three rows. The SQL and its values are cached for each
actor (another actor when rights, area or leave change) and each day, never a result. So a cached query depends on
nothing else (no settings, units or the reader's language). A build that queries the database or names a moment is
refused.

Actors of one role share the text, which the server keeps planned: words (a status, a kind) stand in it, since partial
indexes are chosen by them; numbers, days and areas are parameters.
"""

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, ParamSpec

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

from ancu.core import clock
from ancu.core.db.statements import PreparedStatement, inline_literals, run

MAX_CACHED = 300  # wordings of each question: as many people as a process serves in turn
About = ParamSpec("About")


@dataclass(frozen=True, slots=True)
class CachedQuery:
    """A query with cached SQL; ``worded(counting)`` returns it, or None where no row can match."""

    worded: Callable[[bool], PreparedStatement | None]

    def rows(self, most: int | None = None, first: int = 0) -> list[tuple[Any, ...]]:
        """Return the query's rows from number ``first`` (0) on, at most ``most``; None: all.

        A row has the values that the queryset's ``values_list`` names.
        """
        rows = self.worded(False)
        end = ("" if most is None else f" LIMIT {most}") + (f" OFFSET {first}" if first else "")
        return _fetch(rows, end) if rows else []


def rows_of_each(queries: Sequence[CachedQuery], most: int) -> list[list[tuple[Any, ...]]]:
    """Return the first rows of each query, at most ``most``, by one statement.

    The columns of all queries have the same types, in the same order.
    """
    statements = [query.worded(False) for query in queries]
    parts = [
        f"(SELECT {number}, row_number() OVER (), part.* FROM ({statement.sql} LIMIT {most}) AS part)"  # noqa: S608 - Django's own
        for number, statement in enumerate(statements)
        if statement
    ]
    values = [value for statement in statements if statement for value in statement.values]
    rows_by_query: list[list[tuple[Any, ...]]] = [[] for _query in queries]
    for number, _place, *row in (
        _fetch(PreparedStatement(" UNION ALL ".join(parts), values), " ORDER BY 1, 2") if parts else ()
    ):
        rows_by_query[number].append(tuple(row))
    return rows_by_query


def count_each(queries: Sequence[CachedQuery], most: int) -> list[int]:
    """Return the number of rows of each query, by one statement; counting stops at ``most``."""
    statements = [query.worded(True) for query in queries]
    parts = [f"({statement.sql} LIMIT {most}) AS counted)" for statement in statements if statement]
    values = [value for statement in statements if statement for value in statement.values]
    numbers = iter(_fetch(PreparedStatement(f"SELECT {', '.join(parts)}", values), "")[0] if parts else ())
    return [int(next(numbers)) if statement else 0 for statement in statements]


def cached_query(build: "Callable[About, QuerySet[Any, Any]]") -> Callable[About, CachedQuery]:
    """Decorate a function that builds an unsliced ``values_list``: its SQL is cached by its arguments and the day.

    The arguments are an actor and other hashable values.
    """
    build_queryset: Callable[..., QuerySet[Any, Any]] = build

    @lru_cache(maxsize=MAX_CACHED)
    def worded(
        _today: date, about: tuple[Hashable, ...], named: frozenset[tuple[str, Hashable]], counting: bool
    ) -> PreparedStatement | None:
        """Return the SQL of the queryset, or with ``counting`` of its count; None if no row can match. Cached."""
        with connection.execute_wrapper(_refuse_query):
            queryset = build_queryset(*about, **dict(named))
            return _count_statement(queryset) if counting else _rows_statement(queryset)

    def question(*about: Any, **named: Hashable) -> CachedQuery:
        """Return the query for these arguments, its SQL taken from the cache."""
        plain = tuple(map(_cacheable, about))
        return CachedQuery(partial(worded, clock.today(), plain, frozenset(named.items())))

    return question  # type: ignore[return-value]


def _cacheable(argument: Any) -> Any:
    """Return the query's argument in a form that can be a cache key; a lazily loaded actor is copied.

    The copy does not refer to the request. Raises TypeError if the argument is not hashable.
    """
    hash(argument)
    return copy(argument)


def _refuse_query(*_execution: Any) -> None:
    """Raise TypeError: building a cached queryset must not query the database."""
    raise TypeError("a question that is kept asks nothing while it is made")


def _count_statement(queryset: "QuerySet[Any, Any]") -> PreparedStatement | None:
    """Return the beginning of a SQL statement that counts a queryset's rows; ``_fetch`` appends its end.

    The counted subquery is unordered and, without GROUP BY, selects only primary keys. None if no row can match.
    """
    rows = _rows_statement(queryset.order_by() if queryset.query.group_by else queryset.order_by().values_list("pk"))
    return rows and rows._replace(sql=f"SELECT count(*) FROM ({rows.sql}")  # noqa: S608 - Django's own


def _rows_statement(queryset: "QuerySet[Any, Any]") -> PreparedStatement | None:
    """Return the SQL statement of a queryset, with its parameters; None if no row can match."""
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return None
    if any(isinstance(value, datetime) for value in values):
        raise TypeError("a question that is kept names no moment")
    if any(hasattr(column.output_field, "from_db_value") for column, *_ in compiler.select):
        raise TypeError("a question that is kept has plain columns")
    return inline_literals(PreparedStatement(sql, list(values)))


def _fetch(statement: PreparedStatement, end: str) -> list[tuple[Any, ...]]:
    """Return the rows of the cached SQL, completed by ``end``, such as LIMIT and OFFSET."""
    return run(statement.sql + end, statement.values)
