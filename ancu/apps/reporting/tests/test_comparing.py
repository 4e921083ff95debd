"""Unfinished periods are compared like for like, a report runs to its own end, a share stands against its target."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils.html import strip_tags

from ancu.apps.audit.models import Event
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.models import Figure, Period, Report, Total
from ancu.apps.reporting.rules.periods import read_key, span
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.selectors import board, published
from ancu.apps.reporting.selectors.compared_periods import compared_periods
from ancu.apps.reporting.selectors.year_results import year_results
from ancu.apps.reporting.services import entering, papers, publishing, reports, totals
from ancu.apps.reporting.services.readable import as_readable, digest_of_readable
from ancu.apps.reporting.tests.factories import make_office
from ancu.core import clock
from ancu.core.documents.comparisons import Change, Extent, Measure
from ancu.core.errors import Conflict
from ancu.core.testing import texts

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_office)]
YEAR = clock.today().year


@pytest.fixture(autouse=True)
def _late_in_the_year(shared_data, monkeypatch):
    """Ten months of the open year are over, on whatever day the suite runs."""
    november = max(clock.now(), datetime(YEAR, 11, 25, 9, tzinfo=clock.VIETNAM))
    monkeypatch.setattr("django.utils.timezone.now", lambda: november)


def make_months(shared_data, year, parts, *, code="cases_cleared", bases=None, closed=True, unit_id=None):
    """A figure of the commune for each of the first months (None: no figure), approved and added up as by the acts."""
    now, unit = clock.now(), unit_id or shared_data.unit_id
    olga, dora = shared_data.world.users["olga"], shared_data.world.users["dora"]
    for number, part in enumerate(parts):
        period = totals.ensure_periods(span("month", date(year, number + 1, 1)))["month"]
        if part is None:
            continue
        Figure.objects.create(
            indicator=code, version="1", unit_id=unit, period=period, part=part, base=bases[number] if bases else None,
            origin="entered", state="current", entered_by=olga, entered_at=now, decided_by=dora, decided_at=now,
        )  # fmt: skip
    totals.rebuild_totals()
    if closed:
        Period.objects.filter(kind="month", first_day__year=year).update(closed_at=now, closed_by=dora)


def make_year_figure(shared_data, year, code, days):
    """What is worked out anew for the whole year."""
    period = totals.ensure_periods(span("month", date(year, 1, 1)))["year"]
    Figure.objects.create(
        indicator=code, version="1", unit_id=shared_data.unit_id, period=period, part=days, base=1, origin="query",
        state="current", entered_at=clock.now(), decided_at=clock.now(),
    )  # fmt: skip
    totals.rebuild_totals()


def line(shared_data, key, code="cases_cleared", who="dora"):
    period = read_key(key)
    groups = board.board(shared_data.world.actor(who), period, compared_periods(period))
    return next(row for group in groups for row in group.lines if row.indicator.code == code)


def months_over():
    return clock.today().month - 1


def text(response):
    return response.content.decode()


def words(response):
    """The page's text, each space one."""
    return " ".join(strip_tags(text(response)).split())


def test_an_open_year_is_compared_with_the_same_months_of_the_year_before(shared_data):
    over = months_over()
    make_months(shared_data, YEAR - 1, [50] * 12)
    make_months(shared_data, YEAR, [60] * (over + 1), closed=False)
    board_line = line(shared_data, f"{YEAR}")
    assert (board_line.value, board_line.before, board_line.last_year) == (60 * over, 50 * over, 50 * over)
    assert board_line.change == Change(Decimal("20.0"), Measure.PERCENT)
    page = text(shared_data.world.client("dora").get(f"/office/results/?period={YEAR}"))
    assert f"{over} of 12 months" in page and "▲ +20.0 %" in page and "▼" not in page


def test_what_units_have_not_entered_yet_is_left_out_on_both_sides(shared_data):
    over = months_over()
    make_months(shared_data, YEAR - 1, [50] * 12)
    make_months(shared_data, YEAR, [60] * (over - 2), closed=False)
    board_line = line(shared_data, f"{YEAR}")
    assert (board_line.value, board_line.before, board_line.extent) == (
        60 * (over - 2),
        50 * (over - 2),
        Extent(over - 2, 12),
    )
    page = text(shared_data.world.client("dora").get(f"/office/results/?period={YEAR}"))
    assert f"cases · {over - 2} of 12 months" in page
    units = text(shared_data.world.client("dora").get(f"/office/results/indicators/cases_cleared/?period={YEAR}"))
    assert f"{60 * (over - 2):,}" in units and "▲ +20.0 %" in units and f"{over - 2} of 12 months" in units


