"""A survey from its first question to the report, on the web and on paper; sheets entered by two people; an interview
without a connection."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.listening.tests.factories import add_staff
from ancu.apps.surveys.models import PrintRun, Scan, Survey, SurveyResponse
from ancu.apps.surveys.services import channels, paper, scanning
from ancu.apps.surveys.tests.factories import make_answers, make_survey
from ancu.apps.surveys.tests.pens import as_pdf, fill, pages_of
from ancu.core.testing import texts as screen_texts
from e2e.conftest import Invite
from e2e.flaky_proxy import FlakyProxy
from e2e.phone import STORED, Phone, address, phone, proxy, wait_for
from e2e.visitor import Visitor

__all__ = ["address", "phone", "proxy"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_first_question_to_the_report(invite: Invite, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    rosa = invite("rosa")
    she_makes_it(rosa)
    survey = Survey.objects.get()
    somebody_answers(rosa, survey)
    pictures = she_prints_it(rosa, survey)
    the_sheets_come_back(rosa, survey, pictures, tmp_path)
    she_settles_what_is_doubtful(rosa, survey)
    she_reads_the_report(rosa, survey)


def she_makes_it(rosa: Visitor) -> None:
    rosa.go("/surveys/")
    rosa.expect_text(rosa.translate("No surveys yet"))
    rosa.check_page()
    rosa.follow(rosa.link("New survey"))
    rosa.follow(rosa.button("Continue to the questions"))
    rosa.expect_text(rosa.translate("Enter a title."))
    rosa.check_page()
    rosa.fill(title_vi="Ý kiến về tiếp dân", title_en="Opinions of the counter")
    rosa.follow(rosa.button("Continue to the questions"))
    rosa.check_page()
    add_question(rosa, "single", text_vi="Ông bà đã đến trụ sở chưa?", text_en="Have you been here?",
                 options_vi="Có\nChưa", options_en="Yes\nNo")  # fmt: skip
    add_question(rosa, "scale", text_vi="Ông bà hài lòng đến mức nào?", text_en="How satisfied are you?",
                 low_vi="không", low_en="not at all", high_vi="rất", high_en="very")  # fmt: skip
    add_question(rosa, "long", text_vi="Ông bà mong muốn điều gì?", text_en="What would you wish for?")
    rosa.check_page()
    rosa.go(rosa.path() + "q3/")
    rosa.check_page()
    rosa.page.locator("[name=only_if][value='q2:a1']").check()
    rosa.follow(rosa.button(screen_texts.SAVE_QUESTION))
    rosa.follow(rosa.link("Preview"))
    rosa.page.locator("[name=q2][value=a2]").check()
    expect(rosa.page.locator("#q3")).to_be_hidden()
    rosa.page.locator("[name=q2][value=a1]").check()
    expect(rosa.page.locator("#q3")).to_be_visible()
    rosa.check_page()
    rosa.go(f"/surveys/{Survey.objects.get().pk}/")
    rosa.check_page()
    rosa.follow(rosa.button("Open for answers"))
    rosa.expect_text(rosa.translate("The survey is open. Anyone with the link can answer."))


def add_question(rosa: Visitor, kind: str, **texts: str) -> None:
    rosa.follow(rosa.page.locator(f"a[href*='/questions/add/s1/{kind}/']"))
    rosa.fill(**texts)
    rosa.check_page()
    rosa.follow(rosa.button(screen_texts.SAVE_QUESTION))


def somebody_answers(rosa: Visitor, survey: Survey) -> None:
    """Answer one half, close the page, and continue at its address."""
    rosa.go(f"/s/{survey.channels.get(unit=None).slug}/")
    rosa.check_page()
    rosa.follow(rosa.button(screen_texts.START))
    page = rosa.page
    page.locator("[name=q2][value=a1]").check()
    expect(page.locator("[data-saved]")).to_have_text(
        rosa.translate("Saved. You can close the page and continue later.")
    )
    here = page.url
    rosa.go("/surveys/")
    rosa.go(here)
    expect(page.locator("[name=q2][value=a1]")).to_be_checked()
    page.locator("[name=q3][value='4']").check(force=True)
    the_connection_breaks(rosa)
    page.locator("[name=q4]").fill("Mở cửa sớm hơn")
    rosa.check_page()
    rosa.follow(rosa.button("Send my answers"))
    rosa.expect_text(rosa.translate(screen_texts.WE_HAVE_RECEIVED_YOUR_ANSWERS))
    rosa.check_page()
    assert SurveyResponse.objects.get(source="web").answers == {"q2": "a1", "q3": 4, "q4": "Mở cửa sớm hơn"}


def the_connection_breaks(rosa: Visitor) -> None:
    """The form says that it is offline, and no message covers its button."""
    page = rosa.page
    page.context.set_offline(True)
    page.locator("[name=q4]").fill("Mở cửa")
    sentence = rosa.translate("Not saved yet: you are offline. We will try again with your next answer.")
    expect(page.locator("[data-saved]")).to_have_text(sentence)
    expect(page.locator("#toasts .alert-danger")).to_have_count(0)
    page.context.set_offline(False)


def she_prints_it(rosa: Visitor, survey: Survey) -> list[Any]:
    rosa.go(f"/surveys/{survey.pk}/paper/")
    rosa.check_page()
    rosa.fill(**{"print-count": "3"})
    with rosa.page.expect_download() as got:
        rosa.button("Create PDF").click()
    return pages_of(Path(got.value.path()).read_bytes())


def the_sheets_come_back(rosa: Visitor, survey: Survey, pictures: list[Any], folder: Path) -> None:
    run = PrintRun.objects.get()
    marked = [{"q2/a1": "x", "q3/5": "x"}, {"q2/a1": "x", "q2/a2": "x"}, {"q2/a1": "x", "q4/text": "ink"}]
    scans = folder / "scans.pdf"
    scans.write_bytes(as_pdf(fill(pictures, run, marked)))
    rosa.go(f"/surveys/{survey.pk}/paper/")
    rosa.page.locator("[name=scans]").set_input_files(scans)
    rosa.button("Upload files").click()
    rosa.expect_text("scans.pdf")
    scanning.read_scan(Scan.objects.get().pk)  # as the worker does; the page polls until it is done
    expect(rosa.page.locator(f"a[href='/surveys/{survey.pk}/review/']")).to_be_visible()
    rosa.check_page()


def she_settles_what_is_doubtful(rosa: Visitor, survey: Survey) -> None:
    rosa.follow(rosa.page.locator(f"a[href='/surveys/{survey.pk}/review/']"))
    rosa.check_page()
    rosa.page.locator("[name=q2][value=a2]").check()
    rosa.follow(rosa.button("Yes, this is right"))
    rosa.page.locator("[name=q4]").fill("Thêm ghế ngồi")
    rosa.check_page()
    rosa.follow(rosa.button("Yes, this is right"))
    rosa.expect_text(rosa.translate(screen_texts.NO_DOUBTFUL_PLACES_LEFT))
    rosa.check_page()
    scanned = SurveyResponse.objects.filter(source="scan", state="complete").order_by("pk")
    assert [response.answers for response in scanned] == [
        {"q2": "a1", "q3": 5},
        {"q2": "a2"},
        {"q2": "a1", "q4": "Thêm ghế ngồi"},
    ]


def she_reads_the_report(rosa: Visitor, survey: Survey) -> None:
    rosa.go(f"/surveys/{survey.pk}/results/")
    rosa.expect_text(rosa.translate("Not enough answers yet"))
    rosa.check_page()
    wish = {"q2": "a1", "q4": "Thủ tục gọn hơn"}
    make_answers(survey, [wish | {"q3": step} for step in (3, 4, 5) for _time in range(8)])
    rosa.go(f"/surveys/{survey.pk}/results/")
    expect(rosa.page.locator("[data-survey-chart] canvas").first).to_be_visible()
    rosa.check_page()
    paper = rosa.page.request.get(f"{rosa.address}/surveys/{survey.pk}/results/report.pdf")
    assert paper.body().startswith(b"%PDF")
    rosa.go(f"/surveys/{survey.pk}/results/cross/?item=q2&by=q3")
    rosa.check_page()
    rosa.go(f"/surveys/{survey.pk}/results/written/q4/")
    rosa.follow(rosa.page.locator("main a.chip", has_text=screen_texts.PROCEDURE_VI_2).first)
    rosa.expect_text("Thủ tục gọn hơn")
    rosa.check_page()
    rosa.go(f"/surveys/{survey.pk}/settings/")
    rosa.check_page()


@pytest.mark.one_language
def test_an_interview_without_a_line(phone: Phone, proxy: FlakyProxy, address: str, world: Any) -> None:
    survey = make_survey(world)
    channels.add_channel(actor=world.actor("rosa"), survey_id=survey.pk, unit_id=world.units.commune.pk)
    user = world.users["olga"]
    user.language = phone.lang
    user.save(update_fields=["language"])
    olga = phone.open(address)
    olga.sign_in(user.email, officer=True)
    olga.go("/surveys/interviews/")
    wait_until_ready(olga)
    olga.check_page()
    olga.follow(olga.button(screen_texts.SET_UP_THIS_PHONE))
    wait_until_ready(olga)
    proxy.cut()
    olga.page.goto(address + "/surveys/interviews/")
    wait_until_ready(olga)
    olga.check_page()
    she_asks(olga)
    stored = olga.page.evaluate(STORED)
    assert "Nhanh hơn" not in stored and "tiếp dân" not in stored
    proxy.lose("/surveys/interviews/send/")
    proxy.mend()
    olga.page.goto(address + "/surveys/interviews/")
    wait_until_ready(olga)
    wait_for(olga.page, lambda: proxy.lost == 1)
    assert SurveyResponse.objects.count() == 1  # the server has it, the phone does not know
    olga.page.goto(address + "/surveys/interviews/")
    wait_until_ready(olga)
    expect(olga.page.locator("[data-part=kept]")).to_be_hidden()
    response = SurveyResponse.objects.get()
    assert (response.source, response.unit, response.answers) == (
        "phone", world.units.commune, {"q1": "a1", "q2": 5, "q6": "Nhanh hơn"},
    )  # fmt: skip


@pytest.mark.parametrize(("page", "lang"), [(1280, "vi")], indirect=True, ids=["desk-vi"])
def test_sheets_are_keyed_by_keyboard_and_by_two_people(invite: Invite, world: Any) -> None:
    add_staff(world)
    survey = make_survey(world, double_entry=True)
    way = survey.channels.get()
    paper.print_sheets(actor=world.actor("rosa"), survey_id=survey.pk, language="vi", count=2, channel_id=way.pk)
    rosa, anh = invite("rosa", by_login_page=False), invite("anh", by_login_page=False)
    for serial in "12":
        key_sheet(rosa, survey, serial, satisfied="4")
        rosa.expect_text(
            rosa.translate(
                "Sheet %(number)s has been typed in once. Another person must type it in again.", number=serial
            )
        )
    key_sheet(rosa, survey, "1", satisfied="4")  # refused: the same person
    rosa.check_page()
    key_sheet(anh, survey, "1", satisfied="4")
    anh.expect_text(anh.translate("Sheet %(number)s is counted.", number="1"))
    key_sheet(anh, survey, "2", satisfied="5")
    anh.expect_text(anh.translate("Sheet %(number)s: the two versions differ. Compare them together.", number="2"))
    assert SurveyResponse.objects.filter(state="complete").count() == 1
    rosa.go(f"/surveys/{survey.pk}/paper/")
    rosa.check_page()
    rosa.follow(rosa.page.locator("main a[href*='/keying/']", has_text="2").first)
    rosa.check_page()
    rosa.page.locator("[name=q2][value=second]").check()
    rosa.follow(rosa.button("Count sheet"))
    answers = {"q1": "a1", "q3": ["a1", "a3"], "q4": {"r1": "a1"}, "q5": 20, "q6": "Nhanh hơn"}
    assert [response.answers for response in SurveyResponse.objects.order_by("sheet__serial")] == [
        answers | {"q2": 4}, answers | {"q2": 5},
    ]  # fmt: skip


def key_sheet(visitor: Visitor, survey: Survey, serial: str, *, satisfied: str) -> None:
    """Enter one sheet by keyboard only."""
    visitor.go(f"/surveys/{survey.pk}/keying/")
    keys = visitor.page.keyboard
    keys.type(serial)  # the focus starts here
    keys.press("Enter")
    keys.press("1")  # a choice moves to the next question
    keys.press(satisfied)
    keys.press("1")
    keys.press("3")  # multiple choice: Enter moves on
    keys.press("Enter")
    keys.press("1")
    keys.press("Enter")  # the second row stays empty
    keys.type("20")
    keys.press("Enter")
    keys.type("Nhanh hơn")
    with visitor.page.expect_navigation():
        keys.press("Enter")


def wait_until_ready(olga: Visitor) -> None:
    olga.page.wait_for_selector("[data-interviews=there]", state="attached")


def she_asks(olga: Visitor) -> None:
    page = olga.page
    page.locator("[data-part=surveys] button").first.click()
    olga.check_page()
    olga.button("Save interview").click()
    missing = page.locator("[data-required]:has(.err)")
    expect(missing.first.locator(".err")).to_have_text(olga.translate(screen_texts.ANSWER_THIS_QUESTION))
    expect(missing.first.locator("input").first).to_be_focused()
    olga.check_page()
    page.locator("[name=q1][value=a1]").check()
    page.locator("[name=q2][value='5']").check(force=True)
    page.locator("[name=q6]").fill("Nhanh hơn")
    page.wait_for_timeout(600)  # the draft is encrypted shortly after the last key
    page.reload()
    wait_until_ready(olga)
    expect(page.locator("[name=q6]")).to_have_value("Nhanh hơn")
    olga.button("Save interview").click()
    expect(page.locator("[data-part=kept]")).to_be_visible()
    assert not SurveyResponse.objects.exists()
