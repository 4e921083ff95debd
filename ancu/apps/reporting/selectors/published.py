"""What releases are made of, and what everybody reads of them."""

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
from ancu.apps.reporting.enums import GROUPS, PeriodKind, State
from ancu.apps.reporting.models import Figure, Period, Plan, Release
from ancu.apps.reporting.rules.values import Amount
from ancu.core.clock import local
from ancu.core.db.statements import run
from ancu.core.errors import Http404
from ancu.core.web.language import reader_language
from ancu.engines.rulebook import Indicator


class Atom(NamedTuple):
    """A unit's figure of a month, as a release takes it."""

    amount: Amount
    origin: str
    note: str


Atoms = dict[tuple[int, int], Atom]  # by unit and month (0…11)
ATOM = ("indicator", "unit_id", "period__first_day", "part", "base", "origin", "note")


def atoms_of_year(year: int, months: int) -> dict[str, Atoms]:
    """Every approved figure of the year's first months, by indicator."""
    found = Figure.objects.filter(
        state=State.CURRENT, period__kind=PeriodKind.MONTH, period__first_day__year=year,
        period__first_day__month__lte=months,
    ).order_by()  # fmt: skip
    by_code: dict[str, Atoms] = defaultdict(dict)
    for code, unit, first, part, base, origin, note in found.values_list(*ATOM).iterator(5000):
        by_code[code][unit, first.month - 1] = Atom(Amount(part, base), origin, note)
    return dict(by_code)


def atoms_as_of(year: int, code: str, taken_at: Sequence[str]) -> Atoms:
    """The figures of the months as they were approved when each was taken."""
    found: Atoms = {}
    for month, moment in enumerate(taken_at, start=1):
        then = Figure.objects.filter(
            Q(state=State.CURRENT) | Q(state=State.REPLACED), indicator=code, period__kind=PeriodKind.MONTH,
            period__first_day=date(year, month, 1), decided_at__lte=datetime.fromisoformat(moment),
        ).order_by("unit", "-number").distinct("unit")  # fmt: skip
        for _code, unit, _first, part, base, origin, note in then.values_list(*ATOM):
            found[unit, month - 1] = Atom(Amount(part, base), origin, note)
    return found


def of_year(year: int) -> dict[str, Amount]:
    """What was worked out for the whole year, because it does not follow from its months: of the units together only
    where there is one."""
    found: dict[str, list[Amount]] = defaultdict(list)
    figures = Figure.objects.filter(
        state=State.CURRENT, period__kind=PeriodKind.YEAR, period__first_day=date(year, 1, 1)
    )
    for code, part, base in figures.order_by().values_list("indicator", "part", "base"):
        found[code].append(Amount(part, base))
    return {code: amounts[0] for code, amounts in found.items() if len(amounts) == 1}


def revisions(year: int, months: int) -> dict[str, list[dict[str, str]]]:
    """What was corrected after its month was closed: which month, why, and when."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    later = Figure.objects.filter(
        after_close=True, state__in=[State.CURRENT, State.REPLACED], period__kind=PeriodKind.MONTH,
        period__first_day__year=year, period__first_day__month__lte=months,
    ).order_by("decided_at", "pk")  # fmt: skip
    for one in later.select_related("period"):
        told = {"month": f"{one.period.first_day:%Y-%m}", "why": one.reason}
        found[one.indicator].append(told | {"on": local(one.decided_at).date().isoformat() if one.decided_at else ""})
    return dict(found)


def unit_names(pks: Collection[int]) -> dict[int, str]:
    return {unit.pk: unit.full_name for unit in AdministrativeUnit.objects.filter(pk__in=pks).order_by()}


def plans(year: int, root: AdministrativeUnit | None) -> dict[str, float]:
    found = Plan.objects.filter(year=year, unit=root).order_by().values_list("indicator", "value")
    return {code: float(value) for code, value in found}


WORDS = ("title_vi", "title_en", "measure_vi", "measure_en", "definition_vi", "definition_en", "article_vi",
         "article_en", "group", "direction", "sums", "code", "version")  # fmt: skip


def words_of(one: Indicator) -> dict[str, Any]:
    """An indicator's own words, as they stood in the year, so that a file explains itself."""
    return {name: getattr(one, name) for name in WORDS} | {"defined_on": one.valid_from.isoformat()}


