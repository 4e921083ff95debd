"""What sources have sent and no table knows yet: it waits, sealed, in the store of files until the hour is over.

A row says by its transaction when it was written, to the second, between two acts of the audit; so does the
database's own log. Neither is written before the hour is over (docs/security/tips.md).
"""

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
    """A file that came along; its sealed body lies in the store."""

    id: UUID
    header: bytes


class SealedArrival(msgspec.Struct, frozen=True):
    """One thing a source sent, sealed: a tip, or (``follows`` > 0) what was added to one.

    ``follows`` counts what waits for the same tip, so that additions keep their order.
    """

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
        """Where it waits. What stands in the name stands in the tables later."""
        return f"{FOLDER}/{self.locator.hex()}-{self.id.hex}"

    def as_tip(self) -> Tip:
        return Tip(
            id=self.id, unit_id=self.unit, key_id=self.key, number=0, channel=TipChannel.WEB, received_at=self.hour,
            said_at=self.hour, locator=self.locator, source_public=self.source_public, header=self.header,
            body=self.body,
        )  # fmt: skip


def waiting_arrivals(locator: bytes | None = None) -> Iterator[tuple[str, SealedArrival]]:
    """Name in the store and content of everything that waits, or of what waits for a single tip.

    What cannot be read is left out: it is being written at this moment, or a crash cut it short before its receipt was
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
    try:
        return sorted(default_storage.listdir(FOLDER)[1])
    except FileNotFoundError:
        return []


def overdue_count() -> int:
    """How many should have been written two hours ago, or cannot be read."""
    arrivals = [arrival for _path, arrival in waiting_arrivals()]
    return sum(arrival.hour < clock.now() - LATE for arrival in arrivals) + len(_names()) - len(arrivals)


def waiting_tip(locator: bytes) -> Tip | None:
    """The tip with this locator, as its row will be, while it waits."""
    return next((arrival.as_tip() for _path, arrival in waiting_arrivals(locator) if not arrival.follows), None)
