"""What a rule is made of: facts as the database gives them, what is judged of them, and how that is written down.

The database gathers the facts of many at once; ``judge`` decides about one of them, knows neither database nor clock,
and is the only place where a rule's threshold stands. What it returns holds all it looked at: judged again, the same
evidence gives the same finding, whenever and wherever.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ancu.apps.oversight.enums import Severity, Subject

Facts = Mapping[str, Any]
Parameters = Mapping[str, int]


class Finding(NamedTuple):
    """What a rule makes of the facts: how grave, since which day, and the evidence, in plain JSON values."""

    severity: Severity
    since: date
    evidence: dict[str, Any]


@dataclass(frozen=True)
class Rule:
    """One rule. ``facts`` is SQL over ``scope`` (ids of what the rule speaks of) that gives, a row each, the columns
    of ``selectors.gathering.Row``; ``whole`` gives the ids to look at every night, ``past`` those of a replay.

    Its parameters are ``today``, ``past`` (whether what has ended counts too), ``since`` and ``window``.
    ``prepare`` turns what only a program can compare into a figure, before anything is judged or kept. ``unfold`` makes
    the several cases of a replay out of one row.
    """

    code: str
    subject: Subject
    facts: str
    whole: str
    past: str
    judge: Callable[[Facts, Parameters], Finding | None]
    askable: bool = True
    prepare: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    unfold: Callable[[dict[str, Any], date], Iterable[dict[str, Any]]] | None = None


def day_of(value: Any) -> date:
    return date.fromisoformat(value)


def step_of(value: int, steps: Iterable[int]) -> int | None:
    """The largest of ``steps`` that ``value`` has reached; None below the first.

    Evidence speaks of the step, not of today's count: an alert would otherwise be another one every morning.
    """
    return max((step for step in steps if step <= value), default=None)


def digest_of(rule: str, version: str, finding: Finding) -> str:
    """What proves that the same was judged again: rule, version, evidence and judgement in canonical JSON."""
    said = [rule, version, int(finding.severity), finding.since.isoformat(), finding.evidence]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


STANDS = "NOT (stay.status = 'withdrawn')"
OPEN = "departed_on IS NULL AND NOT (status = 'withdrawn')"
# Every rule about stays joins the lodging: where programs try is nobody's business.
AT = "JOIN lodging_establishment lodging ON lodging.id = stay.establishment_id AND NOT lodging.sandbox"
ARRIVED_SINCE = "SELECT id FROM stays_stay WHERE arrived_on >= %(since)s AND NOT (status = 'withdrawn')"
# Who is still there, and what was declared within the last weeks.
LATELY = f"""
SELECT id FROM stays_stay WHERE {OPEN}
UNION SELECT id FROM stays_stay WHERE declared_at >= %(today)s::date - %(window)s AND NOT (status = 'withdrawn')
"""
