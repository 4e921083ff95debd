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
    """Return the path of `$CHROMIUM`, of a browser on the PATH, or of Playwright's own; None without any."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    for name in NAMES:
        chromium = shutil.which(name)
        if chromium:
            return chromium
    return _playwrights_own()


def _playwrights_own() -> str | None:
    """Return the path of Playwright's Chromium; None if it is not installed."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- slow to load, seldom needed

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


def install() -> str | None:
    """Return the path of a Chromium, installed by the system's packages if necessary; None if that fails.

    Playwright's own is used if present but never downloaded, because nothing would verify who made it.
    """
    chromium = find_chromium()
    if chromium is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _run_reporting("apt-get", "update", "-qq")
        for package in ("chromium-headless-shell", "chromium"):  # older releases have the second alone
            if chromium is None:
                _run_reporting("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
                chromium = find_chromium()
    return chromium


def _run_reporting(*command: str) -> None:
    """Run a command; report a failure and go on. Journeys that cannot run are reported by the tests."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        sys.stderr.write(f"{' '.join(command)} failed: {(done.stderr or done.stdout).strip()[-300:]}\n")


def main() -> int:
    """Install or find a browser and print its path; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ancu.core.testing.browser")
    parser.add_argument("action", choices=["find", "install"])
    chromium = install() if parser.parse_args().action == "install" else find_chromium()
    sys.stdout.write(f"{chromium or 'no Chromium: the browser journeys cannot run'}\n")
    return 0


if __name__ == "__main__":
    main()
