"""What every walk through the demo uses: people signed in, a line for each thing seen, pictures four ways."""

import re
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Download, Page, sync_playwright

from ancu.apps.lodging.tests.factories import TOTP_SECRET
from ancu.core.security import totp
from ancu.core.testing.browser import find_chromium
from e2e.walk import Walk

PASSWORD = "an-cu-2026-demo"
SIZES = {"360": {"width": 360, "height": 740}, "1280": {"width": 1280, "height": 800}}
WAYS = [(size, lang) for lang in ("vi", "en") for size in SIZES]
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]  # it beeps; nobody's is heard
Part = Callable[["Demo"], None]
PARTS: list[Part] = []
STEP_SECONDS = 30  # of the second factor
NUMBERS = count()


def part(walk: Part) -> Part:
    """A part of the room's walk, in the order of the file; each stands alone."""
    PARTS.append(walk)
    return walk


@dataclass
class Demo:
    """The demo at ``address``, and what was seen of it so far."""

    browser: Browser
    address: str
    pictures: Path
    sessions: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    right: int = 0

    def seen(self, what: str, truth: object, note: object = "") -> None:
        """One thing, as it should be or not; ``note`` is what was found."""
        if truth:
            self.right += 1
        else:
            self.wrong.append(what)
        print(f"{'OK ' if truth else 'BAD'} {what}{f' | {note}' if note != '' else ''}", flush=True)

    @contextmanager
    def person(self, email: str = "", *, size: str = "360", lang: str = "vi", **options: Any) -> Iterator[Walk]:
        """A browser of this person, signed in as at the door (once; later visits keep the session), or of anybody."""
        context = self._context(email, size, lang, **options)
        try:
            walk = Walk(context.new_page(), self.address, lang)
            walk.page.set_default_timeout(20_000)
            yield walk
        finally:
            context.close()

    def four_ways(self, name: str, path: str, email: str = "", prepare: Callable[[Page], None] | None = None) -> None:
        """Pictures of one page; ``prepare`` types or opens what is to be seen on it. Nothing may be wider than it."""
        for size, lang in WAYS:
            with self.person(email, size=size, lang=lang) as walk:
                answer = walk.page.goto(self.address + path, wait_until="networkidle")
                if prepare:
                    prepare(walk.page)
                walk.page.wait_for_function("document.documentElement")  # it may come anew by itself
                status = answer.status if answer else 0
                wide = walk.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                self.keep(walk.page, f"{name}-{lang}-{size}")
                if status >= 400 or wide > 0:
                    self.seen(f"{name} {lang} {size}", False, f"{path}: {status}, {wide} px too wide")
        self.right += 1

    def keep(self, page: Page, name: str) -> None:
        self.pictures.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=self.pictures / f"{name}.png", full_page=True)

    def _context(self, email: str, size: str, lang: str, **options: Any) -> BrowserContext:
        if email and email not in self.sessions:
            self.sessions[email] = self._sign_in(email)
        context = self.browser.new_context(
            viewport=SIZES[size],  # type: ignore[arg-type]
            locale={"vi": "vi-VN", "en": "en-GB"}[lang],
            storage_state=self.sessions.get(email),
            **options,
        )
        context.add_cookies([{"name": "django_language", "value": lang, "url": self.address}])
        return context

    def _sign_in(self, email: str) -> Any:
        context = self.browser.new_context(viewport=SIZES["1280"], locale="vi-VN")  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(self.address + "/accounts/login/")
        page.fill("main [name=login]", email)
        page.fill("main [name=password]", PASSWORD)
        page.click("main form [type=submit]")
        page.wait_for_load_state()
        for _again in range(3):  # a code is taken once: whoever used it a moment ago is waited for
            if not page.locator("main [name=code]").count():
                break
            page.fill("main [name=code]", totp.shown(TOTP_SECRET))
            page.click("main form [type=submit]")
            page.wait_for_load_state()
            if page.locator("main [name=code]").count():
                time.sleep(STEP_SECONDS)
        if "/accounts/login" in page.url or "/accounts/2fa" in page.url:
            raise RuntimeError(f"{email} could not sign in: {page.inner_text('main')[:300]}")
        state = context.storage_state()
        context.close()
        return state


def further(page: Page) -> None:
    """The page after this one, and the one after that."""
    for _turn in range(2):
        with page.expect_navigation():
            page.locator("main .pager a[rel=next]").click()


def press(page: Page, control: str) -> None:
    """Press what leads to a page (the same one with its errors, often), and be there."""
    with page.expect_navigation():
        page.locator(control).first.click()
    page.wait_for_load_state("networkidle")


def export_list(page: Page, link: str, kind: str) -> Download:
    """The file of a list: the link leads to the question why it is taken."""
    press(page, link)
    page.fill("main [name=reason]", "Đối chiếu theo yêu cầu kiểm tra.")
    with page.expect_download() as download:
        page.locator(f"main button[name=format][value={kind}]").click()
    return download.value


def free_number(letter: str) -> str:
    """A document's number that no walk has used."""
    return f"{letter}{(time.time_ns() // 1_000_000 + next(NUMBERS)) % 100_000_000:08}"


def walked(room: str, port: int, only: list[str], pictures: Path) -> int:
    """Walk the parts of ``room``; a part that breaks off is told and the next one is walked. 0, or 1 with faults."""
    began = time.monotonic()
    chromium = find_chromium()  # has a playwright of its own
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", *MICROPHONE])
        demo = Demo(browser, f"http://127.0.0.1:{port}", pictures)
        own = [walk for walk in PARTS if re.fullmatch(rf"e2e\.walks\.{room}(_\w+)?", walk.__module__)]
        for walk in own:
            if only and walk.__name__ not in only:
                continue
            print(f"-- {walk.__name__}", flush=True)
            try:
                walk(demo)
            except Exception:
                traceback.print_exc(limit=-3)
                demo.seen(f"{walk.__name__} to its end", False)
        browser.close()
    print(f"{room}: {demo.right} as they should be, {len(demo.wrong)} not, {time.monotonic() - began:.0f} s")
    sheets(pictures)
    return 1 if demo.wrong or not demo.right else 0


def sheets(folder: Path, *, height: int = 1500) -> None:
    """The four pictures of each page side by side in ``folder/sheets``, so that one look compares them."""
    names = sorted({re.sub(r"-(vi|en)-(360|1280)$", "", one.stem) for one in folder.glob("*.png")})
    (folder / "sheets").mkdir(exist_ok=True, parents=True)
    for name in names:
        found = [folder / f"{name}-{lang}-{size}.png" for size, lang in WAYS]
        whole = [Image.open(one).convert("RGB") for one in found if one.exists()]
        parts = [one.crop((0, 0, one.width, min(one.height, height))) for one in whole]
        if not parts:
            continue
        sheet = Image.new("RGB", (sum(one.width + 12 for one in parts), max(one.height for one in parts) + 24), "gray")
        ImageDraw.Draw(sheet).text((4, 4), name, fill="white")
        left = 0
        for one in parts:
            sheet.paste(one, (left, 24))
            left += one.width + 12
        sheet.save(folder / "sheets" / f"{name}.png")
