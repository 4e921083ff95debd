"""How often the office met its expected dates: for the office, and for the public."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.selectors.durations import ProcedureTimes
from ancu.apps.dossiers.selectors.procedures import name_of
from ancu.apps.dossiers.selectors.promises import PublishedMonths, punctuality_by_month
from ancu.core import clock
from ancu.core.actor import PUBLIC
from ancu.core.charts import BarRow, BarRows, ChartFigure, ChartKey, ChartTable, RangeRow, RangeRows, Scale
from ancu.core.errors import require
from ancu.core.security.disclosure_control import MIN_PEOPLE, rounded
from ancu.core.templatetags.ui import number
from ancu.core.web.http import Request
from ancu.engines.rulebook import NotInForce, get_procedure

LIGHT_BELOW = 10  # expected dates: a share of fewer is drawn light


@login_not_required
@require_safe
def public(request: Request) -> HttpResponse:
    """Show the public how often the office met its expected dates, in rounded figures."""
    return render(
        request, "dossiers/handover/promises_public.html", _context(punctuality_by_month(PUBLIC), exact=False)
    )


@require_safe
def office(request: Request) -> HttpResponse:
    """Show officers how often the office met its expected dates."""
    require(rules.may_see_promises(request.actor))
    return render(
        request,
        "dossiers/handover/promises.html",
        _context(punctuality_by_month(request.actor), exact=rules.reads_dossiers(request.actor)),
    )


def _context(published: PublishedMonths, *, exact: bool) -> dict[str, Any]:
    """Return the template context: charts, the months with names of procedures, and the totals."""
    months = [
        (first, [(name_of(month.procedure, first), month) for month in of_month])
        for first, of_month in groupby(published.months, key=lambda month: month.first_day)
    ]
    total = published.shown_cases + (published.left_out or 0)
    return {
        "most_hidden": MIN_PEOPLE - 1,
        "months": months,
        "cases": rounded(total) if published.left_out else total,
        "left_out": published.left_out,
        "promised": published.promised,
        "percent": published.percent,
        "charts": charts_of(published.times, exact=exact),
        "exact": exact,
    }


def charts_of(times: Sequence[ProcedureTimes], *, exact: bool) -> list[ChartFigure]:
    """Return how long each procedure takes, and how often its expected date was met; nothing without figures."""
    return [chart for chart in (_durations(times), _punctuality(times, exact=exact)) if chart]


def _durations(times: Sequence[ProcedureTimes]) -> ChartFigure | None:
    """Return the chart from half to nine in ten decided, with the legal limit of each procedure."""
    rows = [_range_row(own) for own in times]
    if not rows:
        return None
    head = [_("Procedure"), _("Half within"), _("Nine in ten within"), _("Legal limit"), _("Decisions")]
    cells = [[row.label, number(row.half), number(row.most), number(row.limit), row.text] for row in rows]
    keys = [
        ChartKey("dot", _("half decided")),
        ChartKey("light", _("nine in ten decided")),
        ChartKey("target", _("legal limit")),
    ]
    return ChartFigure(
        "durations", _("How long a decision takes"), _("Working days from submission, last twelve months"),
        "; ".join(row.words for row in rows), RangeRows(rows, _("days"), _("decisions")),
        _("Half of the dossiers were decided within the first number of days, nine in ten within the second."),
        ChartTable(head, cells), keys=keys,
    )  # fmt: skip


def _range_row(own: ProcedureTimes) -> RangeRow:
    """Return the row of a procedure in the chart of durations."""
    name, limit = name_of(own.procedure, clock.today()), _legal_days(own.procedure)
    values = {"name": name, "half": number(own.middle), "most": number(own.slow)}
    words = _("%(name)s: half within %(half)s working days, nine in ten within %(most)s") % values
    return RangeRow(name, own.middle, own.slow, words, limit, number(own.cases))


def _legal_days(procedure: str) -> int | None:
    """Return the working days that the law allows today; None for a procedure that is no longer in force."""
    try:
        return get_procedure(procedure, clock.today()).deadline_days
    except (KeyError, NotInForce):
        return None


def _punctuality(times: Sequence[ProcedureTimes], *, exact: bool) -> ChartFigure | None:
    """Return the chart of met dates by procedure; without ``exact``, the numbers of dates are rounded."""
    drawn = [own for own in times if own.percent is not None]
    if not drawn:
        return None
    about = "%s" if exact else _("of about %s")
    bars = [
        BarRow(name_of(own.procedure, clock.today()), own.percent, f"{own.percent} %", about % number(own.promised),
               is_light=(own.promised or 0) < LIGHT_BELOW)
        for own in drawn
    ]  # fmt: skip
    table = ChartTable(
        [_("Procedure"), _("Expected date met"), _("Dates")], [[bar.label, bar.text, bar.note] for bar in bars]
    )
    return ChartFigure(
        "punctuality",
        _("How often we met the expected date"),
        _("Share of expected dates that were met, last twelve months"),
        "; ".join(f"{bar.label}: {bar.text}" for bar in bars),
        BarRows(bars, Scale(0, 100, ()), texts_at_end=True),
        _("Met means decided by the latest date that we first gave the applicant."),
        table,
        notes=[]
        if len(drawn) == len(times)
        else [_("Other procedures are not shown: a few dates could be worked out.")],
    )
