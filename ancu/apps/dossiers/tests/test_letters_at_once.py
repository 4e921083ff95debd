"""Letters issued at the same moment, some of them undone, with real threads and real transactions."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ancu.apps.dossiers.models import Dossier, OfficialLetter
from ancu.apps.dossiers.services import handling
from ancu.apps.dossiers.services.numbering import next_number
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.core.errors import Conflict
from ancu.core.testing.at_once import at_once

MANY = 16


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_letters_issued_at_once_have_no_gap_and_no_twin(transactional_db: None, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    cast: World = make_cast(make_world())
    ines, dossiers = cast.actor("ines"), [make_dossier(cast) for _ in range(MANY)]

    def end(dossier: Dossier, place: int) -> Callable[[], Any]:
        def act() -> None:
            with transaction.atomic():
                if place % 2:
                    handling.not_accept(ines, dossier=dossier, reason="Not here.")
                else:
                    handling.transfer(ines, dossier=dossier, reason="Not ours.")
                if place % 4 == 3:
                    raise Conflict("undone", "on purpose")

        return act

    answers = at_once(*(end(dossier, place) for place, dossier in enumerate(dossiers)))
    undone = sum(isinstance(answer, Conflict) for answer in answers)
    assert undone == MANY // 4
    for series, count in (("TB", MANY // 2 - undone), ("PC", MANY // 2)):
        letters = OfficialLetter.objects.filter(series=series).order_by("number")
        assert [letter.number for letter in letters] == list(range(1, count + 1))
        times = [letter.issued_at for letter in letters]
        assert times == sorted(times)


class Numbers:
    """Rows with a number, as ``next_number`` reads them."""

    def __init__(self, rows: list[int]) -> None:
        self.rows = rows

    def order_by(self, _name: str) -> "Numbers":
        return Numbers(sorted(self.rows, reverse=True))

    def values_list(self, _name: str, *, flat: bool) -> "Numbers":
        assert flat
        return self

    def first(self) -> int | None:
        return self.rows[0] if self.rows else None


@settings(suppress_health_check=[HealthCheck.differing_executors])
@given(st.lists(st.booleans(), max_size=60))
def test_in_any_order_of_done_and_undone_acts_the_numbers_are_one_to_the_last(acts: list[bool]) -> None:
    rows: list[int] = []
    for is_done in acts:
        number = next_number(Numbers(rows))  # type: ignore[arg-type]
        rows += [number] if is_done else []
    assert rows == list(range(1, sum(acts) + 1))
