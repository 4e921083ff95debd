"""Charges: by the fee table of the submission day, at the exchange rate of the charging day."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.models import Charge, Dossier, ExchangeRate
from ancu.apps.dossiers.selectors.money import fee_items, rate_on, waiting_for_rate
from ancu.apps.dossiers.services.money.locks import RATE, lock_until_commit
from ancu.apps.dossiers.services.moving import note
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.documents.reference_numbers import new_reference
from ancu.core.errors import Conflict
from ancu.engines.rulebook import to_vnd, total_usd

COMPUTED = system(
    "dossiers.charge"
)  # computed from the table: neither the sender nor the person who entered the rate sets it
PAID_LESS = _(
    "You paid %(paid)s USD, but what you now ask for costs %(now)s USD. Ask for what you paid for, or write to the "
    "office on the dossier’s page."
)


def reference_prefix() -> str:
    """Return the letters with which this office's payment references begin."""
    return f"{settings.OFFICE_PREFIX}P"


def charge(dossier: Dossier) -> Charge | None:
    """Store the fee of a locked, submitted dossier at today's exchange rate.

    None when there is no rate yet, or nothing to pay.
    """
    items = fee_items(dossier)
    if not items:
        return None
    rate = rate_on(clock.today())
    if rate is None:
        lock_until_commit(RATE, shared=True)  # a rate being entered concurrently would miss this dossier
        rate = rate_on(clock.today())
    return _create_charge(dossier, items, rate) if rate else None


def update_charge(dossier: Dossier) -> None:
    """Recompute the fee after a supplement, at the original exchange rate.

    A paid fee is not refunded; Conflict if it would no longer be enough, since a fee is paid once.
    """
    items = fee_items(dossier)
    current = Charge.objects.filter(dossier=dossier).select_related("rate", "payment").first()
    if current is None:
        charge(dossier)
        return
    usd = total_usd(items)
    if not items or _charge_items(items) == current.items:
        return
    if hasattr(current, "payment"):
        if usd > current.usd:
            raise Conflict("fee_paid_less", PAID_LESS % {"paid": f"{current.usd:.0f}", "now": usd})
        return
    current.items, current.usd, current.vnd = _charge_items(items), Decimal(usd), to_vnd(usd, current.rate.vnd_per_usd)
    current.fee_version = items[0].version
    current.save(update_fields=["items", "usd", "vnd", "fee_version"])
    note(COMPUTED, dossier, "charged", usd=usd, vnd=current.vnd, reference=current.reference)


def _charge_items(items: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return the fee's lines in the form in which the charge stores them: key, count and dollars."""
    return [{"key": item.code, "count": item.quantity, "usd": item.usd} for item in items]


def _create_charge(dossier: Dossier, items: tuple[Any, ...], rate: ExchangeRate) -> Charge:
    """Store the fee in dollars and dong with a new payment reference, and an event in the history; return it."""
    usd = total_usd(items)
    created = Charge.objects.create(
        dossier=dossier,
        items=_charge_items(items),
        usd=Decimal(usd),
        rate=rate,
        vnd=to_vnd(usd, rate.vnd_per_usd),
        reference=new_reference(reference_prefix()),
        charged_at=clock.now(),
        fee_version=items[0].version,
    )
    note(COMPUTED, dossier, "charged", usd=usd, vnd=created.vnd, reference=created.reference)
    return created


def charge_waiting() -> int:
    """Charge every dossier that was sent while there was no exchange rate; return the number charged."""
    rate = rate_on(clock.today())
    if rate is None:
        return 0
    charged = 0
    for dossier in waiting_for_rate().select_for_update(of=("self",)).order_by("pk"):
        items = fee_items(dossier)
        if items:
            _create_charge(dossier, items, rate)
            charged += 1
    return charged
