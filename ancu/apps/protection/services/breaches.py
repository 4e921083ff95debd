"""Record, change, notify (within 72 hours) and close breaches; history entries are never overwritten."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors.administration import administrators
from ancu.apps.audit.selectors import overtaken_conflict, require_edition
from ancu.apps.audit.services import record
from ancu.apps.messaging.services import notify
from ancu.apps.protection.enums import BreachNotice, BreachState, BreachStep
from ancu.apps.protection.models import Breach, BreachEntry
from ancu.apps.protection.rules import breaches as rules
from ancu.apps.protection.selectors.breaches import display_moment, editable_values, open_breaches
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.errors import Conflict, require

LETTER = "protection/letters/breach.txt"
JOB = system("protection.warn_of_breaches")


@transaction.atomic
def record_breach(actor: Actor, **values: Any) -> Breach:
    """Record a breach and notify the other administrators; the deadline runs from its discovery."""
    require(rules.keeps_breaches(actor))
    _require_order(values["discovered_at"], values.get("began_at"))
    breach = Breach.objects.create(noted_by_id=actor.user_id or 0, noted_at=clock.now(), **values)
    _add_entry(actor, breach, BreachStep.NOTED)
    record(actor, "protection.breach_noted", breach)
    _notify_administrators(actor, breach, hours=0, but=actor.user_id or 0)
    return breach


@transaction.atomic
def change(actor: Actor, *, breach: Breach, edition: str = "", **values: Any) -> None:
    """Correct or complete a breach; its history stores the former values.

    Conflict if it is closed, for impossible times, or ``changed_since`` when the page showed another ``edition``.
    """
    locked = _lock(breach)
    require(rules.keeps_breaches(actor))
    if not rules.may_change(actor, locked):
        raise overtaken_conflict(actor, "breach_closed", locked)
    _require_order(values["discovered_at"], values.get("began_at"))
    _require_telling(values)
    present = editable_values(locked)
    changes = _set_fields(locked, values)
    if changes:
        require_edition(actor, edition, present, locked, only=Q(act="protection.breach_changed"))
    if changes:
        locked.save()
        _add_entry(actor, locked, BreachStep.CHANGED, changes=changes)
        record(actor, "protection.breach_changed", locked, fields=sorted(changes))


@transaction.atomic
def record_notification(
    actor: Actor, *, breach: Breach, notified_at: datetime, authority: str, authority_reference: str, late_reason: str
) -> None:
    """Record that the authority was notified; after 72 hours a reason for the delay is required.

    Conflict without it, if the authority was notified before, or for an impossible time.
    """
    locked = _lock(breach)
    require(rules.keeps_breaches(actor))
    if not rules.may_notify(actor, locked):
        raise overtaken_conflict(actor, "breach_moved", locked)
    if not locked.discovered_at <= notified_at <= clock.now():
        raise Conflict("notified_at", _("The notification must be after the discovery and not in the future."))
    if notified_at > rules.deadline(locked) and not late_reason.strip():
        raise Conflict("late_reason", _("The authority was notified after 72 hours. Enter the reason."))
    values = {
        "state": BreachState.NOTIFIED, "notified_at": notified_at, "authority": authority,
        "authority_reference": authority_reference, "late_reason": late_reason.strip(),
    }  # fmt: skip
    changes = _set_fields(locked, values)
    locked.notified_by_id = actor.user_id
    locked.save()
    _add_entry(actor, locked, BreachStep.NOTIFIED, changes=changes)
    record(actor, "protection.breach_notified", locked, late=rules.was_late(locked))


@transaction.atomic
def add_phase(actor: Actor, *, breach: Breach, text: str) -> None:
    """Record further information that was given to the authority; Conflict before its notification."""
    locked = _lock(breach)
    require(rules.keeps_breaches(actor))
    if not rules.may_add_phase(actor, locked):
        raise overtaken_conflict(actor, "breach_moved", locked)
    _add_entry(actor, locked, BreachStep.PHASE, text=text)
    record(actor, "protection.breach_phase", locked)


@transaction.atomic
def close(actor: Actor, *, breach: Breach, lessons: str, late_reason: str = "") -> None:
    """Close a breach with the lessons learnt.

    Conflict before a decision whether the people concerned are informed. Without a notification, ``late_reason`` says
    why none was needed.
    """
    locked = _lock(breach)
    require(rules.keeps_breaches(actor))
    if not rules.may_change(actor, locked):
        raise overtaken_conflict(actor, "breach_closed", locked)
    if not rules.may_close(actor, locked):
        raise Conflict("telling", _("First record whether the people affected are notified."))
    if locked.notified_at is None and not late_reason.strip():
        raise Conflict("late_reason", _("The authority was not notified. Explain why this was not required."))
    reason = late_reason.strip() or locked.late_reason
    changes = _set_fields(locked, {"state": BreachState.CLOSED, "lessons": lessons, "late_reason": reason})
    locked.closed_at, locked.closed_by_id = clock.now(), actor.user_id
    locked.save()
    _add_entry(actor, locked, BreachStep.CLOSED, changes=changes)
    record(actor, "protection.breach_closed", locked)


@transaction.atomic
def warn_of_breaches() -> int:
    """Warn administrators of breaches not notified after 48 and 66 hours and at the deadline.

    Return the number of breaches warned of.
    """
    warned = 0
    for breach in open_breaches().filter(state=BreachState.NOTED).select_for_update(skip_locked=True):
        if hours := rules.warning_due(breach):
            breach.warned_hours = hours
            breach.save(update_fields=["warned_hours"])
            _notify_administrators(JOB, breach, hours=hours)
            record(JOB, "protection.breach_warned", breach, hours=hours)
            warned += 1
    return warned


def _notify_administrators(actor: Actor, breach: Breach, *, hours: int, but: int = 0) -> None:
    """Send administrators, except the user ``but``, the warning with the breach's number and deadline only."""
    context = {
        "number": str(breach), "hours": hours, "over": hours >= rules.WARN_AFTER_HOURS[-1],
        "deadline": display_moment(rules.deadline(breach)), "path": reverse("protection:breach", args=[breach.pk]),
    }  # fmt: skip
    for user in User.objects.filter(pk__in=administrators().exclude(user_id=but).values("user")).order_by("pk"):
        notify(
            actor=actor, to=user, key=f"breach-{breach.pk}-{hours}", template=LETTER, subject=("breach", breach.pk),
            context=context,
        )  # fmt: skip


