"""Money from several sides at the same moment, with real threads and real transactions."""

from collections.abc import Callable
from typing import Any

import pytest

from ancu.apps.dossiers.enums import BankLineState
from ancu.apps.dossiers.models import BankLine, Charge, Dossier, FeeReceipt, Payment
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.money import statements
from ancu.apps.dossiers.services.money.paying import take_cash
from ancu.apps.dossiers.services.money.rates import enter_rate
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_draft, make_rate
from ancu.apps.dossiers.tests.test_money import notified, receive_notification, statement_of, upload
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.core import clock
from ancu.core.errors import Conflict
from ancu.core.testing.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def cast(transactional_db: None, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_cast(make_world())


def test_cash_notification_and_bank_line_at_once_pay_once(cast: World) -> None:
    make_rate(cast)
    ines = cast.actor("ines")
    for attempt in range(8):
        dossier = make_dossier(cast)
        charge = dossier.charge
        files = [upload(cast, statement_of((charge.reference, charge.vnd, f"F{attempt}-{n}"))) for n in range(2)]

        def cash(dossier: Dossier = dossier) -> str:
            return str(take_cash(ines, dossier=dossier, vnd=dossier.charge.vnd))

        def notify(charge: Charge = charge, number: str = f"P{attempt}") -> BankLine:
            return receive_notification(*notified(charge, number=number))

        def bank(file: Any) -> Callable[[], Any]:
            return lambda: statements.import_statement(ines, file=file)

        message = at_once(cash, cash, notify, notify, bank(files[0]), bank(files[1]))
        assert Payment.objects.filter(charge=charge).count() == 1
        assert dossier.events.filter(act="paid").count() == 1
        lines = BankLine.objects.filter(text=charge.reference)
        assert lines.count() == 3  # the notification once, a line of each file
        by_hand = sum(not isinstance(answer, Conflict) for answer in message[:2])
        assert lines.filter(state=BankLineState.MATCHED).count() == 1 - by_hand
        assert all(line.problem == "paid" for line in lines.filter(state=BankLineState.OPEN))
    numbers = sorted(FeeReceipt.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 9))


def test_fifty_receipts_at_once_have_no_gap(cast: World) -> None:
    make_rate(cast)
    ines = cast.actor("ines")
    dossiers = [make_dossier(cast) for _ in range(50)]

    def pay(dossier: Dossier) -> Callable[[], Any]:
        return lambda: take_cash(ines, dossier=dossier, vnd=dossier.charge.vnd).number

    numbers = at_once(*(pay(dossier) for dossier in dossiers))
    assert sorted(numbers) == list(range(1, 51))


def test_a_dossier_sent_while_the_first_rate_is_entered_is_charged(cast: World) -> None:
    ines, ramon = cast.actor("ines"), cast.actor("ramon")
    drafts = [make_draft(cast) for _ in range(6)]

    def send(dossier: Dossier) -> Callable[[], Any]:
        return lambda: filing.submit(ramon, dossier=dossier)

    def rate() -> Any:
        return enter_rate(ines, day=clock.today(), vnd_per_usd=26_400, source="VCB")  # type: ignore[arg-type]

    at_once(*(send(draft) for draft in drafts), rate)
    assert Charge.objects.count() == 6


def test_the_same_file_twice_at_once_is_read_once(cast: World) -> None:
    make_rate(cast)
    charge = make_dossier(cast).charge
    file = upload(cast, statement_of((charge.reference, charge.vnd, "F1"), ("?", 5, "F2")))
    message = at_once(*[lambda: statements.import_statement(cast.actor("ines"), file=file)] * 4)
    assert sorted(paid for _, paid in message) == [0, 0, 0, 1]
    assert (BankLine.objects.count(), Payment.objects.count()) == (2, 1)
