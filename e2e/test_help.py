"""A gift goes from donor to household to the public page; the household signs on the officer's phone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.community.models import HandoverConfirmation, LedgerEntry, Programme, Recipient, Selection
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize(("page", "lang"), [(360, "vi"), (1280, "en")], indirect=True, ids=["phone-vi", "desk-en"]),
]


def test_a_gift_goes_from_donor_to_household_to_the_public_page(invite: Invite, world: World) -> None:
    dora = world.users["dora"] = make_user("Dora")
    make_member(dora, world.provincial_agency, Role.APPROVING_OFFICER)
    enable_totp(dora, TOTP_SECRET)
    quynh = invite("quynh", by_login_page=False)
    she_opens_a_programme(quynh)
    page = f"/office/community/{Programme.objects.get().pk}/"
    she_enters_the_gift(quynh, page)
    she_proposes_a_household(quynh, page)
    a_second_person_approves(invite("dora", by_login_page=False))
    she_hands_over(quynh, page)
    the_household_signs(quynh)
    everybody_sees_it(invite())


def she_opens_a_programme(quynh: Visitor) -> None:
    quynh.go("/office/community/")
    quynh.fill(
        name="Tết ấm",
        purpose="Quà Tết cho hộ nghèo.",
        begins_on="01/01/2026",
        ends_on=f"{clock.today() + timedelta(days=300):%d/%m/%Y}",
    )
    quynh.follow(quynh.button("Open programme"))
    quynh.expect_text("Tết ấm")


def she_enters_the_gift(quynh: Visitor, page: str) -> None:
    quynh.follow(quynh.link("Enter a gift"))
    quynh.follow(quynh.button("Enter gift"))  # the form is empty
    quynh.check_page()
    quynh.page.locator("label[for=id_gift-kind_0]").click()
    quynh.page.locator("main [name='gift-name']").fill("Công ty Sông Đà")
    quynh.page.locator("main [name='gift-quantity']").fill("5000000")
    quynh.follow(quynh.button("Enter gift"))
    quynh.expect_text("Công ty Sông Đà")
    assert quynh.status_of(f"{page}entries/{LedgerEntry.objects.get().pk}/paper.pdf") == 200


def she_proposes_a_household(quynh: Visitor, page: str) -> None:
    quynh.go(f"{page}selections/")
    quynh.fill(name="Quà Tết", places="1")
    quynh.follow(quynh.button("Start choosing"))
    for name, fact in (("Hộ Mùa Thị Dở", "poor"), ("Hộ Vì Văn Lả", "near_poor")):
        quynh.page.locator("main [name='new-name']").fill(name)
        quynh.page.locator("label[for=id_new-kind_0]").click()
        choose(quynh, "new-unit", "Mai Hạ")
        quynh.page.locator(f"main [name='new-fact_{fact}']").check()
        quynh.follow(quynh.button("Add to the list"))
    quynh.page.locator("main [name=chosen]").nth(1).check()  # the household with fewer points
    quynh.follow(quynh.button("Propose these recipients"))
    quynh.expect_text("Hộ Mùa Thị Dở")
    quynh.check_page()
    assert Selection.objects.get().state == "draft"
    quynh.page.locator("main [name=chosen]").nth(0).check()
    quynh.page.locator("main [name=chosen]").nth(1).uncheck()
    quynh.follow(quynh.button("Propose these recipients"))


def a_second_person_approves(dora: Visitor) -> None:
    dora.go("/office/community/")
    dora.follow(dora.page.locator("main a[href*='/selections/']").first)
    dora.check_page()
    dora.confirm(texts.APPROVE_CHOICE)
    assert Recipient.objects.get().name == "Hộ Mùa Thị Dở"


def she_hands_over(quynh: Visitor, page: str) -> None:
    quynh.go(f"{page}handover/")
    choose(quynh, "handover-recipient", "Mùa")
    quynh.page.locator("main [name='handover-quantity']").fill("1000000")
    quynh.follow(quynh.button("Enter handover"))


def the_household_signs(quynh: Visitor) -> None:
    quynh.follow(quynh.link("Sign on this phone"))
    quynh.fill(name="Mùa Thị Dở", standing="chủ hộ")
    quynh.follow(quynh.button(texts.CONFIRM_RECEIPT))  # without a signature
    quynh.expect_text(quynh.translate(texts.SIGN_IN_THE_FIELD_2))
    quynh.check_page()
    quynh.draw_signature()
    quynh.follow(quynh.button(texts.CONFIRM_RECEIPT))
    confirmation = HandoverConfirmation.objects.get()
    assert (confirmation.how, confirmation.name) == ("signature", "Mùa Thị Dở") and confirmation.signature
    quynh.check_page()


def everybody_sees_it(anybody: Visitor) -> None:
    anybody.go("/community/")
    anybody.follow(anybody.page.locator("main a[href^='/community/']", has_text="Tết ấm").first)
    anybody.expect_text("Công ty Sông Đà")
    expect(anybody.page.locator("main")).not_to_contain_text("Mùa Thị Dở")
    anybody.check_page()
    entry = LedgerEntry.objects.get(kind="handover")
    anybody.go(f"/community/handed/{entry.number}/")
    anybody.expect_heading(anybody.translate("Record of a handover"))
    for kind in ("xlsx", "csv"):
        assert anybody.status_of(f"/community/{entry.programme_id}/table.{kind}") == 200


def choose(visitor: Visitor, name: str, typed: str) -> None:
    """Choose an option of a combobox by a part of its text."""
    box = visitor.page.locator(f"[id='id_{name}-typed']")
    box.fill(typed)
    box.press("ArrowDown")
    box.press("Enter")
