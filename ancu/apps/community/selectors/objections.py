"""Recipients' objections to handovers, and who decides on them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.accounts.enums import OFFICE_DECIDERS, Role
from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors import is_inspectorate
from ancu.apps.audit.selectors import LastChange, last_change
from ancu.apps.community import rules
from ancu.apps.community.models import HandoverConfirmation, LedgerEntry, Programme
from ancu.core.actor import Actor

# Of the outer objection: the agency that keeps the ledger and the one above it; and whoever decides when those may not.
OF_LEDGER = Q(organisation_id=OuterRef("entry__programme__agency_id")) | Q(
    organisation_id=OuterRef("entry__programme__agency__parent_id")
)
OF_INSPECTORATE = Q(organisation__is_inspectorate=True)


def objections(actor: Actor) -> QuerySet[HandoverConfirmation]:
    """Return recipients' objections in programmes of the keeper's agency and of agencies below it.

    The inspectorate also gets those that no keeper of the programme's agency or the one above may decide. Other
    actors get none.
    """
    if not rules.keeps_ledgers(actor):
        return HandoverConfirmation.objects.none()
    agency_id = actor.organisation_id or 0
    of_inspectorate = Q(is_inspectorate(agency_id), ~Exists(_free_keepers(OF_LEDGER)))
    confirmations = HandoverConfirmation.objects.filter(_in_agency(agency_id) | of_inspectorate, agrees=False)
    return confirmations.select_related(
        "entry__programme__agency", "entry__recipient__unit", "entry__made_by", "decided_by"
    )


def _in_agency(agency_id: int) -> Q:
    """Return a condition: the objection concerns a programme of the agency or of one below it."""
    return Q(entry__programme__agency_id=agency_id) | Q(entry__programme__agency__parent_id=agency_id)


def objections_without_decider(actor: Actor) -> QuerySet[HandoverConfirmation]:
    """Return undecided objections that nobody may decide, for the administrator who can appoint somebody."""
    if not rules.appoints_keepers(actor):
        return HandoverConfirmation.objects.none()
    agency_id = actor.organisation_id or 0
    undecided = HandoverConfirmation.objects.filter(agrees=False, decision="", entry__reversal__isnull=True)
    near = undecided.filter(_in_agency(agency_id) | Q(is_inspectorate(agency_id)))
    return near.filter(~Exists(_free_keepers(OF_LEDGER | OF_INSPECTORATE))).order_by("made_at", "pk")


def _free_keepers(agencies: Q) -> QuerySet[Membership]:
    """Return keepers of these agencies who neither entered nor confirmed the handover of the outer query."""
    confirmed_by = HandoverConfirmation.objects.filter(
        entry_id=OuterRef(OuterRef("entry_id")), agrees=True, made_by_id=OuterRef("user_id")
    )
    return _keepers(agencies).filter(~Q(user_id=OuterRef("entry__made_by_id")), ~Exists(confirmed_by))


def _keepers(agencies: Q) -> QuerySet[Membership]:
    """Return the memberships of all active ledger keepers of these agencies."""
    return _active_memberships(*OFFICE_DECIDERS).filter(agencies)


def _active_memberships(*roles: Role) -> QuerySet[Membership]:
    """Return the current memberships with these roles whose user can sign in."""
    return Membership.objects.filter(role__in=roles, ended_at__isnull=True, user__is_active=True)


@dataclass(frozen=True, slots=True)
class ObjectionDeciders:
    """Who may decide an objection: ``roles`` by agency, otherwise the inspectorate, otherwise who ``appoints``
    somebody.
    """

    roles: list[tuple[str, str]]
    inspectorate: str
    appoints: list[str]
    agency: str


def deciders_of(objection: HandoverConfirmation) -> ObjectionDeciders:
    """Return who may decide the objection: agencies and roles, the inspectorate, or who can appoint somebody."""
    programme = objection.entry.programme
    agencies = Q(organisation_id__in={programme.agency_id, programme.agency.parent_id})
    barred = {objection.entry.made_by_id, *_office_confirmations(objection.entry).values_list("made_by", flat=True)}
    free = _keepers(agencies | OF_INSPECTORATE).exclude(user_id__in=barred)
    pairs = free.filter(agencies).values_list("organisation__name", "role").order_by()
    roles = [(agency, str(Role(role).label)) for agency, role in sorted(set(pairs))]
    inspectorate = free.filter(OF_INSPECTORATE).values_list("organisation__name", flat=True).first()
    administrators = _active_memberships(Role.ADMINISTRATOR).filter(agencies | OF_INSPECTORATE)
    appoints = sorted(set(administrators.values_list("organisation__name", flat=True)))
    return ObjectionDeciders(roles, inspectorate or "", appoints, programme.agency.name)


def _office_confirmations(handover: LedgerEntry) -> QuerySet[HandoverConfirmation]:
    """Return the confirmations of the handover that officers entered."""
    return handover.confirmations.filter(agrees=True, made_by__isnull=False)


@dataclass(frozen=True, slots=True)
class HandoverHandling:
    """The office's acts on a handover before the objection."""

    confirmations: Sequence[HandoverConfirmation]
    printed: LastChange | None
    barred_by: str


def handling_of(actor: Actor, objection: HandoverConfirmation) -> HandoverHandling:
    """Return how officers handled the objection's handover, and why the actor may not decide the objection.

    That is the office's confirmations and the printing of the recipient's slip.
    """
    handover = objection.entry
    confirmations = list(_office_confirmations(handover).select_related("made_by").order_by("pk"))
    printed = Q(
        subject_type=handover._meta.label_lower, subject_id=str(handover.pk), act="community.printed",
        details__paper="slip",
    )  # fmt: skip
    if handover.made_by_id in actor.conflicting_user_ids:
        barred_by = "entered"
    elif any(confirmation.made_by_id in actor.conflicting_user_ids for confirmation in confirmations):
        barred_by = "confirmed"
    else:
        barred_by = "reversed" if hasattr(handover, "reversal") else ""
    return HandoverHandling(confirmations, last_change(actor, printed), barred_by)


def get_objection(actor: Actor, programme_id: int, pk: int) -> HandoverConfirmation:
    """Return an objection of this programme that the actor may see, or 404."""
    return get_object_or_404(objections(actor), pk=pk, entry__programme_id=programme_id)


def objections_to_decide(actor: Actor) -> QuerySet[HandoverConfirmation]:
    """Return undecided objections that the actor may decide, the oldest first, without those to reversed entries."""
    undecided = objections(actor).filter(decision="", entry__reversal__isnull=True)
    own = HandoverConfirmation.objects.filter(
        entry=OuterRef("entry"), agrees=True, made_by__in=actor.conflicting_user_ids
    )
    return (
        undecided.exclude(entry__made_by__in=actor.conflicting_user_ids).exclude(Exists(own)).order_by("made_at", "pk")
    )


def may_decide_objection(actor: Actor, objection: HandoverConfirmation) -> bool:
    """Whether the actor may decide the objection: a keeper who neither entered nor confirmed the handover.

    An objection is decided once.
    """
    return objections_to_decide(actor).filter(pk=objection.pk).exists()


def count_objections(programme: Programme) -> tuple[int, int]:
    """Return the number of the programme's handovers with an objection, and of those with all decided."""
    confirmations = HandoverConfirmation.objects.filter(entry__programme=programme, agrees=False).order_by()
    rows = list(confirmations.values_list("entry", "decision"))
    entries, waiting = {entry for entry, _decision in rows}, {entry for entry, decision in rows if not decision}
    return len(entries), len(entries - waiting)
