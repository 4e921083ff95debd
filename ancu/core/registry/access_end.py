"""The end of a role: each app ends what depended on it, in the same transaction.

A handler takes the actor and the id of the user who lost a role, and returns sentences about what others must do now.
It asks which memberships the user still has, so that it may be called after any of them ended: what another role still
allows stays. Handlers end sessions, API keys, delegations and proposals (accounts), push addresses (messaging), unit
keys (tips) and devices (stays).
"""

from collections.abc import Callable

from ancu.core.actor import Actor
from ancu.core.registry import Hook

ACCESS_END_HANDLERS: Hook[Callable[[Actor, int], list[str]]] = Hook()


def end_access(actor: Actor, user_id: int) -> list[str]:
    """End in every app the rights and tasks that depended on a role which ``user_id`` lost.

    Returns sentences about what other people must do now; empty if nothing.
    """
    return [sentence for handler in ACCESS_END_HANDLERS for sentence in handler(actor, user_id)]
