"""The unit in charge handles a petition: assign, answer, approve, and get help from other units."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.selectors import agencies
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.listening import rules
from ancu.apps.listening.enums import AT_WORK, PetitionOutcome, PetitionState, PetitionStep
from ancu.apps.listening.models import HelpRequest, Petition, PetitionAnswer, PetitionPromise
from ancu.apps.listening.rules.matters import decision_due, first_due, is_statutory
from ancu.apps.listening.selectors import lock_petition, rule_today, unit_for
from ancu.apps.listening.selectors.officers import (
    heads_of,
    officers_meant,
    officers_named_in_full,
    officers_to_choose,
    unit_led_by,
)
from ancu.apps.listening.selectors.procedure import procedure_of
from ancu.apps.listening.services.receiving import require_may_handle, store_files
from ancu.apps.listening.services.state_changes import move, notify_officers, notify_petitioners, record_step
from ancu.apps.messaging.services import MessageUpload
from ancu.apps.messaging.services.decisions import ANSWERED, APPROVED, RETURNED, notify_decision
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require


@transaction.atomic
def assign(*, actor: Actor, number: str, agency_id: int, reason: str = "") -> Petition:
    """Assign the petition to a unit.

    Conflict for the unit that the petition is about and those below it.
    """
    petition = lock_petition(actor, number)
    require(rules.may_assign(actor, petition))
    unit = agencies().filter(pk=agency_id).first()
    if unit is None:
        raise Http404
    require_may_handle(unit, petition)
    words = " · ".join(filter(None, (unit.name, reason)))
    if petition.state == PetitionState.RECEIVED:
        move(actor, petition, PetitionState.ASSIGNED, PetitionStep.ASSIGNED, words=words, unit=unit)
    else:
        petition.unit = unit
        petition.save(update_fields=["unit"])
        record_step(actor, petition, PetitionStep.ASSIGNED, words=words)
    notify_officers(actor, petition, unit.pk, rules.HANDLERS, "assigned")
    return petition


@transaction.atomic
def categorise(*, actor: Actor, number: str, category: str) -> Petition:
    """Change the petition's category and recount its deadline from receipt, unless a day was promised.

    Conflict when a petition without a name would become a complaint or a denunciation.
    """
    petition = lock_petition(actor, number)
    require(rules.may_categorise(actor, petition))
    chosen = rule_today().category(category)
    if chosen.is_statutory and not petition.name:
        raise Conflict("name_needed", _("This petition has no name. By law, a complaint needs one."))
    petition.category, petition.closed_matter, petition.accepted_at = chosen.code, chosen.closed, None
    promised = PetitionPromise.objects.filter(petition=petition).exists()
    if chosen.is_statutory or not (promised or petition.reopened):
        petition.due_on = first_due(chosen, petition.received_at)
    petition.save(update_fields=["category", "closed_matter", "accepted_at", "due_on"])
    if petition.unit is None or rules.may_handle(petition.unit, petition):
        record_step(actor, petition, PetitionStep.CATEGORISED)
    else:
        _take_from_its_unit(actor, petition, PetitionStep.CATEGORISED)
    return petition


@transaction.atomic
def accept(*, actor: Actor, number: str) -> Petition:
    """Accept a complaint or a denunciation, which starts the time to decide; the petitioner is notified of the day."""
    petition = lock_petition(actor, number)
    require(rules.may_accept(actor, petition))
    procedure = procedure_of(petition)
    if procedure is None:
        raise Conflict("not_statutory", _("You can accept only a complaint or a denunciation."))
    now = clock.now()
    petition.accepted_at, petition.due_on, petition.escalated_at = now, decision_due(procedure.days, now), None
    petition.save(update_fields=["accepted_at", "due_on", "escalated_at"])
    record_step(actor, petition, PetitionStep.ACCEPTED)
    notify_petitioners(actor, petition, "accepted", day=petition.due_on)
    return petition


@transaction.atomic
def submit_draft(
    *, actor: Actor, number: str, outcome: str, text: str, promised_on: date | None = None, public_words: str = "",
    uploads: Sequence[MessageUpload] = (),
) -> PetitionAnswer:  # fmt: skip
    """Submit an answer for another officer's approval.

    A promise is made once: a second one cannot move its day.
    """
    petition = lock_petition(actor, number)
    if petition.state not in AT_WORK:
        raise overtaken_conflict(actor, "petition_moved", petition)
    require(rules.may_draft(actor, petition))
    if outcome == PetitionOutcome.PROMISED:
        _require_new_promise(petition, promised_on)
    answer = write_answer(
        actor, petition, outcome=outcome, text=text, public_words=public_words,
        promised_on=promised_on if outcome == PetitionOutcome.PROMISED else None,
    )  # fmt: skip
    store_files(actor, petition, uploads, answer)
    return answer


def write_answer(
    actor: Actor, petition: Petition, *, outcome: str, text: str, public_words: str, promised_on: date | None
) -> PetitionAnswer:
    """Store an answer to the petition as a draft that waits for another officer's approval."""
    answer = PetitionAnswer.objects.create(
        petition=petition, outcome=outcome, text=text.strip(), public_words=public_words.strip(),
        promised_on=promised_on, written_by_id=actor.user_id or 0, written_for_id=actor.organisation_id or 0,
        written_at=clock.now(),
    )  # fmt: skip
    move(actor, petition, PetitionState.DRAFTED, PetitionStep.DRAFTED)
    return answer


