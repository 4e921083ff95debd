"""Charts of the present beside the newest published year: they show what their own public pages show."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from ancu.apps.community.tests.factories import ProgrammeBook
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier, DossierEvent, Duration, Opinion
from ancu.apps.dossiers.selectors.lateness import LateCauses, late_causes
from ancu.apps.dossiers.selectors.promises import month_before, punctuality_by_month
from ancu.apps.dossiers.tests.factories import make_cast, make_submitted
from ancu.apps.listening.models import PetitionPromise
from ancu.apps.listening.selectors.promises import PromiseRow, published_promises
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.reporting.models import Release
from ancu.apps.reporting.rules.periods import span
from ancu.apps.reporting.selectors import published
from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults, year_results
from ancu.apps.reporting.services import deciding, publishing
from ancu.apps.reporting.tests.factories import make_office
from ancu.apps.reporting.views.lateness_chart import late_part
from ancu.apps.reporting.views.live_charts import LiveCharts, is_present, live_charts, with_released_share
from ancu.apps.reporting.views.multiple_charts import multiples_figure
from ancu.apps.reporting.views.result_charts import ChartLinks
from ancu.apps.reporting.views.result_sections import result_sections
from ancu.apps.surveys.enums import SurveyState
from ancu.apps.surveys.selectors.published import newest_ratings
from ancu.apps.surveys.services import editing
from ancu.apps.surveys.tests.factories import make_answers, make_survey
from ancu.core import clock
from ancu.core.actor import PUBLIC
from ancu.core.charts import SUPPRESSED

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_office)]


def charts(name):
    """Return the charts of the present; ``name`` keeps the tests' caches apart."""
    with override("en"):
        return live_charts(name)


def publish(shared_data, year, numbers, code="cases_cleared"):
    """Approve and close these months from January on, then publish the year."""
    for place, number in enumerate(numbers, start=1):
        month = span("month", date(year, place, 1))
        shared_data.approved(code, number, month=month)
        deciding.close(actor=shared_data.world.actor("dora"), month=month)
    return publishing.publish(actor=shared_data.world.actor("dora"), year=year)


def decide(world, procedure, count, *, late=0):
    """Store dossiers of a procedure decided last month, some of them after the expected date."""
    for place in range(count):
        Duration.objects.create(
            dossier=make_submitted(world, state=State.APPROVED, decided_at=clock.now()), procedure=procedure,
            agency=world.provincial_agency, since_submission=1 + place % 5, since_acceptance=1,
            decided_on=month_before(clock.today(), 1), is_on_time=place >= late,
        )  # fmt: skip


def test_without_figures_there_is_no_chart(shared_data):
    assert charts("nothing") == LiveCharts()


def test_days_and_met_dates_are_those_of_their_public_page(shared_data):
    make_cast(shared_data.world)
    decide(shared_data.world, "trc_organisation", 24, late=6)
    decide(shared_data.world, "visa", 22, late=1)
    times = {own.procedure: own for own in punctuality_by_month(PUBLIC).times}
    card, visa = charts("days").durations.drawing.parts[0].drawing.ranges
    assert (card.half, card.most) == (times["trc_organisation"].middle, times["trc_organisation"].slow)
    assert card.text == f"{times['trc_organisation'].percent}\N{NO-BREAK SPACE}%"
    together = charts("days").durations.drawing.parts[1].drawing.stacks[0]
    assert [part.value for part in together.parts] == [85, 15], "39 of 46 dates were met"
    assert times["visa"].percent is None and (visa.text, visa.is_withheld) == ("not shown", True), (
        "one late date is one person"
    )


def test_days_stand_in_words_where_most_met_dates_are_hidden(shared_data):
    make_cast(shared_data.world)
    decide(shared_data.world, "visa", 22, late=1)
    (visa,) = charts("words").durations.drawing.parts[0].drawing.ranges
    assert (visa.text, visa.is_withheld) == (f"{visa.half}–{visa.most} days", False)


def test_the_share_of_punctual_dossiers_is_that_of_the_release(shared_data):
    make_cast(shared_data.world)
    decide(shared_data.world, "trc_organisation", 24, late=6)
    content = {"code": "promises_kept", "total": 90.5}
    results = YearResults(SimpleNamespace(year=2026), 10, [YearIndicator(2026, content)])
    chart = charts("release").durations
    with override("en"):
        released = with_released_share(chart, results).drawing.parts[1]
        assert with_released_share(chart, YearResults(SimpleNamespace(year=2026), 10)) is chart
    assert released.title == "All procedures, first 10 months of 2026"
    assert [key.text.replace("\N{NO-BREAK SPACE}", " ") for key in released.keys] == ["in time 90.5 %", "late 9.5 %"]


