"""Find a Chromium for the browser journeys, or install one: python -m ancu.core.testing.browser install"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

# The shell is the same engine without windows: a journey takes two thirds of the time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)


def find_chromium() -> str | None:
    """The path of `$CHROMIUM`, else of a browser on the PATH, else of Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    for name in NAMES:
        chromium = shutil.which(name)
        if chromium:
            return chromium
    return _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- slow to load, seldom needed

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


def install() -> str | None:
    """A Chromium, by the system's packages when there is none; None when none can be had.

    Playwright's own is used where it is, and never fetched: no hash or signature would tell who made it.
    """
    chromium = find_chromium()
    if chromium is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _try("apt-get", "update", "-qq")
        for package in ("chromium-headless-shell", "chromium"):  # older releases have the second alone
            if chromium is None:
                _try("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
                chromium = find_chromium()
    return chromium


def _try(*command: str) -> None:
    """Say what failed and go on: a journey that cannot run is reported at the end of the tests."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        sys.stderr.write(f"{' '.join(command)} failed: {(done.stderr or done.stdout).strip()[-300:]}\n")


def main() -> int:
    """Print where the browser is."""
    parser = argparse.ArgumentParser(prog="python -m ancu.core.testing.browser")
    parser.add_argument("action", choices=["find", "install"])
    chromium = install() if parser.parse_args().action == "install" else find_chromium()
    sys.stdout.write(f"{chromium or 'no Chromium: the browser journeys cannot run'}\n")
    return 0


if __name__ == "__main__":
    main()
