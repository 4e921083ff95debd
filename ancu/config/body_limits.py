"""Limits on a request's body: a megabyte, more only for files, after sign-in where it is required.

``ancu.config.asgi`` asks before it receives more than a megabyte; the middleware says it again to whoever runs the
program under another server, and words the refusal.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve

from ancu.apps.accounts.selectors import organisation_program
from ancu.apps.lodging.selectors import program_by_session, program_by_token
from ancu.apps.stays.views.ministry import envelope
from ancu.config.cookies import plain_cookies
from ancu.config.sessions import SessionStore
from ancu.core.web.http import to_sign_in
from ancu.core.web.problems import SENTENCES, failure

MEGABYTE = 1024 * 1024
SMALL = MEGABYTE
"""What anybody may send to any address."""
REFUSED = "ancu.body_refused"
"""In the WSGI environment: the status with which a body was refused; it was not received."""
TOO_SLOW, TOO_LARGE, NO_MEMORY = 408, 413, 503
RETRY_AFTER = 30  # seconds

# Addresses to which files come, in megabytes: the form's own bound and what surrounds the files. A program's calls
# are bounded again by what they are about.
OF_FILES = {
    "api:declare": 9, "api:declare_file": 65, "api:read_document": 20, "api:send_file": 65, "api:list_dossiers": 65,
    "api:give_paper": 40, "api:read_upload": 2, "ministry:declare": 9,
    "community:bank": 52, "community:photos": 30, "contact:report-new": 52,
    "dossiers:begin-at-counter": 40, "dossiers:counter-paper": 40, "dossiers:group-fill": 5,
    "dossiers:group-paper": 40, "dossiers:group-papers": 80,
    "dossiers:legal-file": 60, "dossiers:mandate-new": 40,
    "dossiers:office-correct": 60, "dossiers:office-result": 60, "dossiers:paper": 40,
    "dossiers:passport-first": 40,
    "dossiers:statements": 52, "dossiers:workers-import": 5, "files:upload": 2,
    "listening:act": 52, "listening:add": 52, "listening:hotline": 52, "listening:new": 52, "listening:room": 52,
    "messaging:thread": 52, "reporting:upload": 3,
    "stays:photo": 20, "stays:photos": 60, "stays:photos_add": 60, "stays:photos_group": 60, "stays:upload": 52,
    "surveys:scans": 100, "tips:answer": 45, "tips:new": 45, "tips:write": 45,
}  # fmt: skip
# Where programs come to: our own API, and the addresses of the ministry's, which is spoken here too.
OF_PROGRAMS = ("/api/", "/client-service/", "/authorization-service/", "/cms-backend/")


def body_limit(environ: dict[str, Any]) -> int:
    """Return the most bytes this request's body may have, from its headers and who sends it.

    It may query the database for the user or program.
    """
    request = WSGIRequest(environ)
    request.session = SessionStore(plain_cookies(request.COOKIES).get(settings.SESSION_COOKIE_NAME))
    return _limit(request, lambda: get_user(request).is_authenticated)


def _limit(request: HttpRequest, is_signed_in: Callable[[], bool]) -> int:
    """Return the most bytes of the request's body: one megabyte, more for views that receive files.

    More only for users or programs that may send there; ``is_signed_in`` is called only if it matters.
    """
    try:
        match = resolve(request.path_info)
    except Http404:
        return SMALL
    megabytes = OF_FILES.get(match.view_name)
    if megabytes is None or request.method not in {"POST", "PUT", "PATCH"}:
        return SMALL
    if request.path_info.startswith(OF_PROGRAMS):
        may_send = _has_valid_key(request)
    else:
        may_send = not getattr(match.func, "login_required", True) or is_signed_in()
    return megabytes * MEGABYTE if may_send else SMALL


def _has_valid_key(request: HttpRequest) -> bool:
    """Whether the request has a valid API key."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        return False
    return bool(program_by_token(secret) or program_by_session(secret) or organisation_program(secret))


def refuse_program(request: HttpRequest) -> HttpResponse | None:
    """Return the refusal (413 or 503) of an API request whose body was not received; None if it was received.

    None too if the program's API key must be checked first.
    """
    status = refusal(request)
    takes_files = resolve(request.path_info).view_name in OF_FILES
    if not status or (status == TOO_LARGE and takes_files and not _has_valid_key(request)):
        return None
    code = "body_too_large" if status == TOO_LARGE else "unavailable"
    if not request.path_info.startswith(OF_PROGRAMS[0]):
        return envelope(status, SENTENCES[code][0])
    return failure(code, status, retry_safe=status != TOO_LARGE, retry_after=RETRY_AFTER)


class BodyLimitMiddleware:
    """Refuse a form whose body is too large or too slow, or for which memory is lacking.

    A signed-out user is redirected to sign-in first, because the body may be allowed with a session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_arguments: object) -> HttpResponse | None:
        """Return the refusal of a too large form; None if its body was received.

        Signed-out users are asked to sign in first.
        """
        status = refusal(request)
        if not status:
            return None
        if status == TOO_LARGE and getattr(view, "login_required", True) and not request.user.is_authenticated:
            return to_sign_in(request)
        response = render(request, "413.html", {"status": status}, status=status)
        if status != TOO_LARGE:
            response.headers["Retry-After"] = str(RETRY_AFTER)
        response._has_been_logged = True  # type: ignore[attr-defined]  # of a tip not even the second is logged
        return response


def refusal(request: HttpRequest) -> int:
    """Return the status (413 or 503) with which this request's body was refused; 0 if it was not."""
    if REFUSED in request.META:
        return int(request.META[REFUSED])
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length <= SMALL or request.path_info.startswith(OF_PROGRAMS):
        return 0
    return TOO_LARGE if length > _limit(request, lambda: request.user.is_authenticated) else 0
