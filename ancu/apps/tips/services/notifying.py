"""Notify handlers on the hour, so that no letter reveals when a tip was sent."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from ancu.apps.accounts.models import User
from ancu.apps.messaging.services import notify
from ancu.apps.tips import rules
from ancu.apps.tips.selectors.units import PRESENT, ready_units
from ancu.core import clock
from ancu.core.actor import Actor


@transaction.atomic
def notify_holders(actor: Actor) -> int:
    """Notify each key holder of units to which a source wrote in the last full hour; return the number of letters.

    A repeated job does not send a letter twice.
    """
    hour = rules.to_the_hour(clock.now() - timedelta(hours=1))
    called = 0
    for unit in ready_units():
        if not unit.tips.filter(said_at=hour).exists():
            continue
        for user in User.objects.filter(pk__in=unit.holders.filter(PRESENT).values("user_id"), is_active=True):
            notify(
                actor=actor,
                to=user,
                key=f"tips:{unit.pk}:{hour:%Y%m%d%H}",
                template="tips/letters/new.txt",
                subject=("tips", unit.pk),
                context={"path": reverse("tips:list")},
            )
            called += 1
    return called
