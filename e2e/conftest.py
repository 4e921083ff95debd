"""Browser journeys: the machine's Chromium, at the width of a phone and of a desktop, against the real server."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from ancu.core.testing import suite_clock
from ancu.core.testing.browser import find_chromium
from ancu.core.translations import compile_all

if TYPE_CHECKING:
    from e2e.visitor import Visitor

Invite = Callable[..., "Visitor"]

# Playwright runs an event loop in the test's thread, which Django would take for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# axe loads nothing and reports only violations, by their HTML and without a selector: that takes a third of the time.
RUN_AXE = """([tags, contrast]) => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false,
  selectors: false, rules: {'color-contrast': {enabled: contrast}}})"""
NO_BROWSER = "no Chromium was found"
OFFICERS = {"olga", "pavel", "quynh", "rosa", "ines", "selma", "dora", "tam"}
CI = os.environ.get("CI") == "true"
PATIENCE_MS = 30_000  # generous, because the machine may be busy; an element that is present is not waited for
EVERY_WAY = os.environ.get("ANCU_LONG") == "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
    if EVERY_WAY:
        return
    node_ids = {item.nodeid for item in items}
    if left_out := [item for item in items if _is_left_out(item, node_ids)]:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


VARIANTS = {
    f"{first}-{second}]"
    for size in ("phone", "desk", "360", "1280")
    for lang in ("vi", "en")
    for first, second in ((size, lang), (lang, size))
}


def _is_left_out(item: pytest.Item, node_ids: set[str]) -> bool:
    """Return whether this run leaves out a variant of a journey.

    Every run has the variant on a phone in Vietnamese, and the one on a desktop in English if the journey is marked
    `two_ways`. `make journeys` runs all four. A journey marked `one_language` runs in Vietnamese only.
    `test_every_page` checks each page on a desktop and in English.
    """
    name, _, variant = item.nodeid.partition("[")
    if item.get_closest_marker("one_language"):
        return variant == "en]"
    if variant == "desk-en]" and item.get_closest_marker("two_ways"):
        return False
    first = next((v for v in ("phone-vi]", "vi-phone]", "phone-en]", "360-en]") if f"{name}[{v}" in node_ids), variant)
    return variant in VARIANTS and variant != first


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name every journey that did not run in the last lines of the report."""
    skipped = [
        report.nodeid for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_sep("!", f"{len(skipped)} browser journeys did not run: {NO_BROWSER}")
        for nodeid in skipped:
            terminalreporter.write_line(nodeid)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one browser for all journeys. Without a browser they are skipped, or fail if CI=true."""
    path = find_chromium()
    if path is None:
        (pytest.fail if CI else pytest.skip)(NO_BROWSER)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        # A fake microphone that beeps and needs no permission.
        arguments += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        _move_clock(browser)
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()


def _move_clock(browser: Browser) -> None:
    """Give each page the same time as the server (``ancu.core.testing.suite_clock``)."""
    new_context = browser.new_context

    def new_context_with_clock(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.add_init_script(suite_clock.page_script())
        return context

    browser.new_context = new_context_with_clock  # type: ignore[method-assign]


@pytest.fixture(params=[360, 1280], ids=["phone", "desk"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a new page. A script error or a refused resource on it fails the journey."""
    context = browser.new_context(viewport={"width": request.param, "height": 800}, locale="vi-VN")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    if last := os.environ.get("LAST_SCREENSHOT"):  # the path of a screenshot of the last page
        context.pages[-1].screenshot(path=last)
    context.close()
    assert errors == []


@pytest.fixture(params=["vi", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def _catalogues() -> None:
    compile_all()


@pytest.fixture(scope="session", autouse=True)
def _cacheable_static_files() -> Iterator[None]:
    """Let the browser cache static files, as in production: a page has thirty of them, a journey a hundred pages."""
    serve = StaticFilesHandler.serve

    def serve_cacheable(self: Any, request: Any) -> Any:
        answer = serve(self, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", serve_cacheable)
        yield


@pytest.fixture
def invite(_catalogues: None, page: Page, lang: str, live_server: Any, world: Any) -> Iterator[Invite]:
    """Return a function: ``invite("bob")`` is Bob, signed in; ``invite()`` is not signed in.

    The second and every later visitor has a browser context of their own. ``by_login_page=False`` creates the session
    directly, for journeys that are not about signing in.
    """
    from e2e.visitor import Visitor

    pages: list[Any] = []

    def open_visitor(name: str = "", *, by_login_page: bool = True) -> Visitor:
        own_page = page if not pages else page.context.browser.new_context(viewport=page.viewport_size).new_page()
        pages.append(own_page)
        own_page.context.add_cookies([{"name": "django_language", "value": lang, "url": live_server.url}])
        visitor = Visitor(own_page, live_server.url, lang)
        if name:
            user = world.users[name]
            user.language = lang
            user.save(update_fields=["language"])
            if by_login_page:
                visitor.sign_in(user.email, officer=name in OFFICERS)
            else:
                visitor.use_session(world.client(name).cookies[settings.SESSION_COOKIE_NAME].value)
        return visitor

    yield open_visitor
    for own_page in pages[1:]:
        own_page.context.close()


def wait_until_settled(page: Page) -> None:
    """Wait until the parts that a page loads later are there, because they move the layout."""
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling')", polling=10)


def axe_faults(page: Page, *, contrast: bool = True) -> list[str]:
    """Return axe's violations of WCAG 2.2 A and AA. The contrast rule takes as long as all others together."""
    page.evaluate(AXE.read_text(encoding="utf-8"))  # the page's content security policy refuses a script element
    violations = page.evaluate(RUN_AXE, [WCAG, contrast])["violations"]
    return [f"{fault['id']}: {fault['help']}: {fault['nodes'][0]['html'][:200]}" for fault in violations]


def assert_accessible(page: Page) -> None:
    """Assert that axe finds nothing. Contrast is checked by `test_every_page` and in the long run only."""
    faults = axe_faults(page, contrast=EVERY_WAY)
    assert not faults, "\n".join([page.url, *faults])
