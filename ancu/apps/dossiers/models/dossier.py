"""A dossier with its papers, filings, signatures and history."""

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import Mandate, Organisation, User
from ancu.apps.dossiers.enums import (
    ENDED_WITHOUT_RESULT,
    FINAL,
    ComponentState,
    DecisionProposal,
    Filer,
    Handover,
    State,
)
from ancu.apps.files.models import StoredFile
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.travellers.models import Identity
from ancu.core.security.privacy import Keep, privacy

OPEN = ~Q(state__in=sorted({*FINAL, State.DRAFT}))  # sorted: a set would create a new migration each day

PASSPORT = "passport"  # the component's key in every procedure; each requires the passport itself
RECEIVED, RETURNED = "received_passport", "returned_passport"  # acts
# The latest of these events tells where the passport is; after "received", a new promise means another passport.
WHERE_PASSPORT_IS = Q(act__in=[RECEIVED, RETURNED]) | Q(act="attached", data__by_post=True)


class Dossier(models.Model):
    """One request for one foreigner under one procedure.

    ``answers`` is the form as last typed; the columns beside it repeat what lists and searches need. ``version`` is the
    rulebook version the dossier follows, that of its submission.
    """

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=24, unique=True)
    procedure = models.CharField(max_length=40)
    version = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    filer = models.CharField(max_length=20, choices=Filer)
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # The officer who took it in at the counter; also ``filed_by`` until the applicant takes it over.
    received_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    sponsor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sponsor_email = models.EmailField(blank=True, default="", help_text="whom the filer asked to co-sign")
    language = models.CharField(max_length=2, default="vi")
    answers = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0, help_text="grows with each save: two open windows are told apart")
    save_key = models.UUIDField(null=True, blank=True, help_text="of the latest save, as its window named it")
    full_name = models.CharField(max_length=200, blank=True, default="")
    birth_date = models.CharField(max_length=10, blank=True, default="")
    sex = models.CharField(max_length=1, blank=True, default="")
    nationality = models.CharField(max_length=3, blank=True, default="")
    document_number = models.CharField(max_length=30, blank=True, default="")
    search_key = models.CharField(max_length=250, blank=True, default="")
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    handover = models.CharField(max_length=8, choices=Handover, default=Handover.COUNTER)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True, help_text="complete: the working-day clock starts")
    due_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    assigned_at = models.DateTimeField(null=True, blank=True)
    assessed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    proposal = models.CharField(max_length=8, choices=DecisionProposal, blank=True, default="")
    reason = models.TextField(max_length=2000, blank=True, default="", help_text="of the last decision or request")
    article = models.CharField(max_length=200, blank=True, default="")
    has_passport = models.BooleanField(default=False, help_text="the office has the passport, by the latest event")
    permitted_until = models.DateField(null=True, blank=True, help_text="of the stay, as the forms sent last state it")
    finding_count = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="of the checks; null: not counted"
    )

    privacy = privacy(
        personal=dict.fromkeys(
            (
                "answers",
                "full_name",
                "birth_date",
                "sex",
                "nationality",
                "document_number",
                "search_key",
                "reason",
                "sponsor_email",
                "permitted_until",
            ),
            Keep.DOSSIER,
        ),
        plain="id number procedure version state filer filed_by received_by organisation sponsor language revision"
        " save_key identity unit agency handover created_at saved_at submitted_at accepted_at due_on decided_at"
        " ended_at assigned_to assigned_at assessed_by decided_by proposal article has_passport finding_count",
    )

    class Meta:
        indexes = [
            models.Index(fields=["agency", "state", "due_on", "id"], condition=OPEN, name="dossier_queue"),
            models.Index(fields=["assigned_to", "state", "due_on", "id"], condition=OPEN, name="dossier_mine"),
            models.Index(
                fields=["agency", "procedure", "due_on", "id"],
                include=["state", "assigned_to"],
                condition=OPEN,
                name="dossier_procedure",
            ),
            # Covers every filter of a queue, so that the keys of a page come from the index alone.
            models.Index(
                fields=["agency", "due_on", "id"],
                include=["state", "procedure", "assigned_to"],
                condition=OPEN,
                name="dossier_open",
            ),
            # Covers the search: most matches are among the newest dossiers and come from the index alone.
            models.Index(
                fields=["agency", "-id"],
                include=["search_key"],
                condition=Q(agency__isnull=False),
                name="dossier_newest",
            ),
            # Covers the register of a period with every filter, and its totals.
            models.Index(
                fields=["agency", "accepted_at", "id"],
                include=["state", "due_on", "decided_at", "procedure", "assigned_to", "unit"],
                condition=Q(accepted_at__isnull=False),
                name="dossier_register",
            ),
            models.Index(fields=["birth_date"], name="dossier_born"),
            models.Index(fields=["assigned_to", "-assigned_at"], name="dossier_assigned"),
            models.Index(fields=["agency", "-submitted_at", "-id"], name="dossier_received"),
            models.Index(fields=["filed_by", "-id"], name="dossier_filed"),
            models.Index(fields=["organisation", "-id"], name="dossier_organisation"),
            models.Index(fields=["sponsor", "-id"], condition=Q(sponsor__isnull=False), name="dossier_sponsor"),
            models.Index(fields=["document_number"], name="dossier_document"),
            models.Index(fields=["procedure", "decided_at"], name="dossier_decided"),
            models.Index(
                fields=["agency", "ended_at", "id"],
                condition=Q(has_passport=True, state__in=sorted(ENDED_WITHOUT_RESULT)),
                name="dossier_passport_to_return",
            ),
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="dossier_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(state=State.WITHDRAWN) | Q(submitted_at__isnull=False),
                name="dossier_submitted",
            ),
            # Articles 35 and 37: the decision is made by another person than the assessor.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(assessed_by__isnull=True)
                | ~Q(decided_by=models.F("assessed_by")),
                name="dossier_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def passport_events(self) -> "models.QuerySet[DossierEvent]":
        """Return the events that say where the passport is, the latest first."""
        return self.events.filter(WHERE_PASSPORT_IS).order_by("-sequence")

    def passport_received(self) -> "DossierEvent | None":
        """Return the latest event if by it the passport came to the office; None if it is not at the office."""
        last = self.passport_events().first()
        return last if last and last.act == RECEIVED else None


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Component(models.Model):
    """One paper that the procedure requires. A newer file replaces the older one, which the history keeps."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="components")
    key = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=ComponentState, default=ComponentState.AWAITED)
    by_post = models.BooleanField(default=False, help_text="the paper itself comes by post or to the counter")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    office_file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the office's copy, arranged anew",
    )
    office_pages = models.PositiveSmallIntegerField(null=True, blank=True)
    zones = models.JSONField(
        null=True,
        blank=True,
        default=list,
        help_text="what was read in a passport's picture: page, certain, says; null until it is read",
    )
    printed = models.JSONField(
        null=True,
        blank=True,
        default=dict,
        help_text="which answers stand in its text layer: file, words, facts; null until it is read",
    )
    given_at = models.DateTimeField(null=True, blank=True)
    reason_code = models.CharField(max_length=16, blank=True, default="", help_text="of the rulebook's list")
    reason = models.CharField(max_length=500, blank=True, default="")
    judged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={"reason": Keep.DOSSIER, "zones": Keep.DOSSIER, "printed": Keep.DOSSIER},
        plain="id dossier key state by_post file pages office_file office_pages given_at reason_code judged_by"
        " judged_at",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "key"], name="component_once")]

    def __str__(self) -> str:
        return f"{self.key} of dossier {self.dossier_id}"

    @property
    def version(self) -> str:
        """A token that changes with each verdict on the paper and each new file; older verdicts are refused."""
        moments = (f"{moment:%Y%m%d%H%M%S%f}" if moment else "" for moment in (self.given_at, self.judged_at))
        return "-".join([self.state, str(self.file_id or ""), *moments])

    @property
    def is_original_here(self) -> bool:
        """Whether the paper itself came to the office: the passport, or a paper promised to come with it."""
        return (self.by_post or self.key == PASSPORT) and self.dossier.passport_received() is not None

    @property
    def is_there(self) -> bool:
        """Whether an officer can judge the paper: it has a file or its original came; the passport itself came."""
        has_file = bool(self.office_file_id or self.file_id) and self.key != PASSPORT
        return has_file or self.is_original_here

    @property
    def shown_file(self) -> StoredFile | None:
        """Return the file the office sees: its own arranged copy, otherwise the file that was sent."""
        return self.office_file or self.file

    @property
    def shown_pages(self) -> int:
        """The number of pages of the displayed file: the office's copy, or else the filer's."""
        return (self.office_pages if self.office_file_id else self.pages) or 1


class Filing(models.Model):
    """A snapshot of what was sent: the answers and the papers' hashes. Each supplement adds a filing."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="filings")
    number = models.PositiveSmallIntegerField(help_text="1 is the submission, then its supplements")
    answers = models.JSONField()
    papers = models.JSONField(help_text="component → SHA-256 of its file")
    digest = models.CharField(max_length=64, help_text="SHA-256 of answers and papers, in canonical JSON")
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    mandate = models.ForeignKey(
        Mandate,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        help_text="under which an agent sent it",
    )

    privacy = privacy(
        personal={"answers": Keep.DOSSIER}, plain="id dossier number papers digest sent_by sent_at mandate"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="filing_once")]

    def __str__(self) -> str:
        return f"filing {self.number} of dossier {self.dossier_id}"


