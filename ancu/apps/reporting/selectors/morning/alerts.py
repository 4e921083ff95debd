"""Open alerts by severity and age, how many were open on each day, and those that began or ended."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, sqrt
from typing import Any, NamedTuple

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet

from ancu.apps.oversight.enums import DECIDED, WAITING, AlertState, AlertStep, Severity
from ancu.apps.oversight.models import Alert, AlertTrace
from ancu.apps.oversight.rules import reads_notices
from ancu.apps.oversight.selectors import visible_to
from ancu.apps.reporting.rules import morning as rules
from ancu.apps.reporting.rules.morning import AgeBand
from ancu.apps.reporting.selectors.morning.scope import DAY, LinkedNumber, MorningScope
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.db.statements import run

SEVERITIES = (Severity.HIGH, Severity.MEDIUM, Severity.LOW)
MOST_RULES = 5
SILENT = "silent"
# Complete lodgings, places and stays would be most of the query.
ROW_FIELDS = (
    "rule", "version", "state", "evidence", "raised_at", "decided_at", "gone_at", "establishment__name",
    "unit__full_name", "stay__full_name", "stay__departed_on",
)  # fmt: skip


def in_scope(scope: MorningScope) -> QuerySet[Alert]:
    """Return the alerts that the actor may see, in the chosen unit, unordered."""
    alerts = visible_to(scope.actor).order_by()
    ids = scope.unit_ids
    return alerts if ids is None else alerts.filter(Q(unit_id__in=ids) | Q(other_unit_id__in=ids))


def waiting(scope: MorningScope) -> QuerySet[Alert]:
    """Return the alerts that wait for a decision now."""
    return in_scope(scope).filter(state__in=sorted(WAITING))


def raised_in(alerts: QuerySet[Alert], band: AgeBand) -> QuerySet[Alert]:
    """Return those alerts that were raised within an age band."""
    today = clock.today()
    alerts = alerts.filter(raised_at__lt=clock.start_of(today - (band.least - 1) * DAY))
    return alerts if band.most is None else alerts.filter(raised_at__gte=clock.start_of(today - band.most * DAY))


def raised_on(scope: MorningScope, day: date) -> QuerySet[Alert]:
    """Return the alerts that were raised on a day."""
    first, after = scope.bounds(day)
    return in_scope(scope).filter(raised_at__gte=first, raised_at__lt=after)


def ended_on(scope: MorningScope, day: date) -> QuerySet[Alert]:
    """Return the alerts that were decided on a day, or closed because their fact ceased to hold."""
    first, after = scope.bounds(day)
    return in_scope(scope).filter(_ended_between(first, after))


def _ended_between(first: datetime, after: datetime) -> Q:
    """Return a condition: decided or closed in this time."""
    decided = Q(state__in=sorted(DECIDED), decided_at__gte=first, decided_at__lt=after)
    return decided | Q(state=AlertState.CLOSED, gone_at__gte=first, gone_at__lt=after)


# One statement for all groups: by hand, since lists of units would take milliseconds to compile. ``{where}`` narrows it
# to a unit.
FACTS = """
SELECT state IN ('open', 'asked') AS waits, severity, rule, (raised_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
    ((CASE WHEN state = 'closed' THEN gone_at ELSE decided_at END) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
    raised_at > %(since)s, coalesce(CASE WHEN state = 'closed' THEN gone_at ELSE decided_at END > %(since)s, false),
    state = 'confirmed', state IN ('confirmed', 'dismissed'),
    CASE WHEN severity = 3 AND state IN ('open', 'asked') THEN unit_id END,
    CASE WHEN severity = 3 AND state IN ('open', 'asked') THEN other_unit_id END, count(*)::int
FROM oversight_alert
WHERE (unit_id = ANY(%(area)s::bigint[]) OR other_unit_id = ANY(%(area)s::bigint[]))
    AND (agency_id IS NULL OR agency_id = %(agency)s)
    AND (state IN ('open', 'asked') OR (state = 'closed' AND gone_at >= %(first)s)
        OR (state IN ('confirmed', 'dismissed') AND decided_at >= %(first)s)) {where}
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
"""
IN_UNIT = "AND (unit_id = ANY(%(units)s::bigint[]) OR other_unit_id = ANY(%(units)s::bigint[]))"


class AlertGroup(NamedTuple):
    """Alerts that are alike: open ones, and those that ended since the first day of the page.

    ``raised`` and ``ended`` are days; ``raised_recently`` and ``ended_recently`` mean since this time yesterday.
    ``unit_id`` and ``other_unit_id`` are set for open alerts of high severity.
    """

    is_open: bool
    severity: int
    rule: str
    raised: date
    ended: date | None
    raised_recently: bool
    ended_recently: bool
    is_confirmed: bool
    is_decided: bool
    unit_id: int | None
    other_unit_id: int | None
    number: int


@dataclass(frozen=True)
class AlertFacts:
    """The groups of alerts that the page counts."""

    groups: list[AlertGroup]

    @property
    def open(self) -> list[AlertGroup]:
        """The groups of open alerts."""
        return [group for group in self.groups if group.is_open]

    @property
    def ended(self) -> list[AlertGroup]:
        """The groups of alerts that were decided or closed."""
        return [group for group in self.groups if not group.is_open]


def alert_facts(scope: MorningScope) -> AlertFacts:
    """Read the groups of open and ended alerts that the actor may see (``oversight.visibility_filter``), at once."""
    actor = scope.actor
    values: dict[str, Any] = {
        "area": list(actor.area), "agency": (actor.organisation_id or 0) if reads_notices(actor) else 0,
        "since": scope.moment - DAY, "first": clock.start_of(scope.earliest),
    }  # fmt: skip
    if scope.unit_ids is not None:
        values["units"] = list(scope.unit_ids)
    statement = FACTS.format(where="" if scope.unit_ids is None else IN_UNIT)
    return AlertFacts([AlertGroup(*row) for row in run(statement, values)])


def ended_and_raised(facts: AlertFacts, day: date) -> tuple[int, int]:
    """Return how many alerts ended and how many were raised on a day, as ``ended_on`` and ``raised_on`` list them."""
    ended = sum(group.number for group in facts.ended if group.ended == day)
    raised = sum(group.number for group in facts.groups if group.raised == day)
    return ended, raised


@dataclass(frozen=True)
class OpenCourse:
    """How many cases were open at the end of each of the last days, and since this time yesterday."""

    numbers: list[int]
    change: int

    @property
    def last(self) -> int:
        """The number on the page's morning."""
        return self.numbers[-1]


def course_of(scope: MorningScope, facts: AlertFacts, rule: str = "") -> OpenCourse:
    """Return the course of open alerts, of one rule or of all."""
    groups = [group for group in facts.groups if not rule or group.rule == rule]
    now = sum(group.number for group in groups if group.is_open)
    begun: Counter[date] = Counter()
    ended: Counter[date] = Counter()
    for group in groups:
        begun[group.raised] += group.number
        if not group.is_open and group.ended is not None:
            ended[group.ended] += group.number
    if not scope.is_today:
        numbers = rules.open_by_day([scope.yesterday - DAY, *rules.days_to(scope.yesterday)], now, begun, ended)
        return OpenCourse(numbers[1:], numbers[-1] - numbers[-2])
    numbers = [*rules.open_by_day(rules.days_to(scope.yesterday)[1:], now, begun, ended), now]
    new = sum(group.number for group in groups if group.raised_recently)
    return OpenCourse(numbers, new - sum(group.number for group in groups if group.ended_recently))


@dataclass(frozen=True)
class AlertCell:
    """One cell of the grid: a severity and an age.

    ``shade`` is 0 to 4, by the root of the share of the fullest cell: one large number must not pale all others.
    """

    number: LinkedNumber
    shade: int
    is_hot: bool


@dataclass(frozen=True)
class AlertGridRow:
    severity: Severity
    tone: str
    cells: list[AlertCell]
    total: LinkedNumber


@dataclass(frozen=True)
class AlertGrid:
    """Open alerts by severity and age, their rules, and the share confirmed of those decided in 30 days."""

    total: LinkedNumber
    rows: list[AlertGridRow]
    rules: list[tuple[str, LinkedNumber]]
    confirmed: int
    decided: int
    oldest_high: int | None

    @property
    def high(self) -> LinkedNumber:
        """The number of open alerts of high severity."""
        return self.rows[0].total

    @property
    def confirmed_percent(self) -> float | None:
        """The share of confirmed alerts among those decided in the last 30 days; None without decisions."""
        return round(100 * self.confirmed / self.decided, 1) if self.decided else None


TONES = {Severity.HIGH: "bad", Severity.MEDIUM: "warn", Severity.LOW: "info"}


def alert_grid(scope: MorningScope, facts: AlertFacts) -> AlertGrid:
    """Return the open alerts by severity and age, each number with its list."""
    today = clock.today()
    by_cell: Counter[tuple[int, AgeBand]] = Counter()
    for group in facts.open:
        by_cell[group.severity, rules.band_of((today - group.raised).days)] += group.number
    most = max(by_cell.values(), default=1)
    rows = [_grid_row(scope, severity, by_cell, most) for severity in SEVERITIES]
    first = today - timedelta(days=rules.DAYS)
    decided = [group for group in facts.ended if group.is_decided and group.ended and group.ended > first]
    high = [(today - group.raised).days for group in facts.open if group.severity == Severity.HIGH]
    return AlertGrid(
        total=LinkedNumber(sum(by_cell.values()), scope.list_url("alerts")),
        rows=rows,
        rules=_by_rule(scope, facts),
        confirmed=sum(group.number for group in decided if group.is_confirmed),
        decided=sum(group.number for group in decided),
        oldest_high=max(high, default=None),
    )


def _grid_row(
    scope: MorningScope, severity: Severity, by_cell: Counter[tuple[int, AgeBand]], most: int
) -> AlertGridRow:
    """Return the cells of one severity; old alerts of high severity are marked."""
    cells = []
    for band in rules.BANDS:
        number = by_cell[severity, band]
        url = scope.list_url("alerts", severity=severity.value, age=band.key)
        is_hot = severity == Severity.HIGH and band.least >= 4 and number > 0
        cells.append(AlertCell(LinkedNumber(number, url), ceil(4 * sqrt(number / most)), is_hot))
    total = sum(cell.number.value for cell in cells)
    return AlertGridRow(
        severity, TONES[severity], cells, LinkedNumber(total, scope.list_url("alerts", severity=severity.value))
    )


def _by_rule(scope: MorningScope, facts: AlertFacts) -> list[tuple[str, LinkedNumber]]:
    """Return the rules with most open alerts, as (code, number), the largest first; all others as the code ""."""
    numbers: dict[str, int] = defaultdict(int)
    for group in facts.open:
        numbers[group.rule] += group.number
    ordered = sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
    first = ordered if len(ordered) <= MOST_RULES else ordered[: MOST_RULES - 1]
    rows = [(code, LinkedNumber(number, scope.list_url("alerts", rule=code))) for code, number in first]
    rest = [code for code, _number in ordered[len(first) :]]
    if rest:
        url = scope.list_url("alerts", rule=",".join(rest))
        rows.append(("", LinkedNumber(sum(numbers[code] for code in rest), url)))
    return rows


def high_alerts(scope: MorningScope, most: int) -> list[Alert]:
    """Return the oldest open alerts of high severity, with what their row needs."""
    ids = None if scope.unit_ids is None else frozenset(scope.unit_ids)
    keys = [pk for (pk,) in _high_ids(scope.actor, ids).rows(most)]
    if not keys:
        return []
    alerts = Alert.objects.filter(pk__in=keys).select_related("establishment", "stay", "unit").only(*ROW_FIELDS)
    return list(alerts.order_by("raised_at", "pk"))


def questioners(alerts: Sequence[Alert]) -> dict[int, tuple[int, str]]:
    """Return id and name of the officer who last asked the lodging, by the alert's id; no query if none was asked."""
    keys = [alert.pk for alert in alerts if alert.state == AlertState.LODGING_ASKED]
    if not keys:
        return {}
    steps = AlertTrace.objects.filter(alert_id__in=keys, step=AlertStep.LODGING_ASKED, user__is_active=True)
    rows = steps.order_by("id").values_list("alert_id", "user_id", "user__full_name")
    return {alert: (pk, name) for alert, pk, name in rows}


@cached_query
def _high_ids(actor: Actor, unit_ids: frozenset[int] | None) -> QuerySet[Alert, Any]:
    """Return the ids, as tuples, of the open alerts of high severity in these units, the oldest first.

    The sum hides the column from the index of ``raised_at``, which would be read through all closed alerts: 17 ms.
    """
    alerts = visible_to(actor).filter(state__in=sorted(WAITING), severity=Severity.HIGH)
    if unit_ids is not None:
        alerts = alerts.filter(Q(unit_id__in=unit_ids) | Q(other_unit_id__in=unit_ids))
    raised_at = ExpressionWrapper(F("raised_at") + timedelta(0), DateTimeField())
    return alerts.order_by(raised_at, "pk").values_list("pk")
