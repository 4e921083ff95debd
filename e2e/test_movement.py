"""An officer reads movement on the map, by month and in tables, and opens lists; an analyst sees no lists."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.services.presence import gather
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def test_who_stays_where(invite: Invite, world: object) -> None:
    guests_of_a_month(world)
    quynh = invite("quynh", by_login_page=False)
    the_page_shows_figures(quynh)
    the_map_goes_through_the_month(quynh)
    the_map_changes_with_the_day(quynh)
    a_figure_opens_its_list(quynh)
    it_is_exported(quynh)
    anh = invite("anh", by_login_page=False)
    the_analyst_sees_no_small_number(anh)


def guests_of_a_month(world: object) -> None:
    today = clock.today()
    lodging = world.lodging  # type: ignore[attr-defined]
    lodging.locality = world.units.former_commune  # type: ignore[attr-defined]
    lodging.save()
    AdministrativeUnit.objects.filter(pk=lodging.unit_id).update(latitude=20.65, longitude=105.08)
    for number in range(9):
        make_stay(lodging, nationality=["DEU", "KOR"][number % 2], arrived_on=today - number * 3 * DAY)
    make_stay(lodging, nationality="FRA", arrived_on=today - 20 * DAY, departed_on=today)
    gather()
    user = world.users["anh"] = make_user("Anh")  # type: ignore[attr-defined]
    make_member(user, world.provincial_agency, Role.ANALYST)  # type: ignore[attr-defined]
    enable_totp(user, TOTP_SECRET)


def the_page_shows_figures(quynh: Visitor) -> None:
    elsewhere: list[str] = []
    quynh.page.on(
        "request", lambda request: elsewhere.append(request.url) if not request.url.startswith(quynh.address) else None
    )
    quynh.go("/office/movement/")
    expect(quynh.page.locator(".stat-value").first).to_have_text("9")
    expect(quynh.page.locator(".plot-svg")).to_be_visible()
    expect(quynh.page.locator(".place-map .commune").first).to_be_visible()
    quynh.check_page()
    assert not [url for url in elsewhere if not url.startswith(("data:", "blob:"))]


def the_map_goes_through_the_month(quynh: Visitor) -> None:
    caption = quynh.page.locator("[data-movement-told]")
    expect(caption).to_have_text(re.compile(rf"{clock.today():%d/%m/%Y}: 9 "))
    slider = quynh.page.locator("[data-movement-when]")
    slider.focus()
    for _ in range(3):
        slider.press("ArrowLeft")
    expect(caption).to_have_text(re.compile(rf"{clock.today() - 3 * DAY:%d/%m/%Y}: 9 "))
    slider.press("Home")
    expect(caption).to_have_text(re.compile(": 0 "))
    quynh.page.locator("[data-movement-then]").check()
    first_day = clock.today() - 29 * DAY
    expect(caption).to_have_text(re.compile(rf"/{first_day.year - 1}: 0 "))


def the_map_changes_with_the_day(quynh: Visitor) -> None:
    """The circle and the number of the district are those of the day that the slider shows."""
    circle = quynh.page.locator(".place-map .commune").first
    expect(circle).to_have_attribute("r", "0")
    quynh.page.locator("[data-movement-then]").uncheck()
    slider = quynh.page.locator("[data-movement-when]")
    slider.press("End")
    expect(circle).not_to_have_attribute("r", "0")


def a_figure_opens_its_list(quynh: Visitor) -> None:
    quynh.follow(quynh.page.locator("#by-nationality tbody tr", has_text="5").locator("td a").nth(1))
    assert quynh.path() == "/office/guests/"
    expect(quynh.page.locator("main tbody tr")).to_have_count(5)
    quynh.check_page()
    quynh.page.go_back()
    quynh.follow(quynh.page.locator("#by-nationality tbody td:first-child a").first)
    quynh.expect_text(quynh.translate("Remove the filter"))
    quynh.check_page()


def it_is_exported(quynh: Visitor) -> None:
    with quynh.page.expect_download() as download:
        quynh.page.get_by_role("button", name="XLSX").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def the_analyst_sees_no_small_number(anh: Visitor) -> None:
    anh.go("/office/movement/")
    anh.expect_text(anh.translate("Rounded to the nearest 5. Numbers below 5 are not shown."))
    assert anh.page.locator("main a[href*='/office/guests/']").count() == 0
    expect(anh.page.locator(".stat-value").first).to_have_text("10")
    anh.check_page()