def _require_new_promise(petition: Petition, promised_on: date | None) -> None:
    """Raise Conflict unless the petition may get its first promise, for the day ``promised_on``.

    Refused are a second promise, a complaint or a denunciation, and a day that is past or too distant.
    """
    if PetitionPromise.objects.filter(petition=petition).exists():
        raise Conflict("promised", _("There is already a promise. Answer the petition, or say why it is not possible."))
    if is_statutory(petition):
        raise Conflict("decision_owed", _("For a complaint or a denunciation, the law sets the deadline."))
    days = (promised_on - clock.today()).days if promised_on else -1
    if not 0 <= days <= rule_today().interim_days:
        raise Conflict("promise_day", _("The promised date must be within %(days)s days.") % {"days": _interim_days()})


def _interim_days() -> int:
    """Return the number of days after which a promise needs an interim answer."""
    return rule_today().interim_days


def _pending_draft(petition: Petition) -> PetitionAnswer | None:
    """Return the petition's draft of an answer that waits for approval; None without one."""
    return petition.answers.filter(approved_at__isnull=True, returned_at__isnull=True).select_for_update().first()


def _lock_to_decide(actor: Actor, number: str) -> tuple[Petition, PetitionAnswer]:
    """Return the petition, locked, and the draft of an answer to decide on.

    Conflict if it was decided, 403 for its writer and for officers who do not decide.
    """
    petition = lock_petition(actor, number)
    answer = _pending_draft(petition)
    if answer is None or petition.state != PetitionState.DRAFTED:
        raise overtaken_conflict(actor, "petition_moved", petition)
    require(rules.may_decide(actor, petition, answer))
    return petition, answer


@transaction.atomic
def approve_read(actor: Actor, answer: str) -> Petition:
    """Approve the drafted answer that the officer has read; ``answer`` is ``number:id`` of petition and answer.

    Conflict if the petition has a later draft.
    """
    return approve(actor=actor, number=_number_of_latest(actor, answer))


def _number_of_latest(actor: Actor, answer: str) -> str:
    """Lock the petition of ``answer`` (``number:id``) and return its number; Conflict if it has a later draft."""
    number, _colon, answer_id = answer.partition(":")
    latest = lock_petition(actor, number).answers.order_by("-id").first()
    if latest is None or str(latest.pk) != answer_id:
        raise Conflict("answer_changed", _("The answer to %(number)s has changed.") % {"number": number})
    return number


