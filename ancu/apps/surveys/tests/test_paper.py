"""Sheets: printed, filled in by pens, scanned in any order, looked at, each counted once; and keyed by hand."""

import re
from datetime import timedelta

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import translation

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.surveys.enums import SurveyState
from ancu.apps.surveys.models import PrintRun, ReadingDoubt, Scan, ScannedPage, SurveyResponse, SurveySheet
from ancu.apps.surveys.rules.definition import (
    AnswerOption,
    BilingualText,
    QuestionCondition,
    SurveyQuestion,
    SurveySection,
    answers_of,
)
from ancu.apps.surveys.selectors import paper as selectors
from ancu.apps.surveys.selectors.task_groups import task_groups
from ancu.apps.surveys.services import channels, editing, paper, resolving, retention, scanning
from ancu.apps.surveys.services.answering import AnswersRefused
from ancu.apps.surveys.tests.factories import QUESTIONS, make_survey
from ancu.apps.surveys.tests.pens import as_pdf, fill, pages_of
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.db import pagination
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.security.privacy import Keep
from ancu.core.testing import texts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def text(response):
    return response.content.decode()


@pytest.mark.parametrize(("language", "words"), [("vi", "“Có” hoặc “Chưa, để sau”"), ("en", "“Yes” or “No, later”")])
def test_the_answers_a_question_hangs_on_are_told_apart(language, words):
    """Answers hold commas of their own."""
    later = AnswerOption("a2", BilingualText("Chưa, để sau", "No, later"))
    question = SurveyQuestion(
        "q1", "single", BilingualText("?"), options=(AnswerOption("a1", BilingualText("Có", "Yes")), later)
    )
    with translation.override(language):
        assert answers_of(QuestionCondition("q1", ("a1", "a2")), question, language) == words


def printed(world, survey, count=3):
    """The stack's pages as pictures, and its run."""
    way = survey.channels.filter(unit=world.units.commune).first() or channels.add_channel(
        actor=world.actor("rosa"), survey_id=survey.pk, unit_id=world.units.commune.pk
    )
    pdf = paper.print_sheets(
        actor=world.actor("rosa"), survey_id=survey.pk, language="vi", count=count, channel_id=way.pk
    )
    return pages_of(pdf), PrintRun.objects.order_by("-id")[0]


def read(world, survey, pictures, name="scan.pdf"):
    client = world.client("rosa")
    answer = client.post(f"/surveys/{survey.pk}/scans/", {"scans": [SimpleUploadedFile(name, as_pdf(pictures))]})
    assert answer.status_code == 302, text(answer)
    scan = Scan.objects.order_by("-id")[0]
    scanning.read_scan(scan.pk)
    scan.refresh_from_db()
    return scan


FIRST = {"q1/a1": "x", "q2/4": "x", "q3/a1": "x", "q3/a3": "x", "q4/r1/a1": "x", "q4/r2/a3": "x"}
REST = {"q3/a1": "x", "q4/r1/a1": "x", "q4/r2/a2": "x"}  # a page hardly marked at all would be doubtful as a whole
MARKED_ANSWERS = {"q3": ["a1"], "q4": {"r1": "a1", "r2": "a2"}}
TWICE = {"q1/a1": "x", "q1/a2": "x", "q2/3": "x"}
ALL_ANSWERS = {"q1": "a1", "q2": 4, "q3": ["a1", "a3"], "q4": {"r1": "a1", "r2": "a3"}}


