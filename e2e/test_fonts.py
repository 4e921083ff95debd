"""Nothing moves when the font arrives: the device's own font is drawn as wide as ours (``ancu/fonts.css``)."""

from typing import Any

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("/guest/", "/petitions/", "/procedures/", "/accounts/login/")
LARGEST_DIFFERENCE = 0.02  # of a page's height; a device's font unchanged makes five times as much


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_as_high_before_its_font_has_come(browser: Browser, live_server: Any, world: Any, path: str) -> None:
    before, after = (height_of(browser, live_server.url + path, has_font=has_font) for has_font in (False, True))
    assert abs(before - after) <= LARGEST_DIFFERENCE * after


def height_of(browser: Browser, url: str, *, has_font: bool) -> int:
    """Return the height of a page on a phone, in Vietnamese, with our font or without it."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    try:
        page = context.new_page()
        if not has_font:
            page.route("**/*.woff2", lambda route: route.abort())
        page.goto(url, wait_until="networkidle")
        page.evaluate("document.fonts.ready")
        return int(page.evaluate("document.documentElement.scrollHeight"))
    finally:
        context.close()
