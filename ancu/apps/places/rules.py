"""Permissions for places."""

from ancu.core.actor import Actor


def may_set_remote(actor: Actor) -> bool:
    """The office's administrator may set which communes are remote: their paper form has 24 hours, not 12.

    Law 47/2014/QH13, article 33(2): the law has no list, so the office maintains one with dates.
    """
    return actor.is_office and actor.role == "administrator"
