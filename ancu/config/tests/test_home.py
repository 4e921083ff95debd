"""The home page: its figures are those of the pages that it links to, and nothing on it needs an account."""

from hashlib import sha256

import pytest
from django.urls import reverse
from django.utils.translation import override

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Duration
from ancu.apps.dossiers.selectors.promises import month_before, punctuality_by_month
from ancu.apps.dossiers.tests.factories import make_cast, make_submitted
from ancu.apps.reporting.models import Release
from ancu.apps.site.tests.factories import make_news, reader
from ancu.config.home import fines_in_force
from ancu.config.home_figures import ProcedureDays, home_figures, newest_results, processing_days, waiting_chart
from ancu.core import clock
from ancu.core.actor import PUBLIC
from ancu.core.charts import StackedRows
from ancu.engines.rulebook import undeclared_fine

pytestmark = pytest.mark.django_db
DEFINITIONS = {
    "stays_declared": ("none", "count"), "stays_late": ("down", "share"), "promises_kept": ("up", "share"),
    "petitions_settled": ("up", "share"), "cases_cleared": ("up", "count"),
}  # fmt: skip


def make_release(year, months, *, number=1, total=None, plan=None):
    """Store a release with the months of each indicator; None is suppressed."""
    indicators = [
        {
            "code": code, "title_vi": f"{code} vi", "title_en": f"{code} en", "measure_vi": "%", "measure_en": "%",
            "definition_vi": "…", "definition_en": "…", "article_vi": "…", "article_en": "…", "group": "stays",
            "direction": DEFINITIONS[code][0], "sums": DEFINITIONS[code][1], "version": "1", "months": values,
            "hidden": [value is None for value in values], "total": total, "total_hidden": False, "pending": False,
            "demo": False, "notes": [], "units": [], "plan": plan, "revised": [], "defined_on": "2026-01-01",
            "revisions": [],
        }
        for code, values in months.items()
    ]  # fmt: skip
    content = {"year": year, "months": max(map(len, months.values())), "indicators": indicators}
    digest = sha256(f"{year} {number} {months}".encode()).hexdigest()
    return Release.objects.create(
        year=year, number=number, content=content, basis={}, digest=digest, made_at=clock.now(), made_by=None
    )


def figures():
    """Return the figures of the home page."""
    return home_figures(newest_results())


def test_each_figure_is_that_of_its_public_page(world):
    make_release(2026, {"stays_declared": [90, 100, 120], "stays_late": [5.0, 6.0, 4.0], "cases_cleared": [1, 2, 3]},
                 total=310.0)  # fmt: skip
    home_page_figures = world.client().get("/").context["figures"]
    assert [figure.indicator.code for figure in home_page_figures] == ["stays_declared", "stays_late"]
    for figure in home_page_figures:
        page = world.client().get(figure.url).context["indicator"]
        assert figure.indicator.total == page.content["total"]
        assert figure.indicator.months == [value for _day, value, _hidden in page.months]


def test_number_drawing_and_change_have_one_period(world):
    make_release(2025, {"stays_declared": [80, 90, 100]}, total=270.0)
    make_release(2026, {"stays_declared": [90, 100, 120]}, total=310.0)
    page = reader(world, "en").get("/").content.decode()
    with override("en"):
        (declared,) = figures()
        assert (declared.ends, list(declared.drawing.values)) == ("Jan – Mar", [90, 100, 120])
        assert declared.delta.text == "14.8\N{NO-BREAK SPACE}%", "310 is 14.8 % more than 270"
    assert "first 3 months of 2026" in " ".join(page.split())


def test_a_suppressed_total_is_left_out(world):
    make_release(2026, {"petitions_settled": [50.0, 60.0, None]}, total=None)
    assert figures() == []


def test_the_marks_of_a_drawing_are_explained(world):
    make_release(2025, {"stays_late": [5.0, 6.0, 3.0]}, total=4.7)
    make_release(2026, {"stays_late": [5.0, 4.0, 4.0], "promises_kept": [None, None, None]}, total=91.0, plan=95)
    with override("en"):
        late, punctual = figures()
        target = ("target", "target 95\N{NO-BREAK SPACE}%")
        assert (late.ends, late.keys) == ("Jan – Mar", [("was", "2025"), target])
        assert punctual.ends == "" and punctual.keys[-1] == target
        parts = [key.text.split("\N{NO-BREAK SPACE}")[0] for key in punctual.keys]
        assert parts == ["in time 91", "late 9", "target 95"]
        assert (punctual.note, punctual.tone) == ("target 95\N{NO-BREAK SPACE}%: not met", "bad")
    assert punctual.drawing.target == 95


