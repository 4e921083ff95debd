"""The officer's alerts: what waits, most severe first, by pages that start where the last one ended."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum

from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.selectors import get_establishment
from ancu.apps.messaging.enums import Side
from ancu.apps.messaging.selectors import latest_sides
from ancu.apps.oversight.enums import DECIDED, WAITING, AlertState
from ancu.apps.oversight.models import Alert, PlannedVisit, Waiting
from ancu.apps.oversight.rules import may_inspect
from ancu.apps.oversight.selectors import require_reader, seen_by, visible_to
from ancu.apps.oversight.selectors.inspections import REPEATED, lodging_notes, times_found
from ancu.apps.oversight.selectors.planning import waiting as waiting_visits
from ancu.apps.oversight.selectors.words import sentence_of, spoken, words_of
from ancu.apps.stays.selectors import Note
from ancu.apps.stays.selectors.area import Area, area_of, scope_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query

PAGE = 50
ON_LODGING = 10  # alerts on the office page of a lodging
AGES = {"today": 0, "week": 7, "older": 14}  # days since it was raised: at most, or for ``older`` at least
CONVERSATION = "lodging"  # the kind of subject a question to a lodging hangs on


@dataclass(frozen=True)
class AlertFilter:
    """What the officer asked for. ``state`` is ``waiting`` unless told; ``referred``: what the province has."""

    unit: int | None = None
    rule: str = ""
    severity: int | None = None
    state: str = "waiting"
    age: str = ""
    referred: bool = False

    def codes(self) -> dict[str, str | int]:
        """As the audit keeps it."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class Row:
    """One alert in the list. ``answered``: the lodging has written since it was asked.

    ``again``: at how many visits within a year its lodging had undeclared guests, once it is more than one.
    """

    alert: Alert
    title: str
    sentence: str
    answered: bool
    days: int
    again: int = 0


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    before: str
    after: str


def inbox(actor: Actor, wanted: AlertFilter, area: Area, *, after: str = "") -> Page:
    """One page of the alerts that fit, most severe and newest first; decided ones by the day of decision.

    404 without an area or for a unit outside it, 403 for officers who work without names.
    """
    found = _told(matching(actor, wanted, area))
    order = "decided_at" if wanted.state in DECIDED else "id" if wanted.state == AlertState.CLOSED else "severity"
    if place := _place(after):
        found = found.filter(_beyond(order, *place))
    page = list(found.order_by(*dict.fromkeys((f"-{order}", "-id")))[: PAGE + 1])
    rows, last = page[:PAGE], page[PAGE - 1] if len(page) > PAGE else None
    return Page(_rows(actor, rows), "", _cursor(last, order) if last else "")


def matching(actor: Actor, wanted: AlertFilter, area: Area) -> QuerySet[Alert]:
    require_reader(actor)
    alerts = visible_to(actor)
    if wanted.unit is not None:
        ids = scope_of(actor, area, area.get(wanted.unit)).ids
        alerts = alerts.filter(Q(unit_id__within=ids) | Q(other_unit_id__within=ids))
    states = WAITING if wanted.state == "waiting" else (wanted.state,)
    alerts = alerts.filter(state__in=sorted(states))
    if wanted.rule:
        alerts = alerts.filter(rule=wanted.rule)
    if wanted.severity:
        alerts = alerts.filter(severity=wanted.severity)
    if wanted.referred:
        alerts = alerts.filter(referred_at__isnull=False)
    return alerts.filter(_aged(wanted.age))


def _aged(age: str) -> Q:
    if age not in AGES:
        return Q()
    since = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=AGES[age])
    return Q(raised_at__lt=since) if age == "older" else Q(raised_at__gte=since)


