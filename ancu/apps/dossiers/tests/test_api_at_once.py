"""A program that sends the same dossier from two places at the same moment: real threads, real transactions."""

from collections import Counter as Tally
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from ancu.apps.accounts.services import create_token
from ancu.apps.dossiers.models import Charge, ClientReference, Dossier
from ancu.apps.dossiers.tests.factories import make_cast, make_legal_file, make_rate
from ancu.apps.dossiers.tests.test_api import SEND, Program, filing
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.core.testing.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def cast(transactional_db: None, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    new_cast = make_cast(make_world())
    make_rate(new_cast)
    make_legal_file(new_cast)
    return new_cast


def posting(secret: str, body: dict[str, Any]) -> Callable[[], tuple[int, Any]]:
    return lambda: Program(secret).call("POST", "dossiers", body)


def test_the_same_reference_at_once_is_one_dossier(cast: World) -> None:
    secret = create_token(cast.actor("ramon"), name="HR program")[1]
    for attempt in range(5):
        body = filing(cast, f"HR-{attempt}") | SEND
        answers = at_once(*[posting(secret, body)] * 4)
        assert Tally(status for status, _ in answers) == {201: 1, 200: 3}
        assert len({answer["dossier"]["number"] for _status, answer in answers}) == 1
        assert [answer["dossier"]["state"] for _status, answer in answers] == ["submitted"] * 4
    assert Dossier.objects.count() == ClientReference.objects.count() == Charge.objects.count() == 5


def test_other_contents_under_one_reference_at_once_are_told_apart(cast: World) -> None:
    secret = create_token(cast.actor("ramon"), name="HR program")[1]
    bodies = [filing(cast, "HR-1", given={"occupation": f"engineer {number}"}) for number in range(3)]
    answers = at_once(*(posting(secret, body) for body in bodies))
    assert sorted(status for status, _ in answers) == [201, 409, 409]
    assert {answer["code"] for status, answer in answers if status == 409} == {"reference_reused"}
    assert Dossier.objects.count() == 1


def test_when_the_first_fails_the_second_goes_on(cast: World) -> None:
    """One of two sends what cannot be sent: it leaves nothing, and whoever waited at the reference files."""
    secret = create_token(cast.actor("ramon"), name="HR program")[1]
    good = filing(cast, "HR-1") | SEND
    bad = {**good, "papers": {key: paper for key, paper in good["papers"].items() if key != "passport"}}
    answers = at_once(posting(secret, good), posting(secret, bad))
    assert Dossier.objects.count() == 1
    assert answers[0][0] == 201
    assert answers[1][0] in {409, 422}
