"""An area officer's morning: a lodging gone silent is found on the map, asked, answers, and the alert is dismissed with
a reason; an overstay is confirmed and referred to the province, whose officer finds it there."""

from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.audit.models import Event
from ancu.apps.lodging.tests.factories import make_establishment
from ancu.apps.oversight.models import Alert, Replay
from ancu.apps.oversight.services import replays
from ancu.apps.oversight.tests.factories import evaluate, make_busy, make_overstay
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.services.presence import gather
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.engines.rulebook import alert_rule
from e2e.conftest import Invite
from e2e.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)
HASTY = "LEFT THE NEXT MORNING"
WHERE_ON_THE_MAP = """place => {
    const chart = echarts.getInstanceByDom(document.querySelector('.movement-map'));
    return chart.convertToPixel('geo', place);
}"""
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
    alice = invite("alice", at_the_door=False)
    the_lodging_answers(alice)
    the_answer_is_seen_and_the_alert_dismissed(quynh, alert)
    alert.refresh_from_db()
    assert (alert.state, alert.dismissed_for) == ("dismissed", "explained")
    acts = Event.objects.filter(subject_type="oversight.alert", subject_id=str(alert.pk)).order_by("id")
    assert [act for act in acts.values_list("act", flat=True) if act != "looked"] == [
        "oversight.asked", "oversight.dismissed",
    ]  # fmt: skip


def she_finds_it_on_the_map(quynh: Walk) -> None:
    """The commune's circle on the map, and in its list the lodging that something waits about."""
    quynh.go("/office/movement/")
    circles = quynh.page.locator(".movement-map")
    expect(circles.locator("canvas")).to_be_visible()
    circles.scroll_into_view_if_needed()
    x, y = quynh.page.evaluate(WHERE_ON_THE_MAP, [105.08, 20.65])
    with quynh.page.expect_navigation():
        circles.click(position={"x": x, "y": y})
    quynh.heading("Xã Mai Hạ")
    row = quynh.page.locator("#lodgings tbody tr", has_text="Mai Châu Lodge")
    expect(row).to_contain_text(title(quynh, "silent"))
    quynh.look()
    quynh.follow(row.locator("td a").first)


def title(walk: Walk, code: str) -> str:
    """A rule's title as the rulebook has it in that language."""
    words = alert_rule(code, clock.today())
    return words.title_vi if walk.lang == "vi" else words.title_en


def she_opens_its_alert(quynh: Walk, alert: Alert) -> None:
    assert quynh.path() == f"/lodgings/{alert.establishment_id}"
    found = quynh.page.locator(f"main a[href='/office/alerts/{alert.pk}/']")
    expect(found).to_be_visible()
    quynh.look()
    quynh.follow(found)
    quynh.sees("Mai Châu Lodge")
    quynh.sees(alert.since.strftime("%d/%m/%Y"))
    quynh.look()


def she_asks_the_lodging(olga: Walk, alert: Alert) -> None:
    olga.page.locator("main summary", has_text=olga.say("Ask the lodging")).click()
    olga.look()
    olga.follow(olga.button("Send the question"))
    expect(olga.page.locator("main .err")).to_contain_text(olga.say("Please write your question."))
    olga.look()
    olga.page.locator("main [name=ask-question]").fill("Cơ sở có tạm nghỉ không?")
    olga.follow(olga.button("Send the question"))
    olga.sees(olga.say("The lodging has your question."))
    olga.sees("Cơ sở có tạm nghỉ không?")
    olga.look()


def the_lodging_answers(alice: Walk) -> None:
    alice.go("/messages/")
    alice.look()
    alice.follow(alice.page.locator("main [data-rows] a", has_text="Cơ sở có tạm nghỉ không?"))
    alice.sees("Cơ sở có tạm nghỉ không?")
    alice.page.locator("main textarea[name=body]").fill("Nhà đang sửa mái, cuối tuần mở lại.")
    alice.button("Send").click()
    expect(alice.page.locator("main .talk")).to_contain_text("cuối tuần mở lại")
    alice.look()


