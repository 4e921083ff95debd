"""Begin, save and send a response. Nothing about the person reaches these functions."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.surveys import rules
from ancu.apps.surveys.enums import ResponseSource, ResponseState, SurveyState
from ancu.apps.surveys.models import Survey, SurveyChannel, SurveyCode, SurveyResponse
from ancu.apps.surveys.rules.answers import (
    Answers,
    InvalidAnswer,
    applicable_answers,
    clean,
    clean_all,
    missing_answers,
)
from ancu.apps.surveys.rules.definition import SurveyDefinition, read
from ancu.apps.surveys.selectors.answering import (
    digest,
    drafts,
    get_draft,
    valid_code_digests,
    version_in_force,
)
from ancu.apps.surveys.selectors.surveys import get_collected, get_survey
from ancu.apps.surveys.services.editing import freeze
from ancu.core import clock
from ancu.core.actor import PUBLIC, Actor
from ancu.core.documents.reference_numbers import CONFUSED
from ancu.core.errors import Conflict, Http404, require
from ancu.core.security.privacy import Keep
from ancu.core.security.proof_of_work import is_solved
from ancu.core.security.rate_limits import RateLimitUse, allow
from ancu.core.templatetags.ui import possible_from

BEGUN_AN_HOUR, UNSOLVED_AN_HOUR = 600, 20  # by one address: a whole village may sit behind one
WRONG_CODES_AN_HOUR = 20


class AnswersRefused(Conflict):
    """Answers are missing or invalid; ``errors`` are sentences by question."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("incomplete", _("Something is missing or cannot be read. It is marked below."))
        self.errors = dict(errors)


def may_begin(*, address: str, puzzle: str, solution: str) -> RateLimitUse:
    """Count that a respondent at this network address begins a response; return whether the hourly limit allows it.

    A solved puzzle allows more.
    """
    if is_solved(puzzle, solution):
        return allow("survey-begin", address, limit=BEGUN_AN_HOUR)
    return allow("survey-begin-unsolved", address, limit=UNSOLVED_AN_HOUR)


@transaction.atomic
def begin(channel: SurveyChannel, *, language: str, code: str = "", address: str = "") -> str:
    """Begin a response and return its token.

    Conflict if the survey is closed, or for a one-time code that is unknown or used.
    """
    survey = channel.survey
    if not rules.takes_answers(survey):
        raise Conflict("closed", _("This survey is closed, so you can no longer answer. Thank you."))
    unit = channel.unit
    if survey.needs_code:
        unit = _use_code(survey, code, address) or unit
    version = version_in_force(survey)
    freeze(version.pk)
    token = secrets.token_urlsafe(24)
    SurveyResponse.objects.create(
        survey=survey,
        version=version,
        unit=unit,
        source=ResponseSource.WEB,
        state=ResponseState.DRAFT,
        language=language,
        token=digest(token),
        saved_at=clock.now(),
    )
    return token


def _use_code(survey: Survey, code: str, address: str) -> Any:
    """Mark an unused one-time code as used and return its unit (None for a code without one).

    Conflict for an unknown or used code, and after too many of them from the same network address.
    """
    signs = "".join(sign for sign in code.upper() if sign.isalnum()).translate(CONFUSED)[:20]
    mine = SurveyCode.objects.filter(survey=survey, digest__in=valid_code_digests(survey, signs))
    if mine.filter(used=False).update(used=True):
        matching_code = mine.select_related("unit").get()
        return matching_code.unit
    if not (use := allow("survey-code", address, limit=WRONG_CODES_AN_HOUR)):
        message = _("Too many wrong codes were entered from your network. Try again from %(when)s.")
        raise Conflict("too_often", message % {"when": possible_from(use.until)})
    raise Conflict("code", _("This code is not valid or has already been used. Check your slip."))


