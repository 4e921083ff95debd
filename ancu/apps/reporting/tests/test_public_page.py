"""What everybody reads of a year: the page, its charts and its files say the same, and nothing that is suppressed."""

import csv
import hashlib
import io
import json
import re
from datetime import date
from xml.etree import ElementTree

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from ancu.apps.reporting.rules.periods import span
from ancu.apps.reporting.rules.revisions import published_revisions
from ancu.apps.reporting.selectors import published
from ancu.apps.reporting.selectors.year_results import YearIndicator, year_results
from ancu.apps.reporting.services import deciding, publishing
from ancu.apps.reporting.tests.factories import make_office
from ancu.apps.reporting.views.indicator_charts import units_figure
from ancu.apps.reporting.views.result_charts import ChartLinks
from ancu.core.charts import SUPPRESSED
from ancu.core.testing.html import without_line_breaks

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_office)]


def text(response):
    return without_line_breaks(response.content.decode())


def close_and_publish(shared_data, year, numbers, code="cases_cleared", bases=None, reason=""):
    """Approve and close these months from January on, then publish the year."""
    for place, number in enumerate(numbers, start=1):
        month = span("month", date(year, place, 1))
        shared_data.approved(code, number, bases and bases[place - 1], month=month)
        deciding.close(actor=shared_data.world.actor("dora"), month=month)
    return publishing.publish(actor=shared_data.world.actor("dora"), year=year)


