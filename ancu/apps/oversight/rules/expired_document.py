"""A guest stays with an expired passport, according to the declaration or a dossier submitted here."""

from datetime import timedelta

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
)

# The latest stated expiry date counts, so that a mistyped date does not override a dossier.
FACTS = f"""
SELECT 'stay:' || stay.id, stay.establishment_id, stay.unit_id, NULL, NULL, stay.id, NULL, jsonb_build_object(
    'expired_on', known.expires_on, 'known_by', known.known_by, 'arrived_on', stay.arrived_on,
    'seen_on', coalesce(stay.departed_on, %(today)s::date))
FROM scope JOIN stays_stay stay USING (id) {JOIN_LODGING}
JOIN LATERAL (
    SELECT told.expired_on::text AS expires_on, 'declaration' AS known_by
    FROM stays_expireddocument told WHERE told.stay_id = stay.id
    UNION ALL
    SELECT max(form.answers ->> 'passport_expiry'), 'dossier'
    FROM dossiers_dossier dossier CROSS JOIN LATERAL jsonb_each(dossier.answers) AS form(name, answers)
    WHERE dossier.document_number = stay.document_number AND dossier.birth_date = stay.birth_date
        AND dossier.submitted_at IS NOT NULL AND jsonb_typeof(form.answers) = 'object'
        AND form.answers ->> 'passport_expiry' ~ '^\\d{{4}}-\\d{{2}}-\\d{{2}}$'
    HAVING count(*) > 0 ORDER BY 1 DESC LIMIT 1
) known ON true
WHERE {NOT_WITHDRAWN} AND known.expires_on < coalesce(stay.departed_on, %(today)s::date)::text
"""


def judge(facts: Facts, parameters: Parameters) -> RuleFinding | None:
    """Return a finding for a guest with an expired passport; None without one.

    High severity if the passport had expired before arrival: the lodging saw an expired passport.
    """
    expired, arrived = day_of(facts["expired_on"]), day_of(facts["arrived_on"])
    first = expired + timedelta(days=parameters["grace_days"] + 1)
    if day_of(facts["seen_on"]) < first:
        return None
    seen_on = max(first, arrived)
    severity = Severity.HIGH if arrived >= first else Severity.MEDIUM
    return RuleFinding(severity, seen_on, {**facts, "seen_on": seen_on.isoformat()})


RULE = DetectionRule(
    code="expired_document",
    subject=RuleSubject.STAY,
    facts=FACTS,
    nightly_scope=PRESENT_OR_RECENT,
    replay_scope=ARRIVED_SINCE,
    judge=judge,
)
