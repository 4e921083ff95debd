"""A survey on paper: printed, filled by pens, read in by a job, settled by eye, keyed by two people."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from ancu.apps.surveys.tests.pens import as_pdf, fill
from e2e.walk import Walk
from e2e.walks.kit import WAYS, Demo, part
from e2e.walks.surveys_made import (
    ANALYST,
    INTERVIEWER,
    SECOND,
    make,
    number_in,
    open_it,
    print_sheets,
    read_in,
    stamped,
    tiff,
)  # fmt: skip

SHEETS = [
    {"q2/a1": "x", "q4/5": "x"},
    {"q2/a1": "x", "q2/a2": "x"},  # two crosses where one is asked
    {"q2/a1": "x", "q4/3": "x", "q5/text": "ink"},
]


@part
def printed_and_scanned(demo: Demo) -> None:
    """Turned, upside down, in another order, one twice, one missing: every sheet counts once, the rest is named."""
    folder = demo.pictures / "scans"
    folder.mkdir(parents=True, exist_ok=True)
    with demo.person(ANALYST, size="1280") as walk:
        home = make(walk, stamped("Khảo sát trên giấy"), kinds=("single", "multiple", "scale", "long"))
        open_it(walk, home)
        pages, run = print_sheets(walk, home, 4)
        each = len(pages) // 4
        demo.seen("four sheets are printed", len(pages) == 4 * each, f"{each} page each")
        filled = fill(pages, run, SHEETS)
    first, second = filled[: each * 3], [filled[0], Image.new("L", filled[0].size, 255)]
    turned = [one.rotate(180 if place % 2 else 1.2, fillcolor=255) for place, one in enumerate(reversed(first))]
    (folder / "phieu.pdf").write_bytes(as_pdf(turned))
    (folder / "phieu-lai.tiff").write_bytes(tiff(second))
    (folder / "khong-phai-anh.pdf").write_bytes(b"%PDF-1.4\n" + b"nothing" * 50)
    with demo.person(ANALYST, size="1280") as walk:
        read_in(walk, home, folder / "phieu.pdf")
        demo.four_ways("scanned", f"{home}paper/", ANALYST)
        read_in(walk, home, folder / "phieu-lai.tiff")
        told = walk.page.inner_text("main")
        demo.seen(
            "a page that came twice is named",
            walk.page.locator("#troubles").count() == 1,
            told[-600:].replace("\n", " | "),
        )
        walk.go(home + "paper/")
        walk.page.locator("[name=scans]").set_input_files(folder / "khong-phai-anh.pdf")
        walk.button("Read them").click()
        walk.page.locator("main .err, main .alert-danger, #scans .tone-bad").first.wait_for()
        demo.seen(
            "a file that is no picture is refused in words",
            True,
            walk.page.locator("main .err, #scans .tone-bad").first.inner_text(),
        )
        bad = folder / "khong-phai-anh.pdf"
        demo.four_ways("scan-refused", f"{home}paper/", ANALYST, lambda page: give(page, bad))
        settled_by_eye(demo, walk, home)


def give(page: Page, path: Path) -> None:
    page.locator("[name=scans]").set_input_files(path)
    with page.expect_navigation():
        page.locator("form[data-upload] button[type=submit]").click()


def settled_by_eye(demo: Demo, walk: Walk, home: str) -> None:
    walk.go(home + "review/")
    demo.seen("the crop of what is doubtful is shown", walk.page.locator("img.survey-crop").count() > 0)
    demo.four_ways("review", f"{home}review/", ANALYST)
    for _doubt in range(9):
        form = walk.page.locator("form[data-keys]")
        if form.count() == 0:
            break
        if form.locator("textarea").count():
            form.locator("textarea").fill("Thêm ghế ngồi")
        else:
            form.locator("input[type=radio], input[type=checkbox]").nth(1).check(force=True)
        walk.follow(walk.button("So it is"))
    walk.sees(walk.say("Nothing is doubtful any more"))
    walk.go(home)
    counted = number_in(walk.page.locator(f"main a[href='{home}results/'] .stat-value").inner_text())
    demo.seen("three sheets are counted, each once", counted == 3, counted)


@part
def keyed_by_two(demo: Demo) -> None:
    """By keyboard alone; two people, and where they differ a third look."""
    with demo.person(ANALYST, size="1280") as walk:
        home = make(
            walk, stamped("Khảo sát nhập hai lần"), kinds=("single", "scale", "long"), settings=("double_entry",)
        )
        open_it(walk, home)
        print_sheets(walk, home, 2)
        first = key_one(walk, home, "1", satisfied="4")
        demo.seen(
            "keyed once, it waits for another person",
            walk.say("Sheet %(number)s is keyed once. Another person keys it again.", number="1") in first,
        )
        again = key_one(walk, home, "1", satisfied="4")
        demo.seen(
            "the same person cannot key it again",
            walk.page.locator("main .err, main .alert-danger, main .alert-warning").count() > 0,
            again[:200].replace("\n", " | "),
        )
    with demo.person(SECOND, size="1280") as other:
        said = key_one(other, home, "1", satisfied="5")
        demo.seen(
            "two that differ are told",
            other.say("Sheet %(number)s: the two keyings differ. Please look at them together.", number="1") in said,
            said[:400],
        )
        other.go(home + "paper/")
        other.follow(other.page.locator("main a[href*='/keying/']", has_text="1").last)
        demo.four_ways("differing", other.path(), SECOND)
        demo.four_ways("differing-unsaid", other.path(), SECOND, counted)
        other.look()
        other.follow(other.button("Count the sheet"))
        demo.seen("nothing is counted before one has chosen", other.page.locator("main .err").count() == 1)
        other.page.locator("main [name=q3][value=second]").check()
        other.follow(other.button("Count the sheet"))
        demo.seen("and settled together", True)


def counted(page: Page) -> None:
    """Without having chosen."""
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()


def key_one(walk: Walk, home: str, serial: str, *, satisfied: str) -> str:
    walk.go(home + "keying/")
    keys = walk.page.keyboard
    keys.type(serial)
    keys.press("Enter")
    keys.press("1")
    keys.press(satisfied)
    keys.type("Nhanh hơn")
    with walk.page.expect_navigation():
        keys.press("Enter")
    return walk.page.inner_text("body")


@part
def an_interview_without_a_line(demo: Demo) -> None:
    """On an officer's phone: taken along, asked, kept sealed, sent once when the connection is back."""
    with demo.person(ANALYST, size="1280") as walk:
        home = make(walk, title := stamped("Phỏng vấn tận nhà"), kinds=("single", "scale", "long"))
        open_it(walk, home)
    for size, lang in WAYS:
        with demo.person(INTERVIEWER, size=size, lang=lang) as walk:
            interviewed(demo, walk, title, f"{lang}-{size}")
    with demo.person(ANALYST, size="1280") as walk:
        walk.go(home)
        sent = number_in(walk.page.locator(f"main a[href='{home}results/'] .stat-value").inner_text())
        demo.seen("the office has each of them once", sent == len(WAYS), sent)


