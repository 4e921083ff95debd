"""Petitions that wait for an answer by unit and deadline, their course, verdicts, and promises that fall due."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, Min, QuerySet, Value, When

from ancu.apps.listening.enums import OPEN, PetitionStep
from ancu.apps.listening.models import Petition, PetitionPromise, PetitionTrace, Verdict
from ancu.apps.listening.rules import may_work_on_petitions
from ancu.apps.listening.selectors import visible_to
from ancu.apps.reporting.rules import morning as rules
from ancu.apps.reporting.rules.morning import Due
from ancu.apps.reporting.selectors.morning.alerts import OpenCourse
from ancu.apps.reporting.selectors.morning.scope import DAY, LinkedNumber, MorningScope
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.db.statements import run

BEGINS = (PetitionStep.RECEIVED, PetitionStep.REFUSED, PetitionStep.SEPARATED, PetitionStep.CAME_BACK)
ENDS = (PetitionStep.ANSWERED, PetitionStep.MERGED, PetitionStep.TRANSFERRED)
CLOSINGS = (PetitionStep.CONFIRMED, PetitionStep.SILENT)
VERDICT_DAYS = 90
MOST_UNITS = 5


def reads(scope: MorningScope) -> bool:
    """Whether the actor's page has petitions."""
    return may_work_on_petitions(scope.actor)


def in_scope(scope: MorningScope) -> QuerySet[Petition]:
    """Return the petitions that the actor may see, about the chosen unit, unordered."""
    petitions = visible_to(scope.actor).order_by()
    ids = scope.unit_ids
    return petitions if ids is None else petitions.filter(place_id__in=ids)


def waiting(scope: MorningScope) -> QuerySet[Petition]:
    """Return the petitions to which somebody owes an answer."""
    return in_scope(scope).filter(state__in=OPEN)


def with_due(petitions: QuerySet[Petition]) -> QuerySet[Any]:
    """Annotate open petitions with ``due``, a value of ``Due``."""
    today = clock.today()
    steps = [
        When(due_on__lt=today, then=Value(Due.LATE.value)),
        When(due_on__lte=today + timedelta(days=rules.SOON_DAYS), then=Value(Due.SOON.value)),
        When(due_on__lte=today + timedelta(days=rules.NEAR_DAYS), then=Value(Due.NEAR.value)),
    ]
    return petitions.annotate(due=Case(*steps, default=Value(Due.LATER.value), output_field=CharField()))


def with_step(scope: MorningScope, steps: tuple[PetitionStep, ...], first: date, last: date) -> QuerySet[Petition]:
    """Return the petitions in whose history one of these steps was taken on these days."""
    begin, after = scope.bounds(first)[0], scope.bounds(last)[1]
    traces = PetitionTrace.objects.filter(at__gte=begin, at__lt=after, step__in=steps)
    return in_scope(scope).filter(pk__in=traces.values("petition_id"))


def received_on(scope: MorningScope, day: date) -> QuerySet[Petition]:
    """Return the petitions received on a day."""
    return with_step(scope, (PetitionStep.RECEIVED,), day, day)


def ended_on(scope: MorningScope, day: date) -> QuerySet[Petition]:
    """Return the petitions answered on a day, or passed on to another petition or body."""
    return with_step(scope, ENDS, day, day)


@cached_query
def _visible_ids(actor: Actor, unit_ids: frozenset[int] | None) -> QuerySet[Petition, Any]:
    """Return the ids, as tuples, of the petitions that the actor may see, about these units."""
    petitions = visible_to(actor).order_by()
    return (petitions if unit_ids is None else petitions.filter(place_id__in=unit_ids)).values_list("pk")


