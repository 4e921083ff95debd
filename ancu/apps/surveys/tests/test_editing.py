"""The editor: questions in both languages, moved and taken out, never so that one hangs on what is not asked."""

import pytest

from ancu.apps.audit.models import Event
from ancu.apps.surveys.models import Survey
from ancu.apps.surveys.rules.definition import AnswerOption, BilingualText, read
from ancu.apps.surveys.selectors.surveys import newest_version
from ancu.apps.surveys.services import editing
from ancu.apps.surveys.tests.factories import QUESTIONS, make_survey
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.testing import texts

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def definition(survey):
    return read(newest_version(survey).definition)


def keys(survey):
    return [[question.id for question in section.questions] for section in definition(survey).sections]


def test_a_question_of_each_kind_is_written_and_changed(world):
    rosa = world.client("rosa")
    assert rosa.post("/surveys/new/", {"title_vi": texts.OPINION_VI}).status_code == 302
    survey = Survey.objects.get()
    add = f"/surveys/{survey.pk}/questions/add/s1/"
    words = {"text_vi": "Câu hỏi?", "text_en": "Question?"}
    choices = {"options_vi": "Có\nKhông", "options_en": "Yes\nNo"}
    of_kind = {
        "single": choices, "multiple": choices, "matrix": choices | {"rows_vi": "A\nB"}, "short": {}, "long": {},
        "scale": {"low": "1", "high": "7"}, "number": {"minimum": "0", "maximum": "9"},
    }  # fmt: skip
    for kind, more in of_kind.items():
        assert rosa.post(f"{add}{kind}/", words | more).status_code == 302, kind
    questions = list(definition(survey).questions())
    assert [question.kind for question in questions] == list(of_kind) and str(questions[0].options[1].text.en) == "No"
    url = f"/surveys/{survey.pk}/questions/{questions[0].id}/"
    assert "Có\nKhông" in text(rosa.get(url))
    assert rosa.post(url, words | {"options_vi": "Không\nCó\nKhông rõ"}).status_code == 302
    after = definition(survey).question(questions[0].id)
    assert [option.id for option in after.options][:2] == ["a2", "a1"], "the same words keep their ids"
    assert Event.objects.filter(act="surveys.edited").count() == 8


@pytest.mark.parametrize(
    ("kind", "wrong", "message"),
    [
        ("single", {"options_vi": "Có"}, "at least 2"),
        ("single", {"options_vi": "Có\nCó"}, "twice"),
        ("single", {"options_vi": "Có\nKhông", "options_en": "Yes"}, "There are 2 in Vietnamese and 1 here"),
        ("matrix", {"options_vi": "\n".join(map(str, range(10))), "rows_vi": "A"}, "more than 9"),
        ("scale", {"low": "1", "high": "1"}, "must have 2 to 11 steps"),
        ("scale", {"low": "0", "high": "15"}, "must have 2 to 11 steps"),
        ("number", {"minimum": "9", "maximum": "1"}, "less than the minimum"),
        ("short", {"text_vi": ""}, "Enter the question."),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_typed_is_lost(world, kind, wrong, message):
    survey = make_survey(world, open_it=False)
    sent = {"text_vi": "Câu hỏi?", "help_vi": "Chỉ dẫn"} | wrong
    answer = world.client("rosa").post(f"/surveys/{survey.pk}/questions/add/s1/{kind}/", sent)
    assert answer.status_code == 422 and message in text(answer) and "Chỉ dẫn" in text(answer)
    assert definition(survey) == QUESTIONS


def test_what_must_be_written_is_not_called_optional(world):
    survey = make_survey(world, open_it=False)
    page = text(world.client("rosa").get(f"/surveys/{survey.pk}/questions/add/s1/matrix/"))
    required_labels = (
        "Rows of the table in Vietnamese, one per line",
        "Answers in Vietnamese, one per line",
    )
    assert all(f"{label}</label>" in page for label in required_labels)


def test_questions_move_through_parts_but_not_before_what_they_hang_on(world):
    survey, rosa = make_survey(world, open_it=False), world.actor("rosa")

    def move(key, by):
        editing.change_questions(actor=rosa, survey_id=survey.pk, to=editing.with_moved_question(key, by))

    move("q3", 1)
    assert keys(survey) == [["q1", "q2"], ["q3", "q4", "q5", "q6"]]
    move("q4", -1)
    assert keys(survey)[1] == ["q4", "q3", "q5", "q6"]
    for refused in (
        editing.with_moved_question("q2", -1),
        editing.without_question("q1"),
        editing.without_section("s1"),
    ):
        with pytest.raises(Conflict):
            editing.change_questions(actor=rosa, survey_id=survey.pk, to=refused)
    assert keys(survey)[0] == ["q1", "q2"]
    for missing in (
        editing.with_moved_question("q99", 1),
        editing.without_question("q99"),
        editing.with_section(BilingualText(), "s9"),
    ):
        with pytest.raises(Http404):
            editing.change_questions(actor=rosa, survey_id=survey.pk, to=missing)


def test_an_id_is_never_given_twice(world):
    survey, rosa = make_survey(world, open_it=False), world.actor("rosa")
    editing.change_questions(actor=rosa, survey_id=survey.pk, to=editing.without_question("q6"))
    client = world.client("rosa")
    client.post(f"/surveys/{survey.pk}/questions/add/s2/short/", {"text_vi": "Mới?"})
    assert keys(survey)[1][-1] == "q7"
    assert (
        editing.options_with_kept_ids(
            [AnswerOption("a1", BilingualText("x"))], [BilingualText("y"), BilingualText("x")], "a"
        )[1].id
        == "a1"
    )


def test_an_empty_survey_is_not_opened_and_only_its_agency_touches_it(world):
    rosa = world.actor("rosa")
    survey = editing.create(actor=rosa, title_vi="Trống")
    with pytest.raises(Conflict):
        editing.change_state(actor=rosa, survey_id=survey.pk, to="open")
    for who, refusal in (("olga", Forbidden), ("quynh", Forbidden), ("alice", Http404)):
        with pytest.raises(refusal):
            editing.set_survey(actor=world.actor(who), survey_id=survey.pk, title_vi="x")
    with pytest.raises(Forbidden):
        editing.create(actor=world.actor("olga"), title_vi="x")


def test_markup_of_an_analyst_is_shown_as_text(world):
    survey = make_survey(world, title_vi="<script>alert(1)</script>")
    page = text(world.client().get(f"/s/{survey.channels.get().slug}/"))
    assert "<script>alert" not in page
