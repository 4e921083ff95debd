"""A lodging with a poor connection: offline declarations, restarts, a revoked phone, corrections and other users."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from ancu.apps.stays.models import Device, Stay, Submission
from ancu.apps.stays.tests.factories import make_stay
from ancu.config.sessions import SessionStore
from ancu.core import clock
from ancu.core.testing import texts
from e2e.flaky_proxy import FlakyProxy
from e2e.phone import (
    STORED,
    Phone,
    address,
    key_guest,
    make_ready,
    open_offline,
    phone,
    proxy,
    sign_in,
    wait_for,
    wait_until_ready,
)
from e2e.visitor import Visitor

__all__ = ["address", "phone", "proxy"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.one_language
def test_five_guests_without_a_line(phone: Phone, proxy: FlakyProxy, address: str, world: Any) -> None:
    """The browser is killed after two guests and the server's first answer is lost; each guest is declared once."""
    make_stay(world.lodging, "TANAKA YUKI")
    bob = phone.open(address)
    sign_in(bob, world, "bob")
    make_ready(bob)
    proxy.cut()
    an_empty_form_has_errors(bob)
    for number in (1, 2):
        key_guest(bob, number)
    phone.kill()
    bob = phone.open(address)
    what_is_stored_is_encrypted(bob)
    for number in (3, 4, 5):
        key_guest(bob, number)
    stored = bob.page.evaluate(STORED)
    assert "HOFFMANN" not in stored and "C01X0T47" not in stored and "TANAKA" not in stored
    the_first_answer_is_lost(bob, proxy)
    five_receipts_are_on_the_phone(bob)


def an_empty_form_has_errors(bob: Visitor) -> None:
    open_offline(bob, "/stays/declare/")
    bob.expect_heading(bob.translate(texts.DECLARE_A_GUEST))
    the_form_shows_the_time_in_vietnam(bob)
    bob.check_page()
    bob.button(texts.SAVE_AND_SEND).click()
    expect(bob.page.locator("[name=full_name]")).to_have_attribute("aria-invalid", "true")
    bob.expect_text(bob.translate(texts.ENTER_THE_FULL_NAME_AS))
    bob.check_page()


def the_form_shows_the_time_in_vietnam(bob: Visitor) -> None:
    now = clock.local(clock.now())
    day, time = (bob.page.locator(f"main [name={name}]").input_value() for name in ("arrived_on", "arrived_time"))
    assert f"{day} {time}" in {f"{moment:%d/%m/%Y %H:%M}" for moment in (now - timedelta(minutes=1), now)}


def what_is_stored_is_encrypted(bob: Visitor) -> None:
    """After a restart the queue shows times but no names, and declaring continues."""
    open_offline(bob, "/stays/queue/")
    expect(bob.page.locator("[data-rows-here] > li")).to_have_count(2)
    bob.expect_text(bob.translate("Locked declaration"))
    assert "HOFFMANN" not in bob.page.content()
    bob.check_page()
    open_offline(bob, "/stays/declare/")


def the_first_answer_is_lost(bob: Visitor, proxy: FlakyProxy) -> None:
    open_offline(bob, "/stays/queue/")
    proxy.lose("/stays/phone/sync/", then_cut=True)
    proxy.mend()
    bob.button(texts.SEND_NOW).click()
    wait_for(bob.page, lambda: proxy.lost == 1)
    assert (
        Stay.objects.filter(full_name__startswith="HOFFMANN").count() == 1
    )  # the server has it, the phone does not know
    proxy.mend()
    bob.button(texts.SEND_NOW).click()
    wait_for(bob.page, lambda: bob.page.locator("[data-state=sent]").count() == 5)
    stays = Stay.objects.filter(full_name__startswith="HOFFMANN")
    assert stays.count() == 5 and len({stay.submission_id for stay in stays}) == 5


def five_receipts_are_on_the_phone(bob: Visitor) -> None:
    databases = json.loads(bob.page.evaluate(STORED))[0]
    numbers = {entry["receipt"] for _name, kind, entries in databases if kind == "entries" for entry in entries}
    sent = Submission.objects.filter(device_id__isnull=False)
    assert numbers == set(sent.values_list("number", flat=True)) and len(numbers) == 5
    assert set(sent.values_list("judged_by", flat=True)) == {"keyed"}
    names = bob.page.locator("[data-state=sent] [data-say=name]").all_inner_texts()
    assert {name.split()[0] for name in names} == {"HOFFMANN"} and len(set(names)) == 5
    assert "HOFFMANN" not in bob.page.evaluate(STORED)  # still encrypted
    bob.check_page()
    bob.go(f"/stays/receipts/{numbers.pop()}/")
    bob.expect_text("5A")


