"""In the room of a meeting when the connection goes: what is said is kept sealed, and sent once, whatever gets lost."""

from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.dossiers.tests.factories import picture
from ancu.apps.listening.enums import MeetingState
from ancu.apps.listening.models import Evidence, Petition
from ancu.apps.listening.selectors.following import by_code
from ancu.apps.listening.tests.factories import make_meeting
from e2e.line import Line
from e2e.phone import STORED, PhoneInHand, address, line, phone, wait_for
from e2e.walk import Walk

__all__ = ["address", "line", "phone"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.one_language
def test_what_is_said_without_a_line_arrives_once(
    phone: PhoneInHand, line: Line, address: str, world: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    meeting = make_meeting(world, state=MeetingState.OPEN)
    room = f"/office/meetings/{meeting.pk}/room/"
    olga = phone.open(address)
    user = world.users["olga"]
    user.language = phone.lang
    user.save(update_fields=["language"])
    olga.sign_in(user.email, officer=True)
    olga.go(room)
    there(olga)
    olga.look()
    olga.follow(olga.button("Make this phone ready"))
    there(olga)
    line.cut()
    olga.page.goto(address + room)
    there(olga)
    expect(olga.page.locator("[data-part=theme]")).to_have_text(meeting.theme)
    olga.look()
    code = she_writes_it_down(olga)
    stored = olga.page.evaluate(STORED)
    assert "ngõ năm" not in stored and "Hà Văn Ba" not in stored and code not in stored
    line.lose("/office/meetings/phone/send/")
    line.mend()
    olga.page.goto(address + room)
    there(olga)
    wait_for(olga.page, lambda: line.lost == 1)
    assert Petition.objects.count() == 1  # the office has it, the phone knows not
    olga.page.goto(address + room)
    there(olga)
    expect(olga.page.locator("[data-part=kept]")).to_be_hidden()
    found = Petition.objects.get()
    assert (found.meeting, found.name, by_code(code)) == (meeting, "Hà Văn Ba", found)
    assert Evidence.objects.filter(petition=found).count() == 1
    she_goes_on_with_a_line(olga)
    she_goes_to_another_one(olga, line, address, make_meeting(world, state=MeetingState.OPEN, theme="Đường vào bản"))
    assert not phone.errors


def there(olga: Walk) -> None:
    olga.page.wait_for_selector("[data-room=there]", state="attached")


def she_writes_it_down(olga: Walk) -> str:
    """Closed in the middle of it, what was typed is there again; returns the speaker's code."""
    page = olga.page
    olga.button("Write it down").click()
    expect(page.locator(".field", has=page.locator("[name=body]")).locator(".err")).to_have_text(
        olga.say("Please write what is said.")
    )
    olga.fill(body="Cán bộ thu tiền")
    olga.button("Write it down").click()
    olga.sees(olga.say("Please choose the unit it is about, or “no unit of the police”."))
    olga.choose(about="none")
    for category, words in (
        ("complaint", "The law asks who complains or denounces; the name is shown to nobody else."),
        ("conduct", "Please say whom it is about: choose the unit, or write the officer’s name."),
        ("other", None),
    ):
        page.locator("select[name=category]").evaluate("(box, code) => { box.value = code }", category)
        if words:
            olga.button("Write it down").click()
            olga.sees(olga.say(words))
    olga.fill(name="Hà Văn Ba", body="Đèn ở ngõ năm hỏng")
    page.wait_for_timeout(600)  # what is typed is sealed a moment after
    page.reload()
    there(olga)
    expect(page.locator("[name=body]")).to_have_value("Đèn ở ngõ năm hỏng")
    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    heic = {"name": "b.heic", "mimeType": "image/heic", "buffer": b"\0" * 3000}
    page.locator("[name=attached]").set_input_files([photo, heic])  # type: ignore[list-item]
    olga.button("Write it down").click()
    wrong = page.locator(".field", has=page.locator("[name=attached]")).locator(".err")
    expect(wrong).to_contain_text("b.heic")
    expect(page.locator("[name=attached]")).to_be_focused()
    expect(page.locator("[name=body]")).to_have_value("Đèn ở ngõ năm hỏng")
    names = "[...document.querySelector('[name=attached]').files].map((file) => file.name)"
    assert page.evaluate(names) == ["a.jpg"], "the good photo stays chosen"
    olga.look()
    olga.button("Write it down").click()
    expect(page.locator("[data-part=kept]")).to_be_visible()
    olga.look()
    assert not Petition.objects.exists()
    return page.locator("[data-part=code]").inner_text()


def she_goes_on_with_a_line(olga: Walk) -> None:
    """The same page, and the list below knows of it at once."""
    olga.fill(body="Đường vào chợ ngập nước")
    olga.choose(about="none")
    olga.button("Write it down").click()
    expect(olga.page.locator("[data-part=raised]")).to_contain_text("Đường vào chợ")
    expect(olga.page.locator("[name=body]")).to_have_value("")
    assert Petition.objects.count() == 2


def she_goes_to_another_one(olga: Walk, line: Line, address: str, second: Any) -> None:
    """Opened since the phone took rooms along; without a connection it is there, and the first is named."""
    room = f"{address}/office/meetings/{second.pk}/room/"
    olga.page.goto(room)
    there(olga)
    line.cut()
    olga.page.goto(room)
    there(olga)
    expect(olga.page.locator("[data-part=theme]")).to_have_text(second.theme)
    expect(olga.page.locator("[data-part=others] a")).to_have_count(1)
    olga.look()
    olga.follow(olga.page.locator("[data-part=others] a"))
    there(olga)
    expect(olga.page.locator("[data-part=others] a")).to_contain_text(second.theme)
