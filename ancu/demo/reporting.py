"""Results from 2017 to today: given figures of 2018, and invented monthly ones, all marked as demo.

The last two years are counted from the other apps; earlier figures are invented here.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from django.db import transaction

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.places.enums import COMMUNE_KINDS
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import in_office_area
from ancu.apps.reporting.enums import FigureOrigin, FigureState, PeriodKind
from ancu.apps.reporting.models import Figure, FigurePlan, Period, Release
from ancu.apps.reporting.rules.periods import Span, read_key, shift, span, spans_of
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.selectors.periods import root_unit
from ancu.apps.reporting.services import counting, deciding, entering, publishing, reports, totals
from ancu.apps.reporting.services.entering import FigureEntry
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.clock import VIETNAM
from ancu.demo.community import COWS, EXAMINED, LAC_SON, MAI_CHAU, METRES
from ancu.demo.current_help import THIS_YEAR, reported_day
from ancu.demo.establishments import LAST_DAY_OF_DISTRICTS

SYSTEM = system("demo")
LEADER, ANALYST, COMMUNE = "duyet@xnc.example", "phantich@xnc.example", "canbo@maichau.example"
FIRST, STORY = date(2017, 1, 1), 2018
COUNTED_MONTHS = 23  # months counted from the other apps, whose first month is not complete
DOSSIER_MONTHS = 12  # months whose dossiers are counted; dossiers are a year old at most
# Figures of 2018, from the story.
STORY_FIGURES = {
    "cases_cleared": 595, "gambling_cases": 166, "drug_cases": 172, "drug_suspects": 220, "heroin_cakes": 100,
    "wanted_arrested": 26, "help_examined": 500, "help_cows": 9, "help_lights": 3000,
}  # fmt: skip
GRAVEST = (2, 3, 2, 2)  # in four months, one unit each
OVER_NOTE = "Báo cáo năm ghi “trên 100 bánh” · the year’s report says “over 100 cakes”"
# Shown by the support programmes too (ancu/demo/community.py): month and districts of the story.
OF_PROGRAMMES = {
    "help_cows": (4, {district: number for district, number, _vnd in COWS}),
    "help_lights": (6, {MAI_CHAU: METRES}), "help_examined": (10, {LAC_SON: EXAMINED}),
}  # fmt: skip
PLANNED = {"cases_cleared": 580, "drug_cases": 160, "wanted_arrested": 25, "promises_kept": 95, "stays_late": 5}
# Procedures of the invented figures, and how many of their dossiers are decided for one of the first.
DECIDED = (
    ("trc_organisation", 1.0), ("stay_extension", 0.85), ("visa", 0.65), ("trc_individual", 0.45),
    ("exemption_extension", 0.42), ("restricted_permit", 0.4),
)  # fmt: skip
PLAGUE = {2020: 0.35, 2021: 0.1, 2022: 0.6}  # share of the guests of other years


@transaction.atomic
def load_reporting(*, seed: int = STORY) -> dict[str, int]:
    """Create figures, plans and reports from all other demo data; return their numbers by label."""
    rng, last = Random(seed), shift(clock.today().replace(day=1), -1)
    months = [span(PeriodKind.MONTH, shift(FIRST, number)) for number in range(_months_between(FIRST, last) + 1)]
    periods = _periods(months)
    _province_id.cache_clear()
    _invent(rng, periods)
    for month in months:
        if month.first_day.year == STORY or month.first_day > shift(last, -COUNTED_MONTHS):
            _count_period(month, periods[month])
    _close_months(months[:-1])
    totals.rebuild_totals()
    _create_plans(last.year)
    publishing.publish_all(SYSTEM)
    _revise_published(months[-3])
    _propose_figures(months[-1])
    for key in (str(STORY), f"{last.year}-h1"):
        if (period := read_key(key)) and period.last_day <= clock.today():
            reports.make(actor=actor_for(User.objects.get(email=ANALYST)), period=period)
    return {"figures": Figure.objects.count(), "releases of results": Release.objects.count()}


def _periods(months: Sequence[Span]) -> dict[Span, dict[str, Period]]:
    """Create the reporting periods; return by month those that contain it (month, half year, year) by kind."""
    spans = {month_span for month in months for month_span in spans_of(month.first_day)}
    Period.objects.bulk_create(
        (
            Period(kind=month_span.kind, first_day=month_span.first_day, last_day=month_span.last_day)
            for month_span in sorted(spans, key=str)
        ),
        ignore_conflicts=True,
    )
    rows = {(row.kind, row.first_day): row for row in Period.objects.order_by("pk")}
    return {
        month: {
            month_span.kind: rows[month_span.kind, month_span.first_day] for month_span in spans_of(month.first_day)
        }
        for month in months
    }


def _months_between(first: date, last: date) -> int:
    """Return the difference of the two days' calendar months; the days within the months do not count."""
    return (last.year - first.year) * 12 + last.month - first.month


