"""A household signs for its goods offline on an officer's phone: the signature is stored encrypted and counts once."""

from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.community.models import HandoverConfirmation
from ancu.apps.community.tests.factories import ProgrammeBook, make_donor
from ancu.core.testing import texts
from e2e.flaky_proxy import FlakyProxy
from e2e.phone import STORED, Phone, address, phone, proxy, wait_for
from e2e.visitor import Visitor

__all__ = ["address", "phone", "proxy"]
pytestmark = pytest.mark.django_db(transaction=True)
SIGNER = "Giàng A Chư"


@pytest.mark.one_language
def test_a_signature_given_without_a_line_arrives_once(
    phone: Phone, proxy: FlakyProxy, address: str, world: Any
) -> None:
    entry = hand_over_goods(world)
    olga = phone.open(address)
    user = world.users["olga"]
    user.language = phone.lang
    user.save(update_fields=["language"])
    olga.sign_in(user.email, officer=True)
    she_makes_the_phone_ready(olga, entry)
    proxy.cut()
    the_household_signs(olga, entry)
    stored = olga.page.evaluate(STORED)
    assert SIGNER not in stored and "Mùa Thị Dở" not in stored
    assert not HandoverConfirmation.objects.exists()
    proxy.lose("/office/community/phone/send/")
    proxy.mend()
    the_signature_arrives(olga, proxy, entry)
    assert not phone.errors


def hand_over_goods(world: Any) -> str:
    """Olga's agency has handed over a cow that nobody has confirmed; return the path of the ledger entry."""
    book = ProgrammeBook(world)
    type(book.programme).objects.update(agency=world.commune_agency)
    book.actor, book.donor = world.actor("olga"), make_donor(world, agency=world.commune_agency)
    book.give(book.of("pieces", 2))
    entry = book.hand_over(book.of("pieces", 1))
    return f"/office/community/{book.programme.pk}/entries/{entry.pk}/"


def wait_until_ready(olga: Visitor) -> None:
    olga.page.wait_for_selector("[data-handing=there]", state="attached")


def she_makes_the_phone_ready(olga: Visitor, entry: str) -> None:
    olga.go(f"{entry}sign/")
    wait_until_ready(olga)
    olga.follow(olga.button(texts.SET_UP_THIS_PHONE))
    wait_until_ready(olga)
    olga.page.wait_for_load_state("networkidle")  # the service worker has stored the page


def the_household_signs(olga: Visitor, entry: str) -> None:
    page = olga.page
    page.goto(f"{olga.address}{entry}sign/")
    wait_until_ready(olga)
    expect(page.locator("[data-part=recipient]")).to_contain_text("Mùa Thị Dở")
    olga.fill(name=SIGNER, standing="chủ hộ")
    olga.button(texts.CONFIRM_RECEIPT).click()
    olga.expect_text(olga.translate(texts.SIGN_IN_THE_FIELD_2))
    olga.check_page()
    olga.draw_signature()
    olga.button(texts.CONFIRM_RECEIPT).click()
    expect(page.locator("[data-part=kept]")).to_be_visible()
    olga.check_page()


def the_signature_arrives(olga: Visitor, proxy: FlakyProxy, entry: str) -> None:
    """The answer to the first attempt is lost, so the phone sends the same signature again."""
    olga.page.goto(f"{olga.address}{entry}sign/")
    wait_for(olga.page, lambda: proxy.lost == 1)
    assert HandoverConfirmation.objects.count() == 1
    olga.go(entry)
    confirmations = olga.page.locator("section[aria-labelledby=said]")
    expect(confirmations).to_contain_text(SIGNER)
    olga.check_page()
    wait_for(olga.page, lambda: '"state":"waiting"' not in olga.page.evaluate(STORED))
    confirmation = HandoverConfirmation.objects.get()
    assert (confirmation.how, confirmation.name) == ("signature", SIGNER) and confirmation.signature
