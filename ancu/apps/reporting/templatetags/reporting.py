"""Filters: a period's name, an indicator's texts, and its numbers by locale."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.periods import Span, span
from ancu.apps.reporting.selectors.year_results import YearIndicator
from ancu.apps.reporting.services.papers import period_name
from ancu.core.charts.values import number_of
from ancu.core.templatetags.charts import value_text
from ancu.core.web.language import localized

register = template.Library()
MILLION = 1_000_000


@register.filter
def period_words(period: Any) -> str:
    """Return a period's name: 03/2026, first half of 2026, or 2026; for a span or a period row."""
    period_span = period if isinstance(period, Span) else span(period.kind, period.first_day)
    return period_name(period_span.key)


register.filter("localized", localized)  # texts of the rulebook: ``indicator|localized:"title"``


@register.filter
def in_groups(digest: str) -> str:
    """Return a fingerprint in groups of four signs."""
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))


@register.filter
def decimals(indicator: Any) -> int:
    """Return the number of decimal places in which the indicator is shown."""
    return values.places(indicator)


@register.filter
def amount_value(amount: Any, indicator: Any) -> Decimal | None:
    """Return the indicator's value from its amount: a number, a share in percent, or an average.

    None for a share or average without a base.
    """
    return values.value_of(indicator, values.IndicatorAmount(amount.part, amount.base))


@register.simple_tag
def short_total(entry: YearIndicator) -> SafeString:
    """Show an indicator's total with its measure; an amount of money in millions, to fit a narrow column."""
    total = number_of(entry.total)
    if total is not None and total >= MILLION and entry.content["measure_vi"] == "đồng":
        text, measure = value_text(total / MILLION, 1), _("million đồng")
    else:
        text, measure = value_text(entry.total, entry.places), entry.text_measure
    return format_html("{} <small>{}</small>", text, measure)
