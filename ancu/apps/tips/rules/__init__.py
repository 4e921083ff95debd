"""Who may open, record, forward and destroy tips."""

from collections.abc import Collection
from datetime import datetime, timedelta

from ancu.apps.accounts.enums import OFFICE_READERS, Role
from ancu.apps.tips.enums import TRANSITIONS, TipState
from ancu.apps.tips.models import KeyHolder, Tip
from ancu.core.actor import Actor, ActorKind
from ancu.core.security.privacy import Keep

LEAST_HOLDERS = 2  # one leaves, falls ill, or has something to hide
SHORTEST_PASSPHRASE = 16
READS_EXACT_NUMBERS = frozenset({Role.TIP_HANDLER, Role.APPROVING_OFFICER})
SEES_NUMBERS = READS_EXACT_NUMBERS | {Role.ANALYST, Role.ADMINISTRATOR}
KEYS_IN = OFFICE_READERS | {Role.HOTLINE_OPERATOR, Role.TIP_HANDLER}
KEPT_FOR = timedelta(days=Keep.TIP.value)


def is_tip_handler(actor: Actor) -> bool:
    """Whether the actor is a tip handler of an agency; reading tips also needs the passphrase."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role == Role.TIP_HANDLER


def may_record(actor: Actor) -> bool:
    """Whether the actor may record a tip for a source.

    Officers who answer the telephone or the door may; they cannot read it afterwards.
    """
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in KEYS_IN


def may_see_numbers(actor: Actor) -> bool:
    """Whether the actor may see numbers of tips: handlers, and those who lead, analyse and administer.

    ``reads_exact_numbers`` decides whether they are exact or rounded.
    """
    return actor.is_agency and actor.role in SEES_NUMBERS


def reads_exact_numbers(actor: Actor) -> bool:
    """Whether the actor sees exact numbers: handlers, and the approving officer responsible for timely answers.

    Others read rounded numbers, and none below five (ADR 23).
    """
    return actor.is_agency and actor.role in READS_EXACT_NUMBERS


def is_good_passphrase(text: str) -> bool:
    """Whether the text has at least 16 characters (``SHORTEST_PASSPHRASE``), with six different ones among them."""
    return len(text) >= SHORTEST_PASSPHRASE and len(set(text)) >= 6


def is_active_holder(holder: KeyHolder) -> bool:
    """Whether the key holder was confirmed by a colleague and has not ended."""
    return holder.confirmed_at is not None and holder.left_at is None


def may_end_holder(holder: KeyHolder, present: Collection[KeyHolder]) -> bool:
    """Whether the holder may be ended: another one of ``present``, the confirmed holders, must remain.

    Somebody who only requested the key can always be refused.
    """
    return holder.left_at is None and (holder.confirmed_at is None or len(present) > 1)


def follows(state: str, to: TipState) -> bool:
    """Whether a tip in the state ``state`` may move to the state ``to``."""
    return to in TRANSITIONS[TipState(state)]


def may_confirm_destruction(actor: Actor, tip: Tip) -> bool:
    """Whether the actor may confirm the requested destruction of the tip: another handler than who requested it."""
    return tip.destruction_asked_by_id is not None and not actor.has_conflict_of_interest(tip.destruction_asked_by_id)


def to_the_hour(moment: datetime) -> datetime:
    """Return the moment rounded down to the full hour; a source's acts are stored no more precisely."""
    return moment.replace(minute=0, second=0, microsecond=0)
