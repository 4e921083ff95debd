"""Guests who came from another unit, as found every night, and how many they were each day."""

from django.db import models

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.models.stay import Stay
from ancu.core.security.privacy import privacy


class UnitMove(models.Model):
    """The guest of this stay came from another unit: his stay before ended there a few days ago at most."""

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
    """How many of a day's arrivals came from one unit to another: the page of movement adds up a month of them."""

    pk = models.CompositePrimaryKey("day", "origin", "destination")
    day = models.DateField()
    origin = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    destination = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()

    privacy = privacy(plain="day origin destination number")

    def __str__(self) -> str:
        return f"{self.number} on {self.day.isoformat()}"