def _run_on_visible(scope: MorningScope, statement: str, *values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement in which each ``{visible}`` selects the ids of the petitions that the actor may see.

    ``values`` are those before each of them. The condition of what is visible is compiled once for each actor, because
    that takes longer than the query.
    """
    ids = None if scope.unit_ids is None else frozenset(scope.unit_ids)
    visible = _visible_ids(scope.actor, ids).worded(False)
    if visible is None:
        return []
    parameters = [value for before in values for value in (*before, *visible.values)]
    return run(statement.replace("{visible}", visible.sql), parameters)


ON_DAY = """
SELECT (count(DISTINCT petition_id) FILTER (WHERE step = ANY(%s)))::int,
    (count(DISTINCT petition_id) FILTER (WHERE step = 'received'))::int,
    (SELECT count(*)::int FROM listening_petitionpromise
        WHERE kept_at >= %s AND kept_at < %s AND petition_id IN ({visible}))
FROM listening_petitiontrace WHERE at >= %s AND at < %s AND petition_id IN ({visible})
"""


class DayCounts(NamedTuple):
    """How many petitions ended and were received on a day, and how many promises were kept."""

    ended: int = 0
    received: int = 0
    promises_kept: int = 0


def day_counts(scope: MorningScope, day: date) -> DayCounts:
    """Return the counts of a day, as ``ended_on``, ``received_on`` and ``kept_on`` list them, by one query."""
    bounds = scope.bounds(day)
    rows = _run_on_visible(scope, ON_DAY, [list(map(str, ENDS)), *bounds], bounds)
    return DayCounts(*rows[0]) if rows else DayCounts()


# --- by unit and deadline ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitPetitions:
    """The open petitions of one unit by deadline; ``name`` is "" for petitions without a unit, None for the rest."""

    unit_id: int | None
    name: str | None
    parts: list[tuple[Due, LinkedNumber]]
    total: LinkedNumber
    units: int = 1


class LateAnswers(NamedTuple):
    """The overdue answers of a unit: how many, and the due day and title of the oldest."""

    unit: str
    number: int
    due_on: date
    title: str

    def with_more(self, more: "LateAnswers | None") -> "LateAnswers":
        """Return these answers and some more of the same unit together."""
        if more is None:
            return self
        oldest = min(self, more, key=lambda answers: answers.due_on)
        return oldest._replace(number=self.number + more.number)


@dataclass(frozen=True)
class PetitionTable:
    """The open petitions of the units that have most, and of all others together."""

    rows: list[UnitPetitions]
    total: LinkedNumber
    late: LinkedNumber
    late_by_unit: dict[int, LateAnswers]

    @property
    def most(self) -> int:
        """The largest number of a row; 1 at least."""
        return max((row.total.value for row in self.rows), default=1) or 1

    @property
    def dues(self) -> list[Due]:
        """The deadlines that petitions have, the nearest first."""
        present = {due for row in self.rows for due, _count in row.parts}
        return [due for due in Due if due in present]


def petition_table(scope: MorningScope) -> PetitionTable:
    """Return the open petitions by unit and deadline, by one query."""
    ids = None if scope.unit_ids is None else frozenset(scope.unit_ids)
    numbers: dict[int | None, Counter[str]] = defaultdict(Counter)
    names: dict[int | None, str] = {}
    late: dict[int, LateAnswers] = {}
    for unit, name, due, due_on, number, title in _open_by_unit(scope.actor, ids).rows():
        numbers[unit][due] += number
        names[unit] = name or ""
        if due == Due.LATE and unit is not None:
            late[unit] = LateAnswers(names[unit], number, due_on, title).with_more(late.get(unit))
    by_due = sum(numbers.values(), Counter())
    return PetitionTable(
        rows=_unit_rows(scope, numbers, names),
        total=LinkedNumber(by_due.total(), scope.list_url("petitions")),
        late=LinkedNumber(by_due[Due.LATE], scope.list_url("petitions", due=Due.LATE.value)),
        late_by_unit=dict(sorted(late.items(), key=lambda pair: (-pair[1].number, pair[1].unit))),
    )


@cached_query
def _open_by_unit(actor: Actor, unit_ids: frozenset[int] | None) -> QuerySet[Petition, Any]:
    """Return (unit, its name, deadline, due day, number, a title) of the open petitions about these units."""
    petitions = visible_to(actor).filter(state__in=OPEN).select_related(None).order_by()
    petitions = petitions if unit_ids is None else petitions.filter(place_id__in=unit_ids)
    rows: QuerySet[Petition, Any] = with_due(petitions).values_list("unit_id", "unit__name", "due", "due_on")
    return rows.annotate(number=Count("pk"), first_title=Min("title"))


WORK = """
SELECT trace.agency_id, trace.user_id, count(*)::int
FROM listening_petitiontrace trace JOIN listening_petition petition ON petition.id = trace.petition_id
WHERE petition.unit_id = ANY(%s::bigint[]) AND petition.state = ANY(%s) AND petition.due_on < %s
    AND trace.agency_id = petition.unit_id AND trace.user_id IS NOT NULL AND petition.id IN ({visible}) GROUP BY 1, 2
"""


def work_on_late(scope: MorningScope, agency_ids: Sequence[int]) -> dict[int, Counter[int | None]]:
    """Return how many steps each user has taken on the overdue petitions of these agencies, by agency."""
    work: dict[int, Counter[int | None]] = defaultdict(Counter)
    values = [list(agency_ids), list(map(str, OPEN)), clock.today()]
    for agency, user, number in _run_on_visible(scope, WORK, values) if agency_ids else ():
        work[agency][user] += number
    return work


def _unit_rows(
    scope: MorningScope, numbers: dict[int | None, Counter[str]], names: dict[int | None, str]
) -> list[UnitPetitions]:
    """Return a row for each of the units that are most behind or have most petitions, and one for all others."""
    order = sorted(numbers, key=lambda unit: (-numbers[unit][Due.LATE], -numbers[unit].total(), names[unit]))
    fullest = max(order, key=lambda unit: numbers[unit].total(), default=None)
    if fullest in order[MOST_UNITS:]:
        order.insert(MOST_UNITS - 1, order.pop(order.index(fullest)))
    first = order if len(order) <= MOST_UNITS + 1 else order[:MOST_UNITS]
    rows = [_unit_row(scope, unit, names[unit], numbers[unit], str(unit or "none")) for unit in first]
    rest = order[len(first) :]
    if rest:
        together: Counter[str] = sum((numbers[unit] for unit in rest), Counter())
        agencies = ",".join(str(unit or "none") for unit in rest)
        rows.append(_unit_row(scope, None, None, together, agencies, len(rest)))
    return rows


def _unit_row(
    scope: MorningScope, unit: int | None, name: str | None, by_due: Counter[str], agencies: str, units: int = 1
) -> UnitPetitions:
    """Return the row of one unit, or of ``units`` units together; ``agencies`` selects them in an address."""
    parts = [
        (due, LinkedNumber(by_due[due], scope.list_url("petitions", agency=agencies, due=due.value)))
        for due in Due
        if by_due[due]
    ]
    return UnitPetitions(
        unit, name, parts, LinkedNumber(by_due.total(), scope.list_url("petitions", agency=agencies)), units
    )


# --- course and verdicts ----------------------------------------------------------------------------------


COURSE = """
SELECT step, (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, at > %s, count(*)::int
FROM listening_petitiontrace WHERE at >= %s AND step = ANY(%s) AND petition_id IN ({visible}) GROUP BY 1, 2, 3
"""


def petition_course(scope: MorningScope, now: int) -> OpenCourse:
    """Return how many petitions waited at the end of each of the last days; ``now`` wait at present."""
    values = [scope.moment - DAY, clock.start_of(scope.earliest), [*map(str, BEGINS), *map(str, ENDS)]]
    rows = _run_on_visible(scope, COURSE, values)
    begun: Counter[date] = Counter()
    ended: Counter[date] = Counter()
    change = 0
    for step, day, recent, number in rows:
        (begun if step in BEGINS else ended)[day] += number
        change += (number if step in BEGINS else -number) if recent else 0
    if scope.is_today:
        numbers = [*rules.open_by_day(rules.days_to(scope.yesterday)[1:], now, begun, ended), now]
        return OpenCourse(numbers, change)
    numbers = rules.open_by_day([scope.yesterday - DAY, *rules.days_to(scope.yesterday)], now, begun, ended)
    return OpenCourse(numbers[1:], numbers[-1] - numbers[-2])


@dataclass(frozen=True)
class VerdictCounts:
    """What petitioners said in the last 90 days: resolved, of all closed; reopened; the mean rating and its number."""

    settled: LinkedNumber
    closed: LinkedNumber
    reopened: LinkedNumber
    rating: float | None
    rated: LinkedNumber


VERDICTS = """
SELECT (count(DISTINCT petition_id) FILTER (WHERE step = 'settled'))::int,
    (count(DISTINCT petition_id) FILTER (WHERE step = ANY(%s)))::int,
    (count(DISTINCT petition_id) FILTER (WHERE step = 'reopened'))::int, rated.mean, rated.raters
FROM (SELECT avg(rating)::float AS mean, count(DISTINCT petition_id)::int AS raters FROM listening_verdict
        WHERE rating IS NOT NULL AND at >= %s AND petition_id IN ({visible})) rated
    LEFT JOIN listening_petitiontrace trace ON trace.at >= %s AND step = ANY(%s) AND petition_id IN ({visible})
GROUP BY rated.mean, rated.raters
"""


def verdict_counts(scope: MorningScope) -> VerdictCounts:
    """Return the verdicts of the last 90 days, by one query."""
    begin = clock.start_of(clock.today() - timedelta(days=VERDICT_DAYS))
    closings = list(map(str, CLOSINGS))
    rows = _run_on_visible(scope, VERDICTS, [closings, begin], [begin, [*closings, PetitionStep.REFUSED.value]])
    settled, closed, reopened, mean, raters = rows[0] if rows else (0, 0, 0, None, 0)
    url = scope.list_url
    return VerdictCounts(
        settled=LinkedNumber(settled, url("petitions-settled")),
        closed=LinkedNumber(closed, url("petitions-closed")),
        reopened=LinkedNumber(reopened, url("petitions-reopened")),
        rating=mean,
        rated=LinkedNumber(raters, url("petitions-rated")),
    )


def rated(scope: MorningScope) -> QuerySet[Verdict]:
    """Return the verdicts with a rating of the last 90 days."""
    first = clock.start_of(clock.today() - timedelta(days=VERDICT_DAYS))
    return Verdict.objects.filter(rating__isnull=False, at__gte=first, petition__in=in_scope(scope).values("pk"))


def with_verdict(scope: MorningScope, *steps: PetitionStep) -> QuerySet[Petition]:
    """Return the petitions that got one of these steps within the last 90 days."""
    return with_step(scope, steps, clock.today() - timedelta(days=VERDICT_DAYS), clock.today())


# --- promises ---------------------------------------------------------------------------------------------


def promises(scope: MorningScope) -> QuerySet[PetitionPromise]:
    """Return the promises of the petitions that the actor may see; for the petition, and its unit, in one read."""
    visible = in_scope(scope).values("pk")
    return PetitionPromise.objects.filter(petition__in=visible).select_related("petition", "agency")


def open_promises(scope: MorningScope) -> QuerySet[PetitionPromise]:
    """Return the promises that were not kept yet."""
    return promises(scope).filter(kept_at__isnull=True)


def kept_on(scope: MorningScope, day: date) -> QuerySet[PetitionPromise]:
    """Return the promises that were kept on a day."""
    first, after = scope.bounds(day)
    return promises(scope).filter(kept_at__gte=first, kept_at__lt=after)


DUE = """
SELECT promise.id, promise.words, promise.due_on, agency.id, agency.name, petition.number, petition.title,
    (count(*) OVER ())::int, (count(*) FILTER (WHERE promise.due_on < %s) OVER ())::int
FROM listening_petitionpromise promise JOIN listening_petition petition ON petition.id = promise.petition_id
    JOIN accounts_organisation agency ON agency.id = promise.agency_id
WHERE promise.kept_at IS NULL AND promise.petition_id IN ({visible}) ORDER BY promise.due_on, promise.id LIMIT 5
"""


class DuePromise(NamedTuple):
    """An open promise; ``number`` and ``title`` are those of its petition."""

    pk: int
    words: str
    due_on: date
    agency_id: int
    unit: str
    number: str
    title: str


@dataclass(frozen=True)
class DuePromises:
    """The five open promises that fall due first, and how many are open and late."""

    rows: list[DuePromise]
    total: LinkedNumber
    late: LinkedNumber


def due_promises(scope: MorningScope) -> DuePromises:
    """Return the promises that fall due first, and the numbers of all, by one query."""
    rows = _run_on_visible(scope, DUE, [clock.today()])
    total, late = rows[0][7:] if rows else (0, 0)
    return DuePromises(
        rows=[DuePromise(*row[:7]) for row in rows],
        total=LinkedNumber(total, scope.list_url("promises")),
        late=LinkedNumber(late, scope.list_url("promises", due=Due.LATE.value)),
    )