# ---- what every act does -----------------------------------------------------------------------------------


def _lock(breach: Breach) -> Breach:
    """Return the breach as stored now, with its row locked until the transaction ends."""
    return Breach.objects.select_for_update().get(pk=breach.pk)


def _require_order(discovered_at: datetime, began_at: datetime | None) -> None:
    """Raise Conflict if the discovery is in the future or before the beginning."""
    if discovered_at > clock.now():
        raise Conflict("discovered_at", _("The discovery cannot be in the future."))
    if began_at is not None and began_at > discovered_at:
        raise Conflict("began_at", _("The start must be before the discovery."))


def _require_telling(values: dict[str, Any]) -> None:
    """Raise Conflict if people were informed and the day is missing, or were not and the reason is missing."""
    if values.get("telling") == BreachNotice.INFORMED and not values.get("told_on"):
        raise Conflict("told_on", _("Enter the date they were notified."))
    if values.get("telling") == BreachNotice.NOT_TOLD and not str(values.get("telling_note", "")).strip():
        raise Conflict("telling_note", _("Explain why they are not notified."))


def _set_fields(locked: Breach, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Set these fields of the breach; return the changed ones with [before, after] as JSON types, by name."""
    changes: dict[str, list[Any]] = {}
    for name, value in values.items():
        before = getattr(locked, name)
        if before != value:
            changes[name] = [_as_json(before), _as_json(value)]
            setattr(locked, name, value)
    return changes


def _as_json(value: Any) -> Any:
    """Return a date or moment as ISO text; any other value unchanged."""
    return value.isoformat() if isinstance(value, date) else value


def _add_entry(
    actor: Actor, breach: Breach, step: BreachStep, *, text: str = "", changes: dict[str, Any] | None = None
) -> None:
    """Add an entry to the breach's history: the step, its time and officer, a text and changed fields.

    The caller records the audit event.
    """
    BreachEntry.objects.create(
        breach=breach, step=step, at=clock.now(), by_id=actor.user_id or 0, text=text, changes=changes or {}
    )
