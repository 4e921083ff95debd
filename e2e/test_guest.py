"""A guest asks twice whether she is declared, requests a confirmation of stay, and a bank verifies it."""

from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, expect

from ancu.apps.stays.models import Confirmation
from ancu.apps.stays.services import self_check
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
NAME, NUMBER, BORN = "HOFFMANN JÖRG", "C01X0T478", "08/03/1984"


@pytest.mark.parametrize("page", [360], ids=["phone"], indirect=True)
def test_from_no_to_a_paper_that_a_bank_verifies(
    invite: Invite, world: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_check, "BY_ADDRESS_UNSOLVED", 0)  # the puzzle that the script solves permits the question
    guest = invite()
    with override_settings(PUBLIC_URL=guest.address):
        she_is_not_declared(guest)
        make_stay(world.lodging, NAME, document_number=NUMBER)  # test_receptionist tests declaring by the pages
        she_is_declared_now(guest)
        she_asks_for_the_confirmation(guest)
        the_officer_makes_sure_and_issues(invite("olga", by_login_page=False))
        code = she_downloads_it(guest)
        a_bank_verifies_it(browser, guest, code)


def ask(guest: Visitor) -> None:
    guest.fill(document_number=NUMBER, birth_date=BORN, arrived_on=f"{clock.today():%d/%m/%Y}")
    guest.follow(guest.button(texts.CHECK))


def she_is_not_declared(guest: Visitor) -> None:
    guest.go("/")
    guest.follow(guest.link("Ask now"))
    guest.expect_heading(guest.translate("Has my lodging declared me?"))
    guest.check_page()
    guest.follow(guest.button(texts.CHECK))  # empty: each field has an error
    assert guest.page.locator("main .field.wrong").count() == 3
    guest.check_page()
    ask(guest)
    guest.expect_heading(guest.translate(texts.NO_NOT_FOUND))
    guest.expect_text(guest.translate("What to do now"))
    guest.check_page()


def she_is_declared_now(guest: Visitor) -> None:
    guest.follow(guest.link("Check again"))
    ask(guest)
    guest.expect_heading(guest.translate(texts.YES_YOU_ARE_DECLARED))
    assert NAME not in guest.page.content() and "Mai Châu" not in guest.page.content()
    guest.check_page()


def she_asks_for_the_confirmation(guest: Visitor) -> None:
    guest.follow(guest.link("Ask for a confirmation of stay"))
    guest.check_page()
    guest.page.locator("main [name=purpose]").select_option("driving_licence")
    guest.follow(guest.button(texts.SEND_REQUEST))
    guest.expect_text(guest.translate("The officer first asks the lodging whether it was you who asked"))
    guest.check_page()


def the_officer_makes_sure_and_issues(olga: Visitor) -> None:
    olga.go("/office/confirmations/")
    olga.check_page()
    olga.follow(olga.page.locator("main a", has_text=NAME))
    olga.check_page()
    olga.follow(olga.button("Issue confirmation"))  # without the method of verification
    assert olga.page.locator("main .field.wrong").count() == 1
    olga.page.locator(
        "main label", has_text=olga.translate("the officer spoke with the guest at the lodging")[1:]
    ).click()
    olga.follow(olga.button("Issue confirmation"))
    olga.expect_text(olga.translate("What the confirmation says"))
    olga.check_page()


def she_downloads_it(guest: Visitor) -> str:
    guest.page.reload()
    guest.expect_text(guest.translate("The confirmation is ready"))
    guest.check_page()
    link = guest.link("Download the confirmation (PDF)").get_attribute("href") or ""
    paper = guest.page.request.get(guest.address + link)
    assert paper.status == 200 and paper.body().startswith(b"%PDF-")
    return Confirmation.objects.get().code


def a_bank_verifies_it(browser: Browser, guest: Visitor, code: str) -> None:
    """A third person enters the code from the paper."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_cookies([{"name": "django_language", "value": guest.lang, "url": guest.address}])
    bank = Visitor(context.new_page(), guest.address, guest.lang)
    bank.go("/c/")
    bank.check_page()
    bank.fill(code=code.lower().replace("-", " "))
    bank.follow(bank.button("Verify"))
    bank.expect_heading(bank.translate("This confirmation is genuine"))
    for fact in (NAME, NUMBER, BORN, "Mai Châu Lodge"):
        bank.expect_text(fact)
    expect(bank.page.locator("main .number").last).to_have_text(code)
    bank.check_page()
    context.close()
