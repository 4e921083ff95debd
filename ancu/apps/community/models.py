"""Programmes and their ledger. The database itself refuses an entry that does not sum to zero, and every change."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.community.enums import Account, DonorKind, EntryKind, Measure, RecipientKind
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.privacy import Keep, privacy

BALANCED = """
IF EXISTS (
    SELECT FROM community_leg WHERE entry_id = NEW.entry_id GROUP BY item_id HAVING sum(quantity) <> 0
) THEN
    RAISE EXCEPTION 'entry % does not sum to zero', NEW.entry_id;
END IF;
RETURN NULL;
"""
# What takes out of a lot names it; what is put back by a reversal does too, so the lot is what came in and its legs.
LEFT = """
UPDATE community_lot SET left_over = left_over + NEW.quantity WHERE id = NEW.lot_id;
RETURN NULL;
"""


class Programme(models.Model):
    """One programme of an agency: for what, where, from when until when."""

    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    purpose = models.TextField()
    begins_on = models.DateField()
    ends_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(plain="id agency unit name purpose begins_on ends_on made_at made_by")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="programme_period")]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """Something that is counted; of goods also what one of it was valued at, and by which rule."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="items")
    name = models.CharField(max_length=100)
    measure = models.CharField(max_length=10, choices=Measure)
    vnd_each = models.PositiveBigIntegerField(help_text="1 for money")
    valued_by = models.CharField(max_length=200, blank=True, default="")

    privacy = privacy(plain="id programme name measure vnd_each valued_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="item_name"),
            models.CheckConstraint(condition=~Q(measure=Measure.VND) | Q(vnd_each=1), name="money_is_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class Donor(models.Model):
    """Who gave. ``anonymous``: by wish, nobody but the agency reads the name."""

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


class Recipient(models.Model):
    """Who received, and why this one was chosen."""

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


class Entry(models.Model):
    """One act. It is never changed: what was wrong is reversed by another entry."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind)
    number = models.CharField(max_length=20, unique=True)
    key = models.UUIDField(unique=True, help_text="of the form it was sent with, so that it is entered once")
    day = models.DateField()
    donor = models.ForeignKey(Donor, models.PROTECT, null=True, blank=True, related_name="entries")
    recipient = models.ForeignKey(Recipient, models.PROTECT, null=True, blank=True, related_name="entries")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversal")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(plain="id programme kind number key day donor recipient reverses made_at made_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=EntryKind.GIFT, donor__isnull=False) | ~Q(kind=EntryKind.GIFT) & Q(donor__isnull=True),
                name="entry_gift_of_a_donor",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.HANDOVER, recipient__isnull=False)
                | ~Q(kind=EntryKind.HANDOVER) & Q(recipient__isnull=True),
                name="entry_handover_to_a_recipient",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.REVERSAL, reverses__isnull=False)
                | ~Q(kind=EntryKind.REVERSAL) & Q(reverses__isnull=True),
                name="entry_reversal_of_an_entry",
            ),
        ]
        triggers = [pgtrigger.Protect(name="entry_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number


class Lot(models.Model):
    """What came in at once, and what of it is left. The database keeps ``left_over`` as legs are written."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="lots")
    item = models.ForeignKey(Item, models.PROTECT, related_name="lots")
    quantity = models.PositiveBigIntegerField()
    left_over = models.BigIntegerField(default=0)

    privacy = privacy(plain="id entry item quantity left_over")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="lot_holds_something"),
            models.CheckConstraint(
                condition=Q(left_over__gte=0, left_over__lte=F("quantity")), name="lot_never_below_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"lot {self.pk}"


class Leg(models.Model):
    """So much of an item into (or out of) an account. Legs of the stock name their lot, and no others do."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="legs")
    account = models.CharField(max_length=10, choices=Account)
    item = models.ForeignKey(Item, models.PROTECT, related_name="legs")
    quantity = models.BigIntegerField()
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="legs")

    privacy = privacy(plain="id entry account item quantity lot")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="leg_of_something"),
            models.CheckConstraint(
                condition=Q(account=Account.STOCK, lot__isnull=False) | ~Q(account=Account.STOCK) & Q(lot__isnull=True),
                name="leg_of_the_stock_names_its_lot",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="leg_stays", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="leg_balanced", operation=pgtrigger.Insert, when=pgtrigger.After, func=BALANCED,
                timing=pgtrigger.Deferred,
            ),
            pgtrigger.Trigger(
                name="leg_moves_its_lot", operation=pgtrigger.Insert, when=pgtrigger.After, func=LEFT,
                condition=pgtrigger.Q(new__lot_id__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"leg {self.pk}"
