"""Take pictures for docs/pictures from a running demo: `make demo` in one terminal, `make pictures` in another.

The demo's province has thousands of records, so these pages look as they do at work. e2e/test_pictures.py takes those
that need a state of their own, such as a telephone without a connection.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import django
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from ancu.core.testing.browser import find_chromium

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
LARGEST = 150_000  # bytes
COLOURS = 128  # pages have few colours; this reduces the file to a third without a visible difference
PATIENCE_MS = 120_000
LOCALES = {"vi": "vi-VN", "en": "en-GB"}
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Shot:
    """One picture: a page, and the links that lead from it to the page that is shown; each is its first one."""

    name: str
    path: str
    account: str = ""  # nobody signs in for a public page
    links: tuple[str, ...] = ()
    size: str = "desk"


PROVINCE, COMMUNE = "canbo@xnc.example", "canbo@maichau.example"
SHOTS = (
    Shot("area", "/office/area/", PROVINCE),
    Shot("guests", "/office/guests/", COMMUNE),
    Shot("person", "/office/guests/", COMMUNE, ("a[href^='/office/stays/']", "a[href^='/office/people/']")),
    Shot("alerts", "/office/alerts/", PROVINCE),
    Shot("alert", "/office/alerts/?severity=3", PROVINCE, ("a[href^='/office/alerts/']:not([href$='rules/'])",)),
    Shot("broadcast", "/office/broadcasts/", PROVINCE, ("a[href^='/office/broadcasts/']:not([href$='/new/'])",)),
    Shot("movement", "/office/movement/", PROVINCE),
    Shot("desk", "/desk/", PROVINCE),
    Shot("queue", "/office/dossiers/?state=", "tiepnhan@xnc.example"),
    Shot(
        "dossier",
        "/office/dossiers/?state=accepted&procedure=trc_organisation&officer=me",
        "thamdinh@xnc.example",
        ("a[href^='/office/dossiers/HBD']",),
    ),
    Shot("counter", "/office/dossiers/counter", "tiepnhan@xnc.example"),
    Shot("register", "/office/dossiers/register/", "thamdinh@xnc.example", ("a[rel=prev]",)),
    Shot("letters", "/office/dossiers/letters/?period=2026", "thamdinh@xnc.example"),
    Shot("fees", "/office/money/", "tiepnhan@xnc.example"),
    Shot("legal-file", "/dossiers/legal-file", "daidien@congty.example"),
    Shot("mandates", "/mandates/", "daidien@congty.example"),
    Shot("workers", "/workers/", "daidien@congty.example"),
    Shot("group-request", "/workers/requests/", "daidien@congty.example", ("a[href^='/workers/requests/']",)),
    Shot(
        "survey-results",
        "/surveys/",
        "phantich@xnc.example",
        ("a[href^='/surveys/']:not([href$='new/'])", "a[href$='/results/']"),
    ),
    Shot("petition", "/office/petitions/", PROVINCE, ("a[href^='/office/petitions/HB']",)),
    Shot("results", "/results/"),
    Shot("morning", "/office/results/morning/", "duyet@xnc.example"),
    Shot("system", "/office/administration/system/", "quantri@xnc.example"),
    Shot("help-public", "/community/", links=("a[href^='/community/']",)),
    Shot("today", "/stays/today/", "letan@homestay.example", size="phone"),
    Shot("report", "/reports/1/", "letan@homestay.example", size="phone"),
    Shot("follow", "/dossiers/", "teacher@applicant.example", ("a[href^='/dossiers/HB']",), "phone"),
)


def main() -> None:
    """Take the named pictures, or all, in both languages."""
    parser = argparse.ArgumentParser(prog="python -m e2e.demo_pictures", description=__doc__)
    parser.add_argument("address", help="of the running demo, such as http://127.0.0.1:8000")
    parser.add_argument("names", nargs="*", help="pictures to take; all by default")
    parser.add_argument("--folder", type=Path, default=PICTURES)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ancu.config.settings")
    django.setup()  # for the demo's accounts
    shots = [shot for shot in SHOTS if shot.name in options.names or not options.names]
    with launched_browser() as browser:
        signed_in = {
            account: sign_in(browser, options.address, account) for account in {shot.account for shot in shots}
        }
        for shot in shots:
            for language in LOCALES:
                target = options.folder / f"{shot.name}.{language}.png"
                picture = take(browser, options.address, shot, language, signed_in[shot.account])
                store(picture, target)
                sys.stdout.write(f"{target.name}\n")


@contextmanager
def launched_browser() -> Iterator[Browser]:
    """Context manager that yields the machine's Chromium and closes it at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


def sign_in(browser: Browser, address: str, account: str) -> Any:
    """Return the cookies of a session. A second factor's code is accepted once, so there is one session an account."""
    from ancu.demo.accounts import ACCOUNTS, PASSWORD, present_code  # after django.setup

    context = browser.new_context(base_url=address)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    if account:
        page.goto("/accounts/login/")
        page.locator("main [name=login]").fill(account)
        page.locator("main [name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        if any(entry.has_second_factor for entry in ACCOUNTS if entry.email == account):
            page.locator("main [name=code]").fill(present_code())
            page.locator("main form button[type=submit]").first.click()
        page.wait_for_function("() => !location.pathname.startsWith('/accounts/')")
        page.goto("/")  # the greeting of a fresh sign-in is shown once
    state = context.storage_state()
    context.close()
    return state


def take(browser: Browser, address: str, shot: Shot, language: str, state: Any) -> bytes:
    """Go to the page with a session's cookies and return its picture (PNG)."""
    size = DESK if shot.size == "desk" else PHONE
    context = browser.new_context(viewport=size, locale=LOCALES[language], base_url=address, storage_state=state)
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    page = context.new_page()
    page.goto(shot.path)
    for link in shot.links:
        page.goto(urljoin(page.url, str(page.locator(f"main {link}").first.get_attribute("href"))))
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)  # charts have been drawn
    picture = page.screenshot()
    context.close()
    return picture


def store(picture: bytes, target: Path) -> None:
    """Store a picture with few colours. Raises SystemExit when its file is too large for the guides."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    if target.stat().st_size > LARGEST:
        raise SystemExit(f"{target} has {target.stat().st_size:,} bytes; {LARGEST:,} are the most.")


if __name__ == "__main__":
    main()
