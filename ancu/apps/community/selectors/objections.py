"""Recipients' objections to handovers, and who decides on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.accounts.enums import OFFICE_DECIDERS, Role
from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors import is_inspectorate
from ancu.apps.audit.selectors import last_change
from ancu.apps.community import rules
from ancu.apps.community.models import Confirmation, Entry, Programme
from ancu.core.actor import Actor


def objections(actor: Actor) -> QuerySet[Confirmation]:
    """Objections in the programmes of the actor's agency and of the agencies below it.

    The inspectorate sees those that no keeper of these agencies may decide.
    """
    if not rules.keeps_ledgers(actor):
        return Confirmation.objects.none()
    agency_id = actor.organisation_id or 0
    of_agency = Q(entry__programme__agency_id=agency_id) | Q(entry__programme__agency__parent_id=agency_id)
    of_inspectorate = Q(is_inspectorate(agency_id), ~Exists(_free_keepers()))
    confirmations = Confirmation.objects.filter(of_agency | of_inspectorate, agrees=False)
    return confirmations.select_related(
        "entry__programme__agency", "entry__recipient__unit", "entry__made_by", "decided_by"
    )


def _free_keepers() -> QuerySet[Membership]:
    """Keepers of the agency or of the one above it who neither entered the handover nor confirmed it."""
    agency = Q(organisation_id=OuterRef("entry__programme__agency_id"))
    agency_above = Q(organisation_id=OuterRef("entry__programme__agency__parent_id"))
    confirmed_by = Confirmation.objects.filter(
        entry_id=OuterRef(OuterRef("entry_id")), agrees=True, made_by_id=OuterRef("user_id")
    )
    return _keepers(agency | agency_above).filter(~Q(user_id=OuterRef("entry__made_by_id")), ~Exists(confirmed_by))


def _keepers(agencies: Q) -> QuerySet[Membership]:
    return Membership.objects.filter(agencies, role__in=OFFICE_DECIDERS, ended_at__isnull=True, user__is_active=True)


def deciding_roles(objection: Confirmation) -> list[tuple[str, str]]:
    """The agency and the role of those who may decide the objection, each pair once."""
    programme = objection.entry.programme
    agencies = Q(organisation_id__in={programme.agency_id, programme.agency.parent_id})
    barred = {objection.entry.made_by_id, *_office_confirmations(objection.entry).values_list("made_by", flat=True)}
    pairs = _keepers(agencies).exclude(user_id__in=barred).values_list("organisation__name", "role").order_by()
    return [(agency, str(Role(role).label)) for agency, role in sorted(set(pairs))]


def _office_confirmations(handover: Entry) -> QuerySet[Confirmation]:
    return handover.confirmations.filter(agrees=True, made_by__isnull=False)


@dataclass(frozen=True, slots=True)
class Handling:
    """What the office did with a handover before its recipient objected.

    ``printed``: who printed the slip last, and when. ``barred_by`` says why the reader may not decide: ``entered``,
    ``confirmed``, ``reversed``, or empty.
    """

    confirmations: Sequence[Confirmation]
    printed: tuple[str, datetime] | None
    barred_by: str


def handling_of(actor: Actor, objection: Confirmation) -> Handling:
    handover = objection.entry
    confirmations = list(_office_confirmations(handover).select_related("made_by").order_by("pk"))
    printed = Q(
        subject_type=handover._meta.label_lower, subject_id=str(handover.pk), act="community.printed",
        details__paper="slip",
    )  # fmt: skip
    if handover.made_by_id in actor.one_hand:
        barred_by = "entered"
    elif any(confirmation.made_by_id in actor.one_hand for confirmation in confirmations):
        barred_by = "confirmed"
    else:
        barred_by = "reversed" if hasattr(handover, "reversal") else ""
    return Handling(confirmations, last_change(actor, printed), barred_by)


def get_objection(actor: Actor, programme_id: int, pk: int) -> Confirmation:
    return get_object_or_404(objections(actor), pk=pk, entry__programme_id=programme_id)


def objections_to_decide(actor: Actor) -> QuerySet[Confirmation]:
    """Undecided objections this person may decide, the oldest first, without those to reversed entries."""
    undecided = objections(actor).filter(decision="", entry__reversal__isnull=True)
    own = Confirmation.objects.filter(entry=OuterRef("entry"), agrees=True, made_by__in=actor.one_hand)
    return undecided.exclude(entry__made_by__in=actor.one_hand).exclude(Exists(own)).order_by("made_at", "pk")


def may_decide_objection(actor: Actor, objection: Confirmation) -> bool:
    """A keeper decides, once, but not the one who entered the handover, nor one who confirmed for the office what the
    recipient objects to."""
    return objections_to_decide(actor).filter(pk=objection.pk).exists()


def count_objections(programme: Programme) -> tuple[int, int]:
    """The number of handovers with an objection, and of those whose objections are all decided."""
    confirmations = Confirmation.objects.filter(entry__programme=programme, agrees=False).order_by()
    rows = list(confirmations.values_list("entry", "decision"))
    entries, waiting = {entry for entry, _decision in rows}, {entry for entry, decision in rows if not decision}
    return len(entries), len(entries - waiting)
