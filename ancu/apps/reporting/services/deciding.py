"""A second person approves figures or sends them back with a reason; a month closes without pending figures."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.messaging.services.decisions import APPROVED, RETURNED, notify_decision
from ancu.apps.reporting.enums import FigureState
from ancu.apps.reporting.models import Figure, Period
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import Span, span
from ancu.apps.reporting.selectors.figures import visible_to
from ancu.apps.reporting.services import counting, totals
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require
from ancu.core.templatetags.ui import moment


@transaction.atomic
def approve(*, actor: Actor, ids: Sequence[int]) -> int:
    """Approve figures; each replaces the unit's previous one. Return their number.

    Conflict if a figure is already decided, or was entered by the actor.
    """
    require(access.may_approve(actor))
    by_month: dict[Span, list[Figure]] = defaultdict(list)
    for figure in _lock_proposals(actor, ids):
        by_month[span(figure.period.kind, figure.period.first_day)].append(figure)
    totals.lock_months(*by_month)
    for month in sorted(by_month, key=lambda period: period.first_day):
        _approve_month(actor, month, by_month[month])
    return len(ids)


def _lock_proposals(actor: Actor, ids: Sequence[int]) -> list[Figure]:
    """Return the pending figures with these ids, locked in order of id; 404 if one is missing.

    Conflict if one is decided already, or was entered by the actor.
    """
    chosen = visible_to(actor).filter(pk__in=ids).select_related("period", "unit").select_for_update(of=("self",))
    figures = list(chosen.order_by("pk"))
    if len(figures) != len(set(ids)) or not figures:
        raise Http404
    if decided := next((figure for figure in figures if figure.state != FigureState.PROPOSED), None):
        raise Conflict("decided", _decided_message(decided))
    if any(not access.may_decide(actor, figure) for figure in figures):
        raise Conflict("own", _("Someone else must approve the figures you entered."))
    return figures


def _decided_message(figure: Figure) -> str:
    """Return a message that names who decided first and says that nothing was saved."""
    if figure.decided_by is None or figure.decided_at is None:
        return str(_("Someone has just decided on one of these figures."))
    return _(
        "%(who)s decided on one of these figures at %(when)s. Your selection was not saved. Check the figures "
        "again."
    ) % {
        "who": figure.decided_by.full_name, "when": moment(figure.decided_at),
    }  # fmt: skip


def _approve_month(actor: Actor, month: Span, figures: list[Figure]) -> None:
    """Approve the figures of one month: make them current, mark those they replace, update totals and notify."""
    now = clock.now()
    for figure in figures:
        current = Figure.objects.filter(
            period=figure.period_id, indicator=figure.indicator, unit=figure.unit_id, state=FigureState.CURRENT
        )
        current.update(state=FigureState.REPLACED)
        figure.state, figure.decided_by_id, figure.decided_at = FigureState.CURRENT, actor.user_id, now
        figure.save(update_fields=["state", "decided_by", "decided_at"])
    record(actor, "reporting.approved", ("reporting.period", figures[0].period_id), figures=len(figures))
    totals.update_totals(month, {figure.indicator for figure in figures}, {figure.unit_id for figure in figures})
    _notify_decision(actor, figures, APPROVED)


def _notify_decision(actor: Actor, figures: Sequence[Figure], outcome: Promise) -> None:
    """Notify each officer who entered figures of the decision, once for each unit and month.

    ``outcome`` is the decision's name for the reader.
    """
    sheets = {(figure.entered_by_id, figure.unit_id, figure.period_id): figure for figure in figures}
    for (officer_id, unit_id, period_id), figure in sheets.items():
        month = span(figure.period.kind, figure.period.first_day)
        notify_decision(
            actor=actor, asked_by_id=officer_id, outcome=outcome, matter=_("figures of"),
            name=f"{figure.unit.full_name}, {month.first_day:%m/%Y}", subject=("figures", f"{period_id}-{unit_id}"),
            path=f"{reverse('reporting:sheet')}?unit={unit_id}&period={month.key}", has_reason=outcome is RETURNED,
        )  # fmt: skip


@transaction.atomic
def refuse(*, actor: Actor, ids: Sequence[int], reason: str) -> int:
    """Send figures back to their unit with a reason; return their number."""
    require(access.may_approve(actor))
    if not reason.strip():
        raise Conflict("reason", _("Explain what needs to be corrected."))
    figures = _lock_proposals(actor, ids)
    for figure in figures:
        figure.state, figure.decided_by_id, figure.decided_at = FigureState.REFUSED, actor.user_id, clock.now()
        figure.refusal = reason.strip()
        figure.save(update_fields=["state", "decided_by", "decided_at", "refusal"])
    for period, number in Counter(figure.period_id for figure in figures).items():
        record(actor, "reporting.refused", ("reporting.period", period), figures=number)
    _notify_decision(actor, figures, RETURNED)
    return len(figures)


@transaction.atomic
def close(*, actor: Actor, month: Span) -> Period:
    """Close a month after a final count; later changes to it are revisions."""
    require(access.leads(actor))
    if month.last_day >= clock.today():
        raise Conflict("not_over", _("This month is not over yet."))
    counting.count(actor=actor, month=month)
    period = totals.lock_month(month)[month.kind]
    if period.closed_at is not None:
        raise overtaken_conflict(actor, "closed", period, _("This month is already closed."))
    if period.figures.filter(state=FigureState.PROPOSED).exists():
        raise Conflict("waits", _("Some figures for this month are waiting for approval. Decide on them first."))
    period.closed_at, period.closed_by_id = clock.now(), actor.user_id
    period.save(update_fields=["closed_at", "closed_by"])
    record(actor, "reporting.closed", period)
    return period
