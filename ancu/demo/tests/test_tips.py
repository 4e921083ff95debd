"""The demo's tips open with the passphrases its notes print, and four of them with the receipts."""

import pytest

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.lodging.tests.factories import World
from ancu.apps.tips.enums import TipState
from ancu.apps.tips.models import Tip
from ancu.apps.tips.selectors.numbers import by_month, units_counted
from ancu.apps.tips.selectors.opening import open_tip
from ancu.apps.tips.selectors.tips import by_locator, visible_to
from ancu.apps.tips.selectors.units import ready_units
from ancu.apps.tips.services import receipts
from ancu.apps.tips.tests.factories import hand
from ancu.demo.accounts import load_accounts
from ancu.demo.tips import CLOSED, COUNT, FORMS, PASSPHRASES, load_tips


@pytest.mark.slow
@pytest.mark.django_db
def test_the_demos_tips_open(world: World) -> None:
    load_accounts(world.lodging.business, world.other_lodging.business, world.units.commune)
    assert load_tips() == {"tips": COUNT} and len(ready_units()) == 2
    read = []
    for email, passphrase in PASSPHRASES.items():
        actor = actor_for(User.objects.get(email=email))
        own = hand(actor, passphrase)
        read += [open_tip(own, tip).content.text for tip in visible_to(actor).order_by("number")]
    assert len(read) == 2 * COUNT and all(read)
    assert Tip.objects.filter(state=TipState.CLOSED).count() == sum(count for _outcome, count in CLOSED)
    assert all(by_locator(receipts.keys_of(receipts.receipt_of(form)).locator) for form in FORMS)
    units = units_counted(actor_for(User.objects.get(email="quantri@xnc.example")))
    months = by_month(units)
    assert sum(month.received for unit in units for month in months[unit.pk]) > COUNT
