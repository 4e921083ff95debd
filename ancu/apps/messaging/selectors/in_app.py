"""A user's notifications, preferences and devices."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.accounts.models import User
from ancu.apps.messaging import rules
from ancu.apps.messaging.enums import EmailTiming
from ancu.apps.messaging.models import InAppNotification, NotificationPreference, PushAddress
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, newest_first

WAITING = "waiting"  # the kind of the day's letter that says how much waits


def own_notifications(actor: Actor) -> QuerySet[InAppNotification]:
    """Return the notifications of the actor's own account, also while the actor represents a colleague."""
    return InAppNotification.objects.filter(user_id=actor.user_id or 0)


def notification_page(actor: Actor, after: str = "") -> CursorPage[InAppNotification]:
    """Return a page of the actor's notifications, the newest first."""
    return newest_first(own_notifications(actor), after)


def unread_notification_count(actor: Actor) -> int:
    """Return the number of the actor's unread notifications, counted up to ``rules.MOST_COUNTED``."""
    return own_notifications(actor).filter(read_at__isnull=True)[: rules.MOST_COUNTED].count()


def newest_unread_notification(actor: Actor) -> InAppNotification | None:
    """Return the actor's newest unread notification; None without one."""
    return own_notifications(actor).filter(read_at__isnull=True).order_by("-id").first()


def get_own_notification(actor: Actor, pk: int) -> InAppNotification:
    """Return one of the actor's notifications, or 404."""
    return get_object_or_404(own_notifications(actor), pk=pk)


def preference(user: User, kind: str) -> NotificationPreference:
    """Return how the user wants this kind of notification; without a choice, an unsaved default: at once."""
    chosen = NotificationPreference.objects.filter(user=user, kind=kind).first()
    return chosen or NotificationPreference(user=user, kind=kind)


def is_sent_daily(choice: NotificationPreference) -> bool:
    """Whether e-mails of this kind wait for the user's daily letter; never for kinds that start a deadline."""
    return choice.email == EmailTiming.DAILY and not rules.kinds()[choice.kind].at_once


def preferences(actor: Actor) -> dict[str, NotificationPreference]:
    """Return the preferences for notifications that the actor has saved, by kind of notification."""
    return {
        preference.kind: preference for preference in NotificationPreference.objects.filter(user_id=actor.user_id or 0)
    }


def devices(actor: Actor) -> QuerySet[PushAddress]:
    """Return the devices to which the actor's push messages are sent, the newest first."""
    return PushAddress.objects.filter(user_id=actor.user_id or 0).order_by("-id")


def get_device(actor: Actor, pk: int) -> PushAddress:
    """Return one of the actor's devices, or 404."""
    return get_object_or_404(devices(actor), pk=pk)


def daily_readers() -> QuerySet[User]:
    """Return the users who want some kind of notification in a daily letter."""
    chosen = NotificationPreference.objects.filter(email=EmailTiming.DAILY)
    return User.objects.filter(pk__in=chosen.values("user_id"), is_active=True).order_by("pk")


def unread_since(user: User, since: datetime) -> Mapping[str, int]:
    """Return the number of unread notifications since that moment by kind, for kinds that the user reads daily."""
    daily = NotificationPreference.objects.filter(user=user, email=EmailTiming.DAILY).values("kind")
    unread = InAppNotification.objects.filter(Q(kind__in=daily), user=user, rung_at__gte=since, read_at__isnull=True)
    return dict(unread.order_by().values_list("kind").annotate(Count("pk")))
