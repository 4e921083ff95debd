"""The office's changes over the rulebook's files: fees, calendar, limits, forms, letters, reasons.

A change (``Amendment``) replaces a value of a rule from a day on, until a later change of the same value. The files
stay as they are: ``amend`` lays the changes over their versions, and every lookup reads the result (``loader.rules``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ancu.engines.rulebook.form_layers import FORM_RULES, form_layer
from ancu.engines.rulebook.text_layers import passage_layer, reason_layer

if TYPE_CHECKING:
    from ancu.engines.rulebook.loader import DatedRule, RuleVersion

FEES, HOLIDAYS, HOURS, MARGIN = "fees.immigration", "calendar.holidays", "calendar.hours", "permit.passport_margin"
LETTERS = "letters.texts"
RETURN_REASONS, REFUSAL_REASONS, REQUESTS = "reasons.returned", "reasons.refusal", "reasons.request"
SYMBOLS, CONTEST, POSTAL = "visa.symbols", "letters.contest", "postal.passport"
LIMIT_RULES = (CONTEST, POSTAL)  # their values are numbers, each an entry
AMENDABLE = (
    *(FEES, HOLIDAYS, HOURS, MARGIN),
    *(LETTERS, RETURN_REASONS, REFUSAL_REASONS, REQUESTS),
    *(SYMBOLS, *LIMIT_RULES, *FORM_RULES),
)
WORKED, ORDINARY = "worked", "ordinary"  # kinds of a changed day beside those of days off
ONE_DAY = timedelta(days=1)
JOINED = "+"  # 28/2026+7 is version 28/2026 with the office's changes up to number 7


@dataclass(frozen=True)
class Amendment:
    """A value of a rule that the office set from a day on.

    ``number`` orders the changes by their approval. ``entry`` names the value within the rule: a fee's code, a day of
    the calendar in ISO form, a visa symbol, the name of a number, the key of a form's item, or nothing.
    """

    number: int
    rule: str
    entry: str
    values: Mapping[str, Any]
    valid_from: date
    article_vi: str
    article_en: str

    @property
    def rank(self) -> tuple[date, int]:
        """What orders the changes of one value: the first day, then the approval."""
        return self.valid_from, self.number


@dataclass(frozen=True, eq=False)
class Edition:
    """The approved changes at one moment. Caches of lookups have it as a key, so it is compared by identity."""

    amendments: tuple[Amendment, ...] = ()


def effective(amendments: Iterable[Amendment], on: date) -> dict[str, Amendment]:
    """Return, by entry, the latest change of one rule that is in force on the day."""
    started = sorted((amendment for amendment in amendments if amendment.valid_from <= on), key=lambda each: each.rank)
    return {amendment.entry: amendment for amendment in started}


def amend(rules: Mapping[str, "DatedRule"], amendments: Iterable[Amendment]) -> Mapping[str, "DatedRule"]:
    """Return the rules with the office's changes laid over their versions."""
    by_rule: dict[str, list[Amendment]] = {}
    for amendment in amendments:
        by_rule.setdefault(amendment.rule, []).append(amendment)
    amended = {rule_id: amend_rule(rules[rule_id], of_rule) for rule_id, of_rule in by_rule.items() if rule_id in rules}
    return {**rules, **amended}


def amend_rule(rule: "DatedRule", amendments: list[Amendment]) -> "DatedRule":
    """Return the rule with changes of it laid over its versions."""
    lay = _with_days if rule.id == HOLIDAYS else _periods
    versions = tuple(period for version in rule.versions for period in lay(version, amendments))
    return replace(rule, versions=versions)


def _periods(version: "RuleVersion", amendments: list[Amendment]) -> Iterator["RuleVersion"]:
    """Yield the version cut at the days on which changes begin, each part with the changes in force then."""
    begins = {amendment.valid_from for amendment in amendments if version.covers(amendment.valid_from)}
    starts = sorted({version.valid_from} | begins)
    ends = [start - ONE_DAY for start in starts[1:]] + [version.valid_until]
    for start, end in zip(starts, ends, strict=True):
        part = replace(version, valid_from=start, valid_until=end)
        yield _amended(part, list(effective(amendments, start).values()))


def _with_days(version: "RuleVersion", amendments: list[Amendment]) -> Iterator["RuleVersion"]:
    """Yield the year's holidays with the changed days that lie in it."""
    days = [amendment for amendment in amendments if version.covers(amendment.valid_from)]
    yield _amended(version, list(effective(days, version.valid_until or date.max).values()))


def _amended(version: "RuleVersion", amendments: list[Amendment]) -> "RuleVersion":
    """Return the version with the changes' values, articles and number; unchanged without changes."""
    if not amendments:
        return version
    latest = max(amendments, key=lambda amendment: amendment.rank)
    ordered = sorted(amendments, key=lambda amendment: amendment.number)
    values = version.values
    for amendment in ordered:
        values = LAYERS[version.rule](values, amendment)
    numbers = ", ".join(str(amendment.number) for amendment in ordered)
    return replace(
        version,
        version=f"{version.version}{JOINED}{latest.number}",
        article_vi=_joined(version.article_vi, [amendment.article_vi for amendment in ordered]),
        article_en=_joined(version.article_en, [amendment.article_en for amendment in ordered]),
        source_vi=f"{version.source_vi}; thay đổi của cơ quan số {numbers}",
        source_en=f"{version.source_en}; the office's changes no. {numbers}",
        confidence="I",
        values=values,
    )


def _joined(article: str, further: list[str]) -> str:
    """Return the articles separated by semicolons, each once."""
    return "; ".join(dict.fromkeys([article, *further]))


def _fee_layer(values: Mapping[str, Any], amendment: Amendment) -> Mapping[str, Any]:
    """Return the fee table with the changed dollars of one fee."""
    lines = [{**fee, **amendment.values} if fee["code"] == amendment.entry else fee for fee in values["fees"]]
    return {**values, "fees": lines}


def _day_layer(values: Mapping[str, Any], amendment: Amendment) -> Mapping[str, Any]:
    """Return the days off and worked weekends with one changed day."""
    day, kind = amendment.valid_from, amendment.values["kind"]
    days = [entry for entry in values["days"] if entry["on"] != day]
    worked = [weekend for weekend in values["worked"] if weekend != day]
    if kind == WORKED:
        worked = sorted([*worked, day])
    elif kind != ORDINARY:
        days = sorted([*days, {"on": day, **amendment.values}], key=lambda entry: entry["on"])
    return {**values, "days": days, "worked": worked}


def _value_layer(values: Mapping[str, Any], amendment: Amendment) -> Mapping[str, Any]:
    """Return the values with those of the change in their place."""
    return {**values, **amendment.values}


def _symbol_layer(values: Mapping[str, Any], amendment: Amendment) -> Mapping[str, Any]:
    """Return the visa symbols with the changed longest validity of one symbol's visa and card."""
    symbol, change = amendment.entry, amendment.values
    tables = {"visa_max": change.get("visa"), "card_max": change.get("card")}
    changed = {name: {**values.get(name, {}), symbol: term} for name, term in tables.items() if term}
    return {**values, **changed}


LAYERS = {
    FEES: _fee_layer,
    HOLIDAYS: _day_layer,
    HOURS: _value_layer,
    MARGIN: _value_layer,
    LETTERS: passage_layer,
    **dict.fromkeys((RETURN_REASONS, REFUSAL_REASONS, REQUESTS), reason_layer),
    SYMBOLS: _symbol_layer,
    **dict.fromkeys(LIMIT_RULES, _value_layer),
    **dict.fromkeys(FORM_RULES, form_layer),
}
