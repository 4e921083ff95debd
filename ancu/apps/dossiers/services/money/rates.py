"""The bank's rate of each day."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Charge, ExchangeRate
from ancu.apps.dossiers.selectors.money import jump_of, rate_before
from ancu.apps.dossiers.services.money.charging import charge_waiting
from ancu.apps.dossiers.services.money.locks import RATE, hold
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require

UNUSUAL = Decimal("2")  # per cent from one day to the next; more is more often a wrong key than the market


class Unusual(Exception):
    """The rate lies far from the one before: said once more, it is taken."""

    def __init__(self, before: ExchangeRate, jump: Decimal) -> None:
        super().__init__("unusual")
        self.before, self.jump = before, jump


@transaction.atomic
def enter_rate(
    actor: Actor, *, day: date, vnd_per_usd: Decimal, source: str, confirmed: bool = False
) -> tuple[ExchangeRate, int]:
    """Keep the rate of a day, and charge the dossiers that waited for one; how many those were.

    Raises Unusual on a jump that was not confirmed, Conflict on a day to come or a rate fees were charged at.
    """
    require(rules.may_take_money(actor))
    if day > clock.today():
        raise Conflict("rate_of_tomorrow", _("The rate of a day to come is not known yet."))
    hold(RATE)  # whoever submits without a rate waits here, and then finds this one
    if Charge.objects.filter(rate_id=day).exists():
        raise Conflict("rate_used", _("Fees were already charged at the rate of this day; it can no longer change."))
    before = rate_before(day)
    jump = jump_of(before, vnd_per_usd)
    if before and abs(jump) > UNUSUAL and not confirmed:
        raise Unusual(before, jump)
    rate, _created = ExchangeRate.objects.update_or_create(
        day=day,
        defaults={
            "vnd_per_usd": vnd_per_usd, "source": source, "entered_by_id": actor.user_id, "entered_at": clock.now(),
        },
    )  # fmt: skip
    record(actor, "dossiers.rate_entered", rate, rate=str(vnd_per_usd), source=source)
    return rate, charge_waiting()
