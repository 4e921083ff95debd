"""A guest is present after the last permitted day of stay."""

from datetime import timedelta

from ancu.apps.dossiers.rules import PERMITS_NO_STAY
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
from ancu.engines.rulebook import band_starts

OFFENCE = "fine.overstay"
# A visa, extension or card issued later supersedes the declared day. Dossiers' ``services.permits`` updates open stays,
# not ended ones. The days between the old permitted day and the new permit remain an overstay until an officer decides;
# the old day is in the stay's history. One query covers the gaps of the whole scope: one query per stay made a one-year
# replay three times as slow.
_NO_STAY = "ARRAY[" + ", ".join(f"'{code}'" for code in PERMITS_NO_STAY) + "]"
_ISSUED = f"""FROM dossiers_dossier dossier JOIN dossiers_result result ON result.dossier_id = dossier.id
        WHERE dossier.document_number = stay.document_number AND dossier.birth_date = stay.birth_date
            AND NOT (dossier.procedure = ANY({_NO_STAY}))"""
_LAST_SEEN = "coalesce(stay.departed_on, %(today)s::date)"
FACTS = f"""
SELECT 'stay:' || stay.id, stay.establishment_id, stay.unit_id, NULL, NULL, stay.id, NULL,
    CASE WHEN gap.renewed_from IS NULL THEN jsonb_build_object(
        'permitted_until', stay.permitted_until, 'seen_on', {_LAST_SEEN},
        'issued_until', (SELECT max(result.valid_until) {_ISSUED}))
    ELSE jsonb_build_object(
        'permitted_until', gap.ended_on, 'seen_on', least(gap.renewed_from - 1, {_LAST_SEEN}),
        'issued_until', NULL, 'renewed_from', gap.renewed_from) END
FROM scope JOIN stays_stay stay USING (id) {JOIN_LODGING}
LEFT JOIN (
    SELECT DISTINCT ON (stay.id) stay.id, event.permitted_until AS ended_on, first.day AS renewed_from
    FROM scope JOIN stays_stay stay USING (id)
    JOIN stays_stayevent event ON event.pgh_obj_id = stay.id
    JOIN pghistory_context context ON context.id = event.pgh_context_id
    CROSS JOIN LATERAL (
        SELECT min(result.valid_from) AS day {_ISSUED} AND result.valid_until > event.permitted_until
    ) first
    WHERE stay.permitted_until >= {_LAST_SEEN} AND event.permitted_until < {_LAST_SEEN}
        AND context.metadata ->> 'act' = 'permit_renewed'
        AND first.day > event.permitted_until + 1 AND first.day > stay.arrived_on
    ORDER BY stay.id, first.day - event.permitted_until DESC
) gap ON gap.id = stay.id
WHERE {NOT_WITHDRAWN} AND (gap.renewed_from IS NOT NULL
    OR stay.permitted_until < {_LAST_SEEN} AND (stay.departed_on IS NULL OR %(past)s))
"""


def judge(facts: Facts, parameters: Parameters) -> RuleFinding | None:
    """Return a finding with the days of overstay; None without any.

    Days beyond the permitted day, or before the next permit begins; high severity from the second fine band (16
    days). The bands are those of the decree on the first day of overstay, so that a later evaluation gives the same
    result.
    """
    permitted = day_of(facts["permitted_until"])
    until = max(permitted, day_of(facts["issued_until"])) if facts["issued_until"] else permitted
    from_ = until + timedelta(days=parameters["grace_days"])
    steps = band_starts(OFFENCE, from_ + timedelta(days=1))
    days = step_of((day_of(facts["seen_on"]) - from_).days, steps)
    if days is None:
        return None
    severity = Severity.HIGH if days in steps[1:] else Severity.MEDIUM
    seen_on = from_ + timedelta(days=days)
    evidence = {
        "permitted_until": facts["permitted_until"],
        "issued_until": facts["issued_until"],
        "seen_on": seen_on.isoformat(),
        "days": (seen_on - until).days,
    }
    if facts.get("renewed_from"):
        evidence["renewed_from"] = facts["renewed_from"]
    return RuleFinding(severity, from_ + timedelta(days=1), evidence)


RULE = DetectionRule(
    code="overstay",
    subject=RuleSubject.STAY,
    facts=FACTS,
    nightly_scope=f"SELECT id FROM stays_stay WHERE permitted_until < %(today)s AND {NOT_DEPARTED}",
    replay_scope=ARRIVED_SINCE,
    judge=judge,
)
