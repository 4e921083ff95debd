"""The stays of a year's first months by commune and by kind of lodging, as everybody may read them.

A release has no such parts before its year is complete: two exact editions of them would differ by the few people of a
month. These are therefore rounded to fives (``disclosure_control``), like every figure that may be computed anew,
while the sums of the months are published exactly. A unit is named only while each of its months has five and more.
What the exact number of its complete year still tells, when fewer come in the months after, stands in ADR 17.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.cache import caches

from ancu.apps.lodging.enums import LodgingKind
from ancu.apps.places.selectors import units_on_day
from ancu.apps.reporting.rules.periods import shift
from ancu.apps.reporting.selectors.published import unit_names
from ancu.apps.stays.selectors.reported import declared_by_place
from ancu.core import clock
from ancu.core.security.disclosure_control import MIN_PEOPLE, rounded_parts

CACHE = caches["results"]
SECONDS = 366 * 86_400
MOST_KINDS = 5  # with the rest, six small charts


@dataclass(frozen=True)
class StayParts:
    """Rounded numbers of stays, None where hidden.

    ``kinds`` has the months of each of the most frequent kinds of lodging, ``units`` the units by name; both have the
    rest under "".
    """

    kinds: Mapping[str, list[int | None]]
    units: Mapping[str, int]


def parts_of_release(year: int, months: int, digest: str) -> StayParts:
    """Return the parts that stand beside the release with this digest.

    They are counted once, when it is published: that takes two seconds at two million stays, and a number that moved to
    its next five afterwards would tell of a single correction.
    """
    key = f"stay-parts-{settings.VERSION}-{digest}"
    parts: StayParts | None = CACHE.get(key)
    if parts is None:
        parts = stay_parts(year, months)
        CACHE.set(key, parts, SECONDS)
    return parts


def stay_parts(year: int, months: int) -> StayParts:
    """Return the parts of the stays declared in the year's first months."""
    first = date(year, 1, 1)
    by_kind: dict[str, list[int]] = defaultdict(lambda: [0] * months)
    by_unit: dict[int, list[int]] = defaultdict(lambda: [0] * months)
    for month, unit, kind, number in declared_by_place(first, shift(first, months) - timedelta(days=1)):
        by_kind[kind][month - 1] += number
        by_unit[unit][month - 1] += number
    return StayParts(_rounded_kinds(by_kind, months), _rounded_units(by_unit, months))


def _rounded_kinds(by_kind: Mapping[str, list[int]], months: int) -> dict[str, list[int | None]]:
    """Return the months of the most frequent kinds and of the rest, month by month as their sum allows."""
    named = [kind for kind in by_kind if kind != LodgingKind.OTHER_LODGING]
    ranked = sorted(named, key=lambda kind: (-sum(by_kind[kind]), kind))[:MOST_KINDS]
    rest = [sum(by_kind[kind][place] for kind in by_kind if kind not in ranked) for place in range(months)]
    rows = [*(by_kind[kind] for kind in ranked), *([rest] if any(rest) else [])]
    shown_months = [rounded_parts(sum(column), column) for column in zip(*rows, strict=True)]
    return dict(zip([*ranked, ""], map(list, zip(*shown_months, strict=True)), strict=False))


def _rounded_units(by_unit: Mapping[int, list[int]], months: int) -> dict[str, int]:
    """Return the units as they are today, the largest first, and under "" the rest; what is hidden is left out."""
    today: dict[int, list[int]] = defaultdict(lambda: [0] * months)
    successors = units_on_day(clock.today(), by_unit)
    for unit, numbers in by_unit.items():
        today[successors[unit]] = [sum(pair) for pair in zip(today[successors[unit]], numbers, strict=True)]
    named = [unit for unit, numbers in today.items() if min(numbers) >= MIN_PEOPLE]
    ranked = sorted(named, key=lambda unit: (-sum(today[unit]), unit))
    rest = sum(sum(numbers) for unit, numbers in today.items() if unit not in named)
    parts = [*(sum(today[unit]) for unit in ranked), *([rest] if rest else [])]
    names = unit_names(ranked)
    shown_parts = zip([*(names[unit] for unit in ranked), ""], rounded_parts(sum(parts), parts), strict=False)
    return {name: number for name, number in shown_parts if number is not None}
