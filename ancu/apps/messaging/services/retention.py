"""What has been kept long enough is emptied; that something was written or sent, and when, remains."""

from datetime import timedelta

from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.messaging.models import Message, Notification
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.privacy import REDACTED, Keep


@transaction.atomic
def redact(actor: Actor) -> tuple[int, int]:
    """Empty old messages, and notifications that never arrived; returns how many of each."""
    now = clock.now()
    old = Message.objects.filter(sent_at__lt=now - timedelta(days=Keep.CORRESPONDENCE.value)).exclude(body=REDACTED)
    messages = old.update(body=REDACTED)
    late = Notification.objects.filter(created_at__lt=now - timedelta(days=Keep.LETTER.value)).exclude(address="")
    notifications = late.update(address="", body="")
    told = Notification.objects.filter(created_at__lt=now - timedelta(days=Keep.CORRESPONDENCE.value))
    notifications += told.exclude(title="").update(title="")
    if messages or notifications:
        record(actor, "messaging.redact", ("messaging.message", "batch"), messages=messages, letters=notifications)
    return messages, notifications
