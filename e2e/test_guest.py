"""A guest asks whether she is declared: no, then yes; she asks for the confirmation, and a bank verifies it."""

from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, expect

from ancu.apps.stays.models import Confirmation
from ancu.apps.stays.services import self_check
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from e2e.conftest import Invite
from e2e.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)
NAME, NUMBER, BORN = "HOFFMANN JÖRG", "C01X0T478", "08/03/1984"


@pytest.mark.parametrize("page", [360], ids=["phone"], indirect=True)
def test_from_no_to_a_paper_that_a_bank_verifies(
    invite: Invite, world: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_check, "BY_ADDRESS_UNSOLVED", 0)  # what the script solved is what lets her ask
    guest = invite()
    with override_settings(PUBLIC_URL=guest.address):
        she_is_not_declared(guest)
        make_stay(world.lodging, NAME, document_number=NUMBER)  # test_receptionist declares by the pages
        she_is_declared_now(guest)
        she_asks_for_the_confirmation(guest)
        the_officer_makes_sure_and_issues(invite("olga", at_the_door=False))
        code = she_downloads_it(guest)
        a_bank_verifies_it(browser, guest, code)


def ask(guest: Walk) -> None:
    guest.fill(document_number=NUMBER, birth_date=BORN, arrived_on=f"{clock.today():%d/%m/%Y}")
    guest.follow(guest.button("Ask"))


def she_is_not_declared(guest: Walk) -> None:
    guest.go("/")
    guest.follow(guest.link("Has my lodging declared me?"))
    guest.heading(guest.say("Has my lodging declared me?"))
    guest.look()
    guest.follow(guest.button("Ask"))  # empty: each field says what it wants
    assert guest.page.locator("main .field.wrong").count() == 3
    guest.look()
    ask(guest)
    guest.heading(guest.say("No, not found"))
    guest.sees(guest.say("What to do now"))
    guest.look()


def she_is_declared_now(guest: Walk) -> None:
    guest.follow(guest.link("Ask again"))
    ask(guest)
    guest.heading(guest.say("Yes, you are declared"))
    assert NAME not in guest.page.content() and "Mai Châu" not in guest.page.content()
    guest.look()


def she_asks_for_the_confirmation(guest: Walk) -> None:
    guest.follow(guest.link("Ask for a confirmation of stay"))
    guest.look()
    guest.page.locator("main [name=purpose]").select_option("driving_licence")
    guest.follow(guest.button("Send the request"))
    guest.sees(guest.say("The officer first asks at the lodging whether it is you"))
    guest.look()


def the_officer_makes_sure_and_issues(olga: Walk) -> None:
    olga.go("/office/confirmations/")
    olga.look()
    olga.follow(olga.page.locator("main a", has_text=NAME))
    olga.look()
    olga.follow(olga.button("Issue"))  # without saying how he made sure
    assert olga.page.locator("main .field.wrong").count() == 1
    olga.page.locator("main label", has_text=olga.say("the officer spoke with the guest at the lodging")[1:]).click()
    olga.follow(olga.button("Issue"))
    olga.sees(olga.say("What the paper says"))
    olga.look()


def she_downloads_it(guest: Walk) -> str:
    guest.page.reload()
    guest.sees(guest.say("The confirmation is ready"))
    guest.look()
    link = guest.link("Download the confirmation (PDF)").get_attribute("href") or ""
    paper = guest.page.request.get(guest.address + link)
    assert paper.status == 200 and paper.body().startswith(b"%PDF-")
    return Confirmation.objects.get().code


def a_bank_verifies_it(browser: Browser, guest: Walk, code: str) -> None:
    """A third person types the code from the paper."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_cookies([{"name": "django_language", "value": guest.lang, "url": guest.address}])
    bank = Walk(context.new_page(), guest.address, guest.lang)
    bank.go("/c/")
    bank.look()
    bank.fill(code=code.lower().replace("-", " "))
    bank.follow(bank.button("Verify"))
    bank.heading(bank.say("This confirmation is genuine"))
    for fact in (NAME, NUMBER, BORN, "Mai Châu Lodge"):
        bank.sees(fact)
    expect(bank.page.locator("main .number").last).to_have_text(code)
    bank.look()
    context.close()
