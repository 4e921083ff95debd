"""Somebody answers: by a link, part by part, kept at once, sent once, and known by nobody."""

import re

import pytest
from django.db import DatabaseError, transaction

from ancu.apps.audit.models import Event
from ancu.apps.surveys.enums import SurveyState
from ancu.apps.surveys.models import SurveyChannel, SurveyCode, SurveyResponse, SurveyVersion
from ancu.apps.surveys.services import answering, channels, editing
from ancu.apps.surveys.tests.factories import make_survey
from ancu.core import clock
from ancu.core.testing import texts

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def text(response):
    return response.content.decode()


def begin(world, survey, **answers):
    """A browser and the address of its first part."""
    client = world.client()
    slug = survey.channels.get(unit=None).slug
    answer = client.post(f"/s/{slug}/", answers)
    assert answer.status_code == 302, text(answer)
    return client, answer["location"]


def test_somebody_answers_from_the_link_to_the_thanks(world):
    survey = make_survey(world)
    client, first = begin(world, survey)
    page = text(client.get(first))
    assert "Have you been here this year?" in page and texts.HOW_SATISFIED in page
    second = client.post(first, {"q1": "a1", "q2": "4", "q3": ["a3", "a1"], "go": "on"})["location"]
    assert second == first.replace("/1/", "/2/")
    done = client.post(second, {"q4__r1": "a1", "q5": "12,5", "q6": " Nhanh hơn ", "go": "on"})
    assert done["location"].endswith("/thanks/") and texts.WE_HAVE_RECEIVED_YOUR_ANSWERS in text(
        client.get(done["location"])
    )
    response = SurveyResponse.objects.get()
    assert response.answers == {"q1": "a1", "q2": 4, "q3": ["a1", "a3"], "q4": {"r1": "a1"}, "q5": 12.5,
                                "q6": "Nhanh hơn"}  # fmt: skip
    assert (response.state, response.token, response.saved_at, response.submitted_on) == (
        "complete", None, None, clock.today(),
    )  # fmt: skip
    assert client.get(first).status_code == 404, "nobody opens it again"
    [event] = Event.objects.filter(act="surveys.answered")
    assert (event.subject_id, event.user_id, event.details) == (str(survey.pk), None, {"source": "web"})


def test_each_answer_is_kept_as_it_is_given_and_found_again(world):
    client, first = begin(world, make_survey(world))
    assert client.post(first, {"q1": "a1", "q2": "4"}, headers=HTMX).status_code == 204
    assert SurveyResponse.objects.get().answers == {"q1": "a1", "q2": 4}
    page = text(world.client().get(first))
    assert re.search(r'name="q1" value="a1" checked', page) and re.search(r'name="q2" value="4" checked', page)
    assert client.post(first, {"q1": "a2"}, headers=HTMX).status_code == 204
    assert SurveyResponse.objects.get().answers == {"q1": "a2"}


def test_what_is_missing_or_wrong_is_said_beside_it_and_nothing_typed_is_lost(world):
    client, first = begin(world, make_survey(world))
    answer = client.post(first, {"q2": "4", "go": "on"})
    assert answer.status_code == 422 and texts.ANSWER_THIS_QUESTION in text(answer)
    second = client.post(first, {"q1": "a2", "go": "on"})["location"]
    answer = client.post(second, {"q5": "about ten", "q6": "x", "go": "on"})
    assert answer.status_code == 422 and "Write a number in digits" in text(answer)
    assert 'value="about ten"' in text(answer)
    assert SurveyResponse.objects.get().answers == {"q1": "a2", "q6": "x"}


def test_what_was_not_asked_is_not_counted(world):
    client, first = begin(world, make_survey(world))
    client.post(first, {"q1": "a1", "q2": "4"}, headers=HTMX)
    second = client.post(first, {"q1": "a2", "q2": "4", "go": "on"})["location"]
    client.post(second, {"go": "on"})
    assert SurveyResponse.objects.get().answers == {"q1": "a2"}


@pytest.mark.parametrize(
    ("question", "value"),
    [("q1", "a9"), ("q2", "9"), ("q2", "x"), ("q3", "a9"), ("q4__r1", "a9"), ("q5", "601"), ("q5", "-1"),
     ("q5", "1e9"), ("q6", "x" * 4001)],
)  # fmt: skip
def test_what_is_no_answer_is_not_kept(world, question, value):
    client, first = begin(world, make_survey(world))
    for page in (1, 2):
        client.post(first.replace("/1/", f"/{page}/"), {"q1": "a1"} | {question: value}, headers=HTMX)
    assert question.split("__")[0] not in SurveyResponse.objects.get().answers or question == "q1"


