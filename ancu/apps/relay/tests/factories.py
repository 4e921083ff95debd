"""Forwardings for tests of pages; sending tests use the portal of servers.py."""

from typing import Any

from ancu.apps.relay.enums import ForwardingState
from ancu.apps.relay.models import Forwarding, PortalAccount
from ancu.apps.stays.models import Stay
from ancu.core import clock


def make_account(establishment: Any, **fields: Any) -> PortalAccount:
    now = clock.now()
    values: dict[str, Any] = {"forwards": True, "since": now, "username": "lodge", "changed_at": now}
    return PortalAccount.objects.create(establishment=establishment, **(values | fields))


def make_forwarding(stay: Stay, **fields: Any) -> Forwarding:
    """A forwarding refused by the portal, by default."""
    values: dict[str, Any] = {
        "establishment": stay.establishment,
        "unit": stay.unit,
        "arrived_on": stay.arrived_on,
        "state": ForwardingState.REFUSED,
        "attempts": 1,
        "next_at": clock.now(),
        "judged_at": clock.now(),
        "message": "Thời hạn tạm trú phải lớn hoặc bằng hôm nay",
    }
    return Forwarding.objects.create(stay=stay, **(values | fields))
