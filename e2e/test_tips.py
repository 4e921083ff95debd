"""An anonymous tip, its handler's reply, and the key that leaves the page."""

import io
from urllib.parse import quote

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Request, expect

from ancu.apps.tips.models import Tip
from ancu.apps.tips.tests.factories import PASSPHRASE, make_unit
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.phone import wait_for
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
PLAYS_TO_ITS_END = """async sound => {
  const ended = new Promise(resolve => sound.addEventListener('ended', resolve))
  await sound.play()
  await ended
  return sound.error === null && sound.currentTime > 0.5
}"""
TIP_TEXT = "Có người bán ma túy sau bến xe, tối thứ sáu nào cũng có."


def test_an_anonymous_tip_is_answered_without_a_name(invite: Invite, world, settings, tmp_path) -> None:
    settings.TIPS_MEMORY = str(tmp_path)
    make_unit(world, world.provincial_agency, "Tam", "Thu")
    source = invite()
    source.page.context.clear_cookies()
    the_source_visits_other_pages(source)
    receipt = the_source_writes_a_tip(source)
    tam = invite("tam", by_login_page=False)
    handler_reads_and_replies(tam)
    an_idle_page_is_locked(tam)
    the_source_reads_the_reply_and_answers(source, receipt)
    the_source_leaves_by_escape(source)


def the_source_visits_other_pages(source: Visitor) -> None:
    """Visit other pages of the site first; the pages of tips must not receive their cookies."""
    for path in ("/", "/petitions/", "/petitions/follow/", "/accounts/login/", "/guest/"):
        source.go(path)
    requests: list[Request] = []
    source.page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 -- no method of C has a __dict__
    assert {cookie["path"] for cookie in source.page.context.cookies()} >= {"/petitions", "/accounts"}
    assert source.page.context.cookies(f"{source.address}/tips/write/") == []
    source.go(f"/tips/?lang={source.lang}")
    assert any("/tips/" in request.url for request in requests)
    assert not any(request.headers.get("cookie") for request in requests if "/tips/" in request.url)
    assert all(request.url.startswith((source.address, "data:", "blob:")) for request in requests)


def the_source_writes_a_tip(source: Visitor) -> str:
    source.expect_text("113")
    source.check_page()
    source.follow(source.link("Write a tip"))
    source.check_page()
    source.follow(source.button(texts.ENCRYPT_AND_SEND))  # the form is empty
    source.expect_text(source.translate("Say in a few words what you want to report."))
    source.check_page()
    source.fill(text=TIP_TEXT, place="Bến xe")
    shot = io.BytesIO()
    Image.new("RGB", (640, 480), "seagreen").save(shot, "PNG")
    picture = {"name": "ảnh.png", "mimeType": "image/png", "buffer": shot.getvalue()}
    source.page.locator("input[type=file]").set_input_files(files=[picture])  # type: ignore[list-item]
    the_source_records_a_voice_note(source)
    source.follow(source.button(texts.ENCRYPT_AND_SEND))
    source.expect_heading(source.translate(texts.ENCRYPTED_AND_RECEIVED))
    source.check_page()
    return source.page.locator("[data-receipt]").inner_text()


def the_source_records_a_voice_note(source: Visitor) -> None:
    page = source.page
    file_count = "document.querySelector('[data-tip-files]').files.length"
    record(source)
    assert page.locator("[data-heard]").evaluate(PLAYS_TO_ITS_END), "the source hears it before sending it"
    source.button("Delete the recording").click()
    wait_for(page, lambda: page.evaluate(file_count) == 1)  # only the picture is left
    record(source)
    wait_for(page, lambda: page.evaluate(file_count) == 2)
    source.check_page()


def record(source: Visitor) -> None:
    source.button("Record a voice note").click()
    expect(source.page.locator("[data-time]")).to_have_text("0:01")
    source.button("Stop recording").click()
    expect(source.page.locator("[data-heard]")).to_be_visible()


