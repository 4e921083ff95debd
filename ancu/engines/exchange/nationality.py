"""Recognise the nationality that a hotel program wrote; never assume a default.

Order: placeholders that carry nothing; the portal's code; ISO alpha-3; ISO alpha-2; names in Vietnamese and
English, misspelt ones of the portal's list included, with or without accents and brackets.

The value kept is ISO 3166-1 alpha-3 where ISO has one (the portal's `D` becomes `DEU`). `RKS` (Kosovo) stays
`RKS`: ISO has no code for it, passports and the portal write `RKS`, and the user-assigned `XKX` is read as it.
"""

import csv
import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from ancu.engines.exchange.codes import finding
from ancu.engines.exchange.model import Finding

VERSION = "2026-07-24"
"""Date of the portal's list that `portal_code` follows."""


FREQUENT = (
    "KOR", "CHN", "TWN", "USA", "JPN", "IND", "RUS", "AUS", "KHM", "MYS", "THA", "PHL",
    "GBR", "FRA", "DEU", "SGP", "CAN", "LAO", "IDN", "ITA", "ESP", "NLD",
)  # fmt: skip
"""Where most visitors of Viet Nam come from: offered before all others. A comfort for those who type, no more."""


class Country(NamedTuple):
    """A nationality of the data file: its codes and names."""

    code: str  # ISO alpha-3, or the code passports use where ISO has none
    portal_code: str  # empty: not on the portal's list
    iso2: str
    name_en: str
    name_vi: str
    aliases: tuple[str, ...]
    note: str


class Nationality(NamedTuple):
    """The nationality read from a text, with findings; `code` is None when an error explains why."""

    code: str | None
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()


_PLACEHOLDERS = frozenset(
    [
        "for",
        "foreign",
        "foreigner",
        "foreigners",
        "nuocngoai",
        "nguoinuocngoai",
        "khachnuocngoai",
        "quocte",
        "international",
        "other",
        "khac",
        "unknown",
        "khongro",
        "khongbiet",
        "khongxacdinh",
        "chuaro",
    ]
)


def fold(text: str) -> str:
    """Return the letters and digits of a text in lower case without accents, to compare names and headers."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in plain if c.isalnum())


@cache
def countries() -> tuple[Country, ...]:
    """Return every nationality of the data file, in its order."""
    source = resources.files(__package__).joinpath("data", "nationalities.csv")
    with source.open(encoding="utf-8") as lines:
        return tuple(
            Country(
                row["code"],
                row["portal_code"],
                row["iso2"],
                row["name_en"],
                row["name_vi"],
                tuple(a for a in row["aliases"].split("|") if a),
                row["note"],
            )
            for row in csv.DictReader(lines)
        )


@cache
def portal_labels() -> dict[str, str]:
    """Return by the portal's country code its `CODE - Name`, spelt and ordered as in the portal's template."""
    source = resources.files(__package__).joinpath("data", "portal_nationalities.csv")
    with source.open(encoding="utf-8") as lines:
        return {row["code"]: row["as_in_template"] for row in csv.DictReader(lines)}


@cache
def by_code() -> dict[str, Country]:
    """Return the countries by their ISO alpha-3 code."""
    return {c.code: c for c in countries()}


@cache
def _codes() -> dict[str, Country]:
    """Return the countries by every code a program may write, in upper case; the portal's codes take precedence."""
    countries_by_code = {c.iso2: c for c in countries() if c.iso2}
    for c in countries():
        countries_by_code.update({a: c for a in c.aliases if re.fullmatch(r"XK[XK]?|SCT", a)})
    countries_by_code |= {c.code: c for c in countries()}
    countries_by_code |= {c.portal_code: c for c in countries() if c.portal_code}
    return countries_by_code


@cache
def _names() -> tuple[dict[str, Country], dict[str, Country]]:
    """Return two mappings to countries: by lower-case names, and by folded names that only one country has."""
    exact: dict[str, Country] = {}
    folded: dict[str, Country | None] = {}
    for c in countries():
        for name in (c.name_vi, c.name_en, *c.aliases):
            exact.setdefault(name.lower(), c)
            key = fold(name)
            folded[key] = c if folded.get(key, c) is c else None
    return exact, {k: v for k, v in folded.items() if v is not None and len(k) > 1}


