"""An inspection met guests without a declaration at its beginning.

The beginning is recorded to the minute. Guests declared within that minute count as declared (``told_until``).
"""

from ancu.apps.oversight.enums import RuleSubject, Severity
from ancu.apps.oversight.rules.declared_late import OFFENCE
from ancu.apps.oversight.rules.facts import DetectionRule, Facts, Parameters, RuleFinding, day_of
from ancu.engines.rulebook import band_starts

FACTS = """
SELECT 'inspection:' || visit.id, lodging.id, visit.unit_id, NULL, NULL, NULL::bigint, NULL, jsonb_build_object(
    'inspected_on', visit.day, 'found', met.found, 'undeclared', met.undeclared)
FROM scope JOIN lodging_establishment lodging USING (id)
CROSS JOIN LATERAL (
    SELECT id, unit_id, (began_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day,
        date_trunc('minute', began_at) + interval '1 minute' AS told_until
    FROM oversight_inspection WHERE establishment_id = lodging.id AND (NOT %(past)s OR began_at >= %(since)s)
) visit
CROSS JOIN LATERAL (
    SELECT count(*) AS found, count(*) FILTER (WHERE NOT EXISTS (
        SELECT FROM stays_stay stay
        WHERE stay.establishment_id = lodging.id AND stay.document_number = guest.document_number
            AND NOT (stay.status = 'withdrawn') AND stay.declared_at < visit.told_until
            AND stay.arrived_on <= visit.day AND coalesce(stay.departed_on, visit.day) >= visit.day
    )) AS undeclared
    FROM oversight_metguest guest WHERE guest.inspection_id = visit.id
) met
WHERE NOT lodging.sandbox
"""


def judge(facts: Facts, parameters: Parameters) -> RuleFinding | None:
    """Return a finding for undeclared guests met at an inspection; None without any.

    High severity from the second fine band (4 guests) of the decree in force that day, if there is one.
    """
    if facts["undeclared"] < parameters["guests"]:
        return None
    day = day_of(facts["inspected_on"])
    graver = any(facts["undeclared"] >= first for first in band_starts(OFFENCE, day)[1:])
    return RuleFinding(Severity.HIGH if graver else Severity.MEDIUM, day, dict(facts))


VISITED = "SELECT establishment_id FROM oversight_inspection WHERE began_at >= {since}"
RULE = DetectionRule(
    code="undeclared_found",
    subject=RuleSubject.LODGING,
    facts=FACTS,
    nightly_scope=VISITED.format(since="%(today)s::date - %(window)s"),
    replay_scope=VISITED.format(since="%(since)s"),
    judge=judge,
)
