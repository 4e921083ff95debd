"""Figures from the unit that enters them to the office that approves, closes and corrects; files, plans, dashboards."""

import io
import re
import time
from datetime import date
from typing import Any

from python_calamine import CalamineWorkbook

from ancu.apps.reporting.rules.periods import Span, shift, span
from ancu.core import clock
from ancu.core.documents.spreadsheets import write_xlsx
from e2e.walk import Walk
from e2e.walks.kit import Demo, part

UNIT, OFFICE, LEADER = "canbo@maichau.example", "canbo@xnc.example", "duyet@xnc.example"
CODE, SHARE = "cases_cleared", "gravest_cleared"


def month(back: int) -> Span:
    return span("month", shift(clock.today().replace(day=1), -back))


def approve_all(demo: Demo, who: str = LEADER) -> None:
    """Whatever waits, page by page, so that a month can be closed and entered anew."""
    with demo.person(who, size="1280") as walk:
        while True:
            walk.go("/office/results/approvals/")
            boxes = walk.page.locator("main input[name=figure]")
            if not boxes.count():
                return
            walk.page.locator("main [data-select-all]").check()
            walk.follow(walk.button("Approve what is ticked"))


def enter(walk: Walk, when: Span, number: int, why: str = "Một vụ được tính thiếu.") -> None:
    walk.go(f"/office/results/sheet/?period={when.key}")
    fill(walk, CODE, why, part=number)
    walk.follow(walk.button("Send for approval"))


def fill(walk: Walk, code: str, why: str, **numbers: int) -> None:
    """One line of the sheet; what follows a first figure says why."""
    for name, number in numbers.items():
        walk.page.locator(f"[name={code}-{name}]").fill(str(number))
    reason = walk.page.locator(f"[name={code}-reason]")
    if reason.count():
        reason.fill(why)


@part
def entry(demo: Demo) -> None:
    """A unit's sheet: what is wrong is said beside the field, what was typed stays, a second person approves."""
    approve_all(demo)
    number = 100 + int(time.time()) % 800
    with demo.person(UNIT) as walk:
        walk.go(f"/office/results/sheet/?period={month(0).key}")
        walk.look()
        fill(walk, SHARE, "Cộng lại.", part=3, base=2)
        walk.follow(walk.button("Send for approval"))
        walk.look()
        demo.seen(
            "a part larger than the whole is refused",
            walk.say("This cannot be more than all together.") in walk.page.inner_text("main"),
        )
        demo.seen("what was typed stays", walk.page.locator(f"[name={SHARE}-part]").input_value() == "3")
        fill(walk, SHARE, "Cộng lại.", part=2, base=2)
        fill(walk, CODE, "Một vụ được tính thiếu.", part=number)
        walk.follow(walk.button("Send for approval"))
        demo.seen(
            "the sheet says that it waits",
            walk.say("waits for approval", context="figure") in walk.page.inner_text("main").lower(),
        )
        demo.seen(
            "a unit cannot approve",
            walk.page.request.post(f"{demo.address}/office/results/approvals/", form={"act": "approve"}).status == 403,
        )
    second_person(demo, number)


def second_person(demo: Demo, number: int) -> None:
    with demo.person(LEADER, size="1280") as walk:
        walk.go("/office/results/approvals/")
        walk.look()
        walk.follow(walk.button("Approve what is ticked"))
        demo.seen("approving nothing says so", walk.page.locator("main .alert, .toast").count(), walk.path())
        rows = walk.page.locator("main tr[data-row]").count()
        walk.page.locator("main [data-select-all]").check()
        walk.follow(walk.button("Approve what is ticked"))
        demo.seen(
            "a second person approves", rows >= 1 and walk.say("Nothing waits") in walk.page.inner_text("main"), rows
        )
        walk.go(f"/office/results/indicators/{CODE}/?period={month(0).key}")
        demo.seen("the unit's number stands on the indicator's page", str(number) in walk.page.inner_text("main"))
        walk.follow(walk.page.locator("main tr[data-row] a").first)
        walk.look()
        demo.seen(
            "the history names who entered and who approved",
            "/indicators/" in walk.path(),
            walk.page.inner_text("main table tbody tr:first-child").replace("\n", " ")[:160],
        )


