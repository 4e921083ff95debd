"""Sheets of several pages as they really come back: one page short, one twice, upside down, faint, by phone."""

import io
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageOps

from ancu.apps.surveys.tests.pens import as_pdf, fill
from benchmarks.omr import spoiling
from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.surveys_made import (
    ANALYST,
    QUESTIONS,
    add_question,
    make,
    number_in,
    open_it,
    print_sheets,
    read_in,
    stamped,
    tiff,
)  # fmt: skip

MARKED = {
    "q2/a1": "x", "q3/a2": "x", "q4/5": "x", "q5/r1/a1": "x", "q5/r2/a2": "x",
    "q9/a2": "x", "q10/r1/a1": "x", "q10/r2/a2": "x", "q12/a1": "x", "q13/3": "x",
}  # fmt: skip
LATER = ("single", "matrix", "long", "multiple", "scale", "long")  # beyond the first page


def long_one(walk: Walk, title: str) -> str:
    """A survey of more than one page of paper."""
    home = make(walk, title)
    texts = dict(QUESTIONS)
    for kind in LATER:
        add_question(walk, kind, **texts[kind])
    open_it(walk, home)
    return home


def kept(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def faint(page: Image.Image) -> Image.Image:
    """Worn toner under a lamp too bright: black is a light grey."""
    return page.point(lambda tone: 165 + tone * 90 // 255)


def photo(page: Image.Image, seed: int, *, as_heic: bool) -> bytes:
    """By a phone held not quite above it, with the shadow of a hand; as the phone packs it."""
    large = page.resize((page.width * 2, page.height * 2), Image.Resampling.LANCZOS)
    seen = spoiling.photographed(np.random.default_rng(seed), np.array(large, np.float32))
    coloured = ImageOps.colorize(Image.fromarray(seen), "#0a0a12", "#fffaf0").convert("RGB")
    out = io.BytesIO()
    if as_heic:
        pillow_heif.from_pillow(coloured).save(out, quality=60)
    else:
        coloured.save(out, "JPEG", quality=60)
    return out.getvalue()


def counted(walk: Walk, home: str) -> int:
    walk.go(home)
    return number_in(walk.page.locator(f"main a[href='{home}results/'] .stat-value").inner_text())


def section(walk: Walk, name: str) -> str:
    found = walk.page.locator(f"section[aria-labelledby={name}]")
    return found.inner_text().replace("\n", " | ") if found.count() else ""


@part
def a_page_short_and_a_sheet_twice(demo: Demo) -> None:
    """The import names the page that is not there and the sheet that came twice."""
    folder = demo.pictures / "scans"
    with demo.person(ANALYST, size="1280") as walk:
        home = long_one(walk, stamped("Phiếu nhiều trang"))
        pages, run = print_sheets(walk, home, 3)
        each = len(pages) // 3
        demo.seen("a sheet of more than one page", each > 1, f"{each} pages each")
        folder.mkdir(parents=True, exist_ok=True)
        for place in range(each):
            pages[place].save(folder.parent / f"printed-{place + 1}.png")
        filled = fill(pages, run, [MARKED, MARKED, MARKED])
        first, second, third = (filled[place : place + each] for place in range(0, len(filled), each))
        stack = [third[1].rotate(180), *second[:1], *first, *third[:1], *third[2:], *first]
        read_in(walk, home, kept(folder, "chong-phieu.pdf", as_pdf(stack)))
        missing, troubles = section(walk, "missing"), section(walk, "troubles")
        demo.seen("the page that is not there is named", "Phiếu số 2 | trang 2" in missing, missing)
        demo.seen("and no other", missing.count("Phiếu số") == 1, missing)
        demo.seen("each page that came twice is named", troubles.count("Phiếu số 1,") == each, troubles)
        walk.look()
        demo.keep(walk.page, "short-and-twice-vi-1280")
        read_in(walk, home, kept(folder, "trang-con-lai.tiff", tiff([faint(one) for one in second[1:]])))
        demo.seen("when it comes, faint, in a TIFF, nothing is missing", not section(walk, "missing"))
        demo.seen("every sheet counts once", counted(walk, home) == 3, counted(walk, home))
    demo.four_ways("short-and-twice", home + "paper/", ANALYST)


@part
def photographed(demo: Demo) -> None:
    """In perspective under a shadow: JPEG and HEIC, both pages of a sheet, in any order."""
    folder = demo.pictures / "scans"
    with demo.person(ANALYST, size="1280") as walk:
        home = long_one(walk, stamped("Phiếu chụp ảnh"))
        pages, run = print_sheets(walk, home, 2)
        each = len(pages) // 2
        filled = fill(pages, run, [MARKED, MARKED])
        for place, page in enumerate(filled):
            heic = place >= each
            name = f"IMG_{place + 1}.{'HEIC' if heic else 'jpg'}"
            read_in(walk, home, kept(folder, name, photo(page, 40 + place, as_heic=heic)))
        demo.keep(walk.page, "photographed-vi-1280")
        demo.seen("nothing is missing", not section(walk, "missing"), section(walk, "missing"))
        demo.seen("nothing was refused", not section(walk, "troubles"), section(walk, "troubles"))
        waiting = doubtful(walk, home)
        demo.seen("few marks are doubtful", waiting <= 4, waiting)


def doubtful(walk: Walk, home: str) -> int:
    walk.go(home + "paper/")
    button = walk.page.locator(f"main a[href='{home}review/']")
    return number_in(button.inner_text()) if button.count() else 0


@part
def both_languages_on_paper(demo: Demo) -> None:
    """The printed page itself, to be looked at, in each language."""
    with demo.person(ANALYST, size="1280") as walk:
        home = long_one(walk, stamped("Ý kiến của người dân về việc đăng ký tạm trú và cấp giấy tờ tại trụ sở công an"))
        for language in ("vi", "both", "en"):
            pages, _run = print_sheets(walk, home, 1, language)
            for place, page in enumerate(pages):
                page.save(demo.pictures / f"printed-{language}-{place + 1}.png")
            demo.seen(f"printed in {language}", len(pages) > 1, f"{len(pages)} pages")
