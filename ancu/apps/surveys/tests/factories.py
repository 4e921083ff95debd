"""A survey of Rosa's office, asked about a visit to its counter, and answers to it."""

from typing import Any
from uuid import uuid4

import msgspec

from ancu.apps.surveys.enums import ResponseSource, ResponseState, SurveyState
from ancu.apps.surveys.models import PrintRun, ReadingDoubt, Scan, Survey, SurveyResponse, SurveySheet
from ancu.apps.surveys.rules.definition import (
    AnswerOption,
    BilingualText,
    QuestionCondition,
    SurveyDefinition,
    SurveyQuestion,
    SurveySection,
)
from ancu.apps.surveys.selectors.surveys import version_in_use
from ancu.apps.surveys.services import channels, editing, paper, scanning
from ancu.apps.surveys.services.answering import begin
from ancu.core import clock
from ancu.core.security.encryption import seal_secret
from ancu.core.testing import texts


def options(*words: str) -> tuple[AnswerOption, ...]:
    return tuple(AnswerOption(f"a{place}", BilingualText(*word.split("|"))) for place, word in enumerate(words, 1))


QUESTIONS = SurveyDefinition(
    sections=(
        SurveySection(
            "s1",
            BilingualText("Lần đến gần đây", "Your last visit"),
            (
                SurveyQuestion(
                    "q1",
                    "single",
                    BilingualText("Ông bà đã đến trụ sở trong năm nay chưa?", "Have you been here this year?"),
                    required=True,
                    options=options("Có|Yes", "Chưa|No"),
                ),
                SurveyQuestion(
                    "q2",
                    "scale",
                    BilingualText("Ông bà hài lòng đến mức nào?", "How satisfied are you?"),
                    low_text=BilingualText("không", "not at all"),
                    high_text=BilingualText("rất", "very"),
                    only_if=QuestionCondition("q1", ("a1",)),
                ),
                SurveyQuestion(
                    "q3",
                    "multiple",
                    BilingualText("Ông bà đến vì việc gì?", "What did you come for?"),
                    options=options("Thị thực|Visa", "Thẻ tạm trú|Residence card", "Việc khác|Something else"),
                ),
            ),
        ),
        SurveySection(
            "s2",
            BilingualText(texts.OPINION_VI, "Your opinion"),
            (
                SurveyQuestion(
                    "q4",
                    "matrix",
                    BilingualText("Ông bà đánh giá thế nào?", "How do you rate it?"),
                    rows=(
                        AnswerOption("r1", BilingualText("Thái độ", "Courtesy")),
                        AnswerOption("r2", BilingualText("Thời gian", "Time")),
                    ),
                    options=options("Tốt|Good", "Được|Fair", "Kém|Poor"),
                ),
                SurveyQuestion(
                    "q5",
                    "number",
                    BilingualText("Ông bà chờ bao nhiêu phút?", "How many minutes did you wait?"),
                    minimum=0,
                    maximum=600,
                ),
                SurveyQuestion("q6", "long", BilingualText("Ông bà mong muốn điều gì?", "What would you wish for?")),
            ),
        ),
    ),
    next=7,
)


def make_survey(world: Any, *, who: str = "rosa", open_it: bool = True, **settings: Any) -> Survey:
    actor = world.actor(who)
    values = {"title_vi": "Ý kiến về tiếp dân", "title_en": "Opinions of the counter"} | settings
    survey = editing.create(actor=actor, **values)
    editing.change_questions(actor=actor, survey_id=survey.pk, to=lambda _before: QUESTIONS)
    if open_it:
        editing.change_state(actor=actor, survey_id=survey.pk, to=SurveyState.OPEN)
    survey.refresh_from_db()
    return survey


def make_answers(
    survey: Survey,
    rows: list[dict[str, Any]],
    *,
    unit: Any = None,
    source: str = ResponseSource.WEB,
    submitted_on: Any = None,
) -> None:
    version = version_in_use(survey)
    SurveyResponse.objects.bulk_create(
        SurveyResponse(
            survey=survey, version=version, unit=unit, source=source, state=ResponseState.COMPLETE, answers=row,
            submitted_on=submitted_on or clock.today(),
        )
        for row in rows
    )  # fmt: skip


def make_addresses(world: Any) -> dict[str, dict[str, Any]]:
    """One of everything that has an address of its own: tests/test_access.py."""
    rosa = world.actor("rosa")
    survey = make_survey(world)
    channel = channels.add_channel(actor=rosa, survey_id=survey.pk, unit_id=world.units.commune.pk)
    paper.print_sheets(actor=rosa, survey_id=survey.pk, language="vi", count=3, channel_id=channel.pk)
    run = PrintRun.objects.get(survey=survey)
    review = {"survey": survey, "version": version_in_use(survey), "state": ResponseState.REVIEW}
    scanned = SurveyResponse.objects.create(source=ResponseSource.SCAN, **review)
    keyed = SurveyResponse.objects.create(
        source=ResponseSource.KEYED, answers={"q1": "a1"}, second={"q1": "a2"}, **review
    )
    for serial, response in ((1, scanned), (2, keyed)):
        SurveySheet.objects.filter(survey=survey, serial=serial).update(response=response)
    scan = Scan.objects.create(
        survey=survey, file=uuid4(), name="a.pdf", given_at=clock.now(), given_by=world.users["rosa"], state="done"
    )
    sheet = SurveySheet.objects.get(survey=survey, serial=1)
    page = scan.pages.create(place=1, sheet=sheet, page=1, picture=seal_secret(b"JPEG", scanning.PLACE))
    crops = seal_secret(msgspec.msgpack.encode([scanning.PictureCrop("a1", b"PNG")]), scanning.PLACE)
    doubt = ReadingDoubt.objects.create(sheet=sheet, page=page, question="q1", crop=crops)
    make_answers(survey, [{"q1": "a1", "q6": texts.PROCEDURE_VI}] * 6)
    own = {"pk": survey.pk, "channel_id": channel.pk, "run_id": run.pk, "serial": 1, "page": 1, "section": "s1",
           "kind": "single", "key": "q1", "response_id": keyed.pk}  # fmt: skip
    written = {"pk": survey.pk, "key": "q6", "response": survey.responses.filter(state="complete")[0].pk}
    later = make_survey(world, previous=survey)
    over = make_survey(world)
    make_answers(over, [{"q1": "a1"}] * 6)
    editing.change_state(actor=rosa, survey_id=over.pk, to=SurveyState.CLOSED)
    editing.show_figures(actor=rosa, survey_id=over.pk, public=True)
    return {
        "/s/": {"slug": channel.slug},
        "/s/<slug:slug>/results/": {"slug": over.channels.get().slug},
        "/s/a/": {"token": begin(channel, language="vi"), "page": 1},
        "/surveys/<": own,
        "/surveys/<int:pk>/results/rounds": {"pk": later.pk},
        "/surveys/<int:pk>/results/written/": written,
        "/surveys/doubts/": {"pk": doubt.pk, "place": 0},
        "/surveys/pages/": {"pk": page.pk},
        "/surveys/interviews/offline/": {"language": "vi"},
    }