@pytest.mark.slow
def test_sheets_are_read_looked_at_and_each_counts_once(world):
    survey = make_survey(world)
    pictures, run = printed(world, survey)
    assert (run.first, run.count, run.unit) == (1, 3, world.units.commune)
    marked = [FIRST, REST | {"q1/a2": "x", "q6/text": "ink"}, REST | TWICE]
    pages = fill(pictures, run, marked)
    scan = read(world, survey, [*reversed(pages[1:]), pages[0].rotate(180)])
    assert (scan.state, scan.done, scan.pages.exclude(trouble="").count()) == ("done", len(pages), 0)
    sheets = {sheet.serial: sheet.response for sheet in SurveySheet.objects.select_related("response")}
    assert (sheets[1].state, sheets[1].answers, sheets[1].source) == ("complete", ALL_ANSWERS, "scan")
    assert sheets[1].unit == world.units.commune
    assert [sheets[2].state, sheets[3].state] == ["review", "review"]
    assert [(doubt.sheet.serial, doubt.question) for doubt in selectors.open_doubts(world.actor("rosa"), survey)] == [
        (2, "q6"),
        (3, "q1"),
    ]
    rosa = world.client("rosa")
    page = text(rosa.get(f"/surveys/{survey.pk}/review/"))
    doubt = selectors.next_doubt(world.actor("rosa"), survey)
    assert f"/surveys/doubts/{doubt.pk}/0.png" in page
    assert rosa.get(f"/surveys/doubts/{doubt.pk}/0.png").content.startswith(b"\x89PNG")
    assert rosa.post(f"/surveys/doubts/{doubt.pk}/", {"q6": "Mở cửa sớm hơn", "act": "settle"}).status_code == 302
    sheets[2].refresh_from_db()
    assert (sheets[2].state, sheets[2].answers) == ("complete", MARKED_ANSWERS | {"q1": "a2", "q6": "Mở cửa sớm hơn"})
    last = selectors.next_doubt(world.actor("rosa"), survey)
    assert rosa.post(f"/surveys/doubts/{last.pk}/", {"act": "none"}).status_code == 302
    sheets[3].refresh_from_db()
    assert (sheets[3].state, sheets[3].answers) == ("complete", MARKED_ANSWERS)
    assert texts.NO_DOUBTFUL_PLACES_LEFT in text(rosa.get(f"/surveys/{survey.pk}/review/"))
    assert Event.objects.filter(act="surveys.settled").count() == 2
    second_scan = read(world, survey, pages[:2])
    assert {page.trouble for page in second_scan.pages.all()} == {"duplicate"}
    assert SurveyResponse.objects.count() == 3


@pytest.mark.slow
def test_a_page_hardly_marked_is_looked_at_once(world):
    survey = make_survey(world)
    pictures, run = printed(world, survey, 1)
    read(world, survey, fill(pictures, run, [{"q1/a1": "x", "q1/a2": "x"}]))
    doubts = selectors.open_doubts(world.actor("rosa"), survey)
    assert doubts.count() > 2
    assert world.client("rosa").post(f"/surveys/doubts/{doubts[0].pk}/", {"act": "rest"}).status_code == 302
    assert [doubt.question for doubt in doubts.all()] == ["q1"], "two crosses are nothing to be passed over"
    assert world.client("rosa").post(f"/surveys/doubts/{doubts[0].pk}/", {"q1": "a2"}).status_code == 302
    response = SurveyResponse.objects.get()
    assert (response.state, response.answers) == ("complete", {"q1": "a2"})


@pytest.mark.slow
def test_the_same_scan_taken_up_again_goes_on_where_it_was(world):
    survey = make_survey(world)
    pictures, run = printed(world, survey, 1)
    scan = read(world, survey, fill(pictures, run, [FIRST]))
    Scan.objects.filter(pk=scan.pk).update(state="reading")
    scanning.read_scan(scan.pk)
    assert ScannedPage.objects.count() == scan.done and SurveyResponse.objects.count() == 1


def test_a_scan_whose_job_failed_for_good_says_so(world):
    survey = make_survey(world)
    pdf = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF")
    world.client("rosa").post(f"/surveys/{survey.pk}/scans/", {"scans": [pdf]})
    for pk in scanning.waiting_scans(clock.now() + timedelta(seconds=1)):
        scanning.give_up_scan(pk)
    assert Scan.objects.get().problem == "interrupted"
    assert (
        "interrupted the reading" in world.client("rosa").get(f"/surveys/{survey.pk}/scans/progress/").content.decode()
    )


