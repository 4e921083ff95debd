"""Permissions for places."""

from ancu.core.actor import Actor


def may_set_remote(actor: Actor) -> bool:
    """The office's administrator says which communes are remote: there the paper form has 24 hours, not 12.

    Law 47/2014/QH13, article 33(2): the law gives no list, so the office keeps it with dates.
    """
    return actor.is_office and actor.role == "administrator"
