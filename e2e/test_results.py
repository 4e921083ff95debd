"""A unit enters figures, the office approves and publishes them; a report made twice is identical to the byte."""

import hashlib
from datetime import date

import pytest
from playwright.sync_api import expect

from ancu.apps.reporting.models import Figure, Report, ReportOrder
from ancu.apps.reporting.rules.periods import shift
from ancu.apps.reporting.services import ordering
from ancu.apps.reporting.tests.factories import staff
from ancu.core import clock
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Two of four combinations; e2e/test_every_page.py checks each page in all of them.
    pytest.mark.parametrize(("page", "lang"), [(360, "vi"), (1280, "en")], indirect=True, ids=["phone-vi", "desk-en"]),
]


def test_a_figure_goes_from_the_unit_to_everybody(invite: Invite, world: object) -> None:
    staff(world)  # type: ignore[arg-type]
    january = date(shift(clock.today(), -1).year, 1, 1)
    olga, dora, anybody = invite("olga", by_login_page=False), invite("dora", by_login_page=False), invite()
    she_enters(olga, january)
    he_approves_and_closes(dora, january)
    he_publishes(dora, january)
    everybody_reads(anybody, january)
    the_report_is_the_same_again(dora, january)


def she_enters(olga: Visitor, january: date) -> None:
    olga.go(f"/office/results/sheet/?period={january:%Y-%m}")
    olga.check_page()
    olga.page.locator("[name=gravest_cleared-part]").fill("3")
    olga.page.locator("[name=gravest_cleared-base]").fill("2")
    olga.page.locator("[name=cases_cleared-part]").fill("47")
    olga.follow(olga.button(texts.SUBMIT_FOR_APPROVAL))
    olga.expect_text(olga.translate("This cannot be more than the total."))
    olga.check_page()
    assert olga.page.locator("[name=cases_cleared-part]").input_value() == "47", "nothing typed is lost"
    olga.page.locator("[name=gravest_cleared-part]").fill("2")
    olga.follow(olga.button(texts.SUBMIT_FOR_APPROVAL))
    olga.check_page()
    assert Figure.objects.filter(state="proposed").count() == 2


def he_approves_and_closes(dora: Visitor, january: date) -> None:
    dora.go("/office/results/approvals/")
    dora.check_page()
    choose_all(dora)
    dora.follow(dora.button("Approve selected figures"))
    dora.expect_text(dora.translate("Nothing is waiting for approval"))
    dora.go(f"/office/results/?period={january:%Y-%m}")
    dora.expect_text("47")
    dora.check_page()
    dora.confirm("Close the month")
    dora.check_page()


def choose_all(dora: Visitor) -> None:
    """Choose all figures; on a desktop with the checkbox in the table's header, which a phone does not show."""
    boxes = dora.page.locator("main input[name=figure]").all()
    if (dora.page.viewport_size or {})["width"] > 1000:
        dora.page.locator("main [data-select-all]").check()
    else:
        for box in boxes:
            box.check()
    assert all(box.is_checked() for box in boxes)


def he_publishes(dora: Visitor, january: date) -> None:
    dora.go("/office/results/reports/")
    dora.check_page()
    dora.follow(dora.page.locator(f"main form:has(input[name=year][value='{january.year}']) button"))
    dora.expect_text(dora.translate(texts.WAITING_TO_START))
    ordering.run_order(ReportOrder.objects.get().pk)  # as the worker does
    dora.expect_text(dora.translate("The results of %(year)s are now public", year=january.year))
    dora.check_page()


def everybody_reads(anybody: Visitor, january: date) -> None:
    anybody.go("/results/")
    anybody.expect_text("47")
    anybody.check_page()
    the_number_of_the_file_is_that_of_the_page(anybody)
    the_section_in_view_is_marked(anybody)
    anybody.follow(anybody.page.locator("main .multiple a[href$='/cases_cleared/']"))
    anybody.check_page()
    for ending in (".csv", ".png"):
        assert anybody.status_of(f"/results/{january.year}/cases_cleared{ending}") == 200
    indicators = anybody.page.request.get(f"{anybody.address}/results/{january.year}.json").json()["indicators"]
    assert [indicator["total"] for indicator in indicators] == [47, None], (
        "two of the gravest cases are fewer than five"
    )


def the_section_in_view_is_marked(reader: Visitor) -> None:
    links = reader.page.locator(".toc a")
    for link in (links.last, links.first):
        link.click()
        expect(link).to_have_attribute("aria-current", "true")
        expect(reader.page.locator(".toc a[aria-current]")).to_have_count(1)


def the_number_of_the_file_is_that_of_the_page(journalist: Visitor) -> None:
    """A journalist opens a chart's table, downloads it, and checks the number against the page and the fingerprint."""
    chart = journalist.page.locator("#crime")
    chart.locator("a[href='#crime-table']").click()  # the link unfolds the table
    cell = chart.locator("tbody tr").last.locator("td").first
    expect(cell).to_be_visible()
    address = chart.locator(".chart-files a[download]").first.get_attribute("href")
    lines = journalist.page.request.get(f"{journalist.address}{address}").text().splitlines()
    totals = [line.split(",") for line in lines if line.startswith("cases_cleared,") and line.count("/") == 0]
    assert any(cell.inner_text() in line for line in totals), (cell.inner_text(), lines)
    file = journalist.page.request.get(
        journalist.page.locator("main a[href$='.json']").first.evaluate("link => link.href")
    )
    digest = hashlib.sha256(file.body()).hexdigest()
    assert journalist.page.locator(".fingerprint .digest").text_content() == digest
    groups = journalist.page.locator(".fingerprint code").first.inner_text().split()
    assert "".join(groups) == digest and {len(group) for group in groups} == {4}


def the_report_is_the_same_again(dora: Visitor, january: date) -> None:
    papers = []
    for _turn in range(2):
        dora.go(f"/office/results/reports/?period={january:%Y-%m}")
        half = f"main form:has(input[name=period][value='{january.year}-h1']) button"
        dora.follow(dora.page.locator(half))
        dora.check_page()
        report = Report.objects.get()  # the same figures give the same report
        answers = [dora.page.request.get(f"{dora.address}/office/results/reports/{report.pk}/paper.{kind}")
                   for kind in ("pdf", "docx", "xlsx")]  # fmt: skip
        papers.append([answer.body() for answer in answers])
    assert papers[0] == papers[1] and papers[0][0].startswith(b"%PDF")
