"""Units propose figures of a month: first figures, and revisions with a reason."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.enums import FigureOrigin, FigureState
from ancu.apps.reporting.models import Figure, FigurePlan, Period
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import Span
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.selectors.figures import get_indicator, get_unit
from ancu.apps.reporting.services.totals import lock_month
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require
from ancu.core.web.language import localized
from ancu.engines.rulebook import Indicator


class FigureEntry(NamedTuple):
    """One proposed figure."""

    code: str
    unit_id: int
    amount: IndicatorAmount
    note: str = ""
    reason: str = ""


@transaction.atomic
def propose(
    *, actor: Actor, month: Span, entries: Iterable[FigureEntry], origin: FigureOrigin = FigureOrigin.ENTERED
) -> int:
    """Store all proposed figures of a month, or none of them; return their number.

    Conflict if a figure is already pending or a revision lacks a reason.
    """
    require(access.may_enter(actor))
    if month.first_day > clock.today():
        raise Conflict("not_begun", _("This month has not started yet."))
    period, entry_list = lock_month(month)[month.kind], list(entries)
    before = _existing_figures(period, entry_list)
    figures = Figure.objects.bulk_create([_proposal(actor, period, entry, origin, before) for entry in entry_list])
    if figures:
        record(actor, "reporting.entered", ("reporting.period", period.pk), figures=len(figures), origin=str(origin))
    return len(figures)


Before = dict[tuple[str, int], tuple[int, bool]]  # by indicator and unit: last number, and whether one is pending


def _existing_figures(period: Period, entries: Sequence[FigureEntry]) -> Before:
    """Return, by (indicator code, unit id), the latest figure's number and whether a figure waits for approval.

    Only for the period and the entries given, by one query: a file has thousands of lines.
    """
    existing = Figure.objects.filter(
        period=period, indicator__in={entry.code for entry in entries}, unit__in={entry.unit_id for entry in entries}
    )
    waits = Count("pk", filter=Q(state=FigureState.PROPOSED))
    rows = existing.order_by().values_list("indicator", "unit").annotate(last=Max("number"), waits=waits)
    return {(code, unit): (last, waiting > 0) for code, unit, last, waiting in rows}


def _proposal(actor: Actor, period: Period, entry: FigureEntry, origin: FigureOrigin, before: Before) -> Figure:
    """Return a new, unsaved figure for the entry, and store its number in ``before``.

    404 for a unit outside the actor's area. Conflict if a figure of this indicator and unit is already pending, or if
    a correction lacks a reason.
    """
    indicator, key = get_indicator(entry.code, period.first_day), (entry.code, entry.unit_id)
    if entry.unit_id not in actor.area:
        raise Http404
    _require_valid_amount(indicator, entry)
    last, waits = before.get(key, (0, False))
    if waits:
        raise Conflict("waits", _("“%(name)s” is already waiting for approval.") % {"name": _title_of(indicator)})
    if last and not entry.reason.strip():
        raise Conflict(
            "reason", _("Explain what you are correcting in “%(name)s”, and why.") % {"name": _title_of(indicator)}
        )
    before[key] = (last + 1, True)
    return Figure(
        indicator=entry.code, version=indicator.version, unit_id=entry.unit_id, period=period, number=last + 1,
        part=entry.amount.part, base=entry.amount.base, origin=origin, note=entry.note.strip(),
        reason=entry.reason.strip(), after_close=period.closed_at is not None, entered_by_id=actor.user_id,
        entered_at=clock.now(),
    )  # fmt: skip


def _require_valid_amount(indicator: Indicator, entry: FigureEntry) -> None:
    """Raise Conflict for an indicator that the program counts, or for a number out of range."""
    part, base = entry.amount
    if indicator.how == "query":
        raise Conflict(
            "counted", _("“%(name)s” is counted by the system. You cannot enter it.") % {"name": _title_of(indicator)}
        )
    if (
        part < 0
        or part >= 10**15
        or (base is not None and not 0 <= base < 10**15)
        or (base is None) == indicator.has_base
    ):
        raise Conflict("amount", _("“%(name)s” is not complete.") % {"name": _title_of(indicator)})
    if indicator.sums == "share" and base is not None and part > base:
        raise Conflict("more", _("“%(name)s”: the part is larger than the total.") % {"name": _title_of(indicator)})


def _title_of(indicator: Indicator) -> str:
    """Return the indicator's title in the user's language."""
    return localized(indicator, "title")


@transaction.atomic
def set_plans(*, actor: Actor, unit_id: int, year: int, values: Mapping[str, Decimal | None]) -> int:
    """Set a unit's plans of a year by indicator code, and return the number of ``values``; None deletes a plan.

    The audit stores the values.
    """
    require(access.leads(actor))
    unit: AdministrativeUnit = get_unit(actor, unit_id)
    for code, value in values.items():
        get_indicator(code, min(date(year, 1, 1), clock.today()))
        mine = FigurePlan.objects.filter(indicator=code, unit=unit, year=year)
        if value is None:
            mine.delete()
        else:
            defaults = {"value": value, "set_by_id": actor.user_id or 0, "set_at": clock.now()}
            FigurePlan.objects.update_or_create(indicator=code, unit=unit, year=year, defaults=defaults)
    if values:
        plan_texts = {code: None if value is None else str(value) for code, value in values.items()}
        record(actor, "reporting.planned", unit, year=year, plans=plan_texts)
    return len(values)
