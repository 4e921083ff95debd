"""Somebody loses a role: each app ends what hung on it (``hooks``, ``ends_access``), in the same transaction.

``ends_access(actor, user_id) → list`` of sentences about what others must do now. Each asks which memberships the
person still has, so that it may be called after any of them ended: what another role still allows stays.

Who offers: accounts (sessions, keys of programs, leaves, proposals), messaging (push addresses), tips (unit keys),
stays (phones).
"""

from ancu.core.actor import Actor
from ancu.core.registry.hooks import offered


def end_access(actor: Actor, user_id: int) -> list[str]:
    """End what the person may no longer do; return what others must do now."""
    return [sentence for end in offered("ends_access") for sentence in end(actor, user_id)]
