"""A lodging with a bad line: declared without it, killed, reopened, sent once; cut off; mended; another's phone."""

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
from e2e.line import Line
from e2e.phone import (
    STORED,
    PhoneInHand,
    address,
    key_guest,
    line,
    make_ready,
    phone,
    sign_in,
    there,
    wait_for,
    without_line,
)
from e2e.walk import Walk

__all__ = ["address", "line", "phone"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.one_language
def test_five_guests_without_a_line(phone: PhoneInHand, line: Line, address: str, world: Any) -> None:
    """The browser is killed with two of them kept; the office's first answer gets lost; each stands once."""
    make_stay(world.lodging, "TANAKA YUKI")
    bob = phone.open(address)
    sign_in(bob, world, "bob")
    make_ready(bob)
    line.cut()
    an_empty_form_is_told_so(bob)
    for number in (1, 2):
        key_guest(bob, number)
    phone.kill()
    bob = phone.open(address)
    what_is_kept_is_sealed(bob)
    for number in (3, 4, 5):
        key_guest(bob, number)
    stored = bob.page.evaluate(STORED)
    assert "HOFFMANN" not in stored and "C01X0T47" not in stored and "TANAKA" not in stored
    the_first_answer_is_lost(bob, line)
    five_receipts_are_on_the_phone(bob)


def an_empty_form_is_told_so(bob: Walk) -> None:
    without_line(bob, "/stays/declare/")
    bob.heading(bob.say("Declare a guest"))
    it_is_now_in_vietnam(bob)
    bob.look()
    bob.button("Keep and send").click()
    expect(bob.page.locator("[name=full_name]")).to_have_attribute("aria-invalid", "true")
    bob.sees(bob.say("Please enter the full name as in the passport."))
    bob.look()


def it_is_now_in_vietnam(bob: Walk) -> None:
    now = clock.local(clock.now())
    day, time = (bob.page.locator(f"main [name={name}]").input_value() for name in ("arrived_on", "arrived_time"))
    assert f"{day} {time}" in {f"{one:%d/%m/%Y %H:%M}" for one in (now - timedelta(minutes=1), now)}


def what_is_kept_is_sealed(bob: Walk) -> None:
    """The browser was closed: the times are told, the names are not; and one goes on declaring."""
    without_line(bob, "/stays/queue/")
    expect(bob.page.locator("[data-rows-here] > li")).to_have_count(2)
    bob.sees(bob.say("Sealed declaration"))
    assert "HOFFMANN" not in bob.page.content()
    bob.look()
    without_line(bob, "/stays/declare/")


def the_first_answer_is_lost(bob: Walk, line: Line) -> None:
    without_line(bob, "/stays/queue/")
    line.lose("/stays/phone/sync/", then_cut=True)
    line.mend()
    bob.button("Send now").click()
    wait_for(bob.page, lambda: line.lost == 1)
    assert Stay.objects.filter(full_name__startswith="HOFFMANN").count() == 1  # the office has it, the phone knows not
    line.mend()
    bob.button("Send now").click()
    wait_for(bob.page, lambda: bob.page.locator("[data-state=sent]").count() == 5)
    stays = Stay.objects.filter(full_name__startswith="HOFFMANN")
    assert stays.count() == 5 and len({stay.submission_id for stay in stays}) == 5


def five_receipts_are_on_the_phone(bob: Walk) -> None:
    kept = json.loads(bob.page.evaluate(STORED))[0]
    numbers = {entry["receipt"] for _name, kind, found in kept if kind == "entries" for entry in found}
    sent = Submission.objects.filter(device_id__isnull=False)
    assert numbers == set(sent.values_list("number", flat=True)) and len(numbers) == 5
    assert set(sent.values_list("judged_by", flat=True)) == {"keyed"}
    names = bob.page.locator("[data-state=sent] [data-say=name]").all_inner_texts()
    assert {name.split()[0] for name in names} == {"HOFFMANN"} and len(set(names)) == 5
    assert "HOFFMANN" not in bob.page.evaluate(STORED)  # sealed, as it was before
    bob.look()
    bob.go(f"/stays/receipts/{numbers.pop()}/")
    bob.sees("5A")


@pytest.mark.one_language
def test_a_refused_one_is_mended_in_place(phone: PhoneInHand, line: Line, address: str, world: Any) -> None:
    """The office's errors stand beside the fields as on its own form, and what is odd is asked about; the time it was
    first keyed stays."""
    bob = phone.open(address)
    sign_in(bob, world, "bob")
    make_ready(bob)
    line.cut()
    without_line(bob, "/stays/declare/")
    key_guest(bob, 1, birth_date="08/03/2090")
    without_line(bob, "/stays/queue/")
    line.mend()
    bob.button("Send now").click()
    row = bob.page.locator("[data-state=refused]")
    expect(row).to_be_visible()
    bob.go("/stays/today/")
    expect(bob.page.locator("#queue-badge")).to_contain_text(bob.say("{n} to be looked at").replace("{n}", "1"))
    bob.look()
    bob.follow(bob.page.locator("#queue-badge"))
    there(bob.page)
    expect(row).to_contain_text("HOFFMANN A")
    bob.button("Edit").click()
    wrong = bob.page.locator("main [name=birth_date]")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("08/03/2090")
    note = bob.page.locator(f"#{(wrong.get_attribute('aria-describedby') or '').split()[0]}")
    expect(note).to_have_text(bob.say("This date has not come yet. Check the year."))
    bob.look()
    bob.fill(birth_date="08/03/1984", document_number="000000000")
    bob.button("Keep and send").click()
    expect(row).to_contain_text(bob.say("Is this right?"))
    expect(row).to_contain_text("“000000000”")
    assert not Stay.objects.exists()
    bob.look()
    bob.button("It is right: declare").dblclick()
    expect(bob.page.locator("[data-state=sent]")).to_have_count(1)
    assert Stay.objects.get().submission.judged_by == "keyed"
    bob.look()


@pytest.mark.one_language
def test_a_phone_that_was_cut_off_cannot_be_read(phone: PhoneInHand, line: Line, address: str, world: Any) -> None:
    bob = phone.open(address)
    sign_in(bob, world, "bob")
    make_ready(bob)
    line.cut()
    without_line(bob, "/stays/declare/")
    key_guest(bob, 1)
    phone.kill()
    device = Device.objects.get()
    alice = world.client("alice")
    assert alice.post(f"/stays/devices/{device.pk}/cut-off/").status_code == 302
    line.mend()
    bob = phone.open(address)
    assert not [
        session
        for session in Session.objects.all()
        if SessionStore().decode(session.session_data).get("_auth_user_id") == str(world.users["bob"].pk)
    ]
    bob.page.goto(f"{address}/stays/queue/")
    bob.page.wait_for_url("**/accounts/login/**")  # whoever holds it is signed out
    stored = json.loads(bob.page.evaluate(STORED))[0]
    assert [entry["state"] for _name, kind, found in stored if kind == "entries" for entry in found] == ["waiting"]
    sign_in(bob, world, "bob")  # even he
    bob.go("/stays/queue/")
    expect(bob.page.locator("[data-state=lost]")).to_have_count(1)
    bob.sees(
        bob.say("This phone was cut off before it was sent, and it can no longer be read. Declare this guest again.")
    )
    bob.look()
    assert "HOFFMANN" not in bob.page.evaluate(STORED) and not Stay.objects.exists()


@pytest.mark.one_language
def test_a_session_that_is_over_keeps_the_queue(phone: PhoneInHand, line: Line, address: str, world: Any) -> None:
    """The guests are read offline while the browser is open; signing in again is all that sending takes."""
    make_stay(world.lodging, "TANAKA YUKI")
    bob = phone.open(address)
    sign_in(bob, world, "bob")
    make_ready(bob)
    line.cut()
    without_line(bob, "/stays/today/")
    bob.sees("TANAKA YUKI")  # the key is in the worker's memory
    bob.look()
    without_line(bob, "/stays/declare/")
    key_guest(bob, 1)
    Session.objects.all().delete()
    without_line(bob, "/stays/queue/")
    line.mend()
    bob.button("Send now").click()
    expect(bob.page.locator("[data-part=signin]")).to_be_visible()
    bob.sees(bob.say("Your session is over. Sign in and they are sent; nothing is lost."))
    bob.look()
    assert not Stay.objects.filter(full_name="HOFFMANN A").exists()
    sign_in(bob, world, "bob")
    wait_for(bob.page, lambda: Stay.objects.filter(full_name="HOFFMANN A").exists())


@pytest.mark.one_language
def test_signing_out_and_another_person(phone: PhoneInHand, line: Line, address: str, world: Any) -> None:
    """The guests are gone from the phone, the queue waits for its own person, and the other one sees neither."""
    make_stay(world.lodging, "TANAKA YUKI")
    bob = phone.open(address)
    sign_in(bob, world, "bob")
    make_ready(bob)
    line.cut()
    without_line(bob, "/stays/declare/")
    key_guest(bob, 2)
    phone.context.route("**/stays/phone/**", lambda route: route.abort())  # for the queue there is no line yet
    line.mend()
    sign_out(bob)
    nothing_of_anybody_is_left(bob)
    phone.context.unroute("**/stays/phone/**")
    sign_in(bob, world, "alice")
    bob.go("/stays/queue/")
    bob.page.wait_for_selector("[data-part=fresh]:visible")
    assert bob.page.locator("[data-rows-here] > li").count() == 0
    line.cut()
    without_line(bob, "/stays/today/")
    assert "TANAKA" not in bob.page.content()
    line.mend()
    sign_out(bob)
    sign_in(bob, world, "bob")
    wait_for(bob.page, lambda: Stay.objects.filter(full_name="HOFFMANN B").exists())
    assert Stay.objects.count() == 2


def sign_out(walk: Walk) -> None:
    walk.go("/stays/today/")
    walk.page.locator("details[data-menu] summary").click()
    walk.follow(walk.page.locator("form[data-logout] button"))


def nothing_of_anybody_is_left(walk: Walk) -> None:
    """But what is sealed for the person who has not sent it yet."""
    bases, local, _session, pages = json.loads(walk.page.evaluate(STORED))
    facts = [value for _name, kind, found in bases if kind == "facts" for value in found]
    assert not [fact for fact in facts if isinstance(fact, dict) and "sealed" in fact]  # the guests
    assert "ancu.phone" not in local
    assert pages and not [page for page in pages if "/stays/" in page and "/static/" not in page]


@pytest.mark.one_language
def test_the_phones_own_lock_opens_what_it_keeps(phone: PhoneInHand, line: Line, address: str, world: Any) -> None:
    make_stay(world.lodging, "TANAKA YUKI")
    bob = phone.open(address)
    has_a_lock(bob.page)
    sign_in(bob, world, "bob")
    make_ready(bob)
    bob.button("Let the phone’s lock open it").click()
    expect(bob.page.locator("[data-part=lock]")).to_be_hidden()
    line.cut()
    bob.page.evaluate(FORGET)  # as when the browser was closed
    without_line(bob, "/stays/today/")
    bob.sees(bob.say("The guests are sealed"))
    assert "TANAKA" not in bob.page.content() + bob.page.evaluate(STORED)
    bob.look()
    bob.button("Open with the phone’s lock").click()
    bob.sees("TANAKA YUKI")


FORGET = "async () => (await navigator.serviceWorker.ready).active.postMessage({type: 'forget'})"


def has_a_lock(page: Page) -> None:
    """A lock of the phone that knows prf, as those of Android and iOS do."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "hasPrf": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.one_language
def test_the_line_goes_while_the_form_is_sent_and_two_tabs_send(
    phone: PhoneInHand, line: Line, address: str, world: Any
) -> None:
    """What was typed for the office is there on the page without a connection; two tabs that send it send it once."""
    bob = phone.open(address)
    sign_in(bob, world, "bob")
    make_ready(bob)
    bob.go("/stays/declare/")
    bob.fill(document_number="C01X0T471", full_name="HOFFMANN A", birth_date="08/03/1984", room="5A")
    line.cut()
    bob.page.locator("button[name=save]").click()
    there(bob.page)
    expect(bob.page.locator("[name=full_name]")).to_have_value("HOFFMANN A")
    expect(bob.page.locator("[name=room]")).to_have_value("5A")
    close_notes(bob.page)
    key_guest(bob, 1)
    key_guest(bob, 2)
    other = Walk(phone.context.new_page(), address, bob.lang)
    for tab in (bob, other):
        without_line(tab, "/stays/queue/")
    line.lose("/stays/phone/sync/")
    line.mend()
    for tab in (bob, other):
        tab.button("Send now").click(no_wait_after=True)
    for tab in (bob, other):
        expect(tab.page.locator("[data-state=sent]")).to_have_count(2, timeout=15_000)
    assert Stay.objects.count() == Submission.objects.count() == 2


def close_notes(page: Page) -> None:
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
    """However soon: the next guest of a group is not lost because the first was kept a moment ago."""
    page.goto(f"{live_server.url}/accounts/login/")
    assert page.evaluate(TAPS) == 2
