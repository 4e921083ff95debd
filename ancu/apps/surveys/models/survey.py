"""A survey, its versions and its channels."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.surveys.enums import SurveyState
from ancu.core.security.privacy import privacy


class Survey(models.Model):
    """A survey in one round; ``previous`` is the earlier round it is compared with, question by question."""

    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    title_vi = models.CharField(max_length=150)
    title_en = models.CharField(max_length=150, blank=True)
    intro_vi = models.TextField(blank=True)
    intro_en = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=SurveyState, default=SurveyState.DRAFT)
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="later")
    needs_code = models.BooleanField(default=False, help_text="answered on the web only with a one-time code")
    double_entry = models.BooleanField(default=False, help_text="sheets are keyed twice and compared")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    figures_public = models.BooleanField(default=False, help_text="everybody may read the figures")
    figures_published_at = models.DateTimeField(null=True, blank=True, help_text="first; it takes no answer since then")

    privacy = privacy(
        plain="id agency title_vi title_en intro_vi intro_en state previous needs_code double_entry created_at "
        "created_by opened_at closed_at figures_public figures_published_at"
    )

    class Meta:
        indexes = [models.Index(fields=["agency", "-id"], name="survey_agency")]
        constraints = [
            models.CheckConstraint(condition=~Q(previous=F("id")), name="survey_not_its_own_round"),
            models.CheckConstraint(
                condition=Q(figures_published_at__isnull=False, state=SurveyState.CLOSED)
                | Q(figures_published_at__isnull=True, figures_public=False),
                name="survey_published_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.title_vi

    @property
    def title(self) -> str:
        """The title in the reader's language, otherwise the Vietnamese one."""
        return self.title_en if get_language() == "en" and self.title_en else self.title_vi

    @property
    def intro(self) -> str:
        """The introduction in the reader's language, otherwise the Vietnamese one."""
        return self.intro_en if get_language() == "en" and self.intro_en else self.intro_vi


class SurveyVersion(models.Model):
    """The questions at one time. Once answered or printed, the database refuses any change."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(plain="id survey number definition published_at frozen_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="survey_version_number")]
        triggers = [
            pgtrigger.Protect(
                name="frozen_version_unchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.frozen_at IS NOT NULL AND (OLD.definition, OLD.survey_id, OLD.number, OLD.frozen_at)"
                    " IS DISTINCT FROM (NEW.definition, NEW.survey_id, NEW.number, NEW.frozen_at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of survey {self.survey_id}"


class SurveyChannel(models.Model):
    """A link to a survey: open (without a unit) or a unit's own; ``population`` is the unit's size for weighting."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="channels")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    slug = models.CharField(max_length=20, unique=True)
    population = models.PositiveIntegerField(null=True, blank=True, help_text="grown-ups who live there, for weights")

    privacy = privacy(plain="id survey unit slug population")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "unit"], name="survey_channel", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.slug
