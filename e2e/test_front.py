"""The public front: the box for every code, the areas, and an outage notice from writing to disappearing."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.selectors.public import look_up_code
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.site.models import OutageNotice
from ancu.apps.site.tests.factories import make_news
from ancu.core import clock
from ancu.core.documents.reference_numbers import new_number
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.two_ways
def test_one_box_takes_every_code(invite: Invite, world: Any) -> None:
    make_cast(world)
    dossier = make_dossier(world, State.SUBMITTED)
    reader = invite()
    reader.go("/")
    reader.check_page()
    mistyped_codes_are_explained(reader)
    a_code_of_a_tip_is_sent_to_its_page(reader)
    type_code(reader, dossier.number.lower())
    assert reader.path() == f"/d/{dossier.number}"
    reader.fill(code=look_up_code(dossier.number))
    reader.follow(reader.page.locator("main form button[type=submit]").first)
    reader.check_page()
    reader.expect_text(dossier.number)
    reader.go("/")
    type_code(reader, new_number(f"{settings.OFFICE_PREFIX}K"))
    assert reader.path() == "/petitions/follow/"
    reader.go("/")
    receipt = new_number(settings.OFFICE_PREFIX)
    type_code(reader, receipt)
    reader.page.wait_for_url(f"**/r/{receipt}")


def type_code(reader: Visitor, text: str) -> None:
    """Type a code into the box of the home page and send it."""
    reader.fill(code=text)
    reader.follow(reader.button("View"))


def mistyped_codes_are_explained(reader: Visitor) -> None:
    reader.fill(code="HBD-12")
    reader.button("View").click()
    expect(reader.page.locator("#code-help [role=alert]")).to_contain_text(f"{settings.OFFICE_PREFIX}D-7K3M-9QXZ-2C4D")
    expect(reader.page.locator("main [name=code]")).to_have_value("HBD-12")
    reader.check_page()


def a_code_of_a_tip_is_sent_to_its_page(reader: Visitor) -> None:
    reader.fill(code="1234 5678 1234 5678")
    reader.button("View").click()
    expect(reader.page.locator("#code-help [role=alert] a")).to_have_attribute("href", f"/tips/?lang={reader.lang}")
    expect(reader.page.locator("main [name=code]")).to_have_value("")
    reader.go("/")


@pytest.mark.two_ways
def test_the_menu_of_languages_opens_within_the_screen(invite: Invite) -> None:
    reader = invite()
    reader.go("/")
    reader.page.locator(".language-menu > summary:visible").click()
    buttons = reader.page.locator(".language-menu .menu-body button")
    expect(buttons.first).to_be_visible()
    for button in buttons.all():
        box, size = button.bounding_box(), reader.page.viewport_size
        assert box and size and box["x"] >= 0 and box["x"] + box["width"] <= size["width"], box
    reader.check_page()


@pytest.mark.two_ways
def test_each_area_is_a_step_away(invite: Invite, world: Any) -> None:
    make_news(world)
    reader = invite()
    areas = {"Lodgings": "/for-lodgings/", "Foreigners": "/for-foreigners/", "Petitions and tips": "/speak-up/"}
    for name, path in areas.items():
        reader.go("/")
        menu = reader.page.locator(".site-menu summary")
        if menu.is_visible():
            menu.click()
        reader.follow(reader.page.locator(f"header a[href='{path}']:visible", has_text=reader.translate(name)))
        expect(reader.page.locator(f"header a[href='{path}'][aria-current=page]").first).to_be_attached()
        reader.check_page()


@pytest.mark.two_ways
def test_an_outage_notice_from_writing_to_disappearing(invite: Invite, world: Any) -> None:
    rosa, reader = invite("rosa"), invite()
    rosa.go("/office/site/")
    rosa.check_page()
    rosa.follow(rosa.link("Announce an outage"))
    rosa.check_page()
    rosa.follow(rosa.button("Announce outage"))  # empty
    assert rosa.page.locator("main .field.wrong").count() >= 6
    rosa.check_page()
    starts, ends = (clock.local(clock.now()) + timedelta(days=days) for days in (2, 3))
    rosa.fill(
        reason_vi="Bảo trì máy chủ", reason_en="Maintenance of the server", works_vi="Điện thoại vẫn giữ lượt khai.",
        works_en="Phones keep what you declare.", starts_at_day=f"{starts:%d/%m/%Y}", starts_at_time="22:00",
        ends_at_day=f"{ends:%d/%m/%Y}", ends_at_time="02:00",
    )  # fmt: skip
    rosa.follow(rosa.button("Announce outage"))
    rosa.check_page()
    reader.go("/stays/verify/")
    notice = reader.page.locator(".outage")
    reason = "Bảo trì máy chủ" if reader.lang == "vi" else "Maintenance of the server"
    expect(notice).to_contain_text(f"{reason}.")
    expect(notice).to_contain_text("22:00")
    reader.check_page()
    reader.follow(notice.get_by_role("link"))
    reader.expect_heading(reason)
    reader.check_page()
    now = clock.now()  # and then it is over
    OutageNotice.objects.update(shown_from=now - timedelta(hours=3), starts_at=now - timedelta(hours=2), ends_at=now)
    reader.go("/")
    expect(reader.page.locator(".outage")).to_have_count(0)
