"""What a person does with an alert: confirm, dismiss with a reason, ask the lodging, refer it to the province."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.messaging.services import notify_decision, post
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import AlertState, DismissReason, Step
from ancu.apps.oversight.models import Alert, Trace
from ancu.apps.oversight.selectors import get_alert
from ancu.apps.oversight.selectors.inbox import CONVERSATION, topic_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require


@transaction.atomic
def confirm(actor: Actor, *, alert_id: int, reason: str = "") -> Alert:
    """The fact is as the alert says. 404, 403, and Conflict ``alert_moved`` when it was decided meanwhile."""
    alert = _locked(actor, alert_id, AlertState.CONFIRMED)
    return _decide(actor, alert, AlertState.CONFIRMED, reason)


@transaction.atomic
def dismiss(actor: Actor, *, alert_id: int, dismissed_for: str, reason: str) -> Alert:
    """The alert says nothing, for a reason of the list and in words: the rule is judged by both."""
    alert = _locked(actor, alert_id, AlertState.DISMISSED)
    if dismissed_for not in DismissReason.values or not reason.strip():
        raise Conflict("reason_missing", _("Please choose a reason and say it in a sentence."))
    alert.dismissed_for = dismissed_for
    return _decide(actor, alert, AlertState.DISMISSED, reason, dismissed_for=dismissed_for)


@transaction.atomic
def ask(actor: Actor, *, alert_id: int, question: str) -> Alert:
    """Write to the lodging in a conversation of this alert's own; asked again, the same one goes on.

    Nothing of the alert is told but what the officer writes.
    """
    alert = get_alert(actor, alert_id, lock=True)
    require(rules.decides(actor, alert))
    if not rules.may_ask(actor, alert):
        raise overtaken_conflict(actor, "alert_moved", alert)
    if not question.strip():
        raise Conflict("question_missing", _("Please write your question."))
    post(actor=actor, kind=CONVERSATION, subject_id=alert.establishment_id, topic=topic_of(alert), body=question)
    alert.state, alert.asked_at = AlertState.ASKED, clock.now()
    return _keep(actor, alert, Step.ASKED)


@transaction.atomic
def refer(actor: Actor, *, alert_id: int, reason: str = "") -> Alert:
    """The commune passes it on: it stands among those the province was asked to look at."""
    alert = get_alert(actor, alert_id, lock=True)
    require(rules.decides(actor, alert) and not actor.is_office)
    if not rules.may_refer(actor, alert):
        raise overtaken_conflict(actor, "alert_moved", alert)
    alert.referred_at = clock.now()
    return _keep(actor, alert, Step.REFERRED, reason)


def _locked(actor: Actor, alert_id: int, to: AlertState) -> Alert:
    alert = get_alert(actor, alert_id, lock=True)
    require(rules.decides(actor, alert))
    if not rules.follows(alert.state, to):
        raise overtaken_conflict(actor, "alert_moved", alert)
    return alert


def _decide(actor: Actor, alert: Alert, to: AlertState, reason: str, **details: Any) -> Alert:
    alert.state, alert.reason = to, reason.strip()[:1000]
    alert.decided_at, alert.decided_by_id, alert.decided_severity = clock.now(), actor.user_id, alert.severity
    _notify_referrer(actor, alert, to)
    return _keep(actor, alert, Step(to.value), reason, **details)


def _notify_referrer(actor: Actor, alert: Alert, outcome: AlertState) -> None:
    """The officer of the commune who referred it reads what the province decided."""
    referral = (
        Trace.objects.filter(alert=alert, step=Step.REFERRED).order_by("-pk").first() if actor.is_office else None
    )
    if referral is not None:
        notify_decision(
            actor=actor, asked_by_id=referral.user_id, outcome=outcome.label, matter=_("alert no."), name=str(alert.pk),
            subject=("alert", alert.pk), path=reverse("oversight:alert", args=[alert.pk]),
            has_reason=bool(alert.reason),
        )  # fmt: skip


def _keep(actor: Actor, alert: Alert, step: Step, reason: str = "", **details: Any) -> Alert:
    """The row, its trace and the audit's event; the row is locked by the caller."""
    alert.save()
    Trace.objects.create(
        alert=alert, at=clock.now(), step=step, user_id=actor.user_id, severity=alert.severity, digest=alert.digest,
        evidence=None, reason=reason.strip()[:1000],
    )  # fmt: skip
    record(actor, f"oversight.{step.value}", alert, rule=alert.rule, **details)
    return alert