@transaction.atomic
def approve(*, actor: Actor, number: str) -> Petition:
    """Approve the draft of an answer and send the answer to the petitioners.

    After a promise the unit still owes what it promised, by that day. After a reply to a complaint or a denunciation
    it still owes the decision or the conclusion.
    """
    petition, answer = _lock_to_decide(actor, number)
    now = clock.now()
    answer.approved_at, answer.approved_by_id = now, actor.user_id
    answer.save(update_fields=["approved_at", "approved_by"])
    _notify_writer(actor, petition, answer, APPROVED)
    if answer.outcome == PetitionOutcome.PROMISED and answer.promised_on:
        PetitionPromise.objects.create(
            petition=petition, agency_id=petition.unit_id or 0, words=answer.public_words, due_on=answer.promised_on,
            made_by_id=answer.written_by_id, made_at=now,
        )  # fmt: skip
        move(
            actor, petition, PetitionState.ASSIGNED, PetitionStep.PROMISED, due_on=answer.promised_on, escalated_at=None
        )
        notify_petitioners(actor, petition, "promised", day=answer.promised_on)
        return petition
    if is_statutory(petition):
        move(actor, petition, PetitionState.ASSIGNED, PetitionStep.REPLIED)
        notify_petitioners(actor, petition, "replied", day=petition.due_on)
        return petition
    if answer.outcome == PetitionOutcome.DONE:
        PetitionPromise.objects.filter(petition=petition).update(kept_at=now)
    move(actor, petition, PetitionState.ANSWERED, PetitionStep.ANSWERED, answered_at=now)
    notify_petitioners(actor, petition, "answered", days=rule_today().silence_days)
    return petition


@transaction.atomic
def send_back(*, actor: Actor, number: str, reason: str) -> Petition:
    """Reject the draft of an answer with a reason, which only the unit reads; the petition waits for another."""
    petition, answer = _lock_to_decide(actor, number)
    answer.returned_at = clock.now()
    answer.save(update_fields=["returned_at"])
    _notify_writer(actor, petition, answer, RETURNED)
    move(actor, petition, PetitionState.ASSIGNED, PetitionStep.RETURNED, words=reason)
    return petition


@transaction.atomic
def send_back_read(actor: Actor, answer: str, *, reason: str) -> Petition:
    """Reject the drafted answer that the officer has read; ``answer`` and Conflict as for ``approve_read``."""
    return send_back(actor=actor, number=_number_of_latest(actor, answer), reason=reason)


def _notify_writer(actor: Actor, petition: Petition, answer: PetitionAnswer, outcome: LazyText) -> None:
    """Notify the writer of the decision on the draft, unless the petition may be about the writer."""
    if answer.written_by_id not in petition.about_officers:
        notify_decision(
            actor=actor, asked_by_id=answer.written_by_id, outcome=outcome, matter=_("answer to petition"),
            name=petition.number, subject=("petition", petition.number),
            path=reverse("listening:petition", args=[petition.number]), has_reason=outcome is RETURNED,
        )  # fmt: skip


# --- several units --------------------------------------------------------------------------------------


@transaction.atomic
def ask_help(*, actor: Actor, number: str, agency_id: int, question: str, reply_by: date) -> HelpRequest:
    """Ask another unit for help; it may then read the petition.

    Conflict for the unit that the petition is about, or one that was already asked.
    """
    petition = lock_petition(actor, number)
    require(rules.may_ask_help(actor, petition))
    agency = agencies().filter(pk=agency_id).exclude(pk=petition.unit_id or 0).first()
    if agency is None:
        raise Http404
    require_may_handle(agency, petition)
    help, created = HelpRequest.objects.get_or_create(
        petition=petition, agency=agency,
        defaults={
            "question": question.strip(), "asked_by_id": actor.user_id or 0, "asked_at": clock.now(),
            "reply_by": reply_by,
        },
    )  # fmt: skip
    if not created:
        raise overtaken_conflict(actor, "asked", petition, _("You have already asked this unit."))
    record_step(actor, petition, PetitionStep.JOINED, words=agency.name)
    notify_officers(actor, petition, agency.pk, rules.HANDLERS, "assigned")
    return help


@transaction.atomic
def answer_help_request(*, actor: Actor, number: str, reply: str) -> HelpRequest:
    """Store the reply of the actor's unit to the unit that asked for help with the petition."""
    petition = lock_petition(actor, number)
    own = HelpRequest.objects.select_for_update(of=("self",)).select_related("petition")
    help_request = own.filter(petition=petition, agency_id=actor.organisation_id).first()
    if help_request is None:
        raise Http404
    if help_request.replied_at is not None:
        raise overtaken_conflict(actor, "replied", petition, _("Your unit has already answered."))
    require(rules.may_help(actor, help_request))
    help_request.reply, help_request.replied_by_id, help_request.replied_at = reply.strip(), actor.user_id, clock.now()
    help_request.save(update_fields=["reply", "replied_by", "replied_at"])
    record_step(actor, petition, PetitionStep.CONTRIBUTED)
    if help_request.asked_by_id not in petition.about_officers:
        notify_decision(
            actor=actor, asked_by_id=help_request.asked_by_id, outcome=ANSWERED, matter=_("question about petition"),
            name=number, subject=("petition", number), path=reverse("listening:petition", args=[number]),
        )  # fmt: skip
    return help_request


