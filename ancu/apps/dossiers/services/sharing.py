"""Assignment of several dossiers at once, and its undo."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from ancu.apps.accounts.models import User
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Dossier, DossierEvent
from ancu.apps.dossiers.selectors.officers import is_assignable, officer_roles
from ancu.apps.dossiers.selectors.sharing import last_batch
from ancu.apps.dossiers.services.assigning import assign, assign_locked
from ancu.apps.dossiers.services.moving import lock
from ancu.apps.dossiers.services.on_each import ManyOutcome, act_on_each
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require


def assign_many(
    actor: Actor, *, dossiers: Sequence[Dossier], officers: Mapping[str, int], holders: Mapping[str, str]
) -> ManyOutcome:
    """Assign each dossier to its officer, as the preview showed; each has its event and its entry in the audit.

    ``officers`` and ``holders`` are by dossier number: who gets it, and who was in charge on the page ("" for nobody).
    A dossier that somebody else has assigned since stays where it is.
    """
    require(rules.is_officer(actor))
    people, batch = User.objects.in_bulk(set(officers.values())), str(uuid4())

    def act(dossier: Dossier) -> None:
        """Assign a dossier to its officer; Conflict for a person who is no user."""
        to = people.get(officers[dossier.number])
        if to is None:
            raise Conflict("not_an_officer", _("This person does not work on dossiers in this office."))
        previous = int(holders[dossier.number]) if holders[dossier.number] else None
        assign(
            actor, dossier=dossier, to=to, shown_officer=holders[dossier.number], batch=batch, instead_of=previous
        )  # fmt: skip

    chosen = [dossier for dossier in dossiers if dossier.number in officers and dossier.number in holders]
    return act_on_each(chosen, act, forbidden=_("You may not assign it."))


@transaction.atomic
def undo_last_batch(actor: Actor, *, key: str) -> int:
    """Undo the actor's latest assignment of several dossiers; return how many have their former officer, or nobody.

    ``key`` is that of the page. What was assigned or has ended since stays as it is. Conflict if nothing is left.
    """
    batch = last_batch(actor)
    if batch is None or batch.key != key:
        raise Conflict("too_late", _("This can no longer be undone. Assign the dossiers again instead."))
    undone = sum(_undo(actor, event) for event in batch.events)
    if not undone:
        raise Conflict("too_late", _("This can no longer be undone. Assign the dossiers again instead."))
    return undone


def _undo(actor: Actor, event: DossierEvent) -> bool:
    """Assign a dossier to who had it before the event, if that is still allowed; otherwise to nobody."""
    dossier = lock(event.dossier)
    if not rules.may_assign(actor, dossier) or dossier.assigned_to_id != event.data["to"]:
        return False
    before = event.data.get("instead_of")
    eligible = before is not None and is_assignable(before, dossier, officer_roles(dossier.agency_id))
    assign_locked(actor, dossier, User.objects.get(pk=before) if eligible else None, undone=event.data["batch"])
    return True
