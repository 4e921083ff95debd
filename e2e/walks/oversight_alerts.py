"""Alerts: ten rules' pages, the inbox, and what an officer does with one."""

import re
from datetime import timedelta

from playwright.sync_api import Page

from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.core import clock
from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.oversight_made import COMMUNE, DESK, LONG, OFFICER, fresh, overstay

INBOX = "/office/alerts/"


def newest(code: str) -> str:
    """The page of the newest alert of that rule that waits, or of any."""
    found = Alert.objects.filter(rule=code)
    alert = found.filter(state__in=("open", "asked")).order_by("-id").first() or found.order_by("-id")[0]
    return f"{INBOX}{alert.pk}/"


@part
def ten_rules(demo: Demo) -> None:
    for code in RULES:
        with demo.person(OFFICER, size="1280") as walk:
            walk.go(newest(code))
            sentence = walk.page.inner_text("main .lead")
            demo.seen(f"{code}: reads as a sentence", re.search(r"\S{2,}.*\.$", sentence, re.S), sentence)
            records = walk.page.locator("main .split > .stack:last-child section").first
            demo.seen(f"{code}: the records beside it", records.locator("li").count() >= 1)
            facts = walk.page.locator("main dl.facts").first.inner_text()
            for what in ("What would make it false", "Article"):
                demo.seen(f"{code}: {what}", walk.say(what) in facts)
            secret = code == "notice_match"
            asks = walk.page.locator("main form[action$='/ask/']")
            demo.seen(f"{code}: {'never' if secret else 'may'} ask the lodging", (asks.count() == 0) == secret)
            for act in ("Confirm this alert", "Dismiss this alert"):
                demo.seen(f"{code}: {act}", walk.page.locator("main summary", has_text=walk.say(act)).count() == 1)
        demo.four_ways(f"alert-{code}", newest(code), OFFICER)


@part
def inbox(demo: Demo) -> None:
    overstay(f"WALK {fresh()}")
    with demo.person(OFFICER, size="1280") as walk:
        for query in (
            "",
            "?severity=3",
            "?rule=overstay",
            "?age=today",
            "?age=older",
            "?state=dismissed",
            "?referred=on",
        ):
            walk.go(INBOX + query)
            demo.seen(f"inbox {query or 'all that waits'}", walk.page.locator("h1").count() == 1,
                      f"{walk.page.locator('main [data-row]').count()} rows")  # fmt: skip
        walk.go(INBOX)
        units = walk.page.locator("main select[name=unit] option")
        demo.seen("inbox by area", units.count() > 10, f"{units.count()} places")
        walk.look()
    empty = f"{INBOX}?rule=two_places&state=closed&age=today"
    for name, path in (("inbox", INBOX), ("inbox-empty", empty), ("inbox-decided", f"{INBOX}?state=dismissed")):
        demo.four_ways(name, path, OFFICER)
    demo.four_ways("inbox-commune", INBOX, COMMUNE)


@part
def asked_answered_dismissed(demo: Demo) -> None:
    """The commune's officer asks, the lodging answers, the officer dismisses with a reason."""
    alert = overstay(f"WALK {fresh()}")
    path, question = f"{INBOX}{alert.pk}/", f"Khách {alert.stay.full_name if alert.stay else ''} còn ở không?"
    with demo.person(COMMUNE) as walk:
        walk.go(path)
        act(walk, "Ask the lodging", "Send the question")
        demo.seen("a question without words is refused beside the field", walk.page.locator("main .err").count() == 1)
        walk.look()
        walk.page.locator("main [name=ask-question]").fill(question)
        walk.follow(walk.button("Send the question"))
        demo.seen("the lodging is asked", question in walk.page.inner_text("main"))
    with demo.person(DESK) as desk:
        desk.go("/messages/")
        desk.follow(desk.page.locator("main [data-rows] a", has_text=question))
        words = desk.page.inner_text("main")
        demo.seen("the lodging reads the question, not the alert", question in words and "282/2025" not in words)
        desk.page.locator("main textarea[name=body]").fill("Khách đã đi gia hạn, chiều nay gửi giấy hẹn.")
        desk.button("Send").click()
        desk.page.locator("main .talk", has_text="giấy hẹn").wait_for()
        demo.seen("the lodging answers", True)
        demo.seen("a lodging never opens an alert", desk.status_of(path) == 404)
    with demo.person(COMMUNE) as walk:
        walk.go(f"{INBOX}?rule=overstay")
        row = walk.page.locator("main [data-row]", has=walk.page.locator(f"a[href='{path}']"))
        answered = walk.say("the lodging has answered")
        demo.seen("the inbox says that it has answered", answered.lower() in row.inner_text().lower())
        walk.go(path)
        act(walk, "Dismiss this alert", "Dismiss with this reason")
        demo.seen("nothing is dismissed without a reason", walk.page.locator("main .err").count() == 2)
        walk.look()
        walk.page.locator("main [name=dismiss-dismissed_for][value=explained]").check(force=True)
        walk.page.locator("main [name=dismiss-reason]").fill("Có giấy hẹn gia hạn.")
        walk.follow(walk.button("Dismiss with this reason"))
        demo.seen("dismissed, with the reason on the page", "Có giấy hẹn gia hạn." in walk.page.inner_text("main"))
        walk.look()