def unit_row(shared_data, key=f"{YEAR}"):
    page = text(shared_data.world.client("dora").get(f"/office/results/indicators/cases_cleared/?period={key}"))
    return page, " ".join(strip_tags(page.partition("<tbody>")[2].partition("</tbody>")[0]).split())


def test_a_unit_is_compared_over_the_months_that_both_years_have(shared_data):
    """Ten months of 60 beside four of 50 are no tripling."""
    over = months_over()
    make_months(shared_data, YEAR - 1, [50] * 4)
    make_months(shared_data, YEAR, [60] * over, closed=False)
    page, row = unit_row(shared_data)
    assert f"{60 * over:,}" in row and "200 ▲ +20.0 %" in row and "over the 4 months that both have, now 240" in row
    assert "Same period last year" not in page, "the period before a year is the year ago"


def test_a_unit_without_a_figure_for_those_months_is_compared_with_nothing(shared_data):
    make_months(shared_data, YEAR - 1, [None] * 11 + [50])
    make_months(shared_data, YEAR, [60] * months_over(), closed=False)
    row = unit_row(shared_data)[1]
    assert texts.SOME_OF_THESE_MONTHS_HAVE in row and "▲" not in row


def test_units_without_a_figure_of_the_period_are_folded_and_not_printed(shared_data):
    elsewhere = shared_data.world.units.elsewhere
    make_months(shared_data, YEAR - 1, [50] * 12, unit_id=elsewhere.pk, closed=False)
    make_months(shared_data, YEAR - 1, [50] * 12)
    make_months(shared_data, YEAR, [60] * months_over(), closed=False)
    page, row = unit_row(shared_data)
    assert elsewhere.full_name not in row
    folded = page.partition('<details class="pad no-print">')[2].partition("</details>")[0]
    assert "1 unit without a figure for this period" in folded
    assert elsewhere.full_name in folded and "0 of 12 months" in folded
    named = {"cases_cleared": Decimal(9)}
    entering.set_plans(actor=shared_data.world.actor("dora"), unit_id=elsewhere.pk, year=YEAR, values=named)
    page, row = unit_row(shared_data)
    assert elsewhere.full_name in row and "no-print" in page, "a plan is a figure"
    assert "without a figure for this period" not in page


def test_a_closed_year_is_compared_over_the_same_months_too(shared_data):
    make_months(shared_data, YEAR - 2, [40] * 3)
    make_months(shared_data, YEAR - 1, [50] * 12)
    row = unit_row(shared_data, YEAR - 1)[1]
    assert "600" in row and "120 ▲ +25.0 %" in row and "over the 3 months that both have, now 150" in row


def test_a_units_months_are_those_of_which_it_has_a_figure(shared_data):
    over = months_over()
    make_months(shared_data, YEAR - 1, [50] * 12)
    make_months(shared_data, YEAR, [60, None] + [60] * (over - 2), closed=False)
    row = unit_row(shared_data)[1]
    assert f"{over - 1} of 12 months" in row and f"{50 * (over - 1)} ▲ +20.0 %" in row


def test_a_month_that_runs_is_compared_with_nothing(shared_data):
    today = clock.today()
    make_months(shared_data, YEAR, [60] * (months_over()) + [7], closed=False)
    board_line = line(shared_data, f"{today:%Y-%m}")
    assert (board_line.value, board_line.before, board_line.last_year, board_line.change) == (7, None, None, None)
    page = text(shared_data.world.client("dora").get(f"/office/results/?period={today:%Y-%m}"))
    assert f"{today.day - 1} of" in page and "compared when it is over" in page and "▼" not in page


def test_a_year_whose_months_are_closed_is_told_whole(shared_data):
    make_months(shared_data, YEAR - 2, [40] * 12)
    make_months(shared_data, YEAR - 1, [50] * 12)
    board_line = line(shared_data, f"{YEAR - 1}")
    assert (board_line.value, board_line.before, board_line.extent) == (600, 480, None)
    assert "of 12 months" not in text(shared_data.world.client("dora").get(f"/office/results/?period={YEAR - 1}"))


