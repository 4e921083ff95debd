"""Urgent reports nobody has acknowledged, for officers; what the office told and wants confirmed, for lodgings."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.contact.models import Receipt, Report
from ancu.apps.contact.selectors import broadcasts, reports
from ancu.core.actor import Actor, ActorKind
from ancu.core.waiting import Pile, Task, only, pile


def waits(actor: Actor) -> list[Pile]:
    if actor.kind is not ActorKind.PERSON:
        return []
    if actor.is_lodging:
        told = broadcasts.receipts_of(actor).filter(confirmed_at__isnull=True).order_by("-id")
        told = only(told, "broadcast__title", "establishment__name")
        return [pile(_("To be confirmed"), "chat", reverse("contact:told-list"), told, _told)]
    if actor.role not in OFFICE_DECIDERS:
        return []
    waiting = reports.visible_to(actor).filter(acknowledged_at__isnull=True).order_by("id")
    waiting = only(waiting, "kind", "establishment__name")
    return [pile(_("Urgent reports of lodgings"), "warn", reverse("contact:reports"), waiting, _report)]


def _told(one: Receipt) -> Task:
    return Task(one.broadcast.title, reverse("contact:told", args=[one.pk]), one.establishment.name)


def _report(one: Report) -> Task:
    page = reverse("contact:report", args=[one.pk])
    return Task(one.get_kind_display(), page, one.establishment.name, grave=True)
