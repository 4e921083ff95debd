"""A head of unit finds what is wrong, follows a number to its list, reminds its owner and sends the briefing."""

import io
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from ancu.apps.messaging.models import InAppNotification
from ancu.apps.reporting.models import BriefingPlan, Reminder
from ancu.apps.reporting.tests.morning_stage import fill_morning
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.two_ways]
PAGE = "/office/results/morning/"


def test_a_leader_finds_what_is_wrong_and_reminds_its_owner(invite: Invite, world: Any) -> None:
    fill_morning(world)
    dora = invite("dora", by_login_page=False)
    dora.go("/")
    assert dora.path() == PAGE
    dora.check_page()
    it_prints_on_two_pages(dora)
    she_reads_what_a_chart_means(dora)
    she_follows_the_overdue_dossiers(dora)
    she_reminds_their_owner(dora)
    she_assigns_the_urgent_report(dora, world)
    she_chooses_who_gets_the_briefing(dora, world)
    selma = invite("selma", by_login_page=False)
    selma.go("/notifications/")
    selma.expect_text(selma.translate("Reminder: %(what)s", what="").strip().rstrip(":"))


def it_prints_on_two_pages(dora: Visitor) -> None:
    pages = PdfReader(io.BytesIO(dora.page.pdf(prefer_css_page_size=True))).pages
    assert len(pages) <= 2, [page.extract_text()[:200] for page in pages]


def she_reads_what_a_chart_means(dora: Visitor) -> None:
    """Each chart says what it counts and offers its files."""
    card = dora.page.locator("#dossiers")
    card.locator("summary", has_text=dora.translate("About this figure")).click()
    expect(card.locator(".menu-body > p")).to_be_visible()
    with dora.page.expect_download() as download:
        card.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    dora.check_page()
    dora.page.keyboard.press("Escape")
    expect(card.locator(".menu-body")).to_be_hidden()


def she_follows_the_overdue_dossiers(dora: Visitor) -> None:
    number = dora.page.locator("#dossiers .card-head p a").first
    count = number.get_attribute("data-count")
    dora.follow(number)
    total = dora.page.locator("[data-total]")
    assert total.get_attribute("data-total") == count
    assert dora.page.locator("main [data-row]").count() == int(count or 0)
    dora.check_page()
    dora.go(PAGE)


def she_reminds_their_owner(dora: Visitor) -> None:
    row = dora.page.locator(".wrong-rows > li", has=dora.page.locator("input[name=kind][value=dossiers]"))
    expect(row).to_contain_text("Selma")
    dora.follow(row.locator("button"))
    words = "You have reminded %(n)s person.", "You have reminded %(n)s people."
    dora.expect_text(dora.translate_plural(*words, 1, n=1))
    expect(dora.page.locator(".matter-done")).to_have_count(1)
    assert Reminder.objects.count() == 1
    assert InAppNotification.objects.filter(user__full_name="Selma", kind="reporting").count() == 1


def she_assigns_the_urgent_report(dora: Visitor, world: Any) -> None:
    dora.page.locator(".wrong-rows summary").first.click()
    dora.page.locator(".matter-assign select").select_option(str(world.users["olga"].pk))
    dora.follow(dora.page.locator(".matter-assign button"))
    dora.expect_text(dora.translate("You have assigned the report to %(name)s.", name="Olga"))
    dora.check_page()


def she_chooses_who_gets_the_briefing(dora: Visitor, world: Any) -> None:
    dora.follow(dora.link("Send briefing"))
    dora.page.locator("input[name=weekdays][value='0']").check()
    dora.page.locator(f"input[name=recipients][value='{world.users['quynh'].pk}']").check()
    dora.follow(dora.button("Save"))
    dora.expect_text(dora.translate("The setting is saved."))
    dora.check_page()
    plan = BriefingPlan.objects.get()
    assert plan.weekdays == [0] and [user.full_name for user in plan.recipients.all()] == ["Quynh"]
