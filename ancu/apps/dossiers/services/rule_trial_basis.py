"""What the trials of all kinds of rules share: the dossiers of the period, their month, and the tried edition."""

from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from ancu.apps.dossiers.models import Dossier, RuleTrial
from ancu.apps.dossiers.selectors.rule_changes import tried_change
from ancu.core import clock
from ancu.engines.rulebook import Edition, edition_with

ONE_DAY = timedelta(days=1)
BATCH = 1000


def received(trial: RuleTrial) -> QuerySet[Dossier]:
    """Return the dossiers that the trial's office received in its period."""
    first, end = clock.start_of(trial.since), clock.start_of(trial.until + ONE_DAY)
    return Dossier.objects.filter(agency_id=trial.agency_id, submitted_at__gte=first, submitted_at__lt=end)


def month_of(submitted_at: datetime) -> date:
    """Return the first day of the month of the submission."""
    return clock.local(submitted_at).date().replace(day=1)


def as_approved(trial: RuleTrial, valid_from: date) -> Edition:
    """Return the rulebook's edition with the tried values as the latest change, in force from a day on."""
    return edition_with(tried_change(trial.draft, trial.values, valid_from))
