"""Figures: right, with their margins, never of few, the same in the table, the file and the report."""

import io
import re
import zipfile

import pytest
from django.utils import translation

from ancu.apps.audit.models import Event
from ancu.apps.surveys.models import SurveyResponse
from ancu.apps.surveys.rules import statistics, words
from ancu.apps.surveys.selectors import crosses, remarks
from ancu.apps.surveys.selectors import results as figures
from ancu.apps.surveys.services import channels, editing, exporting
from ancu.apps.surveys.tests.factories import make_answers, make_survey
from ancu.core.testing import texts as screen_texts

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def answers(number, **values):
    return [dict(values) for _place in range(number)]


def counted(survey, key):
    counts = figures.count_answers(survey)
    item = figures.item_of(counts.definition, key)
    return counts, figures.item_result(counts, item)


def counts_by_key(result):
    return {line.key: line.count for line in result.lines}


def test_counts_and_shares_with_their_margin(world):
    survey = make_survey(world, needs_code=True)
    make_answers(survey, answers(60, q1="a1", q2=4) + answers(40, q1="a2"))
    _counts, result = counted(survey, "q1")
    assert counts_by_key(result) == {"a1": 60, "a2": 40}
    assert result.lines[0].share == pytest.approx(0.6)
    assert result.lines[0].margin == pytest.approx(0.0942, abs=0.0005)
    assert statistics.share(0, 50, effective=50).margin > 0.03, "even nobody has a margin"


def test_figures_of_few_are_hidden_with_the_one_they_could_be_worked_out_from(world):
    survey = make_survey(world)
    make_answers(survey, answers(50, q1="a1") + answers(3, q1="a2") + answers(9))
    _counts, result = counted(survey, "q1")
    assert counts_by_key(result) == {"a1": 50, "a2": None} and result.none is None
    make_answers(survey, answers(4, q1="a1"))
    page = text(world.client("rosa").get(f"/surveys/{survey.pk}/results/cross/?item=q1&by=q3"))
    assert not re.search(r"\b50\b", page.partition("<main")[2])  # the frame names whoever looks by a number


def test_who_was_not_asked_did_not_refuse(world):
    """The second question is asked of those who came: the others were never asked it."""
    survey = make_survey(world)
    make_answers(survey, answers(50, q1="a1", q2=4) + answers(10, q1="a1") + answers(40, q1="a2"))
    _counts, result = counted(survey, "q2")
    assert (result.none, result.not_asked) == (50, 40)
    page = text(world.client("rosa").get(f"/surveys/{survey.pk}/results/"))
    assert "40 not asked this question · 10 without an answer" in page
    assert "100 without an answer" in page, "asked of all, answered by nobody"
    cross = text(world.client("rosa").get(f"/surveys/{survey.pk}/results/cross/?item=q1&by=q2"))
    assert "not asked, or without an answer" in cross


@translation.override("en")
def test_few_who_refused_are_not_told_apart_from_those_not_asked(world):
    survey = make_survey(world)
    make_answers(survey, answers(50, q1="a1", q2=4) + answers(3, q1="a1") + answers(40, q1="a2"))
    _counts, result = counted(survey, "q2")
    assert (result.not_asked, result.none_words) == (None, "43 not asked, or without an answer")


def test_a_hidden_answer_is_not_told_by_who_was_not_asked(world):
    """Four said no, which the first question hides: that four were not asked the second would tell it."""
    survey = make_survey(world)
    make_answers(survey, answers(50, q1="a1", q2=4) + answers(30, q1="a1") + answers(4, q1="a2") + answers(20))
    assert counts_by_key(counted(survey, "q1")[1])["a2"] is None
    assert counted(survey, "q2")[1].not_asked is None


def test_under_five_answers_nothing_is_shown(world):
    survey = make_survey(world)
    make_answers(survey, answers(4, q1="a1", q6="một hai ba bốn năm"))
    page = text(world.client("rosa").get(f"/surveys/{survey.pk}/results/"))
    assert "we do not show figures yet" in page and "<table" not in page
    assert exporting.export(actor=world.actor("rosa"), survey_id=survey.pk, kind="csv").content.count(b"not shown") > 9


def test_one_who_did_not_choose_is_as_few_as_one_who_did(world):
    survey = make_survey(world)
    make_answers(survey, answers(98, q1="a1", q3=["a1", "a2"]) + answers(2, q1="a1", q3=["a2", "a3"]))
    _counts, result = counted(survey, "q3")
    assert counts_by_key(result) == {"a1": None, "a2": 100, "a3": None}