def interviewed(demo: Demo, walk: Walk, title: str, way: str) -> None:
    page = walk.page
    walk.go("/surveys/interviews/")
    there(walk)
    ready = walk.button("Make this phone ready")
    if ready.is_visible():
        walk.follow(ready)
        there(walk)
    walk.look()
    page.context.set_offline(True)
    page.goto(walk.address + "/surveys/interviews/")
    there(walk)
    demo.keep(page, f"interviews-offline-{way}")
    page.locator("[data-part=surveys] button", has_text=title).click()
    page.locator("[name=q2][value=a1]").check()
    page.locator("[name=q3][value='5']").check(force=True)
    page.locator("[name=q4]").fill("Nhanh hơn")
    demo.keep(page, f"interview-offline-{way}")
    walk.button("Keep the interview").click()
    expect(page.locator("[data-part=kept]")).to_be_visible()
    demo.seen("an interview is kept on the phone without a connection", True, page.inner_text("[data-part=kept]"))
    demo.keep(page, f"interview-kept-{way}")
    page.context.set_offline(False)
    page.goto(walk.address + "/surveys/interviews/")
    there(walk)
    expect(page.locator("[data-part=kept]")).to_be_hidden(timeout=30_000)


def there(walk: Walk) -> None:
    walk.page.wait_for_selector("[data-interviews=there]", state="attached")
