"""A report of Bob's, and a broadcast of Olga's."""

from itertools import count
from typing import Any
from uuid import uuid4

from ancu.apps.contact.models import Broadcast, UrgentReport
from ancu.apps.contact.services.broadcasts import send_broadcast
from ancu.apps.contact.services.reports import open_report

_numbers = count(1)


def make_report(
    world: Any, body: str = "Hộ chiếu có dấu hiệu bị sửa ảnh.", *, who: str = "bob", **more: Any
) -> UrgentReport:
    values = {"establishment_id": world.lodging.pk, "kind": "forged", "body": body, "key": uuid4()} | more
    return open_report(actor=world.actor(who), **values)


def make_broadcast(world: Any, *, who: str = "olga", **more: Any) -> Broadcast:
    values = {
        "unit_id": world.units.commune.pk, "kinds": [], "title": "Khai báo dịp lễ", "key": uuid4(),
        "body": f"Khai báo trong 12 giờ.\nThông báo số {next(_numbers)}",  # the same within a day is asked about
    } | more  # fmt: skip
    return send_broadcast(actor=world.actor(who), **values)