def digest_of_json(said: Any) -> str:
    """The fingerprint of what is frozen: the same words and numbers have the same."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# --- for everybody --------------------------------------------------------------------------------------

# By hand: the database takes out of a release what a page shows in two milliseconds; to send all of it and read it
# here took fifteen. ``OFFSET 0`` keeps apart what is asked once: else the whole is unpacked for each row.
GLANCED = ("code", "group", "sums", "title_vi", "title_en", "measure_vi", "measure_en", "total", "total_hidden",
           "pending", "demo")  # fmt: skip
# ``missing`` are the months of which there is no figure at all, as against those that are not shown.
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
# Of the year before as much as this release tells of. A number's first months add up to what anybody may add up, where
# all of them are shown; a share's do not.
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
ONE = """
SELECT jsonb_path_query_first(content, '$.indicators[*] ? (@.code == $code)', %s) FROM reporting_release WHERE id = %s
"""


def years() -> list[int]:
    """The years of which something is published, the newest first."""
    return list(Release.objects.order_by("-year").values_list("year", flat=True).distinct())


def latest(year: int) -> Release:
    """The newest release of the year, or 404."""
    found = _without_content(year).order_by("-number").first()
    if found is None:
        raise Http404
    return found


def get_release(year: int, number: int) -> Release:
    """An earlier one: what was published once stays published."""
    return get_object_or_404(_without_content(year), number=number)


def _without_content(year: int) -> QuerySet[Release]:
    """Half a megabyte, of which a page shows a part: it is read by whoever asks for all."""
    return Release.objects.filter(year=year).defer("content", "basis")


@dataclass(frozen=True)
class Shown:
    """An indicator of a release as a page shows it, in the reader's language."""

    told: dict[str, Any]
    year: int
    last_year: float | None = None

    @property
    def code(self) -> str:
        return str(self.told["code"])

    def _in_words(self, name: str) -> str:
        return str(self.told[f"{name}_{reader_language()}"])

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
        return self._in_words("article")

    @property
    def places(self) -> int:
        return 1 if self.told["sums"] in {"share", "mean"} else 0

    @property
    def months(self) -> list[tuple[date, float | None, bool]]:
        """Each month's first day, its value, and whether it is not shown because it is small."""
        pairs = zip(self.told["months"], self.told["hidden"], strict=True)
        return [(date(self.year, at, 1), value, hidden) for at, (value, hidden) in enumerate(pairs, start=1)]


def shown(release: Release) -> list[Shown]:
    """All that a release says, indicator by indicator."""
    return [Shown(told, release.year) for told in release.content["indicators"]]


def glance(release: Release) -> tuple[int, list[Shown]]:
    """How many months it tells of, and of each indicator what stands on the page of all, beside the same months of the
    year before; beside nothing where either year lacks a figure that the other has."""
    rows = run(GLANCE, [release.pk])
    months = rows[0][0] if rows else 0
    earlier = run(BEFORE, {"months": months, "year": release.year - 1})
    before = {(code, tuple(missing)): total for code, missing, total in earlier}
    shown_rows = []
    for _months, missing, *row in rows:
        values = dict(zip(GLANCED, row, strict=True))
        shown_rows.append(Shown(values, release.year, before.get((values["code"], tuple(missing)))))
    return months, shown_rows


def in_groups(found: Iterable[Shown]) -> list[tuple[str, list[Shown]]]:
    """In the order of the groups."""
    groups: dict[str, list[Shown]] = defaultdict(list)
    for one in found:
        groups[one.told["group"]].append(one)
    return [(name, groups[name]) for name in GROUPS if name in groups]


def one_shown(release: Release, code: str) -> Shown:
    """One indicator of a release with all its months and units, or 404."""
    [[found]] = run(ONE, [json.dumps({"code": code}), release.pk])
    if found is None:
        raise Http404
    return Shown(json.loads(found), release.year)


def years_to_publish() -> list[tuple[int, int]]:
    """The years with closed months, the newest first, each with how many of them."""
    days = Period.objects.filter(kind=PeriodKind.MONTH, closed_at__isnull=False).order_by()
    counted = Counter(day.year for day in days.values_list("first_day", flat=True))
    return sorted(counted.items(), reverse=True)
