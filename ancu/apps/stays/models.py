"""Submissions, stays and uploads. Stays are one plain table with partial covering indexes (scoreboard)."""

import uuid

import pghistory
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.files.models import StoredFile
from ancu.apps.lodging.models import Establishment
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.enums import (
    AskedThrough,
    Channel,
    ConfirmationState,
    JudgedBy,
    Proof,
    Purpose,
    Sex,
    StayStatus,
    UploadState,
)
from ancu.apps.travellers.models import Identity
from ancu.core.privacy import Keep, privacy
from ancu.core.stamps import FeedStamp


class Submission(models.Model):
    """One act of declaring that stored at least one stay. Its number and hash are the receipt."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=24, unique=True)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="submissions")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    actor_kind = models.CharField(max_length=10)
    user_id = models.BigIntegerField(null=True)
    token_id = models.BigIntegerField(null=True)
    client_reference = models.CharField(max_length=100, blank=True, default="")
    keyed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    judged_by = models.CharField(max_length=10, choices=JudgedBy, default=JudgedBy.RECEIVED, db_default="received")
    device_id = models.UUIDField(null=True, blank=True, help_text="the phone that kept it while it had no line")
    read_count = models.IntegerField()
    accepted_count = models.IntegerField()
    warned_count = models.IntegerField()
    already_count = models.IntegerField()
    refused_count = models.IntegerField()
    skipped_count = models.IntegerField()
    late_count = models.IntegerField()
    sha256 = models.CharField(
        max_length=64,
        help_text="of the accepted rows as stored, in canonical JSON lines",
    )
    source_file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="+")
    xact = models.BigIntegerField(db_default=FeedStamp(), editable=False)

    privacy = privacy(
        plain="id number establishment unit channel actor_kind user_id token_id client_reference keyed_at received_at"
        " judged_by device_id read_count accepted_count"
        " warned_count already_count refused_count skipped_count late_count sha256 source_file xact"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(read_count=F("accepted_count") + F("already_count") + F("refused_count")),
                name="submission_control_total",
            ),
            models.CheckConstraint(condition=Q(accepted_count__gt=0), name="submission_has_rows"),
        ]
        indexes = [
            models.Index(fields=["establishment", "-id"], name="submission_establishment"),
            models.Index(fields=["unit", "-id"], name="submission_unit"),
            models.Index(fields=["establishment", "xact", "id"], name="submission_feed"),
            models.Index(
                fields=["received_at"],
                include=["unit", "establishment", "accepted_count", "late_count"],
                name="submission_received",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Device(models.Model):
    """A phone that may keep declarations while it has no line, in one membership of one person.

    ``secret`` opens what the phone keeps: it leaves the program only to that person, signed in, until the phone is cut
    off; then it is gone from here, and what the phone still holds cannot be read by anybody.
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


class Answer(models.Model):
    """What a program was answered to a reference of its own, so that asking again gives the same."""

    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    client_reference = models.CharField(max_length=100)
    request_sha256 = models.CharField(max_length=64)
    status_code = models.SmallIntegerField()
    body = models.BinaryField()
    created_at = models.DateTimeField()

    privacy = privacy(
        personal={"body": Keep.ANSWER},
        plain="id establishment client_reference request_sha256 status_code created_at",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "client_reference"],
                name="answer_reference_unique",
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


