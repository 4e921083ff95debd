"""Decisions on an alert: confirm, dismiss with a reason, ask the lodging, refer to the province."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.messaging.services import notify_decision, post_message
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import TRANSITIONS, AlertState, AlertStep, DismissReason
from ancu.apps.oversight.models import Alert, AlertTrace
from ancu.apps.oversight.selectors import get_alert
from ancu.apps.oversight.selectors.inbox import CONVERSATION, topic_of
from ancu.apps.oversight.selectors.words import false_cases
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.transitions import follows


@transaction.atomic
def confirm(actor: Actor, *, alert_id: int, reason: str = "", ruled_out: Collection[str] = ()) -> Alert:
    """Confirm the alert; ``ruled_out`` are the places of the cases that would make it wrong and do not apply.

    404, 403, or Conflict ``alert_moved`` if it was decided in the meantime.
    """
    alert = _lock_alert(actor, alert_id, AlertState.CONFIRMED)
    cases = "; ".join(case for place, case in enumerate(false_cases(alert)) if str(place) in ruled_out)
    checked = gettext("Ruled out: %(cases)s.") % {"cases": cases} if cases else ""
    return _decide(actor, alert, AlertState.CONFIRMED, "\n".join(filter(None, [reason.strip(), checked])))


@transaction.atomic
def dismiss(actor: Actor, *, alert_id: int, dismissed_for: str, reason: str) -> Alert:
    """Dismiss the alert with a listed reason and an explanation, which are used to review the rule.

    Conflict if either is missing, or if the alert was decided meanwhile.
    """
    alert = _lock_alert(actor, alert_id, AlertState.DISMISSED)
    if dismissed_for not in DismissReason.values or not reason.strip():
        raise Conflict("reason_missing", _("Choose a reason and explain it in a sentence."))
    alert.dismissed_for = dismissed_for
    return _decide(actor, alert, AlertState.DISMISSED, reason, dismissed_for=dismissed_for)


@transaction.atomic
def ask(actor: Actor, *, alert_id: int, question: str) -> Alert:
    """Write a question to the lodging in the alert's own conversation; a second question continues it.

    The lodging reads only the officer's words, nothing of the alert. Conflict if the lodging cannot be asked now.
    """
    alert = get_alert(actor, alert_id, lock=True)
    require(rules.decides(actor, alert))
    if not rules.may_ask(actor, alert):
        raise overtaken_conflict(actor, "alert_moved", alert)
    if not question.strip():
        raise Conflict("question_missing", _("Enter your question."))
    post_message(
        actor=actor, kind=CONVERSATION, subject_id=alert.establishment_id, topic=topic_of(alert.pk), body=question
    )
    alert.state, alert.asked_at = AlertState.LODGING_ASKED, clock.now()
    return _save_with_trace(actor, alert, AlertStep.LODGING_ASKED)


@transaction.atomic
def refer(actor: Actor, *, alert_id: int, reason: str = "") -> Alert:
    """Refer the alert from the commune to the province; Conflict if it was referred or decided before."""
    alert = get_alert(actor, alert_id, lock=True)
    require(rules.decides(actor, alert) and not actor.is_office)
    if not rules.may_refer(actor, alert):
        raise overtaken_conflict(actor, "alert_moved", alert)
    alert.referred_at = clock.now()
    return _save_with_trace(actor, alert, AlertStep.REFERRED, reason)


def _lock_alert(actor: Actor, alert_id: int, to: AlertState) -> Alert:
    """Return the locked alert that the actor may decide; Conflict if it cannot go to the state ``to``."""
    alert = get_alert(actor, alert_id, lock=True)
    require(rules.decides(actor, alert))
    if not follows(TRANSITIONS, alert.state, to):
        raise overtaken_conflict(actor, "alert_moved", alert)
    return alert


def _decide(actor: Actor, alert: Alert, to: AlertState, reason: str, **details: Any) -> Alert:
    """Save the decision on the alert and notify the officer who referred it."""
    alert.state, alert.reason = to, reason.strip()[:1000]
    alert.decided_at, alert.decided_by_id, alert.decided_severity = clock.now(), actor.user_id, alert.severity
    _notify_referrer(actor, alert, to)
    return _save_with_trace(actor, alert, AlertStep(to.value), reason, **details)


def _notify_referrer(actor: Actor, alert: Alert, outcome: AlertState) -> None:
    """Notify the commune's officer who referred the alert, if the province has decided on it."""
    referral = (
        AlertTrace.objects.filter(alert=alert, step=AlertStep.REFERRED).order_by("-pk").first()
        if actor.is_office
        else None
    )
    if referral is not None:
        notify_decision(
            actor=actor, asked_by_id=referral.user_id, outcome=outcome.label, matter=_("alert no."), name=str(alert.pk),
            subject=("alert", alert.pk), path=reverse("oversight:alert", args=[alert.pk]),
            has_reason=bool(alert.reason),
        )  # fmt: skip


def _save_with_trace(actor: Actor, alert: Alert, step: AlertStep, reason: str = "", **details: Any) -> Alert:
    """Save the alert, and record the step in the alert's history and in the audit.

    The caller has locked the row. ``details`` are added to the audit event.
    """
    alert.save()
    AlertTrace.objects.create(
        alert=alert, at=clock.now(), step=step, user_id=actor.user_id, severity=alert.severity, digest=alert.digest,
        evidence=None, reason=reason.strip()[:1000],
    )  # fmt: skip
    record(actor, f"oversight.{step.value}", alert, rule=alert.rule, **details)
    return alert
