"""Publish a year's closed months as a frozen release that is protected against disclosure by subtraction."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.places.selectors import units_on_day
from ancu.apps.reporting.enums import FigureOrigin
from ancu.apps.reporting.models import Period, Release
from ancu.apps.reporting.rules import access, publishing, values
from ancu.apps.reporting.rules.publishing import Cell, ReleasedSeries, Series
from ancu.apps.reporting.rules.revisions import published_revisions
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.selectors import published
from ancu.apps.reporting.selectors.periods import closed_count, root_unit
from ancu.apps.reporting.selectors.published import Atoms, digest_of_json
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.clock import local
from ancu.core.errors import Conflict, require
from ancu.engines.rulebook import Indicator, indicators

MONTHS_IN_YEAR = 12


@dataclass(frozen=True)
class YearFigures:
    """Source data of a release: currently approved figures, and earlier releases."""

    year: int
    months: int
    now: datetime
    atoms: Mapping[str, Atoms]
    year_amounts: Mapping[str, IndicatorAmount]
    revised: Mapping[str, list[dict[str, str]]]
    plans: Mapping[str, float]
    earlier: Sequence[Release]
    standing: Mapping[int, int]  # by unit, the unit under which its figures are shown

    def released_series(self, code: str) -> list[ReleasedSeries]:
        """Return the counts that each earlier release showed and hid for the indicator ``code``, the oldest first."""
        return [publishing.from_json(release.basis[code]["told"]) for release in self.earlier if code in release.basis]

    @property
    def number(self) -> int:
        """The number of the release that is being made."""
        return len(self.earlier) + 1

    @property
    def last_entries(self) -> dict[str, dict[str, Any]]:
        """The indicators of the last release, by code."""
        return {entry["code"]: entry for entry in self.earlier[-1].content["indicators"]} if self.earlier else {}

    def taken_at(self, code: str) -> list[str]:
        """Return, for each month, the moment (ISO) at which the last release took its figures; [] without a release."""
        last = self.earlier[-1].basis.get(code) if self.earlier else None
        return list(last["taken_at"]) if last else []


ProgressCallback = Callable[[int, int], object]  # called with the number of finished indicators and the total


def publish(*, actor: Actor, year: int) -> Release:
    """Publish the next release of the year now. Conflict if no month is closed or nothing changed."""
    require(access.leads(actor) or actor.kind is ActorKind.SYSTEM)
    return store(actor=actor, draft=build_draft(year))


@dataclass(frozen=True)
class ReleaseDraft:
    """A release before it is stored."""

    year: YearFigures
    content: dict[str, Any]
    basis: dict[str, Any]

    @property
    def digest(self) -> str:
        """The SHA-256 of the release's public content."""
        return digest_of_json(self.content)


def build_draft(year: int, on_progress: ProgressCallback = lambda done, total: None) -> ReleaseDraft:
    """Return the next release of the year without storing it; Conflict if nothing changed or no month is closed.

    Figures are read at one moment; the computation of some seconds holds no lock. ``on_progress`` is called for each
    indicator.
    """
    gathered = _collect(year)
    content, basis = _release_content(gathered, on_progress)
    draft = ReleaseDraft(gathered, content, basis)
    if gathered.earlier and gathered.earlier[-1].digest == draft.digest:
        raise Conflict("same", _("Nothing has changed since the last release."))
    return draft


@transaction.atomic
def store(*, actor: Actor, draft: ReleaseDraft, made_by: int | None = None) -> Release:
    """Store the release; a database constraint rejects it if another one was stored in the meantime."""
    year = draft.year
    release = Release.objects.create(
        year=year.year, number=year.number, content=draft.content, basis=draft.basis, digest=draft.digest,
        made_at=year.now, made_by_id=made_by or actor.user_id,
    )  # fmt: skip
    record(actor, "reporting.published", release, year=year.year, months=year.months)
    return release


@transaction.atomic
def _collect(year: int) -> YearFigures:
    """Return all figures, plans and earlier releases of the year, read while its periods are locked.

    The lock excludes approvals and counts; Conflict if no month of the year is closed.
    """
    list(Period.objects.select_for_update(of=("self",)).filter(first_day__year=year).order_by("pk"))
    months = closed_count(year)
    if not months:
        raise Conflict("open", _("No month of this year is closed yet."))
    earlier = list(Release.objects.filter(year=year).order_by("number"))
    atoms = published.atoms_of_year(year, months)
    return YearFigures(
        year,
        months,
        clock.now(),
        atoms,
        year_amounts=published.yearly_amounts(year) if months == MONTHS_IN_YEAR else {},
        revised=published.revisions(year, months),
        plans=published.province_plans(year, root_unit()),
        earlier=earlier,
        standing=_successor_units(year, atoms, earlier),
    )


