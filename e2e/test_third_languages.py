"""A Korean guest finds out whether he was declared; the public pages hold in Chinese, Korean and Japanese."""

from typing import Any

import pytest
from django.utils import translation
from playwright.sync_api import Browser, expect

from ancu.apps.stays.services import self_check
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.dates import written_date
from ancu.core.testing import texts
from ancu.core.web.language import LANGUAGE_NAMES
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
NAME, NUMBER, BORN = "KIM MINJUN", "M70689098", "25/12/1990"
PAGES = (
    "/guest/",
    "/r/HB-0000-0000-0000-0000",
    "/c/",
    "/dossiers/new",
    "/procedures/",
    "/procedures/visa",
    "/dossiers/new/trc_individual",
    "/d/",
    "/petitions/",
    "/petitions/follow/",
    "/accounts/login/",
    "/accounts/open",
)


@pytest.mark.parametrize("page", [360], ids=["phone"], indirect=True)
@pytest.mark.parametrize("lang", ["vi"])
def test_a_korean_guest_finds_out_whether_he_was_declared(
    invite: Invite, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_check, "BY_ADDRESS_UNSOLVED", 0)
    guest = invite()
    he_chooses_his_language(guest)
    he_asks(guest)
    guest.expect_heading(guest.translate(texts.NO_NOT_FOUND))
    with translation.override("ko"):
        guest.expect_text(written_date(clock.today()))  # 2026년 11월 30일
    with translation.override("vi"):  # what the receptionist reads
        guest.expect_text(translation.gettext("What to do now"))
    guest.check_page()
    make_stay(world.lodging, NAME, document_number=NUMBER, birth_date="1990-12-25")
    guest.follow(guest.link("Check again"))
    he_asks(guest)
    guest.expect_heading(guest.translate(texts.YES_YOU_ARE_DECLARED))
    guest.expect_text(guest.translate("Unofficial translation. The Vietnamese text holds."))
    guest.check_page()


def he_chooses_his_language(guest: Visitor) -> None:
    guest.go("/guest/")
    guest.page.locator("header form[data-language] summary").click()
    guest.page.locator("header form[data-language] button[value=ko]").click()
    expect(guest.page.locator("html")).to_have_attribute("lang", "ko")
    guest.lang = "ko"
    guest.expect_heading(guest.translate("Has my lodging declared me?"))
    guest.check_page()


def he_asks(guest: Visitor) -> None:
    guest.fill(document_number=NUMBER, birth_date=BORN, arrived_on=f"{clock.today():%d/%m/%Y}")
    guest.follow(guest.button(texts.CHECK))


@pytest.mark.parametrize("third", [code for code in LANGUAGE_NAMES if code not in {"vi", "en"}])
def test_public_pages_hold_in_a_third_language(browser: Browser, live_server: Any, third: str, world: Any) -> None:
    for width in (360, 1280):
        context = browser.new_context(viewport={"width": width, "height": 800}, locale=third)
        context.add_cookies([{"name": "django_language", "value": third, "url": live_server.url}])
        visitor = Visitor(context.new_page(), live_server.url, third)
        for path in PAGES:
            visitor.page.goto(live_server.url + path)
            visitor.check_page()
        context.close()
