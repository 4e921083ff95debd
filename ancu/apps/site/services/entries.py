"""What news and outage notices share: each is changed under a lock, and not after it was withdrawn."""

from typing import Any, TypeVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict, require_edition
from ancu.apps.site.models import NewsItem, OutageNotice
from ancu.core import clock
from ancu.core.actor import Actor

Entry = TypeVar("Entry", NewsItem, OutageNotice)


def get_locked(actor: Actor, visible: QuerySet[Entry], pk: int) -> Entry:
    """Return a visible entry, locked, or 404. Conflict if it was withdrawn."""
    entry = get_object_or_404(visible.select_for_update(), pk=pk)
    if entry.withdrawn_at is not None:
        raise overtaken_conflict(actor, "withdrawn", entry, _("This has already been taken off the site."))
    return entry


def change_entry(
    actor: Actor, entry: NewsItem | OutageNotice, stored: dict[str, Any], values: dict[str, Any], edition: str
) -> list[str]:
    """Store the values that differ from the ``stored`` ones; return their names.

    Conflict if the entry was changed after the page showed ``edition``.
    """
    changed = sorted(name for name, value in values.items() if stored[name] != value)
    if changed:
        require_edition(actor, edition, stored, entry)
        for name in changed:
            setattr(entry, name, values[name])
        entry.changed_at = clock.now()
        entry.save(update_fields=[*changed, "changed_at"])
    return changed


def withdraw_entry(entry: NewsItem | OutageNotice) -> None:
    """Take an entry off the public site."""
    entry.withdrawn_at = entry.changed_at = clock.now()
    entry.save(update_fields=["withdrawn_at", "changed_at"])
