"""A survey from its first question to the report: made, answered on the web, printed, scanned, settled, read; sheets
keyed by two people; an interview without a connection."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.listening.tests.factories import add_staff
from ancu.apps.surveys.models import PrintRun, Response, Scan, Survey
from ancu.apps.surveys.services import channels, paper, scanning
from ancu.apps.surveys.tests.factories import make_answers, make_survey
from ancu.apps.surveys.tests.pens import as_pdf, fill, pages_of
from e2e.conftest import Invite
from e2e.line import Line
from e2e.phone import STORED, PhoneInHand, address, line, phone, wait_for
from e2e.walk import Walk

__all__ = ["address", "line", "phone"]
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


def she_makes_it(rosa: Walk) -> None:
    rosa.go("/surveys/")
    rosa.sees(rosa.say("No survey yet"))
    rosa.look()
    rosa.follow(rosa.link("New survey"))
    rosa.follow(rosa.button("On to the questions"))
    rosa.sees(rosa.say("Please give it a title."))
    rosa.look()
    rosa.fill(title_vi="Ý kiến về tiếp dân", title_en="Opinions of the counter")
    rosa.follow(rosa.button("On to the questions"))
    rosa.look()
    add_question(rosa, "single", text_vi="Ông bà đã đến trụ sở chưa?", text_en="Have you been here?",
                 options_vi="Có\nChưa", options_en="Yes\nNo")  # fmt: skip
    add_question(rosa, "scale", text_vi="Ông bà hài lòng đến mức nào?", text_en="How satisfied are you?",
                 low_vi="không", low_en="not at all", high_vi="rất", high_en="very")  # fmt: skip
    add_question(rosa, "long", text_vi="Ông bà mong muốn điều gì?", text_en="What would you wish for?")
    rosa.look()
    rosa.go(rosa.path() + "q3/")
    rosa.look()
    rosa.page.locator("[name=only_if][value='q2:a1']").check()
    rosa.follow(rosa.button("Save the question"))
    rosa.follow(rosa.link("Preview"))
    rosa.page.locator("[name=q2][value=a2]").check()
    expect(rosa.page.locator("#q3")).to_be_hidden()
    rosa.page.locator("[name=q2][value=a1]").check()
    expect(rosa.page.locator("#q3")).to_be_visible()
    rosa.look()
    rosa.go(f"/surveys/{Survey.objects.get().pk}/")
    rosa.look()
    rosa.follow(rosa.button("Open for answers"))
    rosa.sees(rosa.say("It is open. Whoever has the link can answer."))


def add_question(rosa: Walk, kind: str, **texts: str) -> None:
    rosa.follow(rosa.page.locator(f"a[href*='/questions/add/s1/{kind}/']"))
    rosa.fill(**texts)
    rosa.look()
    rosa.follow(rosa.button("Save the question"))


def somebody_answers(rosa: Walk, survey: Survey) -> None:
    """Half of it, then the page is closed and found again by its address."""
    rosa.go(f"/s/{survey.channels.get(unit=None).slug}/")
    rosa.look()
    rosa.follow(rosa.button("Begin"))
    page = rosa.page
    page.locator("[name=q2][value=a1]").check()
    expect(page.locator("[data-saved]")).to_have_text(rosa.say("Kept. You can close the page and go on later."))
    here = page.url
    rosa.go("/surveys/")
    rosa.go(here)
    expect(page.locator("[name=q2][value=a1]")).to_be_checked()
    page.locator("[name=q3][value='4']").check(force=True)
    the_line_goes(rosa)
    page.locator("[name=q4]").fill("Mở cửa sớm hơn")
    rosa.look()
    rosa.follow(rosa.button("Send my answers"))
    rosa.sees(rosa.say("Your answers have arrived"))
    rosa.look()
    assert Response.objects.get(source="web").answers == {"q2": "a1", "q3": 4, "q4": "Mở cửa sớm hơn"}


def the_line_goes(rosa: Walk) -> None:
    """It is said in the form, and nothing that stays lies over its button."""
    page = rosa.page
    page.context.set_offline(True)
    page.locator("[name=q4]").fill("Mở cửa")
    sentence = rosa.say("Not kept yet: you are offline. It is tried again with your next answer.")
    expect(page.locator("[data-saved]")).to_have_text(sentence)
    expect(page.locator("#toasts .alert-danger")).to_have_count(0)
    page.context.set_offline(False)


def she_prints_it(rosa: Walk, survey: Survey) -> list[Any]:
    rosa.go(f"/surveys/{survey.pk}/paper/")
    rosa.look()
    rosa.fill(**{"print-count": "3"})
    with rosa.page.expect_download() as got:
        rosa.button("Make the PDF").click()
    return pages_of(Path(got.value.path()).read_bytes())


def the_sheets_come_back(rosa: Walk, survey: Survey, pictures: list[Any], folder: Path) -> None:
    run = PrintRun.objects.get()
    marked = [{"q2/a1": "x", "q3/5": "x"}, {"q2/a1": "x", "q2/a2": "x"}, {"q2/a1": "x", "q4/text": "ink"}]
    scans = folder / "scans.pdf"
    scans.write_bytes(as_pdf(fill(pictures, run, marked)))
    rosa.go(f"/surveys/{survey.pk}/paper/")
    rosa.page.locator("[name=scans]").set_input_files(scans)
    rosa.button("Read them").click()
    rosa.sees("scans.pdf")
    scanning.read_scan(Scan.objects.get().pk)  # as the worker does; the page asks for itself until it is done
    expect(rosa.page.locator(f"a[href='/surveys/{survey.pk}/review/']")).to_be_visible()
    rosa.look()


def she_settles_what_is_doubtful(rosa: Walk, survey: Survey) -> None:
    rosa.follow(rosa.page.locator(f"a[href='/surveys/{survey.pk}/review/']"))
    rosa.look()
    rosa.page.locator("[name=q2][value=a2]").check()
    rosa.follow(rosa.button("So it is"))
    rosa.page.locator("[name=q4]").fill("Thêm ghế ngồi")
    rosa.look()
    rosa.follow(rosa.button("So it is"))
    rosa.sees(rosa.say("Nothing is doubtful any more"))
    rosa.look()
    scanned = Response.objects.filter(source="scan", state="complete").order_by("pk")
    assert [one.answers for one in scanned] == [
        {"q2": "a1", "q3": 5},
        {"q2": "a2"},
        {"q2": "a1", "q4": "Thêm ghế ngồi"},
    ]


def she_reads_the_report(rosa: Walk, survey: Survey) -> None:
    rosa.go(f"/surveys/{survey.pk}/results/")
    rosa.sees(rosa.say("Not enough answers yet"))
    rosa.look()
    wish = {"q2": "a1", "q4": "Thủ tục gọn hơn"}
    make_answers(survey, [wish | {"q3": step} for step in (3, 4, 5) for _time in range(8)])
    rosa.go(f"/surveys/{survey.pk}/results/")
    expect(rosa.page.locator("[data-survey-chart] canvas").first).to_be_visible()
    rosa.look()
    paper = rosa.page.request.get(f"{rosa.address}/surveys/{survey.pk}/results/report.pdf")
    assert paper.body().startswith(b"%PDF")
    rosa.go(f"/surveys/{survey.pk}/results/cross/?item=q2&by=q3")
    rosa.look()
    rosa.go(f"/surveys/{survey.pk}/results/written/q4/")
    rosa.follow(rosa.page.locator("main a.chip", has_text="thủ tục").first)
    rosa.sees("Thủ tục gọn hơn")
    rosa.look()
    rosa.go(f"/surveys/{survey.pk}/settings/")
    rosa.look()


@pytest.mark.one_language
def test_an_interview_without_a_line(phone: PhoneInHand, line: Line, address: str, world: Any) -> None:
    survey = make_survey(world)
    channels.add_channel(actor=world.actor("rosa"), survey_id=survey.pk, unit_id=world.units.commune.pk)
    user = world.users["olga"]
    user.language = phone.lang
    user.save(update_fields=["language"])
    olga = phone.open(address)
    olga.sign_in(user.email, officer=True)
    olga.go("/surveys/interviews/")
    there(olga)
    olga.look()
    olga.follow(olga.button("Make this phone ready"))
    there(olga)
    line.cut()
    olga.page.goto(address + "/surveys/interviews/")
    there(olga)
    olga.look()
    she_asks(olga)
    stored = olga.page.evaluate(STORED)
    assert "Nhanh hơn" not in stored and "tiếp dân" not in stored
    line.lose("/surveys/interviews/send/")
    line.mend()
    olga.page.goto(address + "/surveys/interviews/")
    there(olga)
    wait_for(olga.page, lambda: line.lost == 1)
    assert Response.objects.count() == 1  # the office has it, the phone knows not
    olga.page.goto(address + "/surveys/interviews/")
    there(olga)
    expect(olga.page.locator("[data-part=kept]")).to_be_hidden()
    response = Response.objects.get()
    assert (response.source, response.unit, response.answers) == (
        "phone", world.units.commune, {"q1": "a1", "q2": 5, "q6": "Nhanh hơn"},
    )  # fmt: skip


@pytest.mark.parametrize(("page", "lang"), [(1280, "vi")], indirect=True, ids=["desk-vi"])
def test_sheets_are_keyed_by_keyboard_and_by_two_people(invite: Invite, world: Any) -> None:
    add_staff(world)
    survey = make_survey(world, double_entry=True)
    way = survey.channels.get()
    paper.print_sheets(actor=world.actor("rosa"), survey_id=survey.pk, language="vi", count=2, channel_id=way.pk)
    rosa, anh = invite("rosa", at_the_door=False), invite("anh", at_the_door=False)
    for serial in "12":
        keyed(rosa, survey, serial, satisfied="4")
        rosa.sees(rosa.say("Sheet %(number)s is keyed once. Another person keys it again.", number=serial))
    keyed(rosa, survey, "1", satisfied="4")  # not by the same person
    rosa.look()
    keyed(anh, survey, "1", satisfied="4")
    anh.sees(anh.say("Sheet %(number)s is counted.", number="1"))
    keyed(anh, survey, "2", satisfied="5")
    anh.sees(anh.say("Sheet %(number)s: the two keyings differ. Please look at them together.", number="2"))
    assert Response.objects.filter(state="complete").count() == 1
    rosa.go(f"/surveys/{survey.pk}/paper/")
    rosa.look()
    rosa.follow(rosa.page.locator("main a[href*='/keying/']", has_text="2").first)
    rosa.look()
    rosa.page.locator("[name=q2][value=second]").check()
    rosa.follow(rosa.button("Count the sheet"))
    answers = {"q1": "a1", "q3": ["a1", "a3"], "q4": {"r1": "a1"}, "q5": 20, "q6": "Nhanh hơn"}
    assert [one.answers for one in Response.objects.order_by("sheet__serial")] == [
        answers | {"q2": 4}, answers | {"q2": 5},
    ]  # fmt: skip


def keyed(walk: Walk, survey: Survey, serial: str, *, satisfied: str) -> None:
    """One sheet from its number to the next, without a hand on the mouse."""
    walk.go(f"/surveys/{survey.pk}/keying/")
    keys = walk.page.keyboard
    keys.type(serial)  # where one begins
    keys.press("Enter")
    keys.press("1")  # a choice goes on by itself
    keys.press(satisfied)
    keys.press("1")
    keys.press("3")  # several of several: Enter goes on
    keys.press("Enter")
    keys.press("1")
    keys.press("Enter")  # the second line stays empty
    keys.type("20")
    keys.press("Enter")
    keys.type("Nhanh hơn")
    with walk.page.expect_navigation():
        keys.press("Enter")


def there(olga: Walk) -> None:
    olga.page.wait_for_selector("[data-interviews=there]", state="attached")


def she_asks(olga: Walk) -> None:
    page = olga.page
    page.locator("[data-part=surveys] button").first.click()
    olga.look()
    olga.button("Keep the interview").click()
    missing = page.locator("[data-required]:has(.err)")
    expect(missing.first.locator(".err")).to_have_text(olga.say("Please answer this question."))
    expect(missing.first.locator("input").first).to_be_focused()
    olga.look()
    page.locator("[name=q1][value=a1]").check()
    page.locator("[name=q2][value='5']").check(force=True)
    page.locator("[name=q6]").fill("Nhanh hơn")
    page.wait_for_timeout(600)  # what is typed is sealed a moment after
    page.reload()
    there(olga)
    expect(page.locator("[name=q6]")).to_have_value("Nhanh hơn")
    olga.button("Keep the interview").click()
    expect(page.locator("[data-part=kept]")).to_be_visible()
    assert not Response.objects.exists()
