"""What a program may know without declaring: its key, the lists, schemas and samples, limits and health."""

import hashlib

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ancu.apps.files import services as files
from ancu.apps.lodging.services import admit
from ancu.apps.stays.api.routers import MAX_ROWS, program_of, public, router
from ancu.apps.stays.schemas import openapi
from ancu.apps.stays.selectors import programs
from ancu.apps.stays.services.programs import MOST_BYTES
from ancu.apps.stays.services.samples import SAMPLES, SCHEMA
from ancu.core.web.bearer_tokens import Bearer
from ancu.core.web.problems import answer, failure
from ancu.engines import exchange

ANNOUNCED: list[dict[str, str]] = []  # {"on": day, "what": sentence}: a change that breaks a program, before it comes


@router.get("/me", openapi_extra=openapi.ME)
def me(request: HttpRequest) -> HttpResponse:
    """Return the lodging of this key, whether it may declare, and how many calls are left this minute."""
    program = program_of(request)
    place, quota = program.establishment, program.quota
    return answer(
        {"establishment": place.code, "name": place.name, "status": place.status, "sandbox": place.sandbox}
        | {
            "calls": {"per_minute": quota.limit, "left": quota.remaining, "resets_in": quota.resets_in}
            if quota
            else None
        }
    )


@public.get("/code-lists", openapi_extra=openapi.PLAIN)
def code_lists(request: HttpRequest) -> HttpResponse:
    """Return the name and version of each code list."""
    return answer({name: content["version"] for name, content in exchange.code_lists().items()})


@public.get("/code-lists/{name}", openapi_extra=openapi.PLAIN)
def code_list(request: HttpRequest, name: str) -> HttpResponse:
    """Return one versioned code list; with its ETag in ``If-None-Match`` the answer is 304."""
    content = exchange.code_lists().get(name)
    if content is None:
        return failure("not_found", 404)
    body = msgspec.json.encode(content)
    tag = f'"{content["version"]}-{hashlib.sha256(body).hexdigest()[:12]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return answer(body, ETag=tag)


@public.get("/schemas/stay", openapi_extra=openapi.PLAIN)
def stay_schema(request: HttpRequest) -> HttpResponse:
    """Return the JSON Schema of a stay as ``POST /stays`` takes it."""
    return answer(openapi.STAY_SCHEMA)


@public.get("/schemas/stays.xsd", openapi_extra=openapi.DOWNLOAD)
def xml_schema(request: HttpRequest) -> HttpResponse:
    """Return the XML Schema of a declaration file."""
    kind, write = SCHEMA
    return HttpResponse(write(), content_type=kind)


@public.get("/samples/{name}", openapi_extra=openapi.DOWNLOAD)
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """Return a file of invented guests that is accepted today: guests.json, guests.xml, guests.csv or guests.xlsx."""
    if name not in SAMPLES:
        return failure("not_found", 404, names=sorted(SAMPLES))
    kind, write = SAMPLES[name]
    return HttpResponse(write(), content_type=kind)


@public.get("/limits", openapi_extra=openapi.PLAIN)
def limits(request: HttpRequest) -> HttpResponse:
    """Return the limits of size and frequency; with a key, also the calls left this minute."""
    quota = program.quota if (program := Bearer(admit)(request)) else None
    remaining = {"calls_left": quota.remaining, "resets_in": quota.resets_in} if quota else {}
    return answer(
        {"rows_per_call": MAX_ROWS, "rows_per_file": exchange.LIMITS["rows"], "bytes_per_file": files.MAX_BYTES}
        | {"bytes_per_call": MOST_BYTES, "calls_per_minute": settings.API_CALLS_A_MINUTE}
        | {name: exchange.LIMITS[name] for name in ("full_name", "document_number", "room")}
        | remaining,
        **(quota.headers() if quota else {}),
    )


@public.get("/health", openapi_extra=openapi.PLAIN)
def health(request: HttpRequest) -> HttpResponse:
    """Return whether declarations can be accepted now; the database is queried."""
    if not programs.database_responds():
        return failure("unavailable", 503, retry_safe=True, retry_after=30)
    return answer({"status": "ok", "version": "1"})


@public.get("/version", openapi_extra=openapi.PLAIN)
def version_of_the_api(request: HttpRequest) -> HttpResponse:
    """Return the versions of the API and of the program; ``announced`` lists coming changes months before."""
    return answer({"api": "1", "program": settings.VERSION, "announced": ANNOUNCED, "openapi": "/api/v1/openapi.json"})
