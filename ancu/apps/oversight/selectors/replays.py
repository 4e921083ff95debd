"""What trying other thresholds on the past year brought, for those who keep the rules."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight.models import Replay
from ancu.apps.oversight.rules import keeps_rule, keeps_rules
from ancu.apps.oversight.selectors import require_reader
from ancu.apps.stays.models import Stay
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require


def require_keeper(actor: Actor) -> None:
    require_reader(actor)
    require(keeps_rules(actor))


def get_replay(actor: Actor, pk: int, *, lock: bool = False) -> Replay:
    """The replay, or 404; 403 for whom does not keep the rules."""
    require_keeper(actor)
    found: QuerySet[Replay] = Replay.objects.select_related("asked_by", "thresholds")
    if lock:
        found = found.select_for_update(of=("self",))
    replay = found.filter(pk=pk).first()
    if replay is None:
        raise Http404
    require(keeps_rule(actor, replay.rule))
    return replay


def of_rule(code: str) -> list[Replay]:
    """The newest few."""
    return list(Replay.objects.filter(rule=code).select_related("asked_by", "thresholds").order_by("-id")[:10])


@dataclass(frozen=True)
class Case:
    """An alert that there would, or would no longer, be."""

    since: date
    severity: int
    lodging: Establishment
    stay: Stay | None


def cases(replay: Replay, which: str) -> list[Case]:
    """The first of those that ``appear`` or ``disappear``, two queries for all."""
    rows: list[dict[str, Any]] = replay.outcome.get(which, [])
    lodgings = Establishment.objects.select_related("unit").in_bulk({row["establishment"] for row in rows})
    stays = Stay.objects.in_bulk({row["stay"] for row in rows if row["stay"]})
    return [
        Case(date.fromisoformat(row["since"]), row["severity"], lodgings[row["establishment"]], stays.get(row["stay"]))
        for row in rows
        if row["establishment"] in lodgings
    ]
