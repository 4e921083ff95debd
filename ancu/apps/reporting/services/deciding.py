"""Another person approves what was entered, or sends it back with a reason. A month closes when nothing waits."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.messaging.services.decisions import APPROVED, RETURNED, notify_decision
from ancu.apps.reporting.enums import State
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
    """Each takes the place of the figure before it. Conflict when one was decided meanwhile, or is the actor's own."""
    require(access.may_approve(actor))
    by_month: dict[Span, list[Figure]] = defaultdict(list)
    for figure in _locked(actor, ids):
        by_month[span(figure.period.kind, figure.period.first_day)].append(figure)
    totals.lock(*by_month)
    for month in sorted(by_month, key=lambda one: one.first_day):
        _approve_month(actor, month, by_month[month])
    return len(ids)


def _locked(actor: Actor, ids: Sequence[int]) -> list[Figure]:
    """The proposals, locked in one order; 404 for one that is not there."""
    chosen = visible_to(actor).filter(pk__in=ids).select_related("period", "unit").select_for_update(of=("self",))
    figures = list(chosen.order_by("pk"))
    if len(figures) != len(set(ids)) or not figures:
        raise Http404
    if decided := next((figure for figure in figures if figure.state != State.PROPOSED), None):
        raise Conflict("decided", _decided_message(decided))
    if any(not access.may_decide(actor, figure) for figure in figures):
        raise Conflict("own", _("What you entered yourself is approved by somebody else."))
    return figures


def _decided_message(figure: Figure) -> str:
    """Says who decided first, and that nothing was saved."""
    if figure.decided_by is None or figure.decided_at is None:
        return str(_("One of these figures was decided meanwhile."))
    return _("%(who)s decided on one of these figures at %(when)s. Nothing that you ticked was saved; look again.") % {
        "who": figure.decided_by.full_name, "when": moment(figure.decided_at),
    }  # fmt: skip


def _approve_month(actor: Actor, month: Span, figures: list[Figure]) -> None:
    now = clock.now()
    for one in figures:
        current = Figure.objects.filter(
            period=one.period_id, indicator=one.indicator, unit=one.unit_id, state=State.CURRENT
        )
        current.update(state=State.REPLACED)
        one.state, one.decided_by_id, one.decided_at = State.CURRENT, actor.user_id, now
        one.save(update_fields=["state", "decided_by", "decided_at"])
    record(actor, "reporting.approved", ("reporting.period", figures[0].period_id), figures=len(figures))
    totals.keep(month, {one.indicator for one in figures}, {one.unit_id for one in figures})
    _notify_decision(actor, figures, APPROVED)


def _notify_decision(actor: Actor, figures: Sequence[Figure], outcome: Promise) -> None:
    """One notification for each sheet and each officer who entered figures of it."""
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
    """Sent back to the unit, with what is to be mended."""
    require(access.may_approve(actor))
    if not reason.strip():
        raise Conflict("reason", _("Please write what needs correcting."))
    found = _locked(actor, ids)
    for one in found:
        one.state, one.decided_by_id, one.decided_at = State.REFUSED, actor.user_id, clock.now()
        one.refusal = reason.strip()
        one.save(update_fields=["state", "decided_by", "decided_at", "refusal"])
    for period, number in Counter(one.period_id for one in found).items():
        record(actor, "reporting.refused", ("reporting.period", period), figures=number)
    _notify_decision(actor, found, RETURNED)
    return len(found)


@transaction.atomic
def close(*, actor: Actor, month: Span) -> Period:
    """From now on a figure of this month is a revision. What the program counts is counted a last time before."""
    require(access.leads(actor))
    if month.last_day >= clock.today():
        raise Conflict("not_over", _("This month is not over yet."))
    counting.count(actor=actor, month=month)
    period = totals.locked(month)[month.kind]
    if period.closed_at is not None:
        raise overtaken_conflict(actor, "closed", period, _("This month is closed already."))
    if period.figures.filter(state=State.PROPOSED).exists():
        raise Conflict("waits", _("Figures of this month wait for approval; decide about them first."))
    period.closed_at, period.closed_by_id = clock.now(), actor.user_id
    period.save(update_fields=["closed_at", "closed_by"])
    record(actor, "reporting.closed", period)
    return period
