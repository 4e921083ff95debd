"""A forged passport reported from the desk and acknowledged; what all lodgings are told, and who has not confirmed."""

from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.contact.models import Receipt, Report
from ancu.apps.messaging.services import save_template
from e2e.conftest import Invite
from e2e.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_forged_passport_is_reported_and_acknowledged(invite: Invite, world: Any) -> None:
    save_template(actor=world.actor("quynh"), title="Giữ giấy tờ", body="Đề nghị {nội dung} giữ ảnh chụp hộ chiếu.")
    bob = invite("bob")
    he_reports_it(bob)
    olga = invite("olga")
    she_finds_it_first_and_has_it(olga)
    she_adds_what_the_province_keeps_for_it(olga)
    bob.go("/stays/today/")
    bob.look()
    bob.go(f"/reports/{Report.objects.get().pk}/")
    bob.sees("Olga")
    bob.sees("Tôi đến trong 20 phút.")
    bob.look()


def he_reports_it(bob: Walk) -> None:
    bob.go("/stays/today/")
    bob.look()
    bob.follow(bob.page.locator("main a[href='/reports/new/']:visible").first)
    bob.heading(bob.say("Report to the duty officer"))
    bob.look()
    bob.follow(bob.button("Report now"))  # nothing said yet
    bob.sees(bob.say("Please write in a few words what happened."))
    bob.look()
    bob.page.locator("label", has=bob.page.locator("input[value=forged]")).or_(
        bob.page.locator("label[for=id_kind_0]")
    ).first.click()
    bob.fill(body="Hộ chiếu có dấu hiệu bị sửa ảnh, phòng 305.")
    bob.follow(bob.button("Report now"))
    bob.sees(bob.say("No officer has acknowledged it yet"))
    bob.look()


def she_finds_it_first_and_has_it(olga: Walk) -> None:
    olga.go("/office/area/")
    olga.look()
    olga.follow(olga.page.locator("main a[href^='/reports/']").first)
    olga.sees("305")
    olga.look()
    olga.fill(reply="Tôi đến trong 20 phút.")
    olga.follow(olga.button("I have it"))
    olga.sees("Tôi đến trong 20 phút.")
    olga.look()


def she_adds_what_the_province_keeps_for_it(olga: Walk) -> None:
    box = olga.page.locator("main textarea[name=body]")
    box.fill("Cảm ơn.")
    olga.page.locator("main select[name=template]").select_option(label="Giữ giấy tờ")
    olga.button("Put in").click()
    expect(box).to_have_value("Cảm ơn.\n\nĐề nghị Mai Châu Lodge giữ ảnh chụp hộ chiếu.")
    olga.look()
    olga.button("Send").click()
    expect(olga.page.locator("main .talk")).to_contain_text("giữ ảnh chụp hộ chiếu.")


def test_all_lodgings_of_a_commune_are_told_and_confirm(invite: Invite) -> None:
    olga = invite("olga")
    she_tells_them(olga)
    receipt = Receipt.objects.get()
    alice = invite("alice")
    alice.go("/stays/today/")
    alice.sees("Khai báo dịp lễ")
    alice.look()
    alice.follow(alice.page.locator("main a[href^='/told/']").first)
    expect(alice.page.get_by_role("button", name=alice.say("I have read it"))).to_have_count(0)  # seen: noted by itself
    alice.look()
    alice.follow(alice.button("Read and understood: confirm"))
    alice.look()
    olga.go(f"/office/broadcasts/{receipt.broadcast_id}/")
    olga.sees(olga.say("Every lodging has confirmed"))
    olga.look()


def she_tells_them(olga: Walk) -> None:
    olga.go("/office/broadcasts/")
    olga.look()
    olga.follow(olga.page.locator("main a[href='/office/broadcasts/new/']").first)
    olga.look()
    olga.fill(title="Khai báo dịp lễ", body="Dịp lễ này, khai báo chậm nhất 12 giờ sau khi khách đến.")
    olga.follow(olga.button("See how many it reaches"))
    olga.look()
    olga.follow(olga.page.locator("main form .form-actions .btn-primary"))
    olga.sees(olga.say("Not confirmed yet"))
    olga.sees(olga.say("not read", context="lodging").capitalize())
    olga.look()
