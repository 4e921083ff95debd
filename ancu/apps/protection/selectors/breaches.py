"""The register of breaches, for administrators."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst

from ancu.apps.protection.enums import BreachState, DataKind
from ancu.apps.protection.models import Breach, BreachEntry
from ancu.apps.protection.rules import breaches as rules
from ancu.apps.protection.selectors.words import BREACH_FIELDS
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, newest_first
from ancu.core.errors import Http404, require


def require_keeper(actor: Actor) -> None:
    """Raise 404 for users outside the agencies, and 403 for officers who are not administrators of the office."""
    if not actor.is_agency:
        raise Http404
    require(rules.keeps_breaches(actor))


FIELDS = (
    "what_happened", "data_kinds", "people_count", "risk", "consequences", "measures", "contact", "telling", "told_on",
    "telling_note",
)  # fmt: skip


def editable_values(breach: Breach) -> dict[str, Any]:
    """Return the breach's values as initial data of its form; each moment as a day and a time."""
    values = {name: getattr(breach, name) for name in FIELDS}
    for name in ("discovered", "began"):
        if moment := getattr(breach, f"{name}_at"):
            values |= {f"{name}_day": clock.local(moment).date(), f"{name}_time": clock.local(moment).time()}
    return values


def get_breach(actor: Actor, pk: int) -> Breach:
    """Return a breach, for administrators of the office; otherwise 404 or 403."""
    require_keeper(actor)
    breach = Breach.objects.select_related("noted_by", "notified_by", "closed_by").filter(pk=pk).first()
    if breach is None:
        raise Http404
    return breach


def breach_page(actor: Actor, after: str = "") -> CursorPage[Breach]:
    """Return a page of all data breaches, newest first; 404 or 403 for all but the office's administrators."""
    require_keeper(actor)
    return newest_first(Breach.objects.all(), after)


def open_breaches() -> QuerySet[Breach]:
    """Return the breaches that are not closed, the earliest discovery first."""
    return Breach.objects.exclude(state=BreachState.CLOSED).order_by("discovered_at", "id")


@dataclass(frozen=True)
class BreachFieldChange:
    """One field of a breach before and after an entry, for display."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class BreachTimelineStep:
    """One history entry with its changes."""

    entry: BreachEntry
    changes: list[BreachFieldChange]


def history(breach: Breach) -> list[BreachTimelineStep]:
    """Return all history entries of the breach with their changes, the newest first."""
    entries = breach.entries.select_related("by").order_by("-id")
    return [
        BreachTimelineStep(entry, [_field_change(name, *pair) for name, pair in entry.changes.items()])
        for entry in entries
    ]


def _field_change(name: str, before: Any, after: Any) -> BreachFieldChange:
    """Return the change of a breach's field for its history: label, earlier and later value as text."""
    return BreachFieldChange(capfirst(str(BREACH_FIELDS[name])), _display(name, before), _display(name, after))


def _display(name: str, value: Any) -> str:
    """Return a stored value of the breach's field ``name`` as text for display; a dash if it is empty."""
    if value in (None, "", []):
        return "–"
    column: Any = Breach._meta.get_field(name)
    if name == "data_kinds":
        return ", ".join(str(DataKind(kind).label) for kind in value)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    moment = parse_datetime(str(value)) if name.endswith("_at") else None
    return display_moment(moment) if moment else str(value)


def display_moment(moment: datetime) -> str:
    """Return the moment as dd/mm/yyyy hh:mm in local time."""
    return f"{clock.local(moment):%d/%m/%Y %H:%M}"


def kinds_in_words(breach: Breach) -> list[str]:
    """Return the names, in the reader's language, of the kinds of data that the breach concerns."""
    return [str(DataKind(kind).label) for kind in breach.data_kinds]
