"""The officer's alerts, most severe first, with cursor pagination."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.selectors import get_establishment
from ancu.apps.messaging.enums import ThreadSide
from ancu.apps.messaging.selectors import latest_sides
from ancu.apps.oversight.enums import DECIDED, WAITING, AlertState, Severity
from ancu.apps.oversight.models import Alert, PlannedVisit
from ancu.apps.oversight.rules import first_day_in_time, may_inspect
from ancu.apps.oversight.selectors import require_reader, visibility_filter, visible_to
from ancu.apps.oversight.selectors.inspections import REPEATED, lodging_notes, undeclared_counts
from ancu.apps.oversight.selectors.planning import open_plans as waiting_visits
from ancu.apps.oversight.selectors.short_titles import short_title
from ancu.apps.oversight.selectors.words import localized_text, words_of
from ancu.apps.stays.selectors import Note
from ancu.apps.stays.selectors.area import AgencyArea, area_of, scope_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.db.pagination import CursorPage, cursor_page

ON_LODGING = 10  # alerts on the office page of a lodging
AGES = {"today": 0, "week": 7, "older": 14}  # days since it was raised: at most, or for ``older`` at least
CONVERSATION = "lodging"  # the kind of subject a question to a lodging hangs on


@dataclass(frozen=True)
class AlertFilter:
    """The filters of the list.

    ``state`` defaults to ``waiting``; ``referred`` selects those referred to the province.
    """

    unit: int | None = None
    rule: str = ""
    severity: int | None = None
    state: str = "waiting"
    age: str = ""
    referred: bool = False

    def codes(self) -> dict[str, str | int]:
        """Return the filter's set values by name, for the audit; they are ids and codes, never names."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class AlertRow:
    """One alert in the list: ``title`` says whom it is about and how much, ``rule`` by which rule.

    ``answered`` says whether the lodging has written since it was asked.
    ``repeat_count`` is the number of visits within a year with undeclared guests, if more than one.
    """

    alert: Alert
    title: str
    rule: str
    answered: bool
    days: int
    repeat_count: int = 0


def inbox(actor: Actor, alert_filter: AlertFilter, area: AgencyArea, *, after: str = "") -> CursorPage[AlertRow]:
    """Return a page of matching alerts: the most severe and newest first, decided ones by the day of decision.

    404 without an area or for a unit outside it, 403 for officers without the right to read names.
    """
    alerts = _with_row_fields(matching_alerts(actor, alert_filter, area))
    page = cursor_page(alerts, *_order(alert_filter.state), after=after)
    return CursorPage(_rows(actor, page.rows), page.after)


def _order(state: str) -> tuple[str, ...]:
    """Return the ``order_by`` fields of a list of alerts in this state.

    Closed alerts: newest first; decided ones: last decision first; pending ones: most severe first.
    """
    if state == AlertState.CLOSED:
        return ("-pk",)
    return ("-decided_at" if state in DECIDED else "-severity", "-pk")


def matching_alerts(actor: Actor, alert_filter: AlertFilter, area: AgencyArea) -> QuerySet[Alert]:
    """Return the visible alerts that match the filter, unordered."""
    require_reader(actor)
    alerts = visible_to(actor)
    if alert_filter.unit is not None:
        ids = scope_of(actor, area, area.get(alert_filter.unit)).ids
        alerts = alerts.filter(Q(unit_id__in=ids) | Q(other_unit_id__in=ids))
    states = WAITING if alert_filter.state == "waiting" else (alert_filter.state,)
    alerts = alerts.filter(state__in=sorted(states))
    if alert_filter.rule:
        alerts = alerts.filter(rule=alert_filter.rule)
    if alert_filter.severity:
        alerts = alerts.filter(severity=alert_filter.severity)
    if alert_filter.referred:
        alerts = alerts.filter(referred_at__isnull=False)
    return alerts.filter(_raised_within(alert_filter.age))


def _raised_within(age: str) -> Q:
    """Return the condition for alerts raised within an age (a code of ``AGES``, such as "older").

    Any other code selects all alerts.
    """
    if age not in AGES:
        return Q()
    since = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=AGES[age])
    return Q(raised_at__lt=since) if age == "older" else Q(raised_at__gte=since)


