"""A unit enters, the office approves, everybody sees it; the half-yearly report made twice is the same to the byte."""

from datetime import date

import pytest

from ancu.apps.reporting.models import Figure, Order, Report
from ancu.apps.reporting.rules.periods import shift
from ancu.apps.reporting.services import ordering
from ancu.apps.reporting.tests.factories import staff
from ancu.core import clock
from e2e.conftest import Invite
from e2e.walk import Walk

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Both languages and both widths, in pairs: e2e/test_every_page.py looks at each page in all of them.
    pytest.mark.parametrize(("page", "lang"), [(360, "vi"), (1280, "en")], indirect=True, ids=["phone-vi", "desk-en"]),
]


def test_a_figure_goes_from_the_unit_to_everybody(invite: Invite, world: object) -> None:
    staff(world)  # type: ignore[arg-type]
    january = date(shift(clock.today(), -1).year, 1, 1)
    olga, dora, anybody = invite("olga", at_the_door=False), invite("dora", at_the_door=False), invite()
    she_enters(olga, january)
    he_approves_and_closes(dora, january)
    he_publishes(dora, january)
    everybody_reads(anybody, january)
    the_report_is_the_same_again(dora, january)


def she_enters(olga: Walk, january: date) -> None:
    olga.go(f"/office/results/sheet/?period={january:%Y-%m}")
    olga.look()
    olga.page.locator("[name=gravest_cleared-part]").fill("3")
    olga.page.locator("[name=gravest_cleared-base]").fill("2")
    olga.page.locator("[name=cases_cleared-part]").fill("47")
    olga.follow(olga.button("Send for approval"))
    olga.sees(olga.say("This cannot be more than all together."))
    olga.look()
    assert olga.page.locator("[name=cases_cleared-part]").input_value() == "47", "nothing typed is lost"
    olga.page.locator("[name=gravest_cleared-part]").fill("2")
    olga.follow(olga.button("Send for approval"))
    olga.look()
    assert Figure.objects.filter(state="proposed").count() == 2


def he_approves_and_closes(dora: Walk, january: date) -> None:
    dora.go("/office/results/approvals/")
    dora.look()
    choose_all(dora)
    dora.follow(dora.button("Approve what is ticked"))
    dora.sees(dora.say("Nothing waits"))
    dora.go(f"/office/results/?period={january:%Y-%m}")
    dora.sees("47")
    dora.look()
    dora.confirm("Close the month")
    dora.look()


def choose_all(dora: Walk) -> None:
    """At a desk by the box in the table's head, which a phone does not show."""
    boxes = dora.page.locator("main input[name=figure]").all()
    if (dora.page.viewport_size or {})["width"] > 1000:
        dora.page.locator("main [data-select-all]").check()
    else:
        for box in boxes:
            box.check()
    assert all(box.is_checked() for box in boxes)


def he_publishes(dora: Walk, january: date) -> None:
    dora.go("/office/results/reports/")
    dora.look()
    dora.follow(dora.page.locator(f"main form:has(input[name=year][value='{january.year}']) button"))
    dora.sees(dora.say("It waits to be begun"))
    ordering.carry_out(Order.objects.get().pk)  # as the worker does
    dora.sees(dora.say("Everybody can see the results of %(year)s now", year=january.year))
    dora.look()


def everybody_reads(anybody: Walk, january: date) -> None:
    anybody.go("/")
    anybody.follow(anybody.link("The results"))
    anybody.sees("47")
    anybody.look()
    anybody.follow(anybody.page.locator("main a.result[href$='/cases_cleared/']"))
    anybody.look()
    for ending in (".csv", ".png"):
        assert anybody.status_of(f"/results/{january.year}/cases_cleared{ending}") == 200
    told = anybody.page.request.get(f"{anybody.address}/results/{january.year}.json").json()["indicators"]
    assert [one["total"] for one in told] == [47, None], "two of the gravest cases are fewer than five"


def the_report_is_the_same_again(dora: Walk, january: date) -> None:
    papers = []
    for _turn in range(2):
        dora.go(f"/office/results/reports/?period={january:%Y-%m}")
        half = f"main form:has(input[name=period][value='{january.year}-h1']) button"
        dora.follow(dora.page.locator(half))
        dora.look()
        report = Report.objects.get()  # of the same figures it is the same report
        answers = [dora.page.request.get(f"{dora.address}/office/results/reports/{report.pk}/paper.{kind}")
                   for kind in ("pdf", "docx", "xlsx")]  # fmt: skip
        papers.append([answer.body() for answer in answers])
    assert papers[0] == papers[1] and papers[0][0].startswith(b"%PDF")
