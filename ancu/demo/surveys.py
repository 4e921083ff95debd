"""Two rounds of one survey in eight communes: 1,839 published answers, and a running round."""

import io
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pypdfium2
from django.db import transaction
from PIL import Image, ImageDraw

from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.places.enums import COMMUNE_KINDS
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.surveys.enums import ResponseSource, ResponseState, SurveyState
from ancu.apps.surveys.models import PrintRun, Survey, SurveyResponse, SurveySheet
from ancu.apps.surveys.rules.answers import Answers, applicable_answers
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
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.engines.omr import Layout

ANALYST = "phantich@xnc.example"
PUBLISHED, ANSWERS, KEYED, PHONE = 1839, 1204, 520, 139
SCANNED = 8
GOOD = {"r1": 0.58, "r2": 0.4, "r3": 0.5, "r4": 0.54, "r5": 0.45}  # the share that rates each row as good
DPI = 150
MM = DPI / 25.4
REMARKS = (
    "Thủ tục nên gọn hơn, bớt giấy tờ",
    "Cán bộ giải thích thủ tục rất rõ ràng",
    "Chờ đợi hơi lâu vào buổi sáng thứ hai",
    "Mong có thêm chỗ ngồi chờ và nước uống",
    "Mong công an xã tuần tra ban đêm nhiều hơn",
    "Đường vào bản tối, cần thêm đèn",
    "Homestay chưa khai báo hết khách, nên nhắc nhở",
    "Khai báo tạm trú qua điện thoại rất tiện",
    "Thời gian chờ đợi đã ngắn hơn năm ngoái",
    "Cần hướng dẫn thủ tục bằng tiếng Mường, tiếng Thái",
    "Thái độ cán bộ niềm nở",
    "Nên trả kết quả qua bưu điện",
    "Nhiều xe máy chạy nhanh qua chợ, mong công an xã xử lý",
    "Trang web dễ dùng hơn trước",
    "Không có ý kiến gì thêm",
)


def _options(*words: str) -> tuple[AnswerOption, ...]:
    """Return answer options numbered a1, a2 …, from texts ``Vietnamese|English``.

    ``!`` before a text marks an option that excludes the others.
    """
    return tuple(
        AnswerOption(f"a{place}", BilingualText(*word.removeprefix("!").split("|")), alone=word.startswith("!"))
        for place, word in enumerate(words, 1)
    )


QUESTIONS = SurveyDefinition(
    sections=(
        SurveySection(
            "s1",
            BilingualText("An ninh nơi ông bà ở", "Safety where you live"),
            (
                SurveyQuestion(
                    "q1",
                    "scale",
                    BilingualText(
                        "Ông bà thấy an toàn đến mức nào khi đi lại buổi tối?",
                        "How safe do you feel when out in the evening?",
                    ),
                    required=True,
                    low_text=BilingualText("không an toàn", "unsafe"),
                    high_text=BilingualText("rất an toàn", "very safe"),
                ),
                SurveyQuestion(
                    "q2",
                    "multiple",
                    BilingualText("Điều gì làm ông bà lo ngại?", "What worries you?"),
                    options=_options(
                        "Trộm cắp|Theft",
                        "Tai nạn giao thông|Traffic accidents",
                        "Ma túy|Drugs",
                        "Lừa đảo qua mạng|Fraud on the internet",
                        "!Không có gì|Nothing",
                    ),
                ),
            ),
        ),
        SurveySection(
            "s2",
            BilingualText("Dịch vụ của công an", "Services of the police"),
            (
                SurveyQuestion(
                    "q3",
                    "single",
                    BilingualText(
                        "Trong 12 tháng qua ông bà có đến làm thủ tục không?",
                        "Did you come for a procedure in the last 12 months?",
                    ),
                    required=True,
                    options=_options("Có, tại trụ sở|Yes, at the office", "Có, qua mạng|Yes, online", "Không|No"),
                ),
                SurveyQuestion(
                    "q4",
                    "matrix",
                    BilingualText("Ông bà đánh giá lần làm thủ tục đó thế nào?", "How do you rate it?"),
                    rows=(
                        AnswerOption("r1", BilingualText("Thái độ cán bộ", "Courtesy")),
                        AnswerOption("r2", BilingualText("Thời gian", "Time")),
                        AnswerOption("r3", BilingualText("Hướng dẫn", "Guidance")),
                        AnswerOption("r4", BilingualText("Nơi tiếp", "The office itself")),
                        AnswerOption("r5", BilingualText("Làm thủ tục qua mạng", "Online service")),
                    ),
                    options=_options("Tốt|Good", "Bình thường|Fair", "Kém|Poor"),
                    only_if=QuestionCondition("q3", ("a1", "a2")),
                ),
                SurveyQuestion(
                    "q5",
                    "number",
                    BilingualText("Ông bà phải chờ bao nhiêu phút?", "How many minutes did you wait?"),
                    minimum=0,
                    maximum=480,
                    only_if=QuestionCondition("q3", ("a1",)),
                ),
            ),
        ),
        SurveySection(
            "s3",
            BilingualText("Ý kiến của ông bà", "Your opinion"),
            (
                SurveyQuestion(
                    "q6",
                    "long",
                    BilingualText("Ông bà mong muốn công an làm tốt hơn điều gì?", "What should the police do better?"),
                ),
                SurveyQuestion(
                    "q7",
                    "single",
                    BilingualText("Ông bà thuộc nhóm tuổi nào?", "What is your age group?"),
                    options=_options("18–29", "30–44", "45–59", "60 trở lên|60 and over"),
                ),
            ),
        ),
    ),
    next=8,
)