@pytest.mark.one_language
def test_a_refused_one_is_mended_in_place(phone: Phone, proxy: FlakyProxy, address: str, world: Any) -> None:
    """The server's errors appear beside the fields, unusual values are asked about, and the time of typing is kept."""
    bob = phone.open(address)
    sign_in(bob, world, "bob")
    make_ready(bob)
    proxy.cut()
    open_offline(bob, "/stays/declare/")
    key_guest(bob, 1, birth_date="08/03/2090")
    open_offline(bob, "/stays/queue/")
    proxy.mend()
    bob.button(texts.SEND_NOW).click()
    row = bob.page.locator("[data-state=refused]")
    expect(row).to_be_visible()
    bob.go("/stays/today/")
    expect(bob.page.locator("#queue-badge")).to_contain_text(bob.translate(texts.N_TO_CHECK).replace("{n}", "1"))
    bob.check_page()
    bob.follow(bob.page.locator("#queue-badge"))
    wait_until_ready(bob.page)
    expect(row).to_contain_text("HOFFMANN A")
    bob.button("Edit").click()
    wrong = bob.page.locator("main [name=birth_date]")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("08/03/2090")
    note = bob.page.locator(f"#{(wrong.get_attribute('aria-describedby') or '').split()[0]}")
    expect(note).to_have_text(bob.translate("This date is in the future. Check the year."))
    bob.check_page()
    bob.fill(birth_date="08/03/1984", document_number="000000000")
    bob.button(texts.SAVE_AND_SEND).click()
    expect(row).to_contain_text(bob.translate(texts.IS_THIS_RIGHT))
    expect(row).to_contain_text("“000000000”")
    assert not Stay.objects.exists()
    bob.check_page()
    bob.button("Yes, it is right: declare the guest").dblclick()
    expect(bob.page.locator("[data-state=sent]")).to_have_count(1)
    assert Stay.objects.get().submission.judged_by == "keyed"
    bob.check_page()


@pytest.mark.one_language
def test_a_phone_that_was_cut_off_cannot_be_read(phone: Phone, proxy: FlakyProxy, address: str, world: Any) -> None:
    bob = phone.open(address)
    sign_in(bob, world, "bob")
    make_ready(bob)
    proxy.cut()
    open_offline(bob, "/stays/declare/")
    key_guest(bob, 1)
    phone.kill()
    device = Device.objects.get()
    alice = world.client("alice")
    assert alice.post(f"/stays/devices/{device.pk}/cut-off/").status_code == 302
    proxy.mend()
    bob = phone.open(address)
    assert not [
        session
        for session in Session.objects.all()
        if SessionStore().decode(session.session_data).get("_auth_user_id") == str(world.users["bob"].pk)
    ]
    bob.page.goto(f"{address}/stays/queue/")
    bob.page.wait_for_url("**/accounts/login/**")  # the phone is signed out
    stored = json.loads(bob.page.evaluate(STORED))[0]
    assert [entry["state"] for _name, kind, entries in stored if kind == "entries" for entry in entries] == ["waiting"]
    sign_in(bob, world, "bob")  # also for Bob
    bob.go("/stays/queue/")
    expect(bob.page.locator("[data-state=lost]")).to_have_count(1)
    bob.expect_text(
        bob.translate(
            "This phone was cut off before it was sent, and it can no longer be read. Declare this guest again."
        )
    )
    bob.check_page()
    assert "HOFFMANN" not in bob.page.evaluate(STORED) and not Stay.objects.exists()


@pytest.mark.one_language
def test_a_session_that_is_over_keeps_the_queue(phone: Phone, proxy: FlakyProxy, address: str, world: Any) -> None:
    """Guests can be read offline while the browser is open; after a new login the queue is sent."""
    make_stay(world.lodging, "TANAKA YUKI")
    bob = phone.open(address)
    sign_in(bob, world, "bob")
    make_ready(bob)
    proxy.cut()
    open_offline(bob, "/stays/today/")
    bob.expect_text("TANAKA YUKI")  # the key is in the service worker's memory
    bob.check_page()
    open_offline(bob, "/stays/declare/")
    key_guest(bob, 1)
    Session.objects.all().delete()
    open_offline(bob, "/stays/queue/")
    proxy.mend()
    bob.button(texts.SEND_NOW).click()
    expect(bob.page.locator("[data-part=signin]")).to_be_visible()
    bob.expect_text(bob.translate("Your session has ended. Sign in and they will be sent. Nothing is lost."))
    bob.check_page()
    assert not Stay.objects.filter(full_name="HOFFMANN A").exists()
    sign_in(bob, world, "bob")
    wait_for(bob.page, lambda: Stay.objects.filter(full_name="HOFFMANN A").exists())


