"""Reopen stays with a presumed departure when the later stay is withdrawn; close them when it is restored."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

import pghistory
from django.db.models import OuterRef, Subquery

from ancu.apps.audit.services import record
from ancu.apps.stays.models import NOT_WITHDRAWN, OPEN, Stay
from ancu.apps.stays.rules import is_same_person
from ancu.apps.stays.services import webhooks
from ancu.core.actor import Actor

Document = tuple[int, str, str]  # lodging, number, nationality


class StayKey(NamedTuple):
    """The arrival of a stay among the stays of one document at one lodging."""

    establishment_id: int
    document_number: str
    nationality: str
    arrived_on: date

    @property
    def document(self) -> Document:
        """The lodging's id, document number and nationality, by which stays of one guest are compared."""
        return self[:3]


def key_of(stay: Stay) -> StayKey:
    """Return lodging, document and day of arrival of the stay as a ``StayKey``."""
    return StayKey(stay.establishment_id, stay.document_number, stay.nationality, stay.arrived_on)


def reopen_earlier(actor: Actor, keys: Iterable[StayKey]) -> None:
    """Reopen earlier stays of the same document whose departure was presumed from arrivals withdrawn or moved.

    ``keys`` are these arrivals. A departure that a person entered stays. If there is another later stay, the
    departure is presumed from that.
    """
    latest: dict[Document, date] = {}
    for key in keys:
        latest[key.document] = max(key.arrived_on, latest.get(key.document, key.arrived_on))
    changed = []
    for document, group in groupby(_active_stays(latest), key=lambda stay: key_of(stay).document):
        if document in latest:
            changed += _presume_departures(list(group), latest[document])
    with pghistory.context(user=actor.user_id, token=actor.token_id, act="reopened", reason=""):
        for stay in changed:
            stay.save(update_fields=["departed_on", "departure_presumed"])
            record(actor, "stays.reopened", stay)
            webhooks.announce_act(stay, "reopened")


def _active_stays(documents: Iterable[Document]) -> list[Stay]:
    """Return, locked, the stays not withdrawn with any of these lodgings and any of these document numbers.

    Ordered by document, then arrival; stays with another document at another lodging are the caller's to skip.
    """
    stays = Stay.objects.filter(
        NOT_WITHDRAWN,
        establishment_id__in={place for place, _number, _nationality in documents},
        document_number__in={number for _place, number, _nationality in documents},
    )
    ordered = stays.order_by("establishment_id", "document_number", "nationality", "arrived_on")
    return list(ordered.select_related("establishment", "submission").select_for_update(of=("self",)))


def _presume_departures(stays: list[Stay], before: date) -> list[Stay]:
    """Recompute the presumed departures of one document's stays that arrived before the day ``before``.

    ``stays`` are in order of arrival. Return the changed stays, not saved. Only a later arrival of the same person
    ends a stay.
    """
    is_open = any(stay.departed_on is None for stay in stays)
    changed = []
    for index, stay in enumerate(stays):
        later = next((later for later in stays[index + 1 :] if is_same_person(stay, later)), None)
        if not stay.departure_presumed or stay.arrived_on >= before or (later is None and is_open):
            continue
        departed_on = presumed_departure(stay, later.arrived_on) if later else None
        if departed_on != stay.departed_on:
            stay.departed_on, stay.departure_presumed = departed_on, departed_on is not None
            changed.append(stay)
    return changed


def presumed_departure(stay: Stay, next_arrival: date) -> date:
    """Return the departure to presume of a stay: the expected one, or the next arrival if that is earlier.

    Never before the stay's arrival.
    """
    return max(stay.arrived_on, min(stay.expected_departure, next_arrival))


def close_reopened(stays: Iterable[Stay]) -> None:
    """Close again the stays that were reopened when ``stays`` were withdrawn, now that these are restored.

    Stays changed since are left as they are.
    """
    restored: dict[Document, list[Stay]] = {}
    for stay in sorted(stays, key=lambda stay: stay.arrived_on):
        restored.setdefault(key_of(stay).document, []).append(stay)
    events: Any = Stay._meta.get_field("events").related_model
    last = events.objects.filter(pgh_obj_id=OuterRef("pk")).order_by("-pgh_id")
    reopened = Stay.objects.annotate(last_act=Subquery(last.values("pgh_context__metadata__act")[:1])).filter(
        OPEN,
        establishment_id__in={place for place, _number, _nationality in restored},
        document_number__in={number for _place, number, _nationality in restored},
        last_act="reopened",
    )
    for stay in reopened.select_related("establishment", "submission").select_for_update(of=("self",)):
        same_document = restored.get(key_of(stay).document, [])
        later_stays = [
            restored_stay
            for restored_stay in same_document
            if stay.arrived_on < restored_stay.arrived_on and is_same_person(stay, restored_stay)
        ]
        if later_stays:
            stay.departed_on, stay.departure_presumed = presumed_departure(stay, later_stays[0].arrived_on), True
            stay.save(update_fields=["departed_on", "departure_presumed"])
            webhooks.announce_act(stay, "undone")
