"""Browser journeys: a Chromium of the machine, at a phone's width and a desk's, against the real server."""

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
    from e2e.walk import Walk

Invite = Callable[..., "Walk"]

# Playwright keeps an event loop in the test's own thread; Django would take that for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Nothing is fetched, only what is wrong is described, and by its HTML alone, without a selector: a third of the time.
RUN_AXE = """([tags, contrast]) => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false,
  selectors: false, rules: {'color-contrast': {enabled: contrast}}})"""
NO_BROWSER = "no Chromium was found"
OFFICERS = {"olga", "pavel", "quynh", "rosa", "ines", "selma", "dora", "tam"}
CI = os.environ.get("CI") == "true"
PATIENCE_MS = 30_000  # of a page on a machine that does something else as well; nobody waits for what is there
EVERY_WAY = os.environ.get("ANCU_LONG") == "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
    if EVERY_WAY:
        return
    known = {item.nodeid for item in items}
    if crossed := [item for item in items if _is_crossed(item, known)]:
        config.hook.pytest_deselected(items=crossed)
        items[:] = [item for item in items if item not in crossed]


WAYS = {
    f"{one}-{other}]"
    for size in ("phone", "desk", "360", "1280")
    for lang in ("vi", "en")
    for one, other in ((size, lang), (lang, size))
}


def _is_crossed(item: pytest.Item, known: set[str]) -> bool:
    """A journey goes by phone in Vietnamese in every run, at a desk in English, too, when it is marked `two_ways`; all
    four ways in the long run (`make journeys`). `one_language` is Vietnamese alone.
    What each page looks like at a desk and in English is for `test_every_page`."""
    name, _, way = item.nodeid.partition("[")
    if item.get_closest_marker("one_language"):
        return way == "en]"
    if way == "desk-en]" and item.get_closest_marker("two_ways"):
        return False
    first = next((one for one in ("phone-vi]", "vi-phone]", "phone-en]", "360-en]") if f"{name}[{one}" in known), way)
    return way in WAYS and way != first


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The last lines name every journey that did not run."""
    skipped = [
        report.nodeid for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_sep("!", f"{len(skipped)} browser journeys did not run: {NO_BROWSER}")
        for nodeid in skipped:
            terminalreporter.write_line(nodeid)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all journeys; without one they are skipped, and with CI=true they fail."""
    path = find_chromium()
    if path is None:
        (pytest.fail if CI else pytest.skip)(NO_BROWSER)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        # A microphone that beeps and is always allowed; nobody's own is listened to.
        arguments += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        _move_clock(browser)
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()


def _move_clock(browser: Browser) -> None:
    """Pages tell the time of the run, as the server does (``ancu.core.testing.suite_clock``)."""
    new_context = browser.new_context

    def moved(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.add_init_script(suite_clock.page_script())
        return context

    browser.new_context = moved  # type: ignore[method-assign]


@pytest.fixture(params=[360, 1280], ids=["phone", "desk"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page; a script error or a refused resource on it fails the journey."""
    context = browser.new_context(viewport={"width": request.param, "height": 800}, locale="vi-VN")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    if last := os.environ.get("LAST_SIGHT"):  # a path: what the page looked like when the journey ended
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
def _kept_by_the_browser() -> Iterator[None]:
    """Static files may be kept, as where they are served in earnest: a page has thirty, a journey a hundred pages."""
    serve = StaticFilesHandler.serve

    def kept(self: Any, request: Any) -> Any:
        answer = serve(self, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", kept)
        yield


@pytest.fixture
def invite(_catalogues: None, page: Page, lang: str, live_server: Any, world: Any) -> Iterator[Invite]:
    """``invite("bob")`` is Bob, signed in; ``invite()`` is anybody. Each later guest gets a browser of his own.

    ``at_the_door=False``: with a session from here, where the journey is not about signing in.
    """
    from e2e.walk import Walk

    opened: list[Any] = []

    def come(name: str = "", *, at_the_door: bool = True) -> Walk:
        there = page if not opened else page.context.browser.new_context(viewport=page.viewport_size).new_page()
        opened.append(there)
        there.context.add_cookies([{"name": "django_language", "value": lang, "url": live_server.url}])
        walk = Walk(there, live_server.url, lang)
        if name:
            user = world.users[name]
            user.language = lang
            user.save(update_fields=["language"])
            if at_the_door:
                walk.sign_in(user.email, officer=name in OFFICERS)
            else:
                walk.bring(world.client(name).cookies[settings.SESSION_COOKIE_NAME].value)
        return walk

    yield come
    for there in opened[1:]:
        there.context.close()


def settled(page: Page) -> None:
    """Parts that a page asks for when it is there have come: they would move what is looked at."""
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling')", polling=10)


def axe_faults(page: Page, *, contrast: bool = True) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA on the page as it stands. Contrast takes it as long as all the rest."""
    page.evaluate(AXE.read_text(encoding="utf-8"))  # not a script element: the page's policy refuses those
    violations = page.evaluate(RUN_AXE, [WCAG, contrast])["violations"]
    return [f"{fault['id']}: {fault['help']}: {fault['nodes'][0]['html'][:200]}" for fault in violations]


def assert_accessible(page: Page) -> None:
    """axe finds nothing; of colours `test_every_page` and the long run tell, for they are the style sheet's."""
    faults = axe_faults(page, contrast=EVERY_WAY)
    assert not faults, "\n".join([page.url, *faults])
