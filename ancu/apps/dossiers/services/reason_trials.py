"""Which dossiers of the past year met a reason that is to be reworded or ended."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from ancu.apps.dossiers.enums import ComponentState, RuleEffect, State
from ancu.apps.dossiers.models import Dossier, DossierEvent, RuleTrial, RuleTrialCase, Supplement
from ancu.apps.dossiers.services.rule_trial_basis import BATCH, ONE_DAY
from ancu.core import clock
from ancu.engines.rulebook import reason_rows

JUDGED = "judged_component"
REFUSED = (State.REFUSED, State.NOT_ACCEPTED)
Use = tuple[int, str, datetime, str]  # dossier, procedure, when, and the code or the text that was used


def papers_returned(trial: RuleTrial) -> QuerySet[Dossier]:
    """Return the dossiers of which the office returned a paper in the trial's period."""
    return _dossiers(_events(trial).filter(act=JUDGED, data__state=ComponentState.RETURNED.value))


def refused(trial: RuleTrial) -> QuerySet[Dossier]:
    """Return the dossiers that the office refused or did not accept in the trial's period."""
    return _dossiers(_events(trial).filter(act__in=REFUSED))


def requested(trial: RuleTrial) -> QuerySet[Dossier]:
    """Return the dossiers to which the office requested documents in the trial's period."""
    return _dossiers(_supplements(trial))


def returned_otherwise(trial: RuleTrial, _examined: QuerySet[Dossier]) -> Iterator[RuleTrialCase]:
    """Yield the dossiers of which a paper was returned for the reason."""
    events = _events(trial).filter(act=JUDGED, data__reason_code=trial.draft.entry).order_by("at", "id")
    columns = ("dossier_id", "dossier__procedure", "at", "data__reason_code")
    return _cases(trial, events.values_list(*columns).iterator(BATCH))


def refused_otherwise(trial: RuleTrial, _examined: QuerySet[Dossier]) -> Iterator[RuleTrialCase]:
    """Yield the dossiers whose refusal has the ready reason."""
    events = _events(trial).filter(act__in=REFUSED).order_by("at", "id")
    columns = ("dossier_id", "dossier__procedure", "at", "reason")
    return _cases(trial, events.values_list(*columns).iterator(BATCH))


def requested_otherwise(trial: RuleTrial, _examined: QuerySet[Dossier]) -> Iterator[RuleTrialCase]:
    """Yield the dossiers of which a request for documents has the ready sentence."""
    columns = ("dossier_id", "dossier__procedure", "asked_at", "items")
    rows = _supplements(trial).order_by("asked_at", "id").values_list(*columns).iterator(BATCH)
    return _cases(trial, ((pk, procedure, at, _sentences(items)) for pk, procedure, at, items in rows))


def _cases(trial: RuleTrial, uses: Iterable[Use]) -> Iterator[RuleTrialCase]:
    """Yield a case for each dossier with a use that the change concerns, in the month of its latest one."""
    effect = RuleEffect.ENDED if trial.values.get("ended") else RuleEffect.WORDS
    concerned: dict[int, tuple[str, Any]] = {}
    for dossier_id, procedure, at, text in uses:
        on = clock.local(at).date()
        row = reason_rows(trial.draft.rule, on).get(trial.draft.entry)
        if row is not None and _differs(row, trial.values) and _is_in(row, text):
            concerned[dossier_id] = (procedure, on.replace(day=1))
    for dossier_id, (procedure, month) in concerned.items():
        yield RuleTrialCase(trial=trial, dossier_id=dossier_id, procedure=procedure, month=month, effect=effect)


def _differs(row: Any, values: Any) -> bool:
    """Whether the tried values say something else than the reason said on its day."""
    return any(row.get(name) != value for name, value in values.items())


def _is_in(row: Any, text: str) -> bool:
    """Whether a text that was sent is the reason's code, or has its sentence in either language."""
    return text == row["code"] or row["vi"] in text or row["en"] in text


def _sentences(items: Any) -> str:
    """Return the sentences of a request, one a line."""
    names = ("reason", "reason_vi", "reason_en")
    return "\n".join(item[name] for item in items for name in names if item.get(name))


def _events(trial: RuleTrial) -> QuerySet[DossierEvent]:
    """Return the events of the office's dossiers in the trial's period."""
    first, end = clock.start_of(trial.since), clock.start_of(trial.until + ONE_DAY)
    return DossierEvent.objects.filter(dossier__agency_id=trial.agency_id, at__gte=first, at__lt=end)


def _supplements(trial: RuleTrial) -> QuerySet[Supplement]:
    """Return the office's requests for documents in the trial's period."""
    first, end = clock.start_of(trial.since), clock.start_of(trial.until + ONE_DAY)
    return Supplement.objects.filter(dossier__agency_id=trial.agency_id, asked_at__gte=first, asked_at__lt=end)


def _dossiers(rows: QuerySet[Any]) -> QuerySet[Dossier]:
    """Return the dossiers of the rows, each once."""
    return Dossier.objects.filter(pk__in=rows.values("dossier"))