def the_answer_is_seen_and_the_alert_dismissed(olga: Walk, alert: Alert) -> None:
    olga.go("/office/alerts/")
    answered = olga.say("the lodging has answered")
    expect(olga.page.locator("main [data-rows]")).to_contain_text(answered[:1].upper() + answered[1:])
    olga.look()
    olga.follow(olga.page.locator("main [data-rows] a", has_text="Mai Châu Lodge").first)
    olga.sees("cuối tuần mở lại")
    olga.page.locator("main summary", has_text=olga.say("Dismiss this alert")).click()
    olga.page.locator("main [name=dismiss-dismissed_for][value=explained]").check()
    olga.page.locator("main [name=dismiss-reason]").fill("Đang sửa chữa, đã hẹn ngày mở lại.")
    olga.follow(olga.button("Dismiss with this reason"))
    olga.sees(olga.say("The alert is dismissed, with your reason."))
    olga.sees("Đang sửa chữa")
    olga.look()
    olga.go("/office/alerts/")
    olga.sees(olga.say("No alert is like that"))
    olga.look()


def test_an_overstay_is_confirmed_and_referred(invite: Invite, world: object) -> None:
    make_overstay(world.lodging, LONG, days=20)  # type: ignore[attr-defined]
    evaluate()
    alert = Alert.objects.get(rule="overstay")
    olga = invite("olga", at_the_door=False)
    olga.go("/office/alerts/?severity=3")
    olga.follow(olga.page.locator("main [data-rows] a", has_text=LONG))
    olga.sees("282/2025")
    olga.page.locator("main summary", has_text=olga.say("Confirm this alert")).click()
    olga.page.locator("main [name=confirm-reason]").fill("Đã gặp khách tại cơ sở.")
    olga.follow(olga.button("Confirm"))
    olga.sees(olga.say("The alert is confirmed."))
    olga.page.locator("main summary", has_text=olga.say("Refer to the province")).click()
    olga.page.locator("main [name=refer-reason]").fill("Đề nghị tỉnh xử phạt.")
    olga.follow(olga.button("Refer it"))
    olga.sees(olga.say("The alert is with the province now."))
    olga.look()
    alert.refresh_from_db()
    assert alert.state == "confirmed" and alert.referred_at is not None
    quynh = invite("quynh", at_the_door=False)
    quynh.go("/office/alerts/?state=confirmed&referred=on")
    quynh.look()
    quynh.follow(quynh.page.locator("main [data-rows] a", has_text=LONG))
    quynh.sees("Đề nghị tỉnh xử phạt.")
    quynh.look()


def test_other_thresholds_are_tried_before_they_judge_anybody(invite: Invite, world: object) -> None:
    for name, days in ((HASTY, 1), (LONG, 20)):
        make_overstay(world.lodging, name, days=days)  # type: ignore[attr-defined]
    evaluate()
    rosa = invite("rosa", at_the_door=False)
    rosa.go("/office/alerts/rules/")
    rosa.look()
    rosa.follow(rosa.page.locator("main table a[href$='/overstay/']"))
    rosa.page.locator("main [name=try-grace_days]").fill("5")
    rosa.follow(rosa.button("Try on the past year"))
    rosa.sees(rosa.say("The year is being gone through"))
    rosa.look()
    replays.run_replay(Replay.objects.get().pk)  # as the worker does; the page asks for itself until it is done
    expect(rosa.page.locator("#replay")).to_contain_text(HASTY)
    rosa.look()
    rosa.page.locator("main [name=put-reason]").fill("Khách thường đi ngay hôm sau.")
    rosa.follow(rosa.button("Put these thresholds in force"))
    rosa.sees("Khách thường đi ngay hôm sau.")
    rosa.look()
    evaluate()
    assert dict(Alert.objects.values_list("stay__full_name", "state")) == {HASTY: "closed", LONG: "open"}