@pytest.mark.one_language
def test_signing_out_and_another_person(phone: Phone, proxy: FlakyProxy, address: str, world: Any) -> None:
    """Signing out removes the guests; the queue waits for its owner, and another user sees neither."""
    make_stay(world.lodging, "TANAKA YUKI")
    bob = phone.open(address)
    sign_in(bob, world, "bob")
    make_ready(bob)
    proxy.cut()
    open_offline(bob, "/stays/declare/")
    key_guest(bob, 2)
    phone.context.route("**/stays/phone/**", lambda route: route.abort())  # the queue cannot be sent yet
    proxy.mend()
    sign_out(bob)
    only_sealed_entries_are_left(bob)
    phone.context.unroute("**/stays/phone/**")
    sign_in(bob, world, "alice")
    bob.go("/stays/queue/")
    bob.page.wait_for_selector("[data-part=fresh]:visible")
    assert bob.page.locator("[data-rows-here] > li").count() == 0
    proxy.cut()
    open_offline(bob, "/stays/today/")
    assert "TANAKA" not in bob.page.content()
    proxy.mend()
    sign_out(bob)
    sign_in(bob, world, "bob")
    wait_for(bob.page, lambda: Stay.objects.filter(full_name="HOFFMANN B").exists())
    assert Stay.objects.count() == 2


def sign_out(visitor: Visitor) -> None:
    visitor.go("/stays/today/")
    visitor.page.locator("details[data-menu] summary").click()
    visitor.follow(visitor.page.locator("form[data-logout] button"))


def only_sealed_entries_are_left(visitor: Visitor) -> None:
    """Assert that only entries that are encrypted and not sent yet are left."""
    databases, local, _session, pages = json.loads(visitor.page.evaluate(STORED))
    facts = [value for _name, kind, entries in databases if kind == "facts" for value in entries]
    assert not [fact for fact in facts if isinstance(fact, dict) and "sealed" in fact]  # guests
    assert "ancu.phone" not in local
    assert pages and not [page for page in pages if "/stays/" in page and "/static/" not in page]


@pytest.mark.one_language
def test_the_phones_own_lock_opens_what_it_keeps(phone: Phone, proxy: FlakyProxy, address: str, world: Any) -> None:
    make_stay(world.lodging, "TANAKA YUKI")
    bob = phone.open(address)
    add_phone_lock(bob.page)
    sign_in(bob, world, "bob")
    make_ready(bob)
    bob.button("Use the phone’s lock to open it").click()
    expect(bob.page.locator("[data-part=lock]")).to_be_hidden()
    proxy.cut()
    bob.page.evaluate(FORGET)  # as if the browser was closed
    open_offline(bob, "/stays/today/")
    bob.expect_text(bob.translate("The guest list is locked"))
    assert "TANAKA" not in bob.page.content() + bob.page.evaluate(STORED)
    bob.check_page()
    bob.button("Open with the phone’s lock").click()
    bob.expect_text("TANAKA YUKI")


FORGET = "async () => (await navigator.serviceWorker.ready).active.postMessage({type: 'forget'})"


def add_phone_lock(page: Page) -> None:
    """Add a platform authenticator with the prf extension, as on Android and iOS."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "hasPrf": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.one_language
def test_the_line_goes_while_the_form_is_sent_and_two_tabs_send(
    phone: Phone, proxy: FlakyProxy, address: str, world: Any
) -> None:
    """Text typed before the connection broke is on the offline page; two tabs send it once."""
    bob = phone.open(address)
    sign_in(bob, world, "bob")
    make_ready(bob)
    bob.go("/stays/declare/")
    bob.fill(document_number="C01X0T471", full_name="HOFFMANN A", birth_date="08/03/1984", room="5A")
    proxy.cut()
    bob.page.locator("button[name=save]").click()
    wait_until_ready(bob.page)
    expect(bob.page.locator("[name=full_name]")).to_have_value("HOFFMANN A")
    expect(bob.page.locator("[name=room]")).to_have_value("5A")
    close_toasts(bob.page)
    key_guest(bob, 1)
    key_guest(bob, 2)
    second_tab = Visitor(phone.context.new_page(), address, bob.lang)
    for tab in (bob, second_tab):
        open_offline(tab, "/stays/queue/")
    proxy.lose("/stays/phone/sync/")
    proxy.mend()
    for tab in (bob, second_tab):
        tab.button(texts.SEND_NOW).click(no_wait_after=True)
    for tab in (bob, second_tab):
        expect(tab.page.locator("[data-state=sent]")).to_have_count(2, timeout=15_000)
    assert Stay.objects.count() == Submission.objects.count() == 2


def close_toasts(page: Page) -> None:
    for button in page.locator("#toasts .btn-close").all():
        button.click()


TAPS = """async () => {
  const { oneAtATime } = await import("/static/ancu/js/onetime.js");
  let kept = 0;
  const tap = oneAtATime(async () => { kept += 1; return true; });
  const event = { preventDefault() {} };
  await tap(event);
  await tap(event);
  document.body.dispatchEvent(new Event("input", { bubbles: true }));
  await tap(event);
  return kept;
}"""


@pytest.mark.one_language
def test_the_second_of_two_taps_is_none_and_one_after_typing_is(page: Page, live_server: Any) -> None:
    """A tap after typing counts, however soon it follows the previous one."""
    page.goto(f"{live_server.url}/accounts/login/")
    assert page.evaluate(TAPS) == 2