def _units(month: Span) -> list[int]:
    """Return the ids of the units that report in the month: districts before the mergers, then communes."""
    if month.first_day <= LAST_DAY_OF_DISTRICTS:
        districts = AdministrativeUnit.objects.filter(parent__code="17", parent__valid_until__isnull=False)
        return list(districts.exclude(kind__in=COMMUNE_KINDS).order_by("code").values_list("pk", flat=True))
    today = AdministrativeUnit.objects.filter(kind__in=COMMUNE_KINDS, valid_until=None).values_list("pk", flat=True)
    return sorted(in_office_area(today))


def share_out(rng: Random, total: int, weights: Sequence[float]) -> list[int]:
    """Distribute ``total`` randomly by weights; return the share of each weight, in order."""
    shares = [0] * len(weights)
    for place in rng.choices(range(len(weights)), weights=weights, k=total):
        shares[place] += 1
    return shares


def _invent(rng: Random, periods: dict[Span, dict[str, Period]]) -> None:
    """Create the invented figures of all reporting years before the program counted."""
    users = {email: User.objects.get(email=email).pk for email in (LEADER, ANALYST)}
    years: dict[int, list[Span]] = {}
    for month in periods:
        years.setdefault(month.first_day.year, []).append(month)
    places = {month: _units(month) for month in periods}
    figures: list[Figure] = []
    for year, months in years.items():
        for code, unit, month, amount in _yearly_figures(rng, year, months, places):
            note = OVER_NOTE if (code, month.first_day) == ("heroin_cakes", date(STORY, 12, 1)) else ""
            figures.append(_figure(code, unit, periods[month][PeriodKind.MONTH], month, amount, users, note))
    figures += _processing_times(rng, periods, users)
    once = {(figure.indicator, figure.unit_id, figure.period_id): figure for figure in figures}
    Figure.objects.bulk_create(once.values(), batch_size=5000)


InventedFigures = Iterator[tuple[str, int, Span, IndicatorAmount]]


def _yearly_figures(rng: Random, year: int, months: list[Span], places: dict[Span, list[int]]) -> InventedFigures:
    """Yield (code, unit id, month, amount) of a year's invented figures.

    ``places`` are the ids of the reporting units by month.
    """
    part = len(months) / 12
    for code, yearly_total in STORY_FIGURES.items():
        if code in OF_PROGRAMMES:
            yield from _programme_figures(code, year, months, places)
            continue
        total = int(yearly_total * part) if year == STORY else int(yearly_total * part * rng.uniform(0.85, 1.12))
        yield from _spread_figures(rng, code, total, months, places)
    for month, unit, number in zip(rng.sample(months, min(4, len(months))), range(4), GRAVEST, strict=False):
        yield "gravest_cleared", places[month][unit % len(places[month])], month, IndicatorAmount(number, number)
    for month in months:
        if month.first_day <= shift(clock.today().replace(day=1), -1 - COUNTED_MONTHS):
            yield from _operation_figures(rng, year, month, places[month])
        if month.first_day < shift(clock.today().replace(day=1), -DOSSIER_MONTHS):
            decided = int(80 * rng.uniform(0.8, 1.2))
            punctual = int(decided * rng.uniform(0.84, 0.94))
            yield "promises_kept", _province_id(), month, IndicatorAmount(punctual, decided)


