"""Periods, figures with their revisions, totals, plans, imports, reports, releases, orders, reminders, briefings."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.enums import FigureOrigin, FigureState, OrderState, PeriodKind, ReminderKind
from ancu.core.security.privacy import privacy


class Period(models.Model):
    """A month, half year or year. Only months are closed; longer periods are closed with all their months."""

    kind = models.CharField(max_length=5, choices=PeriodKind)
    first_day = models.DateField()
    last_day = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    privacy = privacy(plain="id kind first_day last_day closed_at closed_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "first_day"], name="period_once"),
            models.CheckConstraint(condition=Q(first_day__lt=F("last_day")), name="period_ordered"),
            models.CheckConstraint(condition=Q(closed_at__isnull=True) | Q(kind="month"), name="months_are_closed"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="period_stays_closed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.closed_at IS NOT NULL"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.first_day}"


class Figure(models.Model):
    """A value of one indicator, unit and period: ``part`` of ``base`` for a share or an average.

    A figure is never changed: a new value is a new row with the next ``number`` and a reason. ``note`` and ``reason``
    are public, so they must not contain names.
    """

    id = models.BigAutoField(primary_key=True)
    indicator = models.CharField(max_length=80, help_text="a code of the rulebook")
    version = models.CharField(max_length=10, help_text="of its definition")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    period = models.ForeignKey(Period, models.PROTECT, related_name="figures", db_index=False)
    number = models.PositiveSmallIntegerField(default=1, help_text="of the revision")
    part = models.BigIntegerField()
    base = models.BigIntegerField(null=True, blank=True)
    origin = models.CharField(max_length=10, choices=FigureOrigin)
    state = models.CharField(max_length=10, choices=FigureState, default=FigureState.PROPOSED)
    note = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")
    after_close = models.BooleanField(default=False)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True, default="")

    privacy = privacy(
        plain="id indicator version unit period number part base origin state note reason after_close entered_by "
        "entered_at decided_by decided_at refusal"
    )

    class Meta:
        indexes = [
            models.Index(fields=["unit", "period", "indicator"], name="figure_unit", condition=Q(state="current"),
                         include=["part", "base", "origin"]),
            models.Index(fields=["unit", "indicator"], name="figure_history"),
            models.Index(fields=["id"], name="figure_waiting", condition=Q(state="proposed")),
            models.Index(fields=["entered_by"], name="figure_sent_back", condition=Q(state="refused")),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["period", "indicator", "unit", "number"], name="figure_number"),
            models.UniqueConstraint(fields=["period", "indicator", "unit"], name="figure_current",
                                    condition=Q(state="current"), include=["part", "base"]),
            models.UniqueConstraint(fields=["period", "indicator", "unit"], name="figure_proposed",
                                    condition=Q(state="proposed")),
            models.CheckConstraint(condition=Q(decided_by__isnull=True) | Q(entered_by__isnull=True)
                                   | ~Q(decided_by=F("entered_by")), name="figure_second_person"),
            models.CheckConstraint(condition=~Q(origin__in=["entered", "imported"])
                                   | ~Q(state__in=["current", "replaced"])
                                   | Q(entered_by__isnull=False, decided_by__isnull=False),
                                   name="figure_approved_by_whom"),
            models.CheckConstraint(condition=Q(decided_at__isnull=True, state="proposed")
                                   | Q(decided_at__isnull=False) & ~Q(state="proposed"), name="figure_decided_when"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="figure_revision_says_why"),
            models.CheckConstraint(condition=Q(part__gte=0) & (Q(base__isnull=True) | Q(base__gte=0)),
                                   name="figure_not_below_nothing"),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="figure_unchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "indicator", "version", "unit", "period", "number", "part", "base", "origin", "note", "reason",
                    "after_close", "entered_by", "entered_at",
                ),
            ),
            pgtrigger.Protect(name="figure_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="figure_decided_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.decided_at IS NOT NULL AND (OLD.decided_at, OLD.decided_by_id, OLD.refusal)"
                    " IS DISTINCT FROM (NEW.decided_at, NEW.decided_by_id, NEW.refusal)"
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"figure {self.pk}"


class Total(models.Model):
    """Sum of approved figures of an indicator and period.

    Of all units (``unit`` is empty), or a unit's months as half years and years.
    """

    id = models.BigAutoField(primary_key=True)
    indicator = models.CharField(max_length=80)
    period = models.ForeignKey(Period, models.PROTECT, related_name="totals", db_index=False)
    unit = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    part = models.BigIntegerField()
    base = models.BigIntegerField(null=True, blank=True)
    units = models.IntegerField()
    demo = models.BooleanField(default=False, help_text="something of it was invented for the demonstration")

    privacy = privacy(plain="id indicator period unit part base units demo")

    class Meta:
        indexes = [models.Index(fields=["unit", "period"], name="total_unit", condition=Q(unit__isnull=False))]
        constraints = [
            models.UniqueConstraint(fields=["period", "indicator"], name="total_once", condition=Q(unit__isnull=True),
                                    include=["part", "base", "units", "demo"]),
            models.UniqueConstraint(fields=["period", "indicator", "unit"], name="total_unit_once",
                                    condition=Q(unit__isnull=False)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.indicator} in period {self.period_id}"


class FigurePlan(models.Model):
    """A unit's target for a year, in the indicator's measure."""

    indicator = models.CharField(max_length=80)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=1)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    privacy = privacy(plain="id indicator unit year value set_by set_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "unit", "indicator"], name="plan_once")]

    def __str__(self) -> str:
        return f"plan of {self.indicator} for {self.year}"


class FigureImport(models.Model):
    """An uploaded file of figures, parsed but not yet proposed: valid rows and problems."""

    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    rows = models.JSONField()
    problems = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(plain="id agency rows problems made_at made_by done_at")

    def __str__(self) -> str:
        return f"import {self.pk}"


class Report(models.Model):
    """A period's report, frozen; every document of it is rendered from the snapshot."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="reports")
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the snapshot")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(plain="id period snapshot digest made_at made_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "digest"], name="report_once")]
        triggers = [pgtrigger.Protect(name="report_frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"report {self.pk}"


class Release(models.Model):
    """The public part of a year's closed months. ``basis`` is internal: when each month's figures were taken."""

    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    basis = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    privacy = privacy(plain="id year number content basis digest made_at made_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="release_once")]
        triggers = [pgtrigger.Protect(name="release_frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"release {self.number} of {self.year}"


class ReportOrder(models.Model):
    """A request to publish a year: by whom, the job's progress, and its result."""

    year = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=OrderState, default=OrderState.WAITING)
    done = models.PositiveIntegerField(default=0, help_text="indicators that are worked out")
    total = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    release = models.OneToOneField(Release, models.PROTECT, null=True, blank=True, related_name="order")

    privacy = privacy(plain="id year asked_at asked_by state done total ended_at release")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year"], condition=Q(ended_at=None), name="order_one_at_a_time"),
            models.CheckConstraint(condition=Q(ended_at=None, state__in=["waiting", "working"])
                                   | Q(ended_at__isnull=False, state__in=["done", "same", "failed"]),
                                   name="order_ends_somehow"),
            models.CheckConstraint(condition=Q(state="done", release__isnull=False)
                                   | ~Q(state="done") & Q(release=None), name="order_done_has_a_release"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"order of {self.year}"


class Reminder(models.Model):
    """A leader's reminder to those who hold a matter: at most one a day for each matter."""

    kind = models.CharField(max_length=10, choices=ReminderKind)
    subject_id = models.BigIntegerField(help_text="of the report, alert or promise; of the agency for a group")
    day = models.DateField()
    reminded_at = models.DateTimeField()
    reminded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    people = models.PositiveSmallIntegerField(help_text="how many were notified")

    privacy = privacy(plain="id kind subject_id day reminded_at reminded_by people")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "kind", "subject_id"], name="reminder_once_a_day")]

    def __str__(self) -> str:
        return f"reminder {self.pk}"


class BriefingPlan(models.Model):
    """On which weekdays (0 is Monday) an agency's morning briefing is sent, and to which of its officers."""

    agency = models.OneToOneField(Organisation, models.PROTECT, related_name="+")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    recipients = models.ManyToManyField(User, related_name="+", blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(plain="id agency weekdays recipients changed_at changed_by")

    def __str__(self) -> str:
        return f"briefing of agency {self.agency_id}"


class BriefingCopy(models.Model):
    """An officer's briefing of a day. Its letter is sent once, however often the job runs."""

    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    recipient = models.ForeignKey(User, models.PROTECT, related_name="+")
    day = models.DateField()
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(plain="id agency recipient day queued_at sent_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "agency", "recipient"], name="briefing_once_a_day")]

    def __str__(self) -> str:
        return f"briefing copy {self.pk}"
