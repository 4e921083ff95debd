"""The foreign workers of a sponsoring organisation, as the organisation itself keeps them."""

from django.db import models

from ancu.apps.accounts.models import Organisation, User
from ancu.core.security.privacy import Keep, privacy

# What the organisation enters about a worker; all of it is personal.
WORKER_FACTS = (
    "full_name",
    "sex",
    "birth_date",
    "nationality",
    "position",
    "phone",
    "symbol",
    "passport_number",
    "passport_until",
    "card_number",
    "card_until",
    "visa_number",
    "visa_until",
    "permit_number",
    "permit_until",
)


class ForeignWorker(models.Model):
    """A foreign worker on an organisation's own list, with the days on which the worker's papers end.

    Only members of the organisation see the list. It is no register of the office, and nothing in it is checked.
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    full_name = models.CharField(max_length=100)
    sex = models.CharField(max_length=1, blank=True, default="")
    birth_date = models.CharField(max_length=10, blank=True, default="", help_text="as exact as the passport says it")
    nationality = models.CharField(max_length=3)
    position = models.CharField(max_length=150, blank=True, default="")
    phone = models.CharField(max_length=20, blank=True, default="")
    symbol = models.CharField(max_length=8, blank=True, default="", help_text="of the present card or visa")
    passport_number = models.CharField(max_length=20)
    passport_until = models.DateField()
    card_number = models.CharField(max_length=40, blank=True, default="")
    card_until = models.DateField(null=True, blank=True)
    visa_number = models.CharField(max_length=40, blank=True, default="")
    visa_until = models.DateField(null=True, blank=True)
    permit_number = models.CharField(max_length=40, blank=True, default="", help_text="of the work permit")
    permit_until = models.DateField(null=True, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(
        personal=dict.fromkeys(WORKER_FACTS, Keep.WORKER),
        plain="id organisation saved_at saved_by",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "nationality", "passport_number"], name="worker_once")
        ]
        indexes = [models.Index(fields=["saved_at"], name="worker_saved")]

    def __str__(self) -> str:
        return f"worker {self.pk} of organisation {self.organisation_id}"
