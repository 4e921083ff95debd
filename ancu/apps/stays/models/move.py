"""Guests who came from another unit, computed every night, and their number by day."""

from django.db import models

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.models.stay import Stay
from ancu.core.security.privacy import privacy


class UnitMove(models.Model):
    """A stay whose guest came from another unit, where the previous stay ended a few days earlier at most."""

    stay = models.OneToOneField(Stay, models.CASCADE, primary_key=True, related_name="move")
    day = models.DateField(help_text="of arrival")
    origin = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    destination = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)

    privacy = privacy(plain="stay day origin destination")

    class Meta:
        indexes = [models.Index(fields=["day", "origin", "destination"], include=["stay"], name="unit_move_day")]

    def __str__(self) -> str:
        return f"move of stay {self.stay_id}"


class MovesOfDay(models.Model):
    """The number of a day's arrivals from one unit to another; the page of movement adds up a month."""

    pk = models.CompositePrimaryKey("day", "origin", "destination")
    day = models.DateField()
    origin = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    destination = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()

    privacy = privacy(plain="day origin destination number")

    def __str__(self) -> str:
        return f"{self.number} on {self.day.isoformat()}"
