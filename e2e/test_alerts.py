"""An area officer finds a silent lodging on the map, asks it and dismisses the alert with a reason. Another alert is
confirmed and referred to the province."""

from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.audit.models import Event
from ancu.apps.lodging.tests.factories import make_establishment
from ancu.apps.oversight.models import Alert, ThresholdReplay
from ancu.apps.oversight.services import replays
from ancu.apps.oversight.tests.factories import evaluate, make_busy, make_overstay
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.services.presence import gather
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.testing import texts
from ancu.engines.rulebook import alert_rule
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
HASTY = "LEFT THE NEXT MORNING"
LONG = "WOLFESCHLEGELSTEINHAUSENBERGERDORFF HUBERT BLAINE-MAXIMILIAN"


@pytest.mark.two_ways
def test_a_silent_lodging_is_asked_answers_and_the_alert_is_dismissed(invite: Invite, world: Any) -> None:
    AdministrativeUnit.objects.filter(pk=world.lodging.unit_id).update(latitude=20.65, longitude=105.08)
    make_busy(world.lodging, until=15, days=120)
    make_stay(make_establishment(world.lodging.business, world.units.commune, locality=world.units.former_commune))
    gather()
    evaluate()
    alert = Alert.objects.get(rule="silent")
    quynh = invite("quynh")
    she_finds_it_on_the_map(quynh)
    she_opens_its_alert(quynh, alert)
    she_asks_the_lodging(quynh, alert)
    alice = invite("alice", by_login_page=False)
    the_lodging_answers(alice)
    the_answer_is_seen_and_the_alert_dismissed(quynh, alert)
    alert.refresh_from_db()
    assert (alert.state, alert.dismissed_for) == ("dismissed", "explained")
    acts = Event.objects.filter(subject_type="oversight.alert", subject_id=str(alert.pk)).order_by("id")
    assert [act for act in acts.values_list("act", flat=True) if act != "looked"] == [
        "oversight.asked", "oversight.dismissed",
    ]  # fmt: skip


def she_finds_it_on_the_map(quynh: Visitor) -> None:
    """Click the commune's circle on the map and open the lodging that has an alert."""
    quynh.go("/office/movement/")
    circle = quynh.page.locator(".place-map a", has=quynh.page.locator(".commune")).first
    circle.scroll_into_view_if_needed()
    quynh.follow(circle)
    quynh.expect_heading("Xã Mai Hạ")
    row = quynh.page.locator("#lodgings tbody tr", has_text="Mai Châu Lodge")
    expect(row).to_contain_text(title(quynh, "silent"))
    quynh.check_page()
    quynh.follow(row.locator("td a").first)


def title(visitor: Visitor, code: str) -> str:
    """Return a rule's title from the rulebook in the visitor's language."""
    words = alert_rule(code, clock.today())
    return words.title_vi if visitor.lang == "vi" else words.title_en


def she_opens_its_alert(quynh: Visitor, alert: Alert) -> None:
    assert quynh.path() == f"/lodgings/{alert.establishment_id}"
    link = quynh.page.locator(f"main a[href='/office/alerts/{alert.pk}/']")
    expect(link).to_be_visible()
    quynh.check_page()
    quynh.follow(link)
    quynh.expect_text("Mai Châu Lodge")
    quynh.expect_text(alert.since.strftime("%d/%m/%Y"))
    quynh.check_page()


def she_asks_the_lodging(olga: Visitor, alert: Alert) -> None:
    olga.page.locator("main summary", has_text=olga.translate(texts.ASK_THE_LODGING)).click()
    olga.check_page()
    olga.follow(olga.button("Send the question"))
    expect(olga.page.locator("main .err")).to_contain_text(olga.translate("Enter your question."))
    olga.check_page()
    olga.page.locator("main [name=ask-question]").fill("Cơ sở có tạm nghỉ không?")
    olga.follow(olga.button("Send the question"))
    olga.expect_text(olga.translate(texts.YOUR_QUESTION_HAS_BEEN_SENT))
    olga.expect_text("Cơ sở có tạm nghỉ không?")
    olga.check_page()


def the_lodging_answers(alice: Visitor) -> None:
    alice.go("/messages/")
    alice.check_page()
    alice.follow(alice.page.locator("main [data-rows] a", has_text="Cơ sở có tạm nghỉ không?"))
    alice.expect_text("Cơ sở có tạm nghỉ không?")
    alice.page.locator("main textarea[name=body]").fill("Nhà đang sửa mái, cuối tuần mở lại.")
    alice.button(texts.SEND_MESSAGE).click()
    expect(alice.page.locator("main .talk")).to_contain_text("cuối tuần mở lại")
    alice.check_page()


