"""What an officer's phone takes along: open surveys of the agency and those above it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.shortcuts import get_object_or_404

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.surveys.enums import SurveyState
from ancu.apps.surveys.models import Survey, SurveyVersion
from ancu.apps.surveys.rules.definition import SurveyDefinition, read
from ancu.apps.surveys.selectors.surveys import version_in_use, visible_to
from ancu.core.actor import Actor

MOST = 10


@dataclass(frozen=True)
class PhoneSurvey:
    """One survey as the phone stores it."""

    survey: Survey
    version: SurveyVersion
    definition: SurveyDefinition
    units: Sequence[AdministrativeUnit]


def surveys_for_phone(actor: Actor) -> list[PhoneSurvey]:
    """Return the ten newest open surveys, for an officer's phone to store."""
    along = []
    for survey in visible_to(actor).filter(state=SurveyState.OPEN).order_by("-id")[:MOST]:
        version = version_in_use(survey)
        if version is None:
            continue
        units = AdministrativeUnit.objects.filter(
            pk__in=survey.channels.filter(unit_id__in=actor.area).values("unit_id")
        )
        along.append(PhoneSurvey(survey, version, read(version.definition), list(units.order_by("full_name"))))
    return along


def definition_on_phone(actor: Actor, survey_id: int, version_id: int) -> SurveyDefinition:
    """Return the questions of the version that a phone stored, or 404."""
    survey = get_object_or_404(visible_to(actor), pk=survey_id)
    return read(get_object_or_404(survey.versions.filter(published_at__isnull=False), pk=version_id).definition)