def plan(shared_data, **values):
    unit = shared_data.world.units.province.pk
    named = {code: Decimal(value) for code, value in values.items()}
    entering.set_plans(actor=shared_data.world.actor("dora"), unit_id=unit, year=YEAR, values=named)


def test_reached_runs_to_the_periods_own_end(shared_data):
    make_months(shared_data, YEAR - 1, [20] * 12)
    make_months(shared_data, YEAR, [60, 50, 40, 30, 20, 100, 100, 100], closed=False)
    plan(shared_data, cases_cleared=580)
    half = line(shared_data, f"{YEAR}-h1")
    assert (half.value, half.so_far, half.reached) == (220, 200, Decimal("34.5")), "December is the year before's"
    march = line(shared_data, f"{YEAR}-03")
    assert (march.value, march.so_far, march.reached) == (40, 150, Decimal("25.9"))
    page = words(shared_data.world.client("dora").get(f"/office/results/?period={YEAR}-03"))
    assert f"580 · 150 so far · 25.9 % (01/{YEAR}–03/{YEAR})" in page
    half_page = words(shared_data.world.client("dora").get(f"/office/results/?period={YEAR}-h1"))
    assert f"580 · 200 so far · 34.5 % (01/{YEAR}–05/{YEAR})" in half_page
    assert half.plan_span == (date(YEAR, 1, 1), date(YEAR, 5, 1))
    year = words(shared_data.world.client("dora").get(f"/office/results/?period={YEAR}"))
    assert f"580 · 86.2 % (01/{YEAR}–08/{YEAR})" in year, "nothing is in for September and October"
    second = words(shared_data.world.client("dora").get(f"/office/results/?period={YEAR}-h2"))
    assert f"580 · 500 so far · 86.2 % (01/{YEAR}–08/{YEAR})" in second, "the half year reached what the year did"


def test_a_frozen_report_says_what_was_reached_at_its_end_whenever_it_is_made(shared_data):
    make_months(shared_data, YEAR - 1, [20] * 12)
    make_months(shared_data, YEAR, [60, 50, 40, 30, 20, 100, 100, 100], closed=False)
    plan(shared_data, cases_cleared=580)
    report = reports.make(actor=shared_data.world.actor("anh"), period=read_key(f"{YEAR}-h1"))
    report.refresh_from_db()
    (frozen,) = [row for group in report.snapshot["groups"] for row in group["lines"]]
    assert (frozen["value"], frozen["plan"], frozen["so_far"], frozen["reached"]) == (220, 580, 200, 34.5)
    assert frozen["units"] == [["Xã Mai Hạ", 220.0, [220, None]]], "the units add up to the line"
    assert report.snapshot["extent"] == [6, 6]
    open_year = reports.make(actor=shared_data.world.actor("anh"), period=read_key(f"{YEAR}"))
    open_year.refresh_from_db()
    (frozen,) = [row for group in open_year.snapshot["groups"] for row in group["lines"]]
    assert open_year.snapshot["extent"] == [months_over(), 12] and frozen["extent"] == [8, 12]
    assert frozen["plan_span"] == [f"{YEAR}-01-01", f"{YEAR}-08-01"]
    assert f"(01/{YEAR}–05/{YEAR})" in half_report_text(shared_data, report)
    assert frozen["value"] == sum(value for _name, value, _amount in frozen["units"]) == 500
    assert Report.objects.count() == 2


def half_report_text(shared_data, report):
    word = papers.render_report(report, "docx", "vi", shared_data.world.actor("anh"))
    return zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml").decode()


def test_a_report_frozen_in_another_layout_is_refused_in_words(shared_data):
    make_months(shared_data, YEAR, [60] * 3, closed=False)
    report = reports.make(actor=shared_data.world.actor("anh"), period=read_key(f"{YEAR}-02"))
    older = {name: value for name, value in report.snapshot.items() if name not in {"layout", "extent"}}
    older = Report.objects.create(
        period=report.period,
        snapshot=older,
        digest="ab" * 32,
        made_at=clock.now(),
        made_by=shared_data.world.users["anh"],
    )
    for kind in papers.MEDIA:
        page = shared_data.world.client("anh").get(f"/office/results/reports/{older.pk}/paper.{kind}", follow=True)
        assert page.redirect_chain == [("/office/results/reports/", 302)]
        words = text(page)
        assert f"Report no. {older.pk} of {clock.today():%d/%m/%Y}" in words and "ab" * 32 in words
        assert "cannot display" in words
    assert not Event.objects.filter(act="reporting.taken").exists()


