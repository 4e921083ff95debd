"""The filter of the task page: in its address, or saved under a name."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from ancu.apps.desk.enums import Show
from ancu.apps.desk.models import TaskFilter
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import TaskGroup


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """Which tasks are listed, under which headings, in which order; each may be empty.

    ``show`` is a value of ``Show``, ``asks`` one of ``Ask``, ``group`` the key of a group; ``words`` must all stand in
    a task. ``saved`` is the id of the saved filter that it is.
    """

    show: str = ""
    asks: str = ""
    group: str = ""
    words: str = ""
    saved: int | None = None
    grouping: str = ""
    sorting: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether some tasks are left out."""
        return bool(self.show or self.asks or self.group or self.words)

    @property
    def address(self) -> str:
        """The query string of the task page with this filter."""
        values = {
            "show": self.show, "ask": self.asks, "group": self.group, "q": self.words, "saved": self.saved,
            "by": self.grouping, "sort": self.sorting,
        }  # fmt: skip
        return f"?{urlencode({name: value for name, value in values.items() if value})}"

    def admits(self, group: TaskGroup) -> bool:
        """Whether tasks of the group can match."""
        return self.asks in {"", group.asks} and self.group in {"", group.key}

    def narrowed(self, **values: str) -> "DeskFilter":
        """Return the filter with these conditions too: they stand in the address, whatever was saved."""
        return replace(self, saved=None, **values)


COLUMNS = ("id", "name", "ask", "group", "words", "grouping", "sorting")  # columns of a saved filter
NO_FILTER, EVERYTHING = DeskFilter(), DeskFilter(show=Show.ALL)


def filter_of(saved: TaskFilter) -> DeskFilter:
    """Return the filter that a person has saved."""
    return DeskFilter(
        asks=saved.ask, group=saved.group, words=saved.words, saved=saved.pk, grouping=saved.grouping,
        sorting=saved.sorting,
    )  # fmt: skip


def filters_of(actor: Actor) -> QuerySet[TaskFilter]:
    """Return the filters that the actor saved in the present organisation."""
    own = TaskFilter.objects.filter(user_id=actor.user_id or 0)
    return own.filter(organisation_id=actor.organisation_id) if actor.organisation_id else own.none()


def own_filters(actor: Actor) -> list[TaskFilter]:
    """Return the filters that the actor saved in the present organisation, by name; none outside an agency."""
    if not actor.is_agency:
        return []
    return [TaskFilter(**dict(zip(COLUMNS, row, strict=True))) for row in _own_rows(actor).rows()]


@cached_query
def _own_rows(actor: Actor) -> QuerySet[TaskFilter, Any]:
    """Return what the task page shows of the actor's filters, as tuples."""
    return filters_of(actor).order_by("name", "pk").values_list(*COLUMNS)


def resolved(chosen: DeskFilter, saved: list[TaskFilter]) -> DeskFilter:
    """Return the saved filter that the address names, in the grouping and order of the address if it has them."""
    task_filter = next((item for item in saved if item.pk == chosen.saved), None)
    if task_filter is None:
        return replace(chosen, saved=None)
    stored = filter_of(task_filter)
    return replace(
        stored, grouping=chosen.grouping or stored.grouping, sorting=chosen.sorting or stored.sorting
    )  # fmt: skip


def filter_values(chosen: DeskFilter) -> dict[str, str]:
    """Return what of the filter can be saved, by field."""
    return {
        "ask": chosen.asks, "group": chosen.group, "words": chosen.words, "grouping": chosen.grouping,
        "sorting": chosen.sorting,
    }  # fmt: skip
