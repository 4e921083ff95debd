"""Merge petitions about the same matter, and transfer petitions that belong to outside bodies."""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.listening import rules
from ancu.apps.listening.enums import OPEN, TRANSITIONS, PetitionState, PetitionStep
from ancu.apps.listening.models import Petition, PetitionPromise, PetitionTransfer
from ancu.apps.listening.rules.matters import category_of, first_due
from ancu.apps.listening.selectors import lock_petition, rule_today, unit_for, visible_to
from ancu.apps.listening.services.state_changes import move, notify_officers, notify_petitioners, record_step
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require
from ancu.core.transitions import follows
from ancu.core.working_days import calendar


@transaction.atomic
def merge(
    *, actor: Actor, number: str, into: str, reason: str, require_current: Callable[[Petition], None] | None = None
) -> Petition:
    """Merge petition ``number``, with those merged into it, into another; each petitioner keeps their own page.

    Conflict for itself, for closed, merged or promised petitions, and for a complaint of another matter: the unit
    complained of must not answer it through the other. ``require_current`` raises Conflict for a petition that
    changed since the page showed it.
    """
    rows = visible_to(actor).select_for_update(of=("self",)).filter(number__in={number, into}).order_by("pk")
    petitions_by_number = {petition.number: petition for petition in rows}
    petition, main = petitions_by_number.get(number), petitions_by_number.get(into)
    if petition is None:
        raise Http404
    if require_current is not None:
        require_current(petition)
    require(rules.may_merge(actor, petition))
    if main is None or main.pk == petition.pk or main.state not in OPEN or main.unit_id is None or main.closed_matter:
        raise Conflict("merge_into_what", _("There is no open petition with this number."))
    if PetitionPromise.objects.filter(petition=petition).exists():
        raise Conflict("promised", _("This petition has a promise. Join the other petition to this one instead."))
    other_unit = petition.about_id is not None and petition.about_id != main.about_id
    if other_unit or (petition.about_key and petition.about_key != main.about_key):
        raise Conflict(
            "complained_of", _("This petition complains about someone who is not named in the other petition.")
        )
    petition.merged.update(main=main)
    move(actor, petition, PetitionState.MERGED, PetitionStep.MERGED, words=reason, main=main)
    notify_petitioners(actor, petition, "merged")
    return main


@transaction.atomic
def separate(*, actor: Actor, number: str, reason: str) -> Petition:
    """Separate a merged petition from the other; the original number of days begins again today.

    Its own unit handles it, or without one the unit that answers by rule.
    """
    petition = lock_petition(actor, number)
    if petition.state != PetitionState.MERGED:
        raise overtaken_conflict(actor, "petition_moved", petition)
    require(rules.may_separate(actor, petition))
    category = category_of(petition)
    unit = petition.unit or unit_for(petition)
    if unit is None:
        raise Conflict("nobody", _("No unit here can answer this petition. Transfer it to another body."))
    due = first_due(category, clock.now())
    move(
        actor, petition, PetitionState.ASSIGNED, PetitionStep.SEPARATED, words=reason, main=None, unit=unit, due_on=due
    )
    return petition


@transaction.atomic
def transfer(*, actor: Actor, number: str, to: str, reference: str, reason: str) -> PetitionTransfer:
    """Transfer the petition to the outside body ``to``, whose confirmation of receipt is awaited.

    Conflict while a promise is not kept: the petition must be answered here first.
    """
    petition = lock_petition(actor, number)
    if not follows(TRANSITIONS, petition.state, PetitionState.TRANSFERRED):
        raise overtaken_conflict(actor, "petition_moved", petition)
    require(rules.may_transfer(actor, petition))
    if PetitionPromise.objects.filter(petition=petition, kept_at__isnull=True).exists():
        raise Conflict("promised", _("This petition has a promise. Answer it first."))
    due = calendar().deadline(clock.now(), rule_today().receipt_days)
    assert due is not None  # no pauses are given
    transfer = PetitionTransfer.objects.create(
        petition=petition, to=to.strip(), reference=reference.strip(), reason=reason.strip(),
        sent_by_id=actor.user_id or 0, sent_at=clock.now(), receipt_due_on=due,
    )  # fmt: skip
    move(
        actor,
        petition,
        PetitionState.TRANSFERRED,
        PetitionStep.TRANSFERRED,
        words=f"{transfer.to} · {transfer.reference}",
    )
    notify_petitioners(actor, petition, "transferred", to=transfer.to)
    return transfer


def _lock_transferred(actor: Actor, number: str) -> tuple[Petition, PetitionTransfer]:
    """Return the petition, locked, and its transfer to an outside body.

    Conflict if it is not transferred now.
    """
    petition = lock_petition(actor, number)
    sent = petition.transfers.filter(back_at__isnull=True).order_by("-id").first()
    if sent is None or petition.state != PetitionState.TRANSFERRED:
        raise overtaken_conflict(actor, "petition_moved", petition)
    require(rules.may_record_receipt(actor, petition))
    return petition, sent


@transaction.atomic
def record_receipt(*, actor: Actor, number: str, receipt: str, receipt_on: date) -> PetitionTransfer:
    """Record that the outside body confirmed receipt of the petition; tell the petitioner where to ask."""
    petition, sent = _lock_transferred(actor, number)
    if sent.receipt_on is not None:
        raise overtaken_conflict(actor, "receipt", petition, _("The receipt has already been entered."))
    sent.receipt, sent.receipt_on = receipt.strip(), receipt_on
    sent.save(update_fields=["receipt", "receipt_on"])
    record_step(actor, petition, PetitionStep.RECEIPT, words=f"{sent.to} · {sent.receipt}")
    notify_petitioners(actor, petition, "transferred", to=sent.to)
    return sent


@transaction.atomic
def take_back_transfer(*, actor: Actor, number: str, reason: str) -> Petition:
    """Take a transferred petition back because the outside body does not answer.

    The original number of days applies again.
    """
    petition, sent = _lock_transferred(actor, number)
    category = category_of(petition)
    unit = petition.unit or unit_for(petition)
    if unit is None:
        raise Conflict("nobody", _("No unit here can answer this petition. Transfer it to another body."))
    sent.back_at = clock.now()
    sent.save(update_fields=["back_at"])
    due = first_due(category, clock.now())
    move(
        actor,
        petition,
        PetitionState.ASSIGNED,
        PetitionStep.CAME_BACK,
        words=reason,
        unit=unit,
        due_on=due,
        escalated_at=None,
        accepted_at=None,
    )
    notify_officers(actor, petition, unit.pk, rules.HANDLERS, "assigned")
    return petition
