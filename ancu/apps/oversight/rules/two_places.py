"""One document is declared at two lodgings for the same nights.

Documents are equal if number and birth date are equal: two countries may issue the same number, hardly to persons born
on one day. A stay lasts until its departure, otherwise until the expected day, at most until today. A guest who left
early without a check-out therefore counts at both places.
"""

from ancu.apps.oversight.enums import RuleSubject, Severity
from ancu.apps.oversight.rules.facts import (
    ARRIVED_SINCE,
    JOIN_LODGING,
    NOT_WITHDRAWN,
    PRESENT_OR_RECENT,
    DetectionRule,
    Facts,
    Parameters,
    RuleFinding,
    day_of,
    step_of,
)


def _end(name: str) -> str:
    """Return the SQL of a stay's last day: the departure, else the earlier of expected departure and today.

    ``name`` is the alias of the stay's table in the query.
    """
    return f"coalesce({name}.departed_on, least({name}.expected_departure, %(today)s::date))"


def _column_of(which: str, column: str) -> str:
    """Return the SQL of a column of the later or the earlier of two stays (``which``: "later" or "earlier").

    Of two stays that began together, the one declared last is the later.
    """
    first, second = ("stay", "other") if which == "later" else ("other", "stay")
    return f"CASE WHEN turn.own_is_later THEN {first}.{column} ELSE {second}.{column} END"


# Each pair gives one row, whichever stay was in scope, keyed by both; the later stay contradicts the earlier.
FACTS = f"""
SELECT DISTINCT ON (1) 'stays:' || least(stay.id, other.id) || '-' || greatest(stay.id, other.id),
    {_column_of("later", "establishment_id")},
    {_column_of("later", "unit_id")}, {_column_of("earlier", "unit_id")}, NULL::bigint,
    {_column_of("later", "id")}, {_column_of("earlier", "id")}, jsonb_build_object(
        'first_arrived', {_column_of("earlier", "arrived_on")}, 'second_arrived', {_column_of("later", "arrived_on")},
        'nights', least({_end("stay")}, {_end("other")}) - greatest(stay.arrived_on, other.arrived_on))
FROM scope JOIN stays_stay stay USING (id) {JOIN_LODGING}
JOIN stays_stay other ON other.document_number = stay.document_number AND other.birth_date = stay.birth_date
    AND other.establishment_id <> stay.establishment_id AND NOT (other.status = 'withdrawn')
JOIN lodging_establishment elsewhere ON elsewhere.id = other.establishment_id AND NOT elsewhere.sandbox
CROSS JOIN LATERAL (SELECT (stay.arrived_on, stay.id) > (other.arrived_on, other.id) AS own_is_later) turn
WHERE {NOT_WITHDRAWN} AND stay.arrived_on < {_end("other")} AND other.arrived_on < {_end("stay")}
ORDER BY 1
"""
STEPS = (1, 2, 3, 7, 14, 30, 90)
GRAVER = 7


def judge(facts: Facts, parameters: Parameters) -> RuleFinding | None:
    """Return a finding if a document was declared at two lodgings for the same nights; None below the threshold.

    The threshold is a number of nights.
    """
    nights = step_of(facts["nights"], STEPS)
    if nights is None or facts["nights"] < parameters["nights"]:
        return None
    severity = Severity.HIGH if nights >= GRAVER else Severity.MEDIUM
    evidence = {**facts, "nights": max(nights, parameters["nights"])}
    return RuleFinding(severity, day_of(facts["second_arrived"]), evidence)


RULE = DetectionRule(
    code="two_places",
    subject=RuleSubject.STAY,
    facts=FACTS,
    nightly_scope=PRESENT_OR_RECENT,
    replay_scope=ARRIVED_SINCE,
    judge=judge,
)
