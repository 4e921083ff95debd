"""Who may read and decide alerts, and when. The rules that raise them stand beside, one file each (``catalogue``)."""

from ancu.apps.accounts.enums import OFFICE_DECIDERS, Role
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.rules import in_area
from ancu.apps.lodging.rules import may_decide as may_decide_lodging
from ancu.apps.oversight.enums import TRANSITIONS, WAITING, AlertState, NoticeState, Result
from ancu.apps.oversight.models import Alert, Notice, PlannedVisit
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.stays.rules import may_have_phone, may_see_guests
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind

KEEPERS = frozenset({Role.APPROVING_OFFICER, Role.ADMINISTRATOR})


def reads_alerts(actor: Actor) -> bool:
    """An alert names a guest or a lodging: for officers whose work is with foreigners, as their stays are."""
    return actor.kind is ActorKind.PERSON and may_see_guests(actor)


def decides(actor: Actor, alert: Alert) -> bool:
    """The commune's area officer, or the provincial office above him, where the fact belongs or reaches into."""
    here = alert.unit_id in actor.area or alert.other_unit_id in actor.area
    return actor.is_agency and actor.role in OFFICE_DECIDERS and here


def may_confirm(actor: Actor, alert: Alert) -> bool:
    return decides(actor, alert) and follows(alert.state, AlertState.CONFIRMED)


def may_dismiss(actor: Actor, alert: Alert) -> bool:
    return decides(actor, alert) and follows(alert.state, AlertState.DISMISSED)


def may_ask(actor: Actor, alert: Alert) -> bool:
    """A lodging is asked while the alert waits, unless the rule must not be known there or nobody could answer.

    Of two places the one of the officer's own area is asked: the other one is another officer's.
    """
    place = alert.establishment
    own = in_area(actor, place)
    reachable = place.status != EstablishmentStatus.CLOSED and not place.sandbox
    return decides(actor, alert) and RULES[alert.rule].askable and alert.state in WAITING and reachable and own


def may_refer(actor: Actor, alert: Alert) -> bool:
    """A commune passes on to the province what waits or was confirmed; once."""
    standing = alert.state in (*WAITING, AlertState.CONFIRMED)
    return decides(actor, alert) and not actor.is_office and alert.referred_at is None and standing


def reads_notices(actor: Actor) -> bool:
    """Whom the office must be told about is known to those alone who act on it: its deciding officers."""
    return actor.kind is ActorKind.PERSON and actor.is_office and actor.role in OFFICE_DECIDERS


def may_approve(actor: Actor, notice: Notice) -> bool:
    """A second officer: nobody approves what he proposed."""
    own = actor.has_conflict_of_interest(notice.proposed_by_id, clock.local(notice.proposed_at).date())
    return reads_notices(actor) and notice.state == NoticeState.PROPOSED and not own


def may_end(actor: Actor, notice: Notice) -> bool:
    return reads_notices(actor) and notice.state != NoticeState.ENDED


def may_inspect(actor: Actor, establishment: Establishment) -> bool:
    """The officer of the commune, or of the province above it, visits a lodging that stands."""
    standing = establishment.status != EstablishmentStatus.CLOSED and not establishment.sandbox
    return may_decide_lodging(actor, establishment) and standing


def may_make(actor: Actor, plan: PlannedVisit) -> bool:
    """Whoever may visit the lodging makes a planned visit as long as it waits, also in place of the officer named."""
    return may_inspect(actor, plan.establishment) and plan.dropped_at is None and not hasattr(plan, "inspection")


def is_undecided(result: str, undeclared: int) -> bool:
    """A visit that met undeclared guests was not in order: its result is decided before its minutes are printed.

    A phone without a connection cannot know who had been declared.
    """
    return result == Result.IN_ORDER and undeclared > 0


def may_take_along(actor: Actor) -> bool:
    """Officers who visit lodgings may have a phone of theirs keep what a visit needs while it has no line."""
    return actor.is_agency and may_have_phone(actor)


def keeps_rules(actor: Actor) -> bool:
    """At the provincial office, the approving officer and the administrator try and put in force other thresholds."""
    return actor.is_office and actor.role in KEEPERS


def keeps_rule(actor: Actor, code: str) -> bool:
    """A replay shows whom the rule would find: of the quiet one only to those who may read notices."""
    return keeps_rules(actor) and (RULES[code].askable or reads_notices(actor))


def follows(before: str, after: str) -> bool:
    """Whether the table of states leads from ``before`` to ``after``."""
    return AlertState(after) in TRANSITIONS[AlertState(before)]
