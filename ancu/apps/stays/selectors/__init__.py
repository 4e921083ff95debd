"""The stays that an actor may see. Everything that reads stays for an actor starts here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.rules import may_see_guests
from ancu.core.actor import Actor, ActorKind
from ancu.core.db.history import record_at
from ancu.core.errors import Http404
from ancu.core.registry import Hook
from ancu.core.security.privacy import REDACTED


def visible_to(actor: Actor) -> QuerySet[Stay]:
    """Return the stays that the actor may see: all for the system, none for most others.

    A lodging's people see those of their business, a program those of its lodging, officers those of their area.
    """
    visible = _seen_by(actor)
    return Stay.objects.none() if visible is None else Stay.objects.filter(visible)


def kept_visible_to(actor: Actor) -> QuerySet[Stay]:
    """Return the visible stays except those whose personal data were deleted after their time."""
    return visible_to(actor).exclude(full_name=REDACTED)


def _seen_by(actor: Actor) -> Q | None:
    """Return the condition for stays and submissions that the actor may see; None if the actor may see none."""
    if actor.kind is ActorKind.SYSTEM:
        return Q()
    if actor.kind is ActorKind.TOKEN and actor.establishment_id is not None:
        return Q(establishment_id=actor.establishment_id)
    if actor.is_lodging and actor.organisation_id is not None:
        return Q(establishment__business_id=actor.organisation_id)
    return Q(unit_id__in=actor.area) if may_see_guests(actor) else None


def get_stay(actor: Actor, stay_id: int, *, lock: bool = False) -> Stay:
    """Return the stay, or raise 404 if it is not visible; ``lock`` locks its row until the transaction ends."""
    stays = visible_to(actor).select_related("establishment", "submission", "identity")
    if lock:
        stays = stays.select_for_update(of=("self",))
    stay = stays.filter(pk=stay_id).first()
    if stay is None:
        raise Http404
    return stay


def submissions_visible_to(actor: Actor) -> QuerySet[Submission]:
    """Return the submissions that the actor may see, by the same rule as stays."""
    visible = _seen_by(actor)
    return Submission.objects.none() if visible is None else Submission.objects.filter(visible)


@dataclass(frozen=True)
class StayVersion:
    """One step of a stay's history: who did what when, and the fields that changed: name → (before, after)."""

    at: datetime
    act: str
    user_id: int | None
    token_id: int | None
    reason: str
    changed: dict[str, tuple[Any, Any]]


def history(actor: Actor, stay: Stay, *, since: int = 0) -> list[StayVersion]:
    """Return the changes of a stay, oldest first: all, or those after the version with the id ``since``.

    A departure presumed from a later arrival has the act ``closed``. Empty for a stay that was never changed.
    """
    updates = stay.events.filter(pgh_label="update", pgh_id__gt=since)  # type: ignore[attr-defined]
    before: list[Any] = list(updates.select_related("pgh_context").order_by("pgh_id"))
    after: list[Any] = [*before[1:], stay] if before else []
    return [_version(old, new) for old, new in zip(before, after, strict=True)]


def as_declared(stays: Iterable[Stay]) -> dict[int, Any]:
    """Return, by stay id, each stay as first declared: its first stored version, or the unchanged stay itself."""
    by_id = {stay.pk: stay for stay in stays}
    events: Any = Stay._meta.get_field("events").related_model
    updates = events.objects.filter(pgh_obj_id__in=by_id, pgh_label="update")
    first_versions = updates.order_by("pgh_obj_id", "pgh_id").distinct("pgh_obj_id")
    return by_id | {version.pgh_obj_id: version for version in first_versions}


def changed_since(stay: Stay, version: int) -> dict[str, tuple[Any, Any]]:
    """Return the fields of a stay that changed after the version with this id: name → (then, now)."""
    return _changed(record_at(stay, version), stay)


@dataclass(frozen=True)
class Note:
    """A note of another app on a stay; ``tone`` is that of a chip, ``url`` leads to more."""

    title: str
    text: str
    tone: str
    url: str = ""


STAY_NOTES: Hook[Callable[[Actor, list[int]], Mapping[int, Note]]] = Hook()
"""Notes of apps above on stays, by the stay's id."""
LODGING_NOTES: Hook[Callable[[Actor, Establishment], Iterable[Note]]] = Hook()
"""Notes of apps above on a lodging's office page."""


def lodging_notes(actor: Actor, establishment: Establishment) -> list[Note]:
    """Return the notes of other apps on a lodging that the actor may see, such as open alerts."""
    return [note for notes_on in LODGING_NOTES for note in notes_on(actor, establishment)]


def notes(actor: Actor, stay: Stay) -> list[Note]:
    """Return the notes of other apps on one stay that the actor may see, such as open alerts."""
    return notes_of(actor, [stay.pk]).get(stay.pk, [])


def notes_of(actor: Actor, stay_ids: list[int]) -> dict[int, list[Note]]:
    """Return by stay id the notes of other apps that the actor may see; stays without notes are missing."""
    by_stay: dict[int, list[Note]] = {}
    for notes_on in STAY_NOTES if stay_ids else ():
        for pk, note in notes_on(actor, stay_ids).items():
            by_stay.setdefault(pk, []).append(note)
    return by_stay


def _version(old: Any, new: Any) -> StayVersion:
    """Return the change from the version ``old`` of a stay to the version ``new``: act, actor, time and columns."""
    context = old.pgh_context.metadata if old.pgh_context else {}
    return StayVersion(
        at=old.pgh_created_at,
        act=context.get("act", "closed"),
        user_id=context.get("user"),
        token_id=context.get("token"),
        reason=context.get("reason", ""),
        changed=_changed(old, new),
    )


def _changed(old: Any, new: Any) -> dict[str, tuple[Any, Any]]:
    """Return the changed columns between two versions of a stay: name → (old value, new value)."""
    names = [field.attname for field in Stay._meta.concrete_fields if field.attname != "id"]
    return {
        name: (getattr(old, name), getattr(new, name)) for name in names if getattr(old, name) != getattr(new, name)
    }