def the_answer_is_seen_and_the_alert_dismissed(olga: Visitor, alert: Alert) -> None:
    olga.go("/office/alerts/")
    answered = olga.translate("the lodging has answered")
    expect(olga.page.locator("main [data-rows]")).to_contain_text(answered[:1].upper() + answered[1:])
    olga.check_page()
    olga.follow(olga.page.locator("main [data-rows] a", has_text="Mai Châu Lodge").first)
    olga.expect_text("cuối tuần mở lại")
    olga.page.locator("main summary", has_text=olga.translate("No, dismiss")).click()
    olga.page.locator("main [name=dismiss-dismissed_for][value=explained]").check()
    olga.page.locator("main [name=dismiss-reason]").fill("Đang sửa chữa, đã hẹn ngày mở lại.")
    olga.follow(olga.button("Dismiss with this reason"))
    olga.expect_text(olga.translate("You have dismissed the alert and given your reason."))
    olga.expect_text("Đang sửa chữa")
    olga.check_page()
    olga.go("/office/alerts/")
    olga.expect_text(olga.translate(texts.NO_ALERTS_MATCH_THESE_FILTERS))
    olga.check_page()


def test_an_overstay_is_confirmed_and_referred(invite: Invite, world: object) -> None:
    make_overstay(world.lodging, LONG, days=20)  # type: ignore[attr-defined]
    evaluate()
    alert = Alert.objects.get(rule="overstay")
    olga = invite("olga", by_login_page=False)
    olga.go("/office/alerts/?severity=3")
    olga.follow(olga.page.locator("main [data-rows] a", has_text=LONG))
    olga.expect_text("282/2025")
    olga.page.locator("main summary", has_text=olga.translate(texts.YES_CONFIRM)).click()
    olga.page.locator("main [name=confirm-reason]").fill("Đã gặp khách tại cơ sở.")
    olga.follow(olga.button(texts.CONFIRM))
    olga.expect_text(olga.translate(texts.YOU_HAVE_CONFIRMED_THE_ALERT))
    olga.page.locator("main summary", has_text=olga.translate("Refer to the province")).click()
    olga.page.locator("main [name=refer-reason]").fill("Đề nghị tỉnh xử phạt.")
    olga.follow(olga.button("Refer to the province now"))
    olga.expect_text(olga.translate("You have referred the alert to the province."))
    olga.check_page()
    alert.refresh_from_db()
    assert alert.state == "confirmed" and alert.referred_at is not None
    quynh = invite("quynh", by_login_page=False)
    quynh.go("/office/alerts/?state=confirmed&referred=on")
    quynh.check_page()
    quynh.follow(quynh.page.locator("main [data-rows] a", has_text=LONG))
    quynh.expect_text("Đề nghị tỉnh xử phạt.")
    quynh.check_page()


def test_other_thresholds_are_tried_before_they_judge_anybody(invite: Invite, world: object) -> None:
    for name, days in ((HASTY, 1), (LONG, 20)):
        make_overstay(world.lodging, name, days=days)  # type: ignore[attr-defined]
    evaluate()
    rosa = invite("rosa", by_login_page=False)
    rosa.go("/office/alerts/rules/")
    rosa.check_page()
    rosa.follow(rosa.page.locator("main table a[href$='/overstay/']"))
    rosa.page.locator("main [name=try-grace_days]").fill("5")
    rosa.follow(rosa.button("Test on the past year"))
    rosa.expect_text(rosa.translate(texts.TESTING_ON_THE_PAST_YEAR))
    rosa.check_page()
    replays.run_replay(ThresholdReplay.objects.get().pk)  # as the worker does; the page polls until it is done
    expect(rosa.page.locator("#replay")).to_contain_text(HASTY)
    rosa.check_page()
    rosa.page.locator("main [name=put-reason]").fill("Khách thường đi ngay hôm sau.")
    rosa.follow(rosa.button("Apply these thresholds"))
    rosa.expect_text("Khách thường đi ngay hôm sau.")
    rosa.check_page()
    evaluate()
    assert dict(Alert.objects.values_list("stay__full_name", "state")) == {HASTY: "closed", LONG: "open"}