@part
def sent_back(demo: Demo) -> None:
    """What the office sends back says why, on the unit's sheet."""
    words = f"Xin đối chiếu lại sổ {int(time.time())}."
    with demo.person(UNIT) as walk:
        enter(walk, month(0), 7)
    with demo.person(LEADER) as walk:
        walk.go("/office/results/approvals/")
        walk.page.locator("main input[name=figure]").first.check()
        walk.page.locator("main details summary").click()
        walk.follow(walk.button("Send it back"))
        demo.seen(
            "sending back needs a reason", walk.page.locator("main .err").count(), walk.page.inner_text("main .err")
        )
        walk.look()
        walk.fill(reason=words)
        walk.follow(walk.button("Send it back"))
    with demo.person(UNIT) as walk:
        walk.go(f"/office/results/sheet/?period={month(0).key}")
        demo.seen("the unit reads why it came back", words in walk.page.inner_text("main"))
        enter(walk, month(0), 9, "")
        demo.seen("a correction without a reason is refused", walk.page.locator("main .err").count())
        walk.look()


@part
def closing(demo: Demo) -> None:
    """A month that is closed takes revisions alone; each says why, and the history shows what was before."""
    approve_all(demo)
    last = month(1)
    with demo.person(LEADER, size="1280") as walk:
        walk.go(f"/office/results/?period={last.key}")
        if walk.page.locator("main details.confirm").count():
            walk.confirm("Close the month")
            walk.go(f"/office/results/?period={last.key}")
        demo.seen(
            "the board says when the month was closed",
            walk.say("Close the month") not in walk.page.inner_text("main"),
            walk.page.inner_text(".sub"),
        )
        walk.go(f"/office/results/?period={month(0).key}")
        demo.seen("a month that is not over cannot be closed", not walk.page.locator("main details.confirm").count())
    why = f"Tòa án chuyển hồ sơ {int(time.time())}."
    with demo.person(UNIT) as walk:
        enter(walk, last, 41, why)
    approve_all(demo)
    with demo.person(UNIT) as walk:
        walk.go(f"/office/results/indicators/{CODE}/?period={last.key}")
        walk.follow(walk.page.locator("main tr[data-row] a").first)
        walk.look()
        told = walk.page.inner_text("main")
        demo.seen(
            "the revision says why, and that the month was closed",
            why in told and walk.say("after the month was closed").lower() in told.lower(),
        )


@part
def files(demo: Demo) -> None:
    """The template comes back filled in; faulty lines are named; five thousand lines are shown page by page."""
    approve_all(demo)
    with demo.person(UNIT, size="1280") as walk:
        answer = walk.page.request.get(f"{demo.address}/office/results/imports/template.xlsx?period={month(0).key}")
        rows = sheet(answer.body())
        demo.seen("the template has a line for each indicator that is entered", len(rows) > 4, len(rows))
        lines = [
            [*row[:5], 11 + number, 90 if row[0] == SHARE else None, "", "Theo tệp."] for number, row in enumerate(rows)
        ]
        lines[-1][0], lines[-2][5] = "weather", "mười"
        send(walk, lines)
        walk.look()
        told = walk.page.inner_text("main")
        demo.seen("two faulty lines are named with what was read", "weather" in told and "mười" in told)
        walk.follow(walk.button("Send the good lines for approval"))
        demo.seen(
            "the good ones wait", walk.say("These figures were sent for approval.") in walk.page.inner_text("main")
        )
        send(walk, b"no sheet")
        demo.seen("what is no sheet is refused beside the field", walk.page.locator("main .err").count())
        walk.look()
    approve_all(demo)
    long_file(demo)


def long_file(demo: Demo) -> None:
    lines = [[CODE, "", f"{number:05d}", "", f"{clock.today():%m/%Y}", number, None, "", ""] for number in range(4990)]
    with demo.person(OFFICE) as walk:
        began = time.monotonic()
        send(walk, lines)
        demo.seen(
            "five thousand lines are read", walk.page.locator(".pager").count(), f"{time.monotonic() - began:.1f} s"
        )
        shown = walk.page.locator("main .rows li, main tbody tr").count()
        demo.seen("a hundred stand on a page", shown == 100, shown)
        walk.look()
        walk.follow(walk.page.locator(".pager a[rel=next]"))
        demo.seen(
            "the next page says which lines", "101" in walk.page.inner_text(".pager"), walk.page.inner_text(".pager")
        )