def handler_reads_and_replies(handler: Visitor) -> None:
    handler.go("/office/tips/")
    handler.expect_heading(handler.translate(texts.UNLOCK_TIPS))
    handler.check_page()
    handler.fill(passphrase="not the right one at all")
    handler.follow(handler.button(texts.UNLOCK))
    handler.expect_text(handler.translate("This is not your passphrase. Nothing was opened."))
    handler.fill(passphrase=PASSPHRASE)
    handler.follow(handler.button(texts.UNLOCK))
    handler.check_page()
    handler.follow(handler.page.locator(f"main a[href='/office/tips/{Tip.objects.get().pk}/']"))
    handler.expect_text(TIP_TEXT)
    picture = handler.page.locator("main img.paper")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 640)
    assert handler.page.locator("main audio").evaluate(PLAYS_TO_ITS_END), "what was sealed is still a sound"
    handler.check_page()
    handler.page.locator("main select[name=category]").select_option("drugs")
    handler.page.locator("label", has=handler.page.locator("input[value=now]")).first.click()
    handler.follow(handler.button("Save encrypted"))
    handler.fill(text="Quý vị có nhớ biển số xe không?")
    handler.follow(handler.button("Encrypt and reply"))
    handler.expect_text("Quý vị có nhớ biển số xe không?")
    handler.check_page()
    for path in ("/office/tips/", "/office/tips/keys/", "/office/tips/numbers/", "/office/tips/new/"):
        handler.go(path)
        handler.check_page()


def an_idle_page_is_locked(handler: Visitor) -> None:
    """An idle page locks itself; after *Lock* the Back button shows nothing."""
    page, tip = handler.page, f"/office/tips/{Tip.objects.get().pk}/"
    page.clock.install()
    handler.go(tip)
    page.clock.fast_forward("14:00")
    page.keyboard.press("Shift")  # activity
    page.clock.fast_forward("14:00")
    handler.expect_text(TIP_TEXT)
    page.clock.fast_forward("16:00")
    page.wait_for_url(lambda url: url.endswith(f"/office/tips/unlock/?next={quote(tip, safe='')}"))
    handler.go(tip)
    handler.go("/office/tips/")
    handler.follow(handler.button("Lock"))
    page.go_back()
    page.go_back()
    handler.expect_heading(handler.translate(texts.UNLOCK_TIPS))
    expect(page.locator("main")).not_to_contain_text(TIP_TEXT)


def the_source_reads_the_reply_and_answers(source: Visitor, receipt: str) -> None:
    source.follow(source.link("Read the answers"))
    source.page.go_back()  # as a stranger at the device might do later
    expect(source.page.locator("main form")).to_be_visible()
    expect(source.page.locator("body")).not_to_contain_text(receipt)
    source.go(f"/tips/answer/?lang={source.lang}")
    source.check_page()
    source.fill(receipt="1234 1234 1234 1234")
    source.follow(source.button(texts.OPEN))
    source.expect_text(source.translate("These digits do not open a conversation. Compare them with your receipt."))
    source.fill(receipt=receipt)
    source.follow(source.button(texts.OPEN))
    source.expect_text("Quý vị có nhớ biển số xe không?")
    expect(source.page.locator("main")).not_to_contain_text(TIP_TEXT)
    source.check_page()
    source.fill(text="Biển số đuôi 77.")
    source.follow(source.button(texts.ENCRYPT_AND_SEND))
    source.expect_text(source.translate(texts.ENCRYPTED_AND_RECEIVED))
    source.check_page()


def the_source_leaves_by_escape(source: Visitor) -> None:
    page = source.page
    source.go(f"/tips/?lang={source.lang}")
    source.go(f"/tips/write/?lang={source.lang}")
    source.follow(source.button(texts.ENCRYPT_AND_SEND))  # with an error, so that the form is in the history twice
    source.fill(text=TIP_TEXT)
    page.context.route(f"{settings.TIPS_LEAVE_URL}**", lambda route: route.fulfill(body="Bách khoa toàn thư"))
    page.keyboard.press("Escape")
    page.wait_for_url(settings.TIPS_LEAVE_URL)
    page.go_back()
    page.wait_for_url(settings.TIPS_LEAVE_URL)  # Back does not lead to a page of tips either
    source.go(f"/tips/?lang={source.lang}")  # a deliberate return is possible
    source.expect_heading(source.translate("Report a crime to the police"))
