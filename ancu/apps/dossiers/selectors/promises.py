"""When a dossier will be decided: from what was measured, and from the queue before it.

Nothing is promised from fewer than ``ENOUGH`` cases: then the legal deadline is all that can honestly be said.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from django.db import connection
from django.db.models import Q

from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier, Promise
from ancu.apps.dossiers.rules import reads_dossiers
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.disclosure_control import is_few, is_share_shown, rounded, suppressed_parts
from ancu.core.working_days import calendar
from ancu.engines.rulebook import Pause, get_procedure

MEASURED = timedelta(days=90)
ENOUGH = 20
MONTHS = 12
OFFICES_TURN = (State.SUBMITTED, State.RESUBMITTED, State.ACCEPTED, State.ASSESSED)
SUBMISSION, ACCEPTANCE = "since_submission", "since_acceptance"
MEASURE = """
SELECT count(*),
       percentile_disc(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY {days}),
       count(DISTINCT decided_on)
FROM dossiers_duration
WHERE agency_id = %s AND procedure = %s AND decided_on > %s AND decided_on <= %s
"""


# ---- what was measured ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pace:
    """How the office worked of late: working days of the fastest tenth, the middle and the slowest tenth.

    ``per_day`` is how many it decided on a day when it decided any: on the others there was nothing to decide, so that
    they say nothing of how fast a queue is worked off.
    """

    cases: int
    fast: int = 0
    middle: int = 0
    slow: int = 0
    per_day: float = 0.0

    @property
    def enough(self) -> bool:
        return self.cases >= ENOUGH


def pace(agency_id: int, procedure: str, *, since: str = SUBMISSION, today: date | None = None) -> Pace:
    """Measured over the last 90 days; ``since`` is what the working days are counted from."""
    day = today or clock.today()
    sql = MEASURE.format(days={SUBMISSION: SUBMISSION, ACCEPTANCE: ACCEPTANCE}[since])
    with connection.cursor() as cursor:
        cursor.execute(sql, [agency_id, procedure, day - MEASURED, day])
        cases, days, worked = cursor.fetchone()
    if not cases:
        return Pace(0)
    fast, middle, slow = days
    return Pace(cases, fast, middle, slow, cases / worked)


def queue(agency_id: int, procedure: str, *, before: Dossier | None = None) -> int:
    """Dossiers of the procedure that wait for the office; with ``before``, those received earlier than it."""
    waiting = Dossier.objects.filter(agency_id=agency_id, procedure=procedure, state__in=OFFICES_TURN)
    if before is not None and before.submitted_at is not None:
        earlier = Q(submitted_at__lt=before.submitted_at)
        waiting = waiting.filter(earlier | Q(submitted_at=before.submitted_at, id__lt=before.pk))
    return waiting.count()


# ---- what follows from it ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expectation:
    """Working days until the decision. ``enough`` is False when they are the legal deadline's, for want of cases.

    ``measured`` is how the cases of late went; ``queued`` by how many days the queue puts the others off from it.
    """

    fast: int
    likely: int
    slow: int
    cases: int
    ahead: int
    enough: bool
    measured: Pace = Pace(0)
    queued: int = 0


def expect(measured: Pace, *, ahead: int, legal_days: int) -> Expectation:
    """The measured days, put off where the queue alone takes longer than the middle case took.

    A longer queue never brings any of the three days nearer.
    """
    if not measured.enough:
        return Expectation(legal_days, legal_days, legal_days, measured.cases, ahead, enough=False)
    through_queue = ceil(ahead / measured.per_day)
    extra = max(0, through_queue - measured.middle)
    fast, likely, slow = (max(1, days + extra) for days in (measured.fast, measured.middle, measured.slow))
    return Expectation(fast, likely, slow, measured.cases, ahead, enough=True, measured=measured, queued=extra)


def how_long_now(procedure: str, *, agency: Organisation | None = None) -> Expectation:
    """What a dossier sent today can expect; without an agency, at the office that receives them all.

    Anybody may ask again tomorrow: how many were decided and how many wait is rounded, and not told of few. The days
    follow from the rounded figures, so that a reader who divides them comes to the same.
    """
    office = agency or Organisation.objects.filter(kind="agency", parent=None).order_by("id").first()
    legal_days = get_procedure(procedure, clock.today()).deadline_days
    if office is None:
        return expect(Pace(0), ahead=0, legal_days=legal_days)
    measured = pace(office.pk, procedure)
    measured = replace(measured, per_day=round(measured.per_day, 1))
    ahead = rounded(queue(office.pk, procedure)) or 0
    expectation = expect(measured, ahead=ahead, legal_days=legal_days)
    return replace(expectation, cases=rounded(expectation.cases) or 0)


def dates_of(dossier: Dossier, expected: Expectation) -> tuple[date, date, date]:
    """The days themselves, by the working calendar; none lies in the past.

    They are counted from the acceptance, where there was one, and the stretches of awaited supplements put them off.
    """
    days = calendar()
    start = dossier.accepted_at or dossier.submitted_at
    assert start is not None  # only what was sent has an expected date
    pauses = pauses_since(dossier, start)
    soonest = days.add_working_days(clock.today(), 0)
    found = [
        days.deadline(start, count, pauses) or soonest for count in (expected.fast, expected.likely, expected.slow)
    ]
    fast, likely, slow = (max(soonest, day) for day in found)
    return fast, likely, slow


def pauses_since(dossier: Dossier, start: datetime) -> list[Pause]:
    """When the office waited for the applicant: none of its time."""
    answered = dossier.supplements.filter(asked_at__gte=start).exclude(answered_at=None).order_by("asked_at")
    return [Pause(one.asked_at, one.answered_at) for one in answered]


def expectation_of(dossier: Dossier) -> Expectation:
    """By where the dossier stands now."""
    since = ACCEPTANCE if dossier.accepted_at else SUBMISSION
    agency_id = dossier.agency_id or 0
    return expect(
        pace(agency_id, dossier.procedure, since=since),
        ahead=queue(agency_id, dossier.procedure, before=dossier),
        legal_days=procedure_of(dossier).deadline_days,
    )


def current_promise(dossier: Dossier) -> Promise | None:
    """What the applicant was told last."""
    return dossier.promises.order_by("-made_at", "-id").first()


# ---- how often it held ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """One month's decisions of one procedure. ``promised`` of the ``cases`` had a date, ``kept`` of those held."""

    first_day: date
    procedure: str
    cases: int
    middle: int
    slow: int
    promised: int
    kept: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.kept / self.promised) if self.promised else None


