"""Targets that are missed, and who holds the cases that missed them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from ancu.apps.reporting.rules import morning as rules
from ancu.apps.reporting.rules.morning import standing_of
from ancu.apps.reporting.selectors.morning import dossiers, stays
from ancu.apps.reporting.selectors.morning.owners import AnsweringAgencies, answering_agencies
from ancu.apps.reporting.selectors.morning.scope import MorningScope
from ancu.apps.reporting.selectors.morning.tiles import targets


def late_declarations(agencies: AnsweringAgencies, late_by_unit: Mapping[int, int]) -> list[tuple[int, str, int]]:
    """Return (id, name, late declarations) of the agencies that answer for the units, most first."""
    numbers: Counter[tuple[int, str]] = Counter()
    for unit, number in late_by_unit.items():
        if number and (agency := agencies.of(unit)):
            numbers[agency] += number
    ordered = sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(pk, name, number) for (pk, name), number in ordered]


@dataclass(frozen=True)
class LateDecisions:
    """The dossiers decided after the promised day: how many by officer (None for nobody) and by procedure."""

    by_officer: Counter[int | None] = field(default_factory=Counter)
    by_procedure: Counter[str] = field(default_factory=Counter)


def late_decisions(scope: MorningScope) -> LateDecisions:
    """Count the dossiers of thirty days that were decided after the promised day, by one query."""
    days, late = rules.days_to(scope.yesterday), LateDecisions()
    decided = dossiers.decided_between(scope, days[0], days[-1]).filter(duration__is_on_time=False)
    rows = decided.values_list("assigned_to", "procedure").annotate(number=Count("pk"))
    for officer, procedure, number in rows.order_by("-number", "assigned_to", "procedure"):
        late.by_officer[officer] += number
        late.by_procedure[procedure] += number
    return late


def agency_with_late_declarations(scope: MorningScope) -> int | None:
    """Return the agency with most late declarations while their target is missed; None if it is not."""
    share = stays.on_time_share(scope)
    if not standing_of(share.percent, targets(scope).on_time).is_missed:
        return None
    return next((pk for pk, _name, _number in late_declarations(answering_agencies(scope), share.late_by_unit)), None)


def misses_promises(scope: MorningScope) -> bool:
    """Whether the share of dossiers decided by the promised day is below its target."""
    share = dossiers.decision_course(scope).percent if dossiers.reads(scope) else None
    return standing_of(share, targets(scope).promised).is_missed
