"""What happened yesterday: pairs of what began and ended, registrations, kept promises and inspections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.selectors import visible_to as visible_lodgings
from ancu.apps.oversight.models import Inspection
from ancu.apps.oversight.selectors.inspections import visible_to as visible_inspections
from ancu.apps.reporting.selectors.morning import alerts, dossiers, petitions
from ancu.apps.reporting.selectors.morning.alerts import AlertFacts
from ancu.apps.reporting.selectors.morning.dossiers import DecisionCourse
from ancu.apps.reporting.selectors.morning.scope import LinkedNumber, MorningScope
from ancu.apps.reporting.selectors.morning.stays import GuestFlow
from ancu.core.db.statements import run


def in_units(agency_ids: Sequence[int | None]) -> Q:
    """Return a condition for petitions of these agencies; None stands for petitions without a unit."""
    condition = Q(unit_id__in=[pk for pk in agency_ids if pk is not None])
    return condition | Q(unit_id__isnull=True) if None in agency_ids else condition


def registered_on(scope: MorningScope, day: date) -> QuerySet[Establishment]:
    """Return the lodgings that asked to be registered on a day."""
    first, after = scope.bounds(day)
    lodgings = visible_lodgings(scope.actor).filter(registered_at__gte=first, registered_at__lt=after, sandbox=False)
    return lodgings if scope.is_whole else lodgings.filter(scope.places.lodgings())


def inspected_on(scope: MorningScope, day: date) -> QuerySet[Inspection]:
    """Return the inspections that began on a day."""
    first, after = scope.bounds(day)
    visits = visible_inspections(scope.actor).filter(began_at__gte=first, began_at__lt=after)
    ids = scope.unit_ids
    return visits if ids is None else visits.filter(unit_id__in=ids)


GUESTS = "guests"


# How many were registered and inspected, as ``registered_on`` and ``inspected_on`` list them, and how many are active.
COUNTS = """
SELECT (SELECT count(*)::int FROM lodging_establishment WHERE (unit_id = ANY(%(area)s::bigint[])
        OR locality_id = ANY(%(area)s::bigint[])) AND registered_at >= %(first)s AND registered_at < %(after)s
        AND NOT sandbox {lodgings}),
    (SELECT count(*)::int FROM oversight_inspection WHERE unit_id = ANY(%(area)s::bigint[])
        AND began_at >= %(first)s AND began_at < %(after)s {inspections}),
    (SELECT count(*)::int FROM lodging_establishment WHERE (unit_id = ANY(%(area)s::bigint[])
        OR locality_id = ANY(%(area)s::bigint[])) AND status = 'active' AND NOT sandbox {lodgings})
"""
IN_UNIT = "AND unit_id = ANY(%(units)s::bigint[])"
IN_FORMER = "AND locality_id = ANY(%(units)s::bigint[])"


class LodgingCounts(NamedTuple):
    """The lodgings that asked to be registered and the inspections of a day, and the lodgings that declare now."""

    registered: int
    inspected: int
    active: int


def lodging_counts(scope: MorningScope, day: date) -> LodgingCounts:
    """Return how many lodgings were registered and inspected on a day, and how many are active, by one query."""
    first, after = scope.bounds(day)
    values: dict[str, Any] = {"area": list(scope.actor.area), "first": first, "after": after}
    lodgings = inspections = ""
    if scope.unit_ids is not None:
        values["units"], inspections = list(scope.unit_ids), IN_UNIT
        lodgings = IN_FORMER if scope.places.former else IN_UNIT
    return LodgingCounts(*run(COUNTS.format(lodgings=lodgings, inspections=inspections), values)[0])


@dataclass(frozen=True)
class EventPair:
    """What ended and what began yesterday, of one kind."""

    key: str
    ended: LinkedNumber
    begun: LinkedNumber

    @property
    def has_events(self) -> bool:
        """Whether anything ended or began."""
        return bool(self.ended.value or self.begun.value)


@dataclass(frozen=True)
class Yesterday:
    """The pairs of yesterday, and what else happened."""

    pairs: list[EventPair]
    lodgings: LinkedNumber
    promises: LinkedNumber
    inspections: LinkedNumber
    active_lodgings: int = 0

    @property
    def moves(self) -> bool:
        """Whether anything of any pair ended or began."""
        return any(pair.has_events for pair in self.pairs)

    @property
    def counts(self) -> list[tuple[str, LinkedNumber]]:
        """What else may have happened, by its key; promises only for those who read petitions."""
        reads_petitions = any(pair.key == "petitions" for pair in self.pairs)
        promises = [("promises", self.promises)] if reads_petitions else []
        return [("lodgings", self.lodgings), *promises, ("inspections", self.inspections)]

    def most_beside(self, pair: EventPair) -> int:
        """Return the number that fills a bar of the pair, 1 at least: guests have a scale of their own."""
        alike = [near for near in self.pairs if (near.key == GUESTS) == (pair.key == GUESTS)]
        return max((number.value for pair in alike for number in (pair.ended, pair.begun)), default=1) or 1


def yesterday(scope: MorningScope, flow: GuestFlow, facts: AlertFacts, decisions: DecisionCourse | None) -> Yesterday:
    """Return what happened on the day before the page's morning, each number with its list.

    Alerts and decisions are counted from what the page has read already.
    """
    day = scope.yesterday

    def linked(kind: str, number: int) -> LinkedNumber:
        """Return a number with its list."""
        return LinkedNumber(number, scope.list_url(kind, day=scope.day))

    pairs = [EventPair(GUESTS, flow.departed, flow.arrived)]
    if decisions is not None:
        received = linked("dossiers-received", dossiers.submitted_on(scope, day).count())
        pairs.append(EventPair("dossiers", linked("dossiers-decided", decisions.decided_yesterday), received))
    ended, raised = alerts.ended_and_raised(facts, day)
    pairs.append(EventPair("alerts", linked("alerts-ended", ended), linked("alerts-new", raised)))
    promises = LinkedNumber(0)
    if petitions.reads(scope):
        counts = petitions.day_counts(scope, day)
        received = linked("petitions-new", counts.received)
        pairs.append(EventPair("petitions", linked("petitions-ended", counts.ended), received))
        promises = linked("promises-kept", counts.promises_kept)
    lodgings = lodging_counts(scope, day)
    return Yesterday(
        pairs, linked("lodgings", lodgings.registered), promises, linked("inspections", lodgings.inspected),
        lodgings.active,
    )  # fmt: skip
