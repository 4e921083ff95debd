"""Printed sheets, what scanners saw of them, and what a person has still to look at."""

from django.db import models

from ancu.apps.accounts.models import User
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.surveys.enums import PageProblem, ScanProblem, ScanState
from ancu.apps.surveys.models.response import SurveyResponse
from ancu.apps.surveys.models.survey import Survey, SurveyVersion
from ancu.core.security.privacy import Keep, privacy


class SurveyPaper(models.Model):
    """A printed version: ``layout`` has the position of each box, ``pdf`` is the sheet without numbers."""

    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="papers")
    language = models.CharField(max_length=4)
    code = models.CharField(max_length=10, unique=True)
    layout = models.JSONField()
    pdf = models.BinaryField()

    privacy = privacy(plain="id version language code layout pdf")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "language"], name="survey_paper")]

    def __str__(self) -> str:
        return self.code


class PrintRun(models.Model):
    """A print run of numbered sheets, for one unit or for anywhere."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="runs")
    paper = models.ForeignKey(SurveyPaper, models.PROTECT, related_name="runs")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    first = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(plain="id survey paper unit first count printed_at printed_by")

    def __str__(self) -> str:
        return f"sheets {self.first} to {self.first + self.count - 1}"


class SurveySheet(models.Model):
    """One paper questionnaire; it counts once, by its ``response``."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="sheets")
    run = models.ForeignKey(PrintRun, models.PROTECT, related_name="sheets")
    serial = models.PositiveIntegerField()
    response = models.OneToOneField(SurveyResponse, models.PROTECT, null=True, blank=True, related_name="sheet")

    privacy = privacy(plain="id survey run serial response")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "serial"], name="survey_sheet_serial")]

    def __str__(self) -> str:
        return f"sheet {self.serial}"


class Scan(models.Model):
    """An uploaded file of scans or photos, and how much of it was read."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="scans")
    file = models.UUIDField(help_text="the stored file, deleted when its time is over")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=ScanState, default=ScanState.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=200, choices=ScanProblem, blank=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(
        personal={"name": Keep.SOURCE_FILE},
        plain="id survey file state total done problem given_at given_by",
    )

    def __str__(self) -> str:
        return f"scan {self.pk}"


class ScannedPage(models.Model):
    """One page of a scan: the sheet it belongs to, or what is wrong with it."""

    scan = models.ForeignKey(Scan, models.CASCADE, related_name="pages")
    place = models.PositiveIntegerField(help_text="where in the file it lies, from 1")
    sheet = models.ForeignKey(SurveySheet, models.PROTECT, null=True, blank=True, related_name="pages")
    page = models.PositiveSmallIntegerField(null=True, blank=True)
    trouble = models.CharField(max_length=10, choices=PageProblem, blank=True)
    marks = models.PositiveIntegerField(default=0)
    picture = models.BinaryField(null=True, blank=True, help_text="sealed; of pages somebody has to look at")

    privacy = privacy(personal={"picture": Keep.SOURCE_FILE}, plain="id scan place sheet page trouble marks")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scan", "place"], name="scanned_once"),
            models.UniqueConstraint(fields=["sheet", "page"], name="sheet_page_once", condition=models.Q(trouble="")),
        ]

    def __str__(self) -> str:
        return f"page {self.place} of scan {self.scan_id}"


class ReadingDoubt(models.Model):
    """A doubtful mark or handwriting that a person must check; ``crop`` holds its encrypted pictures."""

    sheet = models.ForeignKey(SurveySheet, models.CASCADE, related_name="doubts")
    page = models.ForeignKey(ScannedPage, models.CASCADE, related_name="doubts")
    question = models.CharField(max_length=20)
    row = models.CharField(max_length=20, blank=True)
    guess = models.JSONField(null=True, blank=True)
    crop = models.BinaryField()
    settled = models.BooleanField(default=False)

    privacy = privacy(
        personal={"guess": Keep.SOURCE_FILE, "crop": Keep.SOURCE_FILE},
        plain="id sheet page question row settled",
    )

    class Meta:
        indexes = [models.Index(fields=["sheet"], name="doubt_open", condition=models.Q(settled=False))]
        constraints = [models.UniqueConstraint(fields=["sheet", "question", "row"], name="one_doubt")]

    def __str__(self) -> str:
        return f"doubt {self.pk}"