def sheet(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[2:]


def send(walk: Walk, lines: list[list[Any]] | bytes) -> None:
    data = lines if isinstance(lines, bytes) else write_xlsx("tệp", [str(number) for number in range(9)], lines)
    walk.go("/office/results/imports/")
    walk.page.locator("main [name=file]").set_input_files({"name": "so-lieu.xlsx", "mimeType": "", "buffer": data})
    walk.follow(walk.button("Read the file"))


@part
def plans(demo: Demo) -> None:
    number = str(500 + int(time.time()) % 400)
    with demo.person(LEADER) as walk:
        walk.go(f"/office/results/plans/?year={clock.today().year}")
        walk.look()
        field = walk.page.locator(f"main [name={CODE}]")
        field.fill("nhiều")
        walk.follow(walk.button("Keep these plans"))
        demo.seen("a plan that is no number is refused", walk.page.locator("main .err").count())
        walk.look()
        walk.page.locator(f"main [name={CODE}]").fill(number)
        walk.follow(walk.button("Keep these plans"))
        walk.go(f"/office/results/?period={clock.today().year}")
        demo.seen("the board compares with the plan", number in walk.page.inner_text("main"))
    with demo.person(UNIT) as walk:
        demo.seen("a unit makes no plans", walk.status_of("/office/results/plans/") == 403)


@part
def boards(demo: Demo) -> None:
    """Province, unit, list; last period and last year; a month, a half year and a year; printed."""
    with demo.person(LEADER, size="1280") as walk:
        for key in (month(1).key, f"{clock.today().year}-h1", str(clock.today().year)):
            walk.go(f"/office/results/?period={key}")
            walk.look()
            demo.seen(
                f"the board of {key}",
                walk.page.locator("main tr[data-row]").count() > 10,
                walk.page.inner_text("main table tbody tr:first-child").replace("\n", " ").replace("\t", " ")[:120],
            )
        walk.follow(walk.page.locator("main tr[data-row] a").first)
        walk.look()
        demo.seen(
            "an indicator tells its definition and version",
            re.search("[0-9]", walk.page.inner_text("main .help")),
            walk.page.inner_text("main .help"),
        )
        walk.follow(walk.page.locator("main tr[data-row] a").first)
        walk.look()
        walk.go(f"/office/results/?period={month(1).key}")
        demo.seen("it can be printed", walk.page.locator("[data-print]").is_visible())
        walk.page.emulate_media(media="print")
        demo.keep(walk.page, "board-printed")
        for odd in ("2014-01", "2026-13", f"{clock.today().year + 1}-01", "x"):
            demo.seen(f"no board of {odd}", walk.status_of(f"/office/results/?period={odd}") == 404)
    with demo.person("tructong@xnc.example") as walk:
        demo.seen("a hotline operator reads no figures", walk.status_of("/office/results/") == 403)


@part
def outliers(demo: Demo) -> None:
    """Somewhere in ten years a figure stands out; the mark says to ask, not that it is wrong."""
    with demo.person(LEADER, size="1280") as walk:
        found = ""
        for back in range(1, 25):
            walk.go(f"/office/results/?period={month(back).key}")
            if walk.page.locator("main tr .chip-warn").count():
                found = f"{month(back).key}: {walk.page.locator('main tr:has(.chip-warn)').first.inner_text()[:90]}"
                break
        demo.seen("a figure that stands out is marked", found, found.replace("\n", " "))


@part
def pictures(demo: Demo) -> None:
    this = month(1).key
    code = f"/office/results/indicators/{CODE}/"
    with demo.person(UNIT) as walk:
        walk.go(f"{code}?period={this}")
        history = walk.page.locator("main tr[data-row] a").first.get_attribute("href") or ""
    for name, path, who in (
        ("board", f"/office/results/?period={this}", LEADER),
        ("board-year", f"/office/results/?period={date.today().year}", LEADER),
        ("board-empty", f"/office/results/?period={clock.today():%Y-%m}", "canbo@maichau.example"),
        ("indicator", f"{code}?period={this}", LEADER),
        ("history", history, LEADER),
        ("sheet", f"/office/results/sheet/?period={this}", UNIT),
        ("sheet-now", f"/office/results/sheet/?period={month(0).key}", UNIT),
        ("approvals", "/office/results/approvals/", LEADER),
        ("upload", "/office/results/imports/", UNIT),
        ("plans", "/office/results/plans/", LEADER),
        ("reports", f"/office/results/reports/?period={this}", LEADER),
    ):
        demo.four_ways(name, path, who)
    demo.four_ways("upload-refused", "/office/results/imports/", UNIT, refused)


def refused(page: Any) -> None:
    page.locator("main [name=file]").set_input_files({"name": "x.xlsx", "mimeType": "", "buffer": b"no sheet"})
    with page.expect_navigation():
        page.locator("main form.form [type=submit]").click()
