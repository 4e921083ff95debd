"""The office's acts: judge papers, request documents, accept, assess, decide, issue, deliver."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import (
    FOR_INTAKE,
    ComponentState,
    DecisionProposal,
    ReceiverProof,
    State,
)
from ancu.apps.dossiers.models import Component, Dossier, Result, Supplement
from ancu.apps.dossiers.selectors.clock import due_on
from ancu.apps.dossiers.selectors.facts import explanations_of
from ancu.apps.dossiers.selectors.money import fee_problem
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.reasons import component_reason, is_return_reason
from ancu.apps.dossiers.selectors.receiving import ANOTHER_PERSON, proof_problem
from ancu.apps.dossiers.selectors.requests import RequestOffer, preflight_reasons
from ancu.apps.dossiers.selectors.results import (
    NUMBER_TAKEN,
    correction_problem,
    dossier_with_number,
    require_within_law,
)
from ancu.apps.dossiers.selectors.wording import LANGUAGES
from ancu.apps.dossiers.services import assigning, differences, letters, register
from ancu.apps.dossiers.services.moving import lock, lock_and_authorize, move, note, require_in_state
from ancu.apps.dossiers.services.permits import renew_by_result
from ancu.apps.files.models import StoredFile
from ancu.apps.messaging.services.decisions import APPROVED, REFUSED, RETURNED
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict
from ancu.core.working_days import calendar

JUDGED = FOR_INTAKE | {State.ACCEPTED}


def require_to_judge(actor: Actor, dossier: Dossier) -> None:
    """Raise Conflict or Forbidden unless the actor may judge the dossier's papers now."""
    require_in_state(actor, dossier, JUDGED, rules.may_judge)


@transaction.atomic
def judge_component(
    actor: Actor, *, dossier: Dossier, key: str, state: ComponentState, reason_code: str = "", reason: str = "",
    version: str = "",
) -> Component:  # fmt: skip
    """Accept the paper ``key``, or return it for a listed reason; Conflict if it is not of this ``version``."""
    locked = lock_and_authorize(actor, dossier, JUDGED, rules.may_judge)
    component = (
        Component.objects.select_for_update(of=("self",)).select_related("judged_by").get(dossier=locked, key=key)
    )
    if version and version != component.version:
        raise _stale_paper(actor, locked, component)
    if component.state == state == ComponentState.ACCEPTED:
        raise overtaken_conflict(actor, "paper_accepted", locked, _("This document has already been accepted."))
    if state == ComponentState.ACCEPTED and not component.is_there:
        awaited = _("The office does not have the original yet. You can accept it after its arrival is recorded.")
        nothing = _("Nothing has been sent for this yet, so it cannot be accepted.")
        raise Conflict("paper_missing", awaited if component.by_post or component.file_id else nothing)
    returned = state == ComponentState.RETURNED
    component.state = state
    if returned and not is_return_reason(reason_code):
        raise Conflict("reason_ended", _("This reason is not in the list any more. Choose another."))
    component.reason_code = reason_code if returned else ""
    component.reason = reason if returned else ""
    component.judged_by_id, component.judged_at = actor.user_id, clock.now()
    component.save()
    note(actor, locked, "judged_component", internal=True, component=key, state=state, reason_code=reason_code)
    return component


def _stale_paper(actor: Actor, dossier: Dossier, component: Component) -> Conflict:
    """Return the Conflict ``paper_judged``: the paper's state changed after the page was opened."""
    reasons = filter(None, (component_reason(component), component.reason))
    state = ": ".join([component.get_state_display(), *map(str, reasons)])
    sentence = _("The document has changed since you opened this page. It is now “%(state)s”.") % {"state": state}
    only = Q(details__component=component.key) if component.judged_at else None
    return overtaken_conflict(actor, "paper_judged", dossier, sentence, only=only)


# ---- completeness --------------------------------------------------------------------------------------


