"""Guards of handlers' pages: the right, and the passphrase."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from ancu.apps.tips import rules
from ancu.apps.tips.selectors.opening import UnlockedKeys
from ancu.apps.tips.services import unlocking
from ancu.core.errors import Http404, require
from ancu.core.web.http import Request, sent_by_script

COOKIE, PATH = "ancu_tips", "/office/tips/"


class HandlersRequest(Request):
    """For annotations: ``unlocked`` has set ``hand`` to the unlocked keys."""

    hand: UnlockedKeys


def require_handler(request: Request) -> None:
    """Raise 403 for a member of an agency who handles no tips, 404 for others."""
    if not request.actor.is_agency:
        raise Http404
    require(rules.is_tip_handler(request.actor))


def handlers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a view for tip handlers only, with or without unlocked keys; its pages are not cached."""

    @never_cache
    @wraps(view)
    def page(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Call the view for a tip handler; 403 or 404 for others."""
        require_handler(request)
        return view(request, *args, **kwargs)

    return page


def unlocked(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Restrict a view to handlers with unlocked keys (``request.hand``); others enter the passphrase first.

    Posted data is not carried over, because it would have to be stored meanwhile. A script asks for the passphrase in
    the page and sends the data then.
    """

    @handlers_only
    @wraps(view)
    def page(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Call the view with the unlocked keys.

        Without them redirect to the passphrase, or answer a script with 401.
        """
        hand = unlocking.get_unlocked_keys(request.actor, request.COOKIES.get(COOKIE, ""))
        if hand is None and sent_by_script(request):
            return HttpResponse(status=401, headers={"X-Sign-In": f"{reverse('tips:unlock')}?next={PATH}"})
        if hand is None:
            back = request.path if request.method == "GET" else reverse("tips:list")
            return redirect(f"{reverse('tips:unlock')}?{urlencode({'next': back})}")
        request.hand = hand
        return view(request, *args, **kwargs)

    return page