@part
def confirmed_and_referred(demo: Demo) -> None:
    path = f"{INBOX}{overstay(f'WALK {fresh()}', days=20).pk}/"
    with demo.person(COMMUNE) as walk:
        walk.go(path)
        act(walk, "Confirm this alert")
        walk.page.locator("main [name=confirm-reason]").fill("Đã gặp khách.")
        walk.follow(walk.button("Confirm"))
        act(walk, "Refer to the province")
        walk.page.locator("main [name=refer-reason]").fill("Đề nghị tỉnh xử lý.")
        walk.follow(walk.button("Refer it"))
        demo.seen(
            "confirmed and referred up", walk.say("The alert is with the province now.") in walk.page.inner_text("main")
        )
    with demo.person(OFFICER, size="1280") as walk:
        walk.go(f"{INBOX}?state=confirmed&referred=on")
        demo.seen("the province finds it there", walk.page.locator(f"main a[href='{path}']").count() == 1)
        walk.go(path)
        steps = walk.page.locator("main ol.steps li")
        demo.seen("what happened, step by step", steps.count() >= 3, steps.all_inner_texts())
    demo.four_ways("alert-referred", path, OFFICER)


@part
def closed_by_itself(demo: Demo) -> None:
    """The stay is mended by the lodging: the alert closes, with a trace."""
    alert = overstay(f"WALK {fresh()}")
    with demo.person(DESK) as desk:
        desk.go(f"/stays/{alert.stay_id}/")
        desk.follow(desk.page.locator("main a[href$='/correct/'], main a[href$='/correct']").first)
        desk.fill(permitted_until=f"{clock.today() + timedelta(days=300):%d/%m/%Y}")
        desk.page.keyboard.press("Escape")
        reason = desk.page.locator("main [name=reason]:visible")
        if reason.count():
            reason.fill("Khách đã gia hạn.")
        desk.follow(desk.page.locator("main form button[type=submit]:visible").last)
        for _ in range(120):
            alert.refresh_from_db()
            if alert.state == "closed":
                break
            desk.page.wait_for_timeout(1000)
    demo.seen("closed by itself within two minutes of the correction", alert.state == "closed", alert.state)
    demo.four_ways("alert-closed", f"{INBOX}{alert.pk}/", OFFICER)


@part
def errors_and_long_names(demo: Demo) -> None:
    path = f"{INBOX}{overstay(LONG[: 78 - len(fresh())] + fresh()[:2]).pk}/"

    def opened(summary: str, press: str) -> object:
        def prepare(page: Page) -> None:
            walk = Walk(page, demo.address, page.evaluate("document.documentElement.lang"))
            act(walk, summary, press)

        return prepare

    demo.four_ways("alert-long-name", path, COMMUNE)
    demo.four_ways("alert-dismiss-error", path, COMMUNE, opened("Dismiss this alert", "Dismiss with this reason"))  # type: ignore[arg-type]
    demo.four_ways("alert-ask-error", path, COMMUNE, opened("Ask the lodging", "Send the question"))  # type: ignore[arg-type]
    demo.four_ways("inbox-long-name", INBOX, COMMUNE)


def act(walk: Walk, summary: str, press: str = "") -> None:
    """Open what an officer may do, and press its button when one is named."""
    walk.page.locator("main summary", has_text=walk.say(summary)).first.click()
    if press:
        walk.follow(walk.button(press))
