"""What a survey said: figures with margins and weights, side by side, in words, as files; every page four ways."""

from playwright.sync_api import Page, expect

from ancu.apps.surveys.models import Survey
from ancu.demo.surveys import ANSWERS
from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.surveys_made import ANALYST, INTERVIEWER, home, number_in


@part
def figures(demo: Demo) -> None:
    with demo.person(ANALYST, size="1280") as walk:
        walk.go(home() + "results/")
        said = number_in(walk.page.locator("main .sub").first.inner_text())
        demo.seen("as many answers as were given", said >= ANSWERS, said)
        expect(walk.page.locator("[data-survey-chart] canvas").first).to_be_visible()
        table = walk.page.locator("main table").first.inner_text()
        demo.seen("answers of an open link have no margin", "±" not in table, table[:120].replace("\n", " "))
        demo.seen(
            "each unit counts for as many as live there",
            walk.say("Each unit counts for as many people as live in it.") in walk.page.inner_text("main"),
        )
        counts = [number_in(one) for one in walk.page.locator("main tbody td.num:nth-child(2)").all_inner_texts()]
        demo.seen("no figure of fewer than five", all(one == 0 or one >= 5 or one == -1 for one in counts), min(counts))
        files(demo, walk)
        crossed(demo, walk)
        written(demo, walk)
        walk.go(home() + "results/rounds/")
        demo.seen("beside the earlier round", walk.page.locator("main table").count() > 3)


def files(demo: Demo, walk: Walk) -> None:
    starts = {"xlsx": b"PK", "csv": b"", "spss": b"", "answers": b""}
    for kind, begins in starts.items():
        with walk.page.expect_download() as got:
            walk.page.locator(f"main button[name=format][value={kind}]").click()
        data = got.value.path().read_bytes()
        demo.seen(
            f"a file {kind}", data.startswith(begins) and len(data) > 500, f"{got.value.suggested_filename} {len(data)}"
        )
    paper = walk.page.request.get(walk.address + home() + "results/report.pdf")
    demo.seen("the report is a PDF", paper.body().startswith(b"%PDF"), f"{len(paper.body()) // 1024} KB")


def crossed(demo: Demo, walk: Walk) -> None:
    for asked in ("item=q3&by=unit", "item=q3&by=q7"):
        walk.go(home() + f"results/cross/?{asked}")
        demo.seen(f"a table of two things ({asked})", walk.page.locator("main table tbody tr").count() >= 3)
        walk.look()


def written(demo: Demo, walk: Walk) -> None:
    walk.go(home() + "results/written/q6/")
    group = walk.page.locator("main a.chip").first
    demo.seen("groups of words", group.count() == 1, group.inner_text())
    walk.follow(group)
    quotes = walk.page.locator(".survey-quotes li")
    demo.seen("with the sentences behind them, five at least", quotes.count() >= 5, quotes.count())


PAGES = {
    "list": "/surveys/", "new": "/surveys/new/", "survey": "", "settings": "settings/", "questions": "questions/",
    "question": "questions/q3/", "question-matrix": "questions/q4/", "preview": "preview/2/", "paper": "paper/",
    "review": "review/", "keying": "keying/", "results": "results/", "cross": "results/cross/",
    "rounds": "results/rounds/", "written": "results/written/q6/",
}  # fmt: skip


@part
def pages(demo: Demo) -> None:
    """Every page of those who prepare surveys and of those who gather answers."""
    for name, path in PAGES.items():
        demo.four_ways(name, path if path.startswith("/") else home() + path, ANALYST)
    demo.four_ways("collect", home(), INTERVIEWER)
    demo.four_ways("interviews", "/surveys/interviews/", INTERVIEWER)


@part
def public_pages(demo: Demo) -> None:
    found = Survey.objects.get(pk=int(home().split("/")[2]))
    slug = found.channels.earliest("pk").slug
    demo.four_ways("start", f"/s/{slug}/")
    demo.four_ways("answer", f"/s/{slug}/", prepare=_begin)
    demo.four_ways("answer-missing", f"/s/{slug}/", prepare=_missing)
    demo.four_ways("public-list", "/s/")
    before = found.previous
    assert before is not None
    demo.four_ways("public-figures", f"/s/{before.channels.earliest('pk').slug}/results/")
    demo.four_ways("over", f"/s/{before.channels.earliest('pk').slug}/")


def _begin(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()


def _missing(page: Page) -> None:
    _begin(page)
    with page.expect_navigation():
        page.locator("main form button[name=go][value=on]").click()
