"""The ledger. The database itself refuses an entry that does not sum to zero, every change, and what is not in hand."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import User
from ancu.apps.community.enums import EntryKind, LedgerAccount
from ancu.apps.community.models.programme import Donor, Pledge, Programme, ProgrammeItem, Recipient
from ancu.core.security.privacy import Keep, privacy

BALANCED = """
IF EXISTS (
    SELECT FROM community_ledgerleg WHERE entry_id = NEW.entry_id GROUP BY item_id HAVING sum(quantity) <> 0
) THEN
    RAISE EXCEPTION 'entry % does not sum to zero', NEW.entry_id;
END IF;
RETURN NULL;
"""
# What takes out of a lot names it; what is put back by a reversal does too, so the lot is what came in and its legs.
UPDATE_LEFT_OVER = """
UPDATE community_stocklot SET left_over = left_over + NEW.quantity WHERE id = NEW.lot_id;
RETURN NULL;
"""
# Whoever enters waits for a closing that is being written, and whoever closes for entries that are: then each sees the
# other, since every statement of a function sees what was committed before it.
IN_OPEN_PERIOD = """
PERFORM FROM community_programme WHERE id = NEW.programme_id FOR KEY SHARE;
IF EXISTS (SELECT FROM community_booksclosing WHERE programme_id = NEW.programme_id AND until >= NEW.day) THEN
    RAISE EXCEPTION 'the period of % is closed', NEW.day USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CLOSES_FORWARD = """
PERFORM FROM community_programme WHERE id = NEW.programme_id FOR UPDATE;
IF EXISTS (SELECT FROM community_booksclosing WHERE programme_id = NEW.programme_id AND until >= NEW.until) THEN
    RAISE EXCEPTION 'closed until % before', NEW.until USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class BooksClosing(models.Model):
    """The closing of a programme's books: nothing can be entered on that day or before."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="closings")
    until = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(plain="id programme until made_at made_by")

    class Meta:
        triggers = [
            pgtrigger.Protect(name="closing_stays", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="closing_goes_forward", operation=pgtrigger.Insert, when=pgtrigger.Before, func=CLOSES_FORWARD
            ),
        ]

    def __str__(self) -> str:
        return f"closed until {self.until}"


class LedgerEntry(models.Model):
    """One entry. It never changes; a mistake is reversed by another entry."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind)
    number = models.CharField(max_length=20, unique=True)
    key = models.UUIDField(unique=True, help_text="of the form it was sent with, so that it is entered once")
    day = models.DateField()
    donor = models.ForeignKey(Donor, models.PROTECT, null=True, blank=True, related_name="entries")
    recipient = models.ForeignKey(Recipient, models.PROTECT, null=True, blank=True, related_name="entries")
    pledge = models.ForeignKey(Pledge, models.PROTECT, null=True, blank=True, related_name="gifts")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversal")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(plain="id programme kind number key day donor recipient pledge reverses made_at made_by")

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
            models.CheckConstraint(
                condition=Q(pledge__isnull=True) | Q(kind=EntryKind.GIFT), name="entry_keeps_a_pledge_by_a_gift"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="entry_stays", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="entry_in_an_open_period", operation=pgtrigger.Insert, when=pgtrigger.Before, func=IN_OPEN_PERIOD
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Voucher(models.Model):
    """Seller and invoice of a purchase; not in the entry, because entries are never redacted."""

    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="voucher")
    seller = models.CharField(max_length=150)
    paper = models.CharField(max_length=150, help_text="number and day of the invoice, or of the list of purchases")

    privacy = privacy(personal={"seller": Keep.CORRESPONDENCE, "paper": Keep.CORRESPONDENCE}, plain="id entry")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(seller="") & ~Q(paper=""), name="voucher_says_who_and_what"),
        ]
        triggers = [pgtrigger.Protect(name="voucher_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"voucher {self.pk}"


class StockLot(models.Model):
    """What came in at once, and its remainder. A trigger maintains ``left_over`` when legs are written."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="lots")
    item = models.ForeignKey(ProgrammeItem, models.PROTECT, related_name="lots")
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


class LedgerLeg(models.Model):
    """A quantity of an item into (or out of) an account. Only legs of the stock have a lot."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="legs")
    account = models.CharField(max_length=10, choices=LedgerAccount)
    item = models.ForeignKey(ProgrammeItem, models.PROTECT, related_name="legs")
    quantity = models.BigIntegerField()
    lot = models.ForeignKey(StockLot, models.PROTECT, null=True, blank=True, related_name="legs")

    privacy = privacy(plain="id entry account item quantity lot")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="leg_of_something"),
            models.CheckConstraint(
                condition=Q(account=LedgerAccount.STOCK, lot__isnull=False)
                | ~Q(account=LedgerAccount.STOCK) & Q(lot__isnull=True),
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
                name="leg_moves_its_lot", operation=pgtrigger.Insert, when=pgtrigger.After, func=UPDATE_LEFT_OVER,
                condition=pgtrigger.Q(new__lot_id__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"leg {self.pk}"
