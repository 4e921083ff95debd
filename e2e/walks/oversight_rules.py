"""The rules: how each does, its floor, and other thresholds tried on the past year before they are put in force."""

from ancu.apps.oversight.models import Replay
from ancu.apps.oversight.rules.catalogue import RULES
from e2e.walks.kit import Demo, part
from e2e.walks.oversight_made import ADMIN, COMMUNE, DECIDER, OFFICER, until

PAGE = "/office/alerts/rules/"


@part
def how_rules_do(demo: Demo) -> None:
    with demo.person(OFFICER, size="1280") as walk:
        walk.go(PAGE)
        demo.seen("ten rules", walk.page.locator("main tbody tr").count() == len(RULES) == 10)
        for code in ("overstay", "declared_late"):
            walk.go(f"{PAGE}{code}/")
            months = walk.page.locator("main table tbody tr").first.inner_text()
            demo.seen(f"{code}: counts, confirmed rate and time to decision by month", "%" in months, months)
            demo.seen(f"{code}: its floor", walk.say("Floor") in walk.page.inner_text("main"))
            walk.look()
        walk.go(PAGE)
        asks = walk.page.locator("main tbody .chip-warn").count()
        demo.seen("a rule below its floor asks to be reviewed", True, f"{asks} ask")
    demo.four_ways("rules", PAGE, OFFICER)
    for code in ("overstay", "declared_late", "silent", "undeclared_found"):
        demo.four_ways(f"rule-{code}", f"{PAGE}{code}/", OFFICER)


@part
def replay(demo: Demo) -> None:
    """The administrator tries another threshold; who does not keep the rules cannot."""
    with demo.person(COMMUNE) as walk:
        walk.go(f"{PAGE}overstay/")
        demo.seen(
            "a commune's officer tries no thresholds", walk.page.locator("main [name=try-grace_days]").count() == 0
        )
    with demo.person(ADMIN, size="1280") as walk:
        walk.go(f"{PAGE}overstay/")
        walk.page.locator("main [name=try-grace_days]").fill("9999")
        walk.follow(walk.button("Try on the past year"))
        demo.seen("a threshold out of bounds is refused", walk.page.locator("main .err").count() >= 1)
        walk.look()
        walk.page.locator("main [name=try-grace_days]").fill("6")
        walk.follow(walk.button("Try on the past year"))
        path = walk.path()
        walk.page.locator("main .stats").wait_for(timeout=120_000)
        told = walk.page.locator("main .stats").inner_text()
        demo.seen("alerts that would appear and disappear", walk.say("would disappear") in told, told)
        walk.look()
        done = until(lambda: Replay.objects.filter(state="done").order_by("-id").first(), page=walk.page)
        demo.seen("the replay is done", done is not None)
        walk.follow(walk.button("Put these thresholds in force"))
        demo.seen("not put in force without a reason", walk.page.locator("main .err").count() >= 1)
    demo.four_ways("replay", path, DECIDER)
    demo.four_ways("rule-kept", f"{PAGE}overstay/", ADMIN)


@part
def gone_silent(demo: Demo) -> None:
    with demo.person(OFFICER) as walk:
        walk.go("/office/alerts/?rule=silent")
        walk.follow(walk.page.locator("main [data-row] a").first)
        habit = walk.page.locator("main section", has_text=walk.say("Its habit")).last
        demo.seen("gone silent says what was expected", habit.locator("dd").count() >= 7, walk.page.inner_text(".lead"))
        walk.look()