OPEN = Q(departed_on__isnull=True) & ~Q(status=StayStatus.WITHDRAWN)
LEFT = Q(departed_on__isnull=False) & ~Q(status=StayStatus.WITHDRAWN)


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    attrs={"xact": models.BigIntegerField(db_default=FeedStamp(), editable=False)},
    meta={"indexes": [models.Index(fields=["establishment", "xact", "pgh_id"], name="stayevent_feed")]},
)
class Stay(models.Model):
    """One foreigner at one establishment, as declared. History keeps every earlier version."""

    id = models.BigAutoField(primary_key=True)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="stays", db_index=False)
    position = models.IntegerField(help_text="place in the file or request, from 1")
    client_reference = models.CharField(max_length=100, blank=True, default="")
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="stays", db_index=False)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="stays", db_index=False)
    full_name = models.CharField(max_length=200)
    birth_date = models.CharField(max_length=10, help_text="1984-03-08, 1971-05 or 1962")
    sex = models.CharField(max_length=1, choices=Sex, blank=True, default="")
    nationality = models.CharField(max_length=3)
    document_kind = models.CharField(max_length=40, blank=True, default="passport")
    document_number = models.CharField(max_length=30)
    permitted_until = models.DateField(null=True, blank=True)
    entry_paper = models.CharField(max_length=40, blank=True, default="")
    purpose = models.CharField(max_length=40, blank=True, default="")
    room = models.CharField(max_length=100, blank=True, default="")
    arrived_on = models.DateField()
    arrived_at = models.DateTimeField(null=True, blank=True)
    expected_departure = models.DateField()
    departed_on = models.DateField(null=True, blank=True)
    departure_presumed = models.BooleanField(default=False, help_text="closed by a later arrival, not by the lodging")
    declared_at = models.DateTimeField()
    minutes_late = models.IntegerField(default=0, help_text="past the limit; 0 when in time")
    limit_id = models.CharField(max_length=60, help_text="the rulebook's limit and version it was judged by")
    status = models.CharField(max_length=10, choices=StayStatus, default=StayStatus.DECLARED)
    withdrawal_reason = models.CharField(max_length=300, blank=True, default="")

    privacy = privacy(
        personal=dict.fromkeys(
            ("full_name", "birth_date", "sex", "nationality", "document_number", "permitted_until", "entry_paper",
             "purpose", "room", "withdrawal_reason"),
            Keep.STAY,
        ),
        plain="id submission position client_reference establishment unit identity document_kind arrived_on arrived_at"
        " expected_departure departed_on departure_presumed declared_at minutes_late limit_id status",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "establishment",
                    "document_number",
                    "nationality",
                    "arrived_on",
                ],
                condition=~Q(status=StayStatus.WITHDRAWN),
                name="stay_declared_once",
            ),
            models.UniqueConstraint(
                fields=["establishment", "document_number", "nationality"],
                condition=OPEN,
                name="stay_one_open",
            ),
            models.UniqueConstraint(
                fields=["establishment", "client_reference"],
                condition=~Q(client_reference="") & ~Q(status=StayStatus.WITHDRAWN),
                name="stay_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(expected_departure__gte=F("arrived_on")),
                name="stay_expected_after_arrival",
            ),
            models.CheckConstraint(
                condition=Q(departed_on__isnull=True) | Q(departed_on__gte=F("arrived_on")),
                name="stay_departed_after_arrival",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "-arrived_on", "-id"],
                include=["establishment", "expected_departure", "permitted_until"],  # counts read the index alone
                condition=OPEN,
                name="stay_open_unit",
            ),
            models.Index(fields=["-arrived_on", "-id"], condition=OPEN, name="stay_open_arrival"),
            models.Index(
                fields=["-arrived_on", "-id"],
                condition=OPEN & Q(minutes_late__gt=0),  # few; among all who are there they are looked for in vain
                name="stay_open_late",
            ),
            models.Index(
                fields=["departed_on"],
                include=["unit", "establishment", "arrived_on"],  # who was there a week ago and has left since
                condition=LEFT,
                name="stay_left",
            ),
            models.Index(
                fields=["establishment", "expected_departure", "id"],
                condition=OPEN,
                name="stay_open_establishment",
            ),
            models.Index(
                fields=["permitted_until", "id"],
                condition=OPEN,
                name="stay_open_permit",
            ),
            models.Index(fields=["document_number", "-arrived_on"], name="stay_document"),
            models.Index(
                fields=["establishment", "-arrived_on", "-id"],
                name="stay_establishment",
            ),
            models.Index(fields=["submission", "position"], name="stay_submission"),
            models.Index(fields=["identity"], include=["unit"], name="stay_identity_unit"),
            models.Index(fields=["-arrived_on", "-id"], name="stay_arrival"),
            BrinIndex(fields=["declared_at"], name="stay_declared_brin"),
        ]

    def __str__(self) -> str:
        return f"stay {self.pk}"


