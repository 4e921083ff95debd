"""Changes of rules: drafted, tried on the past year, approved by a second person, in force from their day."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.audit.services import record, required_reason
from ancu.apps.dossiers.enums import RuleDraftState, RuleKind, RuleTrialState
from ancu.apps.dossiers.models import AmendmentWithdrawal, RuleAmendment, RuleDraft
from ancu.apps.dossiers.rules import rule_changes as rules
from ancu.apps.dossiers.rules.rule_values import value_refusal
from ancu.apps.dossiers.selectors.rule_changes import get_rule_draft, present_values, version_on
from ancu.apps.dossiers.selectors.rule_trials import latest_trial
from ancu.apps.dossiers.services.money.locks import RULE_CHANGES, lock_until_commit
from ancu.apps.dossiers.services.rule_trials import start_trial
from ancu.apps.messaging.services.decisions import APPROVED, RETURNED, notify_decision
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, require
from ancu.core.rule_edition import READER
from ancu.engines.rulebook import NotInForce

MOST_REASON = 1000
CALENDAR = frozenset({RuleKind.DAY, RuleKind.HOURS})
WITHDRAWN = pgettext_lazy("decision", "Withdrawn")


@dataclass(frozen=True)
class DraftedChange:
    """What a drafter states: the value, from when, on which legal basis and why."""

    rule: str
    entry: str
    values: dict[str, Any]
    valid_from: date
    article_vi: str
    article_en: str
    reason: str


@transaction.atomic
def draft_change(actor: Actor, *, change: DraftedChange) -> RuleDraft:
    """Store a draft and start its trial on the past year. Conflict for a day before tomorrow or the same value."""
    require(rules.may_change_rules(actor))
    draft = RuleDraft(drafted_by_id=actor.user_id or 0)
    _write(draft, change)
    record(actor, "dossiers.rule_drafted", draft, rule=draft.rule, entry=draft.entry)
    start_trial(actor, draft)
    return draft


@transaction.atomic
def revise_change(actor: Actor, *, draft_id: int, change: DraftedChange) -> RuleDraft:
    """Store the drafter's changes of a draft and try it anew. Conflict once it was sent for approval."""
    draft = _lock(actor, draft_id)
    _require_revisable(actor, draft)
    draft.state = RuleDraftState.DRAFT
    _write(draft, change)
    record(actor, "dossiers.rule_revised", draft, rule=draft.rule, entry=draft.entry)
    start_trial(actor, draft)
    return draft


@transaction.atomic
def try_change(actor: Actor, *, draft_id: int) -> RuleDraft:
    """Try a draft on the past year anew, against the values that are in force now."""
    draft = _lock(actor, draft_id)
    _require_revisable(actor, draft)
    draft.before = _values_before(draft.rule, draft.entry, draft.valid_from)
    draft.save(update_fields=["before"])
    start_trial(actor, draft)
    return draft


@transaction.atomic
def propose_change(actor: Actor, *, draft_id: int) -> RuleDraft:
    """Send a draft for approval; Conflict without a finished trial, or if the rule or the day has moved on."""
    draft = _lock(actor, draft_id)
    _require_revisable(actor, draft)
    _require_current(draft)
    draft.state = RuleDraftState.PROPOSED
    draft.save(update_fields=["state"])
    record(actor, "dossiers.rule_proposed", draft, rule=draft.rule, entry=draft.entry)
    return draft


@transaction.atomic
def approve_change(actor: Actor, *, draft_id: int) -> RuleAmendment:
    """Approve the change as second person: it is in force from midnight of its day, in every process.

    Conflict if it was decided, or if the rule or the day has moved on since.
    """
    draft = _lock(actor, draft_id)
    _require_undecided(draft)
    require(rules.may_decide_draft(actor, draft))
    _require_current(draft)
    _decide(actor, draft, RuleDraftState.APPROVED)
    amendment = RuleAmendment.objects.create(
        draft=draft, replaced=version_on(draft.rule, draft.valid_from), drafted_by_id=draft.drafted_by_id,
        approved_by_id=actor.user_id or 0, approved_at=clock.now(),
        **{field.name: getattr(draft, field.name) for field in fields(DraftedChange)},
    )  # fmt: skip
    if draft.rule in CALENDAR:
        enqueue("dossiers.apply_calendar")
    record(
        actor, "dossiers.rule_approved", draft, rule=draft.rule, entry=draft.entry, change=amendment.pk,
        valid_from=draft.valid_from.isoformat(),
    )  # fmt: skip
    transaction.on_commit(READER.expire)
    return amendment


@transaction.atomic
def return_change(actor: Actor, *, draft_id: int, reason: str) -> RuleDraft:
    """Return the change to its drafter with a reason, as second person; Conflict if it was decided."""
    draft = _lock(actor, draft_id)
    _require_undecided(draft)
    require(rules.may_decide_draft(actor, draft))
    draft.return_reason = required_reason(reason)[:MOST_REASON]
    _decide(actor, draft, RuleDraftState.RETURNED)
    record(actor, "dossiers.rule_returned", draft, reason=draft.return_reason)
    return draft


