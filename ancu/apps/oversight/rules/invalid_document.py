"""The number declared is not one that a travel document can have. Only its shape is looked at, and kept.

Letters alone are suspicious only where they make a word: some countries' numbers are drawn from letters and digits and
may happen to hold no digit, but then no vowel either. To take those for false would be hard on one country alone.
"""

from ancu.apps.oversight.enums import Severity, Subject
from ancu.apps.oversight.rules.facts import ARRIVED_SINCE, AT, LATELY, STANDS, Facts, Finding, Parameters, Rule, day_of

DIGITS = "01234567890123456789"
FACTS = f"""
SELECT 'stay:' || stay.id, stay.establishment_id, stay.unit_id, NULL, NULL, stay.id, NULL, jsonb_build_object(
    'declared_on', (stay.declared_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 'length', length(plain),
    'digits', length(regexp_replace(plain, '[^0-9]', '', 'g')),
    'vowels', length(regexp_replace(plain, '[^AEIOUY]', '', 'g')),
    'signs', length(regexp_replace(plain, '[A-Z0-9]', '', 'g')),
    'kinds', (SELECT count(DISTINCT sign) FROM regexp_split_to_table(plain, '') sign),
    'run', strpos('{DIGITS}', plain) > 0 OR strpos('{DIGITS[::-1]}', plain) > 0)
FROM scope JOIN stays_stay stay USING (id) {AT}
CROSS JOIN LATERAL (SELECT regexp_replace(upper(stay.document_number), '[ ./-]', '', 'g') AS plain) AS written
WHERE {STANDS} AND stay.document_number NOT LIKE 'redacted-%%'
    AND (length(plain) NOT BETWEEN 9 AND 9 OR plain !~ '[0-9]' OR plain !~ '^[A-Z0-9]+$' OR plain ~ '^(.)\\1*$'
        OR strpos('{DIGITS}', plain) > 0 OR strpos('{DIGITS[::-1]}', plain) > 0)
"""


def judge(facts: Facts, parameters: Parameters) -> Finding | None:
    """Too short, too long, a word without digits, of one sign only, counted up or down, or with signs no number has."""
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
    return Finding(
        severity, day_of(facts["declared_on"]), {**facts, "problems": [name for name in wrong if wrong[name]]}
    )


RULE = Rule(
    code="invalid_document",
    subject=Subject.STAY,
    facts=FACTS,
    whole=LATELY,
    past=ARRIVED_SINCE,
    judge=judge,
)