class Signature(models.Model):
    """The sponsor's signature on the form as it was then; a later change requires a new signature."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="signatures")
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    answers = models.JSONField(default=dict, help_text="as they were signed")
    papers = models.JSONField(default=dict, help_text="component → SHA-256 of its file")

    privacy = privacy(personal={"answers": Keep.DOSSIER}, plain="id dossier signed_by signed_at digest papers")

    def __str__(self) -> str:
        return f"signature on dossier {self.dossier_id}"


class DossierEvent(models.Model):
    """One act in a dossier's history. Replaying the events in order gives the current state."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    act = models.CharField(max_length=40)
    before = models.CharField(max_length=12, choices=State, blank=True, default="")
    after = models.CharField(max_length=12, choices=State)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", help_text="null: the program")
    internal = models.BooleanField(default=False, help_text="shown to the office only")
    reason = models.TextField(max_length=2000, blank=True, default="")
    article = models.CharField(max_length=200, blank=True, default="")
    data = models.JSONField(default=dict)

    privacy = privacy(
        personal={"reason": Keep.DOSSIER, "data": Keep.DOSSIER},
        plain="id dossier sequence act before after at by internal article",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "sequence"], name="dossier_event_order")]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.act} of dossier {self.dossier_id}"

    @property
    def tells_where_passport_is(self) -> bool:
        """Whether the event says where the passport is: received, returned, or announced to come by post."""
        return self.act in (RECEIVED, RETURNED) or (self.act == "attached" and self.data.get("by_post") is True)


class Supplement(models.Model):
    """A request for more documents and its deadline; the dossier is closed on the day after ``answer_by``."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="supplements")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer_by = models.DateField(null=True, blank=True, help_text="null: the law of that time set no limit")
    items = models.JSONField(help_text="list of {kind: component|field, key, reason_code, reason}")
    note = models.TextField(max_length=2000, blank=True, default="")
    article = models.CharField(max_length=200, blank=True, default="")
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={"items": Keep.DOSSIER, "note": Keep.DOSSIER},
        plain="id dossier asked_by asked_at answer_by article reminded_at answered_at closed_at",
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["answer_by", "id"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True),
                name="supplement_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True),
                name="supplement_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"supplement to dossier {self.dossier_id}"
