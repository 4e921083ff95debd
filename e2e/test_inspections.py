"""An inspection with three undeclared guests, on an officer's phone: planned from a lodging, taken along, made without
a connection, its first answer lost, noted once; the minutes are there to be signed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.oversight.models import Alert, Inspection, PlannedVisit
from ancu.apps.oversight.services.planning import drop_visit
from ancu.apps.stays.models import Stay
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from e2e.line import Line
from e2e.phone import STORED, PhoneInHand, address, line, phone, wait_for
from e2e.walk import Walk

__all__ = ["address", "line", "phone"]
pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/office/inspections/"
REFUSED = (
    "This inspection is no longer waiting: it was noted or called off, and is not sent. If you visited the lodging,"
    " note the visit as an inspection of its own."
)


@pytest.mark.one_language
def test_three_undeclared_guests_without_a_line(phone: PhoneInHand, line: Line, address: str, world: Any) -> None:
    declared = make_stay(world.lodging, "TANAKA YUKI", document_number="TK1234567")
    Stay.objects.filter(pk=declared.pk).update(declared_at=clock.now() - timedelta(days=1))
    user = world.users["olga"]
    user.language = phone.lang
    user.save(update_fields=["language"])
    olga = phone.open(address)
    olga.sign_in(user.email, officer=True)
    she_plans_it(olga, world)
    she_takes_it_along(olga)
    line.cut()
    she_writes_it_without_a_line(olga)
    stored = olga.page.evaluate(STORED)
    assert "TANAKA" not in stored and "E1000001" not in stored and "Tình" not in stored
    the_first_answer_is_lost(olga, line)
    it_is_noted_once(olga)


# Of what stands in the way on a small screen: boxes that nobody can read, and labels that touch the box above.
CROWDED = """() => [...document.querySelectorAll("main select, main .field")].filter((one, place, all) => {
    const box = one.getBoundingClientRect(), before = all[place - 1]?.getBoundingClientRect();
    if (!box.width) return false;
    if (one.matches("select")) return box.width < 120;
    return all[place - 1]?.matches(".field") && before.width && box.top >= before.bottom && box.top - before.bottom < 8;
}).map((one) => one.outerHTML.slice(0, 120))"""


def she_plans_it(olga: Walk, world: Any) -> None:
    olga.go(f"{LIST}plan/{world.lodging.pk}/")
    olga.look()
    olga.follow(olga.button("Plan it"))
    olga.sees(olga.say("Please write why the lodging is visited."))
    olga.fill(reason="Nhiều ngày không khai báo.")
    olga.follow(olga.button("Plan it"))
    olga.sees(olga.say("The inspection is planned."))
    olga.look()


def there(olga: Walk) -> None:
    olga.page.wait_for_selector("[data-visit-page=there]", state="attached")


def she_takes_it_along(olga: Walk) -> None:
    olga.go(LIST)
    there(olga)
    olga.look()
    assert olga.page.evaluate(CROWDED) == []
    olga.follow(olga.button("Make this phone ready"))
    there(olga)
    expect(olga.page.locator("main", has_text=olga.say("Cut off")).first).to_be_visible()
    olga.look()


def she_writes_it_without_a_line(olga: Walk) -> None:
    page = olga.page
    page.goto(olga.address + LIST)
    there(olga)
    olga.look()
    page.locator("[data-part=visits] a").click()
    there(olga)
    olga.heading("Mai Châu Lodge")
    olga.sees("TANAKA YUKI")
    olga.look()
    assert page.evaluate(CROWDED) == []
    page.locator("[name=seen]").check()
    for number in range(3):
        page.locator(f"[name=met-{number}-document_number]").fill(f"E100000{number}")
    page.locator("[name=witness]").fill("Hà Công Tình")
    olga.button("Note the inspection").click()
    olga.sees(olga.say("Please say what came of the visit."))
    page.wait_for_timeout(600)  # what is typed is sealed a moment after
    page.reload()
    there(olga)
    expect(page.locator("[name=met-2-document_number]")).to_have_value("E1000002")
    expect(page.locator("[name=seen]")).to_be_checked()
    page.locator("[name=result][value=violation]").check()
    olga.button("Note the inspection").click()
    expect(page.locator("[data-part=kept]")).to_be_visible()
    olga.look()
    assert not Inspection.objects.exists()


def the_first_answer_is_lost(olga: Walk, line: Line) -> None:
    line.lose("/office/inspections/phone/send/")
    line.mend()
    olga.page.goto(olga.address + LIST)
    there(olga)
    wait_for(olga.page, lambda: line.lost == 1)
    assert Inspection.objects.count() == 1  # the office has it, the phone knows not
    olga.page.goto(olga.address + LIST)
    there(olga)
    expect(olga.page.locator("[data-part=kept]")).to_be_hidden()


def it_is_noted_once(olga: Walk) -> None:
    visit = Inspection.objects.get()
    assert visit.plan_id == PlannedVisit.objects.get().pk
    assert (visit.guests.count(), visit.result, visit.witness) == (4, "violation", "Hà Công Tình")
    assert Alert.objects.get(rule="undeclared_found").evidence["undeclared"] == 3
    olga.go(f"{LIST}{visit.pk}/")
    olga.sees("3(e)" if olga.lang == "en" else "khoản 3(e)")
    olga.look()
    paper = olga.page.request.get(f"{olga.address}{LIST}{visit.pk}/minutes.pdf")
    assert paper.body().startswith(b"%PDF")
    olga.go(f"{LIST}phone/")  # of what was sent the phone keeps the lodging's name, and leads to what it became
    row = olga.page.locator("[data-rows-here] > li")
    expect(row).to_contain_text("Mai Châu Lodge")
    expect(row.locator("[data-act=inspection]")).to_have_attribute("href", f"{LIST}{visit.pk}/")
    olga.look()


@pytest.mark.one_language
def test_what_the_office_cannot_take_is_let_go_and_two_taps_are_one(
    phone: PhoneInHand, line: Line, address: str, world: Any
) -> None:
    """A day that is none is refused on the phone; what waits for nothing is seen in one place, read and thrown away."""
    user = world.users["olga"]
    user.language = phone.lang
    user.save(update_fields=["language"])
    olga = phone.open(address)
    olga.sign_in(user.email, officer=True)
    she_plans_it(olga, world)
    olga.go(LIST)
    there(olga)
    olga.follow(olga.button("Make this phone ready"))
    there(olga)
    expect(olga.page.locator("main", has_text=olga.say("Cut off")).first).to_be_visible()
    line.cut()
    she_writes_a_day_that_is_none(olga)
    drop_visit(world.actor("olga"), plan_id=PlannedVisit.objects.get().pk)
    line.mend()
    olga.page.goto(olga.address + LIST)
    there(olga)
    wait_for(olga.page, lambda: '"state":"refused"' in olga.page.evaluate(STORED))
    expect(olga.page.locator("[data-part=refused]")).to_contain_text(olga.say(REFUSED))
    expect(olga.page.locator("[data-part=kept]")).to_be_hidden()
    expect(olga.page.locator("#queue-badge")).to_have_class(re.compile("alert-danger"))
    expect(olga.page.locator("#queue-badge")).to_have_text(
        olga.say("{n} to be looked at", context="officer").replace("{n}", "1")
    )
    she_lets_it_go(olga)


def she_writes_a_day_that_is_none(olga: Walk) -> None:
    page = olga.page
    page.goto(f"{olga.address}{LIST}planned/{PlannedVisit.objects.get().pk}/")
    there(olga)
    page.locator("[name=day]").fill("31/02/2026")
    page.locator("[name=witness]").fill("Hà Công Tình")
    page.locator("[name=result][value=violation]").check()
    olga.button("Note the inspection").click()
    expect(page.locator("[name=day]")).to_be_focused()
    olga.sees(olga.say("The calendar has no such day. Check the day and the month."))
    olga.look()
    page.locator("[name=day]").fill(f"{clock.today():%d/%m/%Y}")
    olga.button("Note the inspection").dblclick()
    expect(page.locator("[data-part=kept]")).to_be_visible()
    assert page.evaluate(STORED).count('"state":"waiting"') == 1


def she_lets_it_go(olga: Walk) -> None:
    page = olga.page
    page.locator("#queue-badge").click()
    page.wait_for_selector("[data-kept-page=there]", state="attached")
    olga.sees(olga.say(REFUSED))
    page.locator("details summary").filter(has_text=olga.say("What was written")).click()
    words = page.locator("[data-say=words]")
    expect(words).to_contain_text(olga.say("record of a violation made", context="inspection"), ignore_case=True)
    expect(words).to_contain_text(f"{olga.say('Witness')}: Hà Công Tình")
    expect(words).not_to_contain_text(": violation")
    olga.look()
    olga.button("Throw away").click()
    olga.button("Really throw away").click()
    olga.sees(olga.say("Nothing waits on this phone"))
    olga.look()
    expect(page.locator("#queue-badge")).to_be_hidden()
    assert not Inspection.objects.exists()
