"""A browser by the name that whoever holds it knows."""

import pytest

from ancu.apps.accounts.selectors.user_agents import browser_named

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        (f"Mozilla/5.0 (Linux; Android 14; SM-A055F) {KIT} Chrome/130.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        (f"Mozilla/5.0 (Linux; Android 13) {KIT} SamsungBrowser/26.0 Chrome/122.0 Mobile Safari/537.36",
         "Samsung Internet, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1",
         "Safari, iPhone"),
        (f"Mozilla/5.0 (Windows NT 10.0) {KIT} coc_coc_browser/128.0 Chrome/122.0 Safari/537.36", "Cốc Cốc, Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64) {KIT} Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox, Linux"),
        ("curl/8.5.0", "curl/8.5.0"), ("", ""),
    ],
)  # fmt: skip
def test_a_browser_by_its_name(sent, named):
    assert browser_named(sent) == named
