"""Expected decision dates, estimated from measured cases and the current queue.

With fewer than ``ENOUGH`` cases only the legal deadline is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil

from django.db import connection
from django.db.models import Q

from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import DatePromise, Dossier
from ancu.apps.dossiers.rules import reads_dossiers
from ancu.apps.dossiers.selectors.durations import (
    HALF,
    NINE_TENTHS,
    DecisionCounts,
    ProcedureTimes,
    decision_counts,
    times_by_procedure,
)
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.disclosure_control import is_few, is_share_shown, rounded, suppressed_parts
from ancu.core.working_days import calendar
from ancu.engines.rulebook import DeadlinePause, get_procedure

MEASURED_PERIOD = timedelta(days=90)
ENOUGH = 20
MONTHS = 12
OFFICES_TURN = (State.SUBMITTED, State.RESUBMITTED, State.ACCEPTED, State.ASSESSED)
SUBMISSION, ACCEPTANCE = "since_submission", "since_acceptance"
PACE_SQL = """
SELECT count(*),
       percentile_disc(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY {days}),
       count(DISTINCT decided_on)
FROM dossiers_duration
WHERE agency_id = %s AND procedure = %s AND decided_on > %s AND decided_on <= %s
"""


# ---- what was measured ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class DecisionPace:
    """The office's recent speed: working days of the fastest tenth, the median and the slowest tenth.

    ``per_day`` is the number of decisions on days with any; days without decisions say nothing about how fast a queue
    is worked off.
    """

    cases: int
    fast: int = 0
    middle: int = 0
    slow: int = 0
    per_day: float = 0.0

    @property
    def enough(self) -> bool:
        """Whether enough decisions were measured to estimate how long a decision takes."""
        return self.cases >= ENOUGH


def pace(agency_id: int, procedure: str, *, since: str = SUBMISSION, today: date | None = None) -> DecisionPace:
    """Return how fast the agency decided dossiers of the procedure in the 90 days before ``today``.

    ``since`` is the event, submission or acceptance, from which each dossier's working days are counted.
    """
    day = today or clock.today()
    sql = PACE_SQL.format(days={SUBMISSION: SUBMISSION, ACCEPTANCE: ACCEPTANCE}[since])
    with connection.cursor() as cursor:
        cursor.execute(sql, [agency_id, procedure, day - MEASURED_PERIOD, day])
        cases, days, worked = cursor.fetchone()
    if not cases:
        return DecisionPace(0)
    fast, middle, slow = days
    return DecisionPace(cases, fast, middle, slow, cases / worked)


def queue_length(agency_id: int, procedure: str, *, before: Dossier | None = None) -> int:
    """Return how many dossiers of the procedure wait for the agency to act.

    With ``before``, only those submitted before that dossier.
    """
    waiting = Dossier.objects.filter(agency_id=agency_id, procedure=procedure, state__in=OFFICES_TURN)
    if before is not None and before.submitted_at is not None:
        earlier = Q(submitted_at__lt=before.submitted_at)
        waiting = waiting.filter(earlier | Q(submitted_at=before.submitted_at, id__lt=before.pk))
    return waiting.count()


# ---- what follows from it ------------------------------------------------------------------------------


@dataclass(frozen=True)
class ExpectedWorkingDays:
    """Working days until the decision. ``enough`` is False when they are the legal deadline, for lack of cases.

    ``measured`` describes recent cases; ``queued`` is the delay in days caused by the queue.
    """

    fast: int
    likely: int
    slow: int
    cases: int
    ahead: int
    enough: bool
    measured: DecisionPace = DecisionPace(0)
    queued: int = 0


def expect(measured: DecisionPace, *, ahead: int, legal_days: int) -> ExpectedWorkingDays:
    """Return the expected working days until the decision, ``ahead`` being the number of dossiers before it.

    The measured days, later where the queue takes longer than the median case; a longer queue never makes any of the
    three days earlier. Without enough measured cases all three are ``legal_days``.
    """
    if not measured.enough:
        return ExpectedWorkingDays(legal_days, legal_days, legal_days, measured.cases, ahead, enough=False)
    through_queue = ceil(ahead / measured.per_day)
    extra = max(0, through_queue - measured.middle)
    fast, likely, slow = (max(1, days + extra) for days in (measured.fast, measured.middle, measured.slow))
    return ExpectedWorkingDays(fast, likely, slow, measured.cases, ahead, enough=True, measured=measured, queued=extra)


def current_expectation(procedure: str, *, agency: Organisation | None = None) -> ExpectedWorkingDays:
    """Return the expected days of a dossier sent today; without an agency, at the only receiving office.

    This is public: the numbers of decided and waiting dossiers are rounded, and hidden when small. The days follow
    from the rounded numbers, so that they reveal nothing more.
    """
    office = agency or Organisation.objects.filter(kind="agency", parent=None).order_by("id").first()
    legal_days = get_procedure(procedure, clock.today()).deadline_days
    if office is None:
        return expect(DecisionPace(0), ahead=0, legal_days=legal_days)
    measured = pace(office.pk, procedure)
    measured = replace(measured, per_day=round(measured.per_day, 1))
    ahead = rounded(queue_length(office.pk, procedure)) or 0
    expectation = expect(measured, ahead=ahead, legal_days=legal_days)
    return replace(expectation, cases=rounded(expectation.cases) or 0)


def dates_of(dossier: Dossier, expected: ExpectedWorkingDays) -> tuple[date, date, date]:
    """Return the earliest, likeliest and latest date by the working calendar; none is in the past.

    They count from the acceptance, if there was one, and are delayed by the time the applicant took to answer.
    """
    days = calendar()
    start = dossier.accepted_at or dossier.submitted_at
    assert start is not None  # only submitted dossiers have an expected date
    pauses = pauses_since(dossier, start)
    soonest = days.add_working_days(clock.today(), 0)
    deadlines = [
        days.deadline(start, count, pauses) or soonest for count in (expected.fast, expected.likely, expected.slow)
    ]
    fast, likely, slow = (max(soonest, day) for day in deadlines)
    return fast, likely, slow


def pauses_since(dossier: Dossier, start: datetime) -> list[DeadlinePause]:
    """Return the answered requests for documents made since ``start``, as pauses of the deadline."""
    answered = dossier.supplements.filter(asked_at__gte=start).exclude(answered_at=None).order_by("asked_at")
    return [DeadlinePause(supplement.asked_at, supplement.answered_at) for supplement in answered]


def expectation_of(dossier: Dossier) -> ExpectedWorkingDays:
    """Return the expected working days until the dossier's decision, from its acceptance, else its submission."""
    since = ACCEPTANCE if dossier.accepted_at else SUBMISSION
    agency_id = dossier.agency_id or 0
    return expect(
        pace(agency_id, dossier.procedure, since=since),
        ahead=queue_length(agency_id, dossier.procedure, before=dossier),
        legal_days=procedure_of(dossier).deadline_days,
    )


