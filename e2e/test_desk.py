"""An officer's tasks, a search by keyboard and a delegation during leave; a host's notifications."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.contact.models import UrgentReport
from ancu.apps.contact.tests.factories import make_report
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.messaging.services import post_message
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_officers_morning(invite: Invite, world: Any) -> None:
    world.users["otto"] = make_user("Otto")
    enable_totp(world.users["otto"], TOTP_SECRET)
    make_member(world.users["otto"], world.commune_agency, Role.AREA_OFFICER)
    make_report(world)
    make_petition(world)
    make_stay(world.lodging, "HOFFMANN JÖRG")
    olga = invite("olga", by_login_page=False)
    olga.go("/")
    she_finds_the_most_urgent_task_first(olga)
    she_searches_by_keyboard(olga)
    she_goes_on_leave(olga)
    otto = invite("otto", by_login_page=False)
    he_works_at_her_desk(otto)
    assert UrgentReport.objects.get().acknowledged_by == world.users["otto"]


def she_finds_the_most_urgent_task_first(olga: Visitor) -> None:
    assert olga.path() == "/desk/"
    olga.expect_heading(olga.translate("Your tasks"))
    expect(olga.page.locator("main .task").first).to_contain_text("Mai Châu Lodge")
    assert "HOFFMANN" not in olga.page.inner_text("#desk-list")


def she_searches_by_keyboard(olga: Visitor) -> None:
    """Search from a page without a search field; on a phone with the icon in the header."""
    box = olga.page.locator("header [data-shortcut-search]")
    if box.is_visible():
        olga.page.keyboard.press("/")
        expect(box).to_be_focused()
    else:
        olga.follow(olga.page.locator("header a.top-inbox[href='/find/']"))
        box = olga.page.locator("main [name=q]")
    box.fill("hofman jorg")
    box.press("Enter")
    hit = olga.page.locator("#hits a", has_text="HOFFMANN JÖRG")
    expect(hit).to_be_visible()
    assert "hofman" not in olga.page.url
    olga.check_page()
    olga.page.locator("main [name=q]").fill("zzyzx")
    olga.page.locator("main [name=q]").press("Enter")
    olga.expect_text(olga.translate(texts.NO_RESULTS))
    olga.page.locator("main [name=q]").fill("hoffmann")
    olga.page.locator("main [name=q]").press("Enter")
    olga.follow(hit)
    assert re.fullmatch(r"/office/people/\d+/", olga.path())


def she_goes_on_leave(olga: Visitor) -> None:
    olga.go("/accounts/leave")
    day = clock.today()
    olga.fill(starts_on=f"{day:%d/%m/%Y}", ends_on=f"{day - timedelta(days=1):%d/%m/%Y}")
    olga.page.select_option("main [name=mate_id]", label="Otto (Công an xã Mai Hạ)")
    olga.page.locator("main form .btn-primary").click()
    olga.expect_text(olga.translate("A leave must start today or later and can last up to two months."))
    expect(olga.page.locator("main [name=starts_on]")).to_have_value(f"{day:%d/%m/%Y}")
    olga.fill(ends_on=f"{day + timedelta(days=3):%d/%m/%Y}")
    olga.page.locator("main form .btn-primary").click()
    olga.expect_text(olga.translate("%(name)s is covering for you", name="Otto"))
    olga.check_page()


def he_works_at_her_desk(otto: Visitor) -> None:
    otto.go("/")
    otto.follow(otto.button("Switch to this colleague's work"))
    expect(otto.page.locator(".standing-in")).to_contain_text("Olga")
    otto.check_page()
    with otto.page.expect_navigation():  # a click shows the preview, where there is room
        otto.page.locator("main .task-link").first.focus()
        otto.page.keyboard.press("Enter")
    otto.follow(otto.button(texts.ACKNOWLEDGE_REPORT))
    expect(otto.page.locator(".standing-in")).to_contain_text("Olga")
    otto.go("/audit/mine/")
    otto.expect_text(otto.translate("%(who)s, covering for %(absent)s", who="Otto", absent="Olga"))
    otto.follow(otto.page.locator(".standing-in button"))
    expect(otto.page.locator(".standing-in")).to_have_count(0)


def test_a_host_is_told_and_chooses_how(invite: Invite, world: Any) -> None:
    post_message(actor=world.actor("olga"), kind="lodging", subject_id=world.lodging.pk, body="Đề nghị gọi lại.")
    alice = invite("alice", by_login_page=False)
    alice.go("/stays/today/")
    strip = alice.page.locator(".strip a", has_text=alice.translate("Read and answer")).first
    expect(strip).to_be_visible()
    alice.check_page()  # the strip is loaded after the page
    bell = alice.page.locator("header a.top-inbox[href='/notifications/']")
    expect(bell.locator(".badge-count")).to_contain_text("1")
    alice.follow(bell)
    alice.follow(alice.page.locator("main .row-button"))
    alice.expect_text("Đề nghị gọi lại.")
    alice.go("/notifications/settings/")
    expect(alice.page.locator("[data-push] button")).to_be_visible()  # this browser supports push notifications
    alice.page.locator("label", has=alice.page.locator("[name=messaging-email][value=daily]")).click()
    alice.follow(alice.page.locator("main form.form .btn-primary"))
    alice.expect_text(alice.translate("Saved. We will notify you in this way."))
    expect(alice.page.locator("[name=messaging-email][value=daily]")).to_be_checked()
    alice.go("/accounts/sessions")
    alice.follow(alice.button("Sign out everywhere else"))
    alice.expect_text(alice.translate("You were not signed in anywhere else."))
