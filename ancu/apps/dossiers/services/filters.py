"""Saved queue filters of officers."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import User
from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import SavedFilter
from ancu.apps.dossiers.selectors.filters import own_filters
from ancu.apps.dossiers.selectors.queues import QueueFilter
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require

MAX_FILTERS = 12  # with more chips the filters themselves are quicker


@transaction.atomic
def save_filter(actor: Actor, *, name: str, filters: QueueFilter) -> SavedFilter:
    """Save the actor's filter of the queue under a name; one of the same name is overwritten."""
    require(rules.reads_dossiers(actor))
    User.objects.select_for_update().get(pk=actor.user_id or 0)  # serialises concurrent saves, so that the limit holds
    if own_filters(actor).exclude(name=name).count() >= MAX_FILTERS:
        raise Conflict(
            "too_many_filters", _("You have saved %(most)d filters. Delete one first.") % {"most": MAX_FILTERS}
        )
    saved, _created = SavedFilter.objects.update_or_create(
        user_id=actor.user_id or 0,
        agency_id=actor.organisation_id or 0,
        name=name,
        defaults={"parameters": filters.codes()},
    )
    record(actor, "dossiers.saved_filter", saved, filter=saved.parameters)
    return saved


@transaction.atomic
def delete_filter(actor: Actor, *, saved: SavedFilter) -> None:
    """Delete one of the officer's own saved filters, and record it."""
    require(own_filters(actor).filter(pk=saved.pk).exists())
    record(actor, "dossiers.deleted_filter", saved)
    saved.delete()
