"""Presence by day and week, maintained by triggers and a job (docs/adr/0009)."""

import pgtrigger
from django.db import models

from ancu.apps.lodging.models import Establishment
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.security.privacy import privacy


class PresenceDimension(models.TextChoices):
    """What presence is counted by, besides the unit."""

    LODGING = "lodging"
    NATIONALITY = "nationality"
    PURPOSE = "purpose"


class PresenceChange(models.Model):
    """A change of presence that is not yet gathered into the days and weeks.

    The statement that writes a stay adds a row of 1 for its new values and one of −1 for its old ones. Writers do not
    wait for each other, and a reader's counts agree with the stays of the same snapshot.
    """

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )  # both looked up for the stay itself in the same statement
    nationality = models.CharField(max_length=3)
    purpose = models.CharField(max_length=40)
    arrived_on = models.DateField()
    departed_on = models.DateField(null=True)
    number = models.IntegerField()

    privacy = privacy(plain="id unit establishment nationality purpose arrived_on departed_on number")

    def __str__(self) -> str:
        return f"{self.number:+} from {self.arrived_on}"


class _Cell(models.Model):
    """The key of a count: a lodging, or the guests of one nationality or purpose in a unit."""

    id = models.BigAutoField(primary_key=True)
    by = models.CharField(max_length=12, choices=PresenceDimension)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+", null=True, db_index=False)
    value = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class PresenceDay(_Cell):
    """The arrivals and departures of a day."""

    day = models.DateField()
    arrivals = models.IntegerField()
    departures = models.IntegerField()

    privacy = privacy(plain="id by unit establishment value day arrivals departures")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["by", "day", "unit", "establishment", "value"],
                include=["arrivals", "departures"],
                nulls_distinct=False,
                name="presence_day_cell",
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(arrivals=0, departures=0), name="presence_day_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.value} {self.day}"


class PresenceWeek(_Cell):
    """The number present at the start of a week (Monday, before arrivals), from which days are added up."""

    week = models.DateField()
    present = models.IntegerField()

    privacy = privacy(plain="id by unit establishment value week present")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["by", "week", "unit", "establishment", "value"],
                include=["present"],
                nulls_distinct=False,
                name="presence_week_cell",
            )
        ]
        indexes = [
            models.Index(fields=["-week"], name="presence_week_last"),
            models.Index(fields=["id"], condition=models.Q(present=0), name="presence_week_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.value} {self.week}"


class LodgingGuestCount(models.Model):
    """The number of stays of a nationality and purpose that a lodging ever had, by unit in case it moved.

    It answers that nobody fits, without a search, when two filters that each fit many fit nobody together.
    """

    pk = models.CompositePrimaryKey("establishment", "unit", "nationality", "purpose")
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    nationality = models.CharField(max_length=3, blank=True)
    purpose = models.CharField(max_length=40, blank=True)
    number = models.IntegerField()

    privacy = privacy(plain="establishment unit nationality purpose number")

    class Meta:
        indexes = [models.Index(fields=["establishment"], condition=models.Q(number=0), name="met_nobody")]

    def __str__(self) -> str:
        return f"{self.number} of {self.nationality} {self.purpose}"


_COUNTED = ("unit_id", "establishment_id", "nationality", "purpose", "arrived_on", "departed_on")
_COLUMNS = ", ".join(_COUNTED)
_ADD = f"INSERT INTO stays_presencechange ({_COLUMNS}, number)"


def _counted_columns(row: str) -> str:
    """Return SQL that lists the columns by which presence is counted, of a trigger's row ``NEW`` or ``OLD``."""
    return ", ".join(f"{row}.{name}" for name in _COUNTED)


_LEAVES = f"IF OLD.status <> 'withdrawn' THEN {_ADD} VALUES ({_counted_columns('OLD')}, -1); END IF;"
_COMES = f"IF NEW.status <> 'withdrawn' THEN {_ADD} VALUES ({_counted_columns('NEW')}, 1); END IF;"
_ADD_ALL = f"{_ADD} SELECT {_COLUMNS}, count(*) FROM fresh WHERE status <> 'withdrawn' GROUP BY {_COLUMNS}"  # noqa: S608

# Set by set, since a file brings thousands; what changes later comes one by one, and mostly changes none of this.
PRESENCE_TRIGGERS = [
    pgtrigger.Trigger(
        name="presence_declared",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="fresh"),  # type: ignore[no-untyped-call]
        func=f"{_ADD_ALL}; RETURN NULL;",
    ),
    pgtrigger.Trigger(
        name="presence_changed",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            f"((OLD.status, {_counted_columns('OLD')}) IS DISTINCT FROM (NEW.status, {_counted_columns('NEW')}))"
        ),
        func=f"{_LEAVES} {_COMES} RETURN NULL;",
    ),
    pgtrigger.Trigger(
        name="presence_deleted",
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        func=f"{_LEAVES} RETURN NULL;",
    ),
]
