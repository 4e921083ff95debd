"""Oversight by keyboard alone: each control an officer or a lodging needs is reached by Tab and shows its focus."""

from typing import Any

import pytest

from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.tests.factories import evaluate, make_overstay
from ancu.apps.stays.services.presence import gather
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize(("page", "lang"), [(1280, "vi")], indirect=True, ids=["desk-vi"]),
]
MOST_TABS = 250  # from the top of a page to its last control
QUESTION, ANSWER = "Khách còn ở không?", "Khách đã đi gia hạn."
# A choice drawn as a button has its focus ring on its label.
FOCUS_IS_VISIBLE = """() => {
  const control = document.activeElement
  return [control, control.closest('label'), ...control.labels ?? []].filter(Boolean).some(element => {
    const style = getComputedStyle(element)
    return style.outlineStyle !== 'none' && style.outlineWidth !== '0px' || style.boxShadow !== 'none'
  })
}"""


def test_an_alert_is_asked_about_answered_and_dismissed_by_keyboard(invite: Invite, world: Any) -> None:
    make_overstay(world.lodging, "HOFFMANN JÖRG", days=5)
    evaluate()
    alert = Alert.objects.get(rule="overstay")
    olga, alice = invite("olga", by_login_page=False), invite("alice", by_login_page=False)
    she_asks(olga, alert)
    the_lodging_answers(alice)
    she_dismisses(olga, alert)
    alert.refresh_from_db()
    assert (alert.state, bool(alert.dismissed_for)) == ("dismissed", True)


def reach(visitor: Visitor, control: str) -> None:
    visitor.tab_until(control, MOST_TABS)
    assert visitor.page.evaluate(FOCUS_IS_VISIBLE), f"the focus is not seen on {control}"


def type_into(visitor: Visitor, control: str, text: str) -> None:
    reach(visitor, control)
    visitor.page.keyboard.type(text)


def press(visitor: Visitor, control: str) -> None:
    """Press Enter on a control that opens a part of the page."""
    reach(visitor, control)
    visitor.page.keyboard.press("Enter")


def press_and_follow(visitor: Visitor, control: str) -> None:
    """Press Enter on a control that leads to another page."""
    reach(visitor, control)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_function("() => !document.body.inert", polling=10)


def she_asks(olga: Visitor, alert: Alert) -> None:
    olga.go("/office/alerts/?rule=overstay")
    press_and_follow(olga, f"main a[href='/office/alerts/{alert.pk}/']")
    press(olga, "main details:has(form[action$='/ask/']) > summary")
    type_into(olga, "[name=ask-question]", QUESTION)
    press_and_follow(olga, "form[action$='/ask/'] [type=submit]")
    olga.expect_text(QUESTION)


def the_lodging_answers(alice: Visitor) -> None:
    alice.go("/messages/")
    path = alice.page.locator("main [data-rows] a", has_text=QUESTION).get_attribute("href")
    press_and_follow(alice, f"main a[href='{path}']")
    type_into(alice, "main textarea[name=body]", ANSWER)
    press(alice, "main form:has(textarea[name=body]) [type=submit]")
    alice.page.locator("main .talk", has_text=ANSWER).wait_for()


def she_dismisses(olga: Visitor, alert: Alert) -> None:
    olga.go(f"/office/alerts/{alert.pk}/")
    olga.expect_text(ANSWER)
    press(olga, "main details:has(form[action$='/dismiss/']) > summary")
    type_into(olga, "[name=dismiss-dismissed_for]", " ")
    type_into(olga, "[name=dismiss-reason]", "Có giấy hẹn gia hạn.")
    press_and_follow(olga, "form[action$='/dismiss/'] [type=submit]")
    olga.expect_text("Có giấy hẹn gia hạn.")


def test_a_figure_of_movement_opens_its_people_by_keyboard(invite: Invite, world: Any) -> None:
    make_overstay(world.lodging, "HOFFMANN JÖRG", days=5)
    gather()
    quynh = invite("quynh", by_login_page=False)
    quynh.go("/office/movement/")
    press_and_follow(quynh, "main a[href*='/office/guests/?']")
    quynh.expect_text("HOFFMANN JÖRG")
    press(quynh, "main details:has([name=nationality]) > summary")
    type_into(quynh, "main [name=nationality]", "K")
    press_and_follow(quynh, "main .filter-form button:not([type=button])")
    assert "nationality=" in quynh.page.url
