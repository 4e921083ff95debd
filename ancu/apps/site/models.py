"""What the office says on the public site, in Vietnamese and English."""

from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import User
from ancu.core.security.privacy import privacy
from ancu.core.web.language import localized


class NewsItem(models.Model):
    """One item of news, shown from ``published_at`` until it is withdrawn."""

    key = models.UUIDField(unique=True, help_text="of the form it was sent with, so that it is stored once")
    title_vi = models.CharField(max_length=150)
    title_en = models.CharField(max_length=150)
    summary_vi = models.CharField(max_length=300)
    summary_en = models.CharField(max_length=300)
    body_vi = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    published_at = models.DateTimeField()
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        plain="id key title_vi title_en summary_vi summary_en body_vi body_en published_at author changed_at"
        " withdrawn_at"
    )

    def __str__(self) -> str:
        return f"news {self.pk}"

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return localized(self, "title")

    @property
    def summary(self) -> str:
        """The summary in the reader's language."""
        return localized(self, "summary")

    @property
    def body(self) -> str:
        """The text in the reader's language."""
        return localized(self, "body")


class OutageNotice(models.Model):
    """A planned outage, shown on public pages from ``shown_from`` until it ends or is withdrawn."""

    key = models.UUIDField(unique=True, help_text="of the form it was sent with, so that it is stored once")
    reason_vi = models.CharField(max_length=150)
    reason_en = models.CharField(max_length=150)
    works_vi = models.CharField(max_length=300)
    works_en = models.CharField(max_length=300)
    details_vi = models.TextField(blank=True)
    details_en = models.TextField(blank=True)
    shown_from = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        plain="id key reason_vi reason_en works_vi works_en details_vi details_en shown_from starts_at ends_at author"
        " changed_at withdrawn_at"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="outage_order"),
            models.CheckConstraint(condition=Q(shown_from__lte=F("starts_at")), name="outage_shown_ahead"),
        ]

    def __str__(self) -> str:
        return f"outage {self.pk}"

    @property
    def reason(self) -> str:
        """What stops and why, in the reader's language."""
        return localized(self, "reason")

    @property
    def works(self) -> str:
        """What still works, in the reader's language."""
        return localized(self, "works")

    @property
    def details(self) -> str:
        """How people go on meanwhile, in the reader's language."""
        return localized(self, "details")
