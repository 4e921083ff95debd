"""What is answered while the database is away: 503 and when to try again, for programs in their format.

A page offers to send the same again, so that what was typed is not lost. It is drawn without session, actor or
language, which the database holds.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string

from ancu.apps.stays.views.ministry import outage_envelope
from ancu.config.body_limits import OF_PROGRAMS
from ancu.core.db.outages import RETRY_AFTER_S
from ancu.core.web.problems import failure

SECRETS = ("password", "code", "secret")  # parts of the names of fields that no page repeats


def outage_answer(request: HttpRequest) -> HttpResponse:
    """Return the answer to a request that the database could not serve."""
    if request.path_info.startswith(OF_PROGRAMS[0]):
        return failure("unavailable", 503, retry_safe=True, retry_after=RETRY_AFTER_S)
    if request.path_info.startswith(OF_PROGRAMS):
        return outage_envelope()
    context = {"duty_phone": settings.OFFICE_DUTY_PHONE, "is_post": request.method == "POST"}
    context["fields"] = _typed_fields(request)
    page = render_to_string("503.html", context)
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"})


def _typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return names and values of the posted form, to be sent again; without secrets, and none if a file was with it."""
    try:
        if request.method != "POST" or request.FILES:
            return []
        posted = [(name, value) for name, values in request.POST.lists() for value in values]
    except (UnreadablePostError, MultiPartParserError):
        return []
    return [] if any(part in name for name, _value in posted for part in SECRETS) else posted
