"""A lodging that forwards, a portal that may fail, and a clock that a test sets."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.tests.factories import World
from ancu.apps.relay.models import Forwarding
from ancu.apps.relay.services import accounts, gathering, portal, sending
from ancu.apps.relay.tests.servers import PortalRegister
from ancu.apps.stays.enums import DeclarationChannel
from ancu.apps.stays.models import Stay
from ancu.apps.stays.services import declare
from ancu.apps.stays.tests.test_declaring import guest
from ancu.core import clock
from ancu.engines.exchange import interpret

PASSWORD = "s3cret & äöü"  # as the book's account has it
_numbers = count(1)


class RelayClock:
    """Simulated time; begins at ten in the morning of the real day, so that the database's own clock is near."""

    def __init__(self) -> None:
        self.at = clock.local(clock.now()).replace(hour=10, minute=0, second=0, microsecond=0)

    def now(self) -> datetime:
        return self.at

    def today(self) -> Any:
        return self.at.astimezone(clock.VIETNAM).date()

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Relay:
    world: World
    clock: RelayClock
    book: PortalRegister
    url: str = ""
    lodging: Establishment = field(init=False)

    def __post_init__(self) -> None:
        self.lodging = self.world.lodging

    def connect(self, *, username: str = "lodge", password: str = PASSWORD) -> None:
        accounts.connect(self.world.actor("alice"), establishment=self.lodging, username=username, password=password)

    def declare(self, *, ago: int = 0, **fields: Any) -> Stay:
        """One guest who came ``ago`` days ago, declared now by Alice's lodging."""
        today = self.clock.today()
        values = {
            "document_number": f"N{next(_numbers):07}", "arrived_on": str(today - timedelta(days=ago)),
            "expected_departure": str(today + timedelta(days=3)), "permitted_until": str(today + timedelta(days=60)),
            "room": "201", "sex": "M",
        } | fields  # fmt: skip
        rows = interpret([guest(**values)], today=today)
        actor = self.world.actor("alice")
        outcome = declare(actor=actor, establishment=self.lodging, rows=rows, channel=DeclarationChannel.WEB)
        assert outcome.accepted == 1, outcome.rows[0].errors
        return Stay.objects.get(pk=outcome.rows[0].stay_id)

    def run(self) -> int:
        """What the job of each minute does."""
        gathering.gather()
        return sending.send_due()

    def work(self, *, minutes: int) -> None:
        """The job, minute by minute."""
        for _minute in range(minutes):
            self.run()
            self.clock.forward(minutes=1)

    def of(self, stay: Stay) -> Forwarding:
        return Forwarding.objects.get(stay=stay)

    def at_portal(self, stay: Stay) -> int:
        return len(self.book.of(stay.document_number))


def make_relay(world: World, monkeypatch: pytest.MonkeyPatch) -> Relay:
    time = RelayClock()
    monkeypatch.setattr(clock, "now", time.now)
    monkeypatch.setattr(clock, "today", time.today)
    monkeypatch.setattr(portal, "TIMEOUT", 0.5)  # a busy machine answers late; only a fault stays silent
    portal.forget_sessions()
    return Relay(world, time, PortalRegister(time.today, time.now))
