"""What a foreigner may hold and how long: visa symbols, residence cards, the stay granted at entry."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from io import StringIO

from ancu.engines.rulebook.amendments import Edition
from ancu.engines.rulebook.loader import DATA, as_of, edition
from ancu.engines.rulebook.terms import Term


@dataclass(frozen=True, slots=True)
class VisaSymbol:
    """One visa symbol: whom it is for, the longest visa, and the residence card it can lead to.

    `card_symbol` None: no temporary residence card. `card_max` None with a symbol: the maximum is not
    known yet and must be asked. `confidence` is the mark of the row's own source.
    """

    symbol: str
    meaning_vi: str
    meaning_en: str
    visa_max: Term
    card_symbol: str | None
    card_max: Term | None
    note: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class EntryStay:
    """The stay granted at the border for one kind of entry; `days` None: as long as the paper is valid."""

    kind: str
    name_vi: str
    name_en: str
    days: int | None
    extendable: bool


def visa_symbols(on: date) -> Mapping[str, VisaSymbol]:
    """Return the visa symbols of the law in force that day, by symbol; the office's changes are in it."""
    return _visa_symbols(edition(), on)


@lru_cache(maxsize=2048)
def _visa_symbols(_edition: Edition, on: date) -> Mapping[str, VisaSymbol]:
    """Return the visa symbols in force that day, by symbol; cached for an edition."""
    values = as_of("visa.symbols", on).values
    absent = set(values.get("without", []))
    rows = [row for row in _symbol_rows(values["table"]) if row["symbol"] not in absent]
    return {row["symbol"]: _symbol(row, values) for row in rows}


@cache
def _symbol_rows(table: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a table of visa symbols; cached."""
    return tuple(csv.DictReader(StringIO((DATA / table).read_text(encoding="utf-8"))))


@cache
def entry_stays(on: date) -> Mapping[str, EntryStay]:
    """Return by kind of entry, such as visa-free, how many days one may stay, by the law of that day."""
    return {raw["kind"]: _entry_stay(raw) for raw in as_of("stay.at_entry", on).values["stays"]}


def passport_margin(on: date) -> timedelta:
    """Return how long before the passport's expiry a visa or card granted that day must end, at least."""
    return timedelta(days=as_of("permit.passport_margin", on).values["days"])


def latest_visa_end(symbol: str, start: date, passport_expiry: date) -> date:
    """Return the last day a visa that begins on `start` may have, by its symbol and the passport's expiry.

    It may be earlier than `start`: then the passport ends too soon for any visa. Raises KeyError for a symbol not in
    force.
    """
    by_symbol = visa_symbols(start)[symbol].visa_max.after(start)
    return min(by_symbol, passport_expiry - passport_margin(start))


def latest_card_end(symbol: str, start: date, passport_expiry: date) -> date | None:
    """Return the last day a temporary residence card that begins on `start` may have.

    None: the symbol gives no card, or its maximum is unknown. Raises KeyError for a symbol not in force.
    """
    card_max = visa_symbols(start)[symbol].card_max
    if card_max is None:
        return None
    return min(card_max.after(start), passport_expiry - passport_margin(start))


def _symbol(row: Mapping[str, str], values: Mapping[str, Mapping[str, str]]) -> VisaSymbol:
    """Return a visa symbol from its row of the data file.

    The version's ``values`` have the longest visas and cards where they differ from the file.
    """
    symbol, years = row["symbol"], row["trc_max_years"]
    visa_max = values.get("visa_max", {}).get(symbol, row["max_visa_validity"])
    card_max = values.get("card_max", {}).get(symbol, f"{years} years" if years else "")
    return VisaSymbol(
        symbol=symbol,
        meaning_vi=row["meaning_vi"],
        meaning_en=row["meaning_en"],
        visa_max=Term.parse(visa_max),
        card_symbol=row["trc_symbol"] or None,
        card_max=Term.parse(card_max) if card_max else None,
        note=row["note"],
        source=row["source"],
        confidence=row["confidence"],
    )


def _entry_stay(raw: dict[str, object]) -> EntryStay:
    """Return the permitted stay after a kind of entry, from its TOML table."""
    days = raw.get("days")
    return EntryStay(
        kind=str(raw["kind"]),
        name_vi=str(raw["name_vi"]),
        name_en=str(raw["name_en"]),
        days=days if isinstance(days, int) else None,
        extendable=bool(raw["extendable"]),
    )
