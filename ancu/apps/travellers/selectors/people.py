"""Which travellers are one person."""

from collections import defaultdict
from collections.abc import Collection

from ancu.core.db.statements import run

PERSONS = """
WITH person AS (
    SELECT DISTINCT coalesce(person_id, id) AS id FROM travellers_traveller WHERE id = ANY(%s::bigint[])
)
SELECT id, id FROM person
UNION ALL
SELECT person.id, member.id FROM person JOIN travellers_traveller member ON member.person_id = person.id
"""


def persons_of(travellers: Collection[int]) -> dict[int, set[int]]:
    """Return, by the oldest traveller's id, the ids of all travellers of each person to whom one of these belongs."""
    members_by_person: dict[int, set[int]] = defaultdict(set)
    if travellers:
        for person, traveller in run(PERSONS, [list(travellers)]):
            members_by_person[person].add(traveller)
    return dict(members_by_person)


def person_of(traveller: int) -> set[int]:
    """Return the ids of all travellers of the person to whom this traveller belongs; empty for an unknown id."""
    return next(iter(persons_of([traveller]).values()), set())
