"""Merge a rule's findings with its alerts: raise, update, reopen and close them, each with a trace entry.

Works in set-based statements. An unchanged fact changes no row.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from ancu.apps.oversight.enums import WAITING, RuleSubject
from ancu.apps.oversight.rules.facts import DetectionRule, digest_of
from ancu.apps.oversight.selectors.gathering import LOOKED_AT_AGAIN, JudgedCase
from ancu.core import clock
from ancu.core.db.statements import run

BATCH = 2000
_WAITING = ", ".join(f"'{state.value}'" for state in WAITING)
MERGE = """
WITH found AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS given(key text, establishment_id bigint, unit_id bigint,
        other_unit_id bigint, agency_id bigint, stay_id bigint, other_stay_id bigint, severity smallint, since date,
        evidence jsonb, digest text)
),
known AS MATERIALIZED (
    SELECT alert.id, alert.key, alert.state = 'closed'
        OR alert.state = 'dismissed' AND found.severity > alert.decided_severity AS reopens
    FROM oversight_alert alert JOIN found USING (key)
    WHERE alert.rule = %(rule)s AND (alert.digest <> found.digest OR alert.gone_at IS NOT NULL)
    FOR UPDATE OF alert
),
raised AS (
    INSERT INTO oversight_alert (rule, key, version, establishment_id, unit_id, other_unit_id, agency_id, stay_id,
        other_stay_id, severity, since, evidence, digest, state, raised_at, updated_at, dismissed_for, reason)
    SELECT %(rule)s, key, %(version)s, establishment_id, unit_id, other_unit_id, agency_id, stay_id, other_stay_id,
        severity, since, evidence, digest, 'open', %(now)s, %(now)s, '', ''
    FROM found ORDER BY key
    ON CONFLICT (rule, key) DO NOTHING
    RETURNING id, key, 'raised' AS step
),
updated AS (
    UPDATE oversight_alert alert SET version = %(version)s, establishment_id = found.establishment_id,
        unit_id = found.unit_id, other_unit_id = found.other_unit_id, agency_id = found.agency_id,
        stay_id = found.stay_id, other_stay_id = found.other_stay_id, severity = found.severity, since = found.since,
        evidence = found.evidence, digest = found.digest, updated_at = %(now)s, gone_at = NULL,
        state = CASE WHEN known.reopens THEN 'open' ELSE alert.state END,
        decided_at = CASE WHEN known.reopens THEN NULL ELSE alert.decided_at END,
        decided_by_id = CASE WHEN known.reopens THEN NULL ELSE alert.decided_by_id END,
        dismissed_for = CASE WHEN known.reopens THEN '' ELSE alert.dismissed_for END
    FROM known JOIN found USING (key) WHERE alert.id = known.id
    RETURNING alert.id, known.key, CASE WHEN known.reopens THEN 'reopened' ELSE 'updated' END AS step
),
traced AS (
    INSERT INTO oversight_alerttrace (alert_id, at, step, severity, digest, evidence, reason)
    SELECT change.id, %(now)s, change.step, found.severity, found.digest, found.evidence, ''
    FROM (SELECT * FROM raised UNION ALL SELECT * FROM updated) change JOIN found USING (key)
    ORDER BY change.id
    RETURNING step
)
SELECT step, count(*) FROM traced GROUP BY step
"""
CLOSE = f"""
WITH gone AS (
    UPDATE oversight_alert alert SET gone_at = %(now)s, updated_at = %(now)s,
        state = CASE WHEN state IN ({_WAITING}) THEN 'closed' ELSE state END
    WHERE rule = %(rule)s AND gone_at IS NULL AND key <> ALL(%(held)s::text[]) AND ({{which}})
    RETURNING id, state, severity, digest
)
INSERT INTO oversight_alerttrace (alert_id, at, step, severity, digest, evidence, reason)
SELECT id, %(now)s, CASE WHEN state = 'closed' THEN 'closed' ELSE 'gone' END, severity, digest, NULL, ''
FROM gone ORDER BY id
RETURNING id
"""


@dataclass(frozen=True)
class MergeScope:
    """The alerts in scope of an evaluation: those whose fact was not found are closed."""

    which: str
    values: dict[str, Any]


def everything_scope(rule: DetectionRule, today: date) -> MergeScope:
    """Return the condition for alerts that a full evaluation may close: pending and recently decided ones."""
    condition = f"state IN ({_WAITING}) OR decided_at > %(today)s::date - {LOOKED_AT_AGAIN}"
    return MergeScope(condition, {"today": today})


def scope_of(rule: DetectionRule, ids: Iterable[int]) -> MergeScope:
    """Return the condition for the rule's alerts about these stays or lodgings (``ids``), which may be closed."""
    by_stay = (
        "stay_id = ANY(%(ids)s::bigint[]) OR other_stay_id = ANY(%(ids)s::bigint[]) OR key = ANY(%(asked)s::text[])"
    )
    which = by_stay if rule.subject is RuleSubject.STAY else "establishment_id = ANY(%(ids)s::bigint[])"
    return MergeScope(which, {"ids": list(ids)})


@dataclass
class MergeOutcome:
    """Counts of what a merge changed."""

    holding: int = 0
    raised: int = 0
    updated: int = 0
    reopened: int = 0
    closed: int = 0

    def counts(self) -> dict[str, Any]:
        """Return the numbers of alerts raised, updated and closed, by name, for the audit."""
        return asdict(self)


def merge(rule: DetectionRule, version: str, judged: Sequence[JudgedCase], scope: MergeScope | None) -> MergeOutcome:
    """Raise, update and close the rule's alerts according to the judged cases; return how many of each.

    Alerts within ``scope`` whose case no longer holds are closed; none is closed if ``scope`` is None.
    """
    holding = [case for case in judged if case.finding is not None]
    outcome = MergeOutcome(holding=len(holding))
    now = clock.now()
    for start in range(0, len(holding), BATCH):
        rows = json.dumps(
            [_alert_values(rule, version, case) for case in holding[start : start + BATCH]], ensure_ascii=False
        )
        for step, count in run(MERGE, {"rows": rows, "rule": rule.code, "version": version, "now": now}):
            setattr(outcome, step, getattr(outcome, step) + count)
    if scope is not None:
        names = {"held": [case.row.key for case in holding], "asked": [case.row.key for case in judged], **scope.values}
        close = CLOSE.format(which=scope.which)
        named = {name: value for name, value in names.items() if f"%({name})s" in close}
        outcome.closed = len(run(close, {"rule": rule.code, "now": now, **named}))
    return outcome


def _alert_values(rule: DetectionRule, version: str, case: JudgedCase) -> dict[str, Any]:
    """Return the columns of the alert for a case with a finding, by name."""
    finding, row = case.finding, case.row
    assert finding is not None
    place = {name: getattr(row, name) for name in row._fields if name != "facts"}
    return place | {
        "severity": int(finding.severity),
        "since": finding.since.isoformat(),
        "evidence": finding.evidence,
        "digest": digest_of(rule.code, version, finding),
    }