def _with_row_fields(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """Load with the alerts only the columns that the inbox shows.

    Complete lodgings, places and stays would be a third of the page.
    """
    fields = ("rule", "version", "severity", "state", "evidence", "raised_at", "decided_at", "referred_at",
             "gone_at", "establishment__name", "unit__full_name", "stay__full_name", "stay__departed_on")  # fmt: skip
    return alerts.select_related("establishment", "stay", "unit").only(*fields)


def _rows(actor: Actor, alerts: Sequence[Alert]) -> list[AlertRow]:
    """Return a row of the inbox for each alert.

    It has the title, the rule, the age in days, whether the lodging has answered, and the number of the lodging's
    violations if it is a repeat offender.
    """
    answered = answered_of((alert.pk, alert.establishment_id, alert.state) for alert in alerts)
    visits_by_lodging = undeclared_counts(actor, (alert.establishment_id for alert in alerts)) if alerts else {}
    repeated = {place: times for place, times in visits_by_lodging.items() if times >= REPEATED}
    today = clock.today()
    return [
        AlertRow(alert, short_title(alert), localized_text(words_of(alert), "title"), alert.pk in answered,
            (today - clock.local(alert.raised_at).date()).days, repeated.get(alert.establishment_id, 0))
        for alert in alerts
    ]  # fmt: skip


def answered_of(alerts: Iterable[tuple[int, int, str]]) -> set[int]:
    """Return the ids of those alerts (id, lodging, state) whose question the lodging has answered.

    One query, none if no lodging was asked.
    """
    questions = {(str(lodging), topic_of(pk)): pk for pk, lodging, state in alerts if state == AlertState.LODGING_ASKED}
    sides = latest_sides(CONVERSATION, questions) if questions else {}
    return {questions[place] for place, side in sides.items() if side == ThreadSide.COUNTERPART}


def topic_of(pk: int) -> str:
    """Return the topic of an alert's own conversation with its lodging, such as ``alert-12``."""
    return f"alert-{pk}"


# --- of one lodging ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LodgingAlerts:
    """For the office page of a lodging: waiting alerts, planned visits and notes of earlier ones."""

    place: Establishment
    rows: list[AlertRow]
    more: int
    planned: list[PlannedVisit]
    notes: list[Note]
    may_inspect: bool


def lodging_alerts(actor: Actor, establishment_id: int) -> LodgingAlerts:
    """Return a lodging's waiting alerts, planned visits and notes for its office page.

    404 for a lodging outside the area, 403 for officers who work without names.
    """
    require_reader(actor)
    place = get_establishment(actor, establishment_id)
    mine = visible_to(actor).filter(state__in=sorted(WAITING), establishment=place)
    waiting_alerts = _with_row_fields(mine).order_by("-severity", "-id")
    listed = list(waiting_alerts[: ON_LODGING + 1])
    more = mine.count() - ON_LODGING if len(listed) > ON_LODGING else 0
    return LodgingAlerts(
        place=place,
        rows=_rows(actor, listed[:ON_LODGING]),
        more=more,
        planned=waiting_visits(actor, establishment_id=place.pk),
        notes=lodging_notes(actor, place),
        may_inspect=may_inspect(actor, place),
    )


# --- how many wait ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AlertCounts:
    """Numbers of waiting alerts in the area: total, by severity, by rule, and referred to the province.

    ``high_by_rule`` are those of high severity, ``late_by_rule`` those of them that are overdue (``rules.decide_by``).
    """

    total: int
    by_severity: dict[int, int]
    by_rule: dict[str, int]
    referred: int
    high_by_rule: dict[str, int]
    late_by_rule: dict[str, int]


def counts(actor: Actor) -> AlertCounts:
    """Return the numbers of waiting alerts in the actor's area: in all, by severity, by rule, and referred."""
    require_reader(actor)
    by_severity: dict[int, int] = {}
    by_rule: dict[str, int] = {}
    high_by_rule: dict[str, int] = {}
    late_by_rule: dict[str, int] = {}
    referred = 0
    for rule, severity, passed_on, is_old, number in _waiting_counts(actor, first_day_in_time(clock.today())).rows():
        by_severity[severity] = by_severity.get(severity, 0) + number
        by_rule[rule] = by_rule.get(rule, 0) + number
        referred += number if passed_on else 0
        if severity >= Severity.HIGH:
            high_by_rule[rule] = high_by_rule.get(rule, 0) + number
            late_by_rule[rule] = late_by_rule.get(rule, 0) + (number if is_old else 0)
    return AlertCounts(sum(by_rule.values()), by_severity, by_rule, referred, high_by_rule, late_by_rule)


@cached_query
def _waiting_counts(actor: Actor, in_time: date) -> QuerySet[Alert, Any]:
    """Return (rule, severity, whether referred, whether old, number) of the waiting alerts that the actor may see.

    Old ones were raised before the day ``in_time``.
    """
    alerts = Alert.objects.filter(visibility_filter(actor), state__in=sorted(WAITING)).order_by()
    alerts = alerts.annotate(referred=Q(referred_at__isnull=False), is_old=Q(raised_at__date__lt=in_time))
    kinds = alerts.values_list("rule", "severity", "referred", "is_old")
    return kinds.annotate(Count("pk"))


def area_for_reader(actor: Actor) -> AgencyArea:
    """Return the units of the actor's area; 404 outside the agencies, 403 for officers who may not see names."""
    require_reader(actor)
    return area_of(actor)