def _told(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """With what a row says of it, and no more: whole lodgings, places and stays are a third of the page."""
    shown = ("rule", "version", "severity", "state", "evidence", "raised_at", "decided_at", "referred_at",
             "gone_at", "establishment__name", "unit__full_name", "stay__full_name", "stay__departed_on")  # fmt: skip
    return alerts.select_related("establishment", "stay", "unit").only(*shown)


def _rows(actor: Actor, alerts: list[Alert]) -> list[Row]:
    answered = _answered(alerts)
    found = times_found(actor, (one.establishment_id for one in alerts)) if alerts else {}
    again = {place: times for place, times in found.items() if times >= REPEATED}
    today = clock.today()
    return [
        Row(one, spoken(words_of(one), "title"), sentence_of(one), one.pk in answered,
            (today - clock.local(one.raised_at).date()).days, again.get(one.establishment_id, 0))
        for one in alerts
    ]  # fmt: skip


def _answered(alerts: list[Alert]) -> set[int]:
    """Those whose lodging wrote the last word: one query for a page, none where nobody was asked."""
    asked = {(str(one.establishment_id), topic_of(one)): one.pk for one in alerts if one.state == AlertState.ASKED}
    sides = latest_sides(CONVERSATION, asked) if asked else {}
    return {asked[place] for place, side in sides.items() if side == Side.OTHER}


def topic_of(alert: Alert) -> str:
    """Each alert has a conversation of its own on its lodging."""
    return f"alert-{alert.pk}"


def _place(cursor: str) -> tuple[Any, int] | None:
    value, _sign, key = cursor.rpartition("_")
    return (value, int(key)) if value and key.isascii() and key.isdigit() and len(key) < 19 else None


def _beyond(order: str, value: str, key: int) -> Q:
    """What comes after the alert a cursor names; a cursor nobody gave is the first page."""
    if order == "id":
        return Q(pk__lt=key)
    if order == "severity":
        grade = int(value) if value.isascii() and value.isdigit() and len(value) < 3 else 99
        return Q(severity__lt=grade) | Q(severity=grade, pk__lt=key)
    decided = Alert.objects.filter(pk=key).values("decided_at")[:1]
    return Q(decided_at__lt=decided) | Q(decided_at=decided, pk__lt=key)


def _cursor(last: Alert, order: str) -> str:
    return f"{last.severity if order == 'severity' else order}_{last.pk}"


# --- of one lodging ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LodgingAlerts:
    """For the office page of a lodging: what waits about it, the visits to come, and what other visits found."""

    place: Establishment
    rows: list[Row]
    more: int
    planned: list[PlannedVisit]
    notes: list[Note]
    may_inspect: bool


def of_lodging(actor: Actor, establishment_id: int) -> LodgingAlerts:
    """404 for a lodging outside the area, 403 for officers who work without names."""
    require_reader(actor)
    place = get_establishment(actor, establishment_id)
    mine = visible_to(actor).filter(state__in=sorted(WAITING), establishment=place)
    known = _told(mine).order_by("-severity", "-id")
    shown = list(known[: ON_LODGING + 1])
    more = mine.count() - ON_LODGING if len(shown) > ON_LODGING else 0
    return LodgingAlerts(
        place=place,
        rows=_rows(actor, shown[:ON_LODGING]),
        more=more,
        planned=waiting_visits(actor, establishment_id=place.pk),
        notes=lodging_notes(actor, place),
        may_inspect=may_inspect(actor, place),
    )


# --- how many wait ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """How many alerts of the whole area wait: in all, by severity, by rule, and referred to the province."""

    total: int
    by_severity: dict[int, int]
    by_rule: dict[str, int]
    referred: int


def counts(actor: Actor) -> Counts:
    """From what the database keeps, in one query, whatever there is."""
    require_reader(actor)
    by_severity: dict[int, int] = {}
    by_rule: dict[str, int] = {}
    referred = 0
    for rule, severity, passed_on, number in _waiting(actor).rows():
        by_severity[severity] = by_severity.get(severity, 0) + number
        by_rule[rule] = by_rule.get(rule, 0) + number
        referred += number if passed_on else 0
    return Counts(sum(by_rule.values()), by_severity, by_rule, referred)


@cached_query
def _waiting(actor: Actor) -> QuerySet[Waiting, Any]:
    kinds = Waiting.objects.filter(seen_by(actor)).order_by().values_list("rule", "severity", "referred")
    return kinds.annotate(Sum("number"))


def place_of(actor: Actor) -> Area:
    """The actor's units; 404 for whom is no officer."""
    require_reader(actor)
    return area_of(actor)
