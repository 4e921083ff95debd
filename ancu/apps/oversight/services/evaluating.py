"""Evaluate the rules: each minute for new declarations and changes, each night for everything."""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from ancu.apps.audit.services import record
from ancu.apps.dossiers.services.permits import renew_all_open, renew_declared
from ancu.apps.oversight.enums import RuleSubject
from ancu.apps.oversight.models import Alert, EvaluationProgress
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.rules.facts import DetectionRule, RuleFinding, digest_of
from ancu.apps.oversight.selectors import gathering
from ancu.apps.oversight.selectors.parameters import (
    ThresholdsInForce,
    all_thresholds_in_force,
    thresholds_in_force,
    thresholds_of_version,
)
from ancu.apps.oversight.services import merging
from ancu.core import clock
from ancu.core.actor import Actor, system

LOCK = 0x0A1E27  # one evaluation at a time in the database: two would close each other's alerts
# Declarations and changes between two marks. A running transaction lies after the second mark.
CHANGED_STAYS = """
SELECT stay.id, stay.establishment_id FROM stays_submission submission
JOIN stays_stay stay ON stay.submission_id = submission.id
WHERE submission.xact >= %(mark)s AND submission.xact < %(until)s
UNION
SELECT stay.id, stay.establishment_id FROM stays_stayevent event JOIN stays_stay stay ON stay.id = event.pgh_obj_id
WHERE event.xact >= %(mark)s AND event.xact < %(until)s
UNION
SELECT event.pgh_obj_id, event.establishment_id FROM stays_stayevent event
WHERE event.xact >= %(mark)s AND event.xact < %(until)s
"""


@transaction.atomic
def evaluate_changes() -> int:
    """Evaluate the rules for stays declared or changed since the last run; return the number of these stays.

    0 also if another run is at work.
    """
    if not _try_lock():
        return 0
    stays, lodgings = _changed_since_mark()
    renew_declared(system("oversight.evaluate"), stays)
    evaluate_stays(stays, lodgings)
    return len(stays)


def _try_lock() -> bool:
    """Take the advisory lock for the rest of the transaction; return False if another run has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _changed_since_mark() -> tuple[set[int], set[int]]:
    """Return the ids of stays and of lodgings changed since the last run, and store how far changes were read.

    Both are empty in the first run; earlier records are left to the nightly evaluation.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT stays_feed_horizon()")
        until = int(cursor.fetchone()[0])
        progress = EvaluationProgress.objects.first() or EvaluationProgress(pk=1, mark=until)
        rows: list[tuple[int, int]] = []
        if progress.mark < until:
            cursor.execute(CHANGED_STAYS, {"mark": progress.mark, "until": until})
            rows = cursor.fetchall()
    progress.mark, progress.looked_at = max(progress.mark, until), clock.now()
    progress.save()
    return {stay for stay, _lodging in rows}, {lodging for _stay, lodging in rows}


@transaction.atomic
def evaluate_stays(stays: Iterable[int], lodgings: Iterable[int]) -> None:
    """Evaluate every rule for these stays and lodgings; raise, update and close their alerts."""
    about = {RuleSubject.STAY: sorted(stays), RuleSubject.LODGING: sorted(lodgings)}
    valid = all_thresholds_in_force(clock.today())
    alerted = gathering.rules_with_alerts(about[RuleSubject.STAY], about[RuleSubject.LODGING])
    for rule in RULES.values():
        _evaluate_some(rule, valid[rule.code], about[rule.subject], closes=rule.code in alerted)


@transaction.atomic
def evaluate_lodgings(code: str, lodgings: Iterable[int]) -> None:
    """Evaluate the rule ``code`` for these lodgings and update their alerts, after a record it judges was saved.

    Waits until no other evaluation runs.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    _evaluate_some(RULES[code], thresholds_in_force(code, clock.today()), sorted(lodgings))


def _evaluate_some(rule: DetectionRule, valid: ThresholdsInForce, ids: Sequence[int], *, closes: bool = True) -> None:
    """Evaluate a rule for the stays or lodgings ``ids`` and update their alerts; nothing without ids.

    With ``closes=False`` alerts are closed only if the rule finds nothing in one of the cases.
    """
    if ids:
        judged = list(gathering.judge_ids(rule, valid.values, clock.today(), ids))
        closes = closes or any(case.finding is None for case in judged)
        merging.merge(rule, valid.version, judged, merging.scope_of(rule, ids) if closes else None)


def evaluate_everything(actor: Actor) -> dict[str, int]:
    """Nightly: evaluate each rule for all stays or lodgings, in its own transaction.

    Return the number of cases with a finding, by rule.
    """
    renew_all_open(actor)
    return {code: evaluate_rule(actor, rule) for code, rule in RULES.items()}


@transaction.atomic
def evaluate_rule(actor: Actor, rule: DetectionRule) -> int:
    """Evaluate a rule for all stays or lodgings and close alerts whose case no longer holds.

    Return the number of cases with a finding. Waits until no other evaluation runs.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    today = clock.today()
    valid = thresholds_in_force(rule.code, today)
    judged = list(gathering.judge_everything(rule, valid.values, today))
    outcome = merging.merge(rule, valid.version, judged, merging.everything_scope(rule, today))
    record(actor, "oversight.evaluated", ("oversight.rule", rule.code), **outcome.counts())
    return outcome.holding


def reevaluate(alert: Alert) -> tuple[RuleFinding | None, str]:
    """Judge the alert's stored evidence again by the thresholds of its version; return the finding and its digest.

    (None, "") if the rule finds nothing in it.
    """
    finding = RULES[alert.rule].judge(alert.evidence, thresholds_of_version(alert.rule, alert.version).values)
    return finding, digest_of(alert.rule, alert.version, finding) if finding else ""
