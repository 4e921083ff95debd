"""Parts of an alert rule: its facts in SQL, its judgement, and the digest of the result.

The database collects the facts of many cases in one query. ``judge`` is a pure function of one case without database or
clock, and the only place where thresholds apply. Its evidence contains all its input: judging the evidence reproduces
the finding.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ancu.apps.oversight.enums import RuleSubject, Severity

Facts = Mapping[str, Any]
Parameters = Mapping[str, int]


class RuleFinding(NamedTuple):
    """A rule's judgement: severity, first day, and the evidence as plain JSON values."""

    severity: Severity
    since: date
    evidence: dict[str, Any]


@dataclass(frozen=True)
class DetectionRule:
    """One rule. ``facts`` is SQL over ``scope`` (ids to judge) with the columns of ``selectors.gathering.CaseRow``.

    ``nightly_scope`` selects the ids of the nightly evaluation, ``replay_scope`` those of a replay. SQL parameters are
    ``today``, ``past`` (whether ended cases count), ``since`` and ``window``. ``prepare`` replaces what SQL cannot
    compare by a figure before judging. ``unfold`` splits one row into the cases of a replay.
    """

    code: str
    subject: RuleSubject
    facts: str
    nightly_scope: str
    replay_scope: str
    judge: Callable[[Facts, Parameters], RuleFinding | None]
    askable: bool = True
    prepare: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    unfold: Callable[[dict[str, Any], date], Iterable[dict[str, Any]]] | None = None


def day_of(value: Any) -> date:
    """Return the date of an ISO text (yyyy-mm-dd); ValueError for any other text."""
    return date.fromisoformat(value)


def step_of(value: int, steps: Iterable[int]) -> int | None:
    """Return the largest of ``steps`` that is not above ``value``; None if all are above.

    Evidence stores the step instead of the count, so that an alert does not change every day.
    """
    return max((step for step in steps if step <= value), default=None)


def digest_of(rule: str, version: str, finding: RuleFinding) -> str:
    """Return the SHA-256, in hex, of an alert's rule, version, severity, first day and evidence as canonical JSON.

    Equal digests prove an equal finding.
    """
    judgement = [rule, version, int(finding.severity), finding.since.isoformat(), finding.evidence]
    text = json.dumps(judgement, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


NOT_WITHDRAWN = "NOT (stay.status = 'withdrawn')"
NOT_DEPARTED = "departed_on IS NULL AND NOT (status = 'withdrawn')"
# Every rule about stays joins the lodging to exclude sandbox lodgings, where hotel programs are tested.
JOIN_LODGING = "JOIN lodging_establishment lodging ON lodging.id = stay.establishment_id AND NOT lodging.sandbox"
ARRIVED_SINCE = "SELECT id FROM stays_stay WHERE arrived_on >= %(since)s AND NOT (status = 'withdrawn')"
# Guests still present, and stays declared within the window.
PRESENT_OR_RECENT = f"""
SELECT id FROM stays_stay WHERE {NOT_DEPARTED}
UNION SELECT stay.id FROM stays_submission submission JOIN stays_stay stay ON stay.submission_id = submission.id
WHERE received_at >= %(today)s::date - %(window)s AND declared_at >= %(today)s::date - %(window)s AND {NOT_WITHDRAWN}
"""
