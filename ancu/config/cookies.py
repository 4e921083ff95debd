"""Cookies: their names, where they are valid, and pages that ignore them."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Where nobody's session, account or language is looked at.
WITHOUT_COOKIES = "/tips/"
SCOPED_COOKIES = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
HOST_PREFIX, SECURE_PREFIX = "__Host-", "__Secure-"


class CookiePrefixMiddleware:
    """Give every cookie a name that browsers take from this host alone, by HTTPS alone (RFC 6265bis, 4.1.3).

    A neighbouring host of the domain could else set a session or token of its choice. ``__Host-`` demands the path
    ``/``; a cookie of one part of the site bears ``__Secure-``. Behind this the names are the plain ones.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.SESSION_COOKIE_SECURE:
            return self.get_response(request)
        request.COOKIES = plain_cookies(request.COOKIES)
        response = self.get_response(request)
        for name, cookie in list(response.cookies.items()):
            prefixed = (HOST_PREFIX if cookie["path"] == "/" else SECURE_PREFIX) + name
            del response.cookies[name]
            response.cookies[prefixed] = cookie.value
            response.cookies[prefixed].update(cookie | {"secure": True})
        return response


def plain_cookies(cookies: dict[str, str]) -> dict[str, str]:
    """Return the cookies by their names without the security prefixes (``__Host-``, ``__Secure-``).

    Where this installation prefixes names, cookies without a prefix are left out.
    """
    if not settings.SESSION_COOKIE_SECURE:
        return cookies
    return _with_prefix(cookies, SECURE_PREFIX) | _with_prefix(cookies, HOST_PREFIX)


def _with_prefix(cookies: dict[str, str], prefix: str) -> dict[str, str]:
    """Return the cookies with this prefix, by their names without it."""
    return {name.removeprefix(prefix): value for name, value in cookies.items() if name.startswith(prefix)}


class WithoutCookiesMiddleware:
    """Take the cookies off requests to the pages of tips before anything reads them.

    The browser sends them anyhow. Here no session is opened and no account asked for, so that neither can come into
    a page, a log or an audit. ``cookies_sent`` holds their names alone, by which the page says that they came.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(WITHOUT_COOKIES):
            request.cookies_sent = frozenset(request.COOKIES)  # type: ignore[attr-defined]
            request.META.pop("HTTP_COOKIE", None)
            request.COOKIES = {}
        return self.get_response(request)


class ScopedCookiesMiddleware:
    """Keep the cookies of visitors who are not signed in to the part of the site that set them.

    The token of a petition's form would else travel with every later request, to the pages of tips among them.
    Whoever signs out takes the token of the signed-in pages along.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        cookies = [response.cookies[name] for name in SCOPED_COOKIES if name in response.cookies]
        if cookies and not (hasattr(request, "user") and request.user.is_authenticated):
            for cookie in cookies:
                if cookie["max-age"] != 0:
                    cookie["path"] = f"/{request.path_info.split('/')[1]}"
                elif settings.CSRF_COOKIE_NAME not in response.cookies:
                    response.delete_cookie(settings.CSRF_COOKIE_NAME)
        return response
