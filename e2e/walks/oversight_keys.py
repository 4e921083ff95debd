"""Oversight by keyboard alone: whatever an officer or a lodging does there is reached, and the focus is seen on it."""

from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.oversight_alerts import INBOX
from e2e.walks.oversight_made import COMMUNE, DESK, OFFICER, fresh, overstay

STEPS = 250  # Tabs from the top of a page to its last control
# Of a choice drawn as a button the ring is its label's.
SEEN = """() => {
    const at = document.activeElement, shown = [at, at.closest('label'), ...at.labels || []].filter(Boolean);
    return shown.some(one => { const style = getComputedStyle(one);
        return style.outlineStyle !== 'none' && style.outlineWidth !== '0px' || style.boxShadow !== 'none'; }); }"""


def reach(demo: Demo, walk: Walk, control: str, press: str = "") -> None:
    """Tab until ``control`` has the focus, and press there; what cannot be reached breaks the walk off."""
    walk.tab_until(control, STEPS)
    demo.seen(f"the focus is seen on {control}", walk.page.evaluate(SEEN))
    if press == "Enter":
        walk.page.keyboard.press("Enter")
    elif press:
        walk.page.keyboard.type(press)


def leads(demo: Demo, walk: Walk, control: str) -> None:
    with walk.page.expect_navigation():
        reach(demo, walk, control, "Enter")
    walk.page.wait_for_load_state("networkidle")


@part
def asked_answered_dismissed_by_keyboard(demo: Demo) -> None:
    name = f"WALK {fresh()}"
    alert = overstay(name)
    path, question = f"{INBOX}{alert.pk}/", f"Khách {name} còn ở không?"
    with demo.person(COMMUNE, size="1280") as walk:
        walk.go(f"{INBOX}?rule=overstay")
        leads(demo, walk, f"main a[href='{path}']")
        reach(demo, walk, "main details:has(form[action$='/ask/']) > summary", "Enter")
        reach(demo, walk, "[name=ask-question]", question)
        leads(demo, walk, "form[action$='/ask/'] [type=submit]")
        demo.seen("asked by keyboard", question in walk.page.inner_text("main"))
    with demo.person(DESK) as desk:
        desk.go("/messages/")
        href = desk.page.locator("main [data-rows] a", has_text=question).get_attribute("href")
        leads(demo, desk, f"main a[href='{href}']")
        reach(demo, desk, "main textarea[name=body]", "Khách đã đi gia hạn.")
        reach(demo, desk, "main form:has(textarea[name=body]) [type=submit]", "Enter")
        desk.page.locator("main .talk", has_text="đi gia hạn").wait_for()
        demo.seen("answered by keyboard", True)
    with demo.person(COMMUNE, size="1280") as walk:
        walk.go(path)
        reach(demo, walk, "main details:has(form[action$='/dismiss/']) > summary", "Enter")
        reach(demo, walk, "[name=dismiss-dismissed_for]", " ")
        reach(demo, walk, "[name=dismiss-reason]", "Có giấy hẹn gia hạn.")
        leads(demo, walk, "form[action$='/dismiss/'] [type=submit]")
        demo.seen("dismissed by keyboard", "Có giấy hẹn gia hạn." in walk.page.inner_text("main"))


@part
def confirmed_and_referred_by_keyboard(demo: Demo) -> None:
    path = f"{INBOX}{overstay(f'WALK {fresh()}', days=20).pk}/"
    with demo.person(COMMUNE, size="1280") as walk:
        walk.go(path)
        for act, field in (("confirm", "confirm-reason"), ("refer", "refer-reason")):
            reach(demo, walk, f"main details:has(form[action$='/{act}/']) > summary", "Enter")
            reach(demo, walk, f"[name={field}]", "Đã gặp khách.")
            leads(demo, walk, f"form[action$='/{act}/'] [type=submit]")
        said = walk.say("The alert is with the province now.")
        demo.seen("confirmed and referred by keyboard", said in walk.page.inner_text("main"))


@part
def from_the_map_to_the_people_by_keyboard(demo: Demo) -> None:
    """Movement: a place is chosen, a figure opened, and the list narrowed, without a pointer."""
    with demo.person(OFFICER, size="1280") as walk:
        walk.go("/office/movement/")
        leads(demo, walk, "main a[href*='/office/movement/']")
        demo.seen("a place of the map", "/office/movement/" in walk.page.url, walk.page.url.rpartition("8")[2][:60])
        leads(demo, walk, "main a[href*='/office/guests/?']")
        demo.seen("its people", walk.page.locator("main [data-row], main .empty").count() >= 1)
        reach(demo, walk, "main details:has([name=nationality]) > summary", "Enter")
        reach(demo, walk, "main [name=nationality]", "K")
        leads(demo, walk, "main .filter-form button:not([type=button])")
        demo.seen("narrowed", "nationality=" in walk.page.url)
    with demo.person(OFFICER, size="1280") as walk:
        walk.go("/office/people/")
        reach(demo, walk, "main [name=q]", "kim")
        with walk.page.expect_navigation():
            walk.page.keyboard.press("Enter")
        leads(demo, walk, "main a[href*='/office/people/']")
        demo.seen("one person, found by keyboard", walk.page.locator("h1").count() == 1, walk.page.inner_text("h1"))
