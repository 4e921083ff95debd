"""Permissions for webhooks, and the retry schedule."""

import random
from datetime import datetime, timedelta

from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.rules import may_manage
from ancu.apps.programs.enums import TRANSITIONS, DeliveryState
from ancu.core.actor import Actor, ActorKind

MOST_WEBHOOKS = 5  # of one lodging
TRIED_FOR = timedelta(hours=24)
FORMER_SECRET = timedelta(hours=24)
# Seconds until the next try: a server that restarts is asked at once again, one that is down over night in the morning.
WAITS = (5, 30, 120, 600, 1800, 3600, 2 * 3600, 4 * 3600)
JITTER = 0.2


def may_manage_webhooks(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor may manage the lodging's webhooks: its manager or its own program."""
    if actor.kind is ActorKind.TOKEN:
        return actor.establishment_id == establishment.pk
    return may_manage(actor, establishment)


def may_add(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor may add a webhook; not for a closed lodging, which has no events to send."""
    return may_manage_webhooks(actor, establishment) and establishment.status != EstablishmentStatus.CLOSED


def next_try(attempts: int, now: datetime, give_up_at: datetime, *, asked_for: int = 0) -> datetime:
    """Return when to send a message again after ``attempts`` failures: growing, randomised waits.

    The wait is at least ``asked_for`` seconds, as the receiving server asked; never later than ``give_up_at``.
    """
    wait = WAITS[min(attempts, len(WAITS)) - 1] * random.uniform(1 - JITTER, 1 + JITTER)
    return min(now + timedelta(seconds=max(wait, asked_for)), give_up_at)


def follows(before: str, after: str) -> bool:
    """Whether a webhook delivery may go from the state ``before`` to the state ``after``."""
    return DeliveryState(after) in TRANSITIONS[DeliveryState(before)]
