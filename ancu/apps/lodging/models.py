"""Establishments and the API tokens bound to them."""

import pghistory
from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import Organisation
from ancu.apps.lodging.enums import EstablishmentStatus, LodgingKind
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.security.privacy import Keep, privacy
from ancu.core.security.tokens import last_day


# The events hold the rows as they were before each change: the present is in the table itself.
@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Establishment(models.Model):
    """A lodging at one address. ``unit`` is its present commune; ``locality`` the former, smaller one."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    search_key = models.CharField(max_length=250, help_text="name and code without accents, lower case")
    kind = models.CharField(max_length=20, choices=LodgingKind)
    business = models.ForeignKey(Organisation, models.PROTECT, related_name="establishments")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    locality = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=250)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    sandbox = models.BooleanField(
        default=False, help_text="where the business's programs try: invented guests, in nobody's area"
    )
    rooms = models.PositiveIntegerField(null=True, blank=True)
    beds = models.PositiveIntegerField(null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    representative_name = models.CharField(max_length=150)
    representative_birth_date = models.DateField(null=True, blank=True)
    representative_phone = models.CharField(max_length=20, blank=True, default="")
    representative_id_number = models.CharField(max_length=20, blank=True, default="")
    status = models.CharField(max_length=10, choices=EstablishmentStatus, default=EstablishmentStatus.PENDING)
    registered_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    decision_reason = models.CharField(max_length=500, blank=True, default="")

    privacy = privacy(
        personal={
            "representative_name": Keep.ACCOUNT,
            "representative_birth_date": Keep.ACCOUNT,
            "representative_phone": Keep.ACCOUNT,
            "representative_id_number": Keep.ACCOUNT,
            "phone": Keep.ACCOUNT,
            "email": Keep.ACCOUNT,
            "decision_reason": Keep.ACCOUNT,
        },
        plain="id code name search_key kind business unit locality address latitude longitude sandbox rooms beds status"
        " registered_at decided_at decided_by",
    )

    class Meta:
        indexes = [
            models.Index(fields=["unit", "status", "name"], name="establishment_unit"),
            models.Index(fields=["locality"], name="establishment_locality"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="establishment_decision_paired",
            ),
            models.UniqueConstraint(fields=["business"], condition=Q(sandbox=True), name="establishment_one_sandbox"),
        ]

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """An API key for one establishment. The token is shown once; only its SHA-256 is stored."""

    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(default=last_day, help_text="the last day on which it works")
    revoked_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        plain="id establishment name prefix digest created_by created_at last_used_on expires_on revoked_at"
    )

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"


class ProgramSession(models.Model):
    """A session of a program written for the ministry's API, opened with an API key.

    Only the SHA-256 of its two secrets is stored. Renewal replaces both.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="sessions")
    access_digest = models.CharField(max_length=64, unique=True)
    refresh_digest = models.CharField(max_length=64, unique=True)
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    renewable_until = models.DateTimeField(db_index=True)

    privacy = privacy(plain="id token access_digest refresh_digest began_at ends_at renewable_until")

    def __str__(self) -> str:
        return f"session {self.pk}"