@transaction.atomic
def request_supplement(
    actor: Actor, *, dossier: Dossier, fields: Mapping[str, str] | None = None, note_text: str = "", article: str = "",
    offers: Sequence[RequestOffer] = (),
) -> Supplement:  # fmt: skip
    """Request every returned paper, ``fields`` (form field → what is wrong), and ``offers``. The clock stops.

    A paper that an offer is about is returned with the offer's text. Without an article from the officer the
    procedure's is used, on which a closing would also rest.
    """
    locked = lock_and_authorize(actor, dossier, JUDGED, rules.may_request_supplement)
    article = article or str(getattr(procedure_of(locked), f"article_{locked.language}"))[:200]
    for key, texts in _offered_papers(offers).items():
        reason = " ".join(offer.text_vi if locked.language == "vi" else offer.text_en for offer in texts)[:500]
        judge_component(
            actor, dossier=locked, key=key, state=ComponentState.RETURNED, reason_code=texts[0].reason_code,
            reason=reason,
        )  # fmt: skip
    items = supplement_request_items(locked, fields or {}, offers)
    if not items and not note_text:
        raise Conflict("nothing_asked", _("Reject a document, mark a field or say what is missing first."))
    supplement = Supplement.objects.create(
        dossier=locked,
        asked_by_id=actor.user_id or 0,
        asked_at=clock.now(),
        answer_by=answer_by(locked),
        items=items,
        note=note_text,
        article=article,
    )
    locked.due_on = None
    locked.save(update_fields=["due_on"])
    move(actor, locked, State.SUPPLEMENT, reason=note_text, article=article, answer_by=supplement.answer_by)
    return supplement


def answer_by(dossier: Dossier) -> date | None:
    """Return the last day to answer a request made today; None where the dossier's law sets no deadline."""
    days = procedure_of(dossier).supplement_days
    return calendar().last_of_calendar_days(clock.today(), days) if days else None


def _offered_papers(offers: Sequence[RequestOffer]) -> dict[str, list[RequestOffer]]:
    """Return the offers about papers by the paper's key."""
    papers: dict[str, list[RequestOffer]] = {}
    for offer in offers:
        if offer.component:
            papers.setdefault(offer.component, []).append(offer)
    return papers


def supplement_request_items(
    dossier: Dossier, fields: Mapping[str, str], offers: Sequence[RequestOffer] = ()
) -> list[dict[str, str]]:
    """Return the items of a request made now: every returned paper, then the fields with a text, then the offers.

    Keys: kind (component or field), key, reason_code, reason; texts in both languages also reason_vi and reason_en.
    """
    returned = dossier.components.filter(state=ComponentState.RETURNED).order_by("id")
    offered = _offered_papers(offers)
    papers = [
        {"kind": "component", "key": component.key, "reason_code": component.reason_code, "reason": component.reason}
        | _offered_texts(offered.pop(component.key, ()))
        for component in returned
    ]
    papers += [
        {"kind": "component", "key": key, "reason_code": texts[0].reason_code, "reason": "", **_offered_texts(texts)}
        for key, texts in offered.items()  # of a preview: the request returns these papers
    ]
    papers += [
        {"kind": "field", "key": offer.field, "reason_code": "", "reason": offer.text_vi, **_offered_texts([offer])}
        for offer in offers
        if offer.field
    ]
    marked = {key: text for key, text in fields.items() if text}
    bilingual_reasons = preflight_reasons(dossier) if marked else {}
    return papers + [
        {"kind": "field", "key": key, "reason_code": "", "reason": text, **bilingual_reasons.get((key, text), {})}
        for key, text in marked.items()
    ]


def _offered_texts(offers: Sequence[RequestOffer]) -> dict[str, str]:
    """Return the sentences of offers about one thing, in both languages; empty without any."""
    if not offers:
        return {}
    return {
        f"reason_{language}": " ".join(getattr(offer, f"text_{language}") for offer in offers) for language in LANGUAGES
    }


@transaction.atomic
def accept(actor: Actor, *, dossier: Dossier) -> Dossier:
    """Accept the dossier as complete: its working days begin or continue. Conflict if a paper is not accepted."""
    locked = lock_and_authorize(actor, dossier, FOR_INTAKE, rules.may_accept)
    if not rules.is_complete(list(locked.components.all())):
        raise Conflict("papers_not_judged", _("Decide on every document first: accept it, or reject it with a reason."))
    register.register_acceptance(locked)
    locked.due_on = due_on(locked)
    locked.save(update_fields=["accepted_at", "due_on"])
    move(actor, locked, State.ACCEPTED, due_on=locked.due_on)
    enqueue("dossiers.promise", dossier_id=locked.pk, stage="acceptance")
    assigning.assign_in_turn(locked)
    return locked