@pytest.mark.slow
def test_pages_that_are_strange_or_said_otherwise_are_named_page_by_page(world, monkeypatch):
    survey, second_survey = make_survey(world), make_survey(world)
    pictures, run = printed(world, survey, 1)
    blank = [picture.copy() for picture in pictures]
    foreign, _run = printed(world, second_survey, 1)
    first = fill(pictures, run, [{"q1/a1": "x"}])
    scan = read(world, survey, [first[0], foreign[0]])
    assert [page.trouble for page in scan.pages.order_by("place")] == ["", "foreign"]
    changed = fill(blank, run, [{"q1/a2": "x"}])
    assert read(world, survey, [changed[0]]).pages.get().trouble == "differs"
    page = text(world.client("rosa").get(f"/surveys/{survey.pk}/paper/"))
    assert "Not a sheet of this survey" in page and "with different answers" in page
    monkeypatch.setattr(pagination, "PAGE", 1)
    newest = selectors.problem_pages(world.actor("rosa"), survey)
    [older] = selectors.problem_pages(world.actor("rosa"), survey, newest.after).rows
    assert (newest.rows[0].trouble, older.trouble) == ("differs", "foreign")
    assert f"?after={newest.after}#troubles" in text(world.client("rosa").get(f"/surveys/{survey.pk}/paper/"))
    assert SurveyResponse.objects.get(survey=survey).answers == {"q1": "a1"}
    assert not SurveyResponse.objects.filter(survey=second_survey).exists()


@pytest.mark.slow
def test_a_file_that_is_no_scan_says_so(world):
    survey = make_survey(world)
    printed(world, survey, 1)
    rosa = world.client("rosa")
    for bad in (b"MZ\x00\x01", b"plain words"):
        answer = rosa.post(f"/surveys/{survey.pk}/scans/", {"scans": [SimpleUploadedFile("a.pdf", bad)]})
        assert answer.status_code == 422, bad
    broken = SimpleUploadedFile("a.pdf", b"%PDF-1.7\nnothing")
    assert rosa.post(f"/surveys/{survey.pk}/scans/", {"scans": [broken]}).status_code == 302
    scan = Scan.objects.get()
    scanning.read_scan(scan.pk)
    scan.refresh_from_db()
    assert scan.state == "failed"
    for lang, message in (("en", "cannot read this file as a scan"), ("vi", "không phải bản quét đọc được")):
        rosa.cookies["django_language"] = lang
        assert message in text(rosa.get(f"/surveys/{survey.pk}/paper/"))


def test_what_is_printed_is_frozen_and_its_numbers_go_on(world):
    survey = make_survey(world)
    _pictures, run = printed(world, survey, 2)
    _pictures, later = printed(world, survey, 2)
    assert (run.first, later.first, later.paper) == (1, 3, run.paper)
    changed = editing.change_questions(
        actor=world.actor("rosa"), survey_id=survey.pk, to=editing.without_question("q5")
    )
    assert changed.number == 2
    reprint = world.client("rosa").get(f"/surveys/{survey.pk}/paper/{run.pk}.pdf")
    assert reprint.content.startswith(b"%PDF")


def test_a_sheet_is_keyed_once_by_number(world):
    survey = make_survey(world)
    printed(world, survey, 2)
    rosa, url = world.client("rosa"), f"/surveys/{survey.pk}/keying/"
    form_data = {"serial": "1", "q1": "a1", "q3": ["a2"], "q5": "x", "q6": "Nhanh"}
    answer = rosa.post(url, form_data)
    assert answer.status_code == 422 and "digits" in text(answer) and "Nhanh" in text(answer)
    assert rosa.post(url, form_data | {"q5": "7"}).status_code == 302
    assert SurveyResponse.objects.get().answers == {"q1": "a1", "q3": ["a2"], "q5": 7, "q6": "Nhanh"}
    assert "counted once" in text(rosa.post(url, form_data | {"q5": "7"}))
    assert "No sheet with this number" in text(rosa.post(url, form_data | {"serial": "99", "q5": "7"}))


