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
from ancu.core.web.language import reader_language
from ancu.engines.rulebook import Indicator


class ReleaseFigure(NamedTuple):
    """A unit's figure of a month as used by a release."""

    amount: IndicatorAmount
    origin: str
    note: str


Atoms = dict[tuple[int, int], ReleaseFigure]  # by unit and month (0…11)
ATOM = ("indicator", "unit_id", "period__first_day", "part", "base", "origin", "note")


def atoms_of_year(year: int, months: int) -> dict[str, Atoms]:
    """Approved figures of the year's first months, by indicator."""
    figures = Figure.objects.filter(
        state=FigureState.CURRENT, period__kind=PeriodKind.MONTH, period__first_day__year=year,
        period__first_day__month__lte=months,
    ).order_by()  # fmt: skip
    by_code: dict[str, Atoms] = defaultdict(dict)
    for code, unit, first, part, base, origin, note in figures.values_list(*ATOM).iterator(5000):
        by_code[code][unit, first.month - 1] = ReleaseFigure(IndicatorAmount(part, base), origin, note)
    return dict(by_code)


def atoms_as_of(year: int, code: str, taken_at: Sequence[str]) -> Atoms:
    """Figures of the months as approved when each was taken."""
    atoms: Atoms = {}
    for month, moment in enumerate(taken_at, start=1):
        then = Figure.objects.filter(
            Q(state=FigureState.CURRENT) | Q(state=FigureState.REPLACED), indicator=code, period__kind=PeriodKind.MONTH,
            period__first_day=date(year, month, 1), decided_at__lte=datetime.fromisoformat(moment),
        ).order_by("unit", "-number").distinct("unit")  # fmt: skip
        for _code, unit, _first, part, base, origin, note in then.values_list(*ATOM):
            atoms[unit, month - 1] = ReleaseFigure(IndicatorAmount(part, base), origin, note)
    return atoms


def of_year(year: int) -> dict[str, IndicatorAmount]:
    """Yearly figures that do not follow from the months, if a single unit has one."""
    amounts_by_code: dict[str, list[IndicatorAmount]] = defaultdict(list)
    figures = Figure.objects.filter(
        state=FigureState.CURRENT, period__kind=PeriodKind.YEAR, period__first_day=date(year, 1, 1)
    )
    for code, part, base in figures.order_by().values_list("indicator", "part", "base"):
        amounts_by_code[code].append(IndicatorAmount(part, base))
    return {code: amounts[0] for code, amounts in amounts_by_code.items() if len(amounts) == 1}


def revisions(year: int, months: int) -> dict[str, list[dict[str, str]]]:
    """Corrections after closing: month, reason and date."""
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
    return {unit.pk: unit.full_name for unit in AdministrativeUnit.objects.filter(pk__in=pks).order_by()}


def plans(year: int, root: AdministrativeUnit | None) -> dict[str, float]:
    rows = FigurePlan.objects.filter(year=year, unit=root).order_by().values_list("indicator", "value")
    return {code: float(value) for code, value in rows}


WORDS = ("title_vi", "title_en", "measure_vi", "measure_en", "definition_vi", "definition_en", "article_vi",
         "article_en", "group", "direction", "sums", "code", "version")  # fmt: skip


def words_of(indicator: Indicator) -> dict[str, Any]:
    """The indicator's definition of that year, included so that a file is self-explanatory."""
    return {name: getattr(indicator, name) for name in WORDS} | {"defined_on": indicator.valid_from.isoformat()}


def digest_of_json(content: Any) -> str:
    """SHA-256 of the content as canonical JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# --- for everybody --------------------------------------------------------------------------------------

# Raw SQL: extracting what a page shows takes two milliseconds in the database; loading the complete release took
# fifteen. ``OFFSET 0`` prevents unpacking the content once per row.
GLANCED = ("code", "group", "sums", "title_vi", "title_en", "measure_vi", "measure_en", "total", "total_hidden",
           "pending", "demo")  # fmt: skip
# ``missing`` are months without any figure, as opposed to suppressed ones.
GLANCE = """
SELECT release.months, missing, told.code, "group", sums, title_vi, title_en, measure_vi, measure_en, total,
    total_hidden, pending, demo