# Counted by how many days it took: the middle of a year's hundred thousand is read from some hundred sums, and
# nothing is sorted.
KEPT = """
WITH months AS (
    SELECT first_day AS month, procedure, days, sum(cases) AS cases, sum(promised) AS promised, sum(kept) AS kept
    FROM dossiers_durationmonth
    WHERE first_day >= %s AND first_day <= %s AND (%s OR agency_id = %s)
    GROUP BY 1, 2, 3
), counted AS (
    SELECT *, sum(cases) OVER (PARTITION BY month, procedure ORDER BY days) AS until,
        sum(cases) OVER (PARTITION BY month, procedure) AS total
    FROM months
)
SELECT month, procedure, total::int, min(days) FILTER (WHERE until >= 0.5 * total),
    min(days) FILTER (WHERE until >= 0.9 * total), sum(promised)::int, sum(kept)::int
FROM counted
GROUP BY month, procedure, total
ORDER BY 1 DESC, 2
"""


@dataclass(frozen=True)
class Published:
    """The months as their reader may see them.

    ``left_out``: how many decisions stand in months that are not shown, rounded for the public, who could else
    subtract what ``/results/`` tells of them; None where it is of few people. ``percent`` of the ``promised`` dates of
    all months held, also of those whose own share is not shown: else only months without a miss would count.
    """

    months: list[Month]
    left_out: int | None
    promised: int | None = None
    percent: int | None = None

    @property
    def shown(self) -> int:
        return sum(month.cases for month in self.months)


def kept_by_month(actor: Actor) -> Published:
    """The last twelve months by month and procedure: an agency's own, everybody else's all.

    Whoever cannot open the dossiers reads the months that are over, as ``disclosure_control`` lets them be shown: what
    is added to a month that runs on would be about one person, and so may be what all months left out come to.
    """
    exact = reads_dossiers(actor)
    first = month_before(clock.today(), MONTHS - 1 if exact else MONTHS)
    last = month_before(clock.today(), 0 if exact else 1)
    values: list[Any] = [first, last, not actor.is_agency, actor.organisation_id or 0]
    with connection.cursor() as cursor:
        cursor.execute(KEPT, values)
        months = [Month(*row) for row in cursor.fetchall()]
    promised, kept = sum(month.promised for month in months), sum(month.kept for month in months)
    percent = round(100 * kept / promised) if promised else None
    if exact:
        return Published(months, 0, promised, percent)
    shown = [_published(month) for month in months if not is_few(month.cases)]
    few = {place for place, month in enumerate(months) if is_few(month.cases)}
    tells_nothing_more = suppressed_parts([month.cases for month in months]) == few
    hidden = sum(months[place].cases for place in few)
    left_out = (rounded(hidden) if few else 0) if tells_nothing_more else None
    is_told = is_share_shown(kept, promised)
    return Published(shown, left_out, rounded(promised), percent if is_told else None)


def month_before(day: date, months: int) -> date:
    """The first day of the month so many months before the day's."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _published(month: Month) -> Month:
    """Without its promises where the share of those that held would be about few people."""
    if is_share_shown(month.kept, month.promised):
        return month
    return Month(month.first_day, month.procedure, month.cases, month.middle, month.slow, 0, 0)
