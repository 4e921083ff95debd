"""Readable names of browsers: "Chrome, Android" instead of the user agent string.

Hand-written: ua-parser 1.0 takes a second and 30 MB in each process, takes Zalo for a WebView, and its families
("Mobile Safari UI/WKWebView", "iOS") would need a table as long as these.
"""

import re

BROWSERS = (  # the first that fits: most of them also call themselves Chrome and Safari
    ("Zalo", "Zalo"), ("coc_coc_browser", "Cốc Cốc"), ("SamsungBrowser", "Samsung Internet"), ("Edg", "Edge"),
    ("OPR", "Opera"), ("Firefox|FxiOS", "Firefox"), ("Chrom|CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip


def browser_named(user_agent: str) -> str:
    """Return browser and device of a user agent string, such as "Chrome, Android"; an unknown string unchanged."""
    names = [
        next((name for sign, name in patterns if re.search(sign, user_agent)), "") for patterns in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, names)) or user_agent
