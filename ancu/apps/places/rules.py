"""Permissions for places."""

from ancu.core.actor import Actor


def may_set_remote(actor: Actor) -> bool:
    """Whether the actor may set which communes are remote: the administrator of the provincial office.

    Lodgings in remote communes have 24 hours for the paper form, not 12 (Law 47/2014/QH13, article 33(2)). The law
    has no list, so the office maintains one with dates.
    """
    return actor.is_office and actor.role == "administrator"
