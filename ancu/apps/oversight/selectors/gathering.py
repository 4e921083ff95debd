"""The facts of a rule, gathered for many in one query, and what is judged of them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from ancu.apps.oversight.enums import WAITING, Subject
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.rules.facts import Facts, Finding, Parameters, Rule
from ancu.core.db.statements import run

WINDOW_DAYS = 30  # how long after its declaration a stay that has ended is still looked at every night
LOOKED_AT_AGAIN = 400  # days after its decision until which it is noticed that a fact is gone
COLUMNS = "key, establishment_id, unit_id, other_unit_id, agency_id, stay_id, other_stay_id, facts"
# Every night also what alerts speak of: a fact that has left the rule's window holds until it is mended.
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


class Row(NamedTuple):
    """The facts of one case, and where they belong."""

    key: str
    establishment_id: int
    unit_id: int
    other_unit_id: int | None
    agency_id: int | None
    stay_id: int | None
    other_stay_id: int | None
    facts: Facts


@dataclass(frozen=True)
class Judged:
    """A case with what the rule makes of it; ``finding`` is None where it is in order."""

    row: Row
    finding: Finding | None


def of_everything(rule: Rule, parameters: Parameters, today: date) -> Iterator[Judged]:
    """Whatever the rule looks at every night, and what its alerts speak of."""
    column = "alert.stay_id" if rule.subject is Subject.STAY else "alert.establishment_id"
    scope = f"{rule.whole} UNION {ALERTED.format(column=column)}"
    return _judge(rule, parameters, _rows(rule, scope, today))


def of_some(rule: Rule, parameters: Parameters, today: date, ids: Iterable[int]) -> Iterator[Judged]:
    """The stays or lodgings with these ids, by a query that the server keeps planned: planning it takes longer than
    following the keys of one declaration."""
    asked = statement(rule, "SELECT unnest(%(ids)s::bigint[])")
    values = {name: value for name, value in _values(rule, today, ids=list(ids)).items() if f"%({name})s" in asked}
    return _judge(rule, parameters, (_row(rule, found) for found in run(asked, values)))


def alerted(stays: Iterable[int], lodgings: Iterable[int]) -> set[str]:
    """The rules that have an alert about one of these: only of those something may have to be closed."""
    about = [code for code, rule in RULES.items() if rule.subject is Subject.LODGING]
    asked = {"stays": list(stays), "lodgings": list(lodgings), "rules": about}
    return {code for (code,) in run(SPEAK_OF, asked)}


def of_past(rule: Rule, parameters: Sequence[Parameters], today: date, since: date) -> Iterator[tuple[Judged, ...]]:
    """What held at any time since that day, by the records as they stand now, judged by each set of parameters."""
    for row in _rows(rule, rule.past, today, past=True, since=since):
        for facts in rule.unfold(dict(row.facts), since) if rule.unfold else (row.facts,):
            case = row._replace(facts=facts)
            yield tuple(Judged(case, rule.judge(facts, values)) for values in parameters)


def _judge(rule: Rule, parameters: Parameters, rows: Iterable[Row]) -> Iterator[Judged]:
    return (Judged(row, rule.judge(row.facts, parameters)) for row in rows)


def statement(rule: Rule, scope: str) -> str:
    """The whole query as the database reads it."""
    return f"WITH scope(id) AS MATERIALIZED ({scope}), facts({COLUMNS}) AS ({rule.facts}) SELECT {COLUMNS} FROM facts"


def _values(rule: Rule, today: date, **more: Any) -> dict[str, Any]:
    given = {"ids": [], "past": False, "since": today} | more
    return {"rule": rule.code, "today": today, "window": WINDOW_DAYS, **given}


def _rows(rule: Rule, scope: str, today: date, **more: Any) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement(rule, scope), _values(rule, today, **more))
        for found in cursor.fetchall():
            yield _row(rule, found)


def _row(rule: Rule, row: Sequence[Any]) -> Row:
    *place, raw_facts = row
    facts = read_facts(raw_facts)
    return Row._make((*place, rule.prepare(facts) if rule.prepare else facts))


def read_facts(facts: Any) -> dict[str, Any]:
    """Django leaves JSON a text in its raw cursors."""
    return json.loads(facts) if isinstance(facts, str) else dict(facts)