def _successor_units(year: int, atoms: Mapping[str, Atoms], earlier: Sequence[Release]) -> dict[int, int]:
    """Return, by id of each unit with figures, the id of the unit that had its area on the year's last day.

    A unit shown by an earlier release stays separate, because a combined sum could be subtracted.
    """
    units = {unit for of_indicator in atoms.values() for unit, _month in of_indicator}
    shown_units = {
        unit
        for release in earlier
        for basis in release.basis.values()
        for series in publishing.from_json(basis["told"]).series
        for unit in series.units
    }
    return units_on_day(date(year, 12, 31), units - shown_units) | {unit: unit for unit in units & shown_units}


def _release_content(year: YearFigures, on_progress: ProgressCallback) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the release's public content, and by indicator code the data that the next release is compared with."""
    names = published.unit_names(set(year.standing.values()))
    published_indicators = [
        indicator for indicator in indicators(date(year.year, 1, 1)) if indicator.code in year.atoms
    ]
    earlier = year.last_entries
    entries, basis = [], {}
    for number, indicator in enumerate(published_indicators):
        on_progress(number, len(published_indicators))
        content, basis[indicator.code] = _indicator_content(year, indicator, year.year_amounts.get(indicator.code))
        entries.append(published.definition_of(indicator) | content | {"plan": year.plans.get(indicator.code)})
        entries[-1]["revised"] = [] if entries[-1]["pending"] else year.revised.get(indicator.code, [])
        entries[-1]["revisions"] = published_revisions(
            earlier.get(indicator.code), entries[-1], on=local(year.now).date().isoformat(), release=year.number
        )
        entries[-1]["units"] = [
            {"unit": names[unit], "value": value}
            for unit, value in sorted(content["units"].items(), key=lambda pair: names[pair[0]])
        ]
    return {"year": year.year, "months": year.months, "indicators": entries}, basis


