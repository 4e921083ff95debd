"""Interviews without a connection: what an officer's phone takes along, the page it keeps, and what it sends once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from ancu.apps.surveys import rules
from ancu.apps.surveys.forms.answers import given
from ancu.apps.surveys.selectors import interviews as selectors
from ancu.apps.surveys.services.answering import Refused, take_interview
from ancu.core.actor import Actor
from ancu.core.errors import require
from ancu.core.web.http import Request
from ancu.core.web.offline_pages import OFFLINE_SHELLS, Shell, phone_call

LANGUAGES = ("vi", "en")
AN_HOUR = 600
LONGEST = 60_000  # signs of one interview
Known = Callable[[Actor, UUID], object]


class Named(msgspec.Struct):
    """What a phone asks for by its own id."""

    device: UUID


class Kept(msgspec.Struct, forbid_unknown_fields=True):
    """One interview as the phone kept it; ``form`` is what the page would have sent."""

    device: UUID
    reference: UUID
    survey: int
    version: int
    unit: int | None
    language: str
    form: str


@never_cache
@require_safe
def interviews(request: Request) -> HttpResponse:
    """The officer's page with a line: it makes the phone ready, and is the one it keeps."""
    if not request.actor.is_agency:
        raise Http404
    require(rules.may_interview(request.actor))
    return render(request, "surveys/interviews.html", {"shell": False})


def calls(known: Known) -> tuple[Any, Any]:
    """What the phone's script calls. ``known`` raises for a phone that is not the actor's, or was cut off."""

    @phone_call("interviews-take", Named, rules.may_interview, limit=AN_HOUR)
    def take(request: Request, asked: Named) -> JsonResponse:
        known(request.actor, asked.device)
        return JsonResponse({"surveys": [_along(one) for one in selectors.to_take_along(request.actor)]})

    @phone_call("interviews-send", Kept, rules.may_interview, limit=AN_HOUR)
    def send(request: Request, kept: Kept) -> JsonResponse:
        """The same reference again is answered the same, whatever got lost."""
        known(request.actor, kept.device)
        definition = selectors.version_asked(request.actor, kept.survey, kept.version)
        try:
            take_interview(
                actor=request.actor, survey_id=kept.survey, version_id=kept.version, unit_id=kept.unit,
                language=kept.language if kept.language in LANGUAGES else "vi", reference=kept.reference,
                given=given(QueryDict(kept.form[:LONGEST]), definition.questions()),
            )  # fmt: skip
        except Refused as refused:
            return JsonResponse({"errors": {key: [said] for key, said in refused.errors.items()}}, status=422)
        return JsonResponse({"survey": kept.survey})

    return take, send


def _along(one: selectors.Along) -> dict[str, Any]:
    """A survey with its form drawn in both languages, so that the phone need not know how to draw one."""
    return {
        "id": one.survey.pk,
        "version": one.version.pk,
        "units": [{"id": unit.pk, "name": unit.full_name} for unit in one.units],
        "titles": {"vi": one.survey.title_vi, "en": one.survey.title_en or one.survey.title_vi},
        "forms": {language: _form(one, language) for language in LANGUAGES},
    }


def _form(one: selectors.Along, language: str) -> str:
    with override(language):
        context = {"definition": one.definition, "answers": {}, "errors": {}}
        return render_to_string("surveys/_interview.html", context)


@login_not_required
@require_safe
@cache_control(no_cache=True)
def shell(request: Request, language: str) -> HttpResponse:
    """The page that opens without a connection. It is the same for everybody and names nobody."""
    if language not in LANGUAGES:
        raise Http404
    return HttpResponse(_drawn(language))


def _drawn(language: str) -> str:
    with override(language):
        return render_to_string("surveys/offline.html", {"csrf_token": "", "shell": True})


OFFLINE_SHELLS.register(Shell(r"^/surveys/interviews/$", "surveys:offline", _drawn))
