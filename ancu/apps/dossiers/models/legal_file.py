"""The documents an organisation files once before its first sponsorship (article 16(2))."""

from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.enums import LegalFileState
from ancu.apps.files.models import StoredFile
from ancu.core.security.privacy import REDACTED, Keep, privacy


class LegalFile(models.Model):
    """One version of an organisation's licence and form NA16 (seal and signature). A change is a new version."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=LegalFileState, default=LegalFileState.SUBMITTED)
    name = models.CharField(max_length=200)
    tax_code = models.CharField(max_length=14, blank=True, default="")
    licence_number = models.CharField(max_length=60)
    licence_date = models.DateField()
    licence_authority = models.CharField(max_length=200)
    address = models.CharField(max_length=250)
    phone = models.CharField(max_length=20)
    email = models.EmailField()
    field = models.CharField(max_length=200, blank=True, default="", help_text="what the organisation does")
    signatory_name = models.CharField(max_length=150)
    signatory_title = models.CharField(max_length=100)
    valid_from = models.DateField()
    licence_scan = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    na16_scan = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, default="")

    privacy = privacy(
        personal=dict.fromkeys(
            ("signatory_name", "signatory_title", "phone", "email", "reason", "licence_scan", "na16_scan"),
            Keep.DOSSIER,
        ),
        plain="id organisation version state name tax_code licence_number licence_date licence_authority address field"
        " valid_from submitted_by submitted_at decided_by decided_at",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "version"], name="legal_file_version"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(state=LegalFileState.APPROVED), name="legal_file_one_in_force"
            ),
            # Both scans are required until retention deletes them (services.retention).
            models.CheckConstraint(
                condition=Q(signatory_name=REDACTED) | Q(licence_scan__isnull=False, na16_scan__isnull=False),
                name="legal_file_scanned",
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"], condition=Q(state=LegalFileState.SUBMITTED), name="legal_file_waiting"
            ),
            models.Index(
                fields=["-decided_at", "-id"],
                condition=Q(state__in=[LegalFileState.APPROVED, LegalFileState.RETURNED]),
                name="legal_file_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"
