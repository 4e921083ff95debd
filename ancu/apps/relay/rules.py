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
    """Forwarding is off unless the province's office has enabled it."""
    return bool(settings.PORTAL_RELAY)


def may_reconcile(actor: Actor) -> bool:
    """Officers who may read the guests of their area may see and settle forwardings."""
    return may_see_guests(actor)


def shows_tab(actor: Actor) -> bool:
    """The page always opens; navigation shows it where something is forwarded."""
    return is_on() and may_reconcile(actor)


def may_pause(actor: Actor) -> bool:
    """Deciding officers of the office may pause and resume forwarding, with a reason."""
    return actor.is_agency and actor.role in PAUSERS


def may_connect(actor: Actor, establishment: Establishment) -> bool:
    """A lodging's manager chooses: article 33 makes declaring the lodging's duty, and the account there is its own.

    What is only tried in a sandbox is nobody's declaration and goes nowhere.
    """
    active = establishment.status == EstablishmentStatus.ACTIVE
    return may_manage(actor, establishment) and active and not establishment.sandbox


def can_retry(state: str) -> bool:
    """Whether a forwarding may be retried by hand: only one that needs a person."""
    return state in FOR_A_PERSON


def can_settle(state: str, todo: str) -> bool:
    """A person may settle what did not arrive, and what changed afterwards."""
    return bool(todo) or follows(TRANSITIONS, state, ForwardingState.SETTLED)


def is_too_old(arrived_on: date, today: date) -> bool:
    """The portal accepts arrivals of today and yesterday (its document, 5.6)."""
    return arrived_on < today - timedelta(days=1)


def guest_of(stay: Stay) -> Guest:
    """For a departed guest the departure day is transmitted as the expected one, as the portal has no other field."""
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
    """The departure day the lodging reported; a day presumed from a later arrival does not count."""
    return None if stay.departure_presumed else stay.departed_on


def record_of(stay: Stay) -> dict[str, str]:
    """The record to send to the portal for the stay as it is now."""
    return ministry.write_record(guest_of(stay))


def known_by(stay: Stay) -> dict[str, str]:
    """All the portal would need to know of the stay, including what its API cannot transmit."""
    departed_on = left_on(stay)
    return record_of(stay) | {
        "left": departed_on.isoformat() if departed_on else "",
        "withdrawn": "yes" if stay.status == StayStatus.WITHDRAWN else "",
    }


def todo_of(sent_record: Mapping[str, str], stay: Stay) -> str:
    """What a person must do at the portal, since it has ``told`` and the stay is another now.

    To leave on the day the portal expects is no news. A departure that we presumed ourselves is none either.
    """
    now = known_by(stay)
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