FROM (
    SELECT (content -> 'months')::int AS months, content -> 'indicators' AS indicators FROM reporting_release
    WHERE id = %s OFFSET 0
) AS release, jsonb_to_recordset(indicators) AS told(
    code text, "group" text, sums text, title_vi text, title_en text, measure_vi text, measure_en text, total float8,
    total_hidden boolean, pending boolean, demo boolean, months jsonb, hidden jsonb
), LATERAL (SELECT ARRAY(
    SELECT place FROM generate_series(0, release.months - 1) AS place
    WHERE jsonb_typeof(told.months -> place) = 'null' AND NOT (told.hidden -> place)::boolean
) AS missing) AS gaps
"""
# The same months of the year before. Counts of the first months add up if all are shown; shares do not.
BEFORE = """
SELECT told.code, missing, CASE
    WHEN release.months = %(months)s THEN told.total
    WHEN told.sums = 'count' THEN (
        SELECT CASE WHEN bool_and(jsonb_typeof(value) = 'number') THEN sum((value #>> '{}')::float8) END
        FROM jsonb_array_elements(told.months) WITH ORDINALITY AS month (value, number) WHERE number <= %(months)s
    ) END
FROM (
    SELECT (content -> 'months')::int AS months, content -> 'indicators' AS indicators FROM reporting_release
    WHERE year = %(year)s ORDER BY number DESC LIMIT 1
) AS release, jsonb_to_recordset(indicators) AS told(
    code text, sums text, total float8, months jsonb, hidden jsonb
), LATERAL (SELECT ARRAY(
    SELECT place FROM generate_series(0, %(months)s - 1) AS place
    WHERE jsonb_typeof(told.months -> place) = 'null' AND NOT (told.hidden -> place)::boolean
) AS missing) AS gaps
WHERE release.months >= %(months)s
"""
INDICATOR_OF_RELEASE = """
SELECT jsonb_path_query_first(content, '$.indicators[*] ? (@.code == $code)', %s) FROM reporting_release WHERE id = %s
"""


def years() -> list[int]:
    """Years with a release, newest first."""
    return list(Release.objects.order_by("-year").values_list("year", flat=True).distinct())


def latest(year: int) -> Release:
    """The newest release of the year, or 404."""
    release = _without_content(year).order_by("-number").first()
    if release is None:
        raise Http404
    return release


def get_release(year: int, number: int) -> Release:
    """A specific release; earlier releases stay available."""
    return get_object_or_404(_without_content(year), number=number)


def _without_content(year: int) -> QuerySet[Release]:
    """Releases without their content of half a megabyte."""
    return Release.objects.filter(year=year).defer("content", "basis")


@dataclass(frozen=True)
class ReleasedIndicator:
    """An indicator of a release in the user's language."""

    content: dict[str, Any]
    year: int
    last_year: float | None = None

    @property
    def code(self) -> str:
        return str(self.content["code"])

    def _in_words(self, name: str) -> str:
        return str(self.content[f"{name}_{reader_language()}"])

    @property
    def title(self) -> str:
        return self._in_words("title")

    @property
    def measure(self) -> str:
        return self._in_words("measure")

    @property
    def definition(self) -> str:
        return self._in_words("definition")

    @property
    def article(self) -> str:
        """The article of law the indicator rests on, in the reader's language."""
        return self._in_words("article")

    @property
    def places(self) -> int:
        return 1 if self.content["sums"] in {"share", "mean"} else 0

    @property
    def months(self) -> list[tuple[date, float | None, bool]]:
        """Each month's first day, its value, and whether it is suppressed."""
        pairs = zip(self.content["months"], self.content["hidden"], strict=True)
        return [(date(self.year, at, 1), value, hidden) for at, (value, hidden) in enumerate(pairs, start=1)]


def released_indicators(release: Release) -> list[ReleasedIndicator]:
    """All indicators of a release."""
    return [ReleasedIndicator(content, release.year) for content in release.content["indicators"]]


def overview(release: Release) -> tuple[int, list[ReleasedIndicator]]:
    """Number of months and the overview of all indicators, compared with the same months a year before.

    No comparison where either year lacks a figure the other has.
    """
    rows = run(GLANCE, [release.pk])
    months = rows[0][0] if rows else 0
    earlier = run(BEFORE, {"months": months, "year": release.year - 1})
    before = {(code, tuple(missing)): total for code, missing, total in earlier}
    shown_rows = []
    for _months, missing, *row in rows:
        values = dict(zip(GLANCED, row, strict=True))
        shown_rows.append(ReleasedIndicator(values, release.year, before.get((values["code"], tuple(missing)))))
    return months, shown_rows


def in_groups(indicators: Iterable[ReleasedIndicator]) -> list[tuple[str, list[ReleasedIndicator]]]:
    """Indicators by group, in the order of the groups."""
    groups: dict[str, list[ReleasedIndicator]] = defaultdict(list)
    for indicator in indicators:
        groups[indicator.content["group"]].append(indicator)
    return [(name, groups[name]) for name in GROUPS if name in groups]


def released_indicator(release: Release, code: str) -> ReleasedIndicator:
    """One indicator of a release with all months and units, or 404."""
    [[content]] = run(INDICATOR_OF_RELEASE, [json.dumps({"code": code}), release.pk])
    if content is None:
        raise Http404
    return ReleasedIndicator(json.loads(content), release.year)


def years_to_publish() -> list[tuple[int, int]]:
    """Years with closed months and their number, newest first."""
    days = Period.objects.filter(kind=PeriodKind.MONTH, closed_at__isnull=False).order_by()
    counted = Counter(day.year for day in days.values_list("first_day", flat=True))
    return sorted(counted.items(), reverse=True)
