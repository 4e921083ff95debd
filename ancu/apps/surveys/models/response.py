"""Answers, without anything that tells whose they are; codes, without anything that tells what was answered."""

from django.db import models
from django.db.models import Q

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.surveys.enums import ResponseSource, ResponseState
from ancu.apps.surveys.models.survey import Survey, SurveyVersion
from ancu.core.security.privacy import Keep, privacy


class SurveyResponse(models.Model):
    """One person's answers by question."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses")
    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="+")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=10, choices=ResponseSource)
    state = models.CharField(max_length=10, choices=ResponseState)
    language = models.CharField(max_length=2, default="vi")
    answers = models.JSONField(default=dict)
    second = models.JSONField(null=True, blank=True)
    keyed_by = models.BigIntegerField(null=True, blank=True, help_text="who keyed it first, until it is complete")
    token = models.CharField(max_length=64, null=True, blank=True, unique=True)
    reference = models.UUIDField(null=True, blank=True, unique=True)
    saved_at = models.DateTimeField(null=True, blank=True, help_text="of a draft, so that it can be thrown away")
    submitted_on = models.DateField(null=True, blank=True)

    privacy = privacy(
        personal={"answers": Keep.CORRESPONDENCE, "second": Keep.CORRESPONDENCE, "token": Keep.SURVEY_DRAFT},
        plain="id survey version unit source state language keyed_by reference saved_at submitted_on",
    )

    class Meta:
        indexes = [
            models.Index(fields=["survey", "unit"], name="response_survey", condition=Q(state="complete")),
            models.Index(fields=["survey", "id"], name="response_open", condition=~Q(state="complete")),
            models.Index(fields=["saved_at"], name="response_draft", condition=Q(state="draft")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="complete")
                | Q(submitted_on__isnull=False, token__isnull=True, saved_at__isnull=True),
                name="response_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"response {self.pk}"


class SurveyCode(models.Model):
    """A one-time code, stored as digest. Only that it was used is known, not when or for which answers."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="codes")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    used = models.BooleanField(default=False)

    privacy = privacy(plain="id survey unit digest used")

    class Meta:
        indexes = [models.Index(fields=["survey", "unit"], name="survey_code")]

    def __str__(self) -> str:
        return f"code {self.pk}"
