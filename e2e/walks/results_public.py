"""Reports made twice, a year published by a job, and what everybody then sees: figures, files, pictures, sizes."""

import csv
import io
import re
import time
from typing import Any

from ancu.core import clock
from e2e.walk import Walk
from e2e.walks.kit import Demo, part

LEADER, ANALYST = "duyet@xnc.example", "phantich@xnc.example"
MOST = 200_000  # bytes of a first load
YEAR = 2018  # the story's: a whole year


@part
def reports(demo: Demo) -> None:
    """A month, a half year and a year, each made twice; every paper the same to the byte."""
    with demo.person(ANALYST, size="1280") as walk:
        for key in (f"{YEAR}-10", f"{YEAR}-h1", str(YEAR)):
            papers = [made(walk, demo, key) for _turn in range(2)]
            told = {kind: len(data) for kind, data in papers[0].items()}
            demo.seen(f"the report of {key} made twice is the same", papers[0] == papers[1] and len(told) == 3, told)
        walk.look()
        demo.seen("an analyst publishes nothing", not walk.page.locator("main input[name=year]").count())


def made(walk: Walk, demo: Demo, key: str) -> dict[str, bytes]:
    walk.go(f"/office/results/reports/?period={key}")
    walk.follow(walk.page.locator(f"main form:has(input[name=period][value='{key}']) button"))
    mark = re.search("[0-9a-f]{16}", walk.page.inner_text("main .alert-success"))
    row = walk.page.locator("main .rows li", has_text=mark[0] if mark else "?")
    links = {link.inner_text().lower(): link.get_attribute("href") for link in row.locator("a").all()}
    return {kind: paper(walk, demo, f"{demo.address}{href}") for kind, href in links.items()}


def paper(walk: Walk, demo: Demo, address: str) -> bytes:
    began = time.monotonic()
    data: bytes = walk.page.request.get(address, timeout=30_000).body()
    took = time.monotonic() - began
    if took > 10:
        demo.seen(f"{address} in under ten seconds", False, f"{took:.1f} s")
    return data


@part
def publishing(demo: Demo) -> None:
    with demo.person(LEADER) as walk:
        walk.go("/office/results/reports/")
        walk.look()
        began = time.monotonic()
        walk.follow(walk.page.locator(f"main form:has(input[name=year][value='{clock.today().year}']) button"))
        walk.page.locator("main .alert-success, main .alert-info").first.wait_for(timeout=120_000)
        demo.seen("a year is published by a job, and its page says so", True, f"{time.monotonic() - began:.1f} s")
        walk.look()
        walk.follow(walk.link("What everybody sees"))
        demo.seen("from there to what everybody sees", walk.path().startswith("/results/"), walk.path())


@part
def everybody(demo: Demo) -> None:
    with demo.person() as walk:
        sizes = weigh(walk)
        walk.go(f"/results/{YEAR}/")
        demo.seen("the first load of the results is small", sum(sizes) < MOST, f"{sum(sizes):,} bytes")
        walk.look()
        told = walk.page.inner_text("main")
        demo.seen("the story's figures", all(one in told for one in ("595", "166", "172", "220")))
        links = [one.get_attribute("href") or "" for one in walk.page.locator("main a.result").all()]
        demo.seen("each figure has its page", len(links) > 8, len(links))
        sizes.clear()
        walk.go(links[0])
        walk.look()
        demo.seen("one figure's page is small", sum(sizes) < MOST, f"{sum(sizes):,} bytes")
        demo.seen(
            "it tells its definition, its version and the day",
            re.search(r"\d\d/\d\d/\d{4}", walk.page.inner_text("main .help")),
            walk.page.inner_text("main .help")[:120],
        )
        for ending in (".csv", ".png"):
            demo.seen(f"it is there as {ending}", walk.status_of(links[0].rstrip("/") + ending) == 200)
        walk.go(links[0].rstrip("/") + ".png")
        demo.keep(walk.page, "shared-picture")
        walk.go("/results/")
        linked = " ".join(link.get_attribute("href") or "" for link in walk.page.locator("main a").all())
        for wanted in ("/community/", "/promises", "/meetings/", "/s/"):
            demo.seen(f"the results lead to {wanted}", wanted in linked)


def weigh(walk: Walk) -> list[int]:
    """Bytes of each answer as they came over the line."""
    sizes: list[int] = []
    session = walk.page.context.new_cdp_session(walk.page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    return sizes


@part
def small_numbers(demo: Demo) -> None:
    """No count under five in any year's file, but in those that are told as they are (medians, shares, amounts)."""
    with demo.person() as walk:
        walk.go("/results/")
        years = [int(one.inner_text()) for one in walk.page.locator("main nav.filters a").all()]
        for year in years:
            answer = walk.page.request.get(f"{demo.address}/results/{year}.json").json()
            small = [(one["code"], cells(one)) for one in answer["indicators"] if guarded(one) and cells(one)]
            demo.seen(f"no small number in {year}", not small, small[:2] or f"{len(answer['indicators'])} figures")
        text = walk.page.request.get(f"{demo.address}/results/{years[0]}.csv").text().lstrip("\ufeff")
        lines = list(csv.reader(io.StringIO(text)))
        demo.seen("the CSV has its definitions", all(len(line) >= 7 for line in lines[2:]), len(lines))


def guarded(one: dict[str, Any]) -> bool:
    from ancu.engines.rulebook import indicators

    known = {rule.code: rule for rule in indicators(clock.today())}
    return one["code"] in known and known[one["code"]].small and known[one["code"]].sums == "count"


def cells(one: dict[str, Any]) -> list[float]:
    told = [*one["months"], one["total"], *(unit["value"] for unit in one["units"])]
    return [value for value in told if value is not None and 0 < value < 5]


@part
def pictures(demo: Demo) -> None:
    with demo.person(LEADER) as walk:
        walk.go("/office/results/reports/")
        orders = walk.page.locator("main a[href*='/publish/']")
        order = orders.first.get_attribute("href") if orders.count() else ""
    for name, path in (
        ("public", "/results/"),
        ("public-2018", f"/results/{YEAR}/"),
        ("public-figure", f"/results/{YEAR}/cases_cleared/"),
        ("public-hidden", f"/results/{YEAR}/wanted_arrested/"),
    ):
        demo.four_ways(name, path)
    if order:
        demo.four_ways("order", order, LEADER)
    demo.four_ways("reports-made", "/office/results/reports/", LEADER)