@transaction.atomic
def load_surveys(*, seed: int) -> dict[str, int]:
    """Create surveys and their responses; return the numbers by label."""
    rng = Random(seed)
    actor = actor_for(Membership.objects.get(user__email=ANALYST).user)
    units = list(AdministrativeUnit.objects.filter(
        kind__in=COMMUNE_KINDS, valid_until__isnull=True, pk__in=actor.area).order_by("code")[:8])  # fmt: skip
    first = _survey(actor, units, rng, "Ý kiến người dân năm 2025", "Public opinion 2025", None)
    _answers(first, units, rng, {ResponseSource.WEB: PUBLISHED - PHONE, ResponseSource.PHONE: PHONE}, better=0.0)
    editing.change_state(actor=actor, survey_id=first.pk, to=SurveyState.CLOSED)
    editing.show_figures(actor=actor, survey_id=first.pk, public=True)
    opened, closed, published = (datetime(2025, *day, 8, tzinfo=clock.VIETNAM) for day in ((10, 6), (11, 14), (12, 1)))
    Survey.objects.filter(pk=first.pk).update(
        created_at=opened, opened_at=opened, closed_at=closed, figures_published_at=published
    )
    _submit_between(first, rng, opened.date(), closed.date())
    second = _survey(actor, units, rng, "Ý kiến người dân năm 2026", "Public opinion 2026", first)
    shares = {ResponseSource.WEB: ANSWERS - KEYED - PHONE, ResponseSource.PHONE: PHONE}
    _answers(second, units, rng, shares, better=0.12)
    _create_paper_sheets(actor, second, units, rng)
    return {"surveys": 2, "answers": PUBLISHED + ANSWERS}


def _survey(
    actor: Actor, units: list[AdministrativeUnit], rng: Random, vi: str, en: str, previous: Survey | None
) -> Survey:
    """Create a survey with a channel for each unit, open for answers; ``vi`` and ``en`` are its titles.

    It repeats the questions of ``previous``, if given.
    """
    intro = "Công an tỉnh xin ý kiến của ông bà về an ninh và dịch vụ. Không hỏi tên; kết quả được công bố."
    survey = editing.create(
        actor=actor, previous=previous, title_vi=vi, title_en=en, intro_vi=intro,
        intro_en="The provincial police ask for your opinion of safety and services. No name; results are published.",
    )  # fmt: skip
    if previous is None:
        editing.change_questions(actor=actor, survey_id=survey.pk, to=lambda _before: QUESTIONS)
    for unit in units:
        people = rng.randint(18, 90) * 100
        channels.add_channel(actor=actor, survey_id=survey.pk, unit_id=unit.pk, population=people)
    return editing.change_state(actor=actor, survey_id=survey.pk, to=SurveyState.OPEN)


def _random_answers(rng: Random, better: float) -> Answers:
    """Return one person's answers; ``better`` shifts them towards good ones."""
    safe = min(5, max(1, round(rng.gauss(3.6 + better * 3, 0.9))))
    worries = [key for key, part in (("a1", 0.3), ("a2", 0.55), ("a3", 0.2), ("a4", 0.45)) if rng.random() < part]
    came = rng.choices(["a1", "a2", "a3"], [0.35, 0.2 + better, 0.45])[0]
    opinion: Answers = {"q1": safe, "q2": worries or ["a5"], "q3": came}
    opinion["q4"] = {
        row: rng.choices(["a1", "a2", "a3"], [good + better, 0.35, 0.65 - good])[0] for row, good in GOOD.items()
    }
    opinion["q5"] = max(0, round(rng.expovariate(1 / 35)))
    if rng.random() < 0.35:
        opinion["q6"] = rng.choice(REMARKS)
    if rng.random() < 0.95:
        opinion["q7"] = rng.choices(["a1", "a2", "a3", "a4"], [3, 4, 3, 2])[0]
    return applicable_answers(QUESTIONS, opinion)


