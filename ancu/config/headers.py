"""Response headers: what a page may use, who may embed it, and who may cache it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# A lodging's place and a spoken tip are the only ones that a page of ours asks for; cameras come with a file's choice.
PERMISSIONS_POLICY = "geolocation=(self), microphone=(self), camera=(), display-capture=(), midi=(), payment=(), usb=()"
OPEN_DATA = "/results/"  # figures and pictures that other sites may show


class BrowserRulesMiddleware:
    """``Permissions-Policy``, ``Cross-Origin-Resource-Policy``, and ``no-store`` for whoever has a session.

    Without it the next person at a shared computer reads by *Back* what the last one saw, also after he signed out.
    What was typed into a form is not the browser's to keep either: drafts are (``static/js/drafts.js``), encrypted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "HX-Request" not in request.headers:  # a part of a page goes by what its page may do
            response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        shown_anywhere = request.path_info.startswith(OPEN_DATA)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if shown_anywhere else "same-origin"
        if belongs_to_session(request, response):
            response.headers["Cache-Control"] = "no-store"
        return response


def belongs_to_session(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the response depends on a session or API key, so that no shared cache may store it.

    Pages of tips have neither (``WithoutCookiesMiddleware``).
    """
    cookie = settings.SESSION_COOKIE_NAME
    return bool(request.COOKIES.get(cookie)) or cookie in response.cookies or "Authorization" in request.headers
