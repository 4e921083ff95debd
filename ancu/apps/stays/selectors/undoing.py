"""Acts on stays that can be taken back yet: the last thing done to a stay, while it is fresh."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors import visible_to
from ancu.core import clock
from ancu.core.actor import Actor

WITHIN = timedelta(minutes=10)
UNDOABLE = frozenset({"checked_out", "withdrawn", "extended", "moved"})
LOOKED_THROUGH = (200, 20_000)  # the latest versions of a lodging; the more where a whole file was acted on
READ = ("pgh_obj_id", "pgh_created_at", "pgh_context_id", "pgh_context__metadata")


@dataclass
class Act:
    """One act on one stay or many; ``stays`` are those on which nothing was done since."""

    id: UUID
    verb: str
    at: datetime
    user_id: int | None
    stays: list[int]
    name: str = ""

    @property
    def until(self) -> datetime:
        return self.at + WITHIN

    @property
    def number(self) -> int:
        return len(self.stays)


def _versions() -> Any:
    related: Any = Stay._meta.get_field("events").related_model
    return related.objects.filter(pgh_label="update")


def touched_by(act: UUID) -> list[int]:
    """The stays of an act, whenever it was."""
    return list(_versions().filter(pgh_context_id=act).values_list("pgh_obj_id", flat=True))


def versions_before(act: UUID) -> list[Any]:
    """What the stays were before the act, each only while nothing was done to it since and the act is fresh."""
    later = _versions().filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__gt=OuterRef("pgh_id"))
    fresh = _versions().filter(pgh_context_id=act, pgh_created_at__gt=clock.now() - WITHIN)
    return [
        one
        for one in fresh.filter(~Exists(later)).select_related("pgh_context").order_by("pgh_id")
        if one.pgh_context.metadata.get("act") in UNDOABLE
    ]


def acts_of(actor: Actor, establishment: Establishment) -> list[Act]:
    """What this person did in this lodging lately and can take back, the newest first."""
    acts: dict[UUID, Act] = {}
    seen: set[int] = set()
    for stay_id, *version in _fresh_versions(establishment):
        if stay_id not in seen:
            seen.add(stay_id)
            _gather(acts, stay_id, *version)
    own = [act for act in acts.values() if act.user_id is not None and act.user_id == actor.user_id]
    names = dict(visible_to(actor).filter(pk__in=[act.stays[0] for act in own]).values_list("pk", "full_name"))
    for act in own:
        act.name = names.get(act.stays[0], "")
    return own


def _fresh_versions(establishment: Establishment) -> list[Any]:
    """The lodging's latest versions, newest first: stay, time, act and what was noted of it."""
    since = clock.now() - WITHIN
    versions = _versions().filter(establishment=establishment).order_by("-xact", "-pgh_id").values_list(*READ)
    found: list[Any] = []
    for size in LOOKED_THROUGH:
        found = list(versions[:size])
        if len(found) < size or found[-1][1] <= since:
            break
    return [one for one in found if one[1] > since]


def _gather(acts: dict[UUID, Act], stay_id: int, at: datetime, context: UUID, told: dict[str, Any] | None) -> None:
    if told and told.get("act") in UNDOABLE:
        acts.setdefault(context, Act(context, told["act"], at, told.get("user"), [])).stays.append(stay_id)


def act_on(stay: Stay) -> Act | None:
    """The last thing done to a stay, by whomever, if it can be taken back yet."""
    last = _versions().filter(pgh_obj_id=stay.pk).order_by("-pgh_id").values_list(*READ).first()
    acts: dict[UUID, Act] = {}
    if last is not None and last[1] > clock.now() - WITHIN:
        _gather(acts, *last)
    return next(iter(acts.values()), None)
