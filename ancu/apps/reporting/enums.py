from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PeriodKind(models.TextChoices):
    MONTH = "month", _("month")
    HALF = "half", _("half year")
    YEAR = "year", _("year")


class FigureOrigin(models.TextChoices):
    ENTERED = "entered", _("entered by the unit")
    IMPORTED = "imported", _("read from a file")
    QUERY = "query", _("counted by the system")
    DEMO = "demo", _("invented for the demonstration")


BY_PEOPLE = (FigureOrigin.ENTERED, FigureOrigin.IMPORTED)


class FigureState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("figure", "waiting for approval")
    CURRENT = "current", pgettext_lazy("figure", "approved")
    REPLACED = "replaced", pgettext_lazy("figure", "replaced by a revision")
    REFUSED = "refused", pgettext_lazy("figure", "returned for correction")


TRANSITIONS: dict[FigureState, frozenset[FigureState]] = {
    FigureState.PROPOSED: frozenset({FigureState.CURRENT, FigureState.REFUSED}),
    FigureState.CURRENT: frozenset({FigureState.REPLACED}),
    FigureState.REPLACED: frozenset(),
    FigureState.REFUSED: frozenset(),
}


class OrderState(models.TextChoices):
    """State of a request to publish a year."""

    WAITING = "waiting", pgettext_lazy("order", "waiting to start")
    WORKING = "working", pgettext_lazy("order", "in progress")
    DONE = "done", pgettext_lazy("order", "published")
    SAME = "same", pgettext_lazy("order", "no changes")
    FAILED = "failed", pgettext_lazy("order", "failed: nothing was published")


ORDER_TRANSITIONS: dict[OrderState, frozenset[OrderState]] = {
    OrderState.WAITING: frozenset({OrderState.WORKING, OrderState.DONE, OrderState.SAME, OrderState.FAILED}),
    OrderState.WORKING: frozenset({OrderState.WORKING, OrderState.DONE, OrderState.SAME, OrderState.FAILED}),
    OrderState.DONE: frozenset(),
    OrderState.SAME: frozenset(),
    OrderState.FAILED: frozenset(),
}


class ReminderKind(models.TextChoices):
    """What a leader reminds people of; dossiers, petitions and missed targets as a group of one agency.

    Those who hold a missed target are asked about it.
    """

    REPORT = "report", pgettext_lazy("reminder", "urgent report")
    DOSSIERS = "dossiers", pgettext_lazy("reminder", "overdue dossiers")
    ALERT = "alert", pgettext_lazy("reminder", "alert")
    PETITIONS = "petitions", pgettext_lazy("reminder", "overdue petitions")
    PROMISE = "promise", pgettext_lazy("reminder", "promise")
    DECLARED = "declared", pgettext_lazy("reminder", "declarations on time, below target")
    DECIDED = "decided", pgettext_lazy("reminder", "dossiers on time, below target")

    @property
    def is_question(self) -> bool:
        """Whether people are asked why, and not to deal with something today."""
        return self in {ReminderKind.DECLARED, ReminderKind.DECIDED}


GROUPS = {
    "crime": _("Fight against crime"),
    "service": _("Dossiers and service times"),
    "stays": _("Stays of foreigners"),
    "voice": _("Public feedback"),
    "help": _("Community support"),
}
TABS = {
    "crime": _("Public order"),
    "service": _("Dossiers"),
    "stays": _("Stays"),
    "voice": _("Feedback"),
    "help": _("Support"),
}
"""Short names of the groups, for the row of links on a page of results."""

# Descriptions of audit events.
ACTS = {
    "reporting.entered": _("entered figures"),
    "reporting.imported": _("proposed figures from a file"),
    "reporting.read": _("uploaded a file of figures"),
    "reporting.approved": _("approved figures"),
    "reporting.refused": _("returned figures for correction"),
    "reporting.planned": _("set the targets of a year"),
    "reporting.closed": _("closed a month’s figures"),
    "reporting.counted": _("counted a period’s figures"),
    "reporting.ordered": _("requested publication of the results of a year"),
    "reporting.published": _("published the results of a year"),
    "reporting.reported": _("created a report for a period"),
    "reporting.taken": _("downloaded a report"),
    "reporting.reminded": _("reminded those who hold a matter"),
    "reporting.briefing_planned": _("chose when and to whom the morning briefing is sent"),
    "reporting.briefing_ordered": _("sent the morning briefing to its recipients"),
    "reporting.briefing_sent": _("sent a morning briefing"),
    "reporting.briefing_downloaded": _("downloaded the morning briefing"),
    "reporting.morning_chart_downloaded": _("downloaded a chart of the morning page"),
    "looked:reporting.morning": _("viewed the morning page"),
    "looked:reporting.morning_list": _("viewed a list behind a number of the morning page"),
}
