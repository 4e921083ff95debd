"""Inspections: planned from the map and from an alert, made on a phone offline, minutes, repeat offenders."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect

from ancu.apps.oversight.models import Inspection, PlannedVisit
from ancu.apps.stays.models import Stay
from ancu.core import clock
from e2e.walk import Walk
from e2e.walks.kit import Demo, part, press
from e2e.walks.oversight_made import COMMUNE, HOTEL, OFFICER, fresh, guest, house, overstay

LIST = "/office/inspections/"


@part
def planned_from_the_map(demo: Demo) -> None:
    with demo.person(COMMUNE, size="1280") as walk:
        walk.go("/office/movement/")
        where = house()
        walk.go(f"/office/movement/{where.unit_id}/")
        row = walk.page.locator("#lodgings tbody tr", has=walk.page.locator(f"a[href='/lodgings/{where.pk}']"))
        demo.seen("the lodging stands on the map's page of its commune", row.count() == 1)
        walk.follow(row.locator("a[href*='/inspections/plan/']"))
        walk.follow(walk.button("Plan it"))
        demo.seen("not planned without a reason", walk.page.locator("main .err").count() == 1)
        walk.look()
        walk.fill(reason="Kiểm tra định kỳ.")
        walk.follow(walk.button("Plan it"))
        demo.seen("planned from the map", walk.say("The inspection is planned.") in walk.page.inner_text("main"))
        walk.confirm("Call it off")
        demo.seen("and called off", True, walk.page.inner_text("main .alert"))
        walk.look()


@part
def a_visit_without_a_line(demo: Demo) -> None:
    """Planned from an alert, taken along, made without a connection with three undeclared guests, sent once."""
    name = f"WALK {fresh()}"
    alert, passports = overstay(name), [f"U{fresh()}{place}" for place in range(3)]
    Stay.objects.filter(pk=alert.stay_id).update(declared_at=clock.now() - timedelta(days=1))
    with demo.person(COMMUNE) as walk:
        plan = from_an_alert(demo, walk, alert.pk)
        made_ready(demo, walk)
        taken_along(demo, walk, plan)
        walk.page.context.set_offline(True)
        written_without_a_line(demo, walk, plan, name, passports)
        walk.page.context.set_offline(False)
        sent_once(demo, walk, plan)
        compared(demo, walk, Inspection.objects.get(plan=plan), passports)


def from_an_alert(demo: Demo, walk: Walk, alert: int) -> int:
    walk.go(f"/office/alerts/{alert}/")
    walk.follow(walk.page.locator("main a[href*='/inspections/plan/']"))
    walk.fill(reason="Khách quá hạn tạm trú, xác minh tại chỗ.")
    walk.follow(walk.button("Plan it"))
    plan = PlannedVisit.objects.filter(alert=alert).latest("id").pk
    demo.seen("planned from an alert", f"/planned/{plan}/" in walk.page.url)
    return plan


def there(page: Page) -> None:
    page.wait_for_selector("[data-visit-page=there]", state="attached", timeout=60_000)


def made_ready(demo: Demo, walk: Walk) -> None:
    walk.go(LIST)
    there(walk.page)
    ready = walk.button("Make this phone ready")
    if ready.is_visible():
        walk.follow(ready)
        there(walk.page)
    demo.seen("the phone is ready", not ready.is_visible())
    walk.look()


def taken_along(demo: Demo, walk: Walk, plan: int) -> None:
    """The page says when all is there; before that the line is not cut."""
    walk.go(f"{LIST}planned/{plan}/")
    there(walk.page)
    strip = walk.page.locator("main [data-part=along]")
    expect(strip).to_contain_text(walk.say("All is taken along, as of {when}.").partition("{")[0], timeout=60_000)
    demo.seen("the phone says that all is taken along", True, strip.inner_text())


def written_without_a_line(demo: Demo, walk: Walk, plan: int, name: str, passports: list[str]) -> None:
    page = walk.page
    page.goto(walk.address + LIST)
    there(page)
    rows = page.locator(f"[data-part=visits] a[href$='/planned/{plan}/']")
    demo.seen("the visit is on the phone without a connection", rows.count() == 1)
    demo.keep(page, "phone-list-vi-360")
    rows.click()
    there(page)
    guests = page.inner_text("[data-part=guests]")
    demo.seen("so are its declared guests", name in guests, guests.replace("\n", " ")[:120])
    page.locator("[data-part=guests] label", has_text=name).click()
    for place, number in enumerate(passports):
        page.locator(f"[name=met-{place}-document_number]").fill(number)
    page.locator("[name=witness]").fill("Hà Công Tình")
    walk.button("Note the inspection").click()
    expect(page.locator("main .err")).to_have_text(walk.say("Please say what came of the visit."))
    demo.seen("without a result it is not kept, and says so", True)
    demo.keep(page, "phone-checklist-error-vi-360")
    page.locator("[name=result][value=violation]").check()
    walk.button("Note the inspection").click()
    expect(page.locator("main [data-part=kept]")).to_be_visible()
    demo.seen("kept on the phone, sealed", True, page.inner_text("[data-part=kept]"))
    demo.keep(page, "phone-kept-vi-360")


def sent_once(demo: Demo, walk: Walk, plan: int) -> None:
    walk.go(LIST)
    there(walk.page)
    expect(walk.page.locator("[data-part=kept]")).to_be_hidden(timeout=60_000)
    walk.page.reload()
    there(walk.page)
    demo.seen("sent by itself, once", Inspection.objects.filter(plan=plan).count() == 1)


def compared(demo: Demo, walk: Walk, made: Inspection, passports: list[str]) -> None:
    walk.go(f"{LIST}{made.pk}/")
    words = walk.page.inner_text("main")
    demo.seen("who was found, beside what was declared", all(one in words for one in passports))
    demo.seen("three undeclared, grouped as the fines decree counts", "3 (" in words and "282/2025" in words)
    demo.seen("the result of the visit", walk.say("Outcome") in words)
    walk.look()
    paper = walk.page.request.get(f"{walk.address}{LIST}{made.pk}/minutes.pdf")
    demo.seen("minutes as a PDF", paper.body()[:4] == b"%PDF", f"{len(paper.body())} bytes")
    walk.follow(walk.page.locator("main a.btn-primary[href*='/alerts/']"))
    demo.seen(
        "an alert of undeclared guests", walk.page.locator("main .lead").count() == 1, walk.page.inner_text(".lead")
    )
    again = Inspection.objects.filter(establishment=made.establishment).count()
    walk.go(f"/lodgings/{made.establishment_id}")
    walk.page.locator("main a[href*='/inspections/plan/']").first.wait_for()
    if again > 1:
        notes = walk.page.locator("main .alert").all_inner_texts()
        demo.seen("a repeat offender is told on the lodging's page", any(map(str.strip, notes)), notes)
    demo.four_ways("inspection", f"{LIST}{made.pk}/", COMMUNE)
    demo.four_ways("lodging-office", f"/lodgings/{made.establishment_id}", COMMUNE)


@part
def again_at_the_same_lodging(demo: Demo) -> None:
    """By hand at a desk, twice within the year."""
    with demo.person(COMMUNE, size="1280") as walk:
        for _ in range(2):
            walk.go(f"{LIST}new/{house().pk}/")
            walk.page.locator("[name=result][value=violation]").check(force=True)
            walk.page.locator("[name=met-0-full_name]").fill("NGUYEN VAN A")
            walk.follow(walk.button("Note the inspection"))
            demo.seen("a guest without a passport number is asked for it", walk.page.locator("main .err").count() >= 1)
            walk.page.locator("[name=met-0-document_number]").fill(f"R{fresh()}")
            walk.follow(walk.button("Note the inspection"))
        words = walk.page.inner_text("main")
        demo.seen(
            "how often within a year", "inspections" in words or "lần kiểm tra" in words or "cuộc kiểm tra" in words
        )
        walk.go("/office/alerts/?rule=undeclared_found")
        demo.seen("repeat offenders are visible in the inbox", walk.page.locator("main .chip-bad").count() >= 1,
                  walk.page.locator("main [data-row] .filters").first.inner_text())  # fmt: skip
        walk.look()


@part
def inspection_pictures(demo: Demo) -> None:
    def wrong(page: Page) -> None:
        press(page, "main form[method=post] button[type=submit]")

    guest(f"WALK {fresh()}")
    plan: Any = PlannedVisit.objects.filter(inspection=None, dropped_at=None).latest("id")
    demo.four_ways("inspections", LIST, COMMUNE)
    demo.four_ways("inspections-province", LIST, OFFICER)
    demo.four_ways("inspect", f"{LIST}new/{house().pk}/", COMMUNE)
    demo.four_ways("inspect-error", f"{LIST}new/{house().pk}/", COMMUNE, wrong)
    demo.four_ways("plan-error", f"{LIST}plan/{house().pk}/", COMMUNE, wrong)
    demo.four_ways("planned", f"{LIST}planned/{plan.pk}/", OFFICER)
    with demo.person(HOTEL) as hotel:
        demo.seen("a lodging has no such page", hotel.status_of(LIST) in (403, 404), hotel.status_of(LIST))
