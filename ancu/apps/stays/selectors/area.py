"""The units of an agency's area as a tree of present and former ones, and their stays and lodgings.

A today's unit holds the stays made in it and in the units it succeeded. A former unit holds the stays of the lodgings
whose ``locality`` it is, or lies below it or before it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from django.db.models import Q

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import Units, all_units
from ancu.apps.stays.rules import may_see_area
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404


def in_order(units: Iterable[AdministrativeUnit]) -> list[AdministrativeUnit]:
    """Return the units sorted for a list: present ones by name, then the former ones by name."""
    return sorted(units, key=lambda unit: (unit.valid_until is not None, unit.name, unit.pk))


@dataclass(eq=False)
class AgencyArea:
    """The units of an actor's area as a tree: below a unit lie its parts and the units it succeeded.

    ``everywhere`` holds these and all others, as they stood when the area was asked for.
    """

    units: dict[int, AdministrativeUnit]
    everywhere: Units
    _within: dict[int, frozenset[int]] = field(default_factory=dict, init=False)

    @cached_property
    def _below(self) -> dict[int, list[int]]:
        """The ids of the units directly below each unit, by unit id: its parts, and the units that it succeeded."""
        below: dict[int, list[int]] = defaultdict(list)
        for unit in self.units.values():
            for above in {unit.parent_id, unit.successor_id}:
                if above is not None and above != unit.pk:
                    below[above].append(unit.pk)
        return below

    @cached_property
    def in_order(self) -> list[AdministrativeUnit]:
        """The units of the area, present ones by name, then the former ones."""
        return in_order(self.units.values())

    def roots(self) -> list[AdministrativeUnit]:
        """Return the topmost units of the area: neither part nor predecessor of another unit in it."""
        return [
            unit
            for unit in self.units.values()
            if unit.parent_id not in self.units and unit.successor_id not in self.units
        ]

    def get(self, unit_id: int) -> AdministrativeUnit:
        """Return the unit, or raise 404 if it is not in this area."""
        if unit_id not in self.units:
            raise Http404
        return self.units[unit_id]

    def within(self, unit_id: int) -> frozenset[int]:
        """Return the ids of the unit and of all its parts and predecessors in the area, at any depth."""
        if unit_id not in self._within:
            self._within[unit_id] = self._gather(unit_id)
        return self._within[unit_id]

    def _gather(self, unit_id: int) -> frozenset[int]:
        """Return the ids of the unit and of all its parts and predecessors, at any depth; ``within`` caches them."""
        unit_ids, waiting = {unit_id}, [unit_id]
        while waiting:
            new_ids = set(self._below.get(waiting.pop(), ())) - unit_ids
            unit_ids |= new_ids
            waiting.extend(new_ids)
        return frozenset(unit_ids)

    def parts(self, unit: AdministrativeUnit) -> list[AdministrativeUnit]:
        """Return the direct parts of a unit that exist today or, for a former unit, existed at its end."""
        below = (self.units[key] for key in self._below.get(unit.pk, ()))
        return [child for child in below if child.parent_id == unit.pk and child.valid_until == unit.valid_until]

    def predecessors(self, unit: AdministrativeUnit) -> list[AdministrativeUnit]:
        """Return the former units that this unit succeeded directly."""
        below = (self.units[key] for key in self._below.get(unit.pk, ()))
        return [child for child in below if child.successor_id == unit.pk]

    def path(self, unit: AdministrativeUnit) -> list[AdministrativeUnit]:
        """Return the units of the area above this one, the largest first; this one is left out."""
        steps: list[AdministrativeUnit] = []
        above = unit
        while (key := next((k for k in (above.parent_id, above.successor_id) if k in self.units), None)) is not None:
            above = self.units[key]
            if above in steps or above == unit:
                break
            steps.insert(0, above)
        return steps


def require_area(actor: Actor) -> None:
    """Raise 404 for actors who may not see an area or have none."""
    if not may_see_area(actor) or not actor.area:
        raise Http404


def area_of(actor: Actor) -> AgencyArea:
    """Return the actor's area as a tree of units; 404 for actors without an area."""
    require_area(actor)
    return _area(all_units(actor.units), actor.area)


@lru_cache(maxsize=64)
def _area(units: Units, ids: frozenset[int]) -> AgencyArea:
    """Return the units with these ids as a tree, cached: a province's is built once, not for each page."""
    return AgencyArea({pk: unit for pk, unit in units.by_id.items() if pk in ids}, units)


def is_former(unit: AdministrativeUnit) -> bool:
    """Whether the administrative unit has ceased to exist before today."""
    return unit.valid_until is not None and unit.valid_until < clock.today()


@dataclass(frozen=True)
class Scope:
    """The stays, submissions and lodgings of one unit, never beyond the actor's own area."""

    ids: frozenset[int]
    area: frozenset[int]
    former: bool

    @cached_property
    def present_units(self) -> frozenset[int]:
        """The ids of the scope's units that lie in the actor's area."""
        return self.area if self.area <= self.ids else self.ids & self.area

    def holds(self, unit: int, locality: int | None) -> bool:
        """Whether the lodging with this unit and former commune (``locality``) belongs to the scope."""
        return unit in self.area and (locality if self.former else unit) in self.ids

    def lodgings(self) -> Q:
        """Return the query condition for the lodgings that belong to the scope."""
        if self.former:
            return Q(locality_id__in=self.ids, unit_id__in=self.area)
        return Q(unit_id__in=self.present_units)


def scope_of(actor: Actor, area: AgencyArea, unit: AdministrativeUnit) -> Scope:
    """Return the units, of the actor's area only, whose guests the page of ``unit`` counts."""
    return Scope(area.within(unit.pk), actor.area, is_former(unit))
