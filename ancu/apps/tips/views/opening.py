"""What every page of handlers asks first: may he, and has he given his passphrase?"""

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
    """For annotations: ``unlocked`` has put the hand on it."""

    hand: UnlockedKeys


def require_handler(request: Request) -> None:
    """An agency's member who handles no tips is refused; to others these pages are not there."""
    if not request.actor.is_agency:
        raise Http404
    require(rules.is_tip_handler(request.actor))


def handlers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Tip handlers, whether they have unlocked or not."""

    @never_cache
    @wraps(view)
    def page(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        require_handler(request)
        return view(request, *args, **kwargs)

    return page


def unlocked(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """``request.hand`` opens envelopes; who has not given his passphrase is asked for it, and brought back.

    What he posted is not carried over: words about a tip would have to lie somewhere meanwhile. A script asks for the
    passphrase in the page, where they stand, and sends them then.
    """

    @handlers_only
    @wraps(view)
    def page(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        hand = unlocking.get_unlocked_keys(request.actor, request.COOKIES.get(COOKIE, ""))
        if hand is None and sent_by_script(request):
            return HttpResponse(status=401, headers={"X-Sign-In": f"{reverse('tips:unlock')}?next={PATH}"})
        if hand is None:
            back = request.path if request.method == "GET" else reverse("tips:list")
            return redirect(f"{reverse('tips:unlock')}?{urlencode({'next': back})}")
        request.hand = hand
        return view(request, *args, **kwargs)

    return page