def test_two_people_key_it_and_what_differs_is_settled_with_the_sheet_in_hand(world):
    survey = make_survey(world, double_entry=True)
    printed(world, survey, 2)
    rosa, olga = world.actor("rosa"), world.actor("olga")
    form_data = {"q1": "a1", "q2": "4", "q6": "Tốt"}
    for serial in (1, 2):
        resolving.key_sheet(actor=rosa, survey_id=survey.pk, serial=serial, raw_answers=form_data)
    assert not SurveyResponse.objects.filter(state="complete").exists()
    with pytest.raises(Conflict):
        resolving.key_sheet(actor=rosa, survey_id=survey.pk, serial=1, raw_answers=form_data)
    resolving.key_sheet(actor=olga, survey_id=survey.pk, serial=1, raw_answers=form_data)
    resolving.key_sheet(actor=olga, survey_id=survey.pk, serial=2, raw_answers=form_data | {"q2": "5"})
    [differs] = selectors.differing_keyings(world.actor("rosa"), survey)
    client = world.client("olga")
    url = f"/surveys/{survey.pk}/keying/{differs.pk}/"
    page = text(client.get(url))
    assert texts.HOW_SATISFIED in page and "Your wish" not in page and "checked" not in page
    for changes in ({}, {"q2": "third"}):
        unsaid = client.post(url, changes)
        assert unsaid.status_code == 422 and "Choose what the sheet says." in text(unsaid)
    assert client.post(url, {"q2": "second"}).status_code == 302
    answers = {
        response.sheet.serial: response.answers["q2"] for response in SurveyResponse.objects.filter(state="complete")
    }
    assert answers == {1: 4, 2: 5}
    assert set(SurveyResponse.objects.values_list("keyed_by", "second")) == {(None, None)}


@pytest.mark.slow
def test_of_sheets_without_all_pages_it_is_said_how_many_there_are_and_which_pages(world, monkeypatch):
    monkeypatch.setattr(selectors, "ROWS_ON_PAGE", 2)
    survey, rosa = make_survey(world, open_it=False), world.actor("rosa")
    more = tuple(SurveyQuestion(f"q{number}", "long", BilingualText("Còn điều gì nữa?")) for number in range(7, 19))
    wide = msgspec.structs.replace(
        QUESTIONS, sections=(*QUESTIONS.sections, SurveySection("s3", BilingualText("Thêm"), more)), next=19
    )
    editing.change_questions(actor=rosa, survey_id=survey.pk, to=lambda _before: wide)
    editing.change_state(actor=rosa, survey_id=survey.pk, to=SurveyState.OPEN)
    pictures, run = printed(world, survey, 3)
    filled, pages = fill(pictures, run, [FIRST, FIRST, FIRST]), len(pictures) // 3
    read(world, survey, [filled[at * pages] for at in range(3)])
    incomplete = selectors.incomplete_sheets(rosa, survey)
    rest = tuple(range(2, pages + 1))
    assert ([(missing.sheet.serial, missing.pages) for missing in incomplete.rows], incomplete.all) == (
        [(1, rest), (2, rest)],
        3,
    ) and rest
    assert "the first 2 of 3" in text(world.client("rosa").get(f"/surveys/{survey.pk}/paper/"))
    resolving.count_anyway(actor=rosa, survey_id=survey.pk, serial=1)
    assert [missing.sheet.serial for missing in selectors.incomplete_sheets(rosa, survey).rows] == [2, 3]


