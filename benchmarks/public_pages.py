"""How soon public pages are seen on a slow phone: ``python -m benchmarks.public_pages http://127.0.0.1:8000``.

The address is of a running program (``make demo``). Chromium at 360 px, with a line of 1.6 Mbit/s, 150 ms away, and a
processor four times slower, loads each page with an empty cache. Printed are the bytes that came over the line, the
largest contentful paint (LCP) in seconds and the cumulative layout shift (CLS, without unit).
"""

import sys
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from ancu.core.testing.browser import find_chromium

PATHS = (
    "/", "/results/", "/guest/", "/stays/verify/", "/dossiers/new", "/procedures/", "/petitions/", "/tips/",
    "/meetings/", "/meetings/promises/", "/community/", "/s/", "/for-programs", "/accounts/login/",
)  # fmt: skip
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER = 4
LARGEST_BYTES, LATEST_PAINT_SECONDS, LARGEST_SHIFT = 200_000, 2.5, 0.05
SETTLED_MS = 1500  # of stillness, in which late shifts would show
OBSERVE = """() => {
  window.seen = {lcp: 0, cls: 0};
  new PerformanceObserver(list => list.getEntries().forEach(e => { seen.lcp = e.startTime; }))
    .observe({type: 'largest-contentful-paint', buffered: true});
  new PerformanceObserver(list => list.getEntries().forEach(e => { if (!e.hadRecentInput) seen.cls += e.value; }))
    .observe({type: 'layout-shift', buffered: true});
}"""


class Load(NamedTuple):
    """Bytes over the line, seconds to the largest paint, and layout shift of one page."""

    received: int
    paint: float
    shift: float

    @property
    def is_within_aims(self) -> bool:
        """Whether the page keeps all three aims."""
        return self.received <= LARGEST_BYTES and self.paint <= LATEST_PAINT_SECONDS and self.shift <= LARGEST_SHIFT


def main() -> int:
    """Print one line for each public page; return the number of pages that miss an aim."""
    address, *paths = sys.argv[1:]
    missed = 0
    print(f"{'page':24} {'KB':>6} {'LCP s':>6} {'CLS':>6}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for path in paths or PATHS:
            load = load_page(browser, address + path)
            missed += not load.is_within_aims
            verdict = "" if load.is_within_aims else "  (not reached)"
            print(f"{path:24} {load.received / 1000:6.0f} {load.paint:6.2f} {load.shift:6.3f}{verdict}", flush=True)
        browser.close()
    return missed


def load_page(browser: Browser, url: str) -> Load:
    """Load a page as on a slow phone with an empty cache."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    received = _slow_down(page)
    page.add_init_script(f"({OBSERVE})()")
    response = page.goto(url, wait_until="networkidle")
    if response is None or not response.ok:
        raise SystemExit(f"{url} answered {response.status if response else 'nothing'}.")
    page.wait_for_timeout(SETTLED_MS)
    paint = page.evaluate("() => window.seen")
    context.close()
    return Load(sum(received), paint["lcp"] / 1000, paint["cls"])


def _slow_down(page: Page) -> list[int]:
    """Slow the page's line and processor down; return a list to which the bytes of each answer are added."""
    session = page.context.new_cdp_session(page)
    received: list[int] = []

    def add(event: dict[str, Any]) -> None:
        """Add the bytes of a finished answer."""
        received.append(int(event["encodedDataLength"]))

    session.on("Network.loadingFinished", add)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return received


if __name__ == "__main__":
    sys.exit(main())
