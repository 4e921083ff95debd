"""The same entry from two forms at the same moment: one is entered, the second is asked about."""

import pytest

from ancu.apps.community.models import LedgerEntry, Pledge
from ancu.apps.community.tests.factories import ProgrammeBook
from ancu.apps.community.tests.test_pages import ANSWER, sent, text
from ancu.apps.lodging.tests.factories import make_world
from ancu.core import clock
from ancu.core.testing.at_once import at_once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["gift", "purchase", "handover", "pledge"])
def test_the_second_of_two_twins_is_asked_about(act):
    world = make_world()
    book, quynh = ProgrammeBook(world), world.client("quynh")
    book.give(book.of("vnd", 50_000_000))
    today = f"{clock.today():%d/%m/%Y}"
    money, pieces = book.items["vnd"].pk, book.items["pieces"].pk
    values = {
        "gift": {"name": "Công ty Sao Mai", "kind": "organisation", "item": money, "quantity": 9_000, "day": today},
        "purchase": {
            "paid": 16_666_666, "seller": "Chợ B", "paper": "HĐ 12", "item": pieces, "quantity": 1, "day": today,
        },
        "handover": {
            "name": "Hộ Sao Mai", "kind": "household", "unit": world.units.commune.pk, "reason": "x", "item": money,
            "quantity": 100, "day": today,
        },
        "pledge": {"name": "Công ty Sao Mai", "kind": "organisation", "item": money, "quantity": 70, "day": today},
    }[act]  # fmt: skip
    page, clients = f"/office/community/{book.programme.pk}/{act}/", [quynh, world.client("quynh")]
    answers = at_once(*(lambda tab=tab: tab.post(page, sent(act, **values)) for tab in clients))
    answers.sort(key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "Quynh entered the same" in text(answers[1]) and ANSWER.search(text(answers[1]))
    stored = (
        Pledge.objects.count() if act == "pledge" else LedgerEntry.objects.filter(kind=act).count() - (act == "gift")
    )
    assert stored == 1, "beside the gift that was there before"