@pytest.mark.slow
def test_a_keyed_sheet_is_not_counted_again_from_its_scan(world):
    survey = make_survey(world)
    pictures, run = printed(world, survey, 1)
    resolving.key_sheet(actor=world.actor("rosa"), survey_id=survey.pk, serial=1, raw_answers={"q1": "a2"})
    scan = read(world, survey, fill(pictures, run, [FIRST]))
    assert {page.trouble for page in scan.pages.all()} == {"outdated"}
    assert SurveyResponse.objects.get().answers == {"q1": "a2"}


@pytest.mark.slow
def test_who_may_touch_the_sheets(world):
    survey = make_survey(world)
    pictures, run = printed(world, survey, 1)
    scan = read(world, survey, fill(pictures, run, [REST | TWICE]))
    doubt, page = ReadingDoubt.objects.get(), scan.pages.filter(picture__isnull=False)[0]
    nobody = make_user("Ines")
    make_member(nobody, world.provincial_agency, Role.INTAKE_OFFICER)
    enable_totp(nobody, TOTP_SECRET)
    world.users["ines"] = nobody
    paths = [f"/surveys/doubts/{doubt.pk}/0.png", f"/surveys/pages/{page.pk}.jpg", f"/surveys/{survey.pk}/review/"]
    for path in paths[1:]:
        assert world.client("olga").get(path).status_code == 200, path
        assert world.client("alice").get(path).status_code == 404, path
        assert world.client("pavel").get(path).status_code == (200 if "review" in path else 404), path
        assert world.client("ines").get(path).status_code == 403, path
    assert texts.NO_DOUBTFUL_PLACES_LEFT in text(world.client("pavel").get(paths[2])), "another commune's handwriting"
    tasks_by_user = {
        who: [(group.total, [str(task.title) for task in group.tasks]) for group in task_groups(world.actor(who))]
        for who in ("rosa", "olga", "pavel", "alice")
    }
    single_task = [(1, [f"{survey.title}: 1 doubtful place"])]
    assert tasks_by_user == {"rosa": single_task, "olga": single_task, "pavel": [(0, [])], "alice": []}, (
        "as the desk tells it"
    )
    assert world.client("pavel").post(f"/surveys/doubts/{doubt.pk}/", {"act": "none"}).status_code == 404
    assert world.client("alice").post(f"/surveys/doubts/{doubt.pk}/", {"act": "none"}).status_code == 404
    with pytest.raises(Forbidden):
        paper.print_sheets(actor=world.actor("olga"), survey_id=survey.pk, language="vi", count=1, channel_id=1)
    with pytest.raises(Http404):
        resolving.key_sheet(actor=world.actor("alice"), survey_id=survey.pk, serial=1, raw_answers={})
    editing.change_state(actor=world.actor("rosa"), survey_id=survey.pk, to=SurveyState.CLOSED)
    assert world.client("olga").get(paths[1]).status_code == 403, "closed: those who edit it alone go on"
    assert world.client("rosa").get(paths[1]).status_code == 200


@pytest.mark.slow
def test_pictures_lie_sealed_and_go_on_time(world):
    survey = make_survey(world)
    pictures, run = printed(world, survey, 1)
    read(world, survey, fill(pictures, run, [FIRST | {"q6/text": "ink"}]))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT crop FROM surveys_readingdoubt UNION ALL "
            "SELECT picture FROM surveys_scannedpage WHERE picture IS NOT NULL"
        )
        assert not any(b"PNG" in bytes(row[0]) or b"JFIF" in bytes(row[0]) for row in cursor.fetchall())
    Scan.objects.update(given_at=clock.now() - scanning.timedelta(days=Keep.SOURCE_FILE.value + 1))
    assert retention.redact(system("test")) > 0
    assert not ScannedPage.objects.filter(picture__isnull=False).exists()
    assert bytes(ReadingDoubt.objects.get().crop) == b"" and Scan.objects.get().name != "scan.pdf"


