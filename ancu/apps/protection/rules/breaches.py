"""Who keeps the register of breaches, and the clock of 72 hours.

The authority for the protection of personal data is notified within 72 hours (Law 91/2025/QH15).
"""

from datetime import datetime, timedelta

from ancu.apps.accounts.rules import administers_officers
from ancu.apps.protection.enums import BREACH_TRANSITIONS, BreachNotice, BreachState
from ancu.apps.protection.models import Breach
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.transitions import follows

NOTIFY_WITHIN = timedelta(hours=72)
WARN_AFTER_HOURS = (48, 66, 72)


def keeps_breaches(actor: Actor) -> bool:
    """Whether the actor administers the office and so keeps the register of breaches."""
    return administers_officers(actor)


def deadline(breach: Breach) -> datetime:
    """Return when the authority must be notified at the latest: 72 hours after discovery, weekends included."""
    return breach.discovered_at + NOTIFY_WITHIN


def is_running(breach: Breach) -> bool:
    """Whether the authority must still be notified: the breach is neither notified nor closed."""
    return breach.state == BreachState.NOTED


def is_over(breach: Breach) -> bool:
    """Whether the deadline has passed while the authority must still be notified."""
    return is_running(breach) and clock.now() > deadline(breach)


def was_late(breach: Breach) -> bool:
    """Whether the authority was notified after the deadline."""
    return breach.notified_at is not None and breach.notified_at > deadline(breach)


def hours_since(breach: Breach) -> int:
    """Return the full hours since the breach was discovered."""
    return int((clock.now() - breach.discovered_at).total_seconds() // 3600)


def warning_due(breach: Breach) -> int:
    """Return the latest warning hour (48, 66 or 72) that has passed without a warning sent; 0 if none is due.

    0 also once the authority was notified or the breach closed.
    """
    passed = [hours for hours in WARN_AFTER_HOURS if hours_since(breach) >= hours > breach.warned_hours]
    return max(passed, default=0) if is_running(breach) else 0


def may_change(actor: Actor, breach: Breach) -> bool:
    """Whether the actor may change the record of the breach: an administrator of the office, until it is closed."""
    return keeps_breaches(actor) and breach.state != BreachState.CLOSED


def may_notify(actor: Actor, breach: Breach) -> bool:
    """Whether the actor may record that the authority was notified: an administrator of the office, once."""
    return keeps_breaches(actor) and follows(BREACH_TRANSITIONS, breach.state, BreachState.NOTIFIED)


def may_add_phase(actor: Actor, breach: Breach) -> bool:
    """Whether the actor may record further information given to the authority: between notification and closing."""
    return keeps_breaches(actor) and breach.state == BreachState.NOTIFIED


def may_close(actor: Actor, breach: Breach) -> bool:
    """Whether the actor may close the breach: once it is decided whether the people concerned are informed."""
    return may_change(actor, breach) and breach.telling != BreachNotice.OPEN
