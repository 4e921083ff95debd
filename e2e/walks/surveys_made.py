"""What the walks through surveys share: one made in the editor, opened, answered by its public link."""

import io
import re
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from ancu.apps.surveys.models import PrintRun, Survey
from ancu.apps.surveys.tests.pens import pages_of
from e2e.walk import Walk
from e2e.walks.kit import Demo

ANALYST, INTERVIEWER, SECOND = "phantich@xnc.example", "canbo@maichau.example", "canbo@xnc.example"
QUESTIONS = (
    ("single", {"text_vi": "Ông bà đã đến trụ sở chưa?", "text_en": "Have you been here?",
                "options_vi": "Có\nChưa", "options_en": "Yes\nNo"}),
    ("multiple", {"text_vi": "Ông bà đến làm thủ tục nào?", "text_en": "For which procedures?",
                  "options_vi": "Tạm trú\nCăn cước\nKhác", "options_en": "Stay\nIdentity card\nOther"}),
    ("scale", {"text_vi": "Ông bà hài lòng đến mức nào?", "text_en": "How satisfied are you?",
               "low_vi": "không", "low_en": "not at all", "high_vi": "rất", "high_en": "very"}),
    ("matrix", {"text_vi": "Ông bà đánh giá thế nào?", "text_en": "How do you rate these?",
                "rows_vi": "Thái độ\nThời gian", "rows_en": "Courtesy\nTime",
                "options_vi": "Tốt\nKém", "options_en": "Good\nPoor"}),
    ("number", {"text_vi": "Ông bà chờ bao nhiêu phút?", "text_en": "How many minutes did you wait?",
                "minimum": "0", "maximum": "480"}),
    ("short", {"text_vi": "Ông bà làm nghề gì?", "text_en": "What is your work?"}),
    ("long", {"text_vi": "Ông bà mong muốn điều gì?", "text_en": "What would you wish for?"}),
)  # fmt: skip


def home() -> str:
    """The demo's survey of this year, which has a round before it."""
    found = Survey.objects.filter(title_vi="Ý kiến người dân năm 2026", previous__isnull=False).earliest("pk")
    return f"/surveys/{found.pk}/"


def stamped(words: str) -> str:
    """A title that no other walk has."""
    return f"{words} {time.strftime('%d%m-%H%M%S')}"


def make(walk: Walk, title: str, *, kinds: tuple[str, ...] = (), settings: tuple[str, ...] = ()) -> str:
    """A new survey of these kinds of questions, as an analyst makes it; the address of its page."""
    walk.go("/surveys/new/")
    walk.fill(title_vi=title, title_en=f"{title} in English")
    walk.follow(walk.button("On to the questions"))
    home = walk.path().removesuffix("questions/")
    for kind, texts in QUESTIONS:
        if not kinds or kind in kinds:
            add_question(walk, kind, **texts)
    if settings:
        walk.go(home + "settings/")
        for name in settings:
            walk.page.locator(f"main [name={name}]").check()
        walk.follow(walk.button("Save"))
    return home


def add_question(walk: Walk, kind: str, section: str = "s1", **texts: str) -> None:
    walk.follow(walk.page.locator(f"a[href*='/questions/add/{section}/{kind}/']"))
    walk.fill(**texts)
    walk.follow(walk.button("Save the question"))


def open_it(walk: Walk, home: str) -> str:
    """Open for answers; the public link."""
    walk.go(home)
    walk.follow(walk.button("Open for answers"))
    return public_link(walk)


def public_link(walk: Walk) -> str:
    return str(walk.page.locator("main .survey-way a[href*='/s/']").first.get_attribute("href")).partition("/s/")[2]


def answer(demo: Demo, slug: str, *, size: str = "360", **given: str) -> None:
    """One person answers by the public link."""
    with demo.person(size=size) as walk:
        begin(walk, slug)
        tick(walk.page, **given)
        walk.follow(walk.button("Send my answers"))
        walk.sees(walk.say("Your answers have arrived"))


def begin(walk: Walk, slug: str) -> None:
    walk.go(f"/s/{slug}")
    walk.follow(walk.button("Begin"))


def tick(page: Page, **given: str) -> None:
    """``q1="a1"`` chooses, ``q5="20"`` types."""
    for name, value in given.items():
        boxes = page.locator(f"main [name={name}][value='{value}']")
        if boxes.count():
            boxes.check(force=True)
        else:
            page.locator(f"main [name={name}]").fill(value)


def print_sheets(walk: Walk, home: str, count: int, language: str = "vi") -> tuple[list[Image.Image], PrintRun]:
    """The printed pages, and how they are laid out."""
    walk.go(home + "paper/")
    walk.page.locator(f"main [name=print-language][value={language}]").check(force=True)
    walk.fill(**{"print-count": str(count)})
    with walk.page.expect_download() as got:
        walk.button("Make the PDF").click()
    pages = pages_of(Path(got.value.path()).read_bytes())
    run = PrintRun.objects.filter(survey_id=int(home.strip("/").split("/")[1])).select_related("paper").latest("pk")
    return pages, run


def read_in(walk: Walk, home: str, path: Path) -> None:
    """Give one file and wait until the job has read it."""
    walk.go(home + "paper/")
    walk.page.locator("[name=scans]").set_input_files(path)
    walk.button("Read them").click()
    row = walk.page.locator("#scans li", has_text=path.name).first
    row.wait_for()
    expect(row.locator(".chip-ok, .chip-bad").first).to_be_visible(timeout=180_000)


def tiff(pictures: list[Image.Image]) -> bytes:
    out = io.BytesIO()
    pictures[0].save(out, "TIFF", save_all=True, append_images=pictures[1:], dpi=(150, 150))
    return out.getvalue()


def number_in(text: str) -> int:
    """The first number of ``text``, whatever separates its thousands."""
    found = re.search(r"\d[\d.,  ]*", text)
    return int(re.sub(r"\D", "", found.group())) if found else -1
