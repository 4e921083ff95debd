"""Filters of the queues that an officer keeps for himself."""

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

MOST = 12  # more chips than that are slower to read than the filters themselves


@transaction.atomic
def save_filter(actor: Actor, *, name: str, wanted: QueueFilter) -> SavedFilter:
    """Keep a filter under a name; the same name again means the new filter."""
    require(rules.reads_dossiers(actor))
    User.objects.select_for_update().get(pk=actor.user_id or 0)  # pressed twice at once, the second finds the first
    if own_filters(actor).exclude(name=name).count() >= MOST:
        raise Conflict("too_many_filters", _("You have saved %(most)d filters. Delete one first.") % {"most": MOST})
    kept, _made = SavedFilter.objects.update_or_create(
        user_id=actor.user_id or 0, agency_id=actor.organisation_id or 0, name=name, defaults={"asked": wanted.codes()}
    )
    record(actor, "dossiers.saved_filter", kept, filter=kept.asked)
    return kept


@transaction.atomic
def delete_filter(actor: Actor, *, saved: SavedFilter) -> None:
    """Whoever saved it deletes it; there is nothing in it that the office must keep."""
    require(own_filters(actor).filter(pk=saved.pk).exists())
    record(actor, "dossiers.deleted_filter", saved)
    saved.delete()
