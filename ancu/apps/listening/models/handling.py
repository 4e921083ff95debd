"""The handling of a petition: trace, answers, promises, help, transfers, verdicts, remarks and files."""

from datetime import date

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.files.models import StoredFile
from ancu.apps.listening.enums import PetitionOutcome, PetitionState, PetitionStep, VerdictValue
from ancu.apps.listening.models.petition import Petition
from ancu.core import clock
from ancu.core.security.privacy import REDACTED, Keep, privacy


class PetitionTrace(models.Model):
    """One step in a petition's history. The database refuses every change except emptying its text."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="traces")
    at = models.DateTimeField()
    step = models.CharField(max_length=12, choices=PetitionStep)
    state = models.CharField(max_length=12, choices=PetitionState, help_text="after it")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=1000, blank=True, default="")

    privacy = privacy(personal={"words": Keep.CORRESPONDENCE}, plain="id petition at step state user agency")

    class Meta:
        indexes = [
            models.Index(fields=["petition", "id"], name="petition_trace"),
            models.Index(fields=["at", "step"], include=["petition"], name="petition_trace_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="petition_trace_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="petition_trace_unchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["words"]),
            ),
            pgtrigger.Protect(
                name="petition_trace_words",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(new__words=REDACTED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} of petition {self.petition_id}"


class PetitionAnswer(models.Model):
    """A draft until another officer approves it or sends it back; ``public_words`` stand in the list of promises."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="answers")
    outcome = models.CharField(max_length=10, choices=PetitionOutcome)
    text = models.TextField()
    promised_on = models.DateField(null=True, blank=True)
    public_words = models.CharField(max_length=200, blank=True, default="")
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_for = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={"text": Keep.CORRESPONDENCE, "public_words": Keep.CORRESPONDENCE},
        plain="id petition outcome promised_on written_by written_for written_at approved_by approved_at returned_at",
    )

    class Meta:
        indexes = [models.Index(fields=["petition", "-id"], name="petition_answer")]
        constraints = [
            models.UniqueConstraint(
                fields=["petition"],
                condition=Q(approved_at__isnull=True, returned_at__isnull=True),
                name="one_draft_of_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | (Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(approved_by=models.F("written_by"))),
                name="answer_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=PetitionOutcome.PROMISED) | Q(promised_on__isnull=False),
                name="promise_names_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class PetitionPromise(models.Model):
    """What a unit promised, and by when. It is kept once an answer that says so is approved (``kept_at``)."""

    petition = models.OneToOneField(Petition, models.PROTECT, related_name="promise")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    words = models.CharField(max_length=200, help_text="without names: everybody may read it")
    due_on = models.DateField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, blank=True)
    refused = models.PositiveSmallIntegerField(default=0, help_text="how often the petitioner said it was not done")

    privacy = privacy(
        personal={"words": Keep.CORRESPONDENCE}, plain="id petition agency due_on made_by made_at kept_at refused"
    )

    class Meta:
        indexes = [models.Index(fields=["agency", "due_on"], name="promise_agency")]

    def __str__(self) -> str:
        return f"promise {self.pk}"

    @property
    def kept_on(self) -> date | None:
        """The day (in Viet Nam) of the answer by which the promise was kept; None until then."""
        return clock.local(self.kept_at).date() if self.kept_at else None


class HelpRequest(models.Model):
    """A request to another unit to help with an answer, and its reply."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="helps")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    question = models.CharField(max_length=1000)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reply_by = models.DateField()
    reply = models.TextField(blank=True, default="")
    replied_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={"question": Keep.CORRESPONDENCE, "reply": Keep.CORRESPONDENCE},
        plain="id petition agency asked_by asked_at reply_by replied_by replied_at",
    )

    class Meta:
        indexes = [models.Index(fields=["agency", "petition"], name="petition_help")]
        constraints = [models.UniqueConstraint(fields=["petition", "agency"], name="one_help_of_a_unit")]

    def __str__(self) -> str:
        return f"help {self.pk}"


class PetitionTransfer(models.Model):
    """A petition sent to an outside body, until that body confirms it (``receipt``) or it is taken back."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="transfers")
    to = models.CharField(max_length=200)
    reference = models.CharField(max_length=60, help_text="the number of our letter")
    reason = models.CharField(max_length=500)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    receipt_due_on = models.DateField()
    receipt = models.CharField(max_length=60, blank=True, default="", help_text="the number they gave it")
    receipt_on = models.DateField(null=True, blank=True)
    back_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True, help_text="told to the office above: no receipt in time")

    privacy = privacy(
        personal={"reason": Keep.CORRESPONDENCE},
        plain="id petition to reference sent_by sent_at receipt_due_on receipt receipt_on back_at escalated_at",
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["receipt_due_on"],
                condition=Q(receipt_on__isnull=True, back_at__isnull=True),
                name="transfer_unconfirmed",
            )
        ]

    def __str__(self) -> str:
        return f"transfer {self.pk}"


class Verdict(models.Model):
    """A petitioner's verdict on one answer. Each petitioner of a merged petition gives one."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="words")
    answer = models.ForeignKey(PetitionAnswer, models.PROTECT, related_name="words")
    verdict = models.CharField(max_length=10, choices=VerdictValue)
    rating = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    text = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    privacy = privacy(personal={"text": Keep.CORRESPONDENCE}, plain="id petition answer verdict rating at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["petition", "answer"], name="one_word_on_an_answer"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5), name="rating_one_to_five"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} on answer {self.answer_id}"


class PetitionRemark(models.Model):
    """A question of the unit or an addition of the petitioner; ``operator`` recorded it for a caller."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="remarks")
    from_office = models.BooleanField()
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    operator = models.BooleanField(default=False)
    text = models.TextField()
    at = models.DateTimeField()
    key = models.UUIDField(unique=True, help_text="of the form it was sent with")

    privacy = privacy(
        personal={"text": Keep.CORRESPONDENCE}, plain="id petition from_office user agency operator at key"
    )

    class Meta:
        indexes = [models.Index(fields=["petition", "id"], name="petition_remark")]

    def __str__(self) -> str:
        return f"remark {self.pk}"


class PetitionFile(models.Model):
    """A file of a petition or of its answer; ``answer`` is null for the petitioner's files."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="evidence")
    answer = models.ForeignKey(PetitionAnswer, models.PROTECT, null=True, blank=True, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()

    privacy = privacy(plain="id petition answer file added_at")

    def __str__(self) -> str:
        return f"evidence {self.pk}"
