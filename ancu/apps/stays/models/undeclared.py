"""Guests of a file or a group who could not be declared with the others."""

from django.db import models
from django.db.models import Q

from ancu.apps.files.models import StoredFile
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.enums import Dismissal, UndeclaredState
from ancu.apps.stays.models.stay import Stay
from ancu.apps.stays.models.upload import Upload
from ancu.core.security.privacy import Keep, privacy


class UndeclaredRow(models.Model):
    """One row that became no stay; it waits until it is corrected and declared, or dismissed with a reason.

    ``digest`` prevents storing a row again that a program sends every night. ``name_key``, ``birth_date``,
    ``document_number`` and ``arrived_on`` tell whether the guest has been declared since in another way.
    """

    id = models.BigAutoField(primary_key=True)
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="undeclared")
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+", db_index=False)
    position = models.IntegerField(help_text="of the row in the file, or of the picture in the group")
    line = models.IntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=UndeclaredState, default=UndeclaredState.OPEN)
    texts = models.JSONField(default=dict, blank=True, help_text="{field: text}, as it stands now")
    refusal = models.JSONField(
        default=list, blank=True, help_text="why it is refused beside what its texts say: doubts, conflicts"
    )
    problem = models.CharField(max_length=20, blank=True, default="", help_text="why a picture was not read")
    answers = models.BinaryField(default=bytes, blank=True, help_text="what was read of a picture, with its strips")
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True, default="")
    name_key = models.CharField(max_length=200, blank=True, default="")
    birth_date = models.CharField(max_length=10, blank=True, default="")
    document_number = models.CharField(max_length=60, blank=True, default="")
    arrived_on = models.DateField(null=True, blank=True)
    stay = models.ForeignKey(Stay, models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.BigIntegerField(null=True, blank=True)
    dismissal = models.CharField(max_length=20, choices=Dismissal, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")

    privacy = privacy(
        personal={
            "answers": Keep.DRAFT,
            **dict.fromkeys(
                ("texts", "refusal", "digest", "name_key", "birth_date", "document_number", "arrived_on", "reason"),
                Keep.SOURCE_FILE,
            ),
        },
        plain="id upload establishment position line created_at state problem file stay settled_at"
        " settled_by dismissal",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "digest"], condition=~Q(digest=""), name="undeclared_row_once"
            ),
            models.CheckConstraint(
                condition=Q(state=UndeclaredState.DISMISSED, dismissal__gt="") | ~Q(state=UndeclaredState.DISMISSED),
                name="undeclared_dismissed_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["establishment"], condition=Q(state=UndeclaredState.OPEN), name="undeclared_open")
        ]

    def __str__(self) -> str:
        return f"undeclared row {self.pk}"

    @property
    def full_name(self) -> str:
        """The name in the row's texts; empty when no name was read."""
        return str(self.texts.get("full_name", ""))