def frozen(shared_data, key):
    report = reports.make(actor=shared_data.world.actor("anh"), period=read_key(key))
    report.refresh_from_db()
    (group,) = report.snapshot["groups"]
    return report, group["lines"][0]


def sheet_words(report, shared_data):
    book = papers.render_report(report, "xlsx", "en", shared_data.world.actor("anh"))
    return zipfile.ZipFile(io.BytesIO(book)).read("xl/sharedStrings.xml").decode()


def test_a_closed_year_and_its_report_are_compared_over_the_months_both_have(shared_data):
    """Board, frozen report and each of its papers say the same."""
    make_months(shared_data, YEAR - 2, [40] * 3)
    make_months(shared_data, YEAR - 1, [50] * 12)
    year_line = line(shared_data, f"{YEAR - 1}")
    assert (year_line.value, year_line.before, year_line.before_months) == (600, 120, (3, IndicatorAmount(150)))
    assert year_line.change == Change(Decimal("25.0"), Measure.PERCENT), "not 400 % more"
    page = words(shared_data.world.client("dora").get(f"/office/results/?period={YEAR - 1}"))
    assert "120 ▲ +25.0 %over the 3 months that both have, now 150" in page
    report, snapshot = frozen(shared_data, f"{YEAR - 1}")
    assert (snapshot["value"], snapshot["before"], snapshot["before_months"]) == (600, 120, [3, 150])
    assert snapshot["change"] == [25.0, "percent"]
    document = papers.render_report(report, "docx", "en", shared_data.world.actor("anh"))
    document_xml = zipfile.ZipFile(io.BytesIO(document)).read("word/document.xml").decode()
    assert "120 (over the 3 months that both have, now 150)" in document_xml
    assert "Previous period: over the 3 months that both have, now 150" in sheet_words(report, shared_data)
    assert papers.render_report(report, "pdf", "vi", shared_data.world.actor("anh")).startswith(b"%PDF")


def test_what_the_program_counts_is_compared_since_it_counted(shared_data):
    """Nobody counted before the first month with a figure; after it a month without one had none."""
    make_months(shared_data, YEAR - 2, [None] * 8 + [50, None, 50, 50], code="stays_declared")
    make_months(shared_data, YEAR - 1, [60] * 12, code="stays_declared")
    year_line = line(shared_data, f"{YEAR - 1}", "stays_declared")
    assert (year_line.value, year_line.before, year_line.before_months) == (720, 150, (4, IndicatorAmount(240)))


def test_a_middle_is_not_compared_with_one_of_fewer_months(shared_data):
    code = "dossiers_middle-visa"
    make_months(shared_data, YEAR - 2, [None] * 8 + [5] * 4, code=code, bases=[1] * 12)
    make_months(shared_data, YEAR - 1, [3] * 12, code=code, bases=[1] * 12)
    for year, days in ((YEAR - 2, 5), (YEAR - 1, 3)):
        make_year_figure(shared_data, year, code, days)
    year_line = line(shared_data, f"{YEAR - 1}", code)
    assert (year_line.value, year_line.before, year_line.before_months) == (3, None, (0, None))


def test_everybody_reads_the_year_before_only_where_both_have_the_same_months(shared_data):
    make_months(shared_data, YEAR - 2, [None] * 3 + [40] * 9)
    make_months(shared_data, YEAR - 1, [None] * 3 + [50] * 9)
    make_months(shared_data, YEAR, [60] * months_over())
    publishing.publish_all(shared_data.world.actor("dora"))
    before = {year: year_results(published.latest(year)).indicators[0].earlier_total for year in (YEAR - 1, YEAR)}
    assert before == {YEAR - 1: 360, YEAR: None}


def test_a_share_against_its_target_is_told_in_points(shared_data):
    make_months(shared_data, YEAR, [932] * 3, code="gravest_cleared", bases=[1000] * 3, closed=False)
    plan(shared_data, gravest_cleared=95)
    board_line = line(shared_data, f"{YEAR}-03", "gravest_cleared")
    assert board_line.reached is None and board_line.to_plan == Change(Decimal("-1.8"), Measure.POINTS)
    assert replace(board_line, is_rounded=True).to_plan is None, "the difference would be the rounding's"
    assert replace(board_line, is_rounded=True, published=frozenset({"now"})).to_plan == board_line.to_plan
    page = text(shared_data.world.client("dora").get(f"/office/results/?period={YEAR}-03"))
    assert "▼ −1.8 points" in page and "98.1 %" not in page