def test_the_page_the_charts_and_the_files_agree(shared_data):
    close_and_publish(shared_data, 2025, [30, 20, 40])
    release = close_and_publish(shared_data, 2026, [50, 7, 60])
    anybody = shared_data.world.client()
    page = text(anybody.get("/results/"))
    assert ">117</td>" in page and "30 %" in page, "117 is 30 % more than 90"
    assert 'data-label="same months of 2025">90</td>' in page
    lines = list(
        csv.reader(io.StringIO(anybody.get("/results/2026.csv?code=cases_cleared").content.decode("utf-8-sig")))
    )
    assert [line[4] for line in lines[1:]] == ["50", "7", "60", "117"]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(anybody.get("/results/2026.xlsx").content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert [row[4] for row in rows[2:]] == [50, 7, 60, 117] and "creativecommons.org" in rows[0][0]
    file = anybody.get("/results/2026.json")
    assert hashlib.sha256(file.content).hexdigest() == release.digest and release.digest in page
    assert f"an-cu-2026-release-{release.number}.json" in file["Content-Disposition"]


def test_every_chart_of_the_page_is_a_picture_without_styles(shared_data):
    close_and_publish(shared_data, 2026, [50, 7, 60])
    anybody = shared_data.world.client()
    pages = text(anybody.get("/results/")) + text(anybody.get("/results/2026/cases_cleared/"))
    pictures = set(re.findall(r'"(/results/2026/charts/[^"]+\.svg)"', pages))
    assert len(pictures) == 2
    for address in pictures:
        answer = anybody.get(address)
        ElementTree.fromstring(answer.content)
        assert answer["Content-Type"] == "image/svg+xml" and "style=" not in text(answer)
        assert "release 1" in text(answer) and "attachment" in answer["Content-Disposition"]
    assert anybody.get("/results/2026/charts/nothing.svg").status_code == 404
    assert "style=" not in pages.replace("<style", "")


def test_an_earlier_release_keeps_its_own_charts_and_files(shared_data):
    close_and_publish(shared_data, 2026, [50, 20])
    shared_data.approved(part=59, month=span("month", date(2026, 1, 1)), reason="Chín vụ báo muộn.")
    publishing.publish(actor=shared_data.world.actor("dora"), year=2026)
    anybody = shared_data.world.client()
    page = text(anybody.get("/results/2026/?release=1"))
    assert "/results/2026.json?release=1" in page and "charts/crime.svg?release=1" in page
    assert ">70" in text(anybody.get("/results/2026/charts/crime.svg?release=1"))
    assert ">79" in text(anybody.get("/results/2026/charts/crime.svg"))


def test_a_revision_has_both_values_the_reason_and_the_day(shared_data):
    close_and_publish(shared_data, 2026, [50, 20])
    shared_data.approved(part=59, month=span("month", date(2026, 1, 1)), reason="Chín vụ báo muộn.")
    release = publishing.publish(actor=shared_data.world.actor("dora"), year=2026)
    (revision,) = release.content["indicators"][0]["revisions"]
    assert (revision["month"], revision["before"], revision["after"], revision["release"]) == (1, 50, 59, 2)
    page = text(shared_data.world.client().get("/results/2026/"))
    assert re.search(r"50 →\s*<b>59</b>", page) and "Chín vụ báo muộn." in page
    shared_data.approved(part=31, month=span("month", date(2026, 2, 1)), reason="Mười một vụ nữa.")
    later = publishing.publish(actor=shared_data.world.actor("dora"), year=2026)
    assert [entry["after"] for entry in later.content["indicators"][0]["revisions"]] == [59, 31]


def test_a_revision_needs_two_published_values():
    earlier = {"months": [12, None, 30], "revised": [], "revisions": []}
    later = {"months": [None, 40, 30], "revised": [{"month": "2026-01", "why": "x", "on": "2026-05-01"}]}
    assert published_revisions(earlier, later, on="2026-05-01", release=2) == []
    assert published_revisions(None, later, on="2026-05-01", release=1) == []


def test_a_suppressed_month_is_neither_a_number_nor_a_height(shared_data):
    release = close_and_publish(shared_data, 2026, [30, 3, 41, 52])
    entry = year_results(published.latest(2026)).by_code["cases_cleared"]
    hidden = [place for place, value in enumerate(entry.months) if value is SUPPRESSED]
    assert 1 in hidden and len(hidden) >= 2, "three are hidden, and a second month that would reveal them"
    page = text(shared_data.world.client().get("/results/2026/cases_cleared/"))
    drawn = re.findall(r'class="mark-(?:light|now)"', page)
    assert len(drawn) == 4 - len(hidden) and page.count('class="mark-hatch"') == len(hidden)
    heights = set(re.findall(r'class="mark-hatch"[^>]*? height="([\d.]+)"', page))
    assert len(heights) == 1
    assert all(release.content["indicators"][0]["months"][place] is None for place in hidden)


@pytest.mark.parametrize("numbers", [[30, 3, 41], [4, 4, 4], [3, 50, 60], [2, 90, 2]])
def test_nothing_follows_from_a_comparison_with_a_year_that_hides_months(shared_data, numbers):
    """An attacker subtracts the year before, its change and its ticks: only what its own release shows is there."""
    close_and_publish(shared_data, 2025, [*numbers, 30])
    close_and_publish(shared_data, 2026, [50, 60, 70])
    entry = year_results(published.latest(2026)).by_code["cases_cleared"]
    assert entry.earlier_total is None and entry.change is None, "a sum of three months with a hidden one is none"
    earlier = published.released_indicator(published.latest(2025), "cases_cleared").content
    assert [value for value in entry.earlier_months if value is not SUPPRESSED] == [
        value for value in earlier["months"][:3] if value is not None
    ]
    page = text(shared_data.world.client().get("/results/2026/"))
    assert f">{sum(numbers)}<" not in page


def test_a_change_has_a_colour_only_where_more_is_plainly_better(shared_data):
    for code in ("drug_cases", "wanted_arrested"):
        close_months = [(2025, 20), (2026, 30)]
        for year, number in close_months:
            shared_data.approved(code, number, month=span("month", date(year, 1, 1)))
    for year in (2025, 2026):
        deciding.close(actor=shared_data.world.actor("dora"), month=span("month", date(year, 1, 1)))
        publishing.publish(actor=shared_data.world.actor("dora"), year=year)
    entries = year_results(published.latest(2026)).by_code
    assert entries["drug_cases"].is_better is None and entries["wanted_arrested"].is_better is True


def test_programs_find_the_files_and_their_licence(shared_data):
    release = close_and_publish(shared_data, 2026, [50, 20])
    anybody = shared_data.world.client()
    assert 'type="application/ld+json"' in text(anybody.get("/results/"))
    catalogue = anybody.get("/results/catalog.jsonld")
    content = json.loads(catalogue.content)
    (dataset,) = content["dcat:dataset"]
    files = [entry["dcat:downloadURL"]["@id"] for entry in dataset["dcat:distribution"]]
    assert catalogue["Content-Type"] == "application/ld+json" and [name[-4:] for name in files] == [
        ".csv",
        "xlsx",
        "json",
    ]
    assert dataset["dcat:distribution"][2]["spdx:checksum"]["spdx:checksumValue"] == release.digest
    table = anybody.get("/results/2026.csv")
    assert "csv-metadata.json" in table["Link"] and 'rel="license"' in table["Link"]
    described = json.loads(anybody.get("/results/2026.csv-metadata.json").content)
    head = next(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    columns = described["tableSchema"]["columns"]
    assert [column["titles"]["en"] for column in columns] == head and described["url"].endswith("/results/2026.csv")
    assert all(column["titles"]["vi"] for column in columns)


def test_units_are_bars_and_those_that_are_not_shown_have_no_length():
    content = {"sums": "count", "months": [], "hidden": [], "measure_vi": "vụ", "measure_en": "cases"}
    entry = YearIndicator(2025, content | {"code": "cases_cleared"})
    units = [{"unit": f"Xã {number}", "value": 100 - number} for number in range(14)]
    units += [{"unit": name, "value": None} for name in ("Pà Cò", "Hang Kia")]
    figure = units_figure(entry, units, ChartLinks(2025), "By unit", "units")
    bars = figure.drawing.bars
    assert [bar.value for bar in bars[:3]] == [100, 99, 98]
    assert (bars[12].value, bars[12].is_rest) == (88 + 87, True), "the smaller ones that are shown, nothing else"
    assert [bar.value for bar in bars[13:]] == [SUPPRESSED, SUPPRESSED]
    with translation.override("en"):
        many_units = units_figure(entry, [{"unit": "x", "value": None}] * 9, ChartLinks(2025), "", "x")
    assert [bar.label for bar in many_units.drawing.bars] == ["9 units not shown"]
