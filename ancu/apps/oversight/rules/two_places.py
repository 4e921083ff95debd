"""One document was declared at two lodgings for the same nights.

Documents are the same when number and birth date are: two countries may give out the same number, to two people who
were hardly born on one day. A stay lasts until its departure, else until the day that was expected, at most until
today: whoever left earlier and was not checked out is in two places for the rest of it.
"""

from ancu.apps.oversight.enums import Severity, Subject
from ancu.apps.oversight.rules.facts import (
    ARRIVED_SINCE,
    AT,
    LATELY,
    STANDS,
    Facts,
    Finding,
    Parameters,
    Rule,
    day_of,
    step_of,
)


def _end(name: str) -> str:
    return f"coalesce({name}.departed_on, least({name}.expected_departure, %(today)s::date))"


def _of(which: str, column: str) -> str:
    """A column of the one that began later, or earlier; of two that began together the one declared last is later."""
    first, second = ("stay", "other") if which == "later" else ("other", "stay")
    return f"CASE WHEN turn.own_is_later THEN {first}.{column} ELSE {second}.{column} END"


# The pair is told once, whichever of the two was asked about: by the stay that began later and contradicts the other.
FACTS = f"""
SELECT DISTINCT ON (1) 'stays:' || least(stay.id, other.id) || '-' || greatest(stay.id, other.id),
    {_of("later", "establishment_id")}, {_of("later", "unit_id")}, {_of("earlier", "unit_id")}, NULL::bigint,
    {_of("later", "id")}, {_of("earlier", "id")}, jsonb_build_object(
        'first_arrived', {_of("earlier", "arrived_on")}, 'second_arrived', {_of("later", "arrived_on")},
        'nights', least({_end("stay")}, {_end("other")}) - greatest(stay.arrived_on, other.arrived_on))
FROM scope JOIN stays_stay stay USING (id) {AT}
JOIN stays_stay other ON other.document_number = stay.document_number AND other.birth_date = stay.birth_date
    AND other.establishment_id <> stay.establishment_id AND NOT (other.status = 'withdrawn')
JOIN lodging_establishment elsewhere ON elsewhere.id = other.establishment_id AND NOT elsewhere.sandbox
CROSS JOIN LATERAL (SELECT (stay.arrived_on, stay.id) > (other.arrived_on, other.id) AS own_is_later) turn
WHERE {STANDS} AND stay.arrived_on < {_end("other")} AND other.arrived_on < {_end("stay")}
ORDER BY 1
"""
STEPS = (1, 2, 3, 7, 14, 30, 90)
GRAVER = 7


def judge(facts: Facts, parameters: Parameters) -> Finding | None:
    nights = step_of(facts["nights"], STEPS)
    if nights is None or facts["nights"] < parameters["nights"]:
        return None
    severity = Severity.HIGH if nights >= GRAVER else Severity.MEDIUM
    evidence = {**facts, "nights": max(nights, parameters["nights"])}
    return Finding(severity, day_of(facts["second_arrived"]), evidence)


RULE = Rule(
    code="two_places",
    subject=Subject.STAY,
    facts=FACTS,
    whole=LATELY,
    past=ARRIVED_SINCE,
    judge=judge,
)