def test_from_one_the_difference_is_told_in_numbers(shared_data):
    make_months(shared_data, YEAR, [1, 81], closed=False)
    page = text(shared_data.world.client("dora").get(f"/office/results/?period={YEAR}-02"))
    assert "▲ +80<" in page and "8,000" not in page


def test_amounts_of_a_share_are_added_before_they_are_divided(shared_data):
    make_months(shared_data, YEAR - 1, [1] * 12, code="gravest_cleared", bases=[2] * 12)
    make_months(shared_data, YEAR, [1, 1], code="gravest_cleared", bases=[1, 3], closed=False)
    board_line = line(shared_data, f"{YEAR}", "gravest_cleared")
    assert board_line.now == IndicatorAmount(2, 4) and board_line.change == Change(Decimal("0.0"), Measure.POINTS)


def test_a_unit_is_compared_with_its_predecessors_of_the_same_months(shared_data):
    """The page by unit, the unit's own board, its history and the report count the same area."""
    over = months_over()
    commune = shared_data.world.units.commune
    former = commune.predecessors.get(full_name="Xã Chiềng Châu")
    make_months(shared_data, YEAR - 1, [40] * 6, unit_id=former.pk, closed=False)
    make_months(shared_data, YEAR - 1, [None] * 6 + [50] * 6)
    make_months(shared_data, YEAR, [60] * over, closed=False)
    earlier = 40 * 6 + 50 * (over - 6)
    row = unit_row(shared_data)[1]
    assert f"{60 * over} {earlier} ▲" in row and "alike" not in row and "Chiềng Châu" not in row
    own = line(shared_data, f"{YEAR}", who="olga")
    assert (own.value, own.before, own.before_months) == (60 * over, earlier, None)
    past = reports.make(actor=shared_data.world.actor("anh"), period=read_key(f"{YEAR - 1}"))
    assert past.snapshot["groups"][0]["lines"][0]["units"][0][:2] == ["Xã Mai Hạ", 540.0]
    page = words(shared_data.world.client("dora").get(f"/office/results/indicators/cases_cleared/{commune.pk}/"))
    assert "Xã Chiềng Châu" in page


def test_a_release_shows_a_merged_unit_as_the_page_by_unit_does(shared_data):
    """The commune of the year's last day, with its predecessor's months; their sum and the months are the same."""
    former = shared_data.world.units.former_commune
    make_months(shared_data, 2025, [40] * 6, unit_id=former.pk, closed=False)
    make_months(shared_data, 2025, [None] * 6 + [50] * 6)
    dora = shared_data.world.actor("dora")
    [indicator] = publishing.publish(actor=dora, year=2025).content["indicators"]
    assert indicator["units"] == [{"unit": "Xã Mai Hạ", "value": 540}]
    assert (indicator["total"], indicator["months"]) == (540, [40] * 6 + [50] * 6)
    row = unit_row(shared_data, "2025")[1]
    assert "540" in row and "Mai Hạ" in row and "Chiềng Châu" not in row
    file = shared_data.world.client("dora").get("/results/2025.csv").content.decode("utf-8-sig")
    assert "Xã Mai Hạ" in file and "Chiềng Châu" not in file


def test_a_merger_recorded_after_a_release_leaves_its_units_apart(shared_data):
    """Else the earlier figure of one, subtracted from the later of both, would be the other's."""
    former, commune = shared_data.world.units.former_commune, shared_data.world.units.commune
    AdministrativeUnit.objects.filter(pk=former.pk).update(successor=None)
    make_months(shared_data, 2025, [40] * 6, unit_id=former.pk, closed=False)
    make_months(shared_data, 2025, [None] * 6 + [50] * 6)
    dora = shared_data.world.actor("dora")
    first = publishing.publish(actor=dora, year=2025)
    AdministrativeUnit.objects.filter(pk=former.pk).update(successor=commune)
    with pytest.raises(Conflict, match="same"):
        publishing.publish(actor=dora, year=2025)
    units = [(unit["unit"], unit["value"]) for unit in first.content["indicators"][0]["units"]]
    assert units == [("Xã Chiềng Châu", 240), ("Xã Mai Hạ", 300)]


