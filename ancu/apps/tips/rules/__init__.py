"""Who may open, key in, hand over and destroy tips.

Law on Denunciations 25/2018, art. 8 and 47–49, and Law on the Protection of State Secrets 29/2018: who told of a crime
is kept secret by whoever receives it; Criminal Procedure Code 101/2015, art. 144–145: a tip is received in any form.
"""

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
    """A tip handler of an agency; what he can read is still decided by his passphrase."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role == Role.TIP_HANDLER


def may_key_in(actor: Actor) -> bool:
    """Whoever at an agency answers the telephone or the door; once it is sent he cannot read it either."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in KEYS_IN


def may_see_numbers(actor: Actor) -> bool:
    """Handlers, and those who lead, analyse and administer without knowing what was told.

    Whether exact or rounded says ``reads_exact_numbers``.
    """
    return actor.is_agency and actor.role in SEES_NUMBERS


def reads_exact_numbers(actor: Actor) -> bool:
    """Handlers, who open the tips, and the approving officer, who answers for their being answered in time.

    Nobody else needs a single tip: he reads the numbers rounded, and none about fewer than five (ADR 23).
    """
    return actor.is_agency and actor.role in READS_EXACT_NUMBERS


def is_good_passphrase(text: str) -> bool:
    """Four words or sixteen signs, and not one sign over and over."""
    return len(text) >= SHORTEST_PASSPHRASE and len(set(text)) >= 6


def is_active_holder(holder: KeyHolder) -> bool:
    """Confirmed by a colleague, and not gone."""
    return holder.confirmed_at is not None and holder.left_at is None


def may_end(holder: KeyHolder, present: Collection[KeyHolder]) -> bool:
    """Somebody must stay who can open what is there; one who only asked can always be sent away."""
    return holder.left_at is None and (holder.confirmed_at is None or len(present) > 1)


def follows(state: str, to: TipState) -> bool:
    return to in TRANSITIONS[TipState(state)]


def may_confirm_destruction(actor: Actor, tip: Tip) -> bool:
    """Another than who asked for it: what one handler wants gone, a second one has read."""
    return tip.destruction_asked_by_id is not None and not actor.has_conflict_of_interest(tip.destruction_asked_by_id)


def to_the_hour(moment: datetime) -> datetime:
    """As exactly as a source's act is written down."""
    return moment.replace(minute=0, second=0, microsecond=0)