def test_what_is_no_answer_is_not_taken_from_a_person_either(world):
    survey = make_survey(world)
    printed(world, survey, 1)
    with pytest.raises(AnswersRefused):
        resolving.key_sheet(actor=world.actor("rosa"), survey_id=survey.pk, serial=1, raw_answers={"q2": "9"})
    assert not SurveyResponse.objects.exists()


def test_a_sheet_of_another_area_is_not_keyed(world):
    survey = make_survey(world)
    printed(world, survey)
    with pytest.raises(Conflict, match="unknown"):
        resolving.key_sheet(actor=world.actor("pavel"), survey_id=survey.pk, serial=1, raw_answers={"q1": "a2"})
    resolving.key_sheet(actor=world.actor("olga"), survey_id=survey.pk, serial=1, raw_answers={"q1": "a2"})
    assert SurveyResponse.objects.count() == 1


def test_a_sheet_handed_out_anywhere_is_keyed_by_the_agency_that_asks(world):
    """Its analyst alone could not have it keyed by two people."""
    survey = make_survey(world)
    way = survey.channels.get(unit=None)
    paper.print_sheets(actor=world.actor("rosa"), survey_id=survey.pk, language="vi", count=1, channel_id=way.pk)
    with pytest.raises(Conflict, match="unknown"):
        resolving.key_sheet(actor=world.actor("olga"), survey_id=survey.pk, serial=1, raw_answers={"q1": "a2"})
    resolving.key_sheet(actor=world.actor("quynh"), survey_id=survey.pk, serial=1, raw_answers={"q1": "a2"})
    assert SurveyResponse.objects.count() == 1


LINES = tuple(
    AnswerOption(f"r{number}", BilingualText(f"Việc số {number}", f"Matter {number}")) for number in range(1, 31)
)
ALL_GOOD = {"q1/a1": "x", "q2/4": "x", "q3/a1": "x"} | {f"q4/{option.id}/a1": "x" for option in LINES}


def torn(world):
    """A survey whose table goes on on the second page, and two sheets of it, all filled."""
    survey = make_survey(world)
    table = msgspec.structs.replace(QUESTIONS.question("q4"), rows=LINES)
    editing.change_questions(actor=world.actor("rosa"), survey_id=survey.pk, to=editing.with_question("s2", table))
    pictures, run = printed(world, survey, 2)
    assert len({box.page for box in paper.layout_of(run.paper).boxes if box.question == "q4"}) == 2
    return survey, fill(pictures, run, [ALL_GOOD, ALL_GOOD])


@pytest.mark.slow
def test_half_a_table_that_comes_twice_says_nothing_else(world):
    survey, pages = torn(world)
    scan = read(world, survey, [*pages[:2], *pages[:2]])
    assert [page.trouble for page in scan.pages.order_by("place")] == ["", "", "duplicate", "duplicate"]


@pytest.mark.slow
def test_each_button_is_called_what_it_says(world):
    survey, pages = torn(world)
    read(world, survey, [pages[0], pages[2], pages[2]])
    page = text(world.client("rosa").get(f"/surveys/{survey.pk}/paper/"))
    called = re.findall(r'<(?:button|a) [^>]*aria-label="([^"]+)">\s*(?:<svg.*?</svg>)?([^<]+)</', page)
    assert len(called) > 3
    assert [pair for pair in called if pair[1].strip() not in pair[0]] == []


@pytest.mark.slow
def test_what_was_not_asked_makes_no_second_reading_another(world):
    survey = make_survey(world)
    pictures, run = printed(world, survey, 1)
    page = fill(pictures, run, [{"q1/a2": "x", "q2/4": "x"} | REST])
    scan = read(world, survey, [*page, *page])
    assert "q2" not in SurveyResponse.objects.get().answers
    assert {page.trouble for page in scan.pages.order_by("place")} == {"", "duplicate"}
