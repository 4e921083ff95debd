"""Saved filters of the queue: an officer's own, and those shared with the whole agency."""

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import SavedFilter
from ancu.apps.dossiers.rules.filters import may_change_filter
from ancu.core.actor import Actor
from ancu.core.errors import require


def saved_filters(actor: Actor) -> list[SavedFilter]:
    """Return the filters offered to the officer in this office, by name: own ones and shared ones."""
    return list(visible_filters(actor).select_related("user").order_by("name", "id"))


def get_saved_filter(actor: Actor, pk: int) -> SavedFilter:
    """Return a saved filter that the officer may change: 404 for another's own, 403 for a shared one of another."""
    saved = get_object_or_404(visible_filters(actor), pk=pk)
    require(may_change_filter(actor, saved))
    return saved


def visible_filters(actor: Actor) -> QuerySet[SavedFilter]:
    """Return the filters of the queue that the officer saved for the present agency, and those shared in it."""
    require(rules.reads_dossiers(actor))
    offered = Q(user_id=actor.user_id or 0) | Q(shared=True)
    return SavedFilter.objects.filter(offered, agency_id=actor.organisation_id or 0)