def _programme_figures(code: str, year: int, months: list[Span], places: dict[Span, list[int]]) -> InventedFigures:
    """Yield (code, unit id, month, amount) of an indicator about community support.

    Zero outside the story's year and this year.
    """
    number, shares = OF_PROGRAMMES[code]
    month = months[min(len(months), number) - 1]
    reported = reported_day(THIS_YEAR[code][0])
    if year == reported.year != STORY:
        month = months[reported.month - 1]
        yield code, places[month][0], month, IndicatorAmount(THIS_YEAR[code][1])
        return
    if year != STORY:
        yield code, places[month][0], month, IndicatorAmount(0)
        return
    units_by_code = dict(AdministrativeUnit.objects.filter(pk__in=places[month]).values_list("code", "pk"))
    if not units_by_code.keys() >= shares.keys():  # a test that loaded few units
        yield code, places[month][0], month, IndicatorAmount(sum(shares.values()))
        return
    for district, amount in shares.items():
        yield code, units_by_code[district], month, IndicatorAmount(amount)


def _spread_figures(
    rng: Random, code: str, total: int, months: list[Span], places: dict[Span, list[int]]
) -> InventedFigures:
    """Yield (code, unit id, month, amount) of a yearly total spread over months and units.

    Months differ little, as those of a province do. A month without any reports zero in its first unit.
    """
    for month, part in zip(months, _months_of(rng, total, len(months)), strict=True):
        weights = [1 + place % 5 for place in range(len(places[month]))]
        for unit, number in zip(places[month], share_out(rng, part, weights), strict=True):
            if number or unit == places[month][0]:
                yield code, unit, month, IndicatorAmount(number)


def _months_of(rng: Random, total: int, months: int) -> list[int]:
    """Return a total spread over months, each within an eighth of their mean."""
    weights = [rng.uniform(0.875, 1.125) for _month in range(months)]
    bounds = [round(total * part / sum(weights)) for part in accumulate(weights)]
    return [bound - before for bound, before in zip(bounds, [0, *bounds], strict=False)]


def _operation_figures(rng: Random, year: int, month: Span, units: list[int]) -> InventedFigures:
    """Yield (code, unit id, month, amount) of a month's invented stays and petitions.

    They are from before the program counted them: stays by unit, petitions of the province.
    """
    guests = int((480 + 40 * (year - 2017)) * PLAGUE.get(year, 1.0) * rng.uniform(0.8, 1.2))
    for unit, number in zip(units, share_out(rng, guests, [1 + place % 4 for place in range(len(units))]), strict=True):
        late = sum(rng.random() < 0.16 - 0.012 * (year - 2017) for _guest in range(number))
        if number:
            yield "stays_declared", unit, month, IndicatorAmount(number)
            yield "stays_late", unit, month, IndicatorAmount(late, number)
    root = _province_id()
    received = rng.randint(18, 45)
    yield "petitions_received", root, month, IndicatorAmount(received)
    yield "petitions_settled", root, month, IndicatorAmount(int(received * rng.uniform(0.6, 0.85)), received)


def _processing_times(rng: Random, periods: dict[Span, dict[str, Period]], users: dict[str, int]) -> list[Figure]:
    """Return unsaved figures about deciding dossiers, for months, half years and years before the program.

    Each is invented, because medians cannot be derived from medians. ``users`` are user ids by email address.
    """
    root, figures = _province_id(), []
    until = shift(clock.today().replace(day=1), -DOSSIER_MONTHS)
    rows = {
        month_span: periods[month][month_span.kind] for month in periods for month_span in spans_of(month.first_day)
    }
    for row_span, row in rows.items():
        if row_span.last_day >= until:
            continue
        length = len(row_span.months)
        for procedure, share in DECIDED:
            cases = int(rng.randint(20, 30) * share * length)
            middle = rng.choice((3, 4, 4, 5))
            values = {
                "decided": IndicatorAmount(cases),
                "middle": IndicatorAmount(middle, cases),
                "slow": IndicatorAmount(middle + 2, cases),
            }
            for what, amount in values.items():
                if what != "decided" or row_span.kind == PeriodKind.MONTH:
                    code = f"dossiers_{what}-{procedure}"
                    figures.append(_figure(code, root, row, row_span, amount, users))
    return figures


