"""A programme with its items, goals, donors, pledges and recipients."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.community.enums import DonorKind, GoalKind, RecipientKind, UnitOfMeasure
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.security.privacy import Keep, privacy


class Programme(models.Model):
    """A programme of an agency: purpose, place and period."""

    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    areas = models.ManyToManyField(AdministrativeUnit, related_name="+", help_text="beside ``unit``")
    led_by = models.CharField(max_length=150, blank=True, default="", help_text="the unit that ran it for the agency")
    name = models.CharField(max_length=150)
    purpose = models.TextField()
    begins_on = models.DateField()
    ends_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(plain="id agency unit areas led_by name purpose begins_on ends_on made_at made_by")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="programme_period")]

    def __str__(self) -> str:
        return self.name

    @property
    def area_names(self) -> str:
        """The full names of all the programme's areas, joined; lists prefetch ``areas``."""
        further = sorted(self.areas.all(), key=lambda unit: unit.name)
        return ", ".join(str(unit.full_name) for unit in (self.unit, *further))

    @property
    def leader(self) -> str:
        """The name of the person who leads the programme."""
        return self.led_by or self.agency.name


class ProgrammeItem(models.Model):
    """An item that is counted; for goods also the value of one unit, and how it was valued."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="items")
    name = models.CharField(max_length=100)
    measure = models.CharField(max_length=10, choices=UnitOfMeasure)
    vnd_each = models.PositiveBigIntegerField(help_text="1 for money")
    valued_by = models.CharField(max_length=200, blank=True, default="")

    privacy = privacy(plain="id programme name measure vnd_each valued_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="item_name"),
            models.CheckConstraint(condition=~Q(measure=UnitOfMeasure.VND) | Q(vnd_each=1), name="money_is_itself"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """The item's name as shown after a quantity: đồng for money, otherwise its own name."""
        return self.get_measure_display() if self.measure == UnitOfMeasure.VND else self.name

    @property
    def measured(self) -> str:
        """The item's name with its unit, such as "Rice (kg)"; for money only "đồng"."""
        return self.title if self.measure == UnitOfMeasure.VND else f"{self.name} ({self.get_measure_display()})"


class ProgrammeGoal(models.Model):
    """A goal. It never changes; a newer goal of the same kind replaces it, and both remain visible."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="goals")
    what = models.CharField(max_length=10, choices=GoalKind)
    item = models.ForeignKey(ProgrammeItem, models.PROTECT, null=True, blank=True, related_name="goals")
    quantity = models.PositiveBigIntegerField()
    set_on = models.DateField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(plain="id programme what item quantity set_on set_by")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="goal_of_something"),
            models.CheckConstraint(
                condition=Q(what=GoalKind.REACHED, item__isnull=True)
                | ~Q(what=GoalKind.REACHED) & Q(item__isnull=False),
                name="goal_counts_an_item_or_recipients",
            ),
        ]
        triggers = [pgtrigger.Protect(name="goal_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"goal {self.pk}"


class Donor(models.Model):
    """A donor. ``anonymous``: only the agency reads the name."""

    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=DonorKind)
    name = models.CharField(max_length=150)
    contact = models.CharField(max_length=150, blank=True, default="")
    anonymous = models.BooleanField(default=False)

    privacy = privacy(
        personal={"name": Keep.CORRESPONDENCE, "contact": Keep.CORRESPONDENCE}, plain="id agency kind anonymous"
    )

    def __str__(self) -> str:
        return f"donor {self.pk}"


class Pledge(models.Model):
    """What a donor promised. Gifts fulfil it; ``reference`` is the text for the bank transfer."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="pledges")
    donor = models.ForeignKey(Donor, models.PROTECT, related_name="pledges")
    item = models.ForeignKey(ProgrammeItem, models.PROTECT, related_name="pledges")
    quantity = models.PositiveBigIntegerField()
    made_on = models.DateField()
    due_on = models.DateField()
    reference = models.CharField(max_length=20, unique=True)
    key = models.UUIDField(unique=True, help_text="of the form it was sent with, so that it is entered once")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True, default="")

    privacy = privacy(
        personal={"withdrawn_why": Keep.CORRESPONDENCE},
        plain="id programme donor item quantity made_on due_on reference key made_at made_by withdrawn_at",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="pledge_of_something"),
            models.CheckConstraint(condition=Q(due_on__gte=F("made_on")), name="pledge_due_after_it_is_made"),
        ]

    def __str__(self) -> str:
        return self.reference


class Recipient(models.Model):
    """A recipient, and why they were chosen."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="recipients")
    kind = models.CharField(max_length=10, choices=RecipientKind)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    reason = models.TextField()

    privacy = privacy(
        personal={"name": Keep.CORRESPONDENCE, "reason": Keep.CORRESPONDENCE}, plain="id programme kind unit"
    )

    def __str__(self) -> str:
        return f"recipient {self.pk}"