def test_a_share_below_the_target_is_red(shared_data):
    make_cast(shared_data.world)
    decide(shared_data.world, "trc_organisation", 24, late=6)
    decide(shared_data.world, "visa", 24, late=0)
    target = YearResults(SimpleNamespace(year=2026), 10, [YearIndicator(2026, {"code": "promises_kept", "plan": 95})])
    with override("en"):
        rows = live_charts("target", target).durations.drawing.parts[0].drawing.ranges
    assert {row.text: row.is_low for row in rows} == {"75\N{NO-BREAK SPACE}%": True, "100\N{NO-BREAK SPACE}%": False}
    assert not any(row.is_low for row in charts("untargeted").durations.drawing.parts[0].drawing.ranges)


def test_late_dossiers_count_once_by_cause_and_few_hide_all(shared_data):
    world = shared_data.world
    make_cast(world)
    decide(world, "trc_organisation", 40, late=16)
    late = Dossier.objects.filter(duration__is_on_time=False).order_by("pk")
    for place, dossier in enumerate(late):
        if place < 5:
            ask(dossier, world)
        if place < 10:
            send_back(dossier)
    assert late_causes() == LateCauses(opinion=5, repeated=5, own=5)
    with override("en"):
        part = late_part()
    assert part.title == "About 15 dossiers late, and why"
    assert [key.text for key in part.keys] == ["our own delay 5", "opinion of another unit 5", "assessed again 5"]
    send_back(late[10])
    assert late_causes() == LateCauses(opinion=5, repeated=5, own=5)
    send_back(late[11])
    assert late_causes() is None, "four are left, and what is hidden beside them would look like nothing"


def ask(dossier, world):
    """Ask the commune's police for its opinion."""
    Opinion.objects.create(
        dossier=dossier, asked_of=world.commune_agency, asked_by=world.users["dora"], asked_at=clock.now(),
        question="?", answer_by=clock.today(),
    )  # fmt: skip


def send_back(dossier):
    """Let the approver return the dossier to assessment."""
    DossierEvent.objects.create(dossier=dossier, sequence=90, act="sent_back", after=State.ACCEPTED, at=clock.now())


def test_promises_are_the_rounded_ones_of_their_public_page(shared_data):
    for place in range(7):
        PetitionPromise.objects.create(
            petition=make_petition(shared_data.world), agency=shared_data.world.commune_agency, words="Sửa đường.",
            due_on=clock.today() - timedelta(days=1), kept_at=clock.now() - timedelta(days=2 if place else 0),
            made_by=shared_data.world.users["olga"], made_at=clock.now(),
        )  # fmt: skip
    (row,) = published_promises().rows
    figure = charts("promises").promises
    (bar,) = figure.drawing.bars
    assert (bar.label, bar.is_light) == (row.unit, True), "few promises"
    assert bar.value == (SUPPRESSED if row.in_time is None else round(100 * row.in_time / row.due))
    assert figure.drawing.target == (None if row.in_time is None else bar.value)


def test_a_share_of_promises_leaves_out_those_that_are_not_due_yet():
    row = PromiseRow("Xã Mai Hạ", promised=110, in_time=80, late=10, broken=10, coming=10)
    assert row.due == 100
    assert PromiseRow("Xã Mai Hạ", promised=10, in_time=15, late=None, broken=None, coming=None).due == 15


def test_ratings_leave_out_rows_that_are_partly_suppressed(shared_data):
    survey = make_survey(shared_data.world)
    answers = [{"q4": {"r1": f"a{1 + place % 3}", "r2": "a1" if place else "a2"}} for place in range(30)]
    make_answers(survey, answers)
    rosa = shared_data.world.actor("rosa")
    editing.change_state(actor=rosa, survey_id=survey.pk, to=SurveyState.CLOSED)
    editing.show_figures(actor=rosa, survey_id=survey.pk, public=True)
    ratings = newest_ratings()
    assert [row.item.row for row in ratings.rows] == ["r1"], "one person rated the time as fair"
    (dot,) = charts("ratings").ratings.drawing.parts[0].drawing.dots
    assert (dot.label, dot.mean, dot.text) == ("Courtesy", 33, "33\N{NO-BREAK SPACE}%")
    editing.show_figures(actor=rosa, survey_id=survey.pk, public=False)
    assert charts("ratings").ratings is None, "withdrawn at once, though the charts are cached"


def test_the_money_of_a_programme_is_handed_over_bought_or_left(shared_data):
    book = ProgrammeBook(shared_data.world)
    book.give(book.of("vnd", 100_000_000))
    book.buy(book.of("vnd", 33_333_332), book.of("pieces", 2))
    book.hand_over(book.of("pieces", 1))
    (stack,) = charts("money").programme.drawing.stacks
    assert [round(part.value / 1_000_000, 1) for part in stack.parts] == [16.7, 16.7, 66.7]
    book.programme.ends_on = clock.today() - timedelta(days=1)
    book.programme.save()
    assert charts("ended").programme is None


