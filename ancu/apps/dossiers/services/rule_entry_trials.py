"""Trials of changed validities, time limits and forms on the dossiers of the past year."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from ancu.apps.dossiers.enums import RuleEffect, RuleKind, State
from ancu.apps.dossiers.models import Dossier, Posting, RuleTrial, RuleTrialCase
from ancu.apps.dossiers.rules.postings import expected_on
from ancu.apps.dossiers.rules.rule_values import POSTAL, form_code
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of
from ancu.apps.dossiers.services.rule_trial_basis import BATCH, as_approved, month_of, received
from ancu.core import clock
from ancu.engines.rulebook import (
    BLOCKING,
    Facts,
    Procedure,
    facts_from,
    findings,
    missing,
    procedures_on,
    tried_edition,
    with_presets,
)


def _case(trial: RuleTrial, dossier: Dossier, effect: RuleEffect) -> Iterator[RuleTrialCase]:
    """Yield the case of a dossier that the change would have concerned."""
    if dossier.submitted_at is not None:
        yield RuleTrialCase(
            trial=trial, dossier=dossier, procedure=dossier.procedure, month=month_of(dossier.submitted_at),
            effect=effect,
        )  # fmt: skip


# ---- validity ------------------------------------------------------------------------------------------


def refused_otherwise(trial: RuleTrial, dossiers: QuerySet[Dossier]) -> Iterator[RuleTrialCase]:
    """Yield the dossiers for the changed symbol that a check would have refused, or no longer would have.

    The checks are those of a dossier that is submitted; only the symbol's limits differ between their two runs.
    """
    tried = as_approved(trial, trial.since)
    for dossier in dossiers.order_by("id").iterator(BATCH):
        procedure = procedure_of(dossier)
        facts = facts_from(procedure, dossier.answers, day_of(dossier))
        if facts.requested_symbol != trial.draft.entry:
            continue
        before = _refusals(procedure, facts)
        with tried_edition(tried):
            after = _refusals(procedure, facts)
        if after - before:
            yield from _case(trial, dossier, RuleEffect.TOO_LONG)
        elif before - after:
            yield from _case(trial, dossier, RuleEffect.NOT_TOO_LONG)


def _refusals(procedure: Procedure, facts: Facts) -> set[str]:
    """Return the codes of the checks that refuse what is asked for."""
    return {finding.code for finding in findings(procedure, facts) if finding.severity == BLOCKING}


# ---- forms ---------------------------------------------------------------------------------------------


def dossiers_with_form(trial: RuleTrial) -> QuerySet[Dossier]:
    """Return the dossiers of the period whose answers to the changed form are stored."""
    code = form_code(trial.draft.rule)
    days = (trial.since, trial.until)
    procedures = {procedure.code for day in days for procedure in procedures_on(day) if _has_form(procedure, code)}
    return received(trial).filter(procedure__in=procedures, answers__has_key=code)


def _has_form(procedure: Procedure, code: str) -> bool:
    """Whether the procedure asks for the form."""
    return any(form.code == code for form in procedure.forms)


def incomplete_otherwise(trial: RuleTrial, dossiers: QuerySet[Dossier]) -> Iterator[RuleTrialCase]:
    """Yield the dossiers that would have lacked an answer; a change of texts alone yields none."""
    code, tried = form_code(trial.draft.rule), as_approved(trial, trial.since)
    for dossier in dossiers.order_by("id").iterator(BATCH):
        before = _missing_answers(dossier, code)
        with tried_edition(tried):
            after = _missing_answers(dossier, code)
        if after - before:
            yield from _case(trial, dossier, RuleEffect.INCOMPLETE)


def _missing_answers(dossier: Dossier, code: str) -> set[str]:
    """Return the items of the form that are required and without an answer, by the law of the dossier's day."""
    procedure = procedure_of(dossier)
    if not _has_form(procedure, code):
        return set()
    answers: Mapping[str, Any] = with_presets(procedure, dossier.answers)[code]
    return {problem.field for problem in missing(procedure.form(code), answers)}


# ---- time limits ---------------------------------------------------------------------------------------


def dossiers_of_limit(trial: RuleTrial) -> QuerySet[Dossier]:
    """Return the dossiers of the period that a time limit is about: with a posted passport, otherwise refused ones."""
    if trial.draft.rule == POSTAL:
        return received(trial).filter(postings__isnull=False).distinct()
    return received(trial).filter(Q(state=State.REFUSED) | Q(state=State.NOT_ACCEPTED))


def late_otherwise(trial: RuleTrial, dossiers: QuerySet[Dossier]) -> Iterator[RuleTrialCase]:
    """Yield the dossiers with a passport in the post that would have been late, or would not have been.

    The days to complain are told in letters; the program refuses nothing by them.
    """
    if trial.draft.rule != POSTAL:
        return
    tried = as_approved(trial, trial.since)
    for dossier in dossiers.prefetch_related("postings").order_by("id").iterator(BATCH):
        postings = [posting for posting in dossier.postings.all() if posting.sent_on >= trial.since]
        before = _late_postings(postings)
        with tried_edition(tried):
            after = _late_postings(postings)
        if after != before:
            effect = RuleEffect.LATE if after > before else RuleEffect.NOT_LATE
            yield from _case(trial, dossier, effect)


def _late_postings(postings: list[Posting]) -> int:
    """Return how many passports arrived, or are still expected, after the day by which the rulebook expects them."""
    return sum(_arrived_on(posting) > expected for posting in postings if (expected := expected_on(posting)))


def _arrived_on(posting: Posting) -> date:
    """Return the day on which a posted passport arrived; today while it is on its way."""
    return clock.local(posting.arrived_at).date() if posting.arrived_at else clock.today()


ENTRY_TRIALS = {
    RuleKind.VALIDITY: (received, refused_otherwise),
    RuleKind.LIMIT: (dossiers_of_limit, late_otherwise),
    RuleKind.FORM: (dossiers_with_form, incomplete_otherwise),
}
