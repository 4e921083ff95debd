"""A phone in somebody's hand: killed and opened again, with a line or without, and what its own storage says."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from ancu.apps.accounts.tests.factories import PASSWORD
from ancu.core import clock
from ancu.core.testing import suite_clock
from ancu.core.testing.browser import find_chromium
from e2e.line import Line, line_to
from e2e.walk import Walk

# What the phone's own storage says to whoever reads the disk.
STORED = """async () => {
  const kept = []
  for (const {name} of await indexedDB.databases()) {
    const base = await new Promise(done => { const it = indexedDB.open(name); it.onsuccess = () => done(it.result) })
    for (const kind of base.objectStoreNames) {
      const all = base.transaction(kind).objectStore(kind)
      const values = await new Promise(done => { const it = all.getAll(); it.onsuccess = () => done(it.result) })
      kept.push([name, kind, values])
    }
    base.close()
  }
  const plain = value => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder("latin1").decode(value) : value
  const pages = []
  for (const name of await caches.keys()) for (const it of await (await caches.open(name)).keys()) pages.push(it.url)
  return JSON.stringify([kept, {...localStorage}, {...sessionStorage}, pages], (_, value) => plain(value))
}"""


class PhoneInHand:
    """A browser with a folder of its own, so that it can be killed and opened again as a phone's is."""

    def __init__(self, playwright: Any, folder: Path, lang: str) -> None:
        self.playwright, self.folder, self.lang = playwright, folder, lang
        self.errors: list[str] = []
        self.context: BrowserContext

    def open(self, address: str) -> Walk:
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=find_chromium(), args=["--no-sandbox"],
            viewport={"width": 360, "height": 800}, locale="vi-VN",
            timezone_id="Pacific/Pago_Pago",  # eighteen hours behind: what is keyed is Vietnam's time all the same
        )  # fmt: skip
        self.context.add_init_script(suite_clock.page_script())
        self.context.set_default_timeout(15_000)
        self.context.add_cookies([{"name": "django_language", "value": self.lang, "url": address}])
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return Walk(page, address, self.lang)

    def kill(self) -> None:
        self.context.close()


@pytest.fixture
def phone(browser: Any, tmp_path: Path, lang: str) -> Iterator[PhoneInHand]:
    held = PhoneInHand(browser.browser_type, tmp_path, lang)
    held.playwright = type("Types", (), {"chromium": browser.browser_type})
    yield held
    held.kill()
    assert held.errors == []


@pytest.fixture
def line(live_server: Any) -> Iterator[Line]:
    with line_to(live_server.url) as line:
        yield line


@pytest.fixture
def address(line: Line) -> str:
    return f"http://localhost:{line.port}"


def sign_in(walk: Walk, world: Any, name: str) -> None:
    user = world.users[name]
    user.language = walk.lang
    user.save(update_fields=["language"])
    walk.go("/accounts/login/")
    walk.fill(login=user.email, password=PASSWORD)
    walk.follow(walk.button("Sign in"))
    walk.page.wait_for_url("**/stays/today/")


def make_ready(walk: Walk) -> None:
    walk.go("/stays/queue/")
    walk.look()
    walk.follow(walk.button("Make this phone ready"))
    walk.sees(walk.say("Nothing waits on this phone"))
    there(walk.page)


def there(page: Page) -> None:
    page.wait_for_selector("[data-phone-page=there]", state="attached")


def without_line(walk: Walk, path: str) -> None:
    walk.page.goto(walk.address + path)
    there(walk.page)


def day(offset: int) -> str:
    return f"{clock.today() + timedelta(days=offset):%d/%m/%Y}"


def key_guest(walk: Walk, number: int, **answers: str) -> None:
    page = walk.page
    walk.fill(document_number=f"C01X0T47{number}", full_name=f"HOFFMANN {chr(64 + number)}", birth_date="08/03/1984")
    page.locator("label[for=id_sex_0]").click()
    name = "Đức" if walk.lang == "vi" else "Germany"
    page.locator("main form input[role=combobox]").first.fill(name)
    page.get_by_role("option", name=name, exact=True).click()
    walk.fill(**({"room": "5A", "expected_departure": day(3)} | answers))
    walk.button("Keep and send").click()
    expect(page.locator("main [name=document_number]")).to_have_value("")


def wait_for(page: Page, done: Callable[[], bool]) -> None:
    for _time in range(150):
        if done():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not happen within 15 seconds")
