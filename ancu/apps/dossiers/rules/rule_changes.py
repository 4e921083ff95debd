"""Rules of the office's changes of rules: who drafts, who decides, and until when a change may be withdrawn."""

from datetime import date

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers.enums import ReturnReason, RuleDraftState, RuleKind
from ancu.apps.dossiers.models import RuleAmendment, RuleDraft
from ancu.core.actor import Actor

DRAFTERS = frozenset({Role.APPROVING_OFFICER, Role.ADMINISTRATOR})
OPEN_DRAFTS = frozenset({RuleDraftState.DRAFT, RuleDraftState.RETURNED})


def may_change_rules(actor: Actor) -> bool:
    """Whether the actor may draft changes of rules and read them: the office's administrator and approving officers."""
    return actor.is_office and actor.role in DRAFTERS


def may_end_reason(rule: str, code: str) -> bool:
    """Whether a reason of a list can be ended: those that the program gives or compares itself are kept."""
    return rule != RuleKind.RETURN_REASON or code not in set(ReturnReason)


def may_revise_draft(actor: Actor, draft: RuleDraft) -> bool:
    """Whether the actor may edit the draft: its drafter, until it is sent for approval or after it was returned."""
    return may_change_rules(actor) and draft.drafted_by_id in actor.own_user_ids and draft.state in OPEN_DRAFTS


def may_decide_draft(actor: Actor, draft: RuleDraft) -> bool:
    """Whether the actor may approve or return the change: a second person, without a conflict of interest."""
    is_second = not actor.has_conflict_of_interest(draft.drafted_by_id)
    return may_change_rules(actor) and is_second and draft.state == RuleDraftState.PROPOSED


def may_withdraw_amendment(actor: Actor, amendment: RuleAmendment, today: date) -> bool:
    """Whether the actor may withdraw the approved change: a second person, on a day before it takes effect."""
    is_second = not actor.has_conflict_of_interest(amendment.drafted_by_id)
    is_ahead = today < amendment.valid_from and not hasattr(amendment, "withdrawal")
    return may_change_rules(actor) and is_second and is_ahead
