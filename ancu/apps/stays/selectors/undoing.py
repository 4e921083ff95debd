"""Acts on stays that can still be undone: the last act on a stay, for ten minutes."""

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

UNDO_WINDOW = timedelta(minutes=10)
UNDOABLE = frozenset({"checked_out", "withdrawn", "extended", "moved"})
VERSIONS_EXAMINED = (200, 20_000)  # of a lodging, newest first; the larger number when an act was on a whole file
VERSION_COLUMNS = ("pgh_obj_id", "pgh_created_at", "pgh_context_id", "pgh_context__metadata")


@dataclass
class UndoableAct:
    """One act on one stay or more; ``stays`` are the ids of those with no later act."""

    id: UUID
    verb: str
    at: datetime
    user_id: int | None
    stays: list[int]
    name: str = ""

    @property
    def until(self) -> datetime:
        """The time until which the act can be undone."""
        return self.at + UNDO_WINDOW

    @property
    def number(self) -> int:
        """The number of stays on which the act can be undone."""
        return len(self.stays)


def _versions() -> Any:
    """Return the stored earlier versions of all stays, as a query; each is a stay before a change."""
    related: Any = Stay._meta.get_field("events").related_model
    return related.objects.filter(pgh_label="update")


def stay_ids_of_act(act: UUID) -> list[int]:
    """Return the ids of the stays that the act with this id changed, however long ago."""
    return list(_versions().filter(pgh_context_id=act).values_list("pgh_obj_id", flat=True))


def versions_before(act: UUID) -> list[Any]:
    """Return the stored versions of stays before an act, to undo it.

    Empty if it is too old or of a kind that cannot be undone; stays changed again since are left out.
    """
    later_versions = _versions().filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__gt=OuterRef("pgh_id"))
    fresh_versions = _versions().filter(pgh_context_id=act, pgh_created_at__gt=clock.now() - UNDO_WINDOW)
    return [
        version
        for version in fresh_versions.filter(~Exists(later_versions)).select_related("pgh_context").order_by("pgh_id")
        if version.pgh_context.metadata.get("act") in UNDOABLE
    ]


def acts_of(actor: Actor, establishment: Establishment) -> list[UndoableAct]:
    """Return the actor's own acts at the lodging that can still be undone, newest first."""
    acts: dict[UUID, UndoableAct] = {}
    seen_stays: set[int] = set()
    for stay_id, *version in _fresh_versions(establishment):
        if stay_id not in seen_stays:
            seen_stays.add(stay_id)
            _add_to_act(acts, stay_id, *version)
    own_acts = [act for act in acts.values() if act.user_id is not None and act.user_id == actor.user_id]
    names = dict(visible_to(actor).filter(pk__in=[act.stays[0] for act in own_acts]).values_list("pk", "full_name"))
    for act in own_acts:
        act.name = names.get(act.stays[0], "")
    return own_acts


def _fresh_versions(establishment: Establishment) -> list[Any]:
    """Return the versions of the lodging's stays that are new enough to be undone, newest first.

    Each is (stay id, time, act id, act's metadata).
    """
    since = clock.now() - UNDO_WINDOW
    versions = (
        _versions().filter(establishment=establishment).order_by("-xact", "-pgh_id").values_list(*VERSION_COLUMNS)
    )
    latest: list[Any] = []
    for size in VERSIONS_EXAMINED:
        latest = list(versions[:size])
        if len(latest) < size or latest[-1][1] <= since:
            break
    return [version for version in latest if version[1] > since]


def _add_to_act(
    acts: dict[UUID, UndoableAct], stay_id: int, at: datetime, context: UUID, metadata: dict[str, Any] | None
) -> None:
    """Add the stay to its act in ``acts`` if such an act can be undone; ``context`` is the act's id.

    ``metadata`` has the act's verb and user.
    """
    if metadata and metadata.get("act") in UNDOABLE:
        acts.setdefault(context, UndoableAct(context, metadata["act"], at, metadata.get("user"), [])).stays.append(
            stay_id
        )


def act_on(stay: Stay) -> UndoableAct | None:
    """Return the last act on a stay, whoever did it, if it can still be undone; otherwise None."""
    last = _versions().filter(pgh_obj_id=stay.pk).order_by("-pgh_id").values_list(*VERSION_COLUMNS).first()
    acts: dict[UUID, UndoableAct] = {}
    if last is not None and last[1] > clock.now() - UNDO_WINDOW:
        _add_to_act(acts, *last)
    return next(iter(acts.values()), None)
