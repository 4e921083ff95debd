"""Source data of releases, and their public content."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.enums import GROUPS, FigureState, PeriodKind
from ancu.apps.reporting.models import Figure, FigurePlan, Period, Release
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.core.clock import local
from ancu.core.db.statements import run
from ancu.core.errors import Http404
from ancu.core.web.language import localized_text, reader_language
from ancu.engines.rulebook import Indicator


class ReleaseFigure(NamedTuple):
    """A unit's figure of a month as used by a release."""

    amount: IndicatorAmount
    origin: str
    note: str


Atoms = dict[tuple[int, int], ReleaseFigure]  # by unit and month (0…11)
ATOM = ("indicator", "unit_id", "period__first_day", "part", "base", "origin", "note")


def atoms_of_year(year: int, months: int) -> dict[str, Atoms]:
    """Return the approved figures of the year's first ``months`` months, by indicator code.

    Each ``Atoms`` has them by unit id and month (0 is January).
    """
    figures = Figure.objects.filter(
        state=FigureState.CURRENT, period__kind=PeriodKind.MONTH, period__first_day__year=year,
        period__first_day__month__lte=months,
    ).order_by()  # fmt: skip
    by_code: dict[str, Atoms] = defaultdict(dict)
    for code, unit, first, part, base, origin, note in figures.values_list(*ATOM).iterator(5000):
        by_code[code][unit, first.month - 1] = ReleaseFigure(IndicatorAmount(part, base), origin, note)
    return dict(by_code)


def atoms_as_of(year: int, code: str, taken_at: Sequence[str]) -> Atoms:
    """Return an indicator's approved figures by unit id and month (0 is January) of an earlier moment.

    ``taken_at`` has that moment for each month, from January on.
    """
    atoms: Atoms = {}
    for month, moment in enumerate(taken_at, start=1):
        then = Figure.objects.filter(
            Q(state=FigureState.CURRENT) | Q(state=FigureState.REPLACED), indicator=code, period__kind=PeriodKind.MONTH,
            period__first_day=date(year, month, 1), decided_at__lte=datetime.fromisoformat(moment),
        ).order_by("unit", "-number").distinct("unit")  # fmt: skip
        for _code, unit, _first, part, base, origin, note in then.values_list(*ATOM):
            atoms[unit, month - 1] = ReleaseFigure(IndicatorAmount(part, base), origin, note)
    return atoms


def yearly_amounts(year: int) -> dict[str, IndicatorAmount]:
    """Return the approved figures of a year that cannot be summed from months, such as medians, by indicator code.

    An indicator for which several units have a yearly figure is left out.
    """
    amounts_by_code: dict[str, list[IndicatorAmount]] = defaultdict(list)
    figures = Figure.objects.filter(
        state=FigureState.CURRENT, period__kind=PeriodKind.YEAR, period__first_day=date(year, 1, 1)
    )
    for code, part, base in figures.order_by().values_list("indicator", "part", "base"):
        amounts_by_code[code].append(IndicatorAmount(part, base))
    return {code: amounts[0] for code, amounts in amounts_by_code.items() if len(amounts) == 1}


def revisions(year: int, months: int) -> dict[str, list[dict[str, str]]]:
    """Return the corrections made after a month was closed, by indicator code, the earliest first.

    Keys: ``month`` (2026-03), ``why`` (the reason) and ``on`` (the day of approval).
    """
    by_code: dict[str, list[dict[str, str]]] = defaultdict(list)
    later = Figure.objects.filter(
        after_close=True, state__in=[FigureState.CURRENT, FigureState.REPLACED], period__kind=PeriodKind.MONTH,
        period__first_day__year=year, period__first_day__month__lte=months,
    ).order_by("decided_at", "pk")  # fmt: skip
    for figure in later.select_related("period"):
        entry = {"month": f"{figure.period.first_day:%Y-%m}", "why": figure.reason}
        by_code[figure.indicator].append(
            entry | {"on": local(figure.decided_at).date().isoformat() if figure.decided_at else ""}
        )
    return dict(by_code)


def unit_names(pks: Collection[int]) -> dict[int, str]:
    """Return the full names of the units by id."""
    return {unit.pk: unit.full_name for unit in AdministrativeUnit.objects.filter(pk__in=pks).order_by()}


def province_plans(year: int, root: AdministrativeUnit | None) -> dict[str, float]:
    """Return the year's plans of the province (``root``) by indicator code."""
    rows = FigurePlan.objects.filter(year=year, unit=root).order_by().values_list("indicator", "value")
    return {code: float(value) for code, value in rows}