def test_a_month_before_a_merger_is_told_of_the_units_of_its_time(shared_data):
    former = shared_data.world.units.former_commune
    make_months(shared_data, 2025, [40] * 3, unit_id=former.pk, closed=False)
    row = unit_row(shared_data, "2025-03")[1]
    assert "Xã Chiềng Châu" in row and "former unit, until 30/06/2025" in row and "Mai Hạ" not in row
    page = words(shared_data.world.client("dora").get(f"/office/results/indicators/cases_cleared/{former.pk}/"))
    assert "No figures yet" not in page


def test_a_share_of_nothing_over_the_common_months_is_said_in_words(shared_data):
    """Where this period has no value in the months that both have, no "now" stands alone."""
    make_months(shared_data, YEAR - 1, [1] * 3, code="gravest_cleared", bases=[1] * 3)
    make_months(shared_data, YEAR, [0, 0, 0, 3], code="gravest_cleared", bases=[0, 0, 0, 4], closed=False)
    page = words(shared_data.world.client("dora").get(f"/office/results/?period={YEAR}"))
    assert texts.SOME_OF_THESE_MONTHS_HAVE in page and "alike" not in page
    report, snapshot = frozen(shared_data, f"{YEAR}")
    assert snapshot["before_months"] == [3, None]
    assert "Previous period (same months): some of these months have no figures" in sheet_words(report, shared_data)


def test_a_units_own_board_compares_what_the_program_counts_as_the_office_does(shared_data):
    """The program counted for the province before the commune had its first."""
    elsewhere = shared_data.world.units.elsewhere.pk
    make_months(shared_data, YEAR - 1, [9] * 12, code="stays_declared", unit_id=elsewhere, closed=False)
    make_months(shared_data, YEAR - 1, [None] * 5 + [50] * 7, code="stays_declared")
    make_months(shared_data, YEAR, [60] * months_over(), code="stays_declared", closed=False)
    own = line(shared_data, f"{YEAR}", "stays_declared", who="olga")
    indicator, period = own.indicator, read_key(f"{YEAR}")
    for who in ("dora", "olga"):
        of_units = board.by_unit(shared_data.world.actor(who), indicator, period, compared_periods(period))
        of_unit = next(unit_line for unit_line in of_units if unit_line.unit.pk == shared_data.unit_id)
        assert (
            (of_unit.before, of_unit.before_months)
            == (own.before, own.before_months)
            == (50 * (months_over() - 5), None)
        )


def test_a_report_tells_of_its_units_in_docx_too(shared_data):
    make_months(shared_data, YEAR, [60, 50], closed=False)
    make_months(shared_data, YEAR, [7, 9], closed=False, unit_id=shared_data.world.units.elsewhere.pk)
    report, _snapshot = frozen(shared_data, f"{YEAR}-02")
    document = half_report_text(shared_data, report)
    assert "Theo đơn vị" in document and "Xã Lương Sơn 9 · Xã Mai Hạ 50" in document


def test_a_paper_compares_rounded_figures_as_the_board_does(shared_data):
    """Board and papers round by one rule, the earlier stretches too; both name the months that are compared."""
    make_months(shared_data, YEAR - 1, [41] * 12, code="stays_declared", closed=False)
    make_months(shared_data, YEAR, [51] * 10, code="stays_declared", closed=False)
    make_months(shared_data, YEAR - 1, [7] * 12, code="stays_declared", unit_id=shared_data.world.units.elsewhere.pk)
    plan(shared_data, stays_declared=1000)
    rounded = line(shared_data, f"{YEAR}", "stays_declared", who="anh")
    assert rounded.is_rounded and rounded.value % 5 == 0 and rounded.before == 5 * round(48 * months_over() / 5)
    report, _exact = frozen(shared_data, f"{YEAR}")
    readable = as_readable(report.snapshot, shared_data.world.actor("anh"))["groups"][0]["lines"][0]
    names = ("value", "before", "last_year", "so_far", "reached")
    assert [readable[name] for name in names] == [
        getattr(rounded, name) and float(getattr(rounded, name)) for name in names
    ]
    assert readable["change"] == [float(rounded.change.amount), rounded.change.measure]
    assert readable["amounts"] is readable["unit_amounts"] is None, "nothing exact is left in it"
    document = half_report_text(shared_data, report)
    assert "Kỳ trước (cùng các tháng)" in document and f"{months_over()}/12 tháng" in document
    assert "tháng tương ứng" not in document, "the head of the column says so of every line"


