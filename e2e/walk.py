"""How a journey walks: one person's browser, in one language, on the live server."""

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
from e2e.conftest import assert_accessible, settled

SAMPLES = Path(__file__).parent.parent / "ancu" / "engines" / "exchange" / "tests" / "samples"


@dataclass
class Walk:
    """``say`` gives the words of the product in the walker's language, so that one story is told in both."""

    page: Page
    address: str
    lang: str

    def say(self, source: str, *, context: str = "", **values: object) -> str:
        with translation.override(self.lang):
            said = translation.pgettext(context, source) if context else translation.gettext(source)
            return said % values

    def say_many(self, singular: str, plural: str, number: int, **values: object) -> str:
        """The sentence of a number: English has two, Vietnamese one."""
        with translation.override(self.lang):
            return translation.ngettext(singular, plural, number) % values

    def go(self, path: str) -> None:
        answer = self.page.goto(path if path.startswith("http") else self.address + path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"

    def look(self) -> None:
        """What holds on every page: its language, no value left out of a sentence, nothing wider than the screen,
        nothing that axe finds."""
        page = self.page
        settled(page)
        assert page.evaluate("document.documentElement.lang") == self.lang
        assert "%(" not in page.inner_text("body"), page.inner_text("body")
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} is {wider} px wider than the screen"
        for close in page.locator(".alert > .btn-close:visible").all():  # beside the words, not in a line of its own
            before = close.locator("xpath=preceding-sibling::div").bounding_box()
            place = close.bounding_box()
            assert before and place and place["x"] >= before["x"] + before["width"], page.url
        size = page.viewport_size or {"width": 360, "height": 800}
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})  # no bar over a link
        assert_accessible(page)
        page.set_viewport_size(size)

    def button(self, source: str, **values: object) -> Locator:
        name = re.compile(rf"^\s*{re.escape(self.say(source, **values))}")
        return self.page.locator("main").get_by_role("button", name=name).first

    def link(self, source: str, **values: object) -> Locator:
        name = re.compile(rf"^\s*{re.escape(self.say(source, **values))}")
        return self.page.locator("main").get_by_role("link", name=name).first

    def confirm(self, source: str = "", *, within: str = "main", **values: object) -> None:
        """Press an act that asks first, named by its words or its place, read the question, and say yes."""
        question = self.page.locator(f"{within} details.confirm")
        if source:
            question = question.filter(has=self.page.locator("summary", has_text=self.say(source, **values)))
        question.first.locator("summary").click()
        self.follow(question.first.locator(".confirm-body button"))

    def follow(self, control: Locator) -> None:
        """Press what leads to another page, and be there."""
        with self.page.expect_navigation():
            control.click()
        # A form that leads to a place in its own page changes the address before it loads the page again.
        self.page.wait_for_function("() => !document.body.inert", polling=10)

    def tab_until(self, control: str, steps: int) -> None:
        """Tab until the focus stands there; what is out of the keyboard's reach fails."""
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
        """Set lists by the values of their options, those that are typed into as well."""
        for name, value in answers.items():
            self.page.locator(f"main select[name={name}]").select_option(value, force=True)

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def heading(self, text: str) -> None:
        expect(self.page.locator("h1")).to_contain_text(text)

    def status_of(self, path: str) -> int:
        return self.page.request.get(self.address + path).status

    def path(self) -> str:
        return urlsplit(self.page.url).path

    def bring(self, session: str) -> None:
        """Be signed in by a session that was made elsewhere, where the story is not about signing in."""
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}
        self.page.context.add_cookies([cookie])

    def sign_in(self, email: str, *, password: str = PASSWORD, officer: bool = False) -> None:
        self.go("/accounts/login/")
        self.look()
        self.fill(login=email, password=password)
        self.follow(self.button("Sign in"))
        if officer:
            self.look()
            self.fill(code=totp.current_code(TOTP_SECRET))
            self.follow(self.page.locator("main form button[type=submit]").first)
        self.page.wait_for_url(lambda url: "/accounts/" not in url)