WORDS = ("title_vi", "title_en", "measure_vi", "measure_en", "definition_vi", "definition_en", "article_vi",
         "article_en", "group", "direction", "sums", "code", "version")  # fmt: skip


def definition_of(indicator: Indicator) -> dict[str, Any]:
    """Return the indicator's texts and the day from which its definition is valid, for a file that explains itself."""
    return {name: getattr(indicator, name) for name in WORDS} | {"defined_on": indicator.valid_from.isoformat()}


def canonical_json(content: Any) -> bytes:
    """Return the content as JSON that is the same for the same content: a release's file, and what its digest is of."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False).encode()


def digest_of_json(content: Any) -> str:
    """Return the SHA-256 of the content as canonical JSON."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


# --- for everybody --------------------------------------------------------------------------------------

INDICATOR_OF_RELEASE = """
SELECT jsonb_path_query_first(content, '$.indicators[*] ? (@.code == $code)', %s) FROM reporting_release WHERE id = %s
"""


def years() -> list[int]:
    """Return the years for which figures were released, newest first."""
    return list(Release.objects.order_by("-year").values_list("year", flat=True).distinct())


def latest(year: int) -> Release:
    """Return the newest release of the year, or 404."""
    release = _without_content(year).order_by("-number").first()
    if release is None:
        raise Http404
    return release


def get_release(year: int, number: int) -> Release:
    """Return the release of the year with this number, or 404; earlier releases stay available."""
    return get_object_or_404(_without_content(year), number=number)


def _without_content(year: int) -> QuerySet[Release]:
    """Return the year's releases without loading their content of half a megabyte."""
    return Release.objects.filter(year=year).defer("content", "basis")


@dataclass(frozen=True)
class ReleasedIndicator:
    """An indicator of a release in the user's language."""

    content: dict[str, Any]
    year: int

    @property
    def code(self) -> str:
        """The indicator's code."""
        return str(self.content["code"])

    def _localized_text(self, name: str) -> str:
        """Return the text ``name`` of the release, such as ``title``, in the reader's language."""
        return localized_text(str(self.content[f"{name}_{reader_language()}"]))

    @property
    def title(self) -> str:
        """The indicator's title in the reader's language, as released."""
        return self._localized_text("title")

    @property
    def measure(self) -> str:
        """The indicator's unit of measure, such as persons, in the reader's language."""
        return self._localized_text("measure")

    @property
    def definition(self) -> str:
        """What the indicator counts, in the reader's language."""
        return self._localized_text("definition")

    @property
    def article(self) -> str:
        """The article of law that the indicator is based on, in the reader's language."""
        return self._localized_text("article")

    @property
    def places(self) -> int:
        """The number of decimal places to show: one for a share or an average, otherwise none."""
        return 1 if self.content["sums"] in {"share", "mean"} else 0

    @property
    def months(self) -> list[tuple[date, float | None, bool]]:
        """The first day of each month, its value, and whether the value is suppressed."""
        pairs = zip(self.content["months"], self.content["hidden"], strict=True)
        return [(date(self.year, at, 1), value, hidden) for at, (value, hidden) in enumerate(pairs, start=1)]


def released_indicators(release: Release) -> list[ReleasedIndicator]:
    """Return all indicators of a release with their values, in its order."""
    return [ReleasedIndicator(content, release.year) for content in release.content["indicators"]]


def in_groups(indicators: Iterable[ReleasedIndicator]) -> list[tuple[str, list[ReleasedIndicator]]]:
    """Return (group, indicators) in the order of ``GROUPS``; groups without indicators are left out."""
    groups: dict[str, list[ReleasedIndicator]] = defaultdict(list)
    for indicator in indicators:
        groups[indicator.content["group"]].append(indicator)
    return [(name, groups[name]) for name in GROUPS if name in groups]


def released_indicator(release: Release, code: str) -> ReleasedIndicator:
    """Return one indicator of a release with all months and units, or 404."""
    [[content]] = run(INDICATOR_OF_RELEASE, [json.dumps({"code": code}), release.pk])
    if content is None:
        raise Http404
    return ReleasedIndicator(json.loads(content), release.year)


def years_to_publish() -> list[tuple[int, int]]:
    """Return the years that have closed months, and the number of these months, newest first."""
    days = Period.objects.filter(kind=PeriodKind.MONTH, closed_at__isnull=False).order_by()
    counted = Counter(day.year for day in days.values_list("first_day", flat=True))
    return sorted(counted.items(), reverse=True)
