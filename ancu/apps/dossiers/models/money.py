"""Fees: charges, exchange rates, payments and receipts."""

import pgtrigger
from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.enums import BankLineProblem, BankLineState, PaymentMethod
from ancu.apps.dossiers.models.dossier import Dossier
from ancu.core.security.privacy import Keep, privacy


class ExchangeRate(models.Model):
    """The bank's transfer buying rate of a day; a fee in USD is paid in VND at the rate of its day."""

    day = models.DateField(primary_key=True)
    vnd_per_usd = models.DecimalField(max_digits=10, decimal_places=2)
    source = models.CharField(max_length=100)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField()

    privacy = privacy(plain="day vnd_per_usd source entered_by entered_at")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(vnd_per_usd__gt=0), name="exchange_rate_positive")]

    def __str__(self) -> str:
        return f"{self.day}: {self.vnd_per_usd}"


class Charge(models.Model):
    """The fee of one dossier. ``reference`` is the text the payer writes in the transfer."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="charge")
    items = models.JSONField(help_text="list of {key, count, usd}, with the article in the rulebook")
    usd = models.DecimalField(max_digits=8, decimal_places=2)
    rate = models.ForeignKey(ExchangeRate, models.PROTECT, related_name="+")
    vnd = models.PositiveBigIntegerField()
    reference = models.CharField(max_length=20, unique=True)
    charged_at = models.DateTimeField()
    fee_version = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="of the fee table, with the office's changes"
    )

    privacy = privacy(plain="dossier items usd rate vnd reference charged_at fee_version")

    def __str__(self) -> str:
        return self.reference


class CashClosing(models.Model):
    """A cash count: the book's sum since the last closing, the counted sum, and why they differ.

    ``number`` counts an office's closings; each cash payment belongs to one closing, so none is counted twice.
    """

    id = models.BigAutoField(primary_key=True)
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    book = models.PositiveBigIntegerField()
    counted = models.PositiveBigIntegerField()
    payments = models.PositiveIntegerField(help_text="how many the book holds")
    note = models.CharField(max_length=300, blank=True, default="", help_text="why they differ")
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()

    privacy = privacy(plain="id agency number book counted payments note closed_by closed_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="cash_closing_number"),
            models.CheckConstraint(
                condition=Q(book=models.F("counted")) | ~Q(note=""), name="cash_closing_difference_explained"
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"closing {self.number} of agency {self.agency_id}"

    @property
    def difference(self) -> int:
        """Return by how many dong the counted cash exceeds the book; negative if cash is missing."""
        return self.counted - self.book


class Payment(models.Model):
    """The payment of a charge: a fee is paid exactly once."""

    charge = models.OneToOneField(Charge, models.PROTECT, primary_key=True, related_name="payment")
    method = models.CharField(max_length=8, choices=PaymentMethod)
    vnd = models.PositiveBigIntegerField()
    paid_at = models.DateTimeField()
    provider_reference = models.CharField(max_length=80, blank=True, default="")
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    payer = models.CharField(max_length=150, blank=True, default="")
    closing = models.ForeignKey(CashClosing, models.PROTECT, null=True, blank=True, related_name="+")

    privacy = privacy(
        personal={"payer": Keep.DOSSIER}, plain="charge method vnd paid_at provider_reference taken_by closing"
    )

    class Meta:
        indexes = [
            models.Index(fields=["method", "paid_at"], name="payment_day"),
            models.Index(
                fields=["-paid_at"],
                condition=Q(method=PaymentMethod.CASH, closing__isnull=True),
                name="payment_in_drawer",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["method", "provider_reference"],
                condition=~Q(provider_reference=""),
                name="payment_reference_once",
            )
        ]

    def __str__(self) -> str:
        return f"payment of {self.charge_id}"


class FeeReceipt(models.Model):
    """A numbered receipt: a year's series has no gaps and no duplicates."""

    payment = models.OneToOneField(Payment, models.PROTECT, primary_key=True, related_name="receipt")
    series = models.CharField(max_length=12, help_text="such as HB/26")
    number = models.PositiveIntegerField()
    issued_at = models.DateTimeField()

    privacy = privacy(plain="payment series number issued_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="fee_receipt_number")]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.series}-{self.number:06}"


class BankStatement(models.Model):
    """A bank file, imported once; repeated lines are recognised by their bank reference."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    read_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    privacy = privacy(plain="id name sha256 read_by read_at")

    class Meta:
        indexes = [models.Index(fields=["-read_at", "-id"], name="bank_statement_newest")]

    def __str__(self) -> str:
        return self.name


class BankLine(models.Model):
    """A transfer that arrived without an officer: a credit of a bank statement or a payment provider's notification."""

    id = models.BigAutoField(primary_key=True)
    statement = models.ForeignKey(BankStatement, models.PROTECT, null=True, blank=True, related_name="lines")
    provider = models.CharField(max_length=20, blank=True, default="")
    reference = models.CharField(max_length=100, unique=True, help_text="the bank's own, or the provider's")
    booked_on = models.DateField()
    vnd = models.BigIntegerField()
    text = models.CharField(max_length=500)
    state = models.CharField(max_length=9, choices=BankLineState, default=BankLineState.OPEN)
    problem = models.CharField(
        max_length=16, choices=BankLineProblem, blank=True, default="", help_text="why it was not matched"
    )
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, blank=True, related_name="bank_line")
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True, default="")

    privacy = privacy(
        personal={"text": Keep.DOSSIER, "note": Keep.DOSSIER},
        plain="id statement provider reference booked_on vnd state problem payment settled_by",
    )

    class Meta:
        indexes = [
            models.Index(fields=["booked_on", "id"], condition=Q(state=BankLineState.OPEN), name="bank_line_open"),
            models.Index(fields=["statement", "state"], include=["vnd"], name="bank_line_sums"),
            models.Index(fields=["statement", "id"], name="bank_line_of"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(statement=None, provider__gt="") | Q(statement__isnull=False, provider=""),
                name="bank_line_source",
            ),
            models.CheckConstraint(
                condition=~Q(state=BankLineState.MATCHED) | Q(payment__isnull=False), name="bank_line_matched"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
