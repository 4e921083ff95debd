"""The request as our views see it, with the actor and htmx; how a refusal becomes a message; a list's addresses."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from ancu.core.actor import Actor
from ancu.core.errors import Conflict


class Request(HttpRequest):
    """For annotations only; ``config.middleware`` puts these on every HttpRequest."""

    actor: Actor
    htmx: HtmxDetails
    establishment: Any  # the lodging that the page is about: its head names it
    in_sandbox: bool  # the page is about what programs try: it says so


def head_names(request: Request, establishment: Any) -> None:
    """Have the head of the page name this lodging, and say so where programs try in it."""
    request.establishment, request.in_sandbox = establishment, establishment.sandbox


def is_same_origin(request: HttpRequest) -> bool:
    """Whether a form was sent from a page of this site, as far as the browser says: needs no token, so no cookie."""
    site, origin = request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Origin", "")
    return site in {"", "same-origin", "none"} and origin in {"", f"{request.scheme}://{request.get_host()}"}


def sent_by_script(request: HttpRequest) -> bool:
    """Whether a page waits for the answer by script (``js/exchange.js``, htmx): no page may be drawn in its place."""
    return request.headers.get("X-Sent-By") == "script" or "HX-Request" in request.headers


def page_before(request: HttpRequest) -> str:
    """Where a button was pressed, as it stands now; "" when the browser names no page, this one, or a stranger's."""
    before = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    return before if ours and before != request.build_absolute_uri() else ""


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To sign-in and back to where somebody was at work.

    A script is answered 401 with the address of sign-in: it asks for it in the page and goes on (``js/reach.js``).
    A form that a browser posted leads back to the page it stood on: its own address answers no GET.
    """
    if sent_by_script(request):
        here = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': reverse('here')})}"
        return HttpResponse(status=401, headers={"X-Sign-In": here})
    return redirect_to_login(page_before(request) or reverse(settings.LOGIN_REDIRECT_URL))


def parse_whole_number(text: str) -> int | None:
    """A number of an address or a form that the database could know, else None: nothing else may reach a query."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def requested_list(parameters: QueryDict, name: str, lists: Collection[str], first: str) -> str:
    """Which of a page's lists the address asks for, ``first`` when none; 404 for one that there is not."""
    chosen = parameters.get(name) or first
    if chosen not in {*lists, first}:
        raise Http404
    return chosen


def mark_private(response: HttpResponse) -> HttpResponse:
    """A public page about somebody: no search engine lists it and no cache keeps it."""
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response


def local_path(text: str) -> str:
    """A path of this site to which a link may lead back; "" for an address elsewhere or nonsense."""
    return text if text.startswith("/") and url_has_allowed_host_and_scheme(text, None) else ""


@contextmanager
def conflicts_as_messages(request: Request) -> Iterator[None]:
    """A Conflict within becomes the message of the next page, in place of what the block would have said at its end."""
    try:
        yield
    except Conflict as refused:
        messages.error(request, str(refused.message))


SOME_NUMBER = 987654321


def url_builder(name: str, *first: object) -> Callable[[object], str]:
    """``reverse(name, args=[*first, key])`` for the many rows of a list, each by its number or code: worked out once,
    since each time costs 0.1 ms."""
    before, after = reverse(name, args=[*first, SOME_NUMBER]).split(str(SOME_NUMBER))
    return lambda key: f"{before}{key}{after}"
