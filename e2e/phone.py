"""A phone's browser that can be killed and reopened, go offline, and show what it has stored."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from ancu.apps.accounts.tests.factories import PASSWORD
from ancu.core import clock
from ancu.core.testing import suite_clock, texts
from ancu.core.testing.browser import find_chromium
from e2e.flaky_proxy import FlakyProxy, flaky_proxy
from e2e.visitor import Visitor

# Everything in the browser's storage, as somebody who reads the disk would see it.
STORED = """async () => {
  const databases = []
  for (const {name} of await indexedDB.databases()) {
    const base = await new Promise(done => { const it = indexedDB.open(name); it.onsuccess = () => done(it.result) })
    for (const kind of base.objectStoreNames) {
      const all = base.transaction(kind).objectStore(kind)
      const values = await new Promise(done => { const it = all.getAll(); it.onsuccess = () => done(it.result) })
      databases.push([name, kind, values])
    }
    base.close()
  }
  const plain = value => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder("latin1").decode(value) : value
  const pages = []
  for (const name of await caches.keys()) for (const it of await (await caches.open(name)).keys()) pages.push(it.url)
  return JSON.stringify([databases, {...localStorage}, {...sessionStorage}, pages], (_, value) => plain(value))
}"""


class Phone:
    """A browser with a profile folder, so that it can be killed and reopened."""

    def __init__(self, playwright: Any, folder: Path, lang: str) -> None:
        self.playwright, self.folder, self.lang = playwright, folder, lang
        self.errors: list[str] = []
        self.context: BrowserContext

    def open(self, address: str) -> Visitor:
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=find_chromium(), args=["--no-sandbox"],
            viewport={"width": 360, "height": 800}, locale="vi-VN",
            timezone_id="Pacific/Pago_Pago",  # eighteen hours behind Vietnam, whose time the forms use
        )  # fmt: skip
        self.context.add_init_script(suite_clock.page_script())
        self.context.set_default_timeout(15_000)
        self.context.add_cookies([{"name": "django_language", "value": self.lang, "url": address}])
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return Visitor(page, address, self.lang)

    def kill(self) -> None:
        self.context.close()


@pytest.fixture
def phone(browser: Any, tmp_path: Path, lang: str) -> Iterator[Phone]:
    phone = Phone(browser.browser_type, tmp_path, lang)
    phone.playwright = type("Types", (), {"chromium": browser.browser_type})
    yield phone
    phone.kill()
    assert phone.errors == []


@pytest.fixture
def proxy(live_server: Any) -> Iterator[FlakyProxy]:
    with flaky_proxy(live_server.url) as proxy:
        yield proxy


@pytest.fixture
def address(proxy: FlakyProxy) -> str:
    return f"http://localhost:{proxy.port}"


def sign_in(visitor: Visitor, world: Any, name: str) -> None:
    user = world.users[name]
    user.language = visitor.lang
    user.save(update_fields=["language"])
    visitor.go("/accounts/login/")
    visitor.fill(login=user.email, password=PASSWORD)
    visitor.follow(visitor.button(texts.SIGN_IN))
    visitor.page.wait_for_url("**/stays/today/")


def make_ready(visitor: Visitor) -> None:
    visitor.go("/stays/queue/")
    visitor.check_page()
    visitor.follow(visitor.button(texts.SET_UP_THIS_PHONE))
    visitor.expect_text(visitor.translate(texts.NOTHING_IS_WAITING_ON_THIS))
    wait_until_ready(visitor.page)


def wait_until_ready(page: Page) -> None:
    page.wait_for_selector("[data-phone-page=there]", state="attached")


def open_offline(visitor: Visitor, path: str) -> None:
    visitor.page.goto(visitor.address + path)
    wait_until_ready(visitor.page)


def day(offset: int) -> str:
    return f"{clock.today() + timedelta(days=offset):%d/%m/%Y}"


def key_guest(visitor: Visitor, number: int, **answers: str) -> None:
    page = visitor.page
    visitor.fill(document_number=f"C01X0T47{number}", full_name=f"HOFFMANN {chr(64 + number)}", birth_date="08/03/1984")
    page.locator("label[for=id_sex_0]").click()
    name = "Đức" if visitor.lang == "vi" else "Germany"
    page.locator("main form input[role=combobox]").first.fill(name)
    page.get_by_role("option", name=name, exact=True).click()
    visitor.fill(**({"room": "5A", "expected_departure": day(3)} | answers))
    visitor.button(texts.SAVE_AND_SEND).click()
    expect(page.locator("main [name=document_number]")).to_have_value("")


def wait_for(page: Page, done: Callable[[], bool]) -> None:
    for _time in range(300):
        if done():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not happen within 30 seconds")
