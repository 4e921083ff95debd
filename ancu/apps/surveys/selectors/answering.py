"""What a respondent may reach: an open survey by link, and own answers by a secret token."""

import hashlib
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.surveys.enums import ResponseState, SurveyState
from ancu.apps.surveys.models import Survey, SurveyChannel, SurveyResponse, SurveyVersion
from ancu.apps.surveys.rules.definition import SurveyDefinition, read
from ancu.core.documents.reference_numbers import seal, valid_seals

LONGEST_TOKEN = 60


def open_channel(slug: str) -> SurveyChannel:
    """Return the survey's channel with this part of the web address (``slug``), with the survey.

    404 if there is none, or if its survey is a draft.
    """
    channels = SurveyChannel.objects.select_related("survey__agency", "unit").exclude(survey__state=SurveyState.DRAFT)
    return get_object_or_404(channels, slug=slug[:20])


def digest(token: str) -> str:
    """Return the digest of a respondent's token, as it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def code_digest(survey: Survey, code: str) -> str:
    """Return the digest of a one-time code.

    It is keyed with the office's secret, so that the table alone cannot be used to guess codes.
    """
    return seal("survey-code", survey.pk, code, length=32)


def valid_code_digests(survey: Survey, code: str) -> list[str]:
    """Return the digests of a one-time code with the current and the former key."""
    return valid_seals("survey-code", survey.pk, code, length=32)


@dataclass(frozen=True)
class DraftResponse:
    """An unfinished response and the definition it answers."""

    response: SurveyResponse
    definition: SurveyDefinition

    @property
    def survey(self) -> Survey:
        """The survey that the unfinished response answers."""
        return self.response.survey


def drafts() -> QuerySet[SurveyResponse]:
    """Return the responses that respondents have begun and not sent, with survey, version and unit."""
    return SurveyResponse.objects.filter(state=ResponseState.DRAFT).select_related("survey__agency", "version", "unit")


def get_draft(token: str) -> DraftResponse:
    """Return the unfinished response with this token; 404 if it was sent or deleted, or never existed."""
    if not token or len(token) > LONGEST_TOKEN:
        raise Http404
    response = get_object_or_404(drafts(), token=digest(token))
    return DraftResponse(response, read(response.version.definition))


def version_in_force(survey: Survey) -> SurveyVersion:
    """Return the survey's newest version that was put in force; 404 if none was."""
    version = survey.versions.filter(published_at__isnull=False).order_by("-number").first()
    if version is None:
        raise Http404
    return version


def channel_of(response: SurveyResponse) -> str:
    """Return the ``slug`` of the unit's link, or of the open link, for the response; "" if there is none.

    It is the part of the web address at which the response was begun.
    """
    channels = SurveyChannel.objects.filter(survey_id=response.survey_id, unit_id=response.unit_id)
    return channels.values_list("slug", flat=True).first() or ""
