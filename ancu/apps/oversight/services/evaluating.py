"""Ask the rules: of what was just declared or changed, and every night of everything."""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from ancu.apps.audit.services import record
from ancu.apps.dossiers.services.permits import renew_all_open, renew_declared
from ancu.apps.oversight.enums import Subject
from ancu.apps.oversight.models import Alert, Progress
from ancu.apps.oversight.models.waiting import GATHER
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.rules.facts import Finding, Rule, digest_of
from ancu.apps.oversight.selectors import gathering
from ancu.apps.oversight.selectors.parameters import InForce, all_in_force, as_of_version, in_force
from ancu.apps.oversight.services import merging
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.db.statements import force_generic_plan

LOCK = 0x0A1E27  # one evaluation at a time, in the whole database: two would each close what the other found
# What was declared or changed between two marks. A transaction that is still running lies behind the second.
FRESH = """
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
def evaluate_fresh() -> int:
    """Look at what was declared and changed since the last time; returns at how many stays."""
    if not _is_ours():
        return 0
    stays, lodgings = _fresh()
    renew_declared(system("oversight.evaluate"), stays)
    evaluate_stays(stays, lodgings)
    return len(stays)


def _is_ours() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _fresh() -> tuple[set[int], set[int]]:
    """Ids of the stays and of their lodgings since the mark, which moves on. The first look only sets the mark:
    what was there before it is the night's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stays_feed_horizon()")
        until = int(cursor.fetchone()[0])
        progress = Progress.objects.first() or Progress(pk=1, mark=until)
        found: list[tuple[int, int]] = []
        if progress.mark < until:
            cursor.execute(FRESH, {"mark": progress.mark, "until": until})
            found = cursor.fetchall()
    progress.mark, progress.looked_at = max(progress.mark, until), clock.now()
    progress.save()
    return {stay for stay, _lodging in found}, {lodging for _stay, lodging in found}


# Every query looks rows up by key: the generic plan suits one guest and thousands; planning anew took twice the time.
@force_generic_plan()
def evaluate_stays(stays: Iterable[int], lodgings: Iterable[int]) -> None:
    """Ask every rule about these stays and the lodgings they are at; the last thing of its transaction."""
    about = {Subject.STAY: sorted(stays), Subject.LODGING: sorted(lodgings)}
    valid = all_in_force(clock.today())
    alerted = gathering.alerted(about[Subject.STAY], about[Subject.LODGING])
    for rule in RULES.values():
        _evaluate_some(rule, valid[rule.code], about[rule.subject], closes=rule.code in alerted)


@transaction.atomic
def evaluate_lodgings(code: str, lodgings: Iterable[int]) -> None:
    """Ask one rule about these lodgings, when what it looks at was just written down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    _evaluate_some(RULES[code], in_force(code, clock.today()), sorted(lodgings))


def _evaluate_some(rule: Rule, valid: InForce, ids: Sequence[int], *, closes: bool = True) -> None:
    if ids:
        judged = list(gathering.of_some(rule, valid.values, clock.today(), ids))
        closes = closes or any(one.finding is None for one in judged)
        merging.merge(rule, valid.version, judged, merging.of_some(rule, ids) if closes else None)


def evaluate_everything(actor: Actor) -> dict[str, int]:
    """Every night: each rule over everything, a transaction each; how many facts each found."""
    renew_all_open(actor)
    found = {code: evaluate_rule(actor, rule) for code, rule in RULES.items()}
    with connection.cursor() as cursor:
        cursor.execute(GATHER)
    return found


@transaction.atomic
def evaluate_rule(actor: Actor, rule: Rule) -> int:
    """One rule over everything it looks at; how many facts hold. What holds no longer is closed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    today = clock.today()
    valid = in_force(rule.code, today)
    judged = list(gathering.of_everything(rule, valid.values, today))
    outcome = merging.merge(rule, valid.version, judged, merging.of_everything(rule, today))
    record(actor, "oversight.evaluated", ("oversight.rule", rule.code), **outcome.counts())
    return outcome.holding


def judge_again(alert: Alert) -> tuple[Finding | None, str]:
    """What the rule makes of the evidence that was kept, by the thresholds of then, and the digest of that."""
    finding = RULES[alert.rule].judge(alert.evidence, as_of_version(alert.rule, alert.version).values)
    return finding, digest_of(alert.rule, alert.version, finding) if finding else ""
