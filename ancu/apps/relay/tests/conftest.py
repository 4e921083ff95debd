from collections.abc import Iterator
from typing import Any

import pytest

from ancu.apps.relay.tests.scene import Relay, make_relay
from ancu.apps.relay.tests.servers import BASIC, PortalRegister, portal


@pytest.fixture
def relay(world: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    """Alice's lodging is connected to a portal on loopback; time stands where the test puts it."""
    setup = make_relay(world, monkeypatch)
    with portal(setup.book) as url:
        settings.PORTAL_RELAY, settings.PORTAL_URL, settings.PORTAL_BASIC = True, url, BASIC
        setup.url = url
        setup.connect()
        yield setup


@pytest.fixture
def book(relay: Relay) -> PortalRegister:
    return relay.book


@pytest.fixture
def monkeypatch_each() -> Any:
    """A patch for each example of a property, which a fixture of the test would keep over all."""
    return pytest.MonkeyPatch.context
