"""Interviews without a connection: what a phone takes along, stores and sends later."""

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
from ancu.apps.surveys.forms.answers import submitted_answers
from ancu.apps.surveys.selectors import interviews as selectors
from ancu.apps.surveys.services.answering import AnswersRefused, store_interview
from ancu.core.actor import Actor
from ancu.core.errors import require
from ancu.core.web.http import Request
from ancu.core.web.offline_pages import OFFLINE_SHELLS, Shell, phone_call

LANGUAGES = ("vi", "en")
AN_HOUR = 600
LONGEST = 60_000  # signs of one interview
RequireDevice = Callable[[Actor, UUID], object]


class InterviewsRequest(msgspec.Struct):
    """What a phone asks for by its own id."""

    device: UUID


class StoredInterview(msgspec.Struct, forbid_unknown_fields=True):
    """An interview stored on a phone; ``form`` is what the page would have sent."""

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
    """Show the interview page, which prepares the phone and is stored on it."""
    if not request.actor.is_agency:
        raise Http404
    require(rules.may_interview(request.actor))
    return render(request, "surveys/interviews.html", {"shell": False})


def phone_calls(require_device: RequireDevice) -> tuple[Any, Any]:
    """Return the two POST views that a phone's script calls: to load surveys and to send interviews.

    ``require_device`` raises for a phone that is not the actor's.
    """

    @phone_call("interviews-take", InterviewsRequest, rules.may_interview, limit=AN_HOUR)
    def take(request: Request, request_body: InterviewsRequest) -> JsonResponse:
        """Return, as JSON, the newest open surveys for the phone to store."""
        require_device(request.actor, request_body.device)
        return JsonResponse({"surveys": [_survey_json(along) for along in selectors.surveys_for_phone(request.actor)]})

    @phone_call("interviews-send", StoredInterview, rules.may_interview, limit=AN_HOUR)
    def send(request: Request, interview: StoredInterview) -> JsonResponse:
        """Store an interview from a phone, once for each reference; return the survey's id as JSON.

        Status 422 with the errors by question for missing or invalid answers.
        """
        require_device(request.actor, interview.device)
        definition = selectors.definition_on_phone(request.actor, interview.survey, interview.version)
        try:
            store_interview(
                actor=request.actor, survey_id=interview.survey, version_id=interview.version, unit_id=interview.unit,
                language=interview.language if interview.language in LANGUAGES else "vi", reference=interview.reference,
                raw_answers=submitted_answers(QueryDict(interview.form[:LONGEST]), definition.questions()),
            )  # fmt: skip
        except AnswersRefused as refused:
            return JsonResponse({"errors": {key: [message] for key, message in refused.errors.items()}}, status=422)
        return JsonResponse({"survey": interview.survey})

    return take, send


def _survey_json(survey_along: selectors.PhoneSurvey) -> dict[str, Any]:
    """Return a survey as a dict for JSON: ids, units, titles and the rendered form, in both languages.

    The phone needs no templates.
    """
    return {
        "id": survey_along.survey.pk,
        "version": survey_along.version.pk,
        "units": [{"id": unit.pk, "name": unit.full_name} for unit in survey_along.units],
        "titles": {
            "vi": survey_along.survey.title_vi,
            "en": survey_along.survey.title_en or survey_along.survey.title_vi,
        },
        "forms": {language: _interview_html(survey_along, language) for language in LANGUAGES},
    }


def _interview_html(survey_along: selectors.PhoneSurvey, language: str) -> str:
    """Render a survey's form in this language."""
    with override(language):
        context = {"definition": survey_along.definition, "answers": {}, "errors": {}}
        return render_to_string("surveys/_interview.html", context)


@login_not_required
@require_safe
@cache_control(no_cache=True)
def shell(request: Request, language: str) -> HttpResponse:
    """Return the interview page for use without a connection, in this language; it is the same for everybody."""
    if language not in LANGUAGES:
        raise Http404
    return HttpResponse(_offline_page(language))


def _offline_page(language: str) -> str:
    """Render the interview page for use without a connection in this language."""
    with override(language):
        return render_to_string("surveys/offline.html", {"csrf_token": "", "shell": True})


OFFLINE_SHELLS.register(Shell(r"^/surveys/interviews/$", "surveys:offline", _offline_page))
