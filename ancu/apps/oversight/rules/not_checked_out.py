"""The expected departure has passed without a check-out or an extension by the lodging."""

from datetime import timedelta

from ancu.apps.oversight.enums import RuleSubject, Severity
from ancu.apps.oversight.rules.facts import (
    ARRIVED_SINCE,
    JOIN_LODGING,
    NOT_DEPARTED,
    NOT_WITHDRAWN,
    DetectionRule,
    Facts,
    Parameters,
    RuleFinding,
    day_of,
    step_of,
)

FACTS = f"""
SELECT 'stay:' || stay.id, stay.establishment_id, stay.unit_id, NULL, NULL, stay.id, NULL, jsonb_build_object(
    'expected_departure', stay.expected_departure, 'seen_on', coalesce(stay.departed_on, %(today)s::date))
FROM scope JOIN stays_stay stay USING (id) {JOIN_LODGING}
WHERE {NOT_WITHDRAWN} AND stay.expected_departure < coalesce(stay.departed_on, %(today)s::date)
    AND (stay.departed_on IS NULL OR %(past)s)
"""
STEPS = (1, 7, 14, 30, 90)  # days after the grace period
GRAVER = 30


def judge(facts: Facts, parameters: Parameters) -> RuleFinding | None:
    """Return a finding for a guest not checked out who should have left more than the grace days ago; else None.

    The severity rises with the days.
    """
    expected = day_of(facts["expected_departure"])
    from_ = expected + timedelta(days=parameters["grace_days"])
    days = step_of((day_of(facts["seen_on"]) - from_).days, STEPS)
    if days is None:
        return None
    seen_on = from_ + timedelta(days=days)
    severity = Severity.MEDIUM if days >= GRAVER else Severity.LOW
    evidence = {"expected_departure": facts["expected_departure"], "seen_on": seen_on.isoformat()}
    return RuleFinding(severity, from_ + timedelta(days=1), evidence)


RULE = DetectionRule(
    code="not_checked_out",
    subject=RuleSubject.STAY,
    facts=FACTS,
    nightly_scope=f"SELECT id FROM stays_stay WHERE expected_departure < %(today)s AND {NOT_DEPARTED}",
    replay_scope=ARRIVED_SINCE,
    judge=judge,
)
