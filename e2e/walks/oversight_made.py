"""What the walks of oversight make for themselves, so that each can be walked again on the same demo."""

import time
from datetime import timedelta
from itertools import count
from typing import Any

from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.services.evaluating import evaluate_stays
from ancu.apps.stays.enums import Channel
from ancu.apps.stays.models import Stay
from ancu.apps.stays.services.declaring import declare
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.engines.exchange import interpret

OFFICER, COMMUNE, DECIDER = "canbo@xnc.example", "canbo@maichau.example", "duyet@xnc.example"
ADMIN, ANALYST, DUTY = "quantri@xnc.example", "phantich@xnc.example", "tructong@xnc.example"
HOST, DESK, HOTEL = "quanly@homestay.example", "letan@homestay.example", "quanly@khachsan.example"
LONG = "WOLFESCHLEGELSTEINHAUSENBERGERDORFF HUBERT BLAINE-MAXIMILIAN ALEXANDER FRIEDRICH"  # 80 signs

ASKED = count()


def actor(email: str) -> Actor:
    return actor_for(Membership.objects.select_related("user").get(user__email=email).user)


def house() -> Establishment:
    """The homestay of the demo's accounts, in the area of the commune's officer."""
    of = actor(HOST).organisation_id
    return Establishment.objects.select_related("unit").filter(business_id=of).order_by("id")[0]


def fresh() -> str:
    """Letters that nobody has yet: the time, and how many were asked for, to the base of 26."""
    left, letters = int(time.time()) * 100 + next(ASKED) % 100, ""
    while left:
        left, place = divmod(left, 26)
        letters += chr(ord("A") + place)
    return letters


def guest(name: str, **texts: str) -> Stay:
    """Declared at the homestay, as by its own program."""
    today, number = clock.today(), f"W4{fresh()}"
    row = {
        "full_name": name, "birth_date": "1984-03-08", "sex": "M", "nationality": "DEU", "document_number": number,
        "room": "3", "arrived_on": f"{today:%Y-%m-%d}", "expected_departure": f"{today + timedelta(days=4):%Y-%m-%d}",
    } | texts  # fmt: skip
    made = declare(actor=system("walk"), establishment=house(), rows=interpret([row]), channel=Channel.WEB)
    stay = Stay.objects.filter(document_number=row["document_number"]).order_by("-id").first()
    assert stay is not None, made
    return stay


def overstay(name: str = "", *, days: int = 5) -> Alert:
    """A guest whose permitted stay is over, and the alert that the rules make of it."""
    today = clock.today()
    stay = guest(
        name or f"WALK {fresh()}",
        arrived_on=f"{today - timedelta(days=days + 5):%Y-%m-%d}",
        permitted_until=f"{today - timedelta(days=days):%Y-%m-%d}",
    )
    evaluate_stays([stay.pk], [stay.establishment_id])
    return Alert.objects.get(rule="overstay", stay=stay)


def until(done: Any, *, page: Any, seconds: int = 120) -> Any:
    """What ``done`` gives, asked each second: the worker's job of the minute has its own time."""
    for _ in range(seconds):
        if found := done():
            return found
        page.wait_for_timeout(1000)
    raise AssertionError("it did not happen")
