"""A unit proposes figures of a month; the first, and revisions that say why."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.enums import Origin, State
from ancu.apps.reporting.models import Figure, Period, Plan
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import Span
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.selectors.figures import get_indicator, get_unit
from ancu.apps.reporting.services.totals import locked
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require
from ancu.core.web.language import localized
from ancu.engines.rulebook import Indicator


class Entry(NamedTuple):
    """One figure as it is proposed."""

    code: str
    unit_id: int
    amount: Amount
    note: str = ""
    reason: str = ""


@transaction.atomic
def propose(*, actor: Actor, month: Span, entries: Iterable[Entry], origin: Origin = Origin.ENTERED) -> int:
    """All of one month, or none. Conflict when one of them waits already, or a revision does not say why."""
    require(access.may_enter(actor))
    if month.first_day > clock.today():
        raise Conflict("not_begun", _("This month has not begun."))
    period, wanted = locked(month)[month.kind], list(entries)
    before = _before(period, wanted)
    made = Figure.objects.bulk_create([_proposal(actor, period, one, origin, before) for one in wanted])
    if made:
        record(actor, "reporting.entered", ("reporting.period", period.pk), figures=len(made), origin=str(origin))
    return len(made)


Before = dict[tuple[str, int], tuple[int, bool]]  # of an indicator and unit the last number, and whether one waits


def _before(period: Period, entries: Sequence[Entry]) -> Before:
    """Asked for once: a file has thousands of lines."""
    asked = Figure.objects.filter(
        period=period, indicator__in={one.code for one in entries}, unit__in={one.unit_id for one in entries}
    )
    waits = Count("pk", filter=Q(state=State.PROPOSED))
    found = asked.order_by().values_list("indicator", "unit").annotate(last=Max("number"), waits=waits)
    return {(code, unit): (last, waiting > 0) for code, unit, last, waiting in found}


def _proposal(actor: Actor, period: Period, entry: Entry, origin: Origin, before: Before) -> Figure:
    one, key = get_indicator(entry.code, period.first_day), (entry.code, entry.unit_id)
    if entry.unit_id not in actor.area:
        raise Http404
    _require_sound(one, entry)
    last, waits = before.get(key, (0, False))
    if waits:
        raise Conflict("waits", _("“%(name)s” waits for approval already.") % {"name": _named(one)})
    if last and not entry.reason.strip():
        raise Conflict("reason", _("Please say what of “%(name)s” is corrected, and why.") % {"name": _named(one)})
    before[key] = (last + 1, True)
    return Figure(
        indicator=entry.code, version=one.version, unit_id=entry.unit_id, period=period, number=last + 1,
        part=entry.amount.part, base=entry.amount.base, origin=origin, note=entry.note.strip(),
        reason=entry.reason.strip(), after_close=period.closed_at is not None, entered_by_id=actor.user_id,
        entered_at=clock.now(),
    )  # fmt: skip


def _require_sound(one: Indicator, entry: Entry) -> None:
    part, base = entry.amount
    if one.how == "query":
        raise Conflict("counted", _("“%(name)s” is counted by the program.") % {"name": _named(one)})
    if part < 0 or part >= 10**15 or (base is not None and not 0 <= base < 10**15) or (base is None) == one.has_base:
        raise Conflict("amount", _("“%(name)s” is not complete.") % {"name": _named(one)})
    if one.sums == "share" and base is not None and part > base:
        raise Conflict("more", _("Of “%(name)s” the part is more than the whole.") % {"name": _named(one)})


def _named(one: Indicator) -> str:
    return localized(one, "title")


@transaction.atomic
def set_plans(*, actor: Actor, unit_id: int, year: int, values: Mapping[str, Decimal | None]) -> int:
    """What a unit is to reach in a year, by indicator; None takes a plan back. The audit keeps what was planned."""
    require(access.leads(actor))
    unit: AdministrativeUnit = get_unit(actor, unit_id)
    for code, value in values.items():
        get_indicator(code, min(date(year, 1, 1), clock.today()))
        mine = Plan.objects.filter(indicator=code, unit=unit, year=year)
        if value is None:
            mine.delete()
        else:
            told = {"value": value, "set_by_id": actor.user_id or 0, "set_at": clock.now()}
            Plan.objects.update_or_create(indicator=code, unit=unit, year=year, defaults=told)
    if values:
        told = {code: None if value is None else str(value) for code, value in values.items()}
        record(actor, "reporting.planned", unit, year=year, plans=told)
    return len(values)
