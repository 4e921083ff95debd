"""Questions noted offline in a meeting are stored encrypted and sent once, whatever answer is lost."""

from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.dossiers.tests.factories import picture
from ancu.apps.listening.enums import MeetingState
from ancu.apps.listening.models import Petition, PetitionFile
from ancu.apps.listening.selectors.following import find_by_code
from ancu.apps.listening.tests.factories import make_meeting
from ancu.core.testing import texts
from e2e.flaky_proxy import FlakyProxy
from e2e.phone import STORED, Phone, address, phone, proxy, wait_for
from e2e.visitor import Visitor

__all__ = ["address", "phone", "proxy"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.one_language
def test_what_is_said_without_a_line_arrives_once(
    phone: Phone, proxy: FlakyProxy, address: str, world: Any, settings: Any, tmp_path: Any
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
    wait_until_ready(olga)
    olga.check_page()
    olga.follow(olga.button(texts.SET_UP_THIS_PHONE))
    wait_until_ready(olga)
    proxy.cut()
    olga.page.goto(address + room)
    wait_until_ready(olga)
    expect(olga.page.locator("[data-part=theme]")).to_have_text(meeting.theme)
    olga.check_page()
    code = she_writes_it_down(olga)
    stored = olga.page.evaluate(STORED)
    assert "ngõ năm" not in stored and "Hà Văn Ba" not in stored and code not in stored
    proxy.lose("/office/meetings/phone/send/")
    proxy.mend()
    olga.page.goto(address + room)
    wait_until_ready(olga)
    wait_for(olga.page, lambda: proxy.lost == 1)
    assert Petition.objects.count() == 1  # the server has it, the phone does not know
    olga.page.goto(address + room)
    wait_until_ready(olga)
    expect(olga.page.locator("[data-part=kept]")).to_be_hidden()
    petition = Petition.objects.get()
    assert (petition.meeting, petition.name, find_by_code(code)) == (meeting, "Hà Văn Ba", petition)
    assert PetitionFile.objects.filter(petition=petition).count() == 1
    she_continues_with_a_connection(olga)
    she_opens_another_meeting(olga, proxy, address, make_meeting(world, state=MeetingState.OPEN, theme="Đường vào bản"))
    assert not phone.errors


def wait_until_ready(olga: Visitor) -> None:
    olga.page.wait_for_selector("[data-room=there]", state="attached")


def she_writes_it_down(olga: Visitor) -> str:
    """Write a question, reload in between without losing text, and return the speaker's code."""
    page = olga.page
    olga.button(texts.RECORD_THIS).click()
    expect(page.locator(".field", has=page.locator("[name=body]")).locator(".err")).to_have_text(
        olga.translate("Write what is said.")
    )
    olga.fill(body="Cán bộ thu tiền")
    olga.button(texts.RECORD_THIS).click()
    olga.expect_text(olga.translate("Choose the police unit it is about, or “not about a police unit”."))
    olga.choose(about="none")
    for category, words in (
        ("complaint", "By law, a complaint or a denunciation needs a name. Only the people who handle it see it."),
        ("conduct", "Say whom it is about: choose the unit, or write the officer’s name."),
        ("other", None),
    ):
        page.locator("select[name=category]").evaluate("(box, code) => { box.value = code }", category)
        if words:
            olga.button(texts.RECORD_THIS).click()
            olga.expect_text(olga.translate(words))
    olga.fill(name="Hà Văn Ba", body="Đèn ở ngõ năm hỏng")
    page.wait_for_timeout(600)  # the draft is encrypted shortly after the last key
    page.reload()
    wait_until_ready(olga)
    expect(page.locator("[name=body]")).to_have_value("Đèn ở ngõ năm hỏng")
    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    heic = {"name": "b.heic", "mimeType": "image/heic", "buffer": b"\0" * 3000}
    page.locator("[name=attached]").set_input_files([photo, heic])  # type: ignore[list-item]
    olga.button(texts.RECORD_THIS).click()
    wrong = page.locator(".field", has=page.locator("[name=attached]")).locator(".err")
    expect(wrong).to_contain_text("b.heic")
    expect(page.locator("[name=attached]")).to_be_focused()
    expect(page.locator("[name=body]")).to_have_value("Đèn ở ngõ năm hỏng")
    names = "[...document.querySelector('[name=attached]').files].map((file) => file.name)"
    wait_for(page, lambda: page.evaluate(names) == ["a.jpg"])  # the good photo stays chosen
    olga.check_page()
    olga.button(texts.RECORD_THIS).click()
    expect(page.locator("[data-part=kept]")).to_be_visible()
    olga.check_page()
    assert not Petition.objects.exists()
    return page.locator("[data-part=code]").inner_text()


def she_continues_with_a_connection(olga: Visitor) -> None:
    """With a connection the list below the form shows the question immediately."""
    olga.fill(body="Đường vào chợ ngập nước")
    olga.choose(about="none")
    olga.button(texts.RECORD_THIS).click()
    expect(olga.page.locator("[data-part=raised]")).to_contain_text("Đường vào chợ")
    expect(olga.page.locator("[name=body]")).to_have_value("")
    assert Petition.objects.count() == 2


def she_opens_another_meeting(olga: Visitor, proxy: FlakyProxy, address: str, second: Any) -> None:
    """A meeting that opened later is available offline too, with a link to the first."""
    room = f"{address}/office/meetings/{second.pk}/room/"
    olga.page.goto(room)
    wait_until_ready(olga)
    proxy.cut()
    olga.page.goto(room)
    wait_until_ready(olga)
    expect(olga.page.locator("[data-part=theme]")).to_have_text(second.theme)
    expect(olga.page.locator("[data-part=others] a")).to_have_count(1)
    olga.check_page()
    olga.follow(olga.page.locator("[data-part=others] a"))
    wait_until_ready(olga)
    expect(olga.page.locator("[data-part=others] a")).to_contain_text(second.theme)