def _indicator_content(
    year: YearFigures, indicator: Indicator, year_amount: IndicatorAmount | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an indicator's public content: its values, what is hidden, and notes.

    Also the unpublished data for comparison with the next release: counts, hidden cells, when figures were taken.
    """
    atoms, taken_at, pending = _figures_to_publish(year, indicator)
    series = _series(year, indicator, atoms)
    nothing = tuple(frozenset[Cell]() for _counts in series)
    released = ReleasedSeries(tuple(series), _cells_to_hide(year, indicator, series) if indicator.small else nothing)
    hidden = released.not_shown | _published_elsewhere(indicator, released)
    amounts = _cell_amounts(year, indicator, atoms, year_amount)
    numbers = {cell: _published_number(indicator, amount) for cell, amount in amounts.items() if cell not in hidden}
    content = {
        "months": [numbers.get(("month", at)) for at in range(year.months)],
        "hidden": [("month", at) in hidden for at in range(year.months)],
        "total": numbers.get(("total", year.months)),
        "total_hidden": ("total", year.months) in hidden,
        "total_counts": _counts_of_share(indicator, amounts, ("total", year.months), hidden),
        "units": {
            unit: numbers.get((kind, unit))
            for kind, unit in amounts
            if kind == "unit" and "units" in indicator.published
        },
        "pending": pending,
        "demo": any(figure.origin == FigureOrigin.DEMO for figure in atoms.values()),
        "notes": sorted({figure.note for figure in atoms.values() if figure.note}),
    }
    return content, {"told": publishing.as_json(released), "taken_at": taken_at}


def _counts_of_share(
    indicator: Indicator, amounts: Mapping[Cell, IndicatorAmount], cell: Cell, hidden: Collection[Cell]
) -> list[int] | None:
    """Return the part and the base of a share; None for what is no share, or if the cell is hidden.

    Both counts are safe where the share is: its part and the rest of its base are the series that are protected.
    """
    amount = amounts.get(cell)
    if indicator.sums != "share" or cell in hidden or amount is None or not amount.base:
        return None
    return [int(amount.part), int(amount.base)]


def _cells_to_hide(year: YearFigures, indicator: Indicator, series: Sequence[Series]) -> tuple[frozenset[Cell], ...]:
    """Return, for each series, the cells of the indicator to hide, in view of what earlier releases showed."""
    return publishing.cells_to_hide(series, year.released_series(indicator.code), elsewhere=indicator.elsewhere)


def _published_elsewhere(indicator: Indicator, released: ReleasedSeries) -> frozenset[Cell]:
    """Return the cells that the release leaves out, because another page publishes them in another form.

    Those are the months, total or units that ``indicator.published`` does not name. Otherwise hidden cells could be
    derived by subtraction.
    """
    left_out = {name.removesuffix("s") for name in {"months", "total", "units"} - set(indicator.published)}
    return frozenset(cell for series in released.series for cell in series.cells() if cell[0] in left_out)


def _figures_to_publish(year: YearFigures, indicator: Indicator) -> tuple[Atoms, list[str], bool]:
    """Return the indicator's figures, the moment of each month's figures, and whether corrections are withheld.

    Corrections so small that they would reveal few people are withheld: then the months already published stay as
    they were.
    """
    atoms, now = year.atoms[indicator.code], year.now.isoformat()
    before = year.taken_at(indicator.code)
    earlier = year.released_series(indicator.code)
    if not indicator.small or indicator.sums not in {"count", "share"} or not earlier:
        return atoms, [now] * year.months, False
    if publishing.may_adopt(_series(year, indicator, atoms), earlier):
        return atoms, [now] * year.months, False
    earlier_atoms = published.atoms_as_of(year.year, indicator.code, before)
    new = {key: figure for key, figure in atoms.items() if key[1] >= len(before)}
    return earlier_atoms | new, before + [now] * (year.months - len(before)), True


def _series(year: YearFigures, indicator: Indicator, atoms: Atoms) -> list[Series]:
    """Return the series of counts to protect: for a share its part and the rest, for an average its base."""
    if indicator.sums == "count":
        return [_count_series(year, atoms, lambda amount: amount.part)]
    bases = _count_series(year, atoms, lambda amount: amount.base or 0)
    if indicator.sums != "share":
        return [bases]
    rests = _count_series(year, atoms, lambda amount: (amount.base or 0) - amount.part)
    return [_count_series(year, atoms, lambda amount: amount.part), rests]


def _count_series(year: YearFigures, atoms: Atoms, count: Any) -> Series:
    """Return the sums of ``count(amount)`` by month and, if the year is complete, by unit."""
    by_month = [0] * year.months
    by_unit: dict[int, int] = defaultdict(int)
    for (unit, month), figure in atoms.items():
        by_month[month] += count(figure.amount)
        by_unit[year.standing[unit]] += count(figure.amount)
    return Series(tuple(by_month), dict(by_unit) if year.months == MONTHS_IN_YEAR else {})


def _cell_amounts(
    year: YearFigures, indicator: Indicator, atoms: Atoms, year_amount: IndicatorAmount | None
) -> dict[Cell, IndicatorAmount]:
    """Return the indicator's amount by cell: each month, the total and, if the year is complete, each unit.

    A median of the year is not the sum of its months: ``year_amount`` is its total.
    """
    amounts: dict[Cell, IndicatorAmount] = defaultdict(lambda: IndicatorAmount(0))
    for (unit, month), figure in atoms.items():
        amounts["month", month] += figure.amount
        if indicator.adds_up:
            amounts["total", year.months] += figure.amount
            if year.months == MONTHS_IN_YEAR:
                amounts["unit", year.standing[unit]] += figure.amount
    if not indicator.adds_up and year_amount is not None:
        amounts["total", year.months] = year_amount
    return dict(amounts)


def _published_number(indicator: Indicator, amount: IndicatorAmount) -> int | float | None:
    """Return the indicator's value as a JSON number; None without a value."""
    value = values.value_of(indicator, amount)
    if value is None:
        return None
    return float(value) if indicator.has_base else int(value)


def publish_all(actor: Actor) -> int:
    """Publish every year that has a closed month, for the demo; return the number of years."""
    years = sorted(year for year, _months in published.years_to_publish())
    for year in years:
        publish(actor=actor, year=year)
    return len(years)
