"""A survey in its analyst's hands and on the web: editor, versions, links, codes, answers kept as one goes."""

import re
from pathlib import Path

import pypdfium2
from playwright.sync_api import expect

from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.surveys_made import (
    ANALYST,
    QUESTIONS,
    add_question,
    answer,
    begin,
    make,
    open_it,
    public_link,
    stamped,
    tick,
)


@part
def editor(demo: Demo) -> None:
    """Every kind of question, parts, rules that skip, both languages, the preview."""
    with demo.person(ANALYST, size="1280") as walk:
        home = make(walk, stamped("Khảo sát đủ loại câu hỏi"))
        listed = walk.page.locator("main ol.rows > li")
        demo.seen("every kind of question is in the editor", listed.count() == len(QUESTIONS), listed.count())
        part_form = walk.page.locator("form[action$='/sections/']")
        part_form.locator("input[name$=title_vi]").fill("Phần hai")
        part_form.locator("input[name$=title_en]").fill("Part two")
        walk.follow(walk.button("Add the part"))
        demo.seen("a second part", walk.page.locator("main .survey-add").count() == 2)
        faults(demo, walk, home)
        skips(demo, walk, home)
        moved(demo, walk, home)
        previewed(demo, home)


def faults(demo: Demo, walk: Walk, home: str) -> None:
    walk.go(home + "questions/add/s1/single/")
    walk.fill(text_vi="Chỉ một lựa chọn?", options_vi="Có", options_en="Yes\nNo")
    walk.follow(walk.button("Save the question"))
    told = walk.page.locator("main .err").all_inner_texts()
    demo.seen("one answer alone, and lines that do not match, are told beside the field", len(told) == 2, told)
    demo.keep(walk.page, "editor-error-vi-1280")
    walk.go(home + "questions/add/s1/number/")
    walk.fill(text_vi="Bao nhiêu?", minimum="5", maximum="3")
    walk.follow(walk.button("Save the question"))
    demo.seen("a range turned round is told", walk.page.locator("main .err").count() == 1)


def skips(demo: Demo, walk: Walk, home: str) -> None:
    """The table is asked of those alone who were there."""
    walk.go(home + "questions/")
    key = listed_key(walk, 4)
    walk.go(f"{home}questions/{key}/")
    walk.page.locator("[name=only_if]").first.check()
    walk.follow(walk.button("Save the question"))
    demo.seen(
        "the rule that skips stands beside its question", "1" in walk.page.locator("ol.rows > li").nth(3).inner_text()
    )
    walk.go(home + "preview/1/")
    asked, first = walk.page.locator(f"#{key}"), walk.page.locator("main fieldset[data-q]").first
    first.locator("input").nth(1).check()
    expect(asked).to_be_hidden()
    first.locator("input").nth(0).check()
    expect(asked).to_be_visible()
    demo.seen("the preview skips as the form will", True)


def listed_key(walk: Walk, number: int) -> str:
    href = (
        walk.page.locator("main ol.rows > li")
        .nth(number - 1)
        .locator("a[href*='/questions/']")
        .first.get_attribute("href")
    )
    return str(href).rstrip("/").rpartition("/")[2]


def moved(demo: Demo, walk: Walk, home: str) -> None:
    walk.go(home + "questions/")
    last = listed_key(walk, 7)
    walk.follow(walk.page.locator(f"form[action$='/{last}/move/'] button[value=up]"))
    demo.seen("a question moves up", listed_key(walk, 6) == last)
    walk.follow(walk.page.locator(f"form[action$='/{last}/move/'] button[value=down]"))
    before = walk.page.locator("main ol.rows > li").count()
    walk.confirm(within=f"main li:has(form[action$='/{last}/remove/'])")
    demo.seen("a question is taken out", walk.page.locator("main ol.rows > li").count() == before - 1)
    added = walk.page.locator("main .survey-add").last.locator("a[href$='/long/']")
    add_question(walk, "long", str(added.get_attribute("href")).split("/")[-3], **dict(QUESTIONS)["long"])


def previewed(demo: Demo, home: str) -> None:
    for size in ("360", "1280"):
        with demo.person(ANALYST, size=size, lang="en") as walk:
            walk.go(home + "preview/1/")
            demo.seen(f"the preview is in English too ({size})", "Have you been here?" in walk.page.inner_text("main"))
            walk.look()


@part
def on_the_web(demo: Demo) -> None:
    """By the public link: kept as one goes, skipped, closed and found again, sent once."""
    with demo.person(ANALYST, size="1280") as walk:
        home = make(walk, stamped("Khảo sát trên mạng"))
        slug = open_it(walk, home)
    with demo.person() as walk:
        begin(walk, slug)
        tick(walk.page, q2="a1", q4="4")
        saved = walk.page.locator("[data-saved]")
        expect(saved).to_have_text(walk.say("Kept. You can close the page and go on later."))
        here = walk.page.url
        walk.look()
        walk.go("/")
        walk.go(here)
        demo.seen("what was answered is there again", walk.page.locator("[name=q2][value=a1]").is_checked())
        said = cut_off(walk)
        demo.seen("without a connection it is said that the answer is not kept yet", said)
        walk.fill(q6="không phải số")
        walk.follow(walk.button("Send my answers"))
        demo.seen("a word for a number is told", walk.page.locator("main .err").count() == 1)
        demo.keep(walk.page, "web-error-vi-360")
        tick(walk.page, q6="25", q8="Mở cửa sớm hơn")
        walk.follow(walk.button("Send my answers"))
        walk.sees(walk.say("Your answers have arrived"))
        demo.seen("the answers are sent", True)
        demo.seen("they cannot be opened again", walk.status_of(here.removeprefix(walk.address)) in (404, 409))
        demo.seen(
            "no cookie tells who answered", not [one for one in walk.page.context.cookies() if "session" in one["name"]]
        )
    versions(demo, home)