def current_promise(dossier: Dossier) -> DatePromise | None:
    """Return the latest expected dates stored for the dossier; None before the first ones."""
    return dossier.promises.order_by("-made_at", "-id").first()


# ---- how often it held ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class ProcedureMonth:
    """One month's decisions of one procedure. ``promised`` of the ``cases`` had a date; ``on_time`` of those met it."""

    first_day: date
    procedure: str
    cases: int
    middle: int
    slow: int
    promised: int
    on_time: int

    @property
    def percent(self) -> int | None:
        """The percentage of promised dates that were met; None without promises."""
        return round(100 * self.on_time / self.promised) if self.promised else None


# The decisions, their median and slowest tenth in working days, those with a promised date, and those that met it.
DURATION_COLUMNS = """count(*)::int,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY since_submission),
    percentile_disc(0.9) WITHIN GROUP (ORDER BY since_submission),
    count(is_on_time)::int, (count(*) FILTER (WHERE is_on_time))::int"""


@dataclass(frozen=True)
class PublishedMonths:
    """The months as their reader may see them.

    ``left_out`` is the number of decisions in hidden months, rounded for the public, who could otherwise subtract what
    ``/results/`` shows; None where it concerns few people. ``percent`` covers the ``promised`` dates of all months,
    including hidden ones, because otherwise only months without a miss would count.
    """

    months: list[ProcedureMonth]
    left_out: int | None
    promised: int | None = None
    percent: int | None = None
    times: Sequence[ProcedureTimes] = ()

    @property
    def shown_cases(self) -> int:
        """The number of decided dossiers in the displayed months."""
        return sum(month.cases for month in self.months)


def punctuality_by_month(actor: Actor) -> PublishedMonths:
    """Return the last twelve months by month and procedure: the agency's own, or all for the public.

    Readers without access to dossiers see completed months only, filtered by ``disclosure_control``: an increase of the
    running month would concern one person, and so might the sum of the hidden months.
    """
    exact = reads_dossiers(actor)
    first = month_before(clock.today(), MONTHS - 1 if exact else MONTHS)
    end = month_before(clock.today(), -1 if exact else 0)
    counts = decision_counts(first, end, (actor.organisation_id or 0) if actor.is_agency else None)
    months = [_month(*key, counts=own) for key, own in counts.items()]
    times = times_by_procedure(counts, exact=exact)
    promised, on_time = sum(month.promised for month in months), sum(month.on_time for month in months)
    percent = round(100 * on_time / promised) if promised else None
    if exact:
        return PublishedMonths(months, 0, promised, percent, times)
    published = [_published(month) for month in months if not is_few(month.cases)]
    small_months = {place for place, month in enumerate(months) if is_few(month.cases)}
    tells_nothing_more = suppressed_parts([month.cases for month in months]) == small_months
    hidden = sum(months[place].cases for place in small_months)
    left_out = (rounded(hidden) if small_months else 0) if tells_nothing_more else None
    is_share_public = is_share_shown(on_time, promised)
    return PublishedMonths(published, left_out, rounded(promised), percent if is_share_public else None, times)


def _month(first_day: date, procedure: str, *, counts: DecisionCounts) -> ProcedureMonth:
    """Return one month of one procedure from its counts."""
    middle, slow = counts.within(HALF), counts.within(NINE_TENTHS)
    return ProcedureMonth(first_day, procedure, counts.cases, middle, slow, counts.promised, counts.on_time)


def last_full_month() -> list[ProcedureMonth]:
    """Return the last completed month by procedure as the public page shows it, the most decided first."""
    end = month_before(clock.today(), 0)
    counts = decision_counts(month_before(end, 1), end, None)
    months = [_month(*key, counts=own) for key, own in counts.items()]
    published = [_published(month) for month in months if not is_few(month.cases)]
    return sorted(published, key=lambda month: (-month.cases, month.procedure))


def month_before(day: date, months: int) -> date:
    """Return the first day of the month that lies ``months`` before the month of ``day``."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _published(month: ProcedureMonth) -> ProcedureMonth:
    """Return the month for the public: without the numbers of promises if their share concerns few people."""
    if is_share_shown(month.on_time, month.promised):
        return month
    return ProcedureMonth(month.first_day, month.procedure, month.cases, month.middle, month.slow, 0, 0)
