"""Two officers put a notice in force. Its match is an alert for the province that neither the commune nor the lodging
sees."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.oversight.models import Alert, Notice
from ancu.apps.oversight.services.evaluating import evaluate_stays
from ancu.apps.stays.models import Stay
from ancu.core import clock
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
SOUGHT, NUMBER = "MUSTERMANN ERIKA", "C01X00T47"
ORDER = "4417/QĐ-TA"  # no part of it looks like a date


@pytest.mark.parametrize(("page", "lang"), [(360, "en"), (1280, "vi")], ids=["phone-en", "desk-vi"], indirect=["page"])
def test_a_notice_of_two_officers_and_its_match(invite: Invite, world: Any, lang: str) -> None:
    user = world.users["dora"] = make_user("Dora")
    make_member(user, world.provincial_agency, Role.APPROVING_OFFICER)
    enable_totp(user, TOTP_SECRET)
    quynh, dora = invite("quynh", by_login_page=False), invite("dora", by_login_page=False)
    she_proposes_a_notice(quynh)
    a_second_officer_approves(dora)
    bob = invite("bob", by_login_page=False)
    the_guest_is_declared(bob)
    stay = Stay.objects.get(document_number=NUMBER)
    evaluate_stays([stay.pk], [stay.establishment_id])  # as the job of each minute does
    the_match_is_seen_and_confirmed(quynh)
    nobody_else_sees_it(bob, invite("olga", by_login_page=False))


def she_proposes_a_notice(quynh: Visitor) -> None:
    quynh.go("/office/notices/")
    quynh.check_page()
    quynh.go("/office/notices/new/")
    quynh.fill(full_name=SOUGHT, document_number=NUMBER)
    quynh.follow(quynh.button("Propose the notice"))
    expect(quynh.page.locator("main .err").first).to_be_visible()
    quynh.check_page()
    last = clock.today() + timedelta(days=90)
    quynh.fill(number=ORDER, issued_by="Tòa án nhân dân tỉnh", legal_basis="Luật 47/2014/QH13, Điều 28")
    quynh.fill(ends_on=f"{last:%d/%m/%Y}")
    quynh.page.keyboard.press("Escape")
    quynh.follow(quynh.button("Propose the notice"))
    quynh.expect_text(quynh.translate("You cannot approve a notice that you proposed."))
    expect(quynh.button(texts.APPROVE_THE_NOTICE)).to_have_count(0)
    quynh.check_page()


def a_second_officer_approves(dora: Visitor) -> None:
    dora.go(f"/office/notices/{Notice.objects.get().pk}/")
    dora.check_page()
    dora.follow(dora.button(texts.APPROVE_THE_NOTICE))
    dora.expect_text(dora.translate("The notice is in force."))
    dora.expect_text(dora.translate("No declared guest matches this notice."))


def the_guest_is_declared(bob: Visitor) -> None:
    today = clock.today()
    bob.go("/stays/declare/")
    bob.fill(
        full_name=SOUGHT, birth_date="08/03/1984", document_number=NUMBER, room="12",
        expected_departure=f"{today + timedelta(days=3):%d/%m/%Y}",
        permitted_until=f"{today + timedelta(days=40):%d/%m/%Y}",
    )  # fmt: skip
    bob.page.locator("main select[name=nationality]").select_option("DEU", force=True)
    bob.page.locator("main label:has([name=sex][value=F])").click()  # waits until the layout is stable
    bob.page.keyboard.press("Escape")
    bob.follow(bob.button("Declare the guest"))
    assert Stay.objects.filter(document_number=NUMBER).exists(), bob.page.inner_text("main")


def the_match_is_seen_and_confirmed(quynh: Visitor) -> None:
    alert = Alert.objects.get(rule="notice_match")
    quynh.go(f"/office/notices/{Notice.objects.get().pk}/")
    quynh.check_page()
    quynh.follow(quynh.page.locator(f"main a[href='/office/alerts/{alert.pk}/']"))
    quynh.expect_text(ORDER)
    expect(quynh.page.locator("main summary", has_text=quynh.translate(texts.ASK_THE_LODGING))).to_have_count(0)
    quynh.check_page()
    quynh.page.locator("main summary", has_text=quynh.translate(texts.YES_CONFIRM)).click()
    quynh.page.locator("main [name=confirm-reason]").fill("Đã báo cơ quan yêu cầu.")
    quynh.follow(quynh.button(texts.CONFIRM))
    quynh.expect_text(quynh.translate(texts.YOU_HAVE_CONFIRMED_THE_ALERT))
    quynh.check_page()


def nobody_else_sees_it(bob: Visitor, olga: Visitor) -> None:
    alert, stay = Alert.objects.get(), Stay.objects.get()
    assert olga.status_of(f"/office/alerts/{alert.pk}/") == 404
    assert olga.status_of("/office/notices/") == 404
    of_lodging = f"/office/alerts/lodging/{stay.establishment_id}/"
    office = ("/office/alerts/?state=confirmed", of_lodging, f"/office/stays/{stay.pk}/")
    for visitor, pages in ((olga, office), (bob, ("/stays/today/", f"/stays/{stay.pk}/", "/messages/"))):
        for page in pages:
            visitor.go(page)
            assert ORDER not in visitor.page.content()
            expect(visitor.page.locator(f"main a[href='/office/alerts/{alert.pk}/']")).to_have_count(0)
