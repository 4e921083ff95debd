"""A visitor of the live server: one person's browser in one language."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from ancu.apps.accounts.tests.factories import PASSWORD
from ancu.apps.lodging.tests.factories import TOTP_SECRET
from ancu.core.security import totp
from ancu.core.testing import texts as screen_texts
from e2e.conftest import assert_accessible, wait_until_settled

SAMPLES = Path(__file__).parent.parent / "ancu" / "engines" / "exchange" / "tests" / "samples"


@dataclass
class Visitor:
    """A page with the helpers of the journeys. ``translate`` gives the program's texts in the visitor's language."""

    page: Page
    address: str
    lang: str

    def translate(self, source: str, *, context: str = "", **values: object) -> str:
        with translation.override(self.lang):
            text = translation.pgettext(context, source) if context else translation.gettext(source)
            return text % values

    def translate_plural(self, singular: str, plural: str, number: int, **values: object) -> str:
        """Return the translated sentence for a number."""
        with translation.override(self.lang):
            return translation.ngettext(singular, plural, number) % values

    def go(self, path: str) -> None:
        answer = self.page.goto(path if path.startswith("http") else self.address + path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"

    def check_page(self) -> None:
        """Check what holds on every page: language, no unfilled placeholder, no overflow, and axe."""
        page = self.page
        wait_until_settled(page)
        assert page.evaluate("document.documentElement.lang") == self.lang
        assert "%(" not in page.inner_text("body"), page.inner_text("body")
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} is {wider} px wider than the screen"
        for close in page.locator(".alert > .btn-close:visible").all():  # beside the text, not below it
            before = close.locator("xpath=preceding-sibling::div").bounding_box()
            place = close.bounding_box()
            assert before and place and place["x"] >= before["x"] + before["width"], page.url
        size = page.viewport_size or {"width": 360, "height": 800}
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size(
            {"width": size["width"], "height": max(height, size["height"])}
        )  # the tab bar must not cover a link
        assert_accessible(page)
        page.set_viewport_size(size)

    def button(self, source: str, **values: object) -> Locator:
        name = re.compile(rf"^\s*{re.escape(self.translate(source, **values))}")
        return self.page.locator("main").get_by_role("button", name=name).first

    def link(self, source: str, **values: object) -> Locator:
        name = re.compile(rf"^\s*{re.escape(self.translate(source, **values))}")
        return self.page.locator("main").get_by_role("link", name=name).first

    def confirm(self, source: str = "", *, within: str = "main", **values: object) -> None:
        """Press an act that asks for confirmation, found by its text or place, and confirm it."""
        question = self.page.locator(f"{within} details.confirm")
        if source:
            question = question.filter(has=self.page.locator("summary", has_text=self.translate(source, **values)))
        question.first.locator("summary").click()
        self.follow(question.first.locator(".confirm-body button"))

    def follow(self, control: Locator) -> None:
        """Press a control that leads to another page and wait for that page."""
        with self.page.expect_navigation():
            control.click()
        # A form with a fragment in its address changes the address before the page is loaded again.
        self.page.wait_for_function("() => !document.body.inert", polling=10)

    def tab_until(self, control: str, steps: int) -> None:
        """Press Tab until a control has the focus; fail if it is not reached."""
        for _step in range(steps):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("at => document.activeElement.matches(at)", control):
                return
        raise AssertionError(f"{control} is not reached with {steps} Tabs on {self.page.url}")

    def draw_signature(self) -> None:
        """Draw a zigzag with the mouse in the field for signatures."""
        pad = self.page.locator("[data-sign-pad]")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box is not None
        start, middle = box["x"] + 20, box["y"] + box["height"] / 2
        self.page.mouse.move(start, middle)
        self.page.mouse.down()
        for step in range(1, 13):
            height = box["height"] * (0.25 if step % 2 else 0.75)
            self.page.mouse.move(start + step * box["width"] / 15, box["y"] + height)
        self.page.mouse.up()

    def fill(self, **answers: str) -> None:
        for name, text in answers.items():
            self.page.locator(f"main [name={name}]:visible").fill(text)

    def choose(self, **answers: str) -> None:
        """Set selects and comboboxes by the values of their options."""
        for name, value in answers.items():
            self.page.locator(f"main select[name={name}]").select_option(value, force=True)

    def expect_text(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def expect_heading(self, text: str) -> None:
        expect(self.page.locator("h1")).to_contain_text(text)

    def status_of(self, path: str) -> int:
        return self.page.request.get(self.address + path).status

    def path(self) -> str:
        return urlsplit(self.page.url).path

    def use_session(self, session: str) -> None:
        """Use a session that was created directly, for journeys that are not about signing in."""
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}
        self.page.context.add_cookies([cookie])

    def sign_in(self, email: str, *, password: str = PASSWORD, officer: bool = False) -> None:
        self.go("/accounts/login/")
        self.check_page()
        self.fill(login=email, password=password)
        self.follow(self.button(screen_texts.SIGN_IN))
        if officer:
            self.check_page()
            self.fill(code=totp.current_code(TOTP_SECRET))
            self.follow(self.page.locator("main form button[type=submit]").first)
        self.page.wait_for_url(lambda url: "/accounts/" not in url)
