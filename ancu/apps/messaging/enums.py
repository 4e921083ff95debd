from django.db import models
from django.utils.translation import gettext_lazy as _

READ = "ancu:read"  # the event by which a page says that the badge in its head has to ask again
MAIN = "main"  # the topic of a subject that has one thread only


class ThreadSide(models.TextChoices):
    OFFICE = "office", _("the office")
    COUNTERPART = "other", _("the other side")


class DeliveryChannel(models.TextChoices):
    EMAIL = "email", _("email")
    SMS = "sms", _("text message")


class NotificationState(models.TextChoices):
    QUEUED = "queued", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not delivered")


TRANSITIONS: dict[NotificationState, frozenset[NotificationState]] = {
    NotificationState.QUEUED: frozenset({NotificationState.SENT, NotificationState.FAILED}),
    NotificationState.FAILED: frozenset({NotificationState.QUEUED}),
    NotificationState.SENT: frozenset(),
}


class EmailTiming(models.TextChoices):
    AT_ONCE = "at_once", _("each notification immediately")
    DAILY = "daily", _("once a day, only the number")


# Sentences of the audit.
ACTS = {
    "messaging.posted": _("wrote a message"),
    "messaging.noted": _("wrote an internal note"),
    "messaging.read": _("read a conversation"),
    "messaging.downloaded": _("downloaded a message’s file"),
    "messaging.notified": _("had someone notified"),
    "messaging.sent": _("sent a notification"),
    "messaging.failed": _("could not deliver a notification"),
    "messaging.queued": _("had a notification sent again"),
    "messaging.preferred": _("chose how to be notified"),
    "messaging.device_added": _("turned on notifications on a device"),
    "messaging.device_removed": _("turned off notifications on a device"),
    "messaging.device_gone": _("removed a device that its push service no longer knows"),
    "messaging.redact": _("deleted the contents of messages and notifications past their retention period"),
    "messaging.template_saved": _("saved a reply template"),
    "messaging.template_removed": _("removed a reply template"),
    "looked:messaging.inbox": _("viewed the list of conversations"),
    "looked:messaging.notifications": _("viewed their notifications"),
    "looked:messaging.thread": _("opened a conversation"),
}
