"""Declarations and late declarations of thirty days and of today, counted every hour."""

from django.db import models

from ancu.apps.lodging.models import Establishment
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.security.privacy import privacy


class OnTime(models.Model):
    """Of a lodging, received in the thirty days before ``day`` and on it, before ``until``; ``today``: whether on the
    day itself. A submission never changes, so what was counted stays so."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+", db_index=False)
    declared = models.IntegerField()
    late = models.IntegerField()
    today = models.BooleanField()
    until = models.DateTimeField()

    privacy = privacy(plain="id day unit establishment declared late today until")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "unit", "establishment"], include=["declared", "late"], name="on_time_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.late} of {self.declared} late before {self.day}"
