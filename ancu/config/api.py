"""Assemble the API of programs. Every answer below /api/ is JSON, failures too."""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from ancu.apps.dossiers import api as dossiers
from ancu.apps.dossiers.schemas.openapi import COMPONENTS as DOSSIER_COMPONENTS
from ancu.apps.dossiers.schemas.requests import UnreadableRequest
from ancu.apps.programs import api as programs
from ancu.apps.stays.api import public, router
from ancu.apps.stays.rules.oddities import UnconfirmedOddities
from ancu.apps.stays.schemas import finding_out
from ancu.apps.stays.schemas.openapi import COMPONENTS
from ancu.apps.stays.services import InvalidCorrection
from ancu.apps.stays.services.programs import MalformedRequest
from ancu.core.db.outages import RETRY_AFTER_S, is_outage
from ancu.core.errors import Conflict, holds_nul
from ancu.core.web.problems import TooManyCalls, failure
from ancu.engines import json_text
from ancu.engines.json_text import TooLarge

api_logger = logging.getLogger("ancu.api")
MOST_BYTES = 64 * 1024  # of a body that names an address


class LimitedParser(Parser):
    """The parser of bodies that django-ninja reads itself: those of webhooks."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the request's JSON body as plain data, within the operation's limits of size and depth."""
        return json_text.loads(request.body, most_bytes=MOST_BYTES)


class Api(NinjaAPI):
    """The API's router, with the schemas of bodies that msgspec reads."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """Return the OpenAPI document, completed by the schemas of request bodies that msgspec parses."""
        document = super().get_openapi_schema(**options)
        document.setdefault("components", {}).setdefault("schemas", {}).update({**COMPONENTS, **DOSSIER_COMPONENTS})
        return document


api = Api(
    title="An Cư",
    version="1",
    description="Declare foreign guests from a lodging's own program, and file dossiers from an organisation's."
    " A token is bound to one establishment or to one organisation.",
    urls_namespace="api",
    docs_url=None,
    parser=LimitedParser(),
)
api.add_router("", router)
api.add_router("", public)
api.add_router("", programs.router)
api.add_router("", dossiers.router)
api.add_router("", dossiers.public)


@api.exception_handler(Conflict)
def _conflict(request: HttpRequest, exc: Conflict) -> HttpResponse:
    """Answer a Conflict with 409, its code and its message; only ``busy`` may be retried unchanged."""
    return failure(exc.code, 409, exc.message, retry_safe=exc.code == "busy")


@api.exception_handler(InvalidCorrection)
def _invalid(request: HttpRequest, exc: InvalidCorrection) -> HttpResponse:
    """Answer invalid values of a correction with 422 and the findings."""
    message = ("Giá trị mới không hợp lệ.", "The new values are not valid.")
    return failure("invalid", 422, message, errors=[finding_out(finding) for finding in exc.findings])


@api.exception_handler(UnconfirmedOddities)
def _unconfirmed(request: HttpRequest, exc: UnconfirmedOddities) -> HttpResponse:
    """Answer a request with unusual values that the caller has not confirmed with 422 and the findings."""
    return failure("needs_confirmation", 422, errors=[finding_out(finding) for finding in exc.findings])


@api.exception_handler(MalformedRequest)
def _malformed(request: HttpRequest, exc: MalformedRequest) -> HttpResponse:
    """Answer a malformed request with 400."""
    return failure(exc.code, 400, (exc.message_vi, exc.message_en))


@api.exception_handler(UnreadableRequest)
def _unreadable(request: HttpRequest, exc: UnreadableRequest) -> HttpResponse:
    """Answer an unreadable request with 400."""
    return failure(exc.code, 400, (exc.message_vi, exc.message_en))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, exc: RequestDataTooBig) -> HttpResponse:
    """Answer a body above Django's limit with 413."""
    return failure("body_too_large", 413, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


@api.exception_handler(TooLarge)
def _too_large(request: HttpRequest, exc: TooLarge) -> HttpResponse:
    """Answer a body above the limit of its API operation with 413."""
    return failure("body_too_large", 413, limit=exc.limit)


@api.exception_handler(HttpError)
def _unreadable_body(request: HttpRequest, exc: HttpError) -> HttpResponse:
    """Answer an error that django-ninja raised about a request, such as a body that is not JSON."""
    match exc.__cause__:
        case TooLarge() as cause:
            return _too_large(request, cause)
        case RequestDataTooBig() as cause:
            return _too_big(request, cause)
        case cause:
            return failure("malformed_json", exc.status_code, detail=str(cause or exc)[:200])


@api.exception_handler(TooManyCalls)
def _too_many(request: HttpRequest, exc: TooManyCalls) -> HttpResponse:
    """Answer a caller above its rate limit with 429 and the seconds to wait."""
    response = failure("too_many_calls", 429, retry_safe=True, retry_after=exc.retry_after)
    return _add_headers(response, exc.headers)


@api.exception_handler(AuthenticationError)
def _unauthorized(request: HttpRequest, exc: AuthenticationError) -> HttpResponse:
    """Answer a missing or invalid key with 401."""
    response = failure("unauthorized", 401)
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def _parameters(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    """Answer invalid parameters of a request with 422 and the parameters' names."""
    fields = [{"field": str(error["loc"][-1]), "message": error["msg"]} for error in exc.errors]
    return failure("invalid_parameters", 422, errors=fields)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, exc: Http404) -> HttpResponse:
    """Answer an unknown or invisible object with 404."""
    return failure("not_found", 404)


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, exc: PermissionDenied) -> HttpResponse:
    """Answer an act that the caller has no right to with 403."""
    return failure("forbidden", 403)


@api.exception_handler(Exception)
def _failed(request: HttpRequest, exc: Exception) -> HttpResponse:
    """Answer an unexpected error: 400 for a NUL character, 503 if the database is unavailable, else 500."""
    if holds_nul(exc):
        return failure("nul_character", 400)
    if is_outage(exc):
        api_logger.error("%s %s failed (%s)", request.method, request.resolver_match.route, type(exc).__name__)  # type: ignore[union-attr]
        return failure("unavailable", 503, retry_safe=True, retry_after=RETRY_AFTER_S)
    api_logger.error("%s %s failed", request.method, request.resolver_match.route, exc_info=exc)  # type: ignore[union-attr]
    return failure("server_error", 500, retry_safe=True)


def _add_headers(response: HttpResponse, headers: Mapping[str, str]) -> HttpResponse:
    """Return the response with these headers added."""
    for name, value in headers.items():
        response[name] = value
    return response


def _json_answers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate the API's views: they use no session, CSRF check or sign-in page, and refuse methods in JSON."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Call the view; answer a wrong method with 405 in JSON and add the rate-limit headers."""
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            allow = response.get("Allow", "")
            response = failure("method_not_allowed", 405)
            response["Allow"] = allow
        if (quota := getattr(getattr(request, "auth", None), "quota", None)) is not None:
            _add_headers(response, quota.headers())
        return response

    return answering


@login_not_required
@csrf_exempt
def unknown_address(request: HttpRequest) -> HttpResponse:
    """Answer 404 in JSON for a path under the API that has no operation."""
    return failure("not_found", 404)


def api_urls() -> tuple[list[Any], str, str]:
    """Return patterns, app name and namespace for ``path("api/v1/", ...)``."""
    url_patterns: Any = api.urls
    patterns, app_name, namespace = url_patterns
    for pattern in patterns:
        pattern.callback = unknown_address if pattern.name == "api-root" else _json_answers(pattern.callback)
    return [*patterns, re_path(r"^.*$", unknown_address, name="nothing-here")], app_name, namespace