@transaction.atomic
def save(token: str, raw_answers: Mapping[str, Any], *, questions: set[str]) -> dict[str, str]:
    """Save the answers to ``questions``; return the errors of invalid answers, which are not saved."""
    response = _lock_draft(token)
    definition = read(response.version.definition)
    wrong: dict[str, str] = {}
    answers = dict(response.answers)
    for question in definition.questions():
        if question.id not in questions:
            continue
        try:
            value = clean(question, raw_answers.get(question.id))
        except InvalidAnswer as refused:
            wrong[question.id] = str(refused)
            continue
        answers.pop(question.id, None)
        if value is not None:
            answers[question.id] = value
    if answers != response.answers:
        SurveyResponse.objects.filter(pk=response.pk).update(answers=answers, saved_at=clock.now())
    return wrong


def _lock_draft(token: str) -> SurveyResponse:
    """Return the locked unfinished response; 404 if it was sent, Conflict if the survey is closed."""
    get_draft(token)
    response = drafts().select_for_update(of=("self",)).filter(token=digest(token)).first()
    if response is None:
        raise Http404
    if not rules.takes_answers(response.survey):
        raise Conflict("closed", _("This survey is closed, so you can no longer answer. Thank you."))
    return response


@transaction.atomic
def send(token: str) -> SurveyResponse:
    """Send the response, which nobody can open again. AnswersRefused while required answers are missing."""
    response = _lock_draft(token)
    definition = read(response.version.definition)
    if wrong := missing_answers(definition, response.answers):
        raise AnswersRefused(wrong)
    complete(response, definition, response.answers)
    record(PUBLIC, "surveys.answered", ("surveys.survey", response.survey_id), source=response.source)
    return response


def complete(response: SurveyResponse, definition: SurveyDefinition, answers: Answers) -> None:
    """Mark the response as complete today, with only the answers to questions that apply.

    What ties it to the respondent's browser or to the officer who keyed it is deleted.
    """
    response.answers = applicable_answers(definition, answers)
    response.state, response.submitted_on = ResponseState.COMPLETE, clock.today()
    response.token = response.saved_at = response.second = response.keyed_by = None
    response.save()


@transaction.atomic
def store_interview(
    *,
    actor: Actor,
    survey_id: int,
    version_id: int,
    unit_id: int | None,
    language: str,
    raw_answers: Mapping[str, Any],
    reference: UUID,
) -> SurveyResponse:
    """Store an interview from a phone; the same ``reference`` returns the same response.

    AnswersRefused for missing or invalid answers.
    """
    require(rules.may_interview(actor))
    if get_survey(actor, survey_id).state == SurveyState.CLOSED:
        raise Conflict("closed", _("This survey is closed. Ask the people who prepare it whether it will reopen."))
    survey = get_collected(actor, survey_id)
    earlier_response = SurveyResponse.objects.filter(reference=reference).first()
    if earlier_response is not None:
        if earlier_response.survey_id != survey.pk:
            raise Http404
        return earlier_response
    if unit_id is not None and not survey.channels.filter(unit_id=unit_id, unit_id__in=actor.area).exists():
        raise Http404
    version = get_object_or_404(survey.versions.filter(published_at__isnull=False), pk=version_id)
    definition = read(version.definition)
    answers, wrong = clean_all(definition, raw_answers)
    answers = applicable_answers(definition, answers)
    if wrong or (wrong := missing_answers(definition, answers)):
        raise AnswersRefused(wrong)
    freeze(version.pk)
    response, created = SurveyResponse.objects.get_or_create(
        reference=reference,
        defaults={
            "survey": survey,
            "version": version,
            "unit_id": unit_id,
            "source": ResponseSource.PHONE,
            "language": language,
            "state": ResponseState.COMPLETE,
            "answers": answers,
            "submitted_on": clock.today(),
        },
    )
    if created:
        record(actor, "surveys.interviewed", survey, unit=unit_id)
    return response


def delete_abandoned_drafts() -> int:
    """Delete responses that were begun long ago and not sent; return their number."""
    over = clock.now() - timedelta(days=Keep.SURVEY_DRAFT.value)
    count, _by_model = SurveyResponse.objects.filter(state=ResponseState.DRAFT, saved_at__lt=over).delete()
    return count
