"""Put the actor on the request, and turn the refusals of services into pages or JSON."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from ancu.apps.accounts.selectors import actor_for_request
from ancu.core.errors import Conflict

MEMBERSHIP_KEY = "membership"


class ActorMiddleware:
    """``request.actor``: who acts, worked out once, when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: actor_for_request(_user(request), request.session.get(MEMBERSHIP_KEY))
        )
        return self.get_response(request)


def _user(request: HttpRequest) -> object:
    return request.user if request.user.is_authenticated else None


class ErrorMiddleware:
    """A Conflict is answered 409 with its sentence; 403 and 404 have Django's own handlers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Conflict):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"code": exception.code, "message": str(exception.message)}, status=409)
        return render(request, "409.html", {"message": exception.message}, status=409)