_CODE_NAME = re.compile(r"([A-Za-z]{1,3}-?)\s*[-–—:]\s*(.*\S)", re.DOTALL)
_BRACKETS = re.compile(r"([^()\[\]]*)[(\[]([^()\[\]]*)[)\]]\s*")
_NAMES_LIKE_CODES = {"Nga": "RUS"}  # a Vietnamese name that is also another country's code when in capitals


def _by_name(text: str) -> Country | None:
    """Return the country with this name, compared exactly or folded; None if there is none."""
    exact, folded = _names()
    return exact.get(text.lower()) or folded.get(fold(text))


def _by_brackets(text: str) -> tuple[Country | None, bool]:
    """Return the country of a text such as `Germany ( Đức )`, and whether its two names contradict each other.

    The country is None if it is unknown, contradictory or the text has no brackets.
    """
    match = _BRACKETS.fullmatch(text)
    if not match:
        return None, False
    matches = {c for part in match.groups() if (c := _by_name(part.strip()) or _codes().get(part.strip().upper()))}
    return (matches.pop(), False) if len(matches) == 1 else (None, len(matches) > 1)


def _recognised(country: Country, extra: tuple[Finding, ...], notes: tuple[Finding, ...], text: str) -> Nationality:
    """Return the nationality of a recognised country with its findings; ``extra`` are warnings, ``notes`` notes.

    Vietnamese is an error, as only foreigners are declared. A country that the portal does not list brings a warning.
    """
    if country.code == "VNM":
        return Nationality("VNM", (finding("not_a_foreigner", "nationality", text),), extra, notes)
    if not country.portal_code:
        extra = (*extra, _country_finding("nationality_not_on_portal_list", text, country))
    return Nationality(country.code, (), extra, notes)


def _country_finding(code: str, text: str, country: Country) -> Finding:
    """Return a finding about a country, with its code and names."""
    country_code = country.portal_code or country.code
    return finding(
        code,
        "nationality",
        text,
        shown=country_code,
        name_vi=country.name_vi,
        name_en=country.name_en,
    )


@lru_cache(maxsize=8192)
def read_nationality(text: str | None) -> Nationality:
    """Return the nationality that a cell names, with findings; code None if it is missing or unknown.

    The cell may hold any country code, a name, or ``CODE - Name``.
    """
    if text is None:
        return Nationality(None, (finding("nationality_missing", "nationality"),))
    if fold(text) in _PLACEHOLDERS and text not in by_code():
        return Nationality(None, (finding("nationality_missing", "nationality", text),))
    if text in _NAMES_LIKE_CODES:
        country = by_code()[_NAMES_LIKE_CODES[text]]
        return _recognised(country, (_country_finding("nationality_ambiguous", text, country),), (), text)
    upper = text.upper()
    country_or_none = _codes().get(upper) if text.lower() not in _names()[0] or text.isascii() else None
    if country_or_none is not None:
        country = country_or_none
        if upper in (country.portal_code, country.code):
            return _recognised(country, (), (), text)
        if not country.portal_code or upper == country.iso2 != "XK":
            return _recognised(country, (), (_country_finding("nationality_from_name", text, country),), text)
        return _recognised(country, (_country_finding("nationality_alias", text, country),), (), text)
    return _read_name(text)


def _read_name(text: str) -> Nationality:
    """Read a nationality written as a name or as ``CODE - Name``.

    Code and name must not contradict each other.
    """
    match = _CODE_NAME.fullmatch(text)
    coded = _codes().get(match[1].upper()) if match else None
    named = _by_name(text)
    if named is None and match and coded is not None:
        second = _by_name(match[2]) or _by_brackets(match[2])[0]
        if second is not None and second is not coded:
            return Nationality(None, (finding("nationality_contradictory", "nationality", text),))
        return _recognised(coded, (), (), text)
    contradictory = False
    if named is None:
        named, contradictory = _by_brackets(text)
    if named is None:
        code = "nationality_contradictory" if contradictory else "nationality_unknown"
        return Nationality(None, (finding(code, "nationality", text),))
    itself = text.casefold() in (named.name_vi.casefold(), named.name_en.casefold())
    return _recognised(named, (), () if itself else (_country_finding("nationality_from_name", text, named),), text)
