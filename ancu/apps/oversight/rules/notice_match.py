"""A guest matches a notice by document, or by name and birth date.

Only the agency named by the notice sees the alert. The lodging is never told.
"""

from typing import Any

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
from ancu.engines.names import Person, score

# Two equality joins: a single join with OR would compare every stay with every notice. A partial birth date is a prefix
# of the full one.
_ACTIVE = "notice.state = 'approved' AND %(today)s BETWEEN notice.begins_on AND notice.ends_on"
_FACTS = """
SELECT 'notice:' || pair.notice_id || ':' || stay.id, stay.establishment_id, stay.unit_id, NULL, notice.agency_id,
    stay.id, NULL, jsonb_build_object('notice', notice.number,
        'declared_on', (stay.declared_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
        'notice_from', greatest(notice.begins_on, (notice.approved_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date),
        'document', notice.document_number = stay.document_number,
        'them', jsonb_build_array(stay.full_name, stay.birth_date, stay.sex),
        'sought', jsonb_build_array(notice.full_name, notice.birth_date, notice.sex))
FROM (
    SELECT notice.id AS notice_id, stay.id FROM scope JOIN stays_stay stay USING (id)
    JOIN oversight_notice notice ON notice.document_number = stay.document_number
    WHERE {active} AND notice.document_number <> ''
    UNION SELECT notice.id, stay.id FROM scope JOIN stays_stay stay USING (id)
    JOIN oversight_notice notice ON notice.birth_date = stay.birth_date
    WHERE {active} AND notice.birth_date <> ''
    UNION SELECT notice.id, stay.id FROM scope JOIN stays_stay stay USING (id)
    JOIN oversight_notice notice ON left(notice.birth_date, 4) = left(stay.birth_date, 4)
    WHERE {active} AND notice.birth_date <> '' AND length(notice.birth_date) < 10
        AND starts_with(stay.birth_date, notice.birth_date)
) pair JOIN stays_stay stay ON stay.id = pair.id {at} JOIN oversight_notice notice ON notice.id = pair.notice_id
WHERE {stands}
"""
FACTS = _FACTS.format(active=_ACTIVE, at=JOIN_LODGING, stands=NOT_WITHDRAWN)
# Stays a notice would match, shown before its approval.
PREVIEW = f"""
WITH scope(id) AS MATERIALIZED ({PRESENT_OR_RECENT}), facts(
    key, establishment_id, unit_id, other_unit_id, agency_id, stay_id, other_stay_id, facts
) AS ({_FACTS.format(active="notice.id = %(notice)s", at=JOIN_LODGING, stands=NOT_WITHDRAWN)})
SELECT stay_id, facts FROM facts
"""


def prepare(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts with the similarity of guest and notice in percent (``likeness``) for the personal data."""
    them, sought = (Person(*facts[name]) for name in ("them", "sought"))
    notice_facts = {name: facts[name] for name in ("notice", "declared_on", "notice_from", "document")}
    return {**notice_facts, "likeness": int(100 * score(them, sought))}


def judge(facts: Facts, parameters: Parameters) -> RuleFinding | None:
    """Return a finding for a guest who matches a notice; None for too little similarity.

    High severity for the same document, medium for a similar name with the same birth date. The first day is the
    later of declaration and notice; older evidence lacks the day of the notice.
    """
    if not facts["document"] and facts["likeness"] < parameters["likeness"]:
        return None
    severity = Severity.HIGH if facts["document"] else Severity.MEDIUM
    since = max(facts["declared_on"], facts.get("notice_from", ""))
    return RuleFinding(severity, day_of(since), dict(facts))


RULE = DetectionRule(
    code="notice_match",
    subject=RuleSubject.STAY,
    facts=FACTS,
    nightly_scope=PRESENT_OR_RECENT,
    replay_scope=ARRIVED_SINCE,
    judge=judge,
    askable=False,
    prepare=prepare,
)