def _answers(
    survey: Survey, units: list[AdministrativeUnit], rng: Random, shares: dict[ResponseSource, int], *, better: float
) -> list[SurveyResponse]:
    """Create responses to the survey and return them; ``shares`` holds their number by source.

    ``better`` shifts the answers towards good ones.
    """
    version = version_in_use(survey)
    assert version is not None
    editing.freeze(version.pk)
    responses = [
        SurveyResponse(
            survey=survey, version=version, unit=rng.choice(units), source=source, state=ResponseState.COMPLETE,
            answers=_random_answers(rng, better), submitted_on=clock.today() - timedelta(days=rng.randint(1, 60)),
        )
        for source, count in shares.items()
        for _number in range(count)
    ]  # fmt: skip
    return SurveyResponse.objects.bulk_create(responses, batch_size=1000)


def _submit_between(survey: Survey, rng: Random, first: date, last: date) -> None:
    """Spread the survey's responses over the days from ``first`` to ``last``, when it was open."""
    answers = list(SurveyResponse.objects.filter(survey=survey).order_by("pk"))
    for answer in answers:
        answer.submitted_on = first + timedelta(days=rng.randint(0, (last - first).days))
    SurveyResponse.objects.bulk_update(answers, ["submitted_on"], batch_size=1000)


def _create_paper_sheets(actor: Actor, survey: Survey, units: list[AdministrativeUnit], rng: Random) -> None:
    """Create sheets on paper for the first unit: some with keyed answers, and a scanned stack still to be read."""
    channel = survey.channels.get(unit=units[0])
    paper.print_sheets(actor=actor, survey_id=survey.pk, language="vi", count=KEYED, channel_id=channel.pk)
    sheets = list(SurveySheet.objects.filter(survey=survey).order_by("serial"))
    for sheet, response in zip(
        sheets, _answers(survey, [units[0]], rng, {ResponseSource.KEYED: KEYED}, better=0.12), strict=True
    ):
        sheet.response = response
    SurveySheet.objects.bulk_update(sheets, ["response"], batch_size=1000)
    pdf = paper.print_sheets(actor=actor, survey_id=survey.pk, language="vi", count=SCANNED, channel_id=channel.pk)
    run = PrintRun.objects.filter(survey=survey).order_by("-id")[0]
    scanning.store_scan(actor=actor, survey_id=survey.pk, name="phieu-quet.pdf", data=fill_stack(pdf, run, rng))


# ---- filled by pens ------------------------------------------------------------------------------------


def fill_stack(pdf: bytes, run: PrintRun, rng: Random) -> bytes:
    """Return the printed stack with marks drawn: crosses, one sheet with two instead of one, handwriting."""
    layout = paper.layout_of(run.paper)
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.render(scale=DPI / 72).to_pil().convert("L") for page in document]
    for number in range(run.count):
        marks = _marked_boxes(_random_answers(rng, 0.12))
        if number == 1:
            marks |= {"q3/a1", "q3/a3"}
        _draw(pages[number * layout.pages : (number + 1) * layout.pages], layout, marks, rng, words=number % 3 == 0)
    out = io.BytesIO()
    turned = [page.rotate(rng.uniform(-0.8, 0.8), fillcolor=255) for page in pages]
    turned[0].save(out, "PDF", save_all=True, append_images=turned[1:], resolution=DPI, quality=70)
    return out.getvalue()


def _marked_boxes(answers: Answers) -> set[str]:
    """Return the ids of the boxes to mark for these answers."""
    marks: set[str] = set()
    for key, value in answers.items():
        if isinstance(value, dict):
            marks |= {f"{key}/{row}/{option}" for row, option in value.items()}
        else:
            marks |= {f"{key}/{option}" for option in (value if isinstance(value, list) else [value])}
    return marks


def _draw(pages: list[Image.Image], layout: Layout, marks: set[str], rng: Random, *, words: bool) -> None:
    """Draw crosses in the boxes with the ids ``marks`` on the pages, with some handwriting if ``words``."""

    def jitter() -> float:
        """Return a random displacement in pixels."""
        return rng.uniform(-1.5, 1.5)

    for box in layout.boxes:
        if box.id in marks:
            x, y, side = box.x * MM, box.y * MM, box.side * MM
            draw: Any = ImageDraw.Draw(pages[box.page - 1])
            draw.line(
                (x + 3 + jitter(), y + 3 + jitter(), x + side - 3 + jitter(), y + side - 3 + jitter()), fill=40, width=3
            )
            draw.line(
                (x + 3 + jitter(), y + side - 3 + jitter(), x + side - 3 + jitter(), y + 3 + jitter()), fill=40, width=3
            )
    for area in layout.areas if words else ():
        if area.question == "q6":
            draw = ImageDraw.Draw(pages[area.page - 1])
            for step in range(16):
                x, y = area.x * MM + 20 + step * 15, area.y * MM + 16
                draw.line((x, y + jitter(), x + 8, y + 16 + jitter() * 3), fill=50, width=2)