def test_all_figures_are_of_the_months_of_the_release(world):
    """A line of years among drawings of months is taken for a line of months."""
    for year, total in ((2023, 88.0), (2024, 89.0), (2025, 90.0)):
        make_release(year, {"promises_kept": [None] * 12}, total=total, plan=95)
    make_release(2026, {"stays_late": [5.0, 4.0, 4.0], "promises_kept": [None, None, None]}, total=91.0, plan=95)
    with override("en"):
        late, punctual = figures()
        assert (late.ends, punctual.ends, punctual.is_split) == ("Jan – Mar", "", True)


def test_confirmed_petitions_are_a_bar_of_both_ends_though_their_months_are_published(world):
    """Some ten petitions a month: a line of their share would go up and down by chance."""
    make_release(2026, {"petitions_settled": [50.0, 90.0, 60.0], "stays_late": [5.0, 4.0, 4.0]}, total=80.0)
    with override("en"):
        late, settled = figures()
        assert (late.is_split, settled.is_split) == (False, True)
        assert isinstance(settled.drawing, StackedRows) and settled.ends == ""
        assert [key.mark for key in settled.keys] == ["now", "rest"]


def test_a_legal_limit_of_all_procedures_is_named_where_it_lies():
    def row(limit):
        return ProcedureDays("Visa", clock.today(), 9, 3, 11, limit)

    with override("en"):
        chart = waiting_chart([row(5), row(5)])
        at = chart.scale.position(5)
        assert (at, "5 days, legal limit") in chart.axis_ticks
        assert all(text == "5 days, legal limit" or abs(x - at) > 0.2 for x, text in chart.axis_ticks)
        assert "4 days" in [text for _x, text in waiting_chart([row(5), row(8)]).axis_ticks]


def test_the_newest_release_counts(world):
    make_release(2026, {"stays_declared": [1, 2, 30]}, total=33.0)
    assert figures()[0].indicator.total == 33
    make_release(2026, {"stays_declared": [1, 2, 31]}, number=2, total=34.0)
    assert figures()[0].indicator.total == 34


def decide(world, days):
    """Store a dossier decided last month for each number of working days."""
    make_cast(world)
    for count in days:
        Duration.objects.create(
            dossier=make_submitted(world, state=State.APPROVED, decided_at=clock.now()),
            agency=world.provincial_agency, procedure="trc_organisation", since_submission=count,
            since_acceptance=count, decided_on=month_before(clock.today(), 1), is_on_time=True,
        )  # fmt: skip


def test_processing_days_are_those_of_the_public_page(world):
    decide(world, range(1, 8))
    with override("vi"):
        (row,) = processing_days()
    (month,) = punctuality_by_month(PUBLIC).months
    assert (row.cases, row.middle, row.slow) == (month.cases, month.middle, month.slow)
    assert row.month == month.first_day
    page = reader(world, "vi").get("/").content.decode()
    assert reverse("dossiers:promises") in page
    assert row.name in page


def test_few_decisions_are_not_shown(world):
    decide(world, [3])
    assert processing_days() == []


def test_the_fines_are_the_rulebooks(world):
    fines = fines_in_force(clock.today())
    lowest = undeclared_fine(1, clock.today(), organisation=False)
    assert f"{lowest.minimum // 1_000_000}–{lowest.maximum // 1_000_000}" in fines["bands"][0]
    assert len(fines["bands"]) == 3
    assert fines["factor"] == 2


def test_an_empty_office_has_a_home_page_too(world):
    page = world.client().get("/")
    assert page.status_code == 200
    assert page.context["figures"] == []
    assert list(page.context["news"]) == []


def test_the_newest_news_stands_on_it(world):
    items = [make_news(world, title_vi=f"Tin số {number}") for number in range(6)]
    page = reader(world, "vi").get("/").content.decode()
    assert "Tin số 5" in page
    assert "Tin số 0" not in page
    assert reverse("site:news-item", args=[items[-1].pk]) in page
