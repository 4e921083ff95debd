"""The membership and lodging that a page was opened for, compared with those of the session."""

from typing import Any

from django.http import Http404, HttpRequest

from ancu.apps.accounts.selectors import actor_for_request, membership_to_act_in
from ancu.apps.accounts.views import MEMBERSHIP
from ancu.apps.lodging.selectors import establishments_of, get_establishment, pick
from ancu.core.web.http import parse_whole_number

ESTABLISHMENT = "establishment"  # in the session: the lodging a business works in now
# What chooses another desk, or needs none, may be sent from any page.
FOR_EVERY_DESK = frozenset(
    {"here", "accounts:switch", "stays:switch", "lodging:choose", "set_language", "account_logout", "account_login"}
)


def desk_of(request: HttpRequest) -> str:
    """Return where the session works, as ``12:7``: ids of membership and chosen lodging; either may be empty."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    return f"{actor.membership_id or ''}:{request.session.get(ESTABLISHMENT) or ''}"


def is_desk(request: HttpRequest, desk: str) -> bool:
    """Whether the session works in this membership and lodging (``desk``, such as ``12:7``).

    If no lodging is chosen, the actor's first one counts.
    """
    if desk == desk_of(request):
        return True
    actor: Any = request.actor  # type: ignore[attr-defined]
    membership, chosen = _read(desk)
    if membership != actor.membership_id or not actor.is_lodging:
        return False
    own = establishments_of(actor)
    return bool(own) and pick(own, chosen) == pick(own, request.session.get(ESTABLISHMENT))


def switch_desk(request: HttpRequest, desk: str) -> None:
    """Switch the session to the membership and lodging (``12:7``) in which a page was opened before sign-in.

    Not if the session has chosen any already, or they are not the user's.
    """
    membership, chosen = _read(desk)
    if MEMBERSHIP in request.session or ESTABLISHMENT in request.session or membership is None:
        return
    try:
        request.session[MEMBERSHIP] = membership_to_act_in(request.actor, str(membership))  # type: ignore[attr-defined]
        actor = actor_for_request(request.user, membership)
        if chosen is not None and actor.is_lodging:
            request.session[ESTABLISHMENT] = get_establishment(actor, chosen).pk
    except Http404:
        return


def _read(desk: str) -> tuple[int | None, int | None]:
    """Return the ids of membership and lodging in a text such as ``12:7``; None for a missing one."""
    membership, _colon, chosen = desk.partition(":")
    return parse_whole_number(membership), parse_whole_number(chosen)
