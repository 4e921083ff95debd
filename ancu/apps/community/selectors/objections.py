"""What recipients said was not right, and who decides on it."""

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.community import rules
from ancu.apps.community.models import Confirmation, Programme
from ancu.core.actor import Actor


def objections(actor: Actor) -> QuerySet[Confirmation]:
    """Of the own agency's programmes and of those of the agencies below it."""
    if not rules.keeps_ledgers(actor):
        return Confirmation.objects.none()
    own = actor.organisation_id
    of_agency = Q(entry__programme__agency_id=own) | Q(entry__programme__agency__parent_id=own)
    found = Confirmation.objects.filter(of_agency, agrees=False)
    return found.select_related("entry__programme__agency", "entry__recipient__unit", "entry__made_by", "decided_by")


def get_objection(actor: Actor, programme_id: int, pk: int) -> Confirmation:
    return get_object_or_404(objections(actor), pk=pk, entry__programme_id=programme_id)


def objections_to_decide(actor: Actor) -> QuerySet[Confirmation]:
    """What waits for this person as the second one, the oldest first; nothing about an entry that was reversed."""
    found = objections(actor).filter(decision="", entry__reversal__isnull=True)
    return found.exclude(entry__made_by__in=actor.one_hand).order_by("made_at", "pk")


def objections_counted(programme: Programme) -> tuple[int, int]:
    """How many recipients objected, and of how many handings over a second person has decided on all they said."""
    found = Confirmation.objects.filter(entry__programme=programme, agrees=False).order_by()
    rows = list(found.values_list("entry", "decision"))
    entries, waiting = {entry for entry, _decision in rows}, {entry for entry, decision in rows if not decision}
    return len(entries), len(entries - waiting)
