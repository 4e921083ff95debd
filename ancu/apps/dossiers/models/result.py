"""The result of a dossier, and to whom it was handed over."""

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Replace, Upper

from ancu.apps.accounts.models import User
from ancu.apps.dossiers.enums import ReceiverProof
from ancu.apps.dossiers.models.dossier import Dossier
from ancu.apps.files.models import StoredFile
from ancu.core.security.privacy import REDACTED, Keep, privacy

ONE_NUMBER = Upper(Replace("number", Value(" "), Value("")))  # "TRC 123" and "trc123" are one paper
NUMBERED_ONCE = ~Q(symbol="") & ~Q(number=REDACTED)  # a visa or a card; queries with this condition use the index


class Result(models.Model):
    """What was issued: visa, extension, card or permit, with its scan and the handover."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="result")
    number = models.CharField(max_length=40)
    symbol = models.CharField(max_length=8, blank=True, default="")
    entries = models.CharField(max_length=8, blank=True, default="", help_text="single or multiple, of a visa")
    valid_from = models.DateField()
    valid_until = models.DateField()
    scan = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    received_by = models.CharField(max_length=200, blank=True, default="", help_text="who took it, as on his paper")
    proof = models.CharField(max_length=8, choices=ReceiverProof, blank=True, default="", help_text="what was shown")
    proof_number = models.CharField(max_length=30, blank=True, default="")
    by_authorisation = models.BooleanField(default=False, help_text="delivered_by saw that another person may take it")
    delivered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    delivered_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={"number": Keep.DOSSIER, "received_by": Keep.DOSSIER, "proof_number": Keep.DOSSIER},
        plain="dossier symbol entries valid_from valid_until scan entered_by entered_at proof by_authorisation"
        " delivered_by delivered_at",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=models.F("valid_from")), name="result_dates"),
            # A visa or card number is unique; extensions and permits are numbered by the office, anew each year.
            models.UniqueConstraint(ONE_NUMBER, condition=NUMBERED_ONCE, name="result_number_once"),
        ]

    def __str__(self) -> str:
        return f"result of dossier {self.dossier_id}"
