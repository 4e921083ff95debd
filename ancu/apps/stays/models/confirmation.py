"""The paper with which a commune confirms a stay."""

from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.enums import (
    AskedThrough,
    ConfirmationState,
    Proof,
    Purpose,
)
from ancu.apps.stays.models.stay import Stay
from ancu.core.security.privacy import Keep, privacy


class ConfirmationBook(models.Model):
    """The last number of a commune's confirmations in one year. Locking its row serialises the next one."""

    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    last = models.IntegerField(default=0)

    privacy = privacy(plain="id unit year last")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="confirmation_book_once")]

    def __str__(self) -> str:
        return f"{self.last}/{self.year}"


class Confirmation(models.Model):
    """A request for a confirmation of stay and, once issued, the paper's content, which corrections do not change.

    ``reference`` names the request, ``code`` lets anybody verify the paper; both are random. ``number`` is the one in
    the commune's book; it can be guessed and therefore opens nothing.
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
