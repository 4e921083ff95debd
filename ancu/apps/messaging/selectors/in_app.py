"""A user's notifications, preferences and devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.accounts.models import User
from ancu.apps.messaging import rules
from ancu.apps.messaging.enums import EmailTiming
from ancu.apps.messaging.models import InAppNotification, NotificationPreference, PushAddress
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import newest_first

WAITING = "waiting"  # the kind of the day's letter that says how much waits


def own_notifications(actor: Actor) -> QuerySet[InAppNotification]:
    """Return the notifications of the actor's own account, also while the actor represents a colleague."""
    return InAppNotification.objects.filter(user_id=actor.user_id or 0)


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """One notification: what it is about, if the reader may see that, and what happened."""

    notification: InAppNotification
    kind: str
    about: str
    names_person: bool

    @property
    def day(self) -> date:
        """The day on which the person was notified."""
        return clock.local(self.notification.rung_at).date()


@dataclass(frozen=True, slots=True)
class NotificationPage:
    """The unread notifications, on the first page, and a page of those that were read."""

    unread: Sequence[NotificationRow]
    read: Sequence[NotificationRow]
    after: str

    @property
    def naming(self) -> list[int]:
        """The ids of the notifications that show a person's name or words."""
        return [row.notification.pk for row in (*self.unread, *self.read) if row.names_person]


def notification_page(actor: Actor, after: str = "") -> NotificationPage:
    """Return a page of the actor's notifications, unread ones first, the newest first.

    What each is about is named by one query for each kind of subject on the page, as far as the actor may see it now.
    """
    own = own_notifications(actor)
    unread = [] if after else list(own.filter(read_at__isnull=True).order_by("-id")[: rules.MOST_COUNTED])
    page = newest_first(own.filter(read_at__isnull=False), after)
    standings = _standings(actor, [*unread, *page.rows])
    return NotificationPage(_rows(unread, standings), _rows(page.rows, standings), page.after)


def _standings(
    actor: Actor, notifications: Sequence[InAppNotification]
) -> dict[tuple[str, str], rules.SubjectStanding]:  # fmt: skip
    """Return by kind and id what the notifications are about, as far as the actor may see it."""
    ids: dict[str, set[str]] = {}
    for notification in notifications:
        if notification.subject_kind in rules.subject_kinds():
            ids.setdefault(notification.subject_kind, set()).add(notification.subject_id)
    return {
        (kind, subject_id): standing
        for kind, of_kind in ids.items()
        for subject_id, standing in rules.subject_kinds()[kind].standings(actor, sorted(of_kind)).items()
    }


def _rows(
    notifications: Sequence[InAppNotification], standings: Mapping[tuple[str, str], rules.SubjectStanding]
) -> list[NotificationRow]:
    """Return the notifications with what they are about."""
    return [_row(bell, standings.get((bell.subject_kind, bell.subject_id))) for bell in notifications]


def _row(notification: InAppNotification, standing: rules.SubjectStanding | None) -> NotificationRow:
    """Return a notification with what it is about: the title without its number, and the person's name."""
    kind = rules.kinds().get(notification.kind)
    label = str(kind.label) if kind else ""
    if standing is None:
        return NotificationRow(notification, label, "", names_person=False)
    title = str(standing.title).removeprefix(f"{notification.subject_id}: ")
    about = ", ".join(filter(None, [standing.about, title]))
    return NotificationRow(notification, label, about, names_person=bool(standing.about) or title != standing.title)


def unread_notification_count(actor: Actor) -> int:
    """Return the number of the actor's unread notifications, counted up to ``rules.MOST_COUNTED``."""
    return own_notifications(actor).filter(read_at__isnull=True)[: rules.MOST_COUNTED].count()


def newest_unread_notification(actor: Actor) -> InAppNotification | None:
    """Return the actor's newest unread notification; None without one."""
    return own_notifications(actor).filter(read_at__isnull=True).order_by("-id").first()


def get_own_notification(actor: Actor, pk: int) -> InAppNotification:
    """Return the actor's own in-app notification with this id, or raise 404."""
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
    """Return the actor's own push device with this id, or raise 404."""
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
