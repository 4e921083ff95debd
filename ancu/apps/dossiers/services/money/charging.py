"""What a dossier owes: by the fee table of the day it was sent, at the rate of the day it is charged."""

from decimal import Decimal
from typing import Any

from django.conf import settings

from ancu.apps.dossiers.models import Charge, Dossier, ExchangeRate
from ancu.apps.dossiers.selectors.money import fee_items, rate_on, waiting_for_rate
from ancu.apps.dossiers.services.money.locks import RATE, hold
from ancu.apps.dossiers.services.moving import note
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.numbers import new_reference
from ancu.engines.rulebook import to_vnd, total_usd


def reference_prefix() -> str:
    return f"{settings.OFFICE_PREFIX}P"


def charge(actor: Actor, dossier: Dossier) -> Charge | None:
    """Charge a locked dossier that was sent; None when there is no rate yet, or nothing to pay."""
    items = fee_items(dossier)
    if not items:
        return None
    rate = rate_on(clock.today())
    if rate is None:
        hold(RATE, shared=True)  # a rate that is being entered now would not see this dossier
        rate = rate_on(clock.today())
    return _charge(actor, dossier, items, rate) if rate else None


def _charge(actor: Actor, dossier: Dossier, items: tuple[Any, ...], rate: ExchangeRate) -> Charge:
    usd = total_usd(items)
    made = Charge.objects.create(
        dossier=dossier,
        items=[{"key": item.code, "count": item.quantity, "usd": item.usd} for item in items],
        usd=Decimal(usd),
        rate=rate,
        vnd=to_vnd(usd, rate.vnd_per_usd),
        reference=new_reference(reference_prefix()),
        charged_at=clock.now(),
    )
    note(actor, dossier, "charged", usd=usd, vnd=made.vnd, reference=made.reference)
    return made


def charge_waiting(actor: Actor) -> int:
    """Charge every dossier that was sent when there was no rate; how many that were."""
    rate = rate_on(clock.today())
    if rate is None:
        return 0
    done = 0
    for dossier in waiting_for_rate().select_for_update(of=("self",)).order_by("pk"):
        items = fee_items(dossier)
        if items:
            _charge(actor, dossier, items, rate)
            done += 1
    return done
