"""The length of sessions: officers' 15 minutes without an act and 8 hours in all, others' about 30 days.

Everybody else's is Django's own (``SESSION_COOKIE_AGE``). An officer's end is written into the session as a moment, so
that nothing but work moves it: not what a page asks for by itself, however often.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ancu.apps.accounts.selectors import is_officer
from ancu.core import clock
from ancu.core.web.http import sent_by_script

IDLE = timedelta(minutes=15)
IN_ALL = timedelta(hours=8)
WRITTEN_EVERY = timedelta(minutes=1)  # a busy officer costs one write a minute, and loses none of the fifteen
BEGAN, WORKED = "officer_began", "officer_worked"


def start_limits(request: HttpRequest, user: Any, **_more: Any) -> None:
    """At an officer's sign-in, set when the session ends (signal handler); nothing for anybody else."""
    if is_officer(user.pk):
        request.session[BEGAN] = clock.now().timestamp()
        _extend_session(request)


def is_work(request: HttpRequest) -> bool:
    """Whether the request is a person's act, a form sent or page opened, rather than fetched by a script.

    Only such acts extend an officer's session.
    """
    by_itself = sent_by_script(request) or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    return request.method == "POST" or not by_itself


class SessionLimitsMiddleware:
    """Extend an officer's session by each act; requests without a session are ignored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and BEGAN in request.session and is_work(request):
            since = clock.now().timestamp() - request.session.get(WORKED, 0)
            if since >= WRITTEN_EVERY.total_seconds():
                _extend_session(request)
        return self.get_response(request)


def _extend_session(request: HttpRequest) -> None:
    """Move an officer's session end after an act: 15 minutes from now, at most 8 hours in all."""
    now, began = clock.now(), datetime.fromtimestamp(request.session[BEGAN], UTC)
    request.session[WORKED] = now.timestamp()
    request.session.set_expiry(min(now + IDLE, began + IN_ALL))
