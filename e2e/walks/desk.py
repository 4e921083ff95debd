"""Home with the tasks of all rooms, one search, notifications, the own account, a colleague's desk during a leave."""

from datetime import timedelta

from playwright.sync_api import expect

from ancu.core import clock
from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.results import CODE, LEADER, approve_all, enter, month

UNIT, MATE = "canbo@maichau.example", "canbo@xnc.example"
EVERYBODY = (
    UNIT,
    MATE,
    LEADER,
    "phantich@xnc.example",
    "quantri@xnc.example",
    "tructong@xnc.example",
    "tiepnhan@xnc.example",
    "thamdinh@xnc.example",
    "letan@homestay.example",
    "quanly@khachsan.example",
    "daidien@congty.example",
    "teacher@applicant.example",
)


@part
def home(demo: Demo) -> None:
    """Each lands on what waits for him; tasks of several rooms stand in one list, the most urgent first."""
    for email in EVERYBODY:
        with demo.person(email) as walk:
            walk.go("/")
            walk.look()
            demo.seen(
                f"{email} lands", walk.page.locator("h1").count() == 1, f"{walk.path()} {walk.page.inner_text('h1')}"
            )
    with demo.person(MATE, size="1280") as walk:
        walk.go("/desk/")
        walk.look()
        kinds = walk.page.locator("main nav.filters a").all_inner_texts()
        demo.seen("tasks of several rooms in one list", len(kinds) > 3, [one.replace("\n", " ") for one in kinds])
        chips = walk.page.locator("main .rows .chip").all_inner_texts()
        demo.seen("tasks have their days", len(chips) > 0, chips[:4])
        walk.follow(walk.page.locator("main .rows a").first)
        demo.seen("a task leads to where it is done", walk.path() != "/desk/", walk.path())


@part
def searching(demo: Demo) -> None:
    """By keyboard from any page; names without accents; what one may not see is not found."""
    with demo.person(MATE, size="1280") as walk:
        walk.go("/desk/")
        walk.page.keyboard.press("/")
        box = walk.page.locator("header [data-shortcut-search]")
        expect(box).to_be_focused()
        for text in ("mai chau", "tet am", "nguyen", "0912", "HB-", "x" * 100):
            found(walk, text)
            hits = walk.page.locator("#hits a").count()
            demo.seen(f"searching {text[:10]}", hits or text[0] in "0Hx", f"{hits} hits")
            walk.look()
        demo.seen("nothing found is said", walk.say("Nothing is found") in walk.page.inner_text("#hits"))
        demo.seen("no address holds what was typed", "?" not in walk.page.url, walk.page.url)
    with demo.person("letan@homestay.example") as walk:
        found(walk, "tet am")
        demo.seen("a receptionist finds no programme", not walk.page.locator("#hits a[href*='/office/']").count())


def found(walk: Walk, text: str) -> None:
    walk.go("/find/")
    walk.page.fill("main [name=q]", text)
    with walk.page.expect_response(lambda answer: answer.url.endswith("/find/") and answer.request.method == "POST"):
        walk.page.press("main [name=q]", "Enter")
    expect(walk.page.locator("#hits > *").first).to_be_visible()


@part
def told(demo: Demo) -> None:
    """Notifications in the page, by email at once or once a day, and on this device."""
    with demo.person(MATE) as walk:
        walk.go("/notifications/")
        walk.look()
        rows = walk.page.locator("main .row-button, main .rows li").count()
        demo.seen("notifications stand in the page", rows, rows)
        walk.go("/notifications/settings/")
        walk.look()
        demo.seen("this device can be told", walk.page.locator("[data-push]").count() == 1)
        for when in ("at_once", "daily"):
            walk.page.locator("main label", has=walk.page.locator(f"[name$=-email][value={when}]")).first.click()
            walk.follow(walk.page.locator("main form.form .btn-primary"))
        demo.seen("how one is told is kept", walk.say("You will be told in this way.") in walk.page.inner_text("body"))
    with demo.person(LEADER) as walk:
        walk.go("/notifications/")
        walk.look()


