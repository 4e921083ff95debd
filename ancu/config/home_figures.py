"""Figures of the home page: the newest release of results, and how long dossiers take."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from ancu.apps.dossiers.selectors.procedures import short_name_of
from ancu.apps.dossiers.selectors.promises import last_full_month
from ancu.apps.reporting.selectors import published
from ancu.apps.reporting.selectors.year_results import YearResults, year_results
from ancu.apps.reporting.views.key_figures import KeyFigure, key_figures
from ancu.apps.reporting.views.result_charts import ChartLinks
from ancu.core import clock
from ancu.core.charts import ChartKey, RangeRow, RangeRows
from ancu.core.templatetags.ui import counted
from ancu.engines.rulebook import get_procedure

INDICATORS_ON_HOME = ("stays_declared", "stays_late", "promises_kept", "petitions_settled")
OF_PARTS = "petitions_settled"  # few cases a month: their share goes up and down by chance
MOST_PROCEDURES = 5
DRAWING_HEIGHT = 76


def newest_results() -> YearResults | None:
    """Return the newest release of results; None before the first one."""
    years = published.years()
    return year_results(published.latest(years[0])) if years else None


def home_figures(results: YearResults | None) -> list[KeyFigure]:
    """Return the key figures that the home page shows: each of the same months, those of the release."""
    if results is None:
        return []
    links = ChartLinks(results.release.year)
    figures = key_figures(results, links, INDICATORS_ON_HOME, height=DRAWING_HEIGHT, with_years=False)
    return [replace(figure, has_parts=figure.indicator.code == OF_PARTS) for figure in figures]


@dataclass(frozen=True)
class ProcedureDays:
    """How many working days dossiers of a procedure took in the last completed month."""

    name: str
    month: date
    cases: int
    middle: int
    slow: int
    legal_days: int


def waiting_chart(procedures: Sequence[ProcedureDays]) -> RangeRows:
    """Return the days of each procedure, from half of the dossiers decided to nine of ten, and their number."""
    limits = {row.legal_days for row in procedures}
    common = counted("%(n)s day, legal limit", "%(n)s days, legal limit", min(limits)) if len(limits) == 1 else ""
    return RangeRows([_waiting_row(row) for row in procedures], _("days"), is_axis_below=True, common_limit=common)


def _waiting_row(row: ProcedureDays) -> RangeRow:
    """Return a procedure's row with its days and dossiers in words."""
    days = {"middle": row.middle, "slow": row.slow}
    words = _("%(name)s: half of the dossiers within %(middle)s working days, nine of ten within %(slow)s")
    text, cases = _("%(middle)s–%(slow)s days") % days, counted("%(n)s dossier", "%(n)s dossiers", row.cases)
    return RangeRow(row.name, row.middle, row.slow, words % {"name": row.name, **days}, row.legal_days, text, cases)


def waiting_keys() -> list[ChartKey]:
    """Return what the marks of the chart of days mean."""
    return [
        ChartKey("dot", _("half decided")), ChartKey("light", _("nine in ten decided")),
        ChartKey("target", _("legal limit")),
    ]  # fmt: skip


def processing_days() -> list[ProcedureDays]:
    """Return the days of the procedures with the most decided dossiers, as the page of processing times shows them."""
    return [
        ProcedureDays(
            short_name_of(month.procedure, month.first_day), month.first_day, month.cases, month.middle, month.slow,
            get_procedure(month.procedure, clock.today()).deadline_days,
        )
        for month in last_full_month()[:MOST_PROCEDURES]
    ]  # fmt: skip
