"""Permissions for the relay, and when a forwarding may change its state."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.conf import settings

from ancu.apps.accounts.enums import Role
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.rules import may_manage
from ancu.apps.relay.enums import FOR_A_PERSON, TRANSITIONS, ForwardingState, PortalFollowUp
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay
from ancu.apps.stays.rules import may_see_guests
from ancu.core.actor import Actor
from ancu.core.transitions import follows
from ancu.engines.exchange import Guest, ministry

PAUSERS = frozenset({Role.APPROVING_OFFICER, Role.ADMINISTRATOR})


def is_on() -> bool:
    """Whether the office has switched on that declarations are forwarded to the national portal."""
    return bool(settings.PORTAL_RELAY)


def may_reconcile(actor: Actor) -> bool:
    """Whether the actor may see and settle forwardings: officers who may see the guests of their area."""
    return may_see_guests(actor)


def shows_tab(actor: Actor) -> bool:
    """Whether the navigation shows the relay's page: forwarding is on, and the actor may reconcile."""
    return is_on() and may_reconcile(actor)


def may_pause(actor: Actor) -> bool:
    """Whether the actor may pause and resume all forwarding: deciding officers of the office."""
    return actor.is_agency and actor.role in PAUSERS


def may_connect(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor, as manager, may decide if the lodging's declarations are forwarded.

    The lodging must be active and no sandbox. Article 33 makes declaring the lodging's duty, and the account at the
    portal is the lodging's own.
    """
    active = establishment.status == EstablishmentStatus.ACTIVE
    return may_manage(actor, establishment) and active and not establishment.sandbox


def can_retry(state: str) -> bool:
    """Whether a forwarding in this state may be retried by hand: only one that needs a person."""
    return state in FOR_A_PERSON


def can_settle(state: str, todo: str) -> bool:
    """Whether a person may settle a forwarding with this state and ``todo``.

    It has not arrived, or the stay changed afterwards, which ``todo`` says.
    """
    return bool(todo) or follows(TRANSITIONS, state, ForwardingState.SETTLED)


def is_too_old(arrived_on: date, today: date) -> bool:
    """Whether the portal no longer accepts an arrival on this day: before yesterday (its document, 5.6)."""
    return arrived_on < today - timedelta(days=1)


def guest_of(stay: Stay) -> Guest:
    """Return the stay's guest in the form that the national portal expects.

    A departure that the lodging reported is sent as the expected departure.
    """
    return Guest(
        full_name=stay.full_name,
        birth_date=stay.birth_date,
        sex=stay.sex or None,
        nationality=stay.nationality,
        document_number=stay.document_number,
        room=stay.room or None,
        arrived_on=stay.arrived_on,
        arrived_at=stay.arrived_at,
        expected_departure=left_on(stay) or stay.expected_departure,
        permitted_until=stay.permitted_until,
    )


def left_on(stay: Stay) -> date | None:
    """Return the day of departure that the lodging reported; None without one, or for a presumed one."""
    return None if stay.departure_presumed else stay.departed_on


def record_of(stay: Stay) -> dict[str, str]:
    """Return the portal's record for the stay as it is now: values by the portal's field names."""
    return ministry.write_record(guest_of(stay))


def portal_facts(stay: Stay) -> dict[str, str]:
    """Return the portal's record for the stay, with ``left`` and ``withdrawn`` added.

    The portal's API accepts neither departures nor withdrawals; a person enters these at the portal.
    """
    departed_on = left_on(stay)
    return record_of(stay) | {
        "left": departed_on.isoformat() if departed_on else "",
        "withdrawn": "yes" if stay.status == StayStatus.WITHDRAWN else "",
    }


def todo_of(sent_record: Mapping[str, str], stay: Stay) -> str:
    """Return what a person must correct at the portal, as PortalFollowUp codes with spaces; "" for nothing.

    ``sent_record`` is what the portal has, ``stay`` what is declared now. A departure on the day that the portal
    expects needs no correction, nor does one that was only presumed.
    """
    now = portal_facts(stay)
    if now["withdrawn"]:
        return "" if sent_record.get("withdrawn") else PortalFollowUp.WITHDRAWN.value
    changed = {key for key in record_of(stay) if now[key] != sent_record.get(key)}
    todos = [PortalFollowUp.CORRECTED] if changed - {"ngayDiDuKienStr"} else []
    if now["left"]:
        expected = sent_record.get("ngayDiDuKienStr", "")[:10]
        todos += (
            [PortalFollowUp.DEPARTURE_CHANGED] if now["left"] not in (expected, sent_record.get("left", "")) else []
        )
    elif "ngayDiDuKienStr" in changed:
        todos.append(PortalFollowUp.EXTENDED)
    return " ".join(todo.value for todo in todos)
