"""Fees (US dollars) and fines (dong) as they stood on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from ancu.engines.rulebook.amendments import Edition
from ancu.engines.rulebook.loader import RuleVersion, as_of, edition, rules
from ancu.engines.rulebook.terms import Term


@dataclass(frozen=True, slots=True)
class Fee:
    """One line of the fee table; `up_to` is the longest validity it covers, None when length is no matter."""

    code: str
    name_vi: str
    name_en: str
    usd: int
    up_to: Term | None


@dataclass(frozen=True, slots=True)
class Fine:
    """The range in dong for one band of an offence, and the article that sets it.

    The band is `from_count` to `to_count` (None: and more) of people or days, as the offence counts.
    """

    offence: str
    from_count: int
    to_count: int | None
    minimum: int
    maximum: int
    article_vi: str
    article_en: str
    version: str
    confidence: str


def fees(on: date) -> Mapping[str, Fee]:
    """Return the fees of the table in force that day, by their code; the office's changes are in it."""
    return _fees(edition(), on)


@lru_cache(maxsize=2048)
def _fees(_edition: Edition, on: date) -> Mapping[str, Fee]:
    """Return the fees in force that day, by their code; cached for an edition."""
    return {raw["code"]: _fee(raw) for raw in as_of("fees.immigration", on).values["fees"]}


def visa_fee(*, on: date, start: date, until: date, multiple: bool, under_14: bool = False) -> Fee:
    """Return the fee of a visa valid from `start` to `until`, by the table of the day `on`.

    A child's and a single-entry visa have one fee each. Raises ValueError if a multiple one exceeds the table.
    """
    if under_14:
        return fees(on)["visa.child"]
    if not multiple:
        return fees(on)["visa.single"]
    return _banded("visa.multiple.", on, start, until)


def card_fee(*, on: date, start: date, until: date) -> Fee:
    """Return the fee of a residence card valid from `start` to `until`, by the table of the day `on`.

    Raises ValueError if it exceeds the table.
    """
    return _banded("card.", on, start, until)


def undeclared_fine(foreigners: int, on: date, *, organisation: bool) -> Fine:
    """Return the fine for a lodging with this many undeclared foreigners; organisations pay a multiple."""
    return fine("fine.undeclared_foreigners", foreigners, on, organisation=organisation)


def overstay_fine(days: int, on: date) -> Fine:
    """Return the fine for a foreigner who overstayed by this many days."""
    return fine("fine.overstay", days, on, organisation=False)


def fine(rule_id: str, count: int, on: date, *, organisation: bool) -> Fine:
    """Return a decree's fine for `count` people or days, by the band of counts; organisations pay a multiple.

    Raises ValueError if the count is below the first band.
    """
    version = as_of(rule_id, on)
    factor = version.values["organisation_factor"] if organisation else 1
    for band in version.values["bands"]:
        if band["from"] <= count <= band.get("to", count):
            return _fine(version, band, factor)
    raise ValueError(f"{rule_id}: no band for {count}")


@cache
def band_starts(rule_id: str, on: date) -> tuple[int, ...]:
    """Return the number of people or days at which each band of a decree's fines begins, as of that day.

    Before the first decree they are that decree's: they grade how serious a fact is, which every day needs. The
    amount to pay comes from ``fine``.
    """
    versions = rules()[rule_id].versions
    version = next((version for version in versions if version.covers(on)), versions[0])
    return tuple(band["from"] for band in version.values["bands"])


def _banded(prefix: str, on: date, start: date, until: date) -> Fee:
    """Return the first fee whose code has this prefix and that covers the period. Raises ValueError if none does."""
    for entry in fees(on).values():
        if entry.code.startswith(prefix) and entry.up_to is not None and until <= entry.up_to.after(start):
            return entry
    raise ValueError(f"no fee {prefix}* covers {start.isoformat()} to {until.isoformat()}")


def _fee(raw: Mapping[str, str | int]) -> Fee:
    """Return the fee that a TOML table describes."""
    up_to = raw.get("up_to")
    return Fee(
        code=str(raw["code"]),
        name_vi=str(raw["name_vi"]),
        name_en=str(raw["name_en"]),
        usd=int(raw["usd"]),
        up_to=Term.parse(str(up_to)) if up_to else None,
    )


def _fine(version: RuleVersion, band: Mapping[str, int], factor: int) -> Fine:
    """Return the fine of a band, its amounts multiplied by ``factor``."""
    clause = band.get("clause")
    return Fine(
        offence=version.rule,
        from_count=band["from"],
        to_count=band.get("to"),
        minimum=band["minimum"] * factor,
        maximum=band["maximum"] * factor,
        article_vi=f"{version.article_vi}, khoản {clause}" if clause else version.article_vi,
        article_en=f"{version.article_en}, clause {clause}" if clause else version.article_en,
        version=version.version,
        confidence=version.confidence,
    )
