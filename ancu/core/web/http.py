"""Requests as our views see them: actor, scripts, safe addresses, conflicts as messages."""

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


def show_lodging_in_header(request: Request, establishment: Any) -> None:
    """Make the page's header name this lodging, with a mark if it is a sandbox in which programs try the API."""
    request.establishment, request.in_sandbox = establishment, establishment.sandbox


def is_same_origin(request: HttpRequest) -> bool:
    """Whether nothing in the browser's headers says that another site sent the request.

    True if the browser sends no such headers. It replaces a CSRF token and its cookie.
    """
    site, origin = request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Origin", "")
    return site in {"", "same-origin", "none"} and origin in {"", f"{request.scheme}://{request.get_host()}"}


def sent_by_script(request: HttpRequest) -> bool:
    """Whether a script (``js/exchange.js``, htmx) waits for the response, so that no full page may replace it."""
    return request.headers.get("X-Sent-By") == "script" or "HX-Request" in request.headers


def page_before(request: HttpRequest) -> str:
    """Return the address of the page from which this request was sent; "" if unknown, foreign or the same."""
    before = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    return before if ours and before != request.build_absolute_uri() else ""


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to sign-in and back afterwards to the page from which this request was sent.

    That page counts because the address of a posted form answers no GET. A script gets 401 with the address of sign-
    in: it signs in within the page and goes on (``js/reach.js``).
    """
    if sent_by_script(request):
        here = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': reverse('here')})}"
        return HttpResponse(status=401, headers={"X-Sign-In": here})
    return redirect_to_login(page_before(request) or reverse(settings.LOGIN_REDIRECT_URL))


def parse_whole_number(text: str) -> int | None:
    """Return the whole number that a text is; None if it is none or beyond the database's range."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def requested_list(parameters: QueryDict, name: str, lists: Collection[str], first: str) -> str:
    """Return which of a page's ``lists`` the address asks for in the parameter ``name``, or ``first``.

    Raises Http404 for an unknown one.
    """
    chosen = parameters.get(name) or first
    if chosen not in {*lists, first}:
        raise Http404
    return chosen


def mark_private(response: HttpResponse) -> HttpResponse:
    """Return the response, marked so that search engines do not list it and nothing stores it."""
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response


def local_path(text: str) -> str:
    """Return ``text`` if it is a path of this site, so that it is safe to link back to; else ""."""
    return text if text.startswith("/") and url_has_allowed_host_and_scheme(text, None) else ""


@contextmanager
def conflicts_as_messages(request: Request) -> Iterator[None]:
    """Context manager that turns a Conflict raised in its block into an error message on the next page."""
    try:
        yield
    except Conflict as refused:
        messages.error(request, str(refused.message))


SOME_NUMBER = 987654321


def url_builder(name: str, *first: object) -> Callable[[object], str]:
    """Return a fast ``reverse(name, args=[*first, key])`` for list rows, which differ by number or code only.

    The address is resolved once, because each time costs 0.1 ms.
    """
    before, after = reverse(name, args=[*first, SOME_NUMBER]).split(str(SOME_NUMBER))
    return lambda key: f"{before}{key}{after}"
