"""A survey of Rosa's office, asked about a visit to its counter, and answers to it."""

from typing import Any

from ancu.apps.surveys.enums import ResponseState, Source, SurveyState
from ancu.apps.surveys.models import Response, Survey
from ancu.apps.surveys.rules.definition import Condition, Definition, Option, Question, Section, Text
from ancu.apps.surveys.selectors.surveys import current
from ancu.apps.surveys.services import editing
from ancu.core import clock


def options(*words: str) -> tuple[Option, ...]:
    return tuple(Option(f"a{place}", Text(*word.split("|"))) for place, word in enumerate(words, 1))


QUESTIONS = Definition(
    sections=(
        Section(
            "s1",
            Text("Lần đến gần đây", "Your last visit"),
            (
                Question("q1", "single",
                         Text("Ông bà đã đến trụ sở trong năm nay chưa?", "Have you been here this year?"),
                         required=True, options=options("Có|Yes", "Chưa|No")),
                Question("q2", "scale", Text("Ông bà hài lòng đến mức nào?", "How satisfied are you?"),
                         low_text=Text("không", "not at all"), high_text=Text("rất", "very"),
                         only_if=Condition("q1", ("a1",))),
                Question("q3", "multiple", Text("Ông bà đến vì việc gì?", "What did you come for?"),
                         options=options("Thị thực|Visa", "Thẻ tạm trú|Residence card", "Việc khác|Something else")),
            ),
        ),
        Section(
            "s2",
            Text("Ý kiến", "Your opinion"),
            (
                Question("q4", "matrix", Text("Ông bà đánh giá thế nào?", "How do you rate it?"),
                         rows=(Option("r1", Text("Thái độ", "Courtesy")), Option("r2", Text("Thời gian", "Time"))),
                         options=options("Tốt|Good", "Được|Fair", "Kém|Poor")),
                Question("q5", "number", Text("Ông bà chờ bao nhiêu phút?", "How many minutes did you wait?"),
                         minimum=0, maximum=600),
                Question("q6", "long", Text("Ông bà mong muốn điều gì?", "What would you wish for?")),
            ),
        ),
    ),
    next=7,
)  # fmt: skip


def make_survey(world: Any, *, who: str = "rosa", open_it: bool = True, **settings: Any) -> Survey:
    actor = world.actor(who)
    values = {"title_vi": "Ý kiến về tiếp dân", "title_en": "Opinions of the counter"} | settings
    made = editing.create(actor=actor, **values)
    editing.change(actor=actor, survey_id=made.pk, to=lambda _before: QUESTIONS)
    if open_it:
        editing.move(actor=actor, survey_id=made.pk, to=SurveyState.OPEN)
    made.refresh_from_db()
    return made


def make_answers(survey: Survey, rows: list[dict[str, Any]], *, unit: Any = None) -> None:
    version = current(survey)
    Response.objects.bulk_create(
        Response(
            survey=survey, version=version, unit=unit, source=Source.WEB, state=ResponseState.COMPLETE, answers=row,
            submitted_on=clock.today(),
        )
        for row in rows
    )  # fmt: skip
