"""Notices: one officer proposes, another approves, either ends; a job then evaluates existing stays."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record, required_reason
from ancu.apps.messaging.services.decisions import APPROVED, ENDED, NOT_APPROVED, notify_decision
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import NoticeState
from ancu.apps.oversight.models import Notice
from ancu.apps.oversight.selectors.notices import get_notice
from ancu.apps.travellers.rules import document_key
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, require


@transaction.atomic
def propose(
    actor: Actor,
    *,
    number: str,
    issued_by: str,
    legal_basis: str,
    full_name: str,
    ends_on: date,
    birth_date: str = "",
    sex: str = "",
    document_number: str = "",
) -> Notice:
    """Propose a notice, which matches nothing before it is approved.

    Conflict if neither document nor birth date identifies the person, or if its last day is past.
    """
    require(rules.reads_notices(actor))
    if not (birth_date or document_number):
        raise Conflict(
            "too_vague",
            _("A name alone matches too many people. Enter the date of birth or the document number as well."),
        )
    if ends_on < clock.today():
        raise Conflict("ended_already", _("The last day cannot be in the past."))
    notice = Notice.objects.create(
        number=number, issued_by=issued_by, legal_basis=legal_basis, full_name=full_name, birth_date=birth_date,
        sex=sex, document_number=document_key(document_number), agency_id=actor.organisation_id or 0,
        begins_on=clock.today(), ends_on=ends_on, proposed_by_id=actor.user_id or 0, proposed_at=clock.now(),
    )  # fmt: skip
    record(actor, "oversight.notice_proposed", notice)
    return notice


@transaction.atomic
def approve(actor: Actor, *, notice_id: int) -> Notice:
    """Approve a lookout notice as second officer: it takes effect and existing stays are evaluated.

    403 for its proposer, Conflict if it was approved or ended already.
    """
    notice = get_notice(actor, notice_id, lock=True)
    if notice.state != NoticeState.PROPOSED:
        raise overtaken_conflict(actor, "notice_moved", notice)
    require(rules.may_approve(actor, notice))
    notice.state, notice.approved_by_id, notice.approved_at = NoticeState.APPROVED, actor.user_id, clock.now()
    notice.save()
    record(actor, "oversight.notice_approved", notice)
    _notify_proposer(actor, notice, APPROVED)
    enqueue("oversight.evaluate_rule", code="notice_match")
    return notice


@transaction.atomic
def end(actor: Actor, *, notice_id: int, reason: str) -> Notice:
    """End the notice with a reason, or reject a proposed one; its undecided alerts are closed.

    Conflict if it has ended already.
    """
    notice = get_notice(actor, notice_id, lock=True)
    if not rules.may_end(actor, notice):
        raise overtaken_conflict(actor, "notice_moved", notice)
    outcome = NOT_APPROVED if notice.state == NoticeState.PROPOSED else ENDED
    notice.state, notice.ended_at, notice.ended_by_id = NoticeState.ENDED, clock.now(), actor.user_id
    notice.end_reason = required_reason(reason)
    notice.save()
    record(actor, "oversight.notice_ended", notice, reason=notice.end_reason)
    _notify_proposer(actor, notice, outcome)
    enqueue("oversight.evaluate_rule", code="notice_match")
    return notice


def _notify_proposer(actor: Actor, notice: Notice, outcome: Promise) -> None:
    """Notify the officer who proposed the notice of its approval or end."""
    notify_decision(
        actor=actor, asked_by_id=notice.proposed_by_id, outcome=outcome, matter=_("lookout notice no."),
        name=str(notice.pk),
        subject=("notice", notice.pk), path=reverse("oversight:notice", args=[notice.pk]),
        has_reason=outcome is not APPROVED,
    )  # fmt: skip
