"""Movement: who stays where; each figure opens its list; nobody without the list sees a small number."""

import re

from e2e.walks.kit import Demo, part
from e2e.walks.oversight_made import ANALYST, COMMUNE, HOST, OFFICER

PAGE = "/office/movement/"
# Who left for another commune is another officer's guest: of him only the number is told (#between).
BARE = """() => [...document.querySelectorAll('main table.units td.num, main .stats .stat')]
  .filter(cell => /^[1-9][\\d.,]*$/.test((cell.querySelector('.stat-value') ?? cell).textContent.trim())
    && !cell.closest('a, #between') && !cell.querySelector('a')).map(cell => cell.textContent.trim())"""


@part
def map_and_slider(demo: Demo) -> None:
    with demo.person(OFFICER, size="1280") as walk:
        walk.go(PAGE)
        walk.page.locator(".movement-map canvas").first.wait_for()
        demo.seen("a map of districts and communes", True)
        told, slider = walk.page.locator("[data-movement-told]"), walk.page.locator("[data-movement-when]")
        now = told.inner_text()
        slider.focus()
        slider.press("Home")
        demo.seen("the slider goes through the month", told.inner_text() != now, f"{now} → {told.inner_text()}")
        walk.page.locator("[data-movement-then]").check()
        demo.seen("beside a year before", re.search(r"/2025", told.inner_text()), told.inner_text())
        demo.seen("compared with last year above", walk.page.locator(".stats .stat").count() == 4)
        walk.look()
    demo.four_ways("movement", PAGE, OFFICER)
    demo.four_ways("movement-commune", PAGE, COMMUNE)
    demo.four_ways("movement-nobody", f"{PAGE}?day=01/01/2019", OFFICER)


@part
def every_figure_opens_its_list(demo: Demo) -> None:
    for email in (OFFICER, COMMUNE):
        with demo.person(email, size="1280") as walk:
            walk.go(PAGE)
            figures = walk.page.locator("main table.units td.num, main .stats .stat-value").count()
            bare = walk.page.evaluate(BARE)
            demo.seen(f"every figure is a link to {email}", not bare, f"{figures} figures, without one: {bare}")
    with demo.person(OFFICER, size="1280") as walk:
        walk.go(PAGE)
        for place in ("by-place", "by-nationality", "by-purpose", "by-kind", "between"):
            link = walk.page.locator(f"#{place} td.num a").first
            if not link.count():
                demo.seen(
                    f"{place}: has figures",
                    False,
                    [one.get_attribute("id") for one in walk.page.locator("main section[id]").all()],
                )
                continue
            number = int(re.sub(r"\D", "", link.inner_text()))
            walk.follow(link)
            listed = walk.page.locator("main tbody tr, main [data-row]").count()
            demo.seen(
                f"{place}: the list has as many as the figure",
                listed == min(number, listed) and listed,
                f"{number}, {listed} shown",
            )
            walk.page.go_back()


@part
def export(demo: Demo) -> None:
    with demo.person(OFFICER, size="1280") as walk:
        walk.go(PAGE)
        for kind in ("XLSX", "CSV"):
            with walk.page.expect_download() as taken:
                walk.page.get_by_role("button", name=kind).click()
            size = taken.value.path().stat().st_size
            demo.seen(f"export as {kind}", size > 100, f"{taken.value.suggested_filename}, {size} bytes")


@part
def counts_only_from_five(demo: Demo) -> None:
    with demo.person(ANALYST, size="1280") as walk:
        walk.go(PAGE)
        shown = walk.page.locator("main .stat-value, main td.num").all_inner_texts()
        numbers = [int(re.sub(r"\D", "", one)) for one in shown if re.fullmatch(r"\s*[\d.,]+\s*", one)]
        small = [one for one in numbers if one % 5]
        demo.seen(
            "an analyst sees no count below five, all in fives", not small, f"{len(numbers)} figures, {small[:5]}"
        )
        demo.seen("and no list", walk.page.locator("main a[href*='/office/guests/']").count() == 0)
        walk.look()
    with demo.person(HOST) as host:
        demo.seen("a lodging has no such page", host.status_of(PAGE) in (403, 404), host.status_of(PAGE))
    demo.four_ways("movement-analyst", PAGE, ANALYST)