def test_a_table_of_units_adds_up_and_hides_the_small_unit(world):
    survey, units = make_survey(world), world.units
    make_answers(survey, answers(30, q1="a1") + answers(20, q1="a2"), unit=units.commune)
    make_answers(survey, answers(25, q1="a1") + answers(22, q1="a2"), unit=units.elsewhere)
    make_answers(survey, answers(7, q1="a1") + answers(1, q1="a2"), unit=units.former_commune)
    counts = figures.count_answers(survey)
    table = crosses.by_unit(counts, figures.item_of(counts.definition, "q1"))
    cells = [[line.count for line in row.cells] for row in table.rows]
    assert cells[0].count(None) >= 2 and cells[1].count(None) >= 2
    assert [row.total.count for row in table.rows][:2] == [62, 43]
    assert 7 not in cells[0] and 1 not in cells[1]


def test_two_questions_beside_each_other_agree_with_each_alone(world):
    survey = make_survey(world)
    make_answers(survey, [row for q1 in ("a1", "a2") for q3 in ("a1", "a2") for row in answers(15, q1=q1, q3=[q3])])
    counts = figures.count_answers(survey)
    table = crosses.by_item(counts, figures.item_of(counts.definition, "q3"), figures.item_of(counts.definition, "q1"))
    assert [[line.count for line in row.cells[:2]] for row in table.rows][:2] == [[15, 15], [15, 15]]
    alone = counted(survey, "q3")[1]
    assert [row.total.count for row in table.rows][:2] == [line.count for line in alone.lines][:2] == [30, 30]


def test_a_unit_counts_for_as_many_as_live_in_it(world):
    survey, rosa, units = make_survey(world), world.actor("rosa"), world.units
    channels.add_channel(actor=rosa, survey_id=survey.pk, unit_id=units.commune.pk, population=9000)
    channels.add_channel(actor=rosa, survey_id=survey.pk, unit_id=units.elsewhere.pk, population=1000)
    make_answers(survey, answers(100, q1="a1"), unit=units.commune)
    make_answers(survey, answers(100, q1="a2"), unit=units.elsewhere)
    counts, result = counted(survey, "q1")
    assert counts.weights == {units.commune.pk: pytest.approx(1.8), units.elsewhere.pk: pytest.approx(0.2)}
    assert result.lines[0].share == pytest.approx(0.9)
    assert figures.count_answers(survey, weighted=False).weights is None


def test_numbers_are_counted_in_steps_and_no_end_is_anybodys(world):
    survey = make_survey(world)
    make_answers(
        survey, [{"q5": value} for value in (0, 3, 7, 11, 14, 18, 22, 26, 31, 37, 44, 59) for _time in range(6)]
    )
    counts = figures.count_answers(survey)
    result = figures.number_result(counts, counts.definition.question("q5"))
    assert [line.label for line in result.lines] == ["0–9", "10–19", "20–29", "30–39", "40–49", "50–59"]
    assert sum(line.count for line in result.lines) == 72


def test_a_later_round_says_what_changed_for_certain(world):
    first = make_survey(world)
    make_answers(first, answers(100, q1="a1") + answers(100, q1="a2"))
    rosa = world.actor("rosa")
    second = editing.create(actor=rosa, title_vi="Đợt 2", title_en="Round 2", previous=first)
    from ancu.apps.surveys.enums import SurveyState

    editing.change_state(actor=rosa, survey_id=second.pk, to=SurveyState.OPEN)
    type(first).objects.update(needs_code=True)  # both are samples
    second.refresh_from_db()
    make_answers(second, answers(150, q1="a1") + answers(50, q1="a2"))
    pairs = crosses.compare_with_previous(figures.count_answers(second), second.previous)
    [(_result, lines)] = [pair for pair in pairs if pair[0].item.key == "q1"]
    assert lines[0].change == pytest.approx(0.25) and lines[0].certain
    page = text(world.client("rosa").get(f"/surveys/{second.pk}/results/rounds/"))
    assert "▲" in page and "25.0" in page


REMARKS = ["Thủ tục rườm rà", "Thủ tục quá lâu", "Cán bộ giải thích thủ tục", "Thủ tục cần gọn, gọi 0912 345 678",
        "Giảm thủ tục", "Chờ lâu"]  # fmt: skip


