"""An officer's phone: what it takes along, what it sends, and that sending twice is counting once."""

import json
import uuid
from urllib.parse import urlencode

import pytest

from ancu.apps.audit.models import Event
from ancu.apps.stays.services.devices import cut_off, enrol
from ancu.apps.surveys.enums import SurveyState
from ancu.apps.surveys.models import SurveyResponse
from ancu.apps.surveys.selectors.surveys import version_in_use
from ancu.apps.surveys.services import channels, editing
from ancu.apps.surveys.tests.factories import make_survey
from ancu.core.testing import texts

pytestmark = pytest.mark.django_db


def call(client, name, **body):
    return client.post(f"/surveys/interviews/{name}/", json.dumps(body, default=str), content_type="application/json")


def make_phone(world, name="olga"):
    return enrol(actor=world.actor(name), name="Android", session_key="").pk


def interview(world, survey, **changes):
    payload = {
        "device": make_phone(world), "reference": uuid.uuid4(),
        "survey": survey.pk, "version": version_in_use(survey).pk, "unit": world.units.commune.pk,
        "language": "vi", "form": urlencode({"q1": "a1", "q2": "5", "q6": "Tốt"}),
    }  # fmt: skip
    return payload | changes


@pytest.fixture
def survey(world):
    survey = make_survey(world)
    for unit in (world.units.commune, world.units.elsewhere):
        channels.add_channel(actor=world.actor("rosa"), survey_id=survey.pk, unit_id=unit.pk)
    return survey


def test_it_takes_along_open_surveys_with_the_officers_own_units(world, survey):
    make_survey(world, open_it=False)
    [entry] = call(world.client("olga"), "take", device=make_phone(world)).json()["surveys"]
    assert (entry["id"], [unit["name"] for unit in entry["units"]]) == (survey.pk, ["Xã Mai Hạ"])
    assert texts.HOW_SATISFIED in entry["forms"]["en"] and "hài lòng" in entry["forms"]["vi"]


def test_sent_twice_it_counts_once(world, survey):
    sent = interview(world, survey)
    answers = [call(world.client("olga"), "send", **sent) for _time in range(2)]
    assert [response.status_code for response in answers] == [200, 200]
    response = SurveyResponse.objects.get()
    assert (response.answers, response.source) == ({"q1": "a1", "q2": 5, "q6": "Tốt"}, "phone")
    assert Event.objects.filter(act="surveys.interviewed").count() == 1


def test_what_is_missing_comes_back_and_nothing_counts(world, survey):
    answer = call(world.client("olga"), "send", **interview(world, survey, form="q2=5"))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["q1"])
    answer = call(world.client("olga"), "send", **interview(world, survey, form="q1=a1&q5=many"))
    assert list(answer.json()["errors"]) == ["q5"] and not SurveyResponse.objects.exists()


def test_strangers_phones_units_and_surveys_send_nothing(world, survey):
    olga = world.client("olga")
    assert call(olga, "send", **interview(world, survey, unit=world.units.elsewhere.pk)).status_code == 404
    assert call(olga, "send", **interview(world, survey, version=10**6)).status_code == 404
    device = make_phone(world)
    assert call(world.client("quynh"), "send", **interview(world, survey, device=device)).status_code == 404
    cut_off(actor=world.actor("olga"), device_id=device)
    answer = call(olga, "send", **interview(world, survey, device=device))
    assert (answer.status_code, answer.json()["code"]) == (409, "cut_off")
    unknown_survey = make_survey(world)
    reference = uuid.uuid4()
    assert call(olga, "send", **interview(world, survey, reference=reference)).status_code == 200
    assert call(olga, "send", **interview(world, unknown_survey, reference=reference, unit=None)).status_code == 404
    assert SurveyResponse.objects.count() == 1


def test_an_interview_that_comes_after_the_end_waits_with_the_reason(world, survey):
    editing.change_state(actor=world.actor("rosa"), survey_id=survey.pk, to=SurveyState.CLOSED)
    answer = call(world.client("olga"), "send", **interview(world, survey))
    assert (answer.status_code, answer.json()["code"]) == (409, "closed") and not SurveyResponse.objects.exists()


def test_the_page_without_a_line_names_nobody(world, survey):
    page = world.client("olga").get("/surveys/interviews/offline/en/").content.decode()
    assert "Opinions of the counter" not in page and "Mai Hạ" not in page
