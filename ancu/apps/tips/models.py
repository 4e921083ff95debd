"""Units and their key holders; tips, of which tables hold only envelopes and what may be counted."""

import hashlib
import uuid

from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.tips.enums import TipChannel, TipOutcome, TipState
from ancu.core.security.privacy import Keep, privacy


class HandlingUnit(models.Model):
    """An agency that handles tips. The paper in the safe opens what is sealed to ``recovery_public``."""

    agency = models.OneToOneField(Organisation, models.PROTECT, related_name="+")
    recovery_public = models.BinaryField(max_length=32)
    opened_at = models.DateTimeField()
    numbered = models.PositiveIntegerField(default=0, help_text="the last number given to a tip; none is given twice")

    privacy = privacy(plain="id agency recovery_public opened_at numbered")

    def __str__(self) -> str:
        return self.agency.name


class UnitKey(models.Model):
    """One key of a unit. When it is retired, all tips are sealed to the next one and no copy remains."""

    unit = models.ForeignKey(HandlingUnit, models.PROTECT, related_name="keys")
    public = models.BinaryField(max_length=32)
    recovery = models.BinaryField(max_length=80, help_text="the private key, sealed to the recovery share")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(plain="id unit public recovery made_at made_by retired_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(retired_at__isnull=True), name="one_present_key"),
        ]

    def __str__(self) -> str:
        return f"key {self.pk} of unit {self.unit_id}"


class KeyHolder(models.Model):
    """A person who opens a unit's tips: a key pair whose private key is encrypted with the person's passphrase."""

    unit = models.ForeignKey(HandlingUnit, models.PROTECT, related_name="holders")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    public = models.BinaryField(max_length=32)
    wrapped = models.BinaryField(max_length=200)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    left_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(plain="id unit user public wrapped asked_at confirmed_at confirmed_by left_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(left_at__isnull=True), name="one_holding"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="holder_confirmed_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"holder {self.pk} of unit {self.unit_id}"


class KeyShare(models.Model):
    """A unit's private key, sealed to one holder."""

    key = models.ForeignKey(UnitKey, models.CASCADE, related_name="shares")
    holder = models.ForeignKey(KeyHolder, models.CASCADE, related_name="shares")
    sealed = models.BinaryField(max_length=80)

    privacy = privacy(plain="id key holder sealed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "holder"], name="one_share")]

    def __str__(self) -> str:
        return f"share {self.pk}"


class Tip(models.Model):
    """A tip, sealed to the unit's key. Times are full hours: a minute could identify a telephone line."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(HandlingUnit, models.PROTECT, related_name="tips")
    key = models.ForeignKey(UnitKey, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="counted within the unit")
    channel = models.CharField(max_length=10, choices=TipChannel)
    keyed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField()
    locator = models.BinaryField(max_length=32, unique=True, help_text="worked out of the receipt")
    source_public = models.BinaryField(max_length=32, help_text="what replies are closed for")
    header = models.BinaryField(max_length=80)
    body = models.BinaryField()
    state = models.CharField(max_length=10, choices=TipState, default=TipState.NEW)
    sorting_header = models.BinaryField(max_length=80, blank=True, default=b"")
    sorting_body = models.BinaryField(blank=True, default=b"")
    taken_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=TipOutcome, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    said_at = models.DateTimeField(help_text="when the source last said something")
    destruction_asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    privacy = privacy(
        personal={"body": Keep.TIP, "sorting_body": Keep.TIP},
        plain="id unit key number channel keyed_by received_at locator source_public header state sorting_header"
        " taken_at answered_at outcome closed_at said_at destruction_asked_by",
    )

    class Meta:
        indexes = [models.Index(fields=["unit", "state", "-number"], name="tip_unit_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "number"], name="tip_number", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(state=TipState.CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state=TipState.CLOSED) & Q(closed_at__isnull=True, outcome=""),
                name="tip_closed_with_outcome",
            ),
            models.CheckConstraint(condition=Q(said_at__gte=F("received_at")), name="tip_said_after_received"),
        ]

    def __str__(self) -> str:
        return f"tip {self.pk}"

    @property
    def sorting_version(self) -> str:
        """A hash of the tip's stored sorting; it changes with each one, so that an outdated page is refused."""
        return hashlib.sha256(self.sorting_header).hexdigest()[:16]

    @property
    def place(self) -> bytes:
        """The bytes that name the tip and are bound into its envelopes, so that none can be moved to another."""
        return b"tip:" + self.id.bytes


class TipMessage(models.Model):
    """A later message: of the source (sealed to the unit) or of a handler (sealed to both)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tip = models.ForeignKey(Tip, models.CASCADE, related_name="messages")
    position = models.PositiveIntegerField()
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", help_text="a handler")
    at = models.DateTimeField()
    header = models.BinaryField(max_length=80)
    source_header = models.BinaryField(max_length=80, blank=True, default=b"")
    body = models.BinaryField()

    privacy = privacy(personal={"body": Keep.TIP}, plain="id tip position author at header source_header")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tip", "position"], name="message_position")]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def place(self) -> bytes:
        """The bytes that name the message and are bound into its envelopes, so that none can be moved."""
        return b"message:" + self.id.bytes


class SealedFile(models.Model):
    """A file of a tip, unchanged. Its name and kind are inside the envelope it came with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tip = models.ForeignKey(Tip, models.CASCADE, related_name="files")
    header = models.BinaryField(max_length=80)

    privacy = privacy(plain="id tip header")

    def __str__(self) -> str:
        return f"file {self.pk}"

    @property
    def place(self) -> bytes:
        """The bytes that name the file and are bound into its envelope, so that it cannot be moved."""
        return b"file:" + self.id.bytes

    @property
    def path(self) -> str:
        """The file's name in the file store."""
        return f"tips/{self.id.hex}"


class TipTally(models.Model):
    """What remains of destroyed tips: how many a unit received in a month and how soon they were answered."""

    unit = models.ForeignKey(HandlingUnit, models.PROTECT, related_name="tallies")
    month = models.DateField(help_text="its first day")
    received = models.PositiveIntegerField(default=0)
    answered_hours = models.JSONField(default=list, help_text="in order of length, so that none can be told apart")
    results = models.PositiveIntegerField(default=0)

    privacy = privacy(plain="id unit month received answered_hours results")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "month"], name="one_tally")]

    def __str__(self) -> str:
        return f"{self.month} of unit {self.unit_id}"


class TipDestruction(models.Model):
    """The number of tips that a unit destroyed on a day."""

    unit = models.ForeignKey(HandlingUnit, models.PROTECT, related_name="destructions")
    day = models.DateField()
    tips = models.PositiveIntegerField()
    on_time = models.BooleanField(help_text="their period had ended; else two handlers agreed")

    privacy = privacy(plain="id unit day tips on_time")

    def __str__(self) -> str:
        return f"destruction {self.pk}"