@transaction.atomic
def not_accept(actor: Actor, *, dossier: Dossier, reason: str, article: str = "") -> Dossier:
    """Reject an ineligible request, with a reason that the filer reads; return the dossier."""
    locked = lock_and_authorize(actor, dossier, FOR_INTAKE, rules.may_not_accept)
    move(actor, locked, State.NOT_ACCEPTED, reason=reason, article=article)
    return locked


@transaction.atomic
def transfer(actor: Actor, *, dossier: Dossier, reason: str) -> Dossier:
    """End the dossier as a matter of the central department; the filer gets a letter with the reason."""
    locked = lock_and_authorize(actor, dossier, {*FOR_INTAKE, State.ACCEPTED}, rules.may_transfer)
    move(actor, locked, State.TRANSFERRED, reason=reason)
    return locked


def close_unanswered(actor: Actor) -> int:
    """Close each dossier whose documents did not come in time; return the number closed. Idempotent."""
    due = Supplement.objects.filter(answered_at=None, closed_at=None, answer_by__lt=clock.today())
    return sum(_close(actor, supplement) for supplement in due.select_related("dossier").order_by("answer_by", "id"))


@transaction.atomic
def _close(actor: Actor, supplement: Supplement) -> int:
    """Close a dossier whose requested documents never came; return 1, or 0 if its state changed meanwhile."""
    locked = lock(supplement.dossier)
    if locked.state != State.SUPPLEMENT:
        return 0  # answered or withdrawn since the list was read
    Supplement.objects.filter(pk=supplement.pk).update(closed_at=clock.now())
    move(actor, locked, State.CLOSED, article=supplement.article)
    return 1


# ---- assessment and decision ---------------------------------------------------------------------------


@transaction.atomic
def assess(
    actor: Actor, *, dossier: Dossier, proposal: DecisionProposal, reason: str, article: str = "",
    explanations: Mapping[str, str] | None = None,
) -> Dossier:  # fmt: skip
    """Propose to approve or refuse the accepted dossier; another person decides.

    A proposal to approve needs a sentence on each difference between form and papers: ``explanations`` by its key.
    """
    locked = lock_and_authorize(actor, dossier, {State.ACCEPTED}, rules.may_assess)
    explained = {}
    if proposal == DecisionProposal.APPROVE:
        explained = differences.require_explained(locked, explanations or {}, explained_before={})
    locked.assessed_by_id, locked.proposal = actor.user_id, proposal
    locked.save(update_fields=["assessed_by", "proposal"])
    move(actor, locked, State.ASSESSED, reason=reason, article=article, proposal=proposal, explained=explained)
    return locked


@transaction.atomic
def send_back(actor: Actor, *, dossier: Dossier, reason: str) -> Dossier:
    """Return the assessed dossier to assessment, with the reason for the officer who proposed."""
    locked = lock_and_authorize(actor, dossier, {State.ASSESSED}, rules.may_decide)
    letters.notify_assessor(actor, locked, RETURNED, has_reason=True)
    locked.assessed_by, locked.proposal = None, ""
    locked.save(update_fields=["assessed_by", "proposal"])
    move(actor, locked, State.ACCEPTED, act="sent_back", reason=reason)
    return locked


@transaction.atomic
def approve(actor: Actor, *, dossier: Dossier, explanations: Mapping[str, str] | None = None) -> Dossier:
    """Approve an assessed dossier as approving officer, and notify its assessor; return the dossier.

    A difference that the proposal did not explain needs a sentence: ``explanations`` by its key.
    """
    locked = lock_and_authorize(actor, dossier, {State.ASSESSED}, rules.may_decide)
    before = explanations_of(locked)
    explained = differences.require_explained(locked, explanations or {}, explained_before=before)
    _record_decision(actor, locked)
    move(actor, locked, State.APPROVED, explained=explained)
    letters.notify_assessor(actor, locked, APPROVED)
    return locked


