"""The declared document number has an implausible shape. Only the shape is stored.

Letters alone are suspicious only if they contain vowels. Numbers of some countries mix letters and digits at random and
may lack digits, but they use no vowels.
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
)

DIGITS = "01234567890123456789"
FACTS = f"""
SELECT 'stay:' || stay.id, stay.establishment_id, stay.unit_id, NULL, NULL, stay.id, NULL, jsonb_build_object(
    'declared_on', (stay.declared_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 'length', length(plain),
    'digits', length(regexp_replace(plain, '[^0-9]', '', 'g')),
    'vowels', length(regexp_replace(plain, '[^AEIOUY]', '', 'g')),
    'signs', length(regexp_replace(plain, '[A-Z0-9]', '', 'g')),
    'kinds', (SELECT count(DISTINCT sign) FROM regexp_split_to_table(plain, '') sign),
    'run', strpos('{DIGITS}', plain) > 0 OR strpos('{DIGITS[::-1]}', plain) > 0)
FROM scope JOIN stays_stay stay USING (id) {JOIN_LODGING}
CROSS JOIN LATERAL (SELECT regexp_replace(upper(stay.document_number), '[ ./-]', '', 'g') AS plain) AS written
WHERE {NOT_WITHDRAWN} AND stay.document_number NOT LIKE 'redacted-%%'
    AND (length(plain) NOT BETWEEN 9 AND 9 OR plain !~ '[0-9]' OR plain !~ '^[A-Z0-9]+$' OR plain ~ '^(.)\\1*$'
        OR strpos('{DIGITS}', plain) > 0 OR strpos('{DIGITS[::-1]}', plain) > 0)
"""


def judge(facts: Facts, parameters: Parameters) -> RuleFinding | None:
    """Return a finding with what is wrong with a declared guest's document number; None for a plausible one.

    It is too short, too long, a word without digits, a repeated character, a run of digits, or has invalid
    characters.
    """
    wrong = {
        "short": facts["length"] < parameters["min_length"],
        "long": facts["length"] > parameters["max_length"],
        "no_digit": facts["digits"] == 0 and facts["vowels"] > 0,
        "one_sign": facts["kinds"] <= 1,
        "run": facts["run"] and facts["length"] > 1,
        "signs": facts["signs"] > 0,
    }
    if not any(wrong.values()):
        return None
    invented = wrong["no_digit"] or wrong["one_sign"] or wrong["run"]
    severity = Severity.MEDIUM if invented else Severity.LOW
    return RuleFinding(
        severity, day_of(facts["declared_on"]), {**facts, "problems": [name for name in wrong if wrong[name]]}
    )


RULE = DetectionRule(
    code="invalid_document",
    subject=RuleSubject.STAY,
    facts=FACTS,
    nightly_scope=PRESENT_OR_RECENT,
    replay_scope=ARRIVED_SINCE,
    judge=judge,
)
