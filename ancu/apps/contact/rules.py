"""Who may report, acknowledge and broadcast.

Whoever stands at a lodging's desk may call the duty officer; those who decide in the area answer, and tell its lodgings
(Law 47/2014, art. 33: a lodging declares its foreign guests to the police of its commune, who answer for it).
"""

from datetime import datetime, timedelta

from ancu.apps.accounts.enums import OFFICE_DECIDERS, OFFICE_READERS, Role
from ancu.apps.contact.models import Broadcast, UrgentReport
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.rules import may_decide
from ancu.core.actor import Actor, ActorKind

BETWEEN_REMINDERS = timedelta(hours=12)
SHOWN_AFTER = timedelta(hours=24)  # how long a lodging's first page shows that its report was acknowledged


def may_report(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor may send an urgent report for the lodging: its members, until it is closed.

    Not for a sandbox.
    """
    own = actor.is_lodging and establishment.business_id == actor.organisation_id
    open_house = establishment.status != EstablishmentStatus.CLOSED and not establishment.sandbox
    return actor.kind is ActorKind.PERSON and own and open_house


def reads_reports(actor: Actor) -> bool:
    """Whether the actor reads the urgent reports of lodgings in the area."""
    return actor.is_agency and actor.role in OFFICE_READERS


def may_acknowledge(actor: Actor, report: UrgentReport) -> bool:
    """Whether the actor may acknowledge the report: an officer who decides on its lodging, until somebody did."""
    return report.acknowledged_at is None and may_decide(actor, report.establishment)


def may_assign(actor: Actor, report: UrgentReport) -> bool:
    """Whether the actor may name the officer who answers the report: the head of an agency that decides on its lodging.

    Only until somebody has acknowledged it.
    """
    return actor.role == Role.APPROVING_OFFICER and may_acknowledge(actor, report)


def may_broadcast(actor: Actor) -> bool:
    """Whether the actor may send broadcasts: officers who decide on lodgings. The area is checked elsewhere."""
    return actor.is_agency and actor.role in OFFICE_DECIDERS


def may_remind(actor: Actor, broadcast: Broadcast, now: datetime) -> bool:
    """Whether the actor may now remind lodgings of the broadcast: one of the own agency, not reminded lately.

    Half a day must have passed since the last letter.
    """
    own = may_broadcast(actor) and broadcast.agency_id == actor.organisation_id
    return own and now >= next_reminder_from(broadcast)


def next_reminder_from(broadcast: Broadcast) -> datetime:
    """Return when the next reminder is possible, half a day after the last letter."""
    return (broadcast.reminded_at or broadcast.sent_at) + BETWEEN_REMINDERS
