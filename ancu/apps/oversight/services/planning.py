"""Plan, move and cancel visits to lodgings."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.lodging.selectors import get_establishment
from ancu.apps.oversight import rules
from ancu.apps.oversight.models import PlannedVisit
from ancu.apps.oversight.selectors import get_alert
from ancu.apps.oversight.selectors.planning import eligible_officers, get_plan
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require


@transaction.atomic
def plan_visit(
    actor: Actor, *, establishment_id: int, day: date, reason: str, officer_id: int, alert_id: int | None = None
) -> PlannedVisit:
    """Plan a visit of the lodging by the officer ``officer_id``, perhaps because of an alert.

    404 for a lodging or alert not visible, 403 without the right. Conflict for a past day, an alert of another
    lodging, or an officer who does not inspect for the actor's agency.
    """
    establishment = get_establishment(actor, establishment_id)
    require(rules.may_inspect(actor, establishment))
    alert = get_alert(actor, alert_id) if alert_id else None
    if alert and alert.establishment_id != establishment.pk:
        raise Conflict("another_lodging", _("This alert is about another lodging."))
    if day < clock.today():
        raise _past_day()
    if officer_id not in dict(eligible_officers(actor)):
        raise Conflict("nobody_to_go", _("Choose an officer of your office."))
    plan = PlannedVisit.objects.create(
        establishment=establishment, unit_id=establishment.unit_id, agency_id=actor.organisation_id or 0,
        officer_id=officer_id, planned_by_id=actor.user_id or 0, day=day, reason=reason.strip()[:500], alert=alert,
        planned_at=clock.now(),
    )  # fmt: skip
    record(actor, "oversight.visit_planned", plan, establishment=establishment.pk, officer=officer_id, alert=alert_id)
    return plan


@transaction.atomic
def move_visit(actor: Actor, *, plan_id: int, day: date) -> PlannedVisit:
    """Move a planned visit to another day; Conflict for a past day, or once it was carried out or cancelled."""
    plan = get_plan(actor, plan_id, lock=True)
    _require_open(actor, plan)
    if day < clock.today():
        raise _past_day()
    plan.day = day
    plan.save(update_fields=["day"])
    record(actor, "oversight.visit_moved", plan, establishment=plan.establishment_id, day=day.isoformat())
    return plan


def _past_day() -> Conflict:
    """Return the Conflict ``day_gone``: the chosen day is in the past."""
    return Conflict("day_gone", _("This date has passed. Choose today or a later date."))


def _require_open(actor: Actor, plan: PlannedVisit) -> None:
    """Raise 403 without the right to inspect the lodging, Conflict once the visit was carried out or cancelled."""
    require(rules.may_inspect(actor, plan.establishment))
    if not rules.may_carry_out(actor, plan):
        raise Conflict("not_waiting", _("This inspection is no longer planned."))


@transaction.atomic
def cancel_visit(actor: Actor, *, plan_id: int) -> PlannedVisit:
    """Cancel a planned visit of a lodging; Conflict once it was carried out or cancelled."""
    plan = get_plan(actor, plan_id, lock=True)
    _require_open(actor, plan)
    plan.dropped_at = clock.now()
    plan.save(update_fields=["dropped_at"])
    record(actor, "oversight.visit_dropped", plan, establishment=plan.establishment_id)
    return plan
