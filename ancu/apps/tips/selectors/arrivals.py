"""Arrivals that no table contains yet: they wait, sealed, in the file store until the hour is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.core.files.storage import default_storage

from ancu.apps.tips.enums import TipChannel
from ancu.apps.tips.models import Tip
from ancu.core import clock

FOLDER = "tips/waiting"
LATE = timedelta(hours=3)  # two of them whole


class ArrivedFile(msgspec.Struct, frozen=True):
    """A file of an arrival; its sealed content lies in the store."""

    id: UUID
    header: bytes


class SealedArrival(msgspec.Struct, frozen=True):
    """A sealed arrival: a tip, or (``follows`` > 0) an addition to one."""

    id: UUID
    unit: int
    key: int
    hour: datetime
    locator: bytes
    header: bytes
    body: bytes
    source_public: bytes = b""
    files: list[ArrivedFile] = []
    follows: int = 0

    @property
    def name(self) -> str:
        """The arrival's name in the file store, which reveals nothing that the tables will not contain."""
        return f"{FOLDER}/{self.locator.hex()}-{self.id.hex}"

    def as_tip(self) -> Tip:
        """Return the arrival as an unsaved ``Tip``; its number is assigned when it is written to the tables."""
        return Tip(
            id=self.id, unit_id=self.unit, key_id=self.key, number=0, channel=TipChannel.WEB, received_at=self.hour,
            said_at=self.hour, locator=self.locator, source_public=self.source_public, header=self.header,
            body=self.body,
        )  # fmt: skip


def waiting_arrivals(locator: bytes | None = None) -> Iterator[tuple[str, SealedArrival]]:
    """Yield the name and content of arrivals that are not in the tables yet; with ``locator`` those of one tip.

    Unreadable ones are left out: they are being written now, or a crash cut them short before their receipt was
    shown. No line is logged: its second could be the source's.
    """
    for name in _names():
        if locator is None or name.startswith(locator.hex()):
            path = f"{FOLDER}/{name}"
            try:
                with default_storage.open(path) as stored:
                    yield path, msgspec.msgpack.decode(stored.read(), type=SealedArrival)
            except (FileNotFoundError, msgspec.MsgspecError):  # the first: written to the tables meanwhile
                continue


def _names() -> list[str]:
    """Return the file names of all waiting arrivals in the file store, in alphabetical order."""
    try:
        return sorted(default_storage.listdir(FOLDER)[1])
    except FileNotFoundError:
        return []


def overdue_count() -> int:
    """Return the number of arrivals that have waited two full hours or more to be stored, or cannot be read."""
    arrivals = [arrival for _path, arrival in waiting_arrivals()]
    return sum(arrival.hour < clock.now() - LATE for arrival in arrivals) + len(_names()) - len(arrivals)


def waiting_tip(locator: bytes) -> Tip | None:
    """Return the new tip with this locator that waits to be written to the tables, as an unsaved row; else None."""
    return next((arrival.as_tip() for _path, arrival in waiting_arrivals(locator) if not arrival.follows), None)