def _figure(
    code: str, unit: int, row: Period, month_span: Span, amount: IndicatorAmount, users: dict[str, int], note: str = ""
) -> Figure:
    """Return the unsaved figure of an indicator for a unit and period, entered three days after the period.

    ``users`` are user ids by email address.
    """
    entered = datetime.combine(month_span.last_day + timedelta(days=3), time(9), VIETNAM)
    return Figure(
        indicator=code,
        version="1",
        unit_id=unit,
        period=row,
        part=amount.part,
        base=amount.base,
        origin=FigureOrigin.DEMO,
        state=FigureState.CURRENT,
        note=note,
        entered_by_id=users[ANALYST],
        entered_at=entered,
        decided_by_id=users[LEADER],
        decided_at=entered + timedelta(days=1),
    )


@cache
def _province_id() -> int:
    """Return the id of the province's administrative unit."""
    unit = root_unit()
    assert unit is not None  # the province is loaded before
    return unit.pk


def _count_period(month: Span, periods: dict[str, Period]) -> None:
    """Compute the figures of the month from the apps' data, and of the half year or year that ends with it."""
    for month_span in spans_of(month.first_day):
        ends = month_span.months[-1] == month.first_day
        invented = month_span.kind != PeriodKind.MONTH and periods[month_span.kind].figures.exists()
        if ends and not invented:
            counting.write_changed_figures(periods[month_span.kind], month_span)


def _close_months(months: Sequence[Span]) -> None:
    """Mark the months' periods as closed by the leader, ten days after their end."""
    leader = User.objects.get(email=LEADER)
    rows = Period.objects.filter(kind=PeriodKind.MONTH, first_day__in=[month_span.first_day for month_span in months])
    closed = []
    for row in rows:
        row.closed_by = leader
        row.closed_at = datetime.combine(row.last_day + timedelta(days=10), time(10), VIETNAM)
        closed.append(row)
    Period.objects.bulk_update(closed, ["closed_at", "closed_by"])


def _create_plans(year: int) -> None:
    """Create the planned figures of the story's year, last year and this year."""
    leader, unit_id = User.objects.get(email=LEADER), _province_id()
    FigurePlan.objects.bulk_create(
        FigurePlan(indicator=code, unit_id=unit_id, year=plan_year, value=value, set_by=leader, set_at=clock.now())
        for plan_year in (STORY, year - 1, year) for code, value in PLANNED.items()
    )  # fmt: skip


def _revise_published(month: Span) -> None:
    """Correct a published figure of the month by nine, and publish the year again: its page shows the revision."""
    actor, leader = actor_for(User.objects.get(email=COMMUNE)), actor_for(User.objects.get(email=LEADER))
    unit = min(AdministrativeUnit.objects.filter(pk__in=actor.area, valid_until=None).values_list("pk", flat=True))
    current = Figure.objects.filter(
        indicator="cases_cleared", unit=unit, period__kind=PeriodKind.MONTH, period__first_day=month.first_day
    )
    before = current.values_list("part", flat=True).first() or 0
    reason = "Chín vụ của hai thôn báo sau khi khóa tháng, đã đối chiếu hồ sơ."
    entry = FigureEntry("cases_cleared", unit, IndicatorAmount(before + 9), "", reason)
    entering.propose(actor=actor, month=month, entries=[entry])
    deciding.approve(actor=leader, ids=[Figure.objects.latest("pk").pk])
    publishing.publish(actor=SYSTEM, year=month.first_day.year)


def _propose_figures(month: Span) -> None:
    """Create the month's figures that Mai Châu's officer has proposed and the office has not reviewed."""
    actor = actor_for(User.objects.get(email=COMMUNE))
    unit = min(AdministrativeUnit.objects.filter(pk__in=actor.area, valid_until=None).values_list("pk", flat=True))
    existing = set(
        Figure.objects.filter(unit=unit, period__first_day=month.first_day).values_list("indicator", flat=True)
    )
    amounts = {"cases_cleared": 7, "gambling_cases": 5, "drug_cases": 6, "drug_suspects": 9}
    entries = [
        FigureEntry(
            code, unit, IndicatorAmount(number), "", "Bổ sung số liệu của hai thôn." if code in existing else ""
        )
        for code, number in amounts.items()
    ]
    entering.propose(actor=actor, month=month, entries=entries)
