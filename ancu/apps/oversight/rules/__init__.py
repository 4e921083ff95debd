"""Predicates: who may read and decide alerts, and when. Each alert rule has its own module (see ``catalogue``)."""

from datetime import date, timedelta

from ancu.apps.accounts.enums import OFFICE_DECIDERS, Role
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.rules import in_area
from ancu.apps.lodging.rules import may_decide as may_decide_lodging
from ancu.apps.oversight.enums import TRANSITIONS, WAITING, AlertState, InspectionResult, NoticeState, Severity
from ancu.apps.oversight.models import Alert, Notice, PlannedVisit
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.stays.rules import may_have_phone, may_see_guests
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.transitions import follows
from ancu.core.working_days import calendar
from ancu.engines.rulebook import CalendarEnds

DAY = timedelta(days=1)
RULE_TUNERS = frozenset({Role.APPROVING_OFFICER, Role.ADMINISTRATOR})


def reads_alerts(actor: Actor) -> bool:
    """Whether the actor may read alerts. They name guests and lodgings, so only officers who may see guests do."""
    return actor.kind is ActorKind.PERSON and may_see_guests(actor)


def decides(actor: Actor, alert: Alert) -> bool:
    """Whether the actor may decide on the alert: a deciding officer of an agency whose area includes the alert.

    An alert about two lodgings concerns the units of both.
    """
    here = alert.unit_id in actor.area or alert.other_unit_id in actor.area
    return actor.is_agency and actor.role in OFFICE_DECIDERS and here


def decide_by(raised_on: date, severity: int) -> date | None:
    """Return the day by which an alert is to be decided: a high one on the day it is raised, or the next working day.

    None for an alert of another severity.
    """
    if severity < Severity.HIGH:
        return None
    try:
        return calendar().add_working_days(raised_on, 0)
    except CalendarEnds:
        return raised_on


def first_day_in_time(today: date) -> date:
    """Return the first day such that a high alert raised on it is not overdue today (``decide_by``)."""
    first = today
    while decide_by(first - DAY, Severity.HIGH) == decide_by(today, Severity.HIGH):
        first -= DAY
    return first


def may_confirm(actor: Actor, alert: Alert) -> bool:
    """Whether the actor may confirm the alert now: an officer who decides, while it is pending."""
    return decides(actor, alert) and follows(TRANSITIONS, alert.state, AlertState.CONFIRMED)


def may_dismiss(actor: Actor, alert: Alert) -> bool:
    """Whether the actor may dismiss the alert now: an officer who decides, in a state that allows it."""
    return decides(actor, alert) and follows(TRANSITIONS, alert.state, AlertState.DISMISSED)


def may_ask(actor: Actor, alert: Alert) -> bool:
    """Whether the actor may ask the alert's lodging a question: an officer who decides on the pending alert.

    The rule must allow questions, and the lodging be open and in the actor's area. The second lodging of an alert
    about two lodgings is never asked.
    """
    place = alert.establishment
    own = in_area(actor, place)
    reachable = place.status != EstablishmentStatus.CLOSED and not place.sandbox
    return decides(actor, alert) and RULES[alert.rule].askable and alert.state in WAITING and reachable and own


def may_refer(actor: Actor, alert: Alert) -> bool:
    """Whether the actor may refer the alert to the province: a commune's deciding officer, once.

    The alert must be pending or confirmed.
    """
    standing = alert.state in (*WAITING, AlertState.CONFIRMED)
    return decides(actor, alert) and not actor.is_office and alert.referred_at is None and standing


def reads_notices(actor: Actor) -> bool:
    """Whether the actor may read lookout notices: deciding officers of the provincial office."""
    return actor.kind is ActorKind.PERSON and actor.is_office and actor.role in OFFICE_DECIDERS


def may_approve(actor: Actor, notice: Notice) -> bool:
    """Whether the actor may approve the proposed notice: not the officer who proposed it (four-eyes principle)."""
    own = actor.has_conflict_of_interest(notice.proposed_by_id, clock.local(notice.proposed_at).date())
    return reads_notices(actor) and notice.state == NoticeState.PROPOSED and not own


def may_end(actor: Actor, notice: Notice) -> bool:
    """Whether the actor may end the lookout notice: an officer who may read notices, while it has not ended."""
    return reads_notices(actor) and notice.state != NoticeState.ENDED


def may_inspect(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor may inspect the lodging: an officer who decides on it, while it is open."""
    standing = establishment.status != EstablishmentStatus.CLOSED and not establishment.sandbox
    return may_decide_lodging(actor, establishment) and standing


def may_carry_out(actor: Actor, plan: PlannedVisit) -> bool:
    """Whether the actor may record or cancel the planned visit: any officer who may inspect the lodging.

    The visit must be neither carried out nor cancelled. The officer need not be the one named in the plan.
    """
    return may_inspect(actor, plan.establishment) and plan.dropped_at is None and not hasattr(plan, "inspection")


def is_undecided(result: str, undeclared: int) -> bool:
    """Whether the inspection's result is "in order" although guests were met who were not declared.

    A phone without a connection cannot check declarations, so the result is decided later, before the minutes.
    """
    return result == InspectionResult.IN_ORDER and undeclared > 0


def may_work_offline(actor: Actor) -> bool:
    """Whether the actor's phone may store planned visits for use offline: that of an officer who inspects lodgings."""
    return actor.is_agency and may_have_phone(actor)


def may_tune_rules(actor: Actor) -> bool:
    """Whether the actor may try and set other thresholds.

    The approving officer and the administrator of the provincial office may.
    """
    return actor.is_office and actor.role in RULE_TUNERS


def may_tune_rule(actor: Actor, code: str) -> bool:
    """Whether the actor may try and set thresholds of the alert rule ``code``.

    For rules about which lodgings are not asked, the right to read lookout notices is needed, too, because a trial
    names guests.
    """
    return may_tune_rules(actor) and (RULES[code].askable or reads_notices(actor))
