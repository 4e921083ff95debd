"""Recipients' objections to handovers, and who decides on them."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.community import rules
from ancu.apps.community.models import Confirmation, Programme
from ancu.core.actor import Actor


def objections(actor: Actor) -> QuerySet[Confirmation]:
    """Objections in the programmes of the actor's agency and of the agencies below it."""
    if not rules.keeps_ledgers(actor):
        return Confirmation.objects.none()
    agency_id = actor.organisation_id
    of_agency = Q(entry__programme__agency_id=agency_id) | Q(entry__programme__agency__parent_id=agency_id)
    confirmations = Confirmation.objects.filter(of_agency, agrees=False)
    return confirmations.select_related(
        "entry__programme__agency", "entry__recipient__unit", "entry__made_by", "decided_by"
    )


def get_objection(actor: Actor, programme_id: int, pk: int) -> Confirmation:
    return get_object_or_404(objections(actor), pk=pk, entry__programme_id=programme_id)


def objections_to_decide(actor: Actor) -> QuerySet[Confirmation]:
    """Undecided objections this person may decide, the oldest first, without those to reversed entries."""
    undecided = objections(actor).filter(decision="", entry__reversal__isnull=True)
    own = Confirmation.objects.filter(entry=OuterRef("entry"), agrees=True, made_by__in=actor.one_hand)
    return undecided.exclude(entry__made_by__in=actor.one_hand).exclude(Exists(own)).order_by("made_at", "pk")


def count_objections(programme: Programme) -> tuple[int, int]:
    """The number of handovers with an objection, and of those whose objections are all decided."""
    confirmations = Confirmation.objects.filter(entry__programme=programme, agrees=False).order_by()
    rows = list(confirmations.values_list("entry", "decision"))
    entries, waiting = {entry for entry, _decision in rows}, {entry for entry, decision in rows if not decision}
    return len(entries), len(entries - waiting)
