"""Figures for everybody, published once nothing can be added; beside a meeting; and remarks that become petitions."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from ancu.apps.listening.models import Petition
from ancu.apps.listening.tasks import receive_remark
from ancu.apps.surveys.enums import ResponseSource, ResponseState, SurveyState
from ancu.apps.surveys.models import Survey, SurveyResponse
from ancu.apps.surveys.selectors.arrivals import response_counts
from ancu.apps.surveys.services import editing
from ancu.apps.surveys.services.exporting import PETITION
from ancu.apps.surveys.tests.factories import make_answers, make_survey
from ancu.core.errors import Conflict, Forbidden

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def closed_survey(world, **changes):
    """A survey of ten answers, closed unless told otherwise, and its slug."""
    survey = make_survey(world)
    make_answers(survey, [{"q1": "a1", "q6": "Tên tôi là An, thủ tục lâu"}] * 7 + [{"q1": "a2"}] * 3)
    if changes.get("closed", True):
        editing.change_state(actor=world.actor("rosa"), survey_id=survey.pk, to=SurveyState.CLOSED)
    return survey, survey.channels.get().slug


def publish(world, survey, public="yes", who="rosa"):
    return world.client(who).post(f"/surveys/{survey.pk}/figures/", {"shown": public})


def test_everybody_reads_published_figures_and_nobodys_words(world):
    survey, slug = closed_survey(world)
    anybody = world.client()
    assert anybody.get(f"/s/{slug}/results/").status_code == 404
    publish(world, survey)
    page = text(anybody.get(f"/s/{slug}/results/"))
    assert "10 people answered" in page and "Tên tôi" not in page and "An," not in page
    for path in ("/s/", f"/s/{slug}/"):
        assert f"/s/{slug}/results/" in text(anybody.get(path)), path
    publish(world, survey, public="no")
    assert anybody.get(f"/s/{slug}/results/").status_code == 404 and slug not in text(anybody.get("/s/"))


def test_nothing_is_added_once_they_were_public_not_even_after_they_are_taken_down(world):
    survey, _slug = closed_survey(world)
    publish(world, survey)
    publish(world, survey, public="no")
    rosa = world.actor("rosa")
    with pytest.raises(Conflict):
        editing.change_state(actor=rosa, survey_id=survey.pk, to=SurveyState.OPEN)
    assert world.client("rosa").get(f"/surveys/{survey.pk}/keying/").status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(state=SurveyState.OPEN)


def test_everybody_reads_in_which_months_and_by_which_way_people_answered(world):
    survey, slug = closed_survey(world, closed=False)
    make_answers(survey, [{"q1": "a1"}] * 12, source=ResponseSource.PHONE)
    make_answers(survey, [{"q1": "a1"}] * 2, source=ResponseSource.KEYED)
    SurveyResponse.objects.filter(survey=survey).update(submitted_on=date(2025, 10, 7))
    make_answers(survey, [{"q1": "a1"}] * 9, submitted_on=date(2025, 11, 3))
    editing.change_state(actor=world.actor("rosa"), survey_id=survey.pk, to=SurveyState.CLOSED)
    publish(world, survey)
    table = response_counts(survey)
    assert [month for month, _figures in table.months] == [date(2025, 10, 1), date(2025, 11, 1)]
    assert table.sums[-1] == 33 and 2 not in {figure for _month, figures in table.months for figure in figures}
    page = text(world.client().get(f"/s/{slug}/results/"))
    assert "33 people answered" in page and "10/2025" in page and "11/2025" in page and "not shown: few" in page


def test_not_while_it_goes_on_nor_while_sheets_wait_nor_by_others(world):
    going_on, slug = closed_survey(world, closed=False)
    publish(world, going_on)
    assert world.client().get(f"/s/{slug}/results/").status_code == 404
    survey, _slug = closed_survey(world)
    SurveyResponse.objects.filter(pk=survey.responses.first().pk).update(state=ResponseState.REVIEW)
    with pytest.raises(Conflict, match="wait"):
        editing.show_figures(actor=world.actor("rosa"), survey_id=survey.pk, public=True)
    with pytest.raises(Forbidden):
        editing.show_figures(actor=world.actor("olga"), survey_id=survey.pk, public=True)
    assert publish(world, survey, who="alice").status_code == 404


def test_beside_a_meeting_officers_read_them_when_it_is_over(world):
    _going_on, open_slug = closed_survey(world, closed=False)
    _survey, slug = closed_survey(world)
    olga = world.client("olga")
    assert "<dt>" not in text(olga.get(f"/s/{open_slug}/beside/"))
    page = text(olga.get(f"/s/{slug}/beside/"))
    assert "10 people answered" in page and "Tên tôi" not in page
    Survey.objects.filter(channels__slug=slug).update(agency=world.elsewhere_agency)
    assert "people answered" not in text(olga.get(f"/s/{slug}/beside/")), "another unit's"


def test_a_remark_becomes_one_petition_however_often_it_is_handed_on(world):
    survey, _slug = closed_survey(world)
    response = survey.responses.filter(answers__has_key="q6").first()
    page = f"/surveys/{survey.pk}/results/written/q6/"
    assert f"{page}{response.pk}/petition/" in text(world.client("rosa").get(f"{page}?words=thủ+tục"))
    make = f"{page}{response.pk}/petition/?words=thủ+tục"
    asked_about = text(world.client("rosa").get(make))
    assert "thủ tục lâu" in asked_about and world.commune_agency.name in asked_about
    assert world.client("rosa").post(make).status_code == 422, "it is asked about whom it is"
    for about in ("none", "none"):
        reply = world.client("rosa").post(make, {"about": about}, follow=True)
        assert "The remark is now a petition" in text(reply) and "thủ tục lâu" in text(reply), (
            "the same group is open again"
        )
    jobs = deferred(PETITION)
    assert len(jobs) == 2
    for reply in jobs:
        receive_remark(**reply)
    petition = Petition.objects.get()
    assert (petition.channel, petition.body, petition.name) == ("survey", "Tên tôi là An, thủ tục lâu", "")


def test_thousands_of_answers_are_told_as_everywhere(world):
    survey = make_survey(world)
    make_answers(survey, [{"q1": "a1"}] * 1839)
    assert "1,839 answers" in text(world.client("rosa").get("/surveys/"))


def deferred(name):
    from procrastinate.contrib.django.models import ProcrastinateJob

    return [job.args for job in ProcrastinateJob.objects.filter(task_name=name)]


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(world, count, expect_queries):
    for _number in range(count):
        survey, slug = closed_survey(world)
        publish(world, survey)
    anybody = world.client()
    anybody.get("/s/")
    with expect_queries("list"):
        anybody.get("/s/")
    with expect_queries("figures"):
        anybody.get(f"/s/{slug}/results/")