class Upload(models.Model):
    """A file on its way: read, shown, corrected in place, then declared or discarded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.FILE)
    group = models.JSONField(
        default=dict, blank=True, help_text="{field: text}: what all guests of a group of pictures have in common"
    )
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.READING)
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    corrections = models.JSONField(default=dict, blank=True, help_text="{position: {field: text as typed}}")
    problem = models.JSONField(null=True, blank=True)
    submission = models.ForeignKey(Submission, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.JSONField(null=True, blank=True, help_text="counts and refused positions after declaring")
    token_id = models.BigIntegerField(null=True, help_text="of the program that sent it; then nobody looks before")
    client_reference = models.CharField(max_length=100, blank=True, default="")
    request_sha256 = models.CharField(max_length=64, blank=True, default="")
    all_or_nothing = models.BooleanField(default=False)
    dry_run = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={
            "corrections": Keep.DRAFT,
            "group": Keep.DRAFT,
            "file_name": Keep.ANSWER,  # of a program's file, which it may ask for again; of a person's: Keep.DRAFT
            "problem": Keep.ANSWER,
            "outcome": Keep.ANSWER,
        },
        plain="id establishment created_by created_at channel file state total done submission token_id"
        " client_reference request_sha256 all_or_nothing dry_run settled_at",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "client_reference"],
                condition=~Q(client_reference=""),
                name="upload_reference_once",
            )
        ]
        indexes = [models.Index(fields=["establishment", "-created_at"], name="upload_establishment")]

    def __str__(self) -> str:
        return f"upload {self.pk}"


class ConfirmationBook(models.Model):
    """The last number given to a confirmation by one commune in one year: its row is the queue for the next."""

    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    last = models.IntegerField(default=0)

    privacy = privacy(plain="id unit year last")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="confirmation_book_once")]

    def __str__(self) -> str:
        return f"{self.last}/{self.year}"


class Confirmation(models.Model):
    """A request for a confirmation of stay and, once issued, what the paper says: a later correction changes neither.

    ``reference`` names the request, ``code`` lets anybody verify the paper; both are random. ``number`` is the one in
    the commune's book, which anybody can count up to and which therefore opens nothing.
    """

    reference = models.CharField(max_length=24, unique=True)
    stay = models.ForeignKey(Stay, models.PROTECT, related_name="confirmations")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=ConfirmationState, default=ConfirmationState.REQUESTED)
    through = models.CharField(max_length=10, choices=AskedThrough)
    proof = models.CharField(max_length=10, choices=Proof, default=Proof.NONE)
    purpose = models.CharField(max_length=20, choices=Purpose)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    email = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=2)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    ground = models.CharField(max_length=20, blank=True, default="", help_text="the rulebook's code of the reason")
    reason = models.CharField(max_length=500, blank=True, default="", help_text="the officer's own words")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    number = models.IntegerField(null=True)
    year = models.SmallIntegerField(null=True)
    code = models.CharField(max_length=24, blank=True, default="")
    full_name = models.CharField(max_length=200, blank=True, default="")
    birth_date = models.CharField(max_length=10, blank=True, default="")
    nationality = models.CharField(max_length=3, blank=True, default="")
    document_number = models.CharField(max_length=30, blank=True, default="")
    address = models.CharField(max_length=600, blank=True, default="", help_text="the lodging, its address and commune")
    arrived_on = models.DateField(null=True)
    stays_until = models.DateField(null=True)
    has_left = models.BooleanField(default=False, help_text="``stays_until`` is the day he left, not the expected one")

    privacy = privacy(
        personal={
            "email": Keep.CONTACT,
            **dict.fromkeys(
                ("reason", "full_name", "birth_date", "nationality", "document_number", "address"), Keep.STAY
            ),
        },
        plain="id reference stay unit state through proof purpose user language asked_at due_on decided_at decided_by"
        " agency ground revoked_at revoked_by number year code arrived_on stays_until has_left",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "number"], name="confirmation_number_once"),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="confirmation_code_once"),
            models.CheckConstraint(
                condition=Q(state__in=["issued", "revoked"], number__isnull=False) & ~Q(code="")
                | (~Q(state__in=["issued", "revoked"]) & Q(number__isnull=True, code="")),
                name="confirmation_issued_has_number",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due_on", "id"], name="confirmation_unit_state"),
            models.Index(fields=["user", "-id"], condition=Q(user__isnull=False), name="confirmation_user"),
        ]

    def __str__(self) -> str:
        return self.reference


class Picture(models.Model):
    """What was read of one passport picture of a group. The picture itself is not here, nor anywhere (settings)."""

    id = models.BigAutoField(primary_key=True)
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="pictures", db_index=False)
    position = models.IntegerField(help_text="place in the group, from 1")
    created_at = models.DateTimeField(auto_now_add=True)
    problem = models.CharField(max_length=20, blank=True, default="", help_text="why nothing was read")
    texts = models.JSONField(default=dict, blank=True, help_text="{field: text as read}")
    answers = models.BinaryField(
        default=bytes, blank=True, help_text="each answer's doubts and the strip of the line it came from"
    )
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")

    privacy = privacy(
        personal={"texts": Keep.DRAFT, "answers": Keep.DRAFT},
        plain="id upload position created_at problem file",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "position"], name="picture_position")]

    def __str__(self) -> str:
        return f"picture {self.pk}"
