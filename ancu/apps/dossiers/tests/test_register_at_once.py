"""Many dossiers accepted at the same moment, with real threads and real transactions."""

from collections.abc import Callable
from typing import Any

import pytest

from ancu.apps.dossiers.enums import ComponentState
from ancu.apps.dossiers.models import Dossier, RegisterEntry
from ancu.apps.dossiers.services import handling
from ancu.apps.dossiers.services.register import register_missing
from ancu.apps.dossiers.services.slots import receive_passport
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.core.errors import Conflict
from ancu.core.testing.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MANY = 24


@pytest.fixture
def cast(transactional_db: None, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_cast(make_world())


def ready_to_accept(cast: World) -> Dossier:
    dossier, ines = make_dossier(cast), cast.actor("ines")
    receive_passport(ines, dossier=dossier)
    for component in dossier.components.all():
        handling.judge_component(ines, dossier=dossier, key=component.key, state=ComponentState.ACCEPTED)
    return Dossier.objects.get(pk=dossier.pk)


def test_many_accepted_at_once_are_numbered_without_a_gap_in_order(cast: World) -> None:
    dossiers, ines = [ready_to_accept(cast) for _ in range(MANY)], cast.actor("ines")

    def accept(dossier: Dossier) -> Callable[[], Any]:
        return lambda: handling.accept(ines, dossier=dossier)

    twice = [accept(dossier) for dossier in dossiers[:4]]  # two officers press the button for one dossier
    answers = at_once(*(accept(dossier) for dossier in dossiers), *twice, register_missing)
    assert sum(isinstance(answer, Conflict) for answer in answers) == len(twice)
    entries = RegisterEntry.objects.order_by("number").values_list("number", "dossier__accepted_at")
    assert [number for number, _at in entries] == list(range(1, MANY + 1))
    times = [at for _number, at in entries]
    assert times == sorted(times)
