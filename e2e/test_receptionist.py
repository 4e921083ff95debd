"""A receptionist declares a group from a file and gives a guest the receipt; then two guests by hand."""

from datetime import timedelta

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, expect

from ancu.apps.stays.models import Stay
from ancu.core import clock
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.sums import outcome_sum, preview_sum
from e2e.visitor import SAMPLES, Visitor

FILE = SAMPLES / "05_python_fastapi_selfclosed_empty_vn_gender.xml"  # six guests, two of them with errors
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.two_ways
def test_a_group_from_a_file_and_a_receipt_for_a_guest(invite: Invite, browser: Browser) -> None:
    bob = invite("bob")
    with override_settings(PUBLIC_URL=bob.address):
        bob.check_page()
        bob.follow(bob.link(texts.SEND_A_FILE))
        send(bob)
        the_row_is_mended_in_place(bob)
        the_good_rows_are_declared(bob)
        a_guest_is_handed_the_receipt(bob, browser)
        the_same_file_again(bob)


def send(bob: Visitor) -> None:
    bob.expect_heading(bob.translate(texts.SEND_A_FILE))
    bob.check_page()
    choose(bob)
    bob.expect_heading(bob.translate(texts.CHECK_BEFORE_SUBMITTING))


def choose(bob: Visitor) -> None:
    bob.page.set_input_files("input[type=file]", FILE)
    bob.button(texts.SEND_AND_CHECK).click()
    bob.page.wait_for_url("**/upload/*-*/")


def the_row_is_mended_in_place(bob: Visitor) -> None:
    bob.expect_text(preview_sum(bob, good=4, bad=2))
    bob.check_page()
    bob.follow(bob.page.locator("#row-5 a"))
    bob.check_page()
    bob.page.locator("main .combobox input, main input[role=combobox]").first.fill("bo dao nha")
    bob.page.get_by_role("option").first.click()
    bob.follow(bob.button(texts.SAVE_THIS_ROW))
    bob.expect_text(preview_sum(bob, good=5, bad=1))
    expect(bob.page.locator("#row-5")).to_contain_text("Bồ Đào Nha" if bob.lang == "vi" else "Portugal")


def the_good_rows_are_declared(bob: Visitor) -> None:
    assert not Stay.objects.exists()  # nothing is declared before confirmation
    bob.expect_text(bob.translate(texts.IS_THIS_RIGHT))  # they arrived more than a month ago
    bob.page.locator("input[name=sure]").check()
    bob.follow(bob.page.locator("form[action$='/confirm/'] button"))
    bob.expect_text(outcome_sum(bob, accepted=5, already=0, refused=1))
    bob.check_page()
    assert Stay.objects.count() == 5


def a_guest_is_handed_the_receipt(bob: Visitor, browser: Browser) -> None:
    bob.follow(bob.link("Receipt"))
    bob.check_page()
    bob.follow(bob.page.locator("main ul.rows a", has_text="DA SILVA"))
    bob.expect_heading("DA SILVA EXEMPLO JOÃO")
    bob.check_page()
    bob.follow(bob.link("Receipt for the guest"))
    bob.check_page()
    paper = bob.page.request.get(bob.address + (bob.link("Print or save the PDF").get_attribute("href") or ""))
    assert paper.status == 200 and paper.body().startswith(b"%PDF-")
    the_guest_verifies_it(bob, browser, bob.page.locator("main a[href*='/r/']").get_attribute("href") or "")


def the_guest_verifies_it(bob: Visitor, browser: Browser, qr: str) -> None:
    """The address of the QR code, on the guest's phone, shows only what the paper shows."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    guest = Visitor(context.new_page(), bob.address, "en")
    context.add_cookies([{"name": "django_language", "value": "en", "url": bob.address}])
    guest.go(qr)
    guest.expect_heading("This receipt is genuine")
    guest.expect_text("DA SILVA EXEMPLO JOÃO")
    assert "FZ000001" not in guest.page.content()  # the number is masked
    guest.check_page()
    context.close()


def the_same_file_again(bob: Visitor) -> None:
    bob.go("/stays/upload/")
    choose(bob)
    bob.follow(bob.page.locator("form[action$='/confirm/'] button"))
    bob.expect_text(
        outcome_sum(bob, accepted=0, already=4, refused=1, other_way=1)
    )  # the guest whose row was corrected on the page
    assert Stay.objects.count() == 5


def test_guests_by_hand_one_after_another(invite: Invite) -> None:
    bob = invite("bob")
    bob.follow(bob.link(texts.DECLARE_A_GUEST))
    bob.expect_heading(bob.translate(texts.DECLARE_A_GUEST))
    bob.check_page()
    errors_stand_beside_their_fields(bob)
    a_draft_survives_a_closed_page(bob)
    the_next_of_the_group_keeps_room_and_dates(bob)


def day(offset: int) -> str:
    return f"{clock.today() + timedelta(days=offset):%d/%m/%Y}"


def fill_guest(bob: Visitor, name: str, number: str) -> None:
    bob.fill(document_number=number, full_name=name, birth_date="08/03/1984", permitted_until=day(20))
    bob.page.locator("label[for=id_sex_0]").click()
    bob.page.locator("main input[role=combobox]").first.fill("duc")
    bob.page.get_by_role("option", name="Đức" if bob.lang == "vi" else "Germany", exact=True).click()


def errors_stand_beside_their_fields(bob: Visitor) -> None:
    bob.fill(full_name="HOFFMANN JÖRG", document_number="C01X0T478")
    bob.follow(bob.page.locator("button[name=save]"))
    room = bob.page.locator("[name=room]")
    expect(room).to_have_attribute("aria-invalid", "true")
    assert bob.page.locator(f"#{(room.get_attribute('aria-describedby') or '').split()[0]}").is_visible()
    expect(bob.page.locator("[name=full_name]")).to_have_value("HOFFMANN JÖRG")  # the typed text stays
    bob.check_page()


def a_draft_survives_a_closed_page(bob: Visitor) -> None:
    bob.go("/stays/declare/")
    bob.fill(full_name="HOFFMANN JÖRG", room="5A")
    bob.page.wait_for_timeout(400)  # the script saves the draft 300 ms after the last key
    context = bob.page.context
    bob.page.close()
    bob.page = context.new_page()
    bob.go("/stays/declare/")
    expect(bob.page.locator("[name=full_name]")).to_have_value("HOFFMANN JÖRG")
    expect(bob.page.locator("[name=room]")).to_have_value("5A")


def the_next_of_the_group_keeps_room_and_dates(bob: Visitor) -> None:
    fill_guest(bob, "HOFFMANN JÖRG", "C01X0T478")
    bob.fill(expected_departure=day(3))
    bob.follow(bob.page.locator("button[name=another]"))
    bob.page.wait_for_url("**?after=*")
    expect(bob.page.locator("[name=room]")).to_have_value("5A")
    expect(bob.page.locator("[name=expected_departure]")).to_have_value(day(3))
    expect(bob.page.locator("[name=full_name]")).to_have_value("")
    fill_guest(bob, "HOFFMANN LENI", "C01X0T479")
    bob.follow(bob.page.locator("button[name=save]"))
    bob.expect_heading("HOFFMANN LENI")
    bob.go("/stays/today/")
    assert bob.page.locator("main ul.rows > li").count() == 2
    bob.check_page()
