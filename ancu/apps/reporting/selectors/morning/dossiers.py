"""Dossiers by step and deadline, the share decided by the promised day, and those received and decided."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.utils.translation import pgettext

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.rules import reads_dossiers
from ancu.apps.dossiers.selectors.queue_orders import UNDECIDED
from ancu.apps.dossiers.selectors.queues import QUEUES, received
from ancu.apps.reporting.rules import morning as rules
from ancu.apps.reporting.rules.morning import Due
from ancu.apps.reporting.selectors.morning.scope import LinkedNumber, MorningScope
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.db.statements import run
from ancu.engines.rulebook import procedures_on

# Steps in the order of the work, in a word or two: a bar has little room for its name.
STEP_NAMES = {
    State.SUBMITTED: lambda: pgettext("step", "New"),
    State.SUPPLEMENT: lambda: pgettext("step", "Documents requested"),
    State.RESUBMITTED: lambda: pgettext("step", "Documents received"),
    State.ACCEPTED: lambda: pgettext("step", "Being assessed"),
    State.ASSESSED: lambda: pgettext("step", "Waiting for decision"),
    State.APPROVED: lambda: pgettext("step", "Approved"),
    State.READY: lambda: pgettext("step", "Ready to collect"),
}
APPLICANTS = frozenset({State.SUPPLEMENT, State.READY})  # the office waits for them
# Decisions by day, from the index of procedures and days.
DECISIONS = """
SELECT decided_on, count(*)::int, count(is_on_time)::int, (count(*) FILTER (WHERE is_on_time))::int
FROM dossiers_duration {joined}
WHERE dossiers_duration.agency_id = %(agency)s AND dossiers_duration.procedure = ANY(%(procedures)s)
    AND decided_on >= %(first)s AND decided_on <= %(last)s {where}
GROUP BY decided_on
"""
IN_UNIT = "JOIN dossiers_dossier ON dossiers_dossier.id = dossier_id", "AND unit_id = ANY(%(units)s)"


def reads(scope: MorningScope) -> bool:
    """Whether the actor's page has dossiers: at the office that receives them."""
    return reads_dossiers(scope.actor)


def in_scope(scope: MorningScope) -> QuerySet[Dossier]:
    """Return the dossiers of the actor's agency, in the chosen unit, unordered."""
    dossiers = received(scope.actor).order_by()
    ids = scope.unit_ids
    return dossiers if ids is None else dossiers.filter(unit_id__in=ids)


def open_dossiers(scope: MorningScope) -> QuerySet[Dossier]:
    """Return the dossiers in the office's queues."""
    return in_scope(scope).filter(state__in=[str(state) for state in QUEUES])


def with_due(dossiers: QuerySet[Dossier]) -> QuerySet[Any]:
    """Annotate open dossiers with ``due``, a value of ``Due``."""
    today = clock.today()
    idle = Q(state__in=[State.APPROVED, State.READY]) | Q(due_on__isnull=True)
    steps = [
        When(state=State.SUPPLEMENT, then=Value(Due.STOPPED.value)),
        When(idle, then=Value(Due.IDLE.value)),
        When(due_on__lt=today, then=Value(Due.LATE.value)),
        When(due_on__lte=today + timedelta(days=rules.SOON_DAYS), then=Value(Due.SOON.value)),
    ]
    return dossiers.annotate(due=Case(*steps, default=Value(Due.LATER.value), output_field=CharField()))


def late(scope: MorningScope) -> QuerySet[Dossier]:
    """Return the undecided dossiers whose legal deadline has passed, as the late ones of the queue."""
    return in_scope(scope).filter(state__in=UNDECIDED, due_on__lt=clock.today()).exclude(state=State.SUPPLEMENT)


def submitted_on(scope: MorningScope, day: date) -> QuerySet[Dossier]:
    """Return the dossiers that the agency received on a day."""
    first, after = scope.bounds(day)
    return in_scope(scope).filter(submitted_at__gte=first, submitted_at__lt=after)


def decided_between(scope: MorningScope, first: date, last: date) -> QuerySet[Dossier]:
    """Return the dossiers that the agency decided on these days."""
    mine = {"duration__agency_id": scope.actor.organisation_id or 0, "duration__procedure__in": _procedure_codes()}
    return in_scope(scope).filter(duration__decided_on__gte=first, duration__decided_on__lte=last, **mine)


@dataclass(frozen=True)
class StepRow:
    """One step of the work: how many dossiers stand there by deadline, and who holds them."""

    state: State
    parts: list[tuple[Due, LinkedNumber]]
    total: LinkedNumber
    holders: tuple[int, ...]

    @property
    def name(self) -> str:
        """The step's short name."""
        return STEP_NAMES[self.state]()

    @property
    def waits_for_applicant(self) -> bool:
        """Whether the next step is the applicant's."""
        return self.state in APPLICANTS


@dataclass(frozen=True)
class DossierSteps:
    """The open dossiers by step; ``late_by_officer`` counts the late ones by the officer's id, None for nobody."""

    rows: list[StepRow]
    total: LinkedNumber
    late: LinkedNumber
    soon: LinkedNumber
    to_decide: LinkedNumber
    late_by_officer: dict[int | None, int]

    @property
    def most(self) -> int:
        """The number of dossiers at the fullest step; 1 at least."""
        return max((row.total.value for row in self.rows), default=1) or 1