@pytest.mark.parametrize(("year", "release", "shows"), [(2026, None, True), (2025, None, False), (2026, 1, False)])
def test_only_the_newest_release_of_the_newest_year_shows_the_present(year, release, shows):
    assert is_present(year, 2026, release) is shows


def crime_chart(year):
    """Return the chart of crime of the newest release of the year."""
    with override("en"):
        sections = result_sections(year_results(published.latest(year)), ChartLinks(year))
        return next(part for part in sections if part.key == "section-crime").charts[0]


def test_an_indicator_that_suppresses_most_months_has_hatched_columns_explained_by_the_key(shared_data):
    publish(shared_data, 2026, [50, 2, 3, 1])
    figure = crime_chart(2026)
    (cell,) = figure.drawing.cells
    months = year_results(published.latest(2026)).by_code["cases_cleared"].months
    assert list(cell.columns.values) == months and months.count(SUPPRESSED) >= 3
    assert "hatch" in {key.mark for key in figure.keys} and "<svg" in figure.picture("source")


def small_chart(code, months, *, plan=None, change=None):
    """Return an indicator of 2026 with these months; ``change`` is its total of 2025."""
    hidden = [value is SUPPRESSED for value in months]
    content = {
        "code": code, "sums": "count", "direction": "none", "months": [None if gone else value for value, gone in zip(
            months, hidden, strict=True)], "hidden": hidden, "total": 24.0, "total_hidden": False, "plan": plan,
    }  # fmt: skip
    content |= {f"{name}_{language}": name for name in ("title", "measure", "definition") for language in ("vi", "en")}
    return YearIndicator(2026, content, [SUPPRESSED] if change is None else [change], change)


def test_every_small_chart_says_why_it_has_no_change_or_target():
    entries = [
        small_chart("wanted_arrested", [SUPPRESSED, SUPPRESSED], plan=25),
        small_chart("drug_cases", [12, 12], plan=160, change=20), small_chart("heroin_cakes", [12, 12], change=24),
    ]  # fmt: skip
    results = YearResults(SimpleNamespace(year=2026), 2, entries)
    with override("en"):
        figure = multiples_figure(results, ChartLinks(2026), "crime", "", entries, is_shared=False)
    drugs, heroin, fugitives = figure.drawing.cells
    assert (drugs.delta is not None, drugs.comparison, drugs.plan is not None, drugs.note) == (True, "", True, "")
    assert (heroin.comparison, heroin.note) == ("as in 2025", "no target for the year")
    assert (fugitives.comparison, fugitives.note) == ("not comparable with 2025", "")
    assert figure.definition.endswith("months of the year before are not shown.")
    assert fugitives.plan and list(fugitives.columns.values) == [SUPPRESSED, SUPPRESSED], "a total is published"


def test_charts_of_the_present_are_pictures_too(shared_data):
    make_cast(shared_data.world)
    decide(shared_data.world, "trc_organisation", 24, late=6)
    store_release(clock.today().year, [50], [], group="service")
    anybody = shared_data.world.client()
    page = anybody.get("/results/").content.decode()
    address = f"/results/{clock.today().year}/charts/durations-now.svg"
    assert address in page
    picture = anybody.get(address)
    assert picture["Content-Type"] == "image/svg+xml" and b"<circle" in picture.content
    assert anybody.get(f"{address}?release=1").status_code == 404, "an earlier release has no present"


def store_release(year, months, units, group="stays"):
    """Store a release of the declared stays with these months and units, in the section of ``group``."""
    entry = {
        "code": "stays_declared", "group": group, "direction": "none", "sums": "count", "months": months,
        "hidden": [False] * len(months), "total": sum(months), "total_hidden": False, "plan": None, "pending": False,
        "demo": False, "revisions": [], "units": units,
    }  # fmt: skip
    entry |= {f"{name}_{language}": name for name in ("title", "measure", "definition") for language in ("vi", "en")}
    content = {"year": year, "months": len(months), "indicators": [entry]}
    return Release.objects.create(
        year=year, number=1, content=content, basis={}, digest=f"{year:064}", made_at=clock.now(), made_by=None
    )


def test_communes_are_those_of_the_year_before_until_the_year_is_complete(shared_data):
    store_release(2025, [25] * 12, [{"unit": "Xã Mai Hạ", "value": 240}, {"unit": "Xã Pà Cò", "value": None}])
    results = year_results(store_release(2026, [30, 40], []))
    with override("en"):
        figure = result_sections(results, ChartLinks(2026))[0].charts[1]
    assert (figure.title, figure.tag) == ("By commune and ward", "all of 2025")
    assert [bar.note for bar in figure.drawing.bars] == ["80\N{NO-BREAK SPACE}%", ""], "of 300"
    assert all(bar.is_light for bar in figure.drawing.bars), "another year than its neighbours"
    assert figure.csv_url == "/results/2025.csv?code=stays_declared"
    assert [bar.value for bar in figure.drawing.bars] == [240, SUPPRESSED]
