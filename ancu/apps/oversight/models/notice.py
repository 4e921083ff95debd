"""Persons whose declaration must be reported to an agency."""

from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.oversight.enums import NoticeState
from ancu.core.security.privacy import Keep, privacy


class Notice(models.Model):
    """A person an agency must be told of, the legal basis and the period.

    It matches after a second officer's approval.
    """

    number = models.CharField(max_length=60, help_text="of the document that asks for it")
    issued_by = models.CharField(max_length=200)
    legal_basis = models.CharField(max_length=300)
    full_name = models.CharField(max_length=200)
    birth_date = models.CharField(max_length=10, blank=True, default="", help_text="1984-03-08, 1971-05 or 1962")
    sex = models.CharField(max_length=1, blank=True, default="")
    document_number = models.CharField(max_length=30, blank=True, default="")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="who alone is told")
    begins_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(max_length=500, blank=True, default="")

    privacy = privacy(
        personal=dict.fromkeys(
            ("full_name", "birth_date", "sex", "document_number", "legal_basis", "issued_by", "number", "end_reason"),
            Keep.STAY,
        ),
        plain="id agency begins_on ends_on state proposed_by proposed_at approved_by approved_at ended_at ended_by",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="notice_period_ordered"),
            models.CheckConstraint(
                condition=Q(state=NoticeState.PROPOSED)
                | Q(state=NoticeState.ENDED)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="notice_approved_when",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")), name="notice_two_officers"
            ),
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="notice_agency")]

    def __str__(self) -> str:
        return f"notice {self.pk}"
