"""A year's closed months are put before everybody: frozen, guarded against whoever subtracts, each release against all
before it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.places.selectors import standing_on
from ancu.apps.reporting.enums import Origin
from ancu.apps.reporting.models import Period, Release
from ancu.apps.reporting.rules import access, publishing, values
from ancu.apps.reporting.rules.publishing import Cell, Series, Told
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.selectors import published
from ancu.apps.reporting.selectors.periods import closed_count, root_unit
from ancu.apps.reporting.selectors.published import Atoms, digest_of_json
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.errors import Conflict, require
from ancu.engines.rulebook import Indicator, indicators

WHOLE = 12


@dataclass(frozen=True)
class Year:
    """What a release is made of: figures as approved now, and what earlier releases said."""

    year: int
    months: int
    now: datetime
    atoms: Mapping[str, Atoms]
    whole: Mapping[str, Amount]
    revised: Mapping[str, list[dict[str, str]]]
    plans: Mapping[str, float]
    earlier: Sequence[Release]
    standing: Mapping[int, int]  # by unit, the one under which its figures are shown

    def told(self, code: str) -> list[Told]:
        return [publishing.from_json(one.basis[code]["told"]) for one in self.earlier if code in one.basis]

    def taken_at(self, code: str) -> list[str]:
        """When the figures of each month were taken that the last release shows."""
        last = self.earlier[-1].basis.get(code) if self.earlier else None
        return list(last["taken_at"]) if last else []


Heard = Callable[[int, int], object]  # told how many indicators are worked out, and of how many


def publish(*, actor: Actor, year: int) -> Release:
    """The next release of the year, at once. Conflict when nothing is closed, or nothing has changed."""
    require(access.leads(actor) or actor.kind is ActorKind.SYSTEM)
    return store(actor=actor, draft=work_out(year))


@dataclass(frozen=True)
class Draft:
    """A release that is worked out and not stored yet."""

    year: Year
    content: dict[str, Any]
    basis: dict[str, Any]

    @property
    def digest(self) -> str:
        return digest_of_json(self.content)


def work_out(year: int, heard: Heard = lambda done, total: None) -> Draft:
    """What everybody would see. The figures are read at one moment; the work on them, seconds long, holds no lock."""
    gathered = _gathered(year)
    content, basis = _content(gathered, heard)
    draft = Draft(gathered, content, basis)
    if gathered.earlier and gathered.earlier[-1].digest == draft.digest:
        raise Conflict("same", _("Nothing has changed since the last release."))
    return draft


@transaction.atomic
def store(*, actor: Actor, draft: Draft, made_by: int | None = None) -> Release:
    """A release that somebody else stored meanwhile keeps this one out (a constraint): it knew nothing of it."""
    year = draft.year
    release = Release.objects.create(
        year=year.year, number=len(year.earlier) + 1, content=draft.content, basis=draft.basis, digest=draft.digest,
        made_at=year.now, made_by_id=made_by or actor.user_id,
    )  # fmt: skip
    record(actor, "reporting.published", release, year=year.year, months=year.months)
    return release


@transaction.atomic
def _gathered(year: int) -> Year:
    """While nobody approves or counts a figure of the year."""
    list(Period.objects.select_for_update(of=("self",)).filter(first_day__year=year).order_by("pk"))
    months = closed_count(year)
    if not months:
        raise Conflict("open", _("No month of this year is closed yet."))
    earlier = list(Release.objects.filter(year=year).order_by("number"))
    atoms = published.atoms_of_year(year, months)
    return Year(
        year, months, clock.now(), atoms,
        whole=published.of_year(year) if months == WHOLE else {}, revised=published.revisions(year, months),
        plans=published.plans(year, root_unit()), earlier=earlier, standing=_standing(year, atoms, earlier),
    )  # fmt: skip


def _standing(year: int, atoms: Mapping[str, Atoms], earlier: Sequence[Release]) -> dict[int, int]:
    """By unit, the one of the year's last day, as on the page by unit.

    A unit that a release has shown stays in its year: beside a sum with another's it could be subtracted.
    """
    units = {unit for of_indicator in atoms.values() for unit, _month in of_indicator}
    shown = {
        unit
        for release in earlier
        for basis in release.basis.values()
        for series in publishing.from_json(basis["told"]).series
        for unit in series.units
    }
    return standing_on(date(year, 12, 31), units - shown) | {unit: unit for unit in units & shown}


def _content(year: Year, heard: Heard) -> tuple[dict[str, Any], dict[str, Any]]:
    names = published.unit_names(set(year.standing.values()))
    shown_of = [one for one in indicators(date(year.year, 1, 1)) if one.code in year.atoms]
    told, basis = [], {}
    for number, one in enumerate(shown_of):
        heard(number, len(shown_of))
        shown, basis[one.code] = _indicator(year, one, year.whole.get(one.code))
        told.append(published.words_of(one) | shown | {"plan": year.plans.get(one.code)})
        told[-1]["revised"] = [] if told[-1]["pending"] else year.revised.get(one.code, [])
        told[-1]["units"] = [
            {"unit": names[unit], "value": value}
            for unit, value in sorted(shown["units"].items(), key=lambda pair: names[pair[0]])
        ]
    return {"year": year.year, "months": year.months, "indicators": told}, basis


def _indicator(year: Year, one: Indicator, whole: Amount | None) -> tuple[dict[str, Any], dict[str, Any]]:
    atoms, taken, pending = _to_show(year, one)
    series = _series(year, one, atoms)
    nothing = tuple(frozenset[Cell]() for _one in series)
    told = Told(tuple(series), _to_hide(year, one, series) if one.small else nothing)
    hidden = told.not_shown | _told_elsewhere(one, told)
    amounts = _amounts(year, one, atoms, whole)
    shown = {cell: _number(one, amount) for cell, amount in amounts.items() if cell not in hidden}
    content = {
        "months": [shown.get(("month", at)) for at in range(year.months)],
        "hidden": [("month", at) in hidden for at in range(year.months)],
        "total": shown.get(("total", year.months)),
        "total_hidden": ("total", year.months) in hidden,
        "units": {unit: shown.get((kind, unit)) for kind, unit in amounts if kind == "unit" and "units" in one.told},
        "pending": pending,
        "demo": any(figure.origin == Origin.DEMO for figure in atoms.values()),
        "notes": sorted({figure.note for figure in atoms.values() if figure.note}),
    }
    return content, {"told": publishing.as_json(told), "taken_at": taken}


def _to_hide(year: Year, one: Indicator, series: Sequence[Series]) -> tuple[frozenset[Cell], ...]:
    return publishing.to_hide(series, year.told(one.code), elsewhere=one.elsewhere)


def _told_elsewhere(one: Indicator, told: Told) -> frozenset[Cell]:
    """What another page tells of the same matter in another way: with ours beside it, it could be subtracted."""
    left_out = {name.removesuffix("s") for name in {"months", "total", "units"} - set(one.told)}
    return frozenset(cell for series in told.series for cell in series.cells() if cell[0] in left_out)


def _to_show(year: Year, one: Indicator) -> tuple[Atoms, list[str], bool]:
    """The figures of now; where a correction is too small to be told, the earlier months as they were told."""
    atoms, now = year.atoms[one.code], year.now.isoformat()
    before = year.taken_at(one.code)
    told = year.told(one.code)
    if not one.small or one.sums not in {"count", "share"} or not told:
        return atoms, [now] * year.months, False
    if publishing.may_adopt(_series(year, one, atoms), told):
        return atoms, [now] * year.months, False
    kept = published.atoms_as_of(year.year, one.code, before)
    new = {key: figure for key, figure in atoms.items() if key[1] >= len(before)}
    return kept | new, before + [now] * (year.months - len(before)), True


def _series(year: Year, one: Indicator, atoms: Atoms) -> list[Series]:
    """Counts to be guarded: of a share both what was and what was not; of an average how many it is of."""
    if one.sums == "count":
        return [_one(year, atoms, lambda amount: amount.part)]
    bases = _one(year, atoms, lambda amount: amount.base or 0)
    if one.sums != "share":
        return [bases]
    rests = _one(year, atoms, lambda amount: (amount.base or 0) - amount.part)
    return [_one(year, atoms, lambda amount: amount.part), rests]


def _one(year: Year, atoms: Atoms, count: Any) -> Series:
    by_month = [0] * year.months
    by_unit: dict[int, int] = defaultdict(int)
    for (unit, month), figure in atoms.items():
        by_month[month] += count(figure.amount)
        by_unit[year.standing[unit]] += count(figure.amount)
    return Series(tuple(by_month), dict(by_unit) if year.months == WHOLE else {})


def _amounts(year: Year, one: Indicator, atoms: Atoms, whole: Amount | None) -> dict[Cell, Amount]:
    """What each cell stands for. A middle of a year is not its months'; it was worked out for the year."""
    found: dict[Cell, Amount] = defaultdict(lambda: Amount(0))
    for (unit, month), figure in atoms.items():
        found["month", month] += figure.amount
        if one.adds_up:
            found["total", year.months] += figure.amount
            if year.months == WHOLE:
                found["unit", year.standing[unit]] += figure.amount
    if not one.adds_up and whole is not None:
        found["total", year.months] = whole
    return dict(found)


def _number(one: Indicator, amount: Amount) -> int | float | None:
    value = values.value_of(one, amount)
    if value is None:
        return None
    return float(value) if one.has_base else int(value)


def publish_all(actor: Actor) -> int:
    """Every year with a closed month; the demo's way."""
    years = sorted(year for year, _months in published.years_to_publish())
    for year in years:
        publish(actor=actor, year=year)
    return len(years)
