"""Collect a rule's facts for many cases in one query, and judge them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from ancu.apps.oversight.enums import WAITING, RuleSubject
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.rules.facts import DetectionRule, Facts, Parameters, RuleFinding
from ancu.core.db.statements import run

WINDOW_DAYS = 30  # days after its declaration during which an ended stay is still evaluated nightly
LOOKED_AT_AGAIN = 400  # days after a decision during which it is detected that the fact is gone
COLUMNS = "key, establishment_id, unit_id, other_unit_id, agency_id, stay_id, other_stay_id, facts"
# The nightly scope includes the subjects of existing alerts: a fact outside the rule's window holds until corrected.
ALERTED = f"""
SELECT {{column}} FROM oversight_alert alert WHERE alert.rule = %(rule)s AND alert.gone_at IS NULL
    AND {{column}} IS NOT NULL AND (alert.state IN ({", ".join(f"'{state.value}'" for state in WAITING)})
        OR alert.decided_at > %(today)s::date - {LOOKED_AT_AGAIN})
"""
SPEAK_OF = """
SELECT rule FROM oversight_alert WHERE gone_at IS NULL AND stay_id = ANY(%(stays)s::bigint[])
UNION SELECT rule FROM oversight_alert WHERE gone_at IS NULL AND other_stay_id = ANY(%(stays)s::bigint[])
UNION SELECT rule FROM oversight_alert
WHERE gone_at IS NULL AND establishment_id = ANY(%(lodgings)s::bigint[]) AND rule = ANY(%(rules)s::text[])
"""


class CaseRow(NamedTuple):
    """The facts of one case and the records it refers to."""

    key: str
    establishment_id: int
    unit_id: int
    other_unit_id: int | None
    agency_id: int | None
    stay_id: int | None
    other_stay_id: int | None
    facts: Facts


@dataclass(frozen=True)
class JudgedCase:
    """A case with the rule's finding; None if it is in order."""

    row: CaseRow
    finding: RuleFinding | None


def judge_everything(rule: DetectionRule, parameters: Parameters, today: date) -> Iterator[JudgedCase]:
    """Yield a case with its finding (or None) for each stay or lodging in the rule's nightly scope.

    The scope also contains every stay or lodging that already has an alert of the rule.
    """
    column = "alert.stay_id" if rule.subject is RuleSubject.STAY else "alert.establishment_id"
    scope = f"{rule.nightly_scope} UNION {ALERTED.format(column=column)}"
    return _judge(rule, parameters, _rows(rule, scope, today))


def judge_ids(rule: DetectionRule, parameters: Parameters, today: date, ids: Iterable[int]) -> Iterator[JudgedCase]:
    """Yield a case with its finding (or None) for each of the stays or lodgings ``ids``.

    Uses a prepared statement, because planning takes longer than the lookups.
    """
    query = statement(rule, "SELECT unnest(%(ids)s::bigint[])")
    values = {name: value for name, value in _values(rule, today, ids=list(ids)).items() if f"%({name})s" in query}
    return _judge(rule, parameters, (_row(rule, record) for record in run(query, values)))


def rules_with_alerts(stays: Iterable[int], lodgings: Iterable[int]) -> set[str]:
    """Return the codes of alert rules with an alert that is not closed about any of these stays or lodgings.

    The lodgings count only for rules about lodgings.
    """
    about = [code for code, rule in RULES.items() if rule.subject is RuleSubject.LODGING]
    query_parameters = {"stays": list(stays), "lodgings": list(lodgings), "rules": about}
    return {code for (code,) in run(SPEAK_OF, query_parameters)}


def judge_past(
    rule: DetectionRule, parameters: Sequence[Parameters], today: date, since: date
) -> Iterator[tuple[JudgedCase, ...]]:
    """Yield each past case since the day ``since``, judged by each of the thresholds ``parameters``, as a tuple.

    The tuple has one judged case for each set of thresholds, in their order. Cases come from the current records.
    """
    for row in _rows(rule, rule.replay_scope, today, past=True, since=since):
        for facts in rule.unfold(dict(row.facts), since) if rule.unfold else (row.facts,):
            case = row._replace(facts=facts)
            yield tuple(JudgedCase(case, rule.judge(facts, values)) for values in parameters)


def _judge(rule: DetectionRule, parameters: Parameters, rows: Iterable[CaseRow]) -> Iterator[JudgedCase]:
    """Yield each case of ``rows`` with the rule's finding by these thresholds; None if the rule finds nothing."""
    return (JudgedCase(row, rule.judge(row.facts, parameters)) for row in rows)


def statement(rule: DetectionRule, scope: str) -> str:
    """Return the complete SQL query of the rule's facts for the ids in ``scope``."""
    return f"WITH scope(id) AS MATERIALIZED ({scope}), facts({COLUMNS}) AS ({rule.facts}) SELECT {COLUMNS} FROM facts"


def _values(rule: DetectionRule, today: date, **more: Any) -> dict[str, Any]:
    """Return the parameters of the rule's SQL query: its code, today, the period in days, and ``more``."""
    defaults = {"ids": [], "past": False, "since": today} | more
    return {"rule": rule.code, "today": today, "window": WINDOW_DAYS, **defaults}


def _rows(rule: DetectionRule, scope: str, today: date, **more: Any) -> Iterator[CaseRow]:
    """Run the rule's SQL query for the ids that the query ``scope`` selects; yield a case for each row."""
    with connection.cursor() as cursor:
        cursor.execute(statement(rule, scope), _values(rule, today, **more))
        for record in cursor.fetchall():
            yield _row(rule, record)


def _row(rule: DetectionRule, row: Sequence[Any]) -> CaseRow:
    """Return a row of the rule's SQL query as a case, with its facts prepared by the rule."""
    *place, raw_facts = row
    facts = read_facts(raw_facts)
    return CaseRow._make((*place, rule.prepare(facts) if rule.prepare else facts))


def read_facts(facts: Any) -> dict[str, Any]:
    """Return a case's facts as a dict; Django's raw cursors return them as JSON text."""
    return json.loads(facts) if isinstance(facts, str) else dict(facts)
