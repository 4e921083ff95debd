"""Expected decision dates: made, renewed when they no longer hold, and compared with what happened."""

from collections import defaultdict
from datetime import date, timedelta

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import DatePromise, Dossier, Duration
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.promises import (
    ACCEPTANCE,
    OFFICES_TURN,
    SUBMISSION,
    DecisionPace,
    ExpectedWorkingDays,
    current_promise,
    dates_of,
    expect,
    expectation_of,
    pace,
    pauses_since,
)
from ancu.core import clock
from ancu.core.working_days import calendar

MATERIAL_DAYS = 2  # working days by which an expected day must move before the applicant gets a new one
BATCH = 500


@transaction.atomic
def promise(*, dossier_id: int, stage: str) -> DatePromise | None:
    """Store the dates on which the decision is expected, and return them.

    ``stage`` is submission, acceptance or resubmission. None if the office no longer has to act. Idempotent: the same
    dates at the same stage are one promise.
    """
    dossier = Dossier.objects.select_for_update().get(pk=dossier_id)
    if dossier.state not in OFFICES_TURN:
        return None  # decided, withdrawn or sent back since the job was enqueued
    last = current_promise(dossier)
    renewed = _promise_from(dossier, expectation_of(dossier), stage)
    if last is not None and last.basis.get("stage") == stage and not _differ_materially(last, renewed):
        return last
    renewed.save()
    return renewed


def _promise_from(dossier: Dossier, expected: ExpectedWorkingDays, stage: str) -> DatePromise:
    """Return a new, unsaved promise of the expected dates, with the figures that it is based on."""
    earliest, likely, latest = dates_of(dossier, expected)
    return DatePromise(
        dossier=dossier,
        made_at=clock.now(),
        earliest_on=earliest,
        likely_on=likely,
        latest_on=latest,
        basis={
            "stage": stage,
            "procedure": dossier.procedure,
            "cases": expected.cases,
            "ahead": expected.ahead,
            "enough": expected.enough,
        },
    )


def _differ_materially(last: DatePromise, renewed: DatePromise) -> bool:
    """Whether the expected dates differ by enough working days to tell the filer."""
    days = calendar()
    pairs = ((last.likely_on, renewed.likely_on), (last.latest_on, renewed.latest_on))
    return any(abs(days.working_days_between(before, after)) >= MATERIAL_DAYS for before, after in pairs)


def renew() -> int:
    """Store new expected dates where they moved by enough working days; return their number. Idempotent.

    The queue is read once, in order: a dossier's position is the number before it.
    """
    renewals: list[DatePromise] = []
    places: dict[tuple[int | None, str], int] = defaultdict(int)
    paces: dict[tuple[int | None, str, str], DecisionPace] = {}
    last_promises = _last_promises()
    waiting = Dossier.objects.filter(state__in=OFFICES_TURN).order_by("submitted_at", "id")
    for dossier in waiting.defer("answers", "search_key", "reason").iterator(chunk_size=BATCH):
        place = (dossier.agency_id, dossier.procedure)
        ahead, places[place] = places[place], places[place] + 1
        since = ACCEPTANCE if dossier.accepted_at else SUBMISSION
        key = (*place, since)
        if key not in paces:
            paces[key] = pace(dossier.agency_id or 0, dossier.procedure, since=since)
        expected = expect(paces[key], ahead=ahead, legal_days=procedure_of(dossier).deadline_days)
        renewed = _promise_from(dossier, expected, "renewed")
        if dossier.pk not in last_promises or _differ_materially(last_promises[dossier.pk], renewed):
            renewals.append(renewed)
    DatePromise.objects.bulk_create(renewals, batch_size=BATCH)
    return len(renewals)


def _last_promises() -> dict[int, DatePromise]:
    """Return the latest promise of expected dates, by dossier id, of the dossiers that the office works on."""
    open_promises = DatePromise.objects.filter(dossier__state__in=OFFICES_TURN)
    newest = open_promises.order_by("dossier_id", "-made_at", "-id").distinct("dossier_id")
    return {open_promise.dossier_id: open_promise for open_promise in newest}


# ---- against what happened -----------------------------------------------------------------------------


@transaction.atomic
def score(*, dossier_id: int) -> Duration | None:
    """Store how many working days the decision took, and whether the promised dates were met. Idempotent.

    None for a dossier that is not decided.
    """
    dossier = Dossier.objects.select_for_update().get(pk=dossier_id)
    if dossier.decided_at is None or dossier.submitted_at is None or dossier.agency_id is None:
        return None
    happened = clock.local(dossier.decided_at).date()
    unscored = DatePromise.objects.filter(dossier=dossier, is_on_time=None, made_at__lte=dossier.decided_at)
    on_time = ExpressionWrapper(Q(latest_on__gte=happened), output_field=BooleanField())
    unscored.update(happened_on=happened, is_on_time=on_time)
    first = dossier.promises.exclude(is_on_time=None).order_by("made_at", "id").first()
    duration, _created = Duration.objects.get_or_create(
        dossier=dossier,
        defaults={
            "agency_id": dossier.agency_id,
            "procedure": dossier.procedure,
            "decided_on": happened,
            "since_submission": _working_days(dossier, accepted=False, until=happened),
            "since_acceptance": _working_days(dossier, accepted=True, until=happened),
            "is_on_time": first.is_on_time if first else None,
        },
    )
    return duration


def _working_days(dossier: Dossier, *, accepted: bool, until: date) -> int:
    """Return the working days from submission, or with ``accepted`` from acceptance, to the day ``until``.

    Without the time in which the office waited for the applicant; 0 if it was never accepted.
    """
    start = dossier.accepted_at if accepted else dossier.submitted_at
    if start is None:
        return 0
    return calendar().elapsed(start, until, pauses_since(dossier, start))


def measure_missing() -> int:
    """Measure decisions of the last year that were never measured, such as imported ones; return their number."""
    since = clock.now() - timedelta(days=365)
    missing = Dossier.objects.filter(decided_at__gte=since, duration=None).exclude(state=State.DRAFT)
    ids = list(missing.order_by("decided_at").values_list("id", flat=True))
    for dossier_id in ids:
        score(dossier_id=dossier_id)
    return len(ids)
