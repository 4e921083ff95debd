"""A lodging houses more declared guests tonight than its registered beds."""

from ancu.apps.oversight.enums import RuleSubject, Severity
from ancu.apps.oversight.rules.facts import NOT_DEPARTED, DetectionRule, Facts, Parameters, RuleFinding, day_of, step_of

# Guests past their expected departure are excluded: another rule covers them. Tonight's facts are the arrival days of
# the guests beyond the beds; a replay uses the fullest night.
FACTS = f"""
SELECT 'lodging:' || lodging.id, lodging.id, lodging.unit_id, NULL, NULL, NULL::bigint, NULL, night.facts
FROM scope JOIN lodging_establishment lodging USING (id)
CROSS JOIN LATERAL (
    SELECT jsonb_build_object('beds', lodging.beds,
        'arrivals', (array_agg(arrived_on ORDER BY arrived_on, id))[lodging.beds + 1:]) AS facts
    FROM stays_stay
    WHERE NOT %(past)s AND establishment_id = lodging.id AND expected_departure > %(today)s
        AND arrived_on <= %(today)s AND {NOT_DEPARTED}
    HAVING count(*) > lodging.beds
    UNION ALL (
        SELECT jsonb_build_object('beds', lodging.beds, 'present', sum(change) OVER (ORDER BY day), 'since', day) FROM (
            SELECT moved.day, sum(moved.change) AS change FROM stays_stay stay
            CROSS JOIN LATERAL (VALUES (greatest(stay.arrived_on, %(since)s::date), 1),
                (coalesce(stay.departed_on, stay.expected_departure), -1)) moved(day, change)
            WHERE %(past)s AND stay.establishment_id = lodging.id AND NOT (stay.status = 'withdrawn')
                AND coalesce(stay.departed_on, stay.expected_departure) > %(since)s AND stay.arrived_on <= %(today)s
            GROUP BY moved.day
        ) days ORDER BY sum(change) OVER (ORDER BY day) DESC, day LIMIT 1
    )
) night
WHERE lodging.beds > 0 AND NOT lodging.sandbox AND lodging.status = 'active'
"""
STEPS = (1, 2, 3, 5, 8, 12, 20, 50, 100, 200, 500, 1000)
GRAVER = 12


def judge(facts: Facts, parameters: Parameters) -> RuleFinding | None:
    """Return a finding if a lodging has more guests than its beds and the margin (percent); None otherwise.

    It begins with the arrival of the first guest too many. The evidence stores the step reached instead of the exact
    number.
    """
    margin = facts["beds"] * parameters["percent"] // 100
    present = facts.get("present") or facts["beds"] + len(facts["arrivals"])
    over = step_of(present - facts["beds"] - margin, STEPS)
    if over is None:
        return None
    since = facts.get("since") or facts["arrivals"][margin]
    severity = Severity.MEDIUM if over >= GRAVER else Severity.LOW
    evidence = {"beds": facts["beds"], "present": facts["beds"] + margin + over, "since": since}
    return RuleFinding(severity, day_of(since), evidence)


ACTIVE = "SELECT id FROM lodging_establishment WHERE status = 'active' AND NOT sandbox AND beds > 0"
RULE = DetectionRule(
    code="too_many_guests",
    subject=RuleSubject.LODGING,
    facts=FACTS,
    nightly_scope=ACTIVE,
    replay_scope=ACTIVE,
    judge=judge,
)