def dossier_steps(scope: MorningScope) -> DossierSteps:
    """Return the open dossiers by step and deadline, by one query."""
    ids = None if scope.unit_ids is None else frozenset(scope.unit_ids)
    numbers: Counter[tuple[str, str]] = Counter()
    holders: dict[str, Counter[int]] = defaultdict(Counter)
    late_by_officer: Counter[int | None] = Counter()
    for state, due, officer, number in _by_step(scope.actor, ids).rows():
        numbers[state, due] += number
        if officer is not None:
            holders[state][officer] += number
        if due == Due.LATE:
            late_by_officer[officer] += number
    steps = [_step_row(scope, state, numbers, holders[state]) for state in STEP_NAMES]
    by_due = {due: sum(number for (_state, key), number in numbers.items() if key == due) for due in Due}
    decide = next(row for row in steps if row.state == State.ASSESSED)
    return DossierSteps(
        rows=steps,
        total=LinkedNumber(sum(numbers.values()), scope.list_url("dossiers")),
        late=LinkedNumber(by_due[Due.LATE], scope.list_url("dossiers", due=Due.LATE.value)),
        soon=LinkedNumber(by_due[Due.SOON], scope.list_url("dossiers", due=Due.SOON.value)),
        to_decide=decide.total,
        late_by_officer=dict(late_by_officer),
    )


@cached_query
def _by_step(actor: Actor, unit_ids: frozenset[int] | None) -> QuerySet[Dossier, Any]:
    """Return (state, deadline, officer, number) of the dossiers in the queues of the actor's agency."""
    dossiers = received(actor).order_by().filter(state__in=[str(state) for state in QUEUES])
    dossiers = dossiers if unit_ids is None else dossiers.filter(unit_id__in=unit_ids)
    rows: QuerySet[Dossier, Any] = with_due(dossiers).values_list("state", "due", "assigned_to")
    return rows.annotate(number=Count("pk"))


def oldest_late(scope: MorningScope) -> tuple[str, date] | None:
    """Return name and deadline of the dossier that is overdue longest; None if none is."""
    rows = _late_rows(scope.actor, None if scope.unit_ids is None else frozenset(scope.unit_ids)).rows(1)
    return (rows[0][0], rows[0][1]) if rows else None


@cached_query
def _late_rows(actor: Actor, unit_ids: frozenset[int] | None) -> QuerySet[Dossier, Any]:
    """Return (name, deadline) of the overdue dossiers of the actor's agency, the earliest deadline first."""
    dossiers = received(actor).filter(state__in=UNDECIDED, due_on__lt=clock.today()).exclude(state=State.SUPPLEMENT)
    dossiers = dossiers if unit_ids is None else dossiers.filter(unit_id__in=unit_ids)
    return dossiers.order_by("due_on", "pk").values_list("full_name", "due_on")


def _step_row(scope: MorningScope, state: State, numbers: Counter[tuple[str, str]], holders: Counter[int]) -> StepRow:
    """Return the row of one step, with its parts in the order of their urgency."""
    parts = [
        (due, LinkedNumber(numbers[state, due], scope.list_url("dossiers", state=state.value, due=due.value)))
        for due in Due
        if numbers[state, due]
    ]
    total = LinkedNumber(sum(number.value for _due, number in parts), scope.list_url("dossiers", state=state.value))
    return StepRow(state, parts, total, tuple(pk for pk, _number in holders.most_common()))


@dataclass(frozen=True)
class DecisionDay:
    day: date
    decided: int
    promised: int
    on_time: int


@dataclass(frozen=True)
class DecisionCourse:
    """The share of thirty days decided by the promised day, on each of the last days."""

    promised: int
    on_time: int
    decided_yesterday: int
    shares: list[float | None]

    @property
    def percent(self) -> float | None:
        """The share of the thirty days to yesterday, in percent; None without promised dates."""
        return _percent(self.on_time, self.promised)


def decision_course(scope: MorningScope) -> DecisionCourse:
    """Return the decisions of the thirty days to yesterday, and the course of their share, by one query."""
    last = scope.yesterday
    days = rules.days_to(last)
    rows = decisions(scope, days[0] - timedelta(days=rules.DAYS - 1), last)
    windows = [_window(rows, day) for day in days]
    promised, on_time = windows[-1]
    yesterday = sum(row.decided for row in rows if row.day == last)
    return DecisionCourse(promised, on_time, yesterday, [_percent(part, base) for base, part in windows])


def decisions(scope: MorningScope, first: date, last: date) -> list[DecisionDay]:
    """Return the agency's decisions on each day that has any."""
    values: dict[str, Any] = {
        "agency": scope.actor.organisation_id or 0, "first": first, "last": last,
        "procedures": _procedure_codes(),
    }  # fmt: skip
    joined, where = ("", "")
    if scope.unit_ids is not None:
        joined, where = IN_UNIT
        values["units"] = list(scope.unit_ids)
    return [DecisionDay(*row) for row in run(DECISIONS.format(joined=joined, where=where), values)]


def _procedure_codes() -> list[str]:
    """Return the codes of today's procedures, by which the index of decisions begins."""
    return [procedure.code for procedure in procedures_on(clock.today())]


def _window(rows: Sequence[DecisionDay], last: date) -> tuple[int, int]:
    """Return (promised, on time) of the thirty days that end with ``last``."""
    first = last - timedelta(days=rules.DAYS - 1)
    within = [row for row in rows if first <= row.day <= last]
    return sum(row.promised for row in within), sum(row.on_time for row in within)


def _percent(part: int, base: int) -> float | None:
    """Return a share in percent to one decimal; None without a base."""
    return round(100 * part / base, 1) if base else None
