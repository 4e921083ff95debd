"""A period's name, an indicator's words and numbers as the reader's language writes them."""

from decimal import Decimal
from typing import Any

from django import template

from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.periods import Span, span
from ancu.apps.reporting.services.papers import period_name
from ancu.core.web.language import localized

register = template.Library()


@register.filter
def period_words(period: Any) -> str:
    """03/2026, first half of 2026, 2026; of a span or of a row of the table."""
    wanted = period if isinstance(period, Span) else span(period.kind, period.first_day)
    return period_name(wanted.key)


@register.filter
def said(thing: Any, name: str) -> str:
    """The words of the rulebook: ``indicator|said:"title"``."""
    return localized(thing, name)


@register.filter
def decimals(indicator: Any) -> int:
    return values.places(indicator)


@register.filter
def amount_value(amount: Any, indicator: Any) -> Decimal | None:
    """What part and base of an amount or a figure are together."""
    return values.value_of(indicator, values.Amount(amount.part, amount.base))
