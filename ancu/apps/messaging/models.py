"""Threads with messages, participants and read marks; reply templates; notifications."""

import pgtrigger
from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.files.models import StoredFile
from ancu.apps.messaging.enums import MAIN, DeliveryChannel, EmailTiming, NotificationState, ThreadSide
from ancu.core.security.privacy import REDACTED, Keep, privacy
from ancu.core.web.language import localized


class Thread(models.Model):
    """One conversation about one subject; ``topic`` distinguishes several about the same subject."""

    subject_kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=60)
    topic = models.CharField(max_length=30, default=MAIN)
    created_at = models.DateTimeField(auto_now_add=True)

    privacy = privacy(plain="id subject_kind subject_id topic created_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_kind", "subject_id", "topic"], name="one_thread")]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} ({self.topic})"


class Message(models.Model):
    """A message. The database refuses every change except emptying it after its retention period."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="messages")
    side = models.CharField(max_length=6, choices=ThreadSide)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    body = models.TextField()
    staff_only = models.BooleanField(default=False)
    sent_at = models.DateTimeField()

    privacy = privacy(
        personal={"body": Keep.CORRESPONDENCE}, plain="id thread side author organisation staff_only sent_at"
    )

    class Meta:
        indexes = [
            models.Index(fields=["thread", "-id"], name="message_of_thread"),
            models.Index(fields=["sent_at"], name="message_sent_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(staff_only=False) | Q(side=ThreadSide.OFFICE), name="notes_are_the_offices"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="message_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="message_facts_unchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["body"]),
            ),
            pgtrigger.Protect(
                name="message_text_unchanged",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(new__body=REDACTED),
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Attachment(models.Model):
    """A file of a message; ``file`` is null after its retention period."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")

    privacy = privacy(plain="id message file")

    def __str__(self) -> str:
        return f"attachment {self.pk}"


class Participant(models.Model):
    """An organisation or person on one side of a thread; ``latest`` is the last message it may see."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="participants")
    side = models.CharField(max_length=6, choices=ThreadSide)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    latest = models.ForeignKey(Message, models.PROTECT, null=True, related_name="+")

    privacy = privacy(plain="id thread side organisation user latest")

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-latest"], name="participant_organisation"),
            models.Index(fields=["user", "-latest"], name="participant_user"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "organisation", "user"], nulls_distinct=False, name="one_participant"
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True, user__isnull=False)
                | Q(organisation__isnull=False, user__isnull=True),
                name="participant_is_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} of thread {self.thread_id}"


class ReadMark(models.Model):
    """How far a user has read a thread: the id of the last message seen."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="read_marks")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    message_id = models.BigIntegerField()

    privacy = privacy(plain="id thread user message_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="one_read_mark")]

    def __str__(self) -> str:
        return f"up to {self.message_id}"


class ReplyTemplate(models.Model):
    """A reply template of an agency and the agencies below it; an empty ``kind`` fits every kind of subject."""

    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    title = models.CharField(max_length=100)
    body = models.TextField()
    kind = models.CharField(max_length=30, blank=True, default="")
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(plain="id agency title body kind changed_by changed_at removed_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "title"], condition=Q(removed_at__isnull=True), name="reply_template_title"
            )
        ]

    def __str__(self) -> str:
        return f"reply template {self.pk}"


class TitledInBothLanguages(models.Model):
    """A title in both languages: an officer may read what a foreigner receives."""

    title_vi = models.CharField(max_length=250, blank=True, default="")
    title_en = models.CharField(max_length=250, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        """The title in the reader's language, Vietnamese or English."""
        return localized(self, "title")


class Notification(TitledInBothLanguages):
    """One email or SMS to one address. Address and text are emptied after sending; ``key`` prevents duplicates."""

    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=5, choices=DeliveryChannel)
    template = models.CharField(max_length=100)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=60)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    address = models.CharField(max_length=254, blank=True, default="")
    masked = models.CharField(max_length=254, help_text="the address as staff see it, most signs hidden")
    language = models.CharField(max_length=2)
    body = models.TextField(blank=True, default="")
    state = models.CharField(max_length=6, choices=NotificationState, default=NotificationState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=40, blank=True, default="", help_text="a code, never what a server said")
    reference = models.CharField(max_length=100, blank=True, default="", help_text="the gate's own number of it")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={"address": Keep.LETTER, "body": Keep.LETTER}
        | dict.fromkeys(["title_vi", "title_en"], Keep.CORRESPONDENCE),
        plain="id key channel template subject_kind subject_id user masked language state attempts error reference"
        " created_at sent_at",
    )

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="notification_subject"),
            models.Index(fields=["created_at"], name="notification_created_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=NotificationState.SENT, sent_at__isnull=False)
                | (~Q(state=NotificationState.SENT) & Q(sent_at__isnull=True)),
                name="notification_sent_when",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"

    @property
    def subject_line(self) -> str:
        """The title in the language in which the notification was sent."""
        return str(getattr(self, f"title_{self.language}"))


class InAppNotification(TitledInBothLanguages):
    """One entry in a user's list of notifications: the subject line of the letter, its link, and what it is about."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    key = models.CharField(max_length=200, help_text="the occasion, as the letter's: rung once")
    kind = models.CharField(max_length=30, help_text="the app that tells; rules.kinds")
    subject_kind = models.CharField(max_length=30, blank=True, default="", db_default="")
    subject_id = models.CharField(max_length=60, blank=True, default="", db_default="")
    path = models.CharField(max_length=300, blank=True, default="")
    rung_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal=dict.fromkeys(["title_vi", "title_en", "path"], Keep.CONTACT),
        plain="id user key kind subject_kind subject_id rung_at read_at",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="bell_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="bell_of_user"),
            models.Index(fields=["user"], name="bell_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"bell {self.pk}"


class NotificationPreference(models.Model):
    """How a user wants one kind of notification; by default at once by email and on devices."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    email = models.CharField(max_length=10, choices=EmailTiming, default=EmailTiming.AT_ONCE)
    push = models.BooleanField(default=True)

    privacy = privacy(plain="id user kind email push")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_preference")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class PushAddress(models.Model):
    """A browser's address at its push service (RFC 8030). Messages to it have no content."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=500)
    digest = models.CharField(max_length=64, unique=True, help_text="of the endpoint: one browser, one person")
    device = models.CharField(max_length=60, help_text="what the browser says it is")
    added_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True, blank=True)
    refused = models.PositiveSmallIntegerField(default=0, help_text="in a row")

    privacy = privacy(
        personal={"endpoint": Keep.DEVICE, "device": Keep.DEVICE}, plain="id user digest added_at reached_at refused"
    )

    class Meta:
        indexes = [models.Index(fields=["user"], name="push_of_user")]

    def __str__(self) -> str:
        return f"device {self.pk}"
