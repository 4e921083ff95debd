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
    AT_ONCE = "at_once", _("each one at once")
    DAILY = "daily", _("once a day, only how many")


# Sentences of the audit.
ACTS = {
    "messaging.posted": _("wrote a message"),
    "messaging.noted": _("wrote a note for the office alone"),
    "messaging.read": _("read a conversation"),
    "messaging.downloaded": _("downloaded a message’s file"),
    "messaging.notified": _("had someone notified"),
    "messaging.sent": _("sent a notification"),
    "messaging.failed": _("could not deliver a notification"),
    "messaging.queued": _("had a notification sent again"),
    "messaging.preferred": _("chose how to be told"),
    "messaging.device_added": _("let a device be told"),
    "messaging.device_removed": _("took a device away that was told"),
    "messaging.device_gone": _("forgot a device that its push service no longer knows"),
    "messaging.redact": _("emptied messages and notifications whose time was over"),
    "messaging.template_saved": _("saved a reply template"),
    "messaging.template_removed": _("took a reply template away"),
    "looked:messaging.inbox": _("looked at the list of conversations"),
    "looked:messaging.thread": _("opened a conversation"),
}
