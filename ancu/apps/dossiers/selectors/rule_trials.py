"""Trials of changed rules on the past year: figures by procedure and month, and the dossiers behind each figure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from ancu.apps.dossiers.enums import RuleEffect
from ancu.apps.dossiers.models import Appointment, RuleDraft, RuleTrial, RuleTrialCase
from ancu.apps.dossiers.rules import reads_dossiers
from ancu.apps.dossiers.selectors.rule_changes import get_rule_draft
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, newest_first
from ancu.core.errors import Http404, require

EXAMPLES = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class TrialFigures:
    """How many dossiers a changed rule would have concerned, and their fees before and after."""

    dossiers: int
    usd_before: int
    usd_after: int
    vnd_before: int
    vnd_after: int

    @property
    def usd_difference(self) -> int:
        """By how many dollars the fees would have been higher; negative if lower."""
        return self.usd_after - self.usd_before

    @property
    def vnd_difference(self) -> int:
        """By how many dong the fees would have been higher, at the rates of then; negative if lower."""
        return self.vnd_after - self.vnd_before


@dataclass(frozen=True)
class TrialCaseFilter:
    """Which dossiers of a trial are listed; empty values filter nothing."""

    procedure: str = ""
    month: date | None = None
    effect: str = ""


ALL_CASES = TrialCaseFilter()
SUMS = ("usd_before", "usd_after", "vnd_before", "vnd_after")


def latest_trial(draft: RuleDraft) -> RuleTrial | None:
    """Return the newest trial of a draft; None if it was never tried."""
    return draft.trials.order_by("-id").first()


def get_latest_trial(actor: Actor, draft_id: int) -> RuleTrial:
    """Return the newest trial of a draft; 404 without one, 403 for actors who may not change rules."""
    trial = latest_trial(get_rule_draft(actor, draft_id))
    if trial is None:
        raise Http404
    return trial


def filtered_cases(trial: RuleTrial, filters: TrialCaseFilter = ALL_CASES) -> QuerySet[RuleTrialCase]:
    """Return the trial's cases that match the filter; every figure counts these."""
    conditions = {"procedure": filters.procedure, "month": filters.month, "effect": filters.effect}
    return RuleTrialCase.objects.filter(trial=trial, **{name: value for name, value in conditions.items() if value})


def trial_figures(trial: RuleTrial, filters: TrialCaseFilter = ALL_CASES) -> TrialFigures:
    """Return the figures of the cases that match the filter."""
    sums = filtered_cases(trial, filters).aggregate(dossiers=Count("id"), **{name: Sum(name) for name in SUMS})
    return TrialFigures(**{name: value or 0 for name, value in sums.items()})


def figures_by_procedure(trial: RuleTrial) -> list[tuple[str, TrialFigures]]:
    """Return the figures of each procedure that the change would have concerned, the most dossiers first."""
    groups = _grouped(trial, "procedure")
    return sorted(groups, key=lambda group: (-group[1].dossiers, group[0]))


def figures_by_month(trial: RuleTrial) -> list[tuple[date, TrialFigures]]:
    """Return the figures of each month in which the change would have concerned dossiers, the newest first."""
    return sorted(_grouped(trial, "month"), key=lambda group: group[0], reverse=True)


def effect_counts(trial: RuleTrial) -> dict[str, int]:
    """Return the number of dossiers by effect; each effect is there."""
    counted = filtered_cases(trial).values_list("effect").annotate(Count("id"))
    return dict.fromkeys(RuleEffect.values, 0) | dict(counted)


def count_appointments(trial: RuleTrial) -> int:
    """Return how many appointments of the trial's office are booked on the day that the draft changes."""
    start = clock.start_of(trial.draft.valid_from)
    booked = Appointment.objects.filter(slot__counter__agency_id=trial.agency_id, cancelled_at=None)
    return booked.filter(slot__starts_at__gte=start, slot__starts_at__lt=start + ONE_DAY).count()


def case_page(actor: Actor, trial: RuleTrial, filters: TrialCaseFilter, after: str = "") -> CursorPage[RuleTrialCase]:
    """Return a page of the cases with their dossiers; 403 for actors who may not read the office's dossiers."""
    return newest_first(_readable(actor, trial, filters), after)


def example_cases(actor: Actor, trial: RuleTrial) -> list[RuleTrialCase]:
    """Return the cases that the change would have concerned most."""
    cases = _readable(actor, trial, ALL_CASES)
    return list(cases.order_by((F("usd_after") - F("usd_before")).desc(), "-id")[:EXAMPLES])


def _readable(actor: Actor, trial: RuleTrial, filters: TrialCaseFilter) -> QuerySet[RuleTrialCase]:
    """Return the cases with their dossiers; 403 for actors of another office than the trial's."""
    require(reads_dossiers(actor) and trial.agency_id == actor.organisation_id)
    return filtered_cases(trial, filters).select_related("dossier")


def _grouped(trial: RuleTrial, column: str) -> list[tuple[Any, TrialFigures]]:
    """Return the figures for each value of the cases' column."""
    rows = filtered_cases(trial).values(column).annotate(dossiers=Count("id"), **{name: Sum(name) for name in SUMS})
    return [(row.pop(column), TrialFigures(**row)) for row in rows.order_by()]
