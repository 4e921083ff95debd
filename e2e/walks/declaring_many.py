"""Thousands of rows and names of eighty signs on the pages of declaring, of programs and of the relay.

Walked last: what is put into the demo here stays there (`make demo-reset` starts over).
"""

from datetime import timedelta
from typing import Any

from ancu.apps.programs.models import Delivery, Webhook
from ancu.apps.relay.models import Forwarding
from ancu.apps.stays.models import Confirmation, Stay
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from e2e.walks.kit import Demo, free_number, part
from e2e.walks.made import LONG_NAME

MANAGER, OFFICER, COMMUNE = "quanly@homestay.example", "canbo@xnc.example", "canbo@maichau.example"
ROWS = 10_000


@part
def forwardings(demo: Demo) -> None:
    stays = Stay.objects.exclude(pk__in=Forwarding.objects.values("stay")).order_by("-pk")[:ROWS]
    Forwarding.objects.bulk_create(
        [
            Forwarding(
                stay=one, establishment_id=one.establishment_id, unit_id=one.unit_id, arrived_on=one.arrived_on,
                state="refused" if number % 2 else "settled", next_at=clock.now(), judged_at=clock.now(),
                message="Thời hạn tạm trú phải lớn hoặc bằng hôm nay",
            )
            for number, one in enumerate(stays)
        ]
    )  # fmt: skip
    demo.seen("ten thousand on the way to the portal", Forwarding.objects.count() >= ROWS, Forwarding.objects.count())
    demo.four_ways("portal-10000", "/office/portal/?state=refused", OFFICER)
    demo.four_ways("portal-days-10000", "/office/portal/days/", OFFICER)


@part
def messages(demo: Demo) -> None:
    webhook = Webhook.objects.order_by("pk").first()
    if webhook is None:
        demo.seen("an address that is told (walk `programs` before)", False)
        return
    now = clock.now()
    Delivery.objects.bulk_create(
        [
            Delivery(
                webhook=webhook, event="declaration.accepted", payload="{}", state="failed", attempts=30, next_at=now,
                created_at=now, give_up_at=now, last_at=now, last_status=503, last_answer="Service Unavailable " * 5,
            )
            for _n in range(ROWS)
        ]
    )  # fmt: skip
    demo.four_ways("webhook-10000", f"/programs/{webhook.pk}", MANAGER)


@part
def confirmations(demo: Demo) -> None:
    """Asked for by a guest of eighty signs, among thousands."""
    pattern = Confirmation.objects.filter(state="requested").select_related("stay__establishment").first()
    if pattern is None:
        demo.seen("a confirmation that waits", False)
        return
    stay = make_stay(pattern.stay.establishment, LONG_NAME, document_number=free_number("L"))
    Confirmation.objects.bulk_create([_asked(pattern, stay) for _n in range(ROWS)])
    demo.four_ways("confirmations-10000", "/office/confirmations/", COMMUNE)
    demo.four_ways("long-guest", f"/stays/{stay.pk}/", MANAGER)
    demo.four_ways("long-guest-receipt", f"/stays/{stay.pk}/receipt/", MANAGER)


def _asked(pattern: Confirmation, stay: Any) -> Confirmation:
    return Confirmation(
        reference=free_number("HBXW-"), stay=stay, unit_id=pattern.unit_id, state="requested", through=pattern.through,
        proof=pattern.proof, purpose=pattern.purpose, language="en", asked_at=clock.now(),
        due_on=clock.today() + timedelta(days=3),
    )  # fmt: skip
