"""A programme's account (Decree 93/2021 asks for one of its own), the bank's statements, and what each line is."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import User
from ancu.apps.community.enums import BankAccountState, UnreadReason
from ancu.apps.community.models.ledger import LedgerEntry
from ancu.apps.community.models.programme import Programme
from ancu.core.security.privacy import Keep, privacy


class BankAccount(models.Model):
    """The account for gifts of money. It becomes visible once a second person compared it with the bank's contract:
    otherwise one person could divert all gifts.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="accounts")
    bank = models.CharField(max_length=100)
    bin = models.CharField(max_length=6)
    number = models.CharField(max_length=19)
    holder = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=BankAccountState, default=BankAccountState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True, default="", help_text="why it was refused or taken down")

    privacy = privacy(
        plain="id programme bank bin number holder state proposed_at proposed_by decided_at decided_by reason"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme"], condition=Q(state="proposed"), name="account_one_proposed"),
            models.UniqueConstraint(fields=["programme"], condition=Q(state="approved"), name="account_one_approved"),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="account_by_two",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="account_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="account_unchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "programme", "bank", "bin", "number", "holder", "proposed_at", "proposed_by"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"


class ProgrammeStatement(models.Model):
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="statements")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(personal={"name": Keep.CORRESPONDENCE}, plain="id programme sha256 read_at read_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "sha256"], name="help_statement_once")]

    def __str__(self) -> str:
        return f"statement {self.pk}"


class StatementLine(models.Model):
    """One incoming or outgoing (``out``) transfer: matched with an entry, set aside with a reason, or open."""

    statement = models.ForeignKey(ProgrammeStatement, models.PROTECT, related_name="lines")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="lines")
    reference = models.CharField(max_length=100)
    booked_on = models.DateField()
    vnd = models.PositiveBigIntegerField()
    out = models.BooleanField(default=False)
    text = models.CharField(max_length=500)
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, null=True, blank=True, related_name="line")
    aside = models.CharField(max_length=300, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    privacy = privacy(
        personal={"text": Keep.CORRESPONDENCE, "aside": Keep.CORRESPONDENCE},
        plain="id statement programme reference booked_on vnd out entry settled_at settled_by",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "reference"], name="help_line_once"),
            models.CheckConstraint(condition=Q(entry__isnull=True) | Q(aside=""), name="help_line_is_one_thing"),
        ]

    def __str__(self) -> str:
        return f"line {self.pk}"


class UnreadStatementLine(models.Model):
    """A row that could not be read, as written; later corrected into a ``line`` or set aside."""

    statement = models.ForeignKey(ProgrammeStatement, models.PROTECT, related_name="unread")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="unread_lines")
    mark = models.CharField(
        max_length=32, help_text="a digest of what is written, so that a row sent again counts once"
    )
    row = models.PositiveIntegerField()
    why = models.CharField(max_length=10, choices=UnreadReason)
    day = models.CharField(max_length=60, blank=True)
    amount = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=500, blank=True)
    out = models.BooleanField(default=False)
    line = models.OneToOneField(StatementLine, models.PROTECT, null=True, blank=True, related_name="unread")
    aside = models.CharField(max_length=300, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    privacy = privacy(
        personal={"text": Keep.CORRESPONDENCE, "aside": Keep.CORRESPONDENCE},
        plain="id statement programme mark row why day amount out line settled_at settled_by",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "mark"], name="help_unread_once"),
            models.CheckConstraint(condition=Q(line__isnull=True) | Q(aside=""), name="help_unread_is_one_thing"),
        ]

    def __str__(self) -> str:
        return f"unread line {self.pk}"
