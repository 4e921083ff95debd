"""Try other thresholds on the past year, and put them in force after the result is known."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import ReplayState
from ancu.apps.oversight.models import ThresholdReplay, Thresholds
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.selectors.gathering import JudgedCase, judge_past
from ancu.apps.oversight.selectors.parameters import thresholds_in_force, thresholds_of_version
from ancu.apps.oversight.selectors.replays import get_replay
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, require
from ancu.core.registry.unfinished_work import UnfinishedWork

YEAR = timedelta(days=365)
LISTED = 200  # cases of each kind stored for display; all are counted
KINDS = ("same", "appear", "disappear", "graver", "milder")


@transaction.atomic
def try_out(actor: Actor, *, rule: str, values: Mapping[str, int]) -> ThresholdReplay:
    """Start a trial of thresholds on the past year as a job.

    Conflict for thresholds out of bounds or already in force.
    """
    require(rules.may_tune_rule(actor, rule))
    today = clock.today()
    now = thresholds_in_force(rule, today)
    if now.words.problems_of(values):
        raise Conflict("out_of_bounds", _("These thresholds are outside the range the rule allows."))
    if dict(values) == dict(now.values):
        raise Conflict("in_force_already", _("These thresholds are already in force."))
    replay = ThresholdReplay.objects.create(
        rule=rule, version=now.version, values=dict(values), since=today - YEAR, until=today,
        asked_by_id=actor.user_id or 0, asked_at=clock.now(),
    )  # fmt: skip
    record(actor, "oversight.replayed", ("oversight.rule", rule), replay=replay.pk)
    enqueue("oversight.replay", replay_id=replay.pk)
    return replay


def run_replay(replay_id: int) -> None:
    """Judge the past year by the thresholds in force and by those tried, and store the differences.

    For the job; it may run twice.
    """
    replay = ThresholdReplay.objects.get(pk=replay_id)
    if replay.state != ReplayState.RUNNING:
        return
    present = thresholds_of_version(replay.rule, replay.version).values
    outcome: dict[str, Any] = {"counts": Counter(), "months": {}, "appear": [], "disappear": []}
    for now, then in judge_past(RULES[replay.rule], [present, replay.values], replay.until, replay.since):
        if kind := _effect(now, then):
            _add_case(outcome, kind, then if kind == "appear" else now, replay.since)
    for which in ("appear", "disappear"):
        outcome[which] = sorted(outcome[which], key=lambda case: case["since"], reverse=True)[:LISTED]
    replay.outcome, replay.state, replay.finished_at = outcome, ReplayState.DONE, clock.now()
    replay.save()


def waiting_replays(before: datetime) -> Iterable[int]:
    """Return the ids of trials that are under way and began before a moment."""
    return ThresholdReplay.objects.filter(state=ReplayState.RUNNING, asked_at__lt=before).values_list("pk", flat=True)


def give_up_replay(replay_id: int) -> None:
    """Mark a trial that is under way as failed."""
    running = ThresholdReplay.objects.filter(pk=replay_id, state=ReplayState.RUNNING)
    running.update(state=ReplayState.FAILED, finished_at=clock.now())


REPLAYS = UnfinishedWork(("oversight.replay",), "replay_id", waiting_replays, give_up_replay)


def _effect(now: JudgedCase, then: JudgedCase) -> str:
    """Return how the tried thresholds change the alert: "appear", "disappear", "graver", "milder" or "same".

    "" if neither finds anything. ``now`` is the case judged by the thresholds in force, ``then`` by those tried.
    """
    if now.finding is None or then.finding is None:
        return "appear" if then.finding else "disappear" if now.finding else ""
    change = then.finding.severity - now.finding.severity
    return "graver" if change > 0 else "milder" if change < 0 else "same"


def _add_case(outcome: dict[str, Any], kind: str, case: JudgedCase, since: date) -> None:
    """Count the case in the trial's outcome by effect (``kind``) and month.

    It is listed if its alert would appear or disappear.
    """
    finding, row = case.finding, case.row
    assert finding is not None
    outcome["counts"][kind] += 1
    month = max(finding.since, since).isoformat()[:7]
    outcome["months"].setdefault(month, Counter())[kind] += 1
    if kind in outcome:
        outcome[kind].append({
            "since": finding.since.isoformat(), "severity": int(finding.severity),
            "establishment": row.establishment_id, "stay": row.stay_id,
        })  # fmt: skip


@transaction.atomic
def put_in_force(actor: Actor, *, replay_id: int, valid_from: date, reason: str) -> Thresholds:
    """Put the tried thresholds in force from a day on.

    Conflict while the replay runs, if other thresholds came into force since, if it was put in force already, for a
    past day, or without a reason.
    """
    replay = get_replay(actor, replay_id, lock=True)
    today = clock.today()
    now = thresholds_in_force(replay.rule, today)
    if replay.state != ReplayState.DONE:
        raise Conflict("still_running", _("This test is not finished yet."))
    if hasattr(replay, "thresholds") or replay.version != now.version:
        raise Conflict("tried_before", _("The thresholds have changed since this test. Run the test again first."))
    if valid_from < today:
        raise Conflict("day_gone_by", _("New thresholds can take effect today or later, not earlier."))
    if not reason.strip():
        raise Conflict("reason_missing", _("Say in a sentence why."))
    thresholds = Thresholds.objects.create(
        rule=replay.rule, words=now.words.version, values=replay.values, valid_from=valid_from, replay=replay,
        decided_by_id=actor.user_id or 0, decided_at=clock.now(), reason=reason.strip()[:1000],
    )  # fmt: skip
    record(actor, "oversight.thresholds", ("oversight.rule", replay.rule), thresholds=thresholds.pk, replay=replay.pk)
    if valid_from == today:
        enqueue("oversight.evaluate_rule", code=replay.rule)
    return thresholds