@transaction.atomic
def name_officer(*, actor: Actor, number: str, user_id: int | None) -> Petition:
    """Record which officer the petition is about; that officer can no longer find it.

    The officer's own draft is withdrawn. Other officers whom the petitioner's words might have meant can open it
    then. About a head, it is also about the unit they lead, which loses it. Conflict if the petitioner named nobody.
    """
    petition = lock_petition(actor, number)
    require(rules.may_name_officer(actor, petition))
    if user_id is not None and user_id not in dict(officers_to_choose()):
        raise Http404
    if user_id == petition.about_user_id:
        raise Conflict("named", _("This would change nothing."))
    petition.about_user_id = user_id
    petition.about_officers = _officers_barred(actor, petition.about_person, user_id)
    petition.save(update_fields=["about_user", "about_officers"])
    record_step(actor, petition, PetitionStep.NAMED)
    answer = _pending_draft(petition)
    if answer is not None and answer.written_by_id == user_id:
        _withdraw_draft(actor, petition, answer)
    led = unit_led_by(user_id) if user_id is not None else None
    if led is not None and led.pk != petition.about_id:
        _set_unit_it_is_about(actor, petition, led)
    return petition


def _officers_barred(actor: Actor, words: str, user_id: int | None) -> list[int]:
    """Return the ids of officers who may not see the petition: those meant by it, or who may be meant.

    Those who may be meant are barred until one is named. Those named in full, and the actor's own heads, always stay
    barred: only somebody who does not work for them can clear them.
    """
    candidates = officers_meant(words)
    if user_id is None:
        return candidates
    barred = officers_named_in_full(words) if user_id in candidates else candidates
    own_heads = set(candidates) & heads_of(actor.organisation_id)
    return sorted({*barred, *own_heads, user_id})


@transaction.atomic
def name_unit(*, actor: Actor, number: str, agency_id: int) -> Petition:
    """Record which unit the petition is about.

    If that unit is in charge, another one gets the petition and the draft is withdrawn.
    """
    petition = lock_petition(actor, number)
    require(rules.may_name_unit(actor, petition))
    about = agencies().filter(pk=agency_id).first()
    if about is None:
        raise Http404
    if about.pk == petition.about_id:
        raise Conflict("named", _("This would change nothing."))
    _set_unit_it_is_about(actor, petition, about)
    return petition


def _set_unit_it_is_about(actor: Actor, petition: Petition, about: Organisation) -> None:
    """Record which unit the petition is about; a unit that may no longer handle it loses it."""
    petition.about = about
    if petition.unit is None or rules.may_handle(petition.unit, petition):
        petition.save(update_fields=["about"])
        record_step(actor, petition, PetitionStep.NAMED)
    else:
        _take_from_its_unit(actor, petition, PetitionStep.NAMED)


def _take_from_its_unit(actor: Actor, petition: Petition, step: PetitionStep) -> None:
    """Withdraw the unit's draft and assign the petition to the agency above it, or to the inspectorate."""
    answer = _pending_draft(petition)
    if answer is not None:
        _withdraw_draft(actor, petition, answer)
    unit = unit_for(petition)
    if unit is None:
        move(actor, petition, PetitionState.RECEIVED, step, about=petition.about, unit=None)
        return
    petition.unit = unit
    petition.save(update_fields=["about", "unit"])
    record_step(actor, petition, step)
    record_step(actor, petition, PetitionStep.ASSIGNED, words=unit.name)
    notify_officers(actor, petition, unit.pk, rules.HANDLERS, "assigned")


def _withdraw_draft(actor: Actor, petition: Petition, answer: PetitionAnswer) -> None:
    """Withdraw the draft of an answer, so that the petition waits for an answer again."""
    answer.returned_at = clock.now()
    answer.save(update_fields=["returned_at"])
    move(actor, petition, PetitionState.ASSIGNED, PetitionStep.RETURNED)
