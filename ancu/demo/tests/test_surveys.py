"""The demo's survey has its answers in seconds, in figures that may be shown, and scans that can be read."""

import time

import pytest

from ancu.apps.accounts.models import Membership, Organisation
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.services import load_units
from ancu.apps.surveys.models import Scan, Survey, SurveyResponse, SurveySheet
from ancu.apps.surveys.rules import words
from ancu.apps.surveys.selectors import crosses, remarks
from ancu.apps.surveys.selectors import paper as selectors
from ancu.apps.surveys.selectors import results as figures
from ancu.apps.surveys.selectors.arrivals import response_counts
from ancu.apps.surveys.services import scanning
from ancu.core.testing import texts as screen_texts
from ancu.demo.accounts import load_accounts
from ancu.demo.surveys import ANALYST, ANSWERS, SCANNED, load_surveys


@pytest.mark.slow
@pytest.mark.django_db
def test_two_rounds_with_scans_to_be_read(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    load_units()
    business, hotel = (Organisation.objects.create(kind="lodging_business", name=name) for name in ("A", "B"))
    load_accounts(business, hotel, AdministrativeUnit.objects.filter(kind="commune", valid_until__isnull=True)[0])
    started = time.monotonic()
    load_surveys(seed=1)
    assert time.monotonic() - started < 20
    survey = Survey.objects.get(previous__isnull=False)
    analyst = actor_for(Membership.objects.get(user__email=ANALYST).user)
    assert SurveyResponse.objects.filter(survey=survey, state="complete").count() == ANSWERS
    published = Survey.objects.get(figures_public=True)
    assert figures.count_answers(published).total == response_counts(published).sums[-1] == 1839
    assert [f"{month:%m/%Y}" for month, _figures in response_counts(published).months] == ["10/2025", "11/2025"]
    created = figures.count_answers(survey)
    assert len(created.answered) == 8 and created.weights is not None
    assert all(result.is_shown for result in figures.results(created))
    assert not created.is_sample, "whoever liked answered by the open link"
    assert not any(
        line.certain for _result, lines in crosses.compare_with_previous(created, survey.previous) for line in lines
    )
    results = words.groups(remarks.texts(survey, created.definition.question("q6")))
    assert {screen_texts.PROCEDURE_VI_2, "chờ đợi"} <= {entry.words for entry in results}
    scanning.read_scan(Scan.objects.get().pk)
    assert not selectors.problem_pages(analyst, survey).rows
    back = SurveySheet.objects.filter(survey=survey, response__source="scan")
    assert back.count() == SCANNED and back.filter(response__state="complete").exists()
    assert selectors.open_doubts(analyst, survey).filter(question="q3").exists()
