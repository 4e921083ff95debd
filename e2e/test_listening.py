"""A question in a meeting becomes a promise that is rejected, reopened and settled; a call is handled by keyboard."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from ancu.apps.listening.models import Meeting, Petition, PetitionPromise, PetitionRemark
from ancu.apps.listening.tests.factories import add_staff, make_petition
from ancu.core import clock
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Two of four combinations; e2e/test_every_page.py checks each page in all of them.
    pytest.mark.parametrize(("page", "lang"), [(360, "vi"), (1280, "en")], indirect=True, ids=["phone-vi", "desk-en"]),
]


def test_a_question_becomes_a_promise_and_is_settled(invite: Invite) -> None:
    olga, anybody = invite("olga", by_login_page=False), invite()
    she_plans_and_announces_it(olga)
    he_takes_a_seat(anybody)
    code = she_writes_down_what_is_said(olga)
    she_closes_it_with_minutes(olga)
    petition = Petition.objects.get()
    quynh = invite("quynh", by_login_page=False)
    a_second_person_approves(quynh, petition.number)  # the promise given in the meeting
    she_answers_it(olga, quynh, petition.number, "Đã thay bóng đèn ngõ 5.")
    he_follows_it(anybody, code, petition.number)
    he_judges_it(anybody, settled=False)
    olga.go("/office/petitions/")
    olga.expect_text(olga.translate("reopened", context="petition").capitalize())
    she_answers_it(olga, quynh, petition.number, "Đã thay cả đui đèn, đã thử buổi tối.")
    anybody.go(f"/petitions/{petition.number}/")
    he_judges_it(anybody, settled=True)
    assert Petition.objects.get().state == "settled" and PetitionPromise.objects.get().kept_at is not None
    anybody.go("/meetings/promises/")
    anybody.check_page()


def she_plans_and_announces_it(olga: Visitor) -> None:
    olga.go("/office/meetings/")
    olga.check_page()
    olga.follow(olga.link("Plan a meeting"))
    olga.check_page()
    olga.follow(olga.button("Save"))  # the form is empty
    olga.check_page()
    tomorrow = clock.today() + timedelta(days=1)
    olga.fill(
        theme="An ninh, trật tự khu dân cư", venue="Nhà văn hóa xã", day=f"{tomorrow:%d/%m/%Y}", begins="08:00",
        ends="11:00", quota="30", agenda="Nghe ý kiến",
    )  # fmt: skip
    olga.page.locator("label[for=id_level_1]").click()
    olga.follow(olga.button("Save"))
    olga.check_page()
    olga.confirm("Announce meeting")
    olga.expect_text(olga.translate("announced", context="meeting").capitalize())


def he_takes_a_seat(anybody: Visitor) -> None:
    anybody.go("/meetings/")
    anybody.check_page()
    anybody.follow(anybody.page.locator("main a[href^='/meetings/']", has_text="An ninh").first)
    anybody.check_page()
    anybody.fill(name="Bùi Thị Hoa", phone="0912345678")
    anybody.follow(anybody.button(texts.REGISTER))
    anybody.expect_heading(anybody.translate("Your seat"))
    anybody.check_page()


def she_writes_down_what_is_said(olga: Visitor) -> str:
    """Write down a question and return the code for the speaker."""
    now = clock.now()
    Meeting.objects.update(starts_at=now, ends_at=now + timedelta(hours=3))
    olga.go(f"/office/meetings/{Meeting.objects.get().pk}/")
    olga.follow(olga.button("Open room"))
    olga.check_page()
    olga.follow(olga.page.locator("main button[name=attendee]").first)
    olga.follow(olga.link("In the room"))
    olga.check_page()
    olga.fill(name="Bùi Thị Hoa", body="Đèn ngõ 5 hỏng đã hai tháng, bao giờ sửa?")
    olga.choose(about="none")
    olga.follow(olga.button(texts.RECORD_THIS))
    olga.check_page()
    return olga.page.locator("main [role=status] b.num:visible").first.inner_text()


def she_closes_it_with_minutes(olga: Visitor) -> None:
    meeting, petition = Meeting.objects.get(), Petition.objects.get()
    olga.go(f"/office/meetings/{meeting.pk}/")
    olga.confirm("End meeting")
    olga.fill(secretary="Hà Văn Ba")
    olga.follow(olga.button("Close meeting"))  # refused while the question has no unit and no date
    olga.expect_text(petition.title)
    assert Meeting.objects.get().state == "held"
    olga.check_page()
    day = clock.today() + timedelta(days=7)
    olga.fill(due_on=f"{day:%d/%m/%Y}", words="Thay đèn chiếu sáng ngõ 5")
    olga.follow(olga.button("Set unit and date"))
    olga.check_page()
    olga.fill(secretary="Hà Văn Ba", present="40")
    olga.follow(olga.button("Close meeting"))
    olga.expect_text(olga.translate("closed with minutes", context="meeting").capitalize())
    olga.check_page()
    assert olga.status_of(f"/office/meetings/{meeting.pk}/minutes.pdf") == 200


def she_answers_it(olga: Visitor, quynh: Visitor, number: str, text: str) -> None:
    olga.go(f"/office/petitions/{number}/")
    olga.check_page()
    olga.page.locator("label[for=id_draft_outcome_0]").click()
    olga.fill(text=text)
    olga.follow(olga.button(texts.SUBMIT_FOR_APPROVAL))
    olga.check_page()
    a_second_person_approves(quynh, number)


def a_second_person_approves(quynh: Visitor, number: str) -> None:
    quynh.go("/office/petitions/?view=decide")
    quynh.check_page()
    quynh.follow(quynh.page.locator(f"main a[href='/office/petitions/{number}/']").first)
    quynh.follow(quynh.button("Approve and send"))
    quynh.check_page()


def he_follows_it(anybody: Visitor, code: str, number: str) -> None:
    anybody.go("/petitions/follow/")
    anybody.check_page()
    anybody.fill(code="MS-0000-0000-0000")
    anybody.follow(anybody.button(texts.OPEN))
    anybody.check_page()
    anybody.fill(code=code.lower())
    anybody.follow(anybody.button(texts.OPEN))
    assert anybody.path() == f"/petitions/{number}/"
    anybody.check_page()


def he_judges_it(anybody: Visitor, *, settled: bool) -> None:
    anybody.page.locator(f"label[for=id_verdict_{0 if settled else 1}]").click()
    if settled:
        anybody.follow(anybody.button("Send my response"))
        anybody.expect_text(anybody.translate("You said that it is resolved"))
    else:
        anybody.follow(anybody.button("Send my response"))  # without a reason
        anybody.expect_text(anybody.translate("Say what is still missing."))
        anybody.check_page()
        anybody.page.locator("main form[action$='/word/'] [name=text]").fill("Đèn vẫn chập chờn.")
        anybody.follow(anybody.button("Send my response"))
        anybody.expect_text(anybody.translate("Your petition is open again. The unit must send you a new answer."))
    anybody.check_page()


def test_a_call_is_handled_by_keyboard(invite: Invite, world: object) -> None:
    add_staff(world)
    earlier = make_petition(world, phone="0912 345 678", body="Đèn đường ở ngõ năm bị hỏng nhiều ngày")
    hoa = invite("hoa", by_login_page=False)
    hoa.go("/office/hotline/")
    hoa.check_page()
    keys = hoa.page.keyboard
    keys.type("0987 654 321")  # the focus starts in the number
    keys.press("Tab")
    keys.type("Hà Văn Ba")
    keys.press("Tab")
    keys.type("đèn đường ngõ năm hỏng")
    hoa.page.locator("#found", has_text=earlier.number).wait_for()
    hoa.check_page()
    hoa.page.locator("[name=about-text]").focus()
    keys.type("not about" if hoa.lang == "en" else "không")
    keys.press("ArrowDown")
    keys.press("Enter")
    with hoa.page.expect_navigation():
        keys.press("Control+Enter")
    petition = Petition.objects.exclude(pk=earlier.pk).get()
    hoa.expect_text(petition.number)
    assert (petition.phone, petition.name, petition.channel) == ("+84987654321", "Hà Văn Ba", "hotline")
    hoa.check_page()
    keys.type("0912 345")
    hoa.page.locator("[data-hotline-to]", has_text="1").wait_for()
    keys.press("Tab")
    keys.press("Tab")
    keys.type("Gọi lại hỏi bao giờ xong")
    with hoa.page.expect_navigation():
        keys.press("Alt+1")
    hoa.expect_text(earlier.number)
    assert PetitionRemark.objects.get().petition == earlier and Petition.objects.count() == 2
    hoa.check_page()


def test_a_petition_is_sent_from_a_phone(invite: Invite) -> None:
    anybody = invite()
    anybody.go("/petitions/")
    anybody.check_page()
    anybody.follow(anybody.button(texts.SEND_PETITION))
    anybody.expect_text(anybody.translate("Write what it is about."))
    anybody.check_page()
    anybody.fill(body="Ngã ba không có biển báo, đã có hai vụ va chạm.")
    anybody.choose(about="none")
    expect(anybody.page.locator("form[data-puzzle] [name=solution]")).not_to_have_value("", timeout=60_000)
    anybody.follow(anybody.button(texts.SEND_PETITION))
    anybody.expect_heading(anybody.translate("We have received your petition"))
    anybody.check_page()
    anybody.follow(anybody.link("Open the petition"))
    anybody.expect_text("Ngã ba không có biển báo")
    anybody.check_page()
