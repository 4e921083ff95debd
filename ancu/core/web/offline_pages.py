"""Pages that open without a connection, and calls from their scripts."""

from collections.abc import Callable
from functools import wraps
from json import JSONDecodeError
from typing import Any, NamedTuple, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from ancu.core.actor import Actor
from ancu.core.errors import Conflict, UnknownPhone, require
from ancu.core.registry import Hook
from ancu.core.security.rate_limits import allow
from ancu.core.web.http import Request
from ancu.engines import json_text

T = TypeVar("T")
NO_RIGHT = gettext_lazy("You no longer have permission to send this.")
LANGUAGES = ("vi", "en")
MOST_BYTES = 256 * 1024  # of one call: a phone sends what it kept one by one


class Shell(NamedTuple):
    """A page that opens offline, the same for everybody: ``paths`` it stands in for (a regular expression),
    the name of its ``address`` and how it is drawn in a language."""

    paths: str
    address: str
    draw: Callable[[str], str]


OFFLINE_SHELLS: Hook[Shell] = Hook()  # registered beside their views, when the addresses are loaded


def shell_view(draw: Callable[[str], str]) -> Callable[..., HttpResponse]:
    """Return a public view of a page that browsers store to open it offline.

    ``draw`` returns its HTML in a language; it is the same for everybody and contains no personal data.
    """

    @login_not_required
    @require_safe
    @cache_control(no_cache=True)
    def shell(request: Request, language: str) -> HttpResponse:
        """Return the page in this language; 404 for an unknown one."""
        if language not in LANGUAGES:
            raise Http404
        return HttpResponse(draw(language))

    return shell


def phone_call(
    name: str, kind: type[T], who: Callable[[Actor], bool], *, limit: int
) -> Callable[[Callable[[Request, T], HttpResponse]], Callable[..., Any]]:
    """Decorate a view that an offline page calls with JSON of the type ``kind``, to send what it stored.

    Actors that ``who`` admits may call it ``limit`` times an hour. A plain 403 or 404 lets the record wait.
    """

    def decorate(view: Callable[[Request, T], HttpResponse]) -> Callable[..., Any]:
        """Return the view with the checks of rights, limit and JSON around it."""

        @require_POST
        @never_cache
        @wraps(view)
        def called(request: Request) -> HttpResponse:
            """Check rights and limit, parse the JSON, call the view and answer refusals as JSON."""
            if request.actor.user_id is not None and not who(request.actor):
                return _refused(403, "forbidden", NO_RIGHT)
            require(who(request.actor))
            if not allow(f"phone-{name}", str(request.actor.membership_id), limit=limit):
                return JsonResponse({"code": "too_many_calls"}, status=429)
            try:
                call_arguments = json_text.decode(request.body, most_bytes=MOST_BYTES, type=kind)
            except (json_text.TooLarge, RequestDataTooBig):
                return _refused(413, "body_too_large", _("This is too large to send. Send it with fewer photos."))
            except JSONDecodeError:
                return _refused(400, "malformed", _("What this phone sent could not be read."))
            try:
                return view(request, call_arguments)
            except Conflict as refused:
                return _refused(409, refused.code, refused.message)
            except UnknownPhone:
                raise
            except Http404:
                return _refused(
                    404, "gone", _("The record this is about no longer exists, or you no longer have access to it.")
                )
            except PermissionDenied:
                return _refused(403, "forbidden", NO_RIGHT)

        return called

    return decorate


def _refused(status: int, code: str, message: object) -> JsonResponse:
    """Return a refusal with this HTTP status as JSON: its code and its sentence."""
    return JsonResponse({"code": code, "message": str(message)}, status=status)
