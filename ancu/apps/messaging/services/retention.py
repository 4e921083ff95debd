"""Empty old messages and notifications; that and when they were sent remains."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Coalesce

from ancu.apps.audit.services import record
from ancu.apps.messaging.models import InAppNotification, Message, Notification, PushAddress
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.privacy import REDACTED, Keep


@transaction.atomic
def redact(actor: Actor) -> tuple[int, int]:
    """Empty old messages and letters, and delete old in-app notifications and lost devices.

    Return the number of messages and that of letters.
    """
    now = clock.now()
    old = Message.objects.filter(sent_at__lt=now - timedelta(days=Keep.CORRESPONDENCE.value)).exclude(body=REDACTED)
    messages = old.update(body=REDACTED)
    late = Notification.objects.filter(created_at__lt=now - timedelta(days=Keep.LETTER.value)).exclude(address="")
    notifications = late.update(address="", body="")
    old_notifications = Notification.objects.filter(created_at__lt=now - timedelta(days=Keep.CORRESPONDENCE.value))
    notifications += old_notifications.exclude(title_vi="", title_en="").update(title_vi="", title_en="")
    bells, devices = _delete_old_notifications(now), _delete_lost_devices(now)
    if bells or devices:
        record(actor, "messaging.redact", ("messaging.inappnotification", "batch"), bells=bells, devices=devices)
    if messages or notifications:
        record(actor, "messaging.redact", ("messaging.message", "batch"), messages=messages, letters=notifications)
    return messages, notifications


def _delete_old_notifications(now: datetime) -> int:
    """Delete in-app notifications after their retention period; return their number.

    Letters and their titles have their own periods.
    """
    return InAppNotification.objects.filter(rung_at__lt=now - timedelta(days=Keep.CONTACT.value)).delete()[0]


def _delete_lost_devices(now: datetime) -> int:
    """Delete devices not reached for half a year, and those of closed accounts; return their number."""
    reached = Coalesce("reached_at", "added_at")
    lost = PushAddress.objects.alias(last=reached).filter(last__lt=now - timedelta(days=Keep.DEVICE.value))
    return lost.delete()[0] + PushAddress.objects.filter(user__is_active=False).delete()[0]