def cut_off(walk: Walk) -> bool:
    walk.page.context.set_offline(True)
    walk.page.locator("[name=q7]").fill("Giáo viên")
    expect(walk.page.locator("[data-saved]")).to_have_text(
        walk.say("Not kept yet: you are offline. It is tried again with your next answer.")
    )
    walk.page.context.set_offline(False)
    none = walk.page.locator("#toasts .alert-danger").count() == 0
    expect(walk.page.locator("#toasts > *")).to_have_count(0, timeout=20_000)
    return none


def versions(demo: Demo, home: str) -> None:
    """Once answered, a change is another version; the first stays with its answers."""
    with demo.person(ANALYST, size="1280") as walk:
        walk.go(home + "questions/")
        walk.sees(walk.say("answered or printed: a change begins a new version"))
        add_question(walk, "short", text_vi="Câu hỏi thêm", text_en="One more")
        walk.sees(walk.say("not in force yet"))
        walk.go(home)
        walk.sees(walk.say("Version %(n)s is asked.", n=1))
        walk.go(home + "questions/")
        walk.follow(walk.button("Ask these from now on"))
        walk.go(home)
        walk.sees(walk.say("Version %(n)s is asked.", n=2))
        demo.seen("answered once, a change begins another version", True)


@part
def links_and_codes(demo: Demo) -> None:
    """A unit's own link, its poster with a QR code; one-time codes on slips."""
    with demo.person(ANALYST, size="1280") as walk:
        home = make(walk, stamped("Khảo sát có mã"), kinds=("single", "long"), settings=("needs_code",))
        slug = open_it(walk, home)
        box = walk.page.locator("form[action$='/channels/'] input[role=combobox]")
        box.fill("mai chau")
        walk.page.get_by_role("option").first.click()
        walk.fill(**{"way-population": "12000"})
        walk.follow(walk.button("Add the unit"))
        ways = walk.page.locator("main .survey-way")
        demo.seen("the unit has a link and a QR code of its own", ways.count() == 2, ways.last.inner_text())
        poster = walk.page.request.get(walk.address + str(ways.last.locator("a.btn").get_attribute("href")))
        demo.seen("its poster is a PDF", poster.body().startswith(b"%PDF"), f"{len(poster.body()) // 1024} KB")
        code = slip(demo, walk)
    with demo.person() as walk:
        walk.go(f"/s/{slug}")
        walk.fill(code="AAAA-BBBB")
        walk.follow(walk.button("Begin"))
        demo.seen("a wrong code is told", walk.page.locator("main .alert-danger").count() == 1)
        walk.fill(code=code)
        walk.follow(walk.button("Begin"))
        tick(walk.page, q2="a1")
        walk.follow(walk.button("Send my answers"))
        walk.sees(walk.say("Your answers have arrived"))
        walk.go(f"/s/{slug}")
        walk.fill(code=code)
        walk.follow(walk.button("Begin"))
        demo.seen(
            "a code opens once",
            walk.page.locator("main .alert-danger").count() == 1,
            walk.page.inner_text("main .alert-danger"),
        )


def slip(demo: Demo, walk: Walk) -> str:
    """The code on the first of the printed slips."""
    walk.fill(**{"codes-count": "3"})
    with walk.page.expect_download() as got:
        walk.button("Print codes").click()
    with pypdfium2.PdfDocument(Path(got.value.path()).read_bytes()) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    codes = re.findall(r"\b[0-9A-Z]{3,5}(?:[- ][0-9A-Z]{3,5})+\b", text)
    demo.seen("three slips with a code each", len(set(codes)) == 3, codes)
    return str(codes[0])


@part
def closed_and_published(demo: Demo) -> None:
    """Nothing of fewer than five; published figures stand, and the link says that it is over."""
    with demo.person(ANALYST, size="1280") as walk:
        home = make(walk, stamped("Khảo sát ngắn"), kinds=("single", "scale", "long"))
        slug = open_it(walk, home)
        for number in range(4):
            answer(demo, slug, q2="a1", q3=str(number + 1), q4="Thủ tục gọn hơn")
        walk.go(home + "results/")
        walk.sees(walk.say("Not enough answers yet"))
        demo.seen("four answers show no figure", walk.page.locator("main table").count() == 0)
        answer(demo, slug, q2="a1", q3="5", q4="Thủ tục gọn hơn")
        walk.go(home + "results/")
        demo.seen("five answers do", walk.page.locator("main table").count() > 0)
        walk.go(home)
        walk.confirm("Close")
        walk.confirm("Publish the figures")
        demo.keep(walk.page, "published-vi-1280")
        link = public_link(walk)
    with demo.person() as walk:
        walk.go(f"/s/{link}")
        walk.sees(walk.say("This survey is closed"))
        walk.follow(walk.link("See what people said"))
        walk.look()
        demo.seen("everybody reads the figures", walk.page.locator("main table").count() > 0)
        demo.seen("and no sentence anybody wrote", "Thủ tục gọn hơn" not in walk.page.inner_text("main"))
