"""Notices: one proposes, another approves, the match is quiet, and nobody without the right ever sees it."""

from datetime import timedelta

from playwright.sync_api import Page

from ancu.apps.oversight.models import Alert, Notice
from ancu.core import clock
from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.oversight_made import COMMUNE, DECIDER, DESK, LONG, OFFICER, fresh, guest, until

PAGE = "/office/notices/"


@part
def two_officers(demo: Demo) -> None:
    name, number = f"SOUGHT {fresh()}", f"N{fresh()}"
    with demo.person(OFFICER) as walk:
        notice = proposed(demo, walk, name, number)
    with demo.person(DECIDER, size="1280") as walk:
        walk.go(f"{PAGE}{notice.pk}/")
        walk.follow(walk.button("Approve the notice"))
        demo.seen("in force by another officer", walk.say("The notice is in force.") in walk.page.inner_text("main"))
        walk.look()
    stay = guest(name, document_number=number)
    with demo.person(OFFICER, size="1280") as walk:
        alert = until(lambda: Alert.objects.filter(rule="notice_match", stay=stay).first(), page=walk.page)
        walk.go(f"{PAGE}{notice.pk}/")
        link = walk.page.locator(f"main a[href='/office/alerts/{alert.pk}/']")
        demo.seen("matched within two minutes of the declaration", link.count() == 1)
        walk.follow(link)
        demo.seen("the match says why", notice.number in walk.page.inner_text("main"), walk.page.inner_text(".lead"))
        walk.look()
    nobody_else(demo, notice, alert, stay.pk)
    demo.four_ways("notice-matched", f"{PAGE}{notice.pk}/", OFFICER)


def proposed(demo: Demo, walk: Walk, name: str, number: str) -> Notice:
    walk.go(f"{PAGE}new/")
    walk.fill(full_name=name)
    walk.follow(walk.button("Propose"))
    demo.seen("a notice without basis, document and last day is refused", walk.page.locator("main .err").count() >= 3)
    walk.look()
    last = clock.today() + timedelta(days=30)
    walk.fill(document_number=number, number=f"{fresh()}/2026/QĐ", issued_by="Tòa án nhân dân tỉnh",
              legal_basis="Luật 47/2014/QH13, Điều 28", ends_on=f"{last:%d/%m/%Y}")  # fmt: skip
    walk.page.keyboard.press("Escape")
    walk.follow(walk.button("Propose"))
    own = walk.say("Whoever proposed a notice does not approve it.")
    demo.seen("whoever proposed it cannot approve it", own in walk.page.inner_text("main"))
    demo.seen("no button to approve", walk.button("Approve the notice").count() == 0)
    return Notice.objects.get(document_number=number)


def nobody_else(demo: Demo, notice: Notice, alert: Alert, stay: int) -> None:
    with demo.person(COMMUNE, size="1280") as walk:
        codes = [
            walk.status_of(f"/office/alerts/{alert.pk}/"),
            walk.status_of(PAGE),
            walk.status_of(f"{PAGE}{notice.pk}/"),
        ]
        demo.seen("to a commune's officer neither list, notice nor match is there", codes == [404] * 3, codes)
        seen = [path for path in ("/office/alerts/", f"/office/alerts/lodging/{alert.establishment_id}/",
                                  f"/office/stays/{stay}/") if told(walk, path, notice)]  # fmt: skip
        demo.seen("nor in any list of his", not seen, seen)
    with demo.person(DESK) as desk:
        seen = [
            path
            for path in ("/stays/today/", f"/stays/{stay}/", "/messages/", "/notifications/")
            if told(desk, path, notice)
        ]
        demo.seen("never visible to the lodging", not seen, seen)


def told(walk: Walk, path: str, notice: Notice) -> bool:
    walk.go(path)
    return notice.number in walk.page.content()


@part
def notice_pictures(demo: Demo) -> None:
    def wrong(page: Page) -> None:
        page.locator("main form button[type=submit]").click()
        page.wait_for_load_state()

    demo.four_ways("notices", PAGE, OFFICER)
    demo.four_ways("notice-new-error", f"{PAGE}new/", OFFICER, wrong)
    with demo.person(OFFICER) as walk:
        notice = proposed(demo, walk, LONG, f"N{fresh()}")
    demo.four_ways("notice-long-name", f"{PAGE}{notice.pk}/", OFFICER)
    demo.four_ways("notice-to-approve", f"{PAGE}{notice.pk}/", DECIDER)
    with demo.person(OFFICER) as walk:
        walk.go(f"{PAGE}{notice.pk}/")
        walk.confirm("End the notice")
        demo.seen("a notice is ended", True, walk.page.inner_text("main .alert"))
