"""Saved queue filters of officers and of their agency."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import SavedFilter
from ancu.apps.dossiers.rules.filters import may_change_filter
from ancu.apps.dossiers.selectors.filters import visible_filters
from ancu.apps.dossiers.selectors.queues import QueueFilter
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require

MAX_FILTERS = 12  # with more chips the filters themselves are quicker


@transaction.atomic
def save_filter(actor: Actor, *, name: str, filters: QueueFilter, shared: bool = False) -> SavedFilter:
    """Save a filter of the queue under a name; one of the same name is overwritten.

    A shared one is offered to the whole agency. Conflict if a colleague's shared filter has the name, unless the actor
    shares this one too and may change the colleague's.
    """
    require(rules.reads_dossiers(actor))
    # Both locks serialise concurrent saves, so that the limits hold and a shared name is unique in the agency.
    Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation_id or 0)
    User.objects.select_for_update().get(pk=actor.user_id or 0)
    saved = _filter_to_overwrite(actor, name, shared=shared)
    if _is_full(actor, saved, shared=shared):
        raise Conflict(
            "too_many_filters", _("You have saved %(most)d filters. Delete one first.") % {"most": MAX_FILTERS}
        )
    saved.shared, saved.parameters = shared, filters.codes()
    saved.save()
    record(actor, "dossiers.saved_filter", saved, filter=saved.parameters, shared=shared)
    return saved


def _filter_to_overwrite(actor: Actor, name: str, *, shared: bool) -> SavedFilter:
    """Return the visible filter of this name, or a new one; Conflict if it is a colleague's and must stay."""
    present = list(visible_filters(actor).filter(name=name))
    colleagues = [saved for saved in present if saved.user_id != actor.user_id]
    if any(not (shared and may_change_filter(actor, saved)) for saved in colleagues):
        raise Conflict("filter_name_in_use", _("A shared filter of a colleague has this name. Choose another name."))
    return next(
        iter([*colleagues, *present]),
        SavedFilter(user_id=actor.user_id or 0, agency_id=actor.organisation_id or 0, name=name),
    )


def _is_full(actor: Actor, saved: SavedFilter, *, shared: bool) -> bool:
    """Whether the actor, or for a shared filter the agency, has the most filters already without this one."""
    rest = visible_filters(actor).exclude(pk=saved.pk).filter(shared=shared)
    return (rest if shared else rest.filter(user_id=actor.user_id or 0)).count() >= MAX_FILTERS


@transaction.atomic
def delete_filter(actor: Actor, *, saved: SavedFilter) -> None:
    """Delete a saved filter that the actor may change, and record it."""
    require(may_change_filter(actor, saved))
    record(actor, "dossiers.deleted_filter", saved)
    saved.delete()