def test_a_code_opens_once_and_is_not_joined_to_what_was_answered(world):
    survey = make_survey(world, needs_code=True)
    unit = channels.add_channel(actor=world.actor("rosa"), survey_id=survey.pk, unit_id=world.units.commune.pk)
    pdf = channels.print_codes(actor=world.actor("rosa"), survey_id=survey.pk, count=3, channel_id=unit.pk)
    assert pdf.startswith(b"%PDF") and SurveyCode.objects.count() == 3
    SurveyCode.objects.create(survey=survey, unit=unit.unit, digest=channels.code_digest(survey, "ABC123XYZ"))
    slug = survey.channels.get(unit=None).slug
    client = world.client()
    for wrong in ("", "ABC123XYY", "ABC"):
        assert client.post(f"/s/{slug}/", {"code": wrong}).status_code == 422
    assert not SurveyResponse.objects.exists()
    assert client.post(f"/s/{slug}/", {"code": "abc 123 xyz"}).status_code == 302
    answer = client.post(f"/s/{slug}/", {"code": "ABC123XYZ"})
    assert answer.status_code == 422 and texts.ALREADY_BEEN_USED in text(answer)
    assert SurveyResponse.objects.get().unit == world.units.commune
    assert {field.name for field in SurveyCode._meta.get_fields()} == {"id", "survey", "unit", "digest", "used"}


def test_codes_cannot_be_guessed_without_end(world):
    survey = make_survey(world, needs_code=True)
    slug = survey.channels.get(unit=None).slug
    pages = [text(world.client().post(f"/s/{slug}/", {"code": f"A{place}"})) for place in range(22)]
    assert any("Too many wrong codes" in page or "Too many" in page for page in pages[-3:])


def test_nothing_of_who_answers_is_stored(world):
    survey = make_survey(world)
    client, first = begin(world, survey)
    client.post(first, {"q1": "a2"}, headers=HTMX | {"User-Agent": "Spy/7", "X-Forwarded-For": "203.0.113.77"})
    client.post(first, {"q1": "a2", "go": "on"})
    from django.core.cache import cache
    from django.db import connection

    assert cache is not None
    with connection.cursor() as cursor:
        for table in ("surveys_surveyresponse", "audit_event"):
            cursor.execute(f"SELECT {table}::text FROM {table}")
            stored_text = " ".join(row[0] for row in cursor.fetchall())
            assert "Spy/7" not in stored_text and "203.0.113" not in stored_text and "127.0.0.1" not in stored_text
    token = first.split("/")[3]
    assert token not in str(list(SurveyResponse.objects.values()))


def test_a_closed_survey_takes_nothing_more(world):
    survey = make_survey(world)
    client, first = begin(world, survey)
    editing.change_state(actor=world.actor("rosa"), survey_id=survey.pk, to=SurveyState.CLOSED)
    assert client.post(first, {"q1": "a2", "go": "on"}).status_code == 409
    assert client.post(f"/s/{survey.channels.get().slug}/").status_code == 422
    assert SurveyResponse.objects.get().state == "draft"


def test_a_survey_being_prepared_and_a_strange_link_are_not_there(world):
    survey = make_survey(world, open_it=False)
    slug = SurveyChannel.objects.get(survey=survey).slug
    for path in (f"/s/{slug}/", "/s/KNOTHING/", f"/s/{slug}/thanks/", "/s/a/nothing/1/"):
        assert world.client().get(path).status_code == 404, path


def test_what_was_answered_never_changes_its_questions(world):
    survey, rosa = make_survey(world), world.actor("rosa")
    assert SurveyVersion.objects.get().frozen_at is None
    editing.change_questions(actor=rosa, survey_id=survey.pk, to=editing.without_question("q5"))
    assert SurveyVersion.objects.count() == 1, "nobody had answered"
    begin(world, survey)
    with pytest.raises(DatabaseError), transaction.atomic():
        SurveyVersion.objects.update(definition={"sections": [], "next": 1})
    changed = editing.change_questions(actor=rosa, survey_id=survey.pk, to=editing.without_question("q6"))
    assert (changed.number, changed.published_at) == (2, None)
    begin(world, survey)
    assert {response.version.number for response in SurveyResponse.objects.all()} == {1}, (
        "the new version is not asked yet"
    )
    editing.publish(actor=rosa, survey_id=survey.pk)
    begin(world, survey)
    assert {response.version.number for response in SurveyResponse.objects.all()} == {1, 2}


def test_drafts_are_thrown_away_after_their_time(world):
    begin(world, make_survey(world))
    assert answering.delete_abandoned_drafts() == 0
    SurveyResponse.objects.update(saved_at=clock.now() - answering.timedelta(days=8))
    assert answering.delete_abandoned_drafts() == 1
