"""An officer's own saved filters."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import SavedFilter
from ancu.core.actor import Actor
from ancu.core.errors import require


def saved_filters(actor: Actor) -> list[SavedFilter]:
    """Return the filters the officer saved while acting for this office, by name."""
    return list(own_filters(actor).order_by("name", "id"))


def get_saved_filter(actor: Actor, pk: int) -> SavedFilter:
    """Return the officer's own saved filter with this id, or raise 404."""
    return get_object_or_404(own_filters(actor), pk=pk)


def own_filters(actor: Actor) -> QuerySet[SavedFilter]:
    """Return the filters of the queue that the officer saved while acting for the present agency."""
    require(rules.reads_dossiers(actor))
    return SavedFilter.objects.filter(user_id=actor.user_id or 0, agency_id=actor.organisation_id or 0)