@part
def account(demo: Demo) -> None:
    """Profile, language, devices and the second factor."""
    with demo.person(MATE) as walk:
        walk.go("/accounts/profile")
        walk.look()
        walk.follow(walk.page.locator("main form .btn-primary").first)
        demo.seen("the profile is kept", walk.page.locator(".alert-success, .toast").count())
        walk.go("/accounts/sessions")
        walk.look()
        demo.seen("the devices that are signed in", walk.page.locator("main .rows li").count() >= 1)
        walk.go("/accounts/2fa/")
        walk.look()
        demo.seen("the second factor", walk.page.locator("main form, main a.btn").count())


@part
def leave(demo: Demo) -> None:
    """While one is away a colleague keeps the desk, in both names; then it is one's own again."""
    day = clock.today()
    with demo.person(UNIT) as walk:
        walk.go("/accounts/leave")
        walk.look()
        walk.fill(starts_on=f"{day:%d/%m/%Y}", ends_on=f"{day - timedelta(days=1):%d/%m/%Y}")
        walk.follow(walk.page.locator("main form .btn-primary").first)
        demo.seen("a leave that ends before it begins", walk.page.locator("main .err").count())
        walk.look()
        walk.fill(ends_on=f"{day + timedelta(days=2):%d/%m/%Y}")
        walk.page.locator("main [name=mate_id]").select_option(index=1)
        walk.follow(walk.page.locator("main form .btn-primary").first)
        demo.seen(
            "the work is handed over",
            walk.say("Your work is handed over for these days. Your colleague is told.")
            in walk.page.inner_text("body"),
        )
    try:
        keeps_the_desk(demo)
    finally:
        with demo.person(UNIT) as walk:
            walk.go("/accounts/leave")
            walk.follow(walk.page.locator("main form[action*='/end'] button").first)
            demo.seen(
                "the work is one's own again", walk.say("Your work is yours again.") in walk.page.inner_text("body")
            )


def keeps_the_desk(demo: Demo) -> None:
    approve_all(demo)
    with demo.person(MATE) as walk:
        walk.go("/desk/")
        walk.look()
        walk.follow(walk.button("Sit down at this desk"))
        demo.seen(
            "every page says for whom one acts",
            walk.page.locator(".standing-in").count() == 1,
            walk.page.inner_text(".standing-in").replace("\n", " ")[:120],
        )
        enter(walk, month(0), 15, "Bổ sung một vụ.")
        walk.look()
        walk.follow(walk.page.locator(".standing-in button"))
        demo.seen("back at the own desk", not walk.page.locator(".standing-in").count())
    demo.sessions.pop(MATE)  # whoever changes desks gets another session
    with demo.person(LEADER) as walk:
        walk.go("/office/results/approvals/")
        demo.seen(
            "who approves reads both names",
            walk.say("%(who)s, standing in for %(absent)s", who="", absent="").split()[-1]
            in walk.page.inner_text("main tbody"),
            walk.page.inner_text("main tbody tr")[-140:].replace("\n", " "),
        )
    approve_all(demo)
    with demo.person(UNIT) as walk:
        walk.go(f"/office/results/indicators/{CODE}/?period={month(0).key}")
        walk.follow(walk.page.locator("main tr[data-row] a").first)
        walk.look()
        told_ = walk.page.inner_text("main tbody tr:first-child")
        demo.seen(
            "the figure's history names both",
            walk.say("%(who)s, standing in for %(absent)s", who="", absent="").strip(" ,").split()[0] in told_,
            told_.replace("\n", " ")[:160],
        )


@part
def pictures(demo: Demo) -> None:
    for name, path, who in (
        ("desk", "/desk/", MATE),
        ("desk-leader", "/desk/", LEADER),
        ("desk-analyst", "/desk/", "phantich@xnc.example"),
        ("find", "/find/", MATE),
        ("bells", "/notifications/", MATE),
        ("told", "/notifications/settings/", MATE),
        ("profile", "/accounts/profile", MATE),
        ("devices", "/accounts/sessions", MATE),
        ("leave", "/accounts/leave", UNIT),
        ("factor", "/accounts/2fa/", MATE),
    ):
        demo.four_ways(name, path, who)
