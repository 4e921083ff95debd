"""No margin of an open link, the same rounding everywhere, weighted or not is said, and "none" stands alone."""

import csv
import io
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from ancu.apps.surveys.enums import ResponseSource
from ancu.apps.surveys.models import SurveyResponse
from ancu.apps.surveys.rules import statistics
from ancu.apps.surveys.rules.answers import InvalidAnswer, clean, contradiction
from ancu.apps.surveys.rules.definition import AnswerOption, BilingualText, SurveyQuestion, write
from ancu.apps.surveys.selectors import results as figures
from ancu.apps.surveys.services import exporting
from ancu.apps.surveys.services.answering import begin, send
from ancu.apps.surveys.services.exporting import _figure_words
from ancu.apps.surveys.templatetags.surveys import percent
from ancu.apps.surveys.tests.factories import make_answers, make_survey
from ancu.core.testing import texts

NONE = SurveyQuestion(
    "q9",
    "multiple",
    BilingualText("Lo ngại?", "Worries?"),
    options=(
        AnswerOption("a1", BilingualText("Trộm", "Theft")),
        AnswerOption("a2", BilingualText("Không có gì", "Nothing"), alone=True),
    ),
)


def text(response):
    return " ".join(response.content.decode().split())


def test_none_excludes_the_other_answers():
    assert clean(NONE, ["a2"]) == ["a2"] and clean(NONE, ["a1"]) == ["a1"]
    with pytest.raises(InvalidAnswer, match=r"Nothing|Không có gì"):
        clean(NONE, ["a1", "a2"])
    assert contradiction(NONE, ["a1", "a2"]) and not contradiction(NONE, ["a2"])


@pytest.mark.django_db
def test_an_analyst_says_which_answer_excludes_the_others(world):
    survey, rosa = make_survey(world, open_it=False), world.client("rosa")
    page = f"/surveys/{survey.pk}/questions/q3/"
    form = {"text_vi": "Việc gì?", "options_vi": "Thị thực\nKhông có gì", "alone": "Không"}
    assert "not one of the answers above" in text(rosa.post(page, form))
    assert rosa.post(page, form | {"alone": "Không có gì"}).status_code == 302
    question = figures.definition_of(survey).question("q3")
    assert [option.alone for option in question.options] == [False, True]
    assert "Không có gì" in text(rosa.get(page)) and "data-alone" in text(rosa.get(f"/surveys/{survey.pk}/preview/1/"))


def test_what_was_stored_before_is_written_the_same():
    stored = {"id": "a1", "text": {"vi": "Trộm", "en": "Theft"}}
    assert write(NONE)["options"][0] == stored


@pytest.mark.slow
@pytest.mark.django_db
def test_an_open_link_has_no_margin_and_codes_and_paper_have(world):
    rows = [{"q1": "a1", "q2": 4, "q5": 3}] * 30 + [{"q1": "a2"}] * 20
    open_link, by_code, paper = make_survey(world), make_survey(world, needs_code=True), make_survey(world)
    for survey in (open_link, by_code, paper):
        make_answers(survey, rows)
    SurveyResponse.objects.filter(survey=paper).update(source=ResponseSource.KEYED)
    for survey, has in ((open_link, False), (by_code, True), (paper, True)):
        results = figures.results(figures.count_answers(survey))
        assert {result.has_margin for result in results if any(line.share is not None for line in result.lines)} == {
            has
        }
        page = text(world.client("rosa").get(f"/surveys/{survey.pk}/results/"))
        assert ("±" in page, ">Margin<" in page, "without a margin of error" in page) == (has, has, not has)
    for survey, has in ((open_link, False), (by_code, True)):
        assert ("Margin" in printed(exporting.report(world.actor("rosa"), survey.pk))) == has


@pytest.mark.django_db
@translation.override("en")
def test_the_report_groups_its_numbers_as_the_page(world):
    survey = make_survey(world)
    make_answers(survey, [{"q1": "a1"}] * 1_839)
    words = printed(exporting.report(world.actor("rosa"), survey.pk))
    assert "1,839" in words and "1839" not in words


