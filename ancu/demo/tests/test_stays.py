"""Who stays where in the demo, before anything is written."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from ancu.demo.stays import DemoParty, DemoStay, move_parties_on


def party(unit: int, number: str, arrived: date, departed: date | None) -> DemoParty:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    person: Any = SimpleNamespace(document_number=number)
    place: Any = SimpleNamespace(unit_id=unit)
    plan: Any = SimpleNamespace(profile="hotel")
    stay = DemoStay(person, "1", arrived, moment, departed or arrived, departed, arrived, "tourism", "visa")
    return DemoParty(place, plan, "web", moment, [stay])


def test_who_leaves_one_place_comes_to_another_on_the_same_day() -> None:
    first, same_place = party(1, "A", date(2026, 1, 1), date(2026, 1, 3)), party(1, "B", date(2026, 1, 3), None)
    known_values, next_place = party(2, "C", date(2026, 1, 1), None), party(2, "D", date(2026, 1, 3), None)
    parties = [first, same_place, known_values, next_place]
    move_parties_on(parties, parties)
    assert [party.stays[0].person.document_number for party in parties] == ["A", "B", "C", "A"]
