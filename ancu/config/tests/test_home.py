"""The home page: its figures are those of the pages that it links to, and nothing on it needs an account."""

from datetime import date
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
from ancu.config.home_figures import live_figures, processing_days
from ancu.core import clock
from ancu.core.actor import PUBLIC
from ancu.core.charts import SUPPRESSED
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
        }
        for code, values in months.items()
    ]  # fmt: skip
    content = {"year": year, "months": 3, "indicators": indicators}
    digest = sha256(f"{year} {number} {months}".encode()).hexdigest()
    return Release.objects.create(
        year=year, number=number, content=content, basis={}, digest=digest, made_at=clock.now(), made_by=None
    )


def test_each_figure_is_that_of_its_public_page(world):
    make_release(2025, {"stays_declared": [80, 90, 100], "stays_late": [5.0, 6.0, 7.0]})
    make_release(2026, {"stays_declared": [90, 100, 120], "stays_late": [5.0, None, 4.0], "cases_cleared": [1, 2, 3]})
    figures = world.client().get("/").context["figures"]
    assert [figure.indicator.code for figure in figures] == ["stays_declared", "stays_late"]
    for figure in figures:
        page = world.client().get(figure.url).context["indicator"]
        assert figure.value == page.months[-1][1]
        assert figure.month == page.months[-1][0]
        assert [value for value in figure.values if value is not SUPPRESSED] == [
            value for _day, value, hidden in page.months if not hidden
        ]
    declared, late = figures
    assert (declared.value, declared.change.amount, declared.is_better) == (120, 20, None)
    assert (late.value, late.change.amount, late.is_better) == (4.0, -3, True)


def test_a_suppressed_month_has_no_figure_and_no_change(world):
    make_release(2025, {"petitions_settled": [50.0, 60.0, 70.0]})
    make_release(2026, {"petitions_settled": [50.0, 60.0, None]})
    (figure,), _released_at = live_figures()
    assert (figure.value, figure.change, figure.month) == (SUPPRESSED, None, date(2026, 3, 1))
    page = reader(world, "en").get("/").content.decode()
    assert 'class="suppressed"' in page


def test_few_published_months_are_shown_as_their_total(world):
    make_release(2026, {"petitions_settled": [None, None, 60.0]}, total=81.0)
    (figure,), _released_at = live_figures()
    page = world.client().get(figure.url).context["indicator"]
    assert figure.is_total
    assert (figure.value, figure.change) == (page.content["total"], None)


def test_the_marks_of_a_drawing_are_explained(world):
    make_release(2025, {"stays_late": [5.0, 6.0, 3.0]})
    make_release(2026, {"stays_late": [5.0, 4.0, 4.0], "promises_kept": [None, None, None]}, total=91.0, plan=95)
    with override("en"):
        late, punctual = live_figures()[0]
        assert late.ends == "Jan – Mar"
        assert late.keys == [("was", "2025"), ("target", "target 95\N{NO-BREAK SPACE}%: met")]
        assert punctual.ends == ""
        assert [key.text.split("\N{NO-BREAK SPACE}")[0] for key in punctual.keys] == ["in time 91", "late 9"]
        assert punctual.target_note == "target 95\N{NO-BREAK SPACE}%: not met"
    assert punctual.drawing.target == 95


def test_a_share_without_months_is_drawn_over_the_published_years(world):
    for year, total in ((2022, 90.0), (2023, 92.5), (2024, None), (2025, 91.0)):
        make_release(year, {"promises_kept": [None, None, None]}, total=total)
    make_release(2025, {"promises_kept": [None, None, None]}, number=2, total=91.5)
    make_release(2026, {"promises_kept": [None, None, None]}, total=93.0, plan=95)
    with override("en"):
        ((punctual,), _released_at) = live_figures()
        assert list(punctual.drawing.now) == [90.0, 92.5, None, 91.5, 93.0], "the newest release of each year"
        assert (punctual.ends, punctual.period) == ("2022–2026", "the first 3 months of 2026")
        assert [key.mark for key in punctual.keys] == ["target"]
    page = world.client().get("/results/").context["key_figures"]
    assert [(list(figure.drawing.now), figure.drawing.target) for figure in page] == [
        (list(punctual.drawing.now), punctual.drawing.target)
    ]


@pytest.mark.parametrize(("plan", "is_better"), [(5, None), (3, False), (None, False)])
def test_a_worse_share_has_a_colour_unless_it_meets_its_target(world, plan, is_better):
    make_release(2025, {"stays_late": [5.0, 6.0, 3.0]})
    make_release(2026, {"stays_late": [5.0, 4.0, 4.0]}, plan=plan)
    with override("en"):
        ((late,), _released_at) = live_figures()
        assert (late.change.amount, late.is_better) == (1, False)
        assert (late.delta.is_up, late.delta.is_better, late.delta.note) == (True, is_better, "from 2025")
        assert late.target_note.endswith(": met") == (plan == 5)


def test_the_newest_release_counts(world):
    make_release(2026, {"stays_declared": [1, 2, 30]})
    assert live_figures()[0][0].value == 30
    make_release(2026, {"stays_declared": [1, 2, 31]}, number=2)
    assert live_figures()[0][0].value == 31


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
