"""Guests declared after the time limit. One submission gives one alert, whatever its number of late guests."""

from ancu.apps.oversight.enums import RuleSubject, Severity
from ancu.apps.oversight.rules.facts import (
    JOIN_LODGING,
    NOT_WITHDRAWN,
    DetectionRule,
    Facts,
    Parameters,
    RuleFinding,
    day_of,
)
from ancu.engines.rulebook import band_starts

OFFENCE = "fine.undeclared_foreigners"
DAY = 24 * 60
MAX_STORED_MINUTES = 100  # guests of one submission whose minutes are kept
FACTS = f"""
SELECT 'submission:' || submission.id, submission.establishment_id, submission.unit_id, NULL, NULL,
    (array_agg(stay.id ORDER BY {NOT_WITHDRAWN} DESC, stay.minutes_late DESC, stay.id))[1], NULL,
    jsonb_build_object('declared_on', (submission.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
        'minutes', jsonb_agg(stay.minutes_late ORDER BY stay.minutes_late DESC, stay.id)
            FILTER (WHERE stay.minutes_late > 0 AND {NOT_WITHDRAWN}))
FROM (SELECT DISTINCT stay.submission_id FROM scope JOIN stays_stay stay USING (id)) asked
JOIN stays_submission submission ON submission.id = asked.submission_id
JOIN stays_stay stay ON stay.submission_id = submission.id {JOIN_LODGING}
GROUP BY submission.id HAVING bool_or(stay.minutes_late > 0)
"""
_LATE = """
SELECT stay.id FROM stays_submission submission JOIN stays_stay stay ON stay.submission_id = submission.id
WHERE submission.received_at >= {since} AND submission.late_count > 0 AND stay.minutes_late > 0
"""


def judge(facts: Facts, parameters: Parameters) -> RuleFinding | None:
    """Return a finding if guests were declared late by at least the threshold (minutes); None otherwise.

    The severity depends on the fine band for this number of guests on that day; a delay of a full day raises it.
    """
    late = [minutes for minutes in facts["minutes"] or [] if minutes >= parameters["minutes"]]
    if not late:
        return None
    guests = max(facts.get("guests", 0), len(late))
    group = sum(guests >= first for first in band_starts(OFFENCE, day_of(facts["declared_on"])))
    graver = late[0] >= DAY
    severity = Severity(min(Severity.HIGH, group + graver))
    evidence = {
        "declared_on": facts["declared_on"],
        "minutes": late[:MAX_STORED_MINUTES],
        "guests": guests,
        "least": parameters["minutes"],
    }
    return RuleFinding(severity, day_of(facts["declared_on"]), evidence)


RULE = DetectionRule(
    code="declared_late",
    subject=RuleSubject.STAY,
    facts=FACTS,
    nightly_scope=_LATE.format(since="%(today)s::date - %(window)s"),
    replay_scope=_LATE.format(since="%(since)s"),
    judge=judge,
)
