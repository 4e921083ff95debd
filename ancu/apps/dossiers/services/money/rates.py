"""The bank's exchange rate of each day."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Charge, ExchangeRate
from ancu.apps.dossiers.selectors.money import rate_before, rate_change_percent
from ancu.apps.dossiers.services.money.charging import charge_waiting
from ancu.apps.dossiers.services.money.locks import RATE, lock_until_commit
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require

UNUSUAL_PERCENT = Decimal("2")  # per cent from one day to the next; more is usually a typing error


class UnusualRate(Exception):
    """The rate differs much from the one before; confirmed, it is accepted."""

    def __init__(self, before: ExchangeRate, jump: Decimal) -> None:
        super().__init__("unusual")
        self.before, self.jump = before, jump


@transaction.atomic
def enter_rate(
    actor: Actor, *, day: date, vnd_per_usd: Decimal, source: str, confirmed: bool = False
) -> tuple[ExchangeRate, int]:
    """Store the exchange rate of a day, and charge the dossiers that waited for it.

    Returns the rate and the number of dossiers charged. Raises UnusualRate on an unconfirmed jump, Conflict on a
    future day or a rate that was already used.
    """
    require(rules.may_take_money(actor))
    if day > clock.today():
        raise Conflict("rate_of_tomorrow", _("The rate of a future day is not known yet."))
    lock_until_commit(RATE)  # concurrent submissions without a rate wait here, then find this one
    if Charge.objects.filter(rate_id=day).exists():
        raise Conflict("rate_used", _("Fees have already been charged at this day’s rate, so it can no longer change."))
    before = rate_before(day)
    jump = rate_change_percent(before, vnd_per_usd)
    if before and abs(jump) > UNUSUAL_PERCENT and not confirmed:
        raise UnusualRate(before, jump)
    rate, _created = ExchangeRate.objects.update_or_create(
        day=day,
        defaults={
            "vnd_per_usd": vnd_per_usd, "source": source, "entered_by_id": actor.user_id, "entered_at": clock.now(),
        },
    )  # fmt: skip
    record(actor, "dossiers.rate_entered", rate, rate=str(vnd_per_usd), source=source)
    return rate, charge_waiting()
