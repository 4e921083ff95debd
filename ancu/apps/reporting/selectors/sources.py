"""Measurements of the other apps as figures of our indicators; no personal data."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

from ancu.apps.community.selectors import measurements as community
from ancu.apps.dossiers.selectors import reported as dossiers
from ancu.apps.listening.selectors import measurements as listening
from ancu.apps.oversight.selectors import measurements as oversight
from ancu.apps.reporting.enums import PeriodKind
from ancu.apps.reporting.rules.periods import Span
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.selectors.periods import root_unit, unit_of_agencies
from ancu.apps.stays.selectors import reported as stays
from ancu.apps.surveys.selectors import measurements as surveys
from ancu.apps.tips.selectors import measurements as tips
from ancu.core.registry.measurements import Measurement
from ancu.engines.rulebook import Indicator, indicators

Source = Callable[[date, date], Iterator[Measurement]]
SOURCES: tuple[Source, ...] = (
    stays.reported,
    oversight.measurements,
    dossiers.reported,
    listening.measurements,
    tips.measurements,
    surveys.measurements,
    community.measurements,
)
ONCE = (dossiers.reported,)  # measured separately for half years and years


def count_amounts(span: Span) -> dict[tuple[str, int], IndicatorAmount]:
    """Return what the apps counted in the period, by (indicator code, unit id).

    For a month only indicators that can be summed over months; for a half year or year only the others.
    """
    indicators_by_source = {
        (indicator.source, indicator.part): indicator
        for indicator in indicators(span.first_day)
        if indicator.how == "query"
    }
    is_multi_month = span.kind != PeriodKind.MONTH
    at_home, root = unit_of_agencies(), root_unit()
    amounts: dict[tuple[str, int], IndicatorAmount] = defaultdict(lambda: IndicatorAmount(0))
    for source in ONCE if is_multi_month else SOURCES:
        for measurement in source(span.first_day, span.last_day):
            indicator = indicators_by_source.get((measurement.source, measurement.of))
            unit = measurement.unit_id or at_home.get(measurement.agency_id or 0) or (root.pk if root else None)
            if indicator is None or unit is None or is_multi_month == indicator.adds_up:
                continue
            amounts[indicator.code, unit] += _amount(indicator, measurement)
    return dict(amounts)


def _amount(indicator: Indicator, measurement: Measurement) -> IndicatorAmount:
    """Return an app's measurement as an amount; its base is dropped if the indicator does not use one."""
    return (
        IndicatorAmount(measurement.part, measurement.base)
        if indicator.has_base or not indicator.adds_up
        else IndicatorAmount(measurement.part)
    )