@transaction.atomic
def refuse(actor: Actor, *, dossier: Dossier, reason: str, article: str) -> Dossier:
    """Refuse an assessed dossier; the applicant reads reason and article, the assessor is notified."""
    locked = lock_and_authorize(actor, dossier, {State.ASSESSED}, rules.may_decide)
    _record_decision(actor, locked)
    move(actor, locked, State.REFUSED, reason=reason, article=article)
    letters.notify_assessor(actor, locked, REFUSED, has_reason=True)
    return locked


def _record_decision(actor: Actor, dossier: Dossier) -> None:
    """Store who decided the dossier and when, and enqueue the job that compares the time with the promised date."""
    dossier.decided_by_id, dossier.decided_at = actor.user_id, clock.now()
    dossier.save(update_fields=["decided_by", "decided_at"])
    enqueue("dossiers.score", dossier_id=dossier.pk)


# ---- the result ----------------------------------------------------------------------------------------


@transaction.atomic
def enter_result(
    actor: Actor,
    *,
    dossier: Dossier,
    number: str,
    valid_from: date,
    valid_until: date,
    symbol: str = "",
    entries: str = "",
    scan: StoredFile | None = None,
) -> Result:
    """Store the visa, card or extension that was issued for the approved dossier; the applicant is notified.

    Conflict for a number issued before, or a validity that the law does not allow.
    """
    locked = lock_and_authorize(actor, dossier, {State.APPROVED}, rules.may_enter_result)
    require_within_law(locked, symbol, valid_from, valid_until)
    result = Result(
        dossier=locked,
        number=number,
        symbol=symbol,
        entries=entries,
        valid_from=valid_from,
        valid_until=valid_until,
        scan=scan,
        entered_by_id=actor.user_id or 0,
        entered_at=clock.now(),
    )
    save_with_unique_number(result, force_insert=True)
    renew_by_result(actor, locked)
    move(actor, locked, State.READY)
    return result


def save_with_unique_number(result: Result, **save_options: Any) -> None:
    """Save the result; Conflict ``number_taken`` when another dossier has its number.

    The database's constraint decides between two officers who enter one number at once.
    """
    try:
        with transaction.atomic():
            result.save(**save_options)
    except IntegrityError as error:
        duplicate = dossier_with_number(result.number, result.symbol)
        if duplicate is None:
            raise
        raise Conflict("number_taken", NUMBER_TAKEN % {"number": duplicate.number}) from error


@transaction.atomic
def deliver(
    actor: Actor,
    *,
    dossier: Dossier,
    received_by: str,
    proof: ReceiverProof,
    proof_number: str,
    another_person: bool = False,
) -> Dossier:
    """Hand over the result once its fee is paid, against an identity document, the slip, or by post.

    ``another_person``: the officer saw the authorisation of somebody whose document the dossier does not name.
    """
    locked = lock_and_authorize(actor, dossier, {State.READY}, rules.may_deliver)
    if problem := correction_problem(locked) or fee_problem(locked):
        raise Conflict(*problem)
    receiver = require_receiver(locked, proof, proof_number, received_by, another_person=another_person)
    Result.objects.filter(dossier=locked).update(**receiver, delivered_by_id=actor.user_id, delivered_at=clock.now())
    renew_by_result(actor, locked)  # the holder may have been declared after the result was entered
    move(actor, locked, State.DELIVERED, proof=proof)
    return locked


def require_receiver(
    dossier: Dossier, proof: ReceiverProof, proof_number: str, received_by: str, *, another_person: bool
) -> dict[str, Any]:
    """Return what to store about the receiver: received_by, proof, proof_number, by_authorisation.

    The code of a slip is not stored. Raises Conflict when nothing proves that the receiver is entitled to the result.
    """
    problem = proof_problem(dossier, proof, proof_number, received_by)
    authorised = another_person and problem is not None and problem.code == ANOTHER_PERSON
    if problem and not authorised:
        raise Conflict(problem.code, problem.message)
    return {
        "received_by": received_by,
        "proof": proof,
        "proof_number": "" if proof == ReceiverProof.SLIP else proof_number,
        "by_authorisation": authorised,
    }