@transaction.atomic
def withdraw_change(actor: Actor, *, draft_id: int, reason: str) -> AmendmentWithdrawal:
    """Withdraw an approved change before its first day, as second person; Conflict once it is in force."""
    lock_until_commit(RULE_CHANGES)
    amendment = _approved(_lock(actor, draft_id))
    if hasattr(amendment, "withdrawal"):
        raise Conflict("rule_withdrawn", _("This change has already been withdrawn."))
    today = clock.today()
    if amendment.valid_from <= today:
        sentence = _("This change is in force. Draft a further change to replace it.")
        raise Conflict("rule_in_force", sentence)
    require(rules.may_withdraw_amendment(actor, amendment, today))
    withdrawal = AmendmentWithdrawal.objects.create(
        amendment=amendment, reason=required_reason(reason)[:MOST_REASON], withdrawn_by_id=actor.user_id or 0,
        withdrawn_at=clock.now(),
    )  # fmt: skip
    if amendment.rule in CALENDAR:
        enqueue("dossiers.apply_calendar")
    record(actor, "dossiers.rule_withdrawn", amendment.draft, change=amendment.pk, reason=withdrawal.reason)
    _notify_drafter(actor, amendment.draft, WITHDRAWN)
    transaction.on_commit(READER.expire)
    return withdrawal


def _lock(actor: Actor, draft_id: int) -> RuleDraft:
    """Return the draft, locked; 403 without the right to change rules."""
    return get_rule_draft(actor, draft_id, lock=True)


def _approved(draft: RuleDraft) -> RuleAmendment:
    """Return the draft's approved change; Conflict if it was not approved."""
    if draft.state != RuleDraftState.APPROVED:
        raise Conflict("rule_not_approved", _("This change has not been approved."))
    return draft.amendment


def _write(draft: RuleDraft, change: DraftedChange) -> None:
    """Store what the drafter stated; Conflict for a day before tomorrow, an unknown entry or an equal value."""
    _require_ahead(change.valid_from)
    for field in fields(change):
        setattr(draft, field.name, getattr(change, field.name))
    draft.before = _values_before(change.rule, change.entry, change.valid_from)
    if draft.before == draft.values:
        raise Conflict("rule_unchanged", _("This is the value already in force on that day. Enter another value."))
    _require_allowed(draft)
    draft.drafted_at = clock.now()
    draft.save()


def _values_before(rule: str, entry: str, on: date) -> dict[str, Any]:
    """Return the values that a change would replace; Conflict if the rulebook has none for that day."""
    try:
        return present_values(rule, entry, on)
    except (KeyError, NotInForce):
        sentence = _("The rulebook has no value for that day. Enter another day.")
        raise Conflict("rule_unknown", sentence) from None


def _require_allowed(draft: RuleDraft) -> None:
    """Raise Conflict for a value that the law's other rules do not allow, such as a compared answer left out."""
    if refusal := value_refusal(draft.rule, draft.entry, draft.values, draft.valid_from):
        raise Conflict("rule_refused", refusal)


def _require_ahead(day: date) -> None:
    """Raise Conflict for a first day before tomorrow, by the calendar of Viet Nam."""
    if day <= clock.today():
        raise Conflict("rule_day_past", _("A change can take effect tomorrow or later. Enter a later day."))


def _require_revisable(actor: Actor, draft: RuleDraft) -> None:
    """Raise Conflict for a draft that waits for approval or was approved, 403 for another person's draft."""
    if draft.state not in rules.OPEN_DRAFTS:
        raise Conflict("rule_sent", _("This change was already sent for approval."))
    require(rules.may_revise_draft(actor, draft))


def _require_undecided(draft: RuleDraft) -> None:
    """Raise Conflict unless the change waits for approval."""
    if draft.state != RuleDraftState.PROPOSED:
        raise Conflict("rule_decided", _("This change is not waiting for approval any more."))


def _require_current(draft: RuleDraft) -> None:
    """Raise Conflict for a day before tomorrow, without a finished trial, or if the rule changed since it.

    Approvals wait for each other here, and this process reads those of others first.
    """
    lock_until_commit(RULE_CHANGES)
    READER.read()
    _require_ahead(draft.valid_from)
    trial = latest_trial(draft)
    if trial is None or trial.state != RuleTrialState.DONE:
        raise Conflict("rule_not_tried", _("The test on the past year is not finished yet."))
    if _values_before(draft.rule, draft.entry, draft.valid_from) != draft.before:
        sentence = _("The rule has changed since this draft was tested. The drafter must test it again first.")
        raise Conflict("rule_tried_before", sentence)
    _require_allowed(draft)


def _decide(actor: Actor, draft: RuleDraft, state: RuleDraftState) -> None:
    """Store the second person's decision, and notify the drafter."""
    draft.state, draft.decided_by_id, draft.decided_at = state, actor.user_id, clock.now()
    draft.save(update_fields=["state", "decided_by", "decided_at", "return_reason"])
    _notify_drafter(actor, draft, APPROVED if state == RuleDraftState.APPROVED else RETURNED)


def _notify_drafter(actor: Actor, draft: RuleDraft, outcome: Promise) -> None:
    """Notify the drafter that the change was approved, returned or withdrawn."""
    notify_decision(
        actor=actor, asked_by_id=draft.drafted_by_id, outcome=outcome, matter=_("change of a rule no."),
        name=str(draft.pk), subject=("rule_change", draft.pk),
        path=reverse("dossiers:rule-change", args=[draft.pk]), has_reason=outcome is not APPROVED,
    )  # fmt: skip