def test_what_many_wrote_of_is_found_with_their_sentences(world):
    survey = make_survey(world)
    make_answers(survey, [{"q6": remark} for remark in REMARKS])
    [group] = words.groups(remarks.texts(survey, figures.definition_of(survey).question("q6")))
    assert (group.words, len(group.keys)) == (screen_texts.PROCEDURE_VI_2, 5)
    page = text(world.client("rosa").get(f"/surveys/{survey.pk}/results/written/q6/?words=thủ+tục"))
    assert "Giảm thủ tục" in page and "Chờ lâu" not in page and "0912" not in page
    assert Event.objects.get(act="looked", subject_type="surveys.survey").details == {"question": "q6", "texts": 5}


@translation.override("en")
def test_files_hold_what_may_be_shown_and_each_is_recorded(world):
    survey, rosa = make_survey(world), world.actor("rosa")
    make_answers(survey, answers(30, q1="a1", q2=5, q4={"r1": "a1", "r2": "a2"}, q6="=cmd|' /C calc'!A0"),
                 unit=world.units.commune)  # fmt: skip
    make_answers(survey, answers(3, q1="a2", q6="tên tôi là An"), unit=world.units.elsewhere)
    files = {kind: exporting.export(actor=rosa, survey_id=survey.pk, kind=kind) for kind in exporting.MAKERS}
    assert files["xlsx"].content.startswith(b"PK")
    rows = files["answers"].content.decode("utf-8-sig").splitlines()
    assert len(rows) == 34 and "tên tôi" not in files["answers"].content.decode() and "cmd" not in "".join(rows)
    assert str(world.units.elsewhere.pk) not in {row.split(",")[0] for row in rows[1:]}, "a unit of three is not named"
    folder = zipfile.ZipFile(io.BytesIO(files["spss"].content))
    syntax = folder.read("answers.sps").decode("utf-8-sig")
    assert 'q4_r1 "How do you rate it?: Courtesy"' in syntax and '1 "Good"' in syntax
    assert len(folder.read("answers.csv").decode().split("\r\n")) == 34
    assert exporting.report(rosa, survey.pk).startswith(b"%PDF")
    assert Event.objects.filter(act="surveys.exported").count() == 5


def test_a_label_cannot_become_a_command_of_the_other_program():
    column = exporting.ExportColumn("q1", 'x".\nHOST COMMAND=["rm"].', {}, lambda row: "")
    syntax = exporting.syntax("a * b.\nERASE", [column])
    assert 'q1 "x"". HOST COMMAND=[""rm""]."' in syntax and "\nERASE" not in syntax


@pytest.mark.slow
def test_who_may_see_it(world):
    survey = make_survey(world)
    for path in ("", "results/", "results/cross/", "questions/", "results/report.pdf", "settings/"):
        url = f"/surveys/{survey.pk}/{path}"
        assert world.client("rosa").get(url).status_code == 200, path
        assert world.client("alice").get(url).status_code == 404, path
        assert world.client("olga").get(url).status_code == (200 if not path else 403), path
        assert world.client("quynh").get(url).status_code == (200 if not path else 403), path
    draft_survey = make_survey(world)
    type(draft_survey).objects.filter(pk=draft_survey.pk).update(agency=world.elsewhere_agency)
    assert world.client("rosa").get(f"/surveys/{draft_survey.pk}/results/").status_code == 404
    assert SurveyResponse.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(world, count, expect_queries):
    for _number in range(count):
        survey = make_survey(world)
    make_answers(survey, answers(6 * count, q1="a1"))
    rosa = world.client("rosa")
    rosa.get("/surveys/")
    with expect_queries("list"):
        rosa.get("/surveys/")
    with expect_queries("results"):
        rosa.get(f"/surveys/{survey.pk}/results/")


def test_groups_are_words_and_not_halves_of_two():
    remarks = ["Cán bộ niềm nở", "Cán bộ giải thích rõ", "Không có ý kiến gì", "Mong công an xã tuần tra",
            "Hướng dẫn thủ tục", "Thủ tục gọn", "Thời gian chờ đợi", "Chờ đợi lâu"]  # fmt: skip
    groups = {group.words for group in words.groups(dict(enumerate(remarks * 5)))}
    assert {
        "cán bộ",
        "niềm nở",
        "giải thích",
        "ý kiến",
        "công an",
        "hướng dẫn",
        screen_texts.PROCEDURE_VI_2,
        "thời gian",
    } <= groups
    assert not {"bộ niềm", "bộ giải", "dẫn thủ", "gian chờ", "kiến", "công", "an"} & groups