def printed(pdf):
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.django_db
def test_no_change_is_certain_between_rounds_of_an_open_link(world):
    first = make_survey(world)
    later = make_survey(world, previous=first)
    make_answers(first, [{"q1": "a1"}] * 10 + [{"q1": "a2"}] * 90)
    make_answers(later, [{"q1": "a1"}] * 90 + [{"q1": "a2"}] * 10)
    page = text(world.client("rosa").get(f"/surveys/{later.pk}/results/rounds/"))
    assert "80.0" in page and "▲" not in page and "within the margin" not in page and texts.NOT_WEIGHTED in page


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_page_file_and_paper_round_alike(count, more):
    part = count / (count + more)
    rounded = statistics.percent(part)
    assert Decimal(repr(rounded)).as_tuple().exponent >= -1 and abs(rounded - part * 100) <= 0.0500001
    assert percent(part).replace(",", ".") == f"{rounded:.1f} %"


@pytest.mark.parametrize("part", [0.0625, 0.1225, 0.0445, 0.5005])
def test_halves_are_rounded_up_everywhere(part):
    line = figures.ResultLine("a", "a", 5, part)
    question = SurveyQuestion("q1", "single", BilingualText("x"))
    drawn = _figure_words(figures.ItemResult(figures.ResultItem(question), 1, 80, (line,), 0, False))["lines"][0][
        "percent"
    ]
    assert drawn == percent(part) and exporting._percent(part) == float(drawn.split()[0].replace(",", "."))


@pytest.mark.django_db
@translation.override("en")
def test_tables_and_files_say_whether_they_are_weighted(world):
    survey, rosa = make_survey(world), world.client("rosa")
    make_answers(survey, [{"q1": "a1"}] * 150, unit=world.units.commune)
    make_answers(survey, [{"q1": "a2"}] * 150, unit=world.units.elsewhere)

    def weighting_notes():
        csv_text = exporting.export(actor=world.actor("rosa"), survey_id=survey.pk, kind="csv").content.decode(
            "utf-8-sig"
        )
        head, *lines = csv.reader(io.StringIO(csv_text))
        return text(rosa.get(f"/surveys/{survey.pk}/results/")), head[-1], {line[1]: line[-1] for line in lines}

    page, head, by_unit = weighting_notes()
    assert texts.NOT_WEIGHTED in page and head == "Weighted" and by_unit["all"] == "no"
    for unit, people in ((world.units.commune, 1000), (world.units.elsewhere, 9000)):
        survey.channels.create(unit=unit, slug=f"u{unit.pk}", population=people)
    page, _head, by_unit = weighting_notes()
    assert "· weighted" in page and by_unit.pop("all") == "yes" and set(by_unit.values()) == {"no"}
    assert texts.NOT_WEIGHTED in text(rosa.get(f"/surveys/{survey.pk}/results/cross/"))


@pytest.mark.django_db
def test_back_after_sending_says_that_the_answers_arrived(world):
    survey = make_survey(world)
    token = begin(survey.channels.get(), language="vi")
    SurveyResponse.objects.update(answers={"q1": "a2"})
    send(token)
    for answer in (world.client().get(f"/s/a/{token}/1/"), world.client().post(f"/s/a/{token}/1/", {"q1": "a1"})):
        assert answer.status_code == 404 and "we have received them" in text(answer)
    assert SurveyResponse.objects.get().answers == {"q1": "a2"}


@pytest.mark.django_db
def test_a_phone_knows_what_a_number_is_without_a_line(world):
    survey = make_survey(world)
    token = begin(survey.channels.get(), language="vi")
    page = text(world.client().get(f"/s/a/{token}/2/"))
    assert 'data-number="Write a number from 0 to 600."' in page
    assert 'data-least="0" data-most="600"' in page
