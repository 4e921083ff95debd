"""Results of trying other thresholds on the past year."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight.models import ThresholdReplay
from ancu.apps.oversight.rules import may_tune_rule, may_tune_rules
from ancu.apps.oversight.selectors import require_reader
from ancu.apps.stays.models import Stay
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require


def require_rule_tuner(actor: Actor) -> None:
    """Raise 404 for users outside the agencies, 403 for officers who may not try and set thresholds."""
    require_reader(actor)
    require(may_tune_rules(actor))


def get_replay(actor: Actor, pk: int, *, lock: bool = False) -> ThresholdReplay:
    """Return a trial of a rule's thresholds; 404 if there is none, 403 without the right to tune the rule."""
    require_rule_tuner(actor)
    replays: QuerySet[ThresholdReplay] = ThresholdReplay.objects.select_related("asked_by", "thresholds")
    if lock:
        replays = replays.select_for_update(of=("self",))
    replay = replays.filter(pk=pk).first()
    if replay is None:
        raise Http404
    require(may_tune_rule(actor, replay.rule))
    return replay


def replays_of_rule(code: str) -> list[ThresholdReplay]:
    """Return the ten newest trials of other thresholds for the rule."""
    return list(ThresholdReplay.objects.filter(rule=code).select_related("asked_by", "thresholds").order_by("-id")[:10])


@dataclass(frozen=True)
class ReplayCase:
    """An alert that would appear or disappear."""

    since: date
    severity: int
    lodging: Establishment
    stay: Stay | None


def cases(replay: ThresholdReplay, which: str) -> list[ReplayCase]:
    """Return the trial's cases whose alert would ``appear`` or ``disappear`` (``which``); empty while it runs.

    Each has its day, severity, lodging and stay. Cases of deleted lodgings are left out.
    """
    rows: list[dict[str, Any]] = replay.outcome.get(which, [])
    lodgings = Establishment.objects.select_related("unit").in_bulk({row["establishment"] for row in rows})
    stays = Stay.objects.in_bulk({row["stay"] for row in rows if row["stay"]})
    return [
        ReplayCase(
            date.fromisoformat(row["since"]), row["severity"], lodgings[row["establishment"]], stays.get(row["stay"])
        )
        for row in rows
        if row["establishment"] in lodgings
    ]
