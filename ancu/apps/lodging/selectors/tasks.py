"""Tasks about registrations: those that an officer decides, and those that were returned to a manager."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import OFFICE_DECIDERS, Role
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.selectors import pending_registrations, visible_to
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import Ask, Task, TaskGroup, task_group
from ancu.core.templatetags.ui import counted, day_short


def waiting_tasks(actor: Actor) -> list[TaskGroup]:
    """Return the actor's tasks about lodgings: registrations to decide, or returned ones to correct."""
    if actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in OFFICE_DECIDERS:
        kind = ("registrations", _("Lodging registrations"), "check", reverse("lodging:approvals"))
        return [task_group(*kind, _to_approve(actor), _approval_task, asks=Ask.DECIDE, act=_("Approve or return"))]
    if actor.is_lodging and actor.role == Role.MANAGER:
        kind = ("registrations-back", _("Registrations returned"), "edit", reverse("lodging:mine"))
        act = _("Correct and send again")
        return [task_group(*kind, _sent_back(actor), _returned_task, asks=Ask.ANSWER, act=act)]
    return []


@cached_query
def _to_approve(actor: Actor) -> QuerySet[Establishment, Any]:
    """Return (id, name, rooms, unit, time) of the pending registrations in the officer's area, oldest first."""
    return pending_registrations(actor).values_list("pk", "name", "rooms", "unit__full_name", "registered_at")


@cached_query
def _sent_back(actor: Actor) -> QuerySet[Establishment, Any]:
    """Return (id, name) of the actor's lodgings whose registration the police returned."""
    returned = visible_to(actor).filter(status=EstablishmentStatus.RETURNED)
    return returned.order_by("pk").values_list("pk", "name")


def _approval_task(pk: int, name: str, rooms: int | None, unit: str, registered_at: datetime) -> Task:
    """Return the task to decide on a registration."""
    title = _("%(name)s applies to register") % {"name": name}
    if rooms:
        title = counted(
            "%(name)s applies to register, %(n)s room", "%(name)s applies to register, %(n)s rooms", rooms, name=name
        )
    second = _("%(unit)s, sent on %(day)s") % {"unit": unit, "day": day_short(clock.local(registered_at).date())}
    return Task(title, reverse("lodging:approval", args=[pk]), second)


def _returned_task(pk: int, name: str) -> Task:
    """Return the task to correct a returned registration."""
    return Task(name, reverse("lodging:edit", args=[pk]), EstablishmentStatus.RETURNED.label)
