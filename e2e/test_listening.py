"""A question in a meeting becomes a promise, is refused, opened again and settled; a call is handled by keyboard."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from ancu.apps.listening.models import Meeting, Petition, Promise, Remark
from ancu.apps.listening.tests.factories import add_staff, make_petition
from ancu.core import clock
from e2e.conftest import Invite
from e2e.walk import Walk

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Both languages and both widths, in pairs: e2e/test_every_page.py looks at each page in all of them.
    pytest.mark.parametrize(("page", "lang"), [(360, "vi"), (1280, "en")], indirect=True, ids=["phone-vi", "desk-en"]),
]


def test_a_question_becomes_a_promise_and_is_settled(invite: Invite) -> None:
    olga, anybody = invite("olga", at_the_door=False), invite()
    she_plans_and_announces_it(olga)
    he_takes_a_seat(anybody)
    code = she_writes_down_what_is_said(olga)
    she_closes_it_with_minutes(olga)
    found = Petition.objects.get()
    quynh = invite("quynh", at_the_door=False)
    a_second_person_approves(quynh, found.number)  # the promise given in the room
    it_is_answered(olga, quynh, found.number, "Đã thay bóng đèn ngõ 5.")
    he_follows_it(anybody, code, found.number)
    he_judges_it(anybody, settled=False)
    olga.go("/office/petitions/")
    olga.sees(olga.say("opened again", context="petition").capitalize())
    it_is_answered(olga, quynh, found.number, "Đã thay cả đui đèn, đã thử buổi tối.")
    anybody.go(f"/petitions/{found.number}/")
    he_judges_it(anybody, settled=True)
    assert Petition.objects.get().state == "settled" and Promise.objects.get().kept_at is not None
    anybody.go("/meetings/promises/")
    anybody.look()


def she_plans_and_announces_it(olga: Walk) -> None:
    olga.go("/office/meetings/")
    olga.look()
    olga.follow(olga.link("Plan a meeting"))
    olga.look()
    olga.follow(olga.button("Save"))  # nothing said yet
    olga.look()
    tomorrow = clock.today() + timedelta(days=1)
    olga.fill(
        theme="An ninh, trật tự khu dân cư", venue="Nhà văn hóa xã", day=f"{tomorrow:%d/%m/%Y}", begins="08:00",
        ends="11:00", quota="30", agenda="Nghe ý kiến",
    )  # fmt: skip
    olga.page.locator("label[for=id_level_1]").click()
    olga.follow(olga.button("Save"))
    olga.look()
    olga.confirm("Announce")
    olga.sees(olga.say("announced", context="meeting").capitalize())


def he_takes_a_seat(anybody: Walk) -> None:
    anybody.go("/meetings/")
    anybody.look()
    anybody.follow(anybody.page.locator("main a[href^='/meetings/']", has_text="An ninh").first)
    anybody.look()
    anybody.fill(name="Bùi Thị Hoa", phone="0912345678")
    anybody.follow(anybody.button("Register"))
    anybody.heading(anybody.say("Your seat"))
    anybody.look()


def she_writes_down_what_is_said(olga: Walk) -> str:
    """Returns the code that the speaker is given."""
    now = clock.now()
    Meeting.objects.update(starts_at=now, ends_at=now + timedelta(hours=3))
    olga.go(f"/office/meetings/{Meeting.objects.get().pk}/")
    olga.follow(olga.button("Open the room"))
    olga.look()
    olga.follow(olga.page.locator("main button[name=attendee]").first)
    olga.follow(olga.link("In the room"))
    olga.look()
    olga.fill(name="Bùi Thị Hoa", body="Đèn ngõ 5 hỏng đã hai tháng, bao giờ sửa?")
    olga.choose(about="none")
    olga.follow(olga.button("Write it down"))
    olga.look()
    return olga.page.locator("main [role=status] b.num:visible").first.inner_text()


def she_closes_it_with_minutes(olga: Walk) -> None:
    meeting, found = Meeting.objects.get(), Petition.objects.get()
    olga.go(f"/office/meetings/{meeting.pk}/")
    olga.confirm("End the meeting")
    olga.fill(secretary="Hà Văn Ba")
    olga.follow(olga.button("Close the meeting"))  # not while the question has no unit and no day
    olga.sees(found.title)
    assert Meeting.objects.get().state == "held"
    olga.look()
    day = clock.today() + timedelta(days=7)
    olga.fill(due_on=f"{day:%d/%m/%Y}", words="Thay đèn chiếu sáng ngõ 5")
    olga.follow(olga.button("Give it this unit and day"))
    olga.look()
    olga.fill(secretary="Hà Văn Ba", present="40")
    olga.follow(olga.button("Close the meeting"))
    olga.sees(olga.say("closed with minutes", context="meeting").capitalize())
    olga.look()
    assert olga.status_of(f"/office/meetings/{meeting.pk}/minutes.pdf") == 200


def it_is_answered(olga: Walk, quynh: Walk, number: str, text: str) -> None:
    olga.go(f"/office/petitions/{number}/")
    olga.look()
    olga.page.locator("label[for=id_draft_outcome_0]").click()
    olga.fill(text=text)
    olga.follow(olga.button("Give it to be approved"))
    olga.look()
    a_second_person_approves(quynh, number)


def a_second_person_approves(quynh: Walk, number: str) -> None:
    quynh.go("/office/petitions/?view=decide")
    quynh.look()
    quynh.follow(quynh.page.locator(f"main a[href='/office/petitions/{number}/']").first)
    quynh.follow(quynh.button("Approve and send"))
    quynh.look()


def he_follows_it(anybody: Walk, code: str, number: str) -> None:
    anybody.go("/petitions/follow/")
    anybody.look()
    anybody.fill(code="MS-0000-0000-0000")
    anybody.follow(anybody.button("Open"))
    anybody.look()
    anybody.fill(code=code.lower())
    anybody.follow(anybody.button("Open"))
    assert anybody.path() == f"/petitions/{number}/"
    anybody.look()


def he_judges_it(anybody: Walk, *, settled: bool) -> None:
    anybody.page.locator(f"label[for=id_verdict_{0 if settled else 1}]").click()
    if settled:
        anybody.follow(anybody.button("Say so"))
        anybody.sees(anybody.say("You said that it is settled"))
    else:
        anybody.follow(anybody.button("Say so"))  # without a reason
        anybody.sees(anybody.say("Please say what is still missing."))
        anybody.look()
        anybody.page.locator("main form[action$='/word/'] [name=text]").fill("Đèn vẫn chập chờn.")
        anybody.follow(anybody.button("Say so"))
        anybody.sees(anybody.say("It is open again. The unit owes a new answer."))
    anybody.look()


def test_a_call_is_handled_by_keyboard(invite: Invite, world: object) -> None:
    add_staff(world)
    known = make_petition(world, phone="0912 345 678", body="Đèn đường ở ngõ năm bị hỏng nhiều ngày")
    hoa = invite("hoa", at_the_door=False)
    hoa.go("/office/hotline/")
    hoa.look()
    keys = hoa.page.keyboard
    keys.type("0987 654 321")  # the number is where one begins
    keys.press("Tab")
    keys.type("Hà Văn Ba")
    keys.press("Tab")
    keys.type("đèn đường ngõ năm hỏng")
    hoa.page.locator("#found", has_text=known.number).wait_for()
    hoa.look()
    hoa.page.locator("[name=about-text]").focus()
    keys.type("no unit" if hoa.lang == "en" else "không")
    keys.press("ArrowDown")
    keys.press("Enter")
    with hoa.page.expect_navigation():
        keys.press("Control+Enter")
    found = Petition.objects.exclude(pk=known.pk).get()
    hoa.sees(found.number)
    assert (found.phone, found.name, found.channel) == ("+84987654321", "Hà Văn Ba", "hotline")
    hoa.look()
    keys.type("0912 345")
    hoa.page.locator("[data-hotline-to]", has_text="1").wait_for()
    keys.press("Tab")
    keys.press("Tab")
    keys.type("Gọi lại hỏi bao giờ xong")
    with hoa.page.expect_navigation():
        keys.press("Alt+1")
    hoa.sees(known.number)
    assert Remark.objects.get().petition == known and Petition.objects.count() == 2
    hoa.look()


def test_a_petition_is_sent_from_a_phone(invite: Invite) -> None:
    anybody = invite()
    anybody.go("/petitions/")
    anybody.look()
    anybody.follow(anybody.button("Send the petition"))
    anybody.sees(anybody.say("Please write what it is about."))
    anybody.look()
    anybody.fill(body="Ngã ba không có biển báo, đã có hai vụ va chạm.")
    anybody.choose(about="none")
    expect(anybody.page.locator("form[data-puzzle] [name=solution]")).not_to_have_value("", timeout=60_000)
    anybody.follow(anybody.button("Send the petition"))
    anybody.heading(anybody.say("Your petition is here"))
    anybody.look()
    anybody.follow(anybody.link("Open the petition"))
    anybody.sees("Ngã ba không có biển báo")
    anybody.look()
