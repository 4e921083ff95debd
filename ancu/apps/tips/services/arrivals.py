"""Store what sources send in the file store, then write it to the tables each hour in random order."""

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from random import SystemRandom

import msgspec
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from ancu.apps.tips import rules
from ancu.apps.tips.enums import TipState
from ancu.apps.tips.models import HandlingUnit, SealedFile, Tip, TipMessage
from ancu.apps.tips.selectors.arrivals import SealedArrival, waiting_arrivals
from ancu.core import clock

LOCK = 0x7195  # with the unit's id. In the server's memory alone: a lock of a row leaves its transaction behind
log = logging.getLogger(__name__)
Choice = Callable[[SealedArrival], bool]


def lock_unit_shared(unit_id: int) -> None:
    """Take the unit's lock, shared, until the transaction ends.

    Meanwhile the unit's key does not change, and no waiting arrival is written to the tables; other sources may still
    send.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [LOCK, unit_id])


def lock_units(unit_ids: Iterable[int]) -> None:
    """Take the locks of these units until the transaction ends; no tip or addition arrives for them meanwhile."""
    with connection.cursor() as cursor:
        for unit_id in sorted(set(unit_ids)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, unit_id])


def store_arrival(arrival: SealedArrival) -> str:
    """Write an arrival to the file store and flush it to disk, before the source gets the receipt; return its name."""
    name = default_storage.save(arrival.name, ContentFile(msgspec.msgpack.encode(arrival)))
    try:
        set_file_times(name, arrival.hour)
    except BaseException:
        default_storage.delete(name)  # the source is told that it was not received
        raise
    return name


def set_file_times(name: str, hour: datetime) -> None:
    """Set the file's times to ``hour``, so that they do not reveal when it came.

    A store that sets its own times does so anew when the file's tip is written to the tables.
    """
    default_storage.set_times(name, hour)  # type: ignore[attr-defined]  # both our stores have it


def write_due() -> int:
    """Write the arrivals of past hours to the tables in one transaction, for the job; return their number."""
    hour = rules.to_the_hour(clock.now())
    return write_arrivals(lambda arrival: arrival.hour < hour)


@transaction.atomic
def write_arrivals(is_chosen: Choice = lambda arrival: True) -> int:
    """Write the waiting arrivals that ``is_chosen`` accepts to the tables and return their number.

    The order is random, so that ids do not reveal when they came.
    """
    lock_units(arrival.unit for _path, arrival in waiting_arrivals() if is_chosen(arrival))
    due = [(path, arrival) for path, arrival in waiting_arrivals() if is_chosen(arrival)]
    units = HandlingUnit.objects.select_for_update().filter(pk__in={arrival.unit for _path, arrival in due})
    locked = {unit.pk: unit for unit in units.order_by("pk")}
    SystemRandom().shuffle(due)
    due.sort(key=lambda pair: pair[1].follows)  # a tip before what was added to it
    done = [path for path, arrival in due if _write(arrival, locked)]
    transaction.on_commit(lambda: _forget(done))
    return len(done)


def has_waiting_addition(tip: Tip) -> bool:
    """Lock the tip's unit; return whether an addition to this tip waits to be written to the tables.

    No further one can arrive until the transaction ends.
    """
    lock_units([tip.unit_id])
    written = set(tip.messages.values_list("pk", flat=True))  # a crash may have kept the file of one that is
    return any(arrival.follows and arrival.id not in written for _path, arrival in waiting_arrivals(bytes(tip.locator)))


def write_additions(tip: Tip) -> None:
    """Write the waiting additions to this tip to the tables, so that the tip can be forwarded with them."""
    locator = bytes(tip.locator)
    if has_waiting_addition(tip):
        write_arrivals(lambda arrival: arrival.locator == locator)


def _write(arrival: SealedArrival, units: dict[int, HandlingUnit]) -> bool:
    """Write an arrival to the tables; return True if its file can be deleted, False if it must stay.

    It stays if it is sealed to a key that is no longer the unit's. ``units`` are the locked units by id.
    """
    tip = Tip.objects.select_for_update(of=("self",)).filter(locator=arrival.locator).first()
    if arrival.follows:
        return _write_addition(arrival, tip)
    if tip is not None:  # a crash kept the file of a tip that was written, or one form was sent twice at once
        return tip.pk == arrival.id or _delete_files(arrival)
    unit = units.get(arrival.unit)
    if unit is None or not unit.keys.filter(pk=arrival.key, retired_at=None).exists():
        log.error("a tip that waits is sealed to a key that is not the unit's: it stays where it is")
        return False
    unit.numbered += 1
    unit.save(update_fields=["numbered"])
    tip = arrival.as_tip()
    tip.number = unit.numbered
    tip.save(force_insert=True)
    _add_files(arrival, tip)
    return True


def _write_addition(arrival: SealedArrival, tip: Tip | None) -> bool:
    """Write an addition to the tables and reopen a closed tip; return True if its file can be deleted.

    It stays (False) if it is sealed to another key than the tip. If the tip is gone (None), the addition's files are
    deleted.
    """
    if tip is None:  # destroyed meanwhile, with all that belonged to it
        return _delete_files(arrival)
    if tip.key_id != arrival.key:
        log.error("an addition that waits is sealed to another key than its tip: it stays where it is")
        return False
    if tip.messages.filter(pk=arrival.id).exists():
        return True
    TipMessage.objects.create(
        id=arrival.id, tip=tip, position=tip.messages.count() + 1, at=arrival.hour, header=arrival.header,
        body=arrival.body,
    )  # fmt: skip
    _add_files(arrival, tip)
    if tip.state != TipState.CLOSED and tip.said_at >= arrival.hour:
        return True
    tip.said_at = max(tip.said_at, arrival.hour)
    if tip.state == TipState.CLOSED:
        tip.state, tip.closed_at, tip.outcome, tip.destruction_asked_by = TipState.OPEN, None, "", None
    tip.save(update_fields=["said_at", "state", "closed_at", "outcome", "destruction_asked_by"])
    return True


def _add_files(arrival: SealedArrival, tip: Tip) -> None:
    """Create the database rows of the files that came with the arrival."""
    files = [SealedFile(id=file.id, tip=tip, header=file.header) for file in arrival.files]
    SealedFile.objects.bulk_create(files)
    transaction.on_commit(lambda: _renew_times([file.path for file in files]))


def _delete_files(arrival: SealedArrival) -> bool:
    """Delete the files of an arrival whose tip is gone; return True, since it need not wait any longer."""
    files = [SealedFile(id=file.id) for file in arrival.files]
    transaction.on_commit(lambda: _forget([file.path for file in files]))
    return True


def _renew_times(names: Collection[str]) -> None:
    """Have a store that sets its own times set these files' times to now, at the end of the hour."""
    for name in names:
        default_storage.renew_times(name)  # type: ignore[attr-defined]  # both our stores have it


def _forget(names: Collection[str]) -> None:
    """Delete the files with these names from the file store."""
    for name in names:
        default_storage.delete(name)
