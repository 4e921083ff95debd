"""Tasks: unacknowledged reports for officers, unconfirmed broadcasts for lodgings."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import OFFICE_DECIDERS, Role
from ancu.apps.contact.models import BroadcastReceipt
from ancu.apps.contact.selectors import broadcasts, reports
from ancu.apps.places.models import name_in_sentence
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import Ask, Task, TaskGroup, task_group
from ancu.core.templatetags.ui import day_short, telephone

ASSIGN = "assign-reports"  # act on several reports: services.several


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
                asks=Ask.ANSWER,
                act=_("Read and confirm"),
            )
        ]
    if actor.role not in OFFICE_DECIDERS:
        return []
    kind = ("reports", _("Urgent reports of lodgings"), "warn", reverse("contact:reports"))
    act = _("Call back and acknowledge")
    task = _assignable_report_task if actor.role == Role.APPROVING_OFFICER else _report_task
    return [task_group(*kind, reports.unread_rows(actor), task, asks=Ask.ANSWER, act=act)]


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
    report = reports.UnreadReport(*row)
    title = _("%(lodging)s reports: %(what)s") % {"lodging": report.lodging, "what": report.called}
    reported = clock.local(report.reported_at)
    at = _("reported on %(day)s at %(time)s") % {"day": day_short(reported.date()), "time": f"{reported:%H:%M}"}
    act = _("Call %(phone)s and acknowledge") % {"phone": telephone(report.phone)} if report.phone else ""
    url, second = reverse("contact:report", args=[report.pk]), f"{name_in_sentence(report.unit)}, {at}"
    return Task(title, url, second, grave=True, act=act, since=report.reported_at, facts=(at,))


def _assignable_report_task(*row: Any) -> Task:
    """Return a task for a report that the head of unit may assign to an officer, with others at once."""
    return replace(_report_task(*row), bulk=str(row[0]), acts=(ASSIGN,))
