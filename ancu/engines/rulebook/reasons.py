"""Listed reasons, as dated rules: why a paper is returned, and ready reasons of refusals, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from ancu.engines.rulebook.amendments import REFUSAL_REASONS, REQUESTS, RETURN_REASONS, Edition
from ancu.engines.rulebook.loader import NotInForce, as_of, edition, rules

LAST = "other"  # stands at the end of the list
REASON_RULES = (RETURN_REASONS, REFUSAL_REASONS, REQUESTS)


@dataclass(frozen=True, slots=True)
class ReturnedReason:
    """A reason why a paper is returned; its words follow the paper's name."""

    code: str
    words_vi: str
    words_en: str


@dataclass(frozen=True, slots=True)
class RefusalReason:
    """A ready reason of a refusal or of a dossier that is not accepted, with its article."""

    code: str
    acts: tuple[str, ...]
    text_vi: str
    text_en: str
    article_vi: str
    article_en: str


def return_reasons(on: date) -> Mapping[str, ReturnedReason]:
    """Return the reasons of that day why a paper is returned, by their code; the office's changes are in it."""
    return _return_reasons(edition(), on)


@lru_cache(maxsize=256)
def _return_reasons(_edition: Edition, on: date) -> Mapping[str, ReturnedReason]:
    """Return the reasons of that day why a paper is returned; cached for an edition."""
    rows = sorted(as_of(RETURN_REASONS, on).values["reasons"], key=lambda row: row["code"] == LAST)
    return {row["code"]: ReturnedReason(row["code"], row["vi"], row["en"]) for row in rows}


def returned_reason(code: str, on: date) -> ReturnedReason | None:
    """Return a reason as it was worded on a day; of one that had ended by then the last words, None if unknown."""
    return _returned_reason(edition(), code, on)


@lru_cache(maxsize=2048)
def _returned_reason(_edition: Edition, code: str, on: date) -> ReturnedReason | None:
    """Return a reason as it was worded on a day; cached for an edition."""
    versions = rules()[RETURN_REASONS].versions
    begun = [version for version in reversed(versions) if version.valid_from <= on]
    later = [version for version in versions if version.valid_from > on]
    rows = (row for version in (*begun, *later) for row in version.values["reasons"] if row["code"] == code)
    return next((ReturnedReason(code, row["vi"], row["en"]) for row in rows), None)


def refusal_reasons(on: date) -> tuple[RefusalReason, ...]:
    """Return the ready reasons of refusals and of dossiers not accepted of that day; none before the rule begins."""
    return _refusal_reasons(edition(), on)


@lru_cache(maxsize=256)
def _refusal_reasons(_edition: Edition, on: date) -> tuple[RefusalReason, ...]:
    """Return the ready reasons of that day; cached for an edition."""
    try:
        rows = as_of(REFUSAL_REASONS, on).values["reasons"]
    except NotInForce:
        return ()
    return tuple(
        RefusalReason(row["code"], tuple(row["acts"]), row["vi"], row["en"], row["article_vi"], row["article_en"])
        for row in rows
    )


def ready_translation(text: str) -> str:
    """Return the English text of a ready reason of a refusal, of any day, by its Vietnamese one; "" for other texts."""
    return _ready_translations(edition()).get(text, "")


@lru_cache(maxsize=4)
def _ready_translations(_edition: Edition) -> Mapping[str, str]:
    """Return the English texts of the ready reasons of all days by their Vietnamese ones; cached for an edition."""
    versions = rules()[REFUSAL_REASONS].versions
    return {row["vi"]: row["en"] for version in versions for row in version.values["reasons"]}


def reason_rows(rule: str, on: date) -> Mapping[str, Mapping[str, Any]]:
    """Return the reasons of a rule on a day as they stand in the data, by their code. Raises NotInForce."""
    return {row["code"]: row for row in as_of(rule, on).values["reasons"]}


def reason_codes(rule: str) -> frozenset[str]:
    """Return every code that a reason of the rule ever had, or is to have; a code is not used again."""
    return frozenset(row["code"] for version in rules()[rule].versions for row in version.values["reasons"])
