"""What a dossier owes: by the fee table of the day it was sent, at the rate of the day it is charged."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.models import Charge, Dossier, ExchangeRate
from ancu.apps.dossiers.selectors.money import fee_items, rate_on, waiting_for_rate
from ancu.apps.dossiers.services.money.locks import RATE, hold
from ancu.apps.dossiers.services.moving import note
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.documents.reference_numbers import new_reference
from ancu.core.errors import Conflict
from ancu.engines.rulebook import to_vnd, total_usd

COMPUTED = system("dossiers.charge")  # by the table: neither who sent the dossier nor who entered the rate set it
PAID_LESS = _(
    "The fee that was paid is %(paid)s USD; what you ask for now costs %(now)s USD. Ask for what was paid for, or"
    " write to the office on the dossier’s page."
)


def reference_prefix() -> str:
    return f"{settings.OFFICE_PREFIX}P"


def charge(dossier: Dossier) -> Charge | None:
    """Charge a locked dossier that was sent; None when there is no rate yet, or nothing to pay."""
    items = fee_items(dossier)
    if not items:
        return None
    rate = rate_on(clock.today())
    if rate is None:
        hold(RATE, shared=True)  # a rate that is being entered now would not see this dossier
        rate = rate_on(clock.today())
    return _charge(dossier, items, rate) if rate else None


def charge_anew(dossier: Dossier) -> None:
    """After a supplement, which may ask for something else: the fee follows, at the rate it was first charged at.

    What was paid is not given back; Conflict where it would no longer be enough, since a fee is paid once.
    """
    items = fee_items(dossier)
    made = Charge.objects.filter(dossier=dossier).select_related("rate", "payment").first()
    if made is None:
        charge(dossier)
        return
    usd = total_usd(items)
    if not items or _lines(items) == made.items:
        return
    if hasattr(made, "payment"):
        if usd > made.usd:
            raise Conflict("fee_paid_less", PAID_LESS % {"paid": f"{made.usd:.0f}", "now": usd})
        return
    made.items, made.usd, made.vnd = _lines(items), Decimal(usd), to_vnd(usd, made.rate.vnd_per_usd)
    made.save(update_fields=["items", "usd", "vnd"])
    note(COMPUTED, dossier, "charged", usd=usd, vnd=made.vnd, reference=made.reference)


def _lines(items: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [{"key": item.code, "count": item.quantity, "usd": item.usd} for item in items]


def _charge(dossier: Dossier, items: tuple[Any, ...], rate: ExchangeRate) -> Charge:
    usd = total_usd(items)
    made = Charge.objects.create(
        dossier=dossier,
        items=_lines(items),
        usd=Decimal(usd),
        rate=rate,
        vnd=to_vnd(usd, rate.vnd_per_usd),
        reference=new_reference(reference_prefix()),
        charged_at=clock.now(),
    )
    note(COMPUTED, dossier, "charged", usd=usd, vnd=made.vnd, reference=made.reference)
    return made


def charge_waiting() -> int:
    """Charge every dossier that was sent when there was no rate; how many that were."""
    rate = rate_on(clock.today())
    if rate is None:
        return 0
    done = 0
    for dossier in waiting_for_rate().select_for_update(of=("self",)).order_by("pk"):
        items = fee_items(dossier)
        if items:
            _charge(dossier, items, rate)
            done += 1
    return done
