"""The official letters that an office issued, each with its number, and how the office and its officers sign."""

import pgtrigger
from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.enums import LetterKind, LetterSeries, SigningForm
from ancu.apps.dossiers.models.dossier import Dossier, DossierEvent
from ancu.core.security.privacy import Keep, privacy


class OfficialLetter(models.Model):
    """One letter as it was issued. Its number has no gap in its series and year of the agency, and is never reused.

    ``content`` is what was typeset, so that a letter printed later says the same. It is {} once personal data are
    deleted; a letter without content, of a dossier that has its data, says what follows from them.
    """

    id = models.BigAutoField(primary_key=True)
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    series = models.CharField(max_length=4, choices=LetterSeries)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    agency_symbol = models.CharField(max_length=20, help_text="the agency's part of the symbol, as of the issue")
    kind = models.CharField(max_length=12, choices=LetterKind)
    issued_at = models.DateTimeField()
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="letters")
    event = models.OneToOneField(DossierEvent, models.PROTECT, related_name="letter", help_text="the act it reports")
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    content = models.JSONField(default=dict)

    privacy = privacy(
        personal={"content": Keep.DOSSIER},
        plain="id agency series year number agency_symbol kind issued_at dossier event signed_by",
    )

    class Meta:
        indexes = [models.Index(fields=["agency", "issued_at", "id"], name="letter_issued")]
        constraints = [
            models.UniqueConstraint(fields=["agency", "series", "year", "number"], name="letter_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="letter_number_counts"),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="unchanged", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["content"])
            ),
            pgtrigger.Protect(name="only_emptied", operation=pgtrigger.Update, condition=~pgtrigger.Q(new__content={})),
        ]

    def __str__(self) -> str:
        return self.symbol

    @property
    def symbol(self) -> str:
        """Number and symbol as Decree 30/2020/NĐ-CP writes them: 05/TB-QLXNC."""
        return f"{self.number:02}/{self.series}-{self.agency_symbol}"


class Letterhead(models.Model):
    """How an office writes its letters: its symbol, the place of issue and the title of its head."""

    agency = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="letterhead")
    symbol = models.CharField(max_length=20)
    place = models.CharField(max_length=60)
    head_title = models.CharField(max_length=80)
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    privacy = privacy(plain="agency symbol place head_title saved_by saved_at")

    def __str__(self) -> str:
        return self.symbol


class LetterSigner(models.Model):
    """How an officer signs the office's letters: in which form, and in which position."""

    id = models.BigAutoField(primary_key=True)
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    form = models.CharField(max_length=8, choices=SigningForm)
    position = models.CharField(max_length=80)
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    privacy = privacy(plain="id agency user form position saved_by saved_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "user"], name="letter_signer_once")]

    def __str__(self) -> str:
        return f"{self.form} {self.position}"
