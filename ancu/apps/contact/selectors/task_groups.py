"""Tasks: unacknowledged reports for officers, unconfirmed broadcasts for lodgings."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.contact.models import BroadcastReceipt
from ancu.apps.contact.selectors import broadcasts, reports
from ancu.core.actor import Actor, ActorKind
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import Task, TaskGroup, task_group


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return the actor's tasks: an officer's reports to acknowledge, a lodging's broadcasts to confirm."""
    if actor.kind is not ActorKind.PERSON:
        return []
    if actor.is_lodging:
        return [
            task_group(
                "announcements",
                _("Confirmation needed"),
                "chat",
                reverse("contact:announcements"),
                _to_confirm(actor),
                _confirmation_task,
            )
        ]
    if actor.role not in OFFICE_DECIDERS:
        return []
    page = reverse("contact:reports")
    return [
        task_group("reports", _("Urgent reports of lodgings"), "warn", page, reports.unread_rows(actor), _report_task)
    ]


@cached_query
def _to_confirm(actor: Actor) -> QuerySet[BroadcastReceipt, Any]:
    """Return (receipt id, title, lodging's name) of broadcasts that the actor's lodgings have not confirmed."""
    unconfirmed = broadcasts.visible_receipts(actor).filter(confirmed_at__isnull=True)
    return unconfirmed.order_by("-id").values_list("pk", "broadcast__title", "establishment__name")


def _confirmation_task(pk: int, title: str, place: str) -> Task:
    """Return a task to confirm a broadcast; ``pk`` is the receipt's id, ``place`` the lodging's name."""
    return Task(title, reverse("contact:announcement", args=[pk]), place)


def _report_task(*row: Any) -> Task:
    """Return an urgent task to acknowledge a report; ``row`` has the values of an ``UnreadReport``."""
    unread_report = reports.UnreadReport(*row)
    return Task(
        unread_report.called, reverse("contact:report", args=[unread_report.pk]), unread_report.lodging, grave=True
    )
