"""Try a changed rule on the dossiers of the past year: which would have cost, or been judged, otherwise."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ancu.apps.audit.services import record
from ancu.apps.dossiers.enums import RuleEffect, RuleKind, RuleTrialState
from ancu.apps.dossiers.models import Charge, Dossier, RuleDraft, RuleTrial, RuleTrialCase
from ancu.apps.dossiers.rules.alarms import RUNNING
from ancu.apps.dossiers.selectors.clock import due_on
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of
from ancu.apps.dossiers.services import reason_trials
from ancu.apps.dossiers.services.letter_trials import letters_examined, worded_otherwise
from ancu.apps.dossiers.services.rule_entry_trials import ENTRY_TRIALS
from ancu.apps.dossiers.services.rule_trial_basis import BATCH, ONE_DAY, as_approved, month_of, received
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.registry.unfinished_work import UnfinishedWork
from ancu.engines.rulebook import facts_from, passport_margin, to_vnd, tried_edition

YEAR = timedelta(days=365)
JOB = "dossiers.try_rule"


def start_trial(actor: Actor, draft: RuleDraft) -> RuleTrial:
    """Start a trial of the draft's values on the past year as a job; the caller has locked the draft."""
    today = clock.today()
    trial = RuleTrial.objects.create(
        draft=draft, agency_id=actor.organisation_id or 0, values=draft.values, since=today - YEAR,
        until=today - ONE_DAY, asked_by_id=actor.user_id or 0, asked_at=clock.now(),
    )  # fmt: skip
    record(actor, "dossiers.rule_tried", draft, trial=trial.pk)
    enqueue(JOB, trial_id=trial.pk)
    return trial


@transaction.atomic
def run_trial(trial_id: int) -> None:
    """Store the dossiers of the period that the values would have concerned. For the job; it may run twice."""
    trial = RuleTrial.objects.select_for_update().select_related("draft").get(pk=trial_id)
    if trial.state != RuleTrialState.RUNNING:
        return
    examined, find = TRIALS[RuleKind.of(trial.draft.rule)]
    dossiers, batch = examined(trial), list[RuleTrialCase]()
    for case in find(trial, dossiers):
        batch.append(case)
        if len(batch) == BATCH:
            RuleTrialCase.objects.bulk_create(batch)
            batch = []
    RuleTrialCase.objects.bulk_create(batch)
    trial.examined, trial.state, trial.finished_at = dossiers.count(), RuleTrialState.DONE, clock.now()
    trial.save(update_fields=["examined", "state", "finished_at"])


def _priced_otherwise(trial: RuleTrial, received: QuerySet[Dossier]) -> Iterator[RuleTrialCase]:
    """Yield the dossiers whose charged fee has a line that the changed fee would have made another.

    The lines are those that were charged; only the dollars of the changed fee are replaced, at the charge's own rate.
    """
    code, usd = trial.draft.entry, int(trial.values["usd"])
    columns = ("dossier_id", "dossier__procedure", "dossier__submitted_at", "items", "rate__vnd_per_usd")
    charges = Charge.objects.filter(dossier__in=received, items__contains=[{"key": code}]).order_by("dossier_id")
    for pk, procedure, submitted_at, items, rate in charges.values_list(*columns).iterator(BATCH):
        before = sum(int(Decimal(str(item["usd"]))) for item in items)
        after = sum(usd * item["count"] if item["key"] == code else int(Decimal(str(item["usd"]))) for item in items)
        if before != after:
            yield RuleTrialCase(
                trial=trial, dossier_id=pk, procedure=procedure, month=month_of(submitted_at), effect=RuleEffect.PRICE,
                usd_before=before, usd_after=after, vnd_before=to_vnd(before, rate), vnd_after=to_vnd(after, rate),
            )  # fmt: skip


def _running(trial: RuleTrial) -> QuerySet[Dossier]:
    """Return the office's dossiers with a due day; a day of the calendar that is to come concerns only these."""
    return Dossier.objects.filter(agency_id=trial.agency_id, state__in=RUNNING, due_on__isnull=False)


def _due_otherwise(trial: RuleTrial, running: QuerySet[Dossier]) -> Iterator[RuleTrialCase]:
    """Yield the open dossiers whose due day the changed day would move."""
    tried = as_approved(trial, trial.draft.valid_from)
    for dossier in running.order_by("id").iterator(BATCH):
        before = due_on(dossier)
        with tried_edition(tried):
            after = due_on(dossier)
        if before != after and dossier.submitted_at:
            yield RuleTrialCase(
                trial=trial, dossier=dossier, procedure=dossier.procedure, month=month_of(dossier.submitted_at),
                effect=RuleEffect.DUE, due_before=before, due_after=after,
            )  # fmt: skip


def _refused_otherwise(trial: RuleTrial, received: QuerySet[Dossier]) -> Iterator[RuleTrialCase]:
    """Yield the dossiers whose passport would have ended too early for what was asked, or no longer would have."""
    tried = as_approved(trial, trial.since)
    for dossier in received.order_by("id").iterator(BATCH):
        facts = facts_from(procedure_of(dossier), dossier.answers, day_of(dossier))
        if facts.passport_expiry is None or facts.requested_until is None or dossier.submitted_at is None:
            continue
        before = facts.requested_until > facts.passport_expiry - passport_margin(facts.on)
        with tried_edition(tried):
            after = facts.requested_until > facts.passport_expiry - passport_margin(facts.on)
        if before != after:
            yield RuleTrialCase(
                trial=trial, dossier=dossier, procedure=dossier.procedure, month=month_of(dossier.submitted_at),
                effect=RuleEffect.REFUSAL if after else RuleEffect.NO_REFUSAL,
            )  # fmt: skip


def _none_otherwise(_trial: RuleTrial, _received: QuerySet[Dossier]) -> Iterator[RuleTrialCase]:
    """Yield nothing: deadlines are counted in days, so that other office hours concern no dossier."""
    yield from ()


Examined = Callable[[RuleTrial], QuerySet[Dossier]]
Finder = Callable[[RuleTrial, QuerySet[Dossier]], Iterator[RuleTrialCase]]
TRIALS: dict[RuleKind, tuple[Examined, Finder]] = {
    RuleKind.FEE: (received, _priced_otherwise),
    RuleKind.DAY: (_running, _due_otherwise),
    RuleKind.HOURS: (received, _none_otherwise),
    RuleKind.MARGIN: (received, _refused_otherwise),
    RuleKind.LETTER: (letters_examined, worded_otherwise),
    RuleKind.RETURN_REASON: (reason_trials.papers_returned, reason_trials.returned_otherwise),
    RuleKind.REFUSAL_REASON: (reason_trials.refused, reason_trials.refused_otherwise),
    RuleKind.REQUEST: (reason_trials.requested, reason_trials.requested_otherwise),
    **ENTRY_TRIALS,
}


def waiting_trials(before: datetime) -> Iterable[int]:
    """Return the ids of trials that are under way and began before a moment."""
    return RuleTrial.objects.filter(state=RuleTrialState.RUNNING, asked_at__lt=before).values_list("pk", flat=True)


def give_up_trial(trial_id: Any) -> None:
    """Mark a trial that is under way as failed."""
    running = RuleTrial.objects.filter(pk=trial_id, state=RuleTrialState.RUNNING)
    running.update(state=RuleTrialState.FAILED, finished_at=clock.now())


RULE_TRIALS = UnfinishedWork((JOB,), "trial_id", waiting_trials, give_up_trial)
