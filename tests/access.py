"""The access table: every address × method × persona → status. ``access.txt`` holds it, in columns.

A route is written as Django's pattern for it, a regular expression as the names of its groups.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

TABLE = Path(__file__).parent / "access.txt"
PERSONAS = (
    "public", "alice", "bob", "charlie", "olga", "pavel", "quynh", "anh", "rosa", "ines", "selma", "dora",
    "token", "sam", "ramon", "mia", "hoa", "tam",
)  # fmt: skip
WHO = {
    "public": "nobody signed in",
    "alice": "manager of a lodging",
    "bob": "receptionist of that lodging",
    "charlie": "manager of another lodging",
    "olga": "area officer of the lodging's commune",
    "pavel": "area officer of another commune",
    "quynh": "area officer of the province",
    "anh": "analyst of the province",
    "rosa": "administrator of the province",
    "ines": "intake officer of the province",
    "selma": "assessing officer of the province",
    "dora": "approving officer of the province",
    "token": "a program of Alice's lodging; for dossiers, of the sponsor",
    "sam": "clerk of a sponsor",
    "ramon": "representative of that sponsor",
    "mia": "an applicant",
    "hoa": "hotline operator of the province",
    "tam": "tip handler of the province, without the passphrase",
}


class AccessRow(NamedTuple):
    method: str
    route: str
    expected: dict[str, int]


class Route(NamedTuple):
    """One address of the URLconf; ``public`` when nobody need be signed in."""

    path: str
    public: bool


def rows() -> list[AccessRow]:
    """The table as written; a line is a method, a route and a status for each persona."""
    rows = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            method, route, *statuses = line.split()
            rows.append(AccessRow(method, route, dict(zip(PERSONAS, map(int, statuses), strict=True))))
    return rows


def routes() -> list[Route]:
    """Every address the real URLconf answers."""
    from django.urls import get_resolver

    return list(_walk(get_resolver().url_patterns, "/"))


def _walk(patterns: Any, prefix: str) -> Iterator[Route]:
    from django.contrib.admindocs.views import simplify_regex

    for entry in patterns:
        text = str(entry.pattern)
        path = prefix + (simplify_regex(text).lstrip("/") if "(?P" in text or text.startswith("^") else text)
        if hasattr(entry, "url_patterns"):
            yield from _walk(entry.url_patterns, path)
        else:
            yield Route(path, not getattr(entry.callback, "login_required", True))


def line(method: str, route: str, statuses: dict[str, int]) -> str:
    """A row as the table writes it."""
    return f"{method:<6} {route:<64} " + " ".join(f"{statuses[name]:<7}" for name in PERSONAS).rstrip()
