"""A lodging reports a forged passport; an officer sends a notice to all lodgings and sees who has not confirmed it."""

from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.contact.models import BroadcastReceipt, UrgentReport
from ancu.apps.messaging.services import save_template
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_forged_passport_is_reported_and_acknowledged(invite: Invite, world: Any) -> None:
    save_template(actor=world.actor("quynh"), title="Giữ giấy tờ", body="Đề nghị {nội dung} giữ ảnh chụp hộ chiếu.")
    bob = invite("bob")
    he_reports_it(bob)
    olga = invite("olga")
    she_acknowledges_the_report(olga)
    she_uses_a_template_of_the_province(olga)
    bob.go("/stays/today/")
    bob.check_page()
    bob.go(f"/reports/{UrgentReport.objects.get().pk}/")
    bob.expect_text("Olga")
    bob.expect_text("Tôi đến trong 20 phút.")
    bob.check_page()


def he_reports_it(bob: Visitor) -> None:
    bob.go("/stays/today/")
    bob.check_page()
    bob.follow(bob.page.locator("main a[href='/reports/new/']:visible").first)
    bob.expect_heading(bob.translate("Report to the duty officer"))
    bob.check_page()
    bob.follow(bob.button(texts.SEND_REPORT))  # the form is empty
    bob.expect_text(bob.translate(texts.WRITE_IN_A_FEW_WORDS))
    bob.check_page()
    bob.page.locator("label", has=bob.page.locator("input[value=forged]")).or_(
        bob.page.locator("label[for=id_kind_0]")
    ).first.click()
    bob.fill(body="Hộ chiếu có dấu hiệu bị sửa ảnh, phòng 305.")
    bob.follow(bob.button(texts.SEND_REPORT))
    bob.expect_text(bob.translate(texts.NO_OFFICER_HAS_ACKNOWLEDGED_IT))
    bob.check_page()


def she_acknowledges_the_report(olga: Visitor) -> None:
    olga.go("/office/area/")
    olga.check_page()
    olga.follow(olga.page.locator("main a[href^='/reports/']").first)
    olga.expect_text("305")
    olga.check_page()
    olga.fill(reply="Tôi đến trong 20 phút.")
    olga.follow(olga.button(texts.ACKNOWLEDGE_REPORT))
    olga.expect_text("Tôi đến trong 20 phút.")
    olga.check_page()


def she_uses_a_template_of_the_province(olga: Visitor) -> None:
    box = olga.page.locator("main textarea[name=body]")
    box.fill("Cảm ơn.")
    olga.page.locator("main select[name=template]").select_option(label="Giữ giấy tờ")
    olga.button("Insert template").click()
    expect(box).to_have_value("Cảm ơn.\n\nĐề nghị Mai Châu Lodge giữ ảnh chụp hộ chiếu.")
    olga.check_page()
    olga.button(texts.SEND_MESSAGE).click()
    expect(olga.page.locator("main .talk")).to_contain_text("giữ ảnh chụp hộ chiếu.")


def test_all_lodgings_of_a_commune_are_told_and_confirm(invite: Invite) -> None:
    olga = invite("olga")
    she_sends_a_broadcast(olga)
    receipt = BroadcastReceipt.objects.get()
    alice = invite("alice")
    alice.go("/stays/today/")
    alice.expect_text("Khai báo dịp lễ")
    alice.check_page()
    alice.follow(alice.page.locator("main a[href^='/announcements/']").first)
    expect(alice.page.get_by_role("button", name=alice.translate(texts.MARK_AS_READ))).to_have_count(
        0
    )  # opening the page is recorded automatically
    alice.check_page()
    alice.follow(alice.button("I have read and understood this"))
    alice.check_page()
    olga.go(f"/office/broadcasts/{receipt.broadcast_id}/")
    olga.expect_text(olga.translate("Every lodging has confirmed"))
    olga.check_page()


def she_sends_a_broadcast(olga: Visitor) -> None:
    olga.go("/office/broadcasts/")
    olga.check_page()
    olga.follow(olga.page.locator("main a[href='/office/broadcasts/new/']").first)
    olga.check_page()
    olga.fill(title="Khai báo dịp lễ", body="Dịp lễ này, khai báo chậm nhất 12 giờ sau khi khách đến.")
    olga.follow(olga.button("Check how many lodgings it reaches"))
    olga.check_page()
    olga.follow(olga.page.locator("main form .form-actions .btn-primary"))
    olga.expect_text(olga.translate("Not confirmed yet"))
    olga.expect_text(olga.translate("not read", context="lodging").capitalize())
    olga.check_page()