def test_a_rounded_paper_names_the_report_that_the_list_shows(shared_data):
    make_months(shared_data, YEAR, [51, 52], code="stays_declared", closed=False)
    report, _exact = frozen(shared_data, f"{YEAR}-02")
    listed = words(shared_data.world.client("anh").get("/office/results/reports/"))
    document = half_report_text(shared_data, report)
    assert f"no. {report.pk}" in listed and report.digest[:16] in listed
    assert f"Báo cáo số {report.pk}, dấu vết số liệu {report.digest[:16]}" in document
    assert digest_of_readable(report, as_readable(report.snapshot, shared_data.world.actor("anh"))) in document


def test_a_published_year_is_rounded_for_nobody_and_a_later_correction_is(shared_data):
    """The sum and the units of a whole year, on the board, by unit, and in the paper."""
    make_months(shared_data, YEAR - 1, [41] * 12, code="stays_declared", closed=False)
    make_months(shared_data, YEAR - 1, [7] * 12, code="stays_declared", unit_id=shared_data.world.units.elsewhere.pk)
    assert line(shared_data, f"{YEAR - 1}", "stays_declared", who="anh").value == 575, (
        "rounded while nothing is published"
    )
    publishing.publish(actor=shared_data.world.actor("dora"), year=YEAR - 1)
    year_line = line(shared_data, f"{YEAR - 1}", "stays_declared", who="anh")
    assert (year_line.value, year_line.is_published) == (576, True)
    period = read_key(f"{YEAR - 1}")
    anh = shared_data.world.actor("anh")
    of_units = board.by_unit(anh, year_line.indicator, period, compared_periods(period))
    assert [line.value for line in of_units] == [492, 84]
    report, _exact = frozen(shared_data, f"{YEAR - 1}")
    readable = as_readable(report.snapshot, anh)["groups"][0]["lines"][0]
    assert readable["value"] == 576 and sorted(value for _name, value, _amount in readable["units"]) == [84, 492]
    assert "như đã công bố" in half_report_text(shared_data, report)
    months = Total.objects.filter(indicator="stays_declared", unit=None, period__first_day=date(YEAR - 1, 3, 1))
    months.update(part=49)
    corrected = line(shared_data, f"{YEAR - 1}", "stays_declared", who="anh")
    assert (corrected.value, corrected.is_published) == (575, False), "the difference would be about one stay"


def test_an_earlier_published_figure_is_marked_so_in_a_rounded_line(shared_data):
    """On the board, by unit, and in the paper; else the line's word "rounded" would speak of it too."""
    for year, parts in ((YEAR - 2, [41] * 12), (YEAR - 1, [51] * 12)):
        make_months(shared_data, year, parts, code="stays_declared", closed=False)
        make_months(shared_data, year, [7] * 12, code="stays_declared", unit_id=shared_data.world.units.elsewhere.pk)
    publishing.publish(actor=shared_data.world.actor("dora"), year=YEAR - 2)
    rounded = line(shared_data, f"{YEAR - 1}", "stays_declared", who="anh")
    assert (rounded.value, rounded.is_published, rounded.before) == (695, False, 576)
    anh = shared_data.world.client("anh")
    board_words = words(anh.get(f"/office/results/?period={YEAR - 1}"))
    assert "· rounded 695" in board_words and "576 as published" in board_words, "no change: one of the two is rounded"
    of_units = words(anh.get(f"/office/results/indicators/stays_declared/?period={YEAR - 1}"))
    assert "492 as published" in of_units
    assert rounded.change is None
    report, _exact = frozen(shared_data, f"{YEAR - 1}")
    readable = as_readable(report.snapshot, shared_data.world.actor("anh"))["groups"][0]["lines"][0]
    assert (readable["before"], readable["change"]) == (576, None)
    assert "576 (như đã công bố)" in half_report_text(shared_data, report)
    publishing.publish(actor=shared_data.world.actor("dora"), year=YEAR - 1)
    both_published = words(anh.get(f"/office/results/?period={YEAR - 1}"))
    assert both_published.count("as published") == 1, "said once of the line where it holds of both"
