"""What results cost: ``python -m benchmarks.reporting`` (``--here``, ``--again`` as the other benchmarks of pages).

Ten years of months × 150 units × 100 indicators are 1,800,000 figures. All sums anew, one approval with the sums it
moves, the leaders' pages and the public ones, a release of a year, and the yearly report with its papers.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.pages import Page, prepare, show

YEARS, UNITS, INDICATORS = 10, 150, 100
LEADER, COMMUNE, ANALYST = "duyet@xnc.example", "canbo@maichau.example", "phantich@xnc.example"
FIGURES = """
INSERT INTO reporting_figure (indicator, version, unit_id, period_id, number, part, base, origin, state, note, reason,
    after_close, entered_at, decided_at, refusal)
SELECT code, '1', unit, period.id, 1, (hashint8(unit * 31 + period.id) & 63) + 1,
    CASE WHEN code = ANY(%(shares)s) THEN 80 END,
    'query', 'current', '', '', false, period.last_day, period.last_day, ''
FROM reporting_period period, unnest(%(units)s::bigint[]) unit, unnest(%(codes)s::text[]) code
WHERE period.kind = 'month'
"""


EMPTY = """
TRUNCATE reporting_figure, reporting_total, reporting_figureplan, reporting_report, reporting_reportorder,
    reporting_release, reporting_figureimport, reporting_period
"""
CLOSED = """
UPDATE reporting_period SET closed_at = last_day, closed_by_id = (SELECT min(id) FROM accounts_user)
WHERE kind = 'month'
"""


def main() -> None:
    """Print how many seconds the acts and pages of the reporting app take."""
    prepare(stays=21_000)
    codes = a_hundred_indicators()
    from ancu.apps.reporting.models import Figure

    if Figure.objects.count() < 1_000_000:
        fill(codes)
    print(f"Results of {Figure.objects.count():,} figures\n")
    acts()
    show("Pages of results", lambda: (Page(*page) for page in pages()))


def timed(name: str, act: Callable[[], Any]) -> Any:
    """Run ``act``, print the seconds it took under this name, and return its result."""
    begin = time.perf_counter()
    result = act()
    print(f"| {name} | {time.perf_counter() - begin:.2f} s |", flush=True)
    return result


def a_hundred_indicators() -> list[str]:
    """Return the codes of a hundred indicators: those of the catalogue and copies of them."""
    from dataclasses import replace
    from importlib import import_module
    from typing import cast

    from ancu.engines.rulebook import DatedRule, indicator_codes, rules

    book = cast("dict[str, DatedRule]", rules())
    model = book["indicator.cases_cleared"]
    for number in range(INDICATORS - len(indicator_codes())):
        name = f"indicator.more_{number}"
        versions = tuple(replace(version, rule=name) for version in model.versions)
        book[name] = replace(model, id=name, title_en=f"More {number}", versions=versions)
    catalogue = import_module(indicator_codes.__module__)
    for cached in vars(catalogue).values():  # what the demo's loading had asked for keeps the shorter list
        if hasattr(cached, "cache_clear") and cached.__module__ == catalogue.__name__:
            cached.cache_clear()
    assert len(indicator_codes()) == INDICATORS
    return list(indicator_codes())


def fill(codes: list[str]) -> None:
    """Replace all figures in the database by ten years of invented ones for these indicators, with their sums."""
    from django.db import connection

    from ancu.apps.places.models import AdministrativeUnit
    from ancu.apps.reporting.enums import PeriodKind
    from ancu.apps.reporting.rules.periods import shift, span
    from ancu.apps.reporting.services import totals
    from ancu.core import clock
    from ancu.engines.rulebook import indicators

    this = clock.today().replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
        for number in range(1, YEARS * 12 + 1):
            totals.ensure_periods(span(PeriodKind.MONTH, shift(this, -number)))
        units = list(
            AdministrativeUnit.objects.filter(valid_until=None).order_by("pk").values_list("pk", flat=True)[:UNITS]
        )
        shares = [indicator.code for indicator in indicators(this) if indicator.has_base or not indicator.adds_up]
        timed("figures written", lambda: cursor.execute(FIGURES, {"units": units, "codes": codes, "shares": shares}))
        cursor.execute(CLOSED)
        timed("all sums anew", totals.rebuild_totals)
        cursor.execute("VACUUM ANALYZE reporting_figure, reporting_total")


def acts() -> None:
    """Print the seconds of proposing and approving a figure, publishing a year and rendering its report."""
    from ancu.apps.accounts.models import User
    from ancu.apps.accounts.selectors import actor_for
    from ancu.apps.reporting.models import Figure
    from ancu.apps.reporting.rules.periods import read_key
    from ancu.apps.reporting.rules.values import IndicatorAmount
    from ancu.apps.reporting.services import deciding, entering, papers, publishing, reports
    from ancu.apps.reporting.services.entering import FigureEntry
    from ancu.core import clock

    leader, commune, analyst = (actor_for(User.objects.get(email=email)) for email in (LEADER, COMMUNE, ANALYST))
    last_year = clock.today().year - 1
    month = read_key(f"{last_year}-03")
    year = read_key(str(last_year))
    assert month
    assert year
    unit = min(commune.area)
    entry = FigureEntry("cases_cleared", unit, IndicatorAmount(1000 + int(time.time()) % 100_000), "", "benchmark")
    timed("a figure proposed", lambda: entering.propose(actor=commune, month=month, entries=[entry]))
    waits = Figure.objects.latest("pk").pk
    timed("and approved, with its sums", lambda: deciding.approve(actor=leader, ids=[waits]))
    timed("a year published", lambda: publishing.publish(actor=leader, year=last_year))
    report = timed("the yearly report frozen", lambda: reports.make(actor=analyst, period=year))
    for kind in papers.MEDIA:
        document = timed(
            f"the yearly report as {kind} (aim 10 s)",
            lambda kind=kind: papers.render_report(report, kind, "vi", analyst),
        )
        print(f"| … its size | {len(document):,} bytes |")


def pages() -> Iterator[tuple[str, str, str]]:
    """Yield (name, URL, account's email address) of each page to measure."""
    from ancu.core import clock

    year = clock.today().year - 1
    board = "/office/results/"
    yield "the province, a month", f"{board}?period={year}-10", LEADER
    yield "the province, a half year", f"{board}?period={year}-h2", LEADER
    yield "the province, a year", f"{board}?period={year}", LEADER
    yield "a commune, a month", f"{board}?period={year}-10", COMMUNE
    yield "an indicator by unit, a month", f"{board}indicators/cases_cleared/?period={year}-10", LEADER
    yield "an indicator by unit, a year", f"{board}indicators/cases_cleared/?period={year}", LEADER
    yield "a commune's sheet", f"{board}sheet/?period={year}-10", COMMUNE
    yield "what waits", f"{board}approvals/", LEADER
    yield "the morning", f"{board}morning/", LEADER
    yield "the morning, open alerts", f"{board}morning/lists/alerts/", LEADER
    yield "results for everybody", f"/results/{year}/", ""
    yield "one result for everybody", f"/results/{year}/cases_cleared/", ""


if __name__ == "__main__":
    main()
