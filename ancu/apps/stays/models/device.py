"""A phone that declares without a connection."""

import uuid

from django.db import models

from ancu.apps.accounts.models import Membership
from ancu.core.security.privacy import Keep, privacy


class Device(models.Model):
    """A phone that may store declarations while offline, for one membership of one person.

    ``secret``, stored encrypted, opens what the phone stores. It is given only to that person, signed in, until the
    phone is cut off; then it is deleted, and nobody can read what the phone still holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="devices")
    name = models.CharField(max_length=80)
    secret = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    session_key = models.CharField(max_length=40, blank=True, default="", help_text="ended with the phone")
    mark_at = models.DateTimeField(null=True, help_text="the newest of the office's times signed for it")
    mark_before = models.DateTimeField(null=True, help_text="the one before")
    cut_off_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={"name": Keep.DEVICE},
        plain="id membership secret created_at seen_at session_key mark_at mark_before cut_off_at",
    )

    def __str__(self) -> str:
        return f"device {self.pk}"
