"""From the unit to the public page; reports that are the same again; files; what each page asks the database."""

import csv
import io
import json
import re
import zipfile
from datetime import date

import pytest
from django.conf import settings
from python_calamine import CalamineWorkbook

from ancu.apps.reporting.models import Figure, FigureImport, Report, ReportOrder
from ancu.apps.reporting.rules.periods import span
from ancu.apps.reporting.services import counting, deciding, ordering, papers, publishing, reports, totals
from ancu.apps.reporting.tests.factories import make_office
from ancu.core.actor import system
from ancu.core.documents.spreadsheets import write_xlsx
from ancu.core.errors import Conflict
from ancu.core.testing import texts
from ancu.core.testing.html import without_line_breaks

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_office)]
JANUARY, FEBRUARY = span("month", date(2026, 1, 1)), span("month", date(2026, 2, 1))


def text(response):
    return without_line_breaks(response.content.decode())


def close(shared_data, *months):
    for month in months:
        deciding.close(actor=shared_data.world.actor("dora"), month=month)


def publish(shared_data, year=2026):
    return publishing.publish(actor=shared_data.world.actor("dora"), year=year)


def indicator_of(release, code="cases_cleared"):
    return next(entry for entry in release.content["indicators"] if entry["code"] == code)


def test_a_unit_enters_the_office_approves_everybody_sees(shared_data):
    olga, dora, sheet = (
        shared_data.world.client("olga"),
        shared_data.world.client("dora"),
        "/office/results/sheet/?period=2026-01",
    )
    assert "Xã Mai Hạ" in text(olga.get(sheet))
    sent = {"cases_cleared-part": "12", "gravest_cleared-part": "2", "gravest_cleared-base": "1"}
    wrong = olga.post(sheet, sent)
    assert wrong.status_code == 422 and "more than the total" in text(wrong) and 'value="12"' in text(wrong)
    assert not Figure.objects.exists()
    assert olga.post(sheet, sent | {"gravest_cleared-base": "2"}).status_code == 302
    assert "waiting for approval" in text(olga.get(sheet)).lower()
    ids = list(Figure.objects.values_list("pk", flat=True))
    assert olga.post("/office/results/approvals/", {"figure": ids, "act": "approve"}).status_code == 403
    waiting = text(dora.get("/office/results/approvals/"))
    assert "Criminal cases cleared" in waiting and "Olga" in waiting
    back = dora.post("/office/results/approvals/", {"figure": ids[1:], "act": "refuse", "reason": ""})
    assert back.status_code == 422 and f'value="{ids[1]}" data-select checked' in text(back)
    dora.post("/office/results/approvals/", {"figure": ids[1:], "act": "refuse", "reason": "Xin xem lại."})
    dora.post("/office/results/approvals/", {"figure": ids[:1], "act": "approve"})
    assert "Xin xem lại." in text(olga.get(sheet))
    board = text(dora.get("/office/results/?period=2026-01"))
    assert "Criminal cases cleared" in board and ">12<" in board
    dora.post("/office/results/months/2026-01/close/")
    dora.post("/office/results/publish/", {"year": "2026"})
    ordering.run_order(ReportOrder.objects.get().pk)
    public = text(shared_data.world.client().get("/results/"))
    assert "Criminal cases cleared" in public and ">12</td>" in public
    page = text(shared_data.world.client().get("/results/2026/cases_cleared/"))
    assert f'content="{settings.PUBLIC_URL}/results/2026/cases_cleared.png"' in page, (
        "whoever shares it needs all of it"
    )
    assert "the offender was identified" in page and "<svg" in page and "Olga" not in page
    assert len(text(shared_data.world.client().get("/results/"))) < 60_000


def test_the_results_show_a_line_of_the_year_and_no_empty_column(shared_data):
    dora, anh = shared_data.world.client("dora"), shared_data.world.client("anh")
    shared_data.approved(part=12, month=JANUARY)
    page = text(dora.get("/office/results/?period=2026-01"))
    assert "spark-svg" not in page and "12 months" not in page, "a single month has no line"
    assert "Previous period" not in page and "Same period last year" not in page
    shared_data.approved(part=15, month=FEBRUARY)
    answer = dora.get("/office/results/?period=2026-02")
    [line] = [line for group in answer.context["groups"] for line in group.lines]
    assert line.course[-2:] == (12, 15) and len(line.course) == 12
    page = text(answer)
    assert "spark-svg" in page and "Previous period" in page and "Same period last year" not in page
    assert "spark-svg" in text(anh.get("/office/results/?period=2026-02")), "what units enter is exact for everybody"


def test_small_numbers_are_in_no_file(shared_data):
    for month, number in ((JANUARY, 30), (FEBRUARY, 3)):
        shared_data.approved(part=number, month=month)
    close(shared_data, JANUARY)
    publish(shared_data)
    close(shared_data, FEBRUARY)
    publish(shared_data)
    anybody = shared_data.world.client()
    published = json.loads(text(anybody.get("/results/2026.json")))["indicators"][0]
    assert (published["months"], published["total"], published["total_hidden"]) == ([30, None], None, True)
    lines = list(csv.reader(io.StringIO(anybody.get("/results/2026.csv").content.decode().lstrip("\ufeff"))))
    values = [line[4] for line in lines if line[0] == "cases_cleared"]
    assert values == ["30", "", ""]
    first = json.loads(text(anybody.get("/results/2026.json?release=1")))["indicators"][0]
    assert (first["months"], first["total"]) == ([30], 30), "what was published stays published"
    assert anybody.get("/results/2026.json?release=9").status_code == 404
    assert anybody.get("/results/2026.json?release=x").status_code == 404
    assert anybody.get("/results/2019/").status_code == 404


def test_a_year_stands_beside_as_many_months_of_the_one_before(shared_data):
    anybody = shared_data.world.client()
    for year, numbers in ((2025, (1200, 70)), (2026, (1500,))):
        for place, number in enumerate(numbers, start=1):
            month = span("month", date(year, place, 1))
            shared_data.approved(part=number, month=month)
            shared_data.approved("gravest_cleared", number - 9, number, month=month)
            close(shared_data, month)
        publish(shared_data, year)
    assert year_before(anybody, 2025) == ["–", "–"]
    assert year_before(anybody, 2026) == ["1,200", "–"], "a share of one month cannot be had from a share of two"
    shared_data.approved(part=30, month=FEBRUARY)
    close(shared_data, FEBRUARY)
    publish(shared_data)
    assert year_before(anybody, 2026)[0] == "1,270"
    assert year_before(anybody, 2026, "?release=1")[0] == "1,200"
    shared_data.approved(part=31, month=span("month", date(2026, 3, 1)))
    close(shared_data, span("month", date(2026, 3, 1)))
    publish(shared_data)
    assert year_before(anybody, 2026) == ["–", "–"], "March of the year before is not published"
    assert anybody.get("/results/2026/nothing/").status_code == 404


def test_a_hidden_month_of_the_year_before_is_added_to_nothing(shared_data):
    for month, number in ((span("month", date(2025, 1, 1)), 3), (span("month", date(2025, 2, 1)), 40), (JANUARY, 50)):
        shared_data.approved(part=number, month=month)
        close(shared_data, month)
    publish(shared_data, 2025)
    publish(shared_data)
    assert year_before(shared_data.world.client(), 2026) == ["–"]


def year_before(anybody, year, query=""):
    """What the tables of a year's page say of the same months of the year before, in their order."""
    page = text(anybody.get(f"/results/{year}/{query}"))
    return re.findall(rf'data-label="same months of {year - 1}">([^<]+)</td>', page)


def test_a_small_revision_is_known_and_a_large_one_told_with_its_reason(shared_data):
    shared_data.approved(part=30, month=JANUARY)
    close(shared_data, JANUARY)
    publish(shared_data)
    shared_data.approved(part=32, month=JANUARY, reason="Các vụ chuyển từ tháng trước.")
    small = publish(shared_data)
    assert (
        indicator_of(small)["months"] == [30]
        and indicator_of(small)["pending"]
        and indicator_of(small)["revised"] == []
    )
    assert "a correction smaller than 5" in text(shared_data.world.client().get("/results/2026/cases_cleared/"))
    shared_data.approved(part=41, month=JANUARY, reason="Chín vụ của đợt cao điểm.")
    large = publish(shared_data)
    assert indicator_of(large)["months"] == [41] and not indicator_of(large)["pending"]
    page = text(shared_data.world.client().get("/results/2026/cases_cleared/"))
    assert "Các vụ chuyển" in page and "Chín vụ của đợt cao điểm." in page and "01/2026" in page
    with pytest.raises(Conflict, match="same"):
        publish(shared_data)


@pytest.mark.slow
def test_units_are_told_when_the_year_is_whole(shared_data):
    elsewhere = shared_data.world.units.elsewhere.pk
    for number in range(1, 13):
        month = span("month", date(2025, number, 1))
        shared_data.approved(part=10, month=month, unit_id=shared_data.world.units.province.pk, who="quynh")
        if number == 3:
            shared_data.approved(part=2, month=month, unit_id=elsewhere, who="quynh")
            shared_data.approved(part=60, month=month, unit_id=shared_data.unit_id, who="quynh")
        close(shared_data, month)
    units = {entry["unit"]: entry["value"] for entry in indicator_of(publish(shared_data, 2025))["units"]}
    assert units["Xã Lương Sơn"] is None and list(units.values()).count(None) == 2


def test_the_report_made_twice_is_the_same_to_the_last_byte(shared_data):
    anh, half = shared_data.world.client("anh"), span("half", date(2026, 1, 1))
    shared_data.approved(part=12, month=JANUARY)
    shared_data.approved("gravest_cleared", 1, 2, month=FEBRUARY)
    for _turn in range(2):
        anh.post("/office/results/reports/make/", {"period": "2026-h1"})
    report, reader = Report.objects.get(), shared_data.world.actor("anh")
    for language in ("vi", "en"):
        for kind in papers.MEDIA:
            data = papers.render_report(report, kind, language, reader)
            assert papers.render_report(report, kind, language, reader) == data
    workbook = papers.render_report(report, "xlsx", "en", reader)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert rows[2][:3] == ["Criminal cases cleared", "cases · 1 of 6 months", 12.0] and "identified" in rows[2][-1]
    word = papers.render_report(report, "docx", "vi", reader)
    assert word.startswith(b"PK") and "Vụ phạm pháp hình sự" in _words(word)
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số: ......./BC",
        "Nơi nhận:",
        "- Lưu: VT.",
        "THỦ TRƯỞNG ĐƠN VỊ",
    ):
        assert part in _words(word)
    before_signature = _words(word).split("Nơi nhận:")[0].split("<w:p>")[-3:-1]
    assert all("<w:keepNext/><w:keepLines/>" in paragraph for paragraph in before_signature), "not the signature alone"
    assert "CỘNG HÒA" not in _words(papers.render_report(report, "docx", "en", reader))
    page = anh.get(f"/office/results/reports/{report.pk}/paper.pdf")
    assert page.content.startswith(b"%PDF") and page.content == papers.render_report(report, "pdf", "en", reader)
    assert anh.get(f"/office/results/reports/{report.pk}/paper.exe").status_code == 404
    shared_data.approved(part=13, month=JANUARY, reason="Thêm một vụ.")
    later = reports.make(actor=shared_data.world.actor("anh"), period=half)
    assert later.pk != report.pk and papers.render_report(report, "pdf", "en", reader) == page.content


def _words(data):
    return zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()


def filled(*lines):
    return write_xlsx("mark", [str(number) for number in range(9)], lines)


def upload(client, data, name="figures.xlsx"):
    file = io.BytesIO(data)
    file.name = name
    return client.post("/office/results/imports/", {"file": file})


def test_a_file_is_looked_at_before_anything_is_proposed(shared_data):
    olga, unit = shared_data.world.client("olga"), "05251"
    data = filled(
        ["cases_cleared", "", unit, "", "01/2026", 12, None, "", ""],
        ["cases_cleared", "", unit, "", "01/2026", 13, None, "", ""],
        ["gravest_cleared", "", unit, "", "01/2026", 3, 2, "", ""],
        ["drug_cases", "", "04924", "", "01/2026", 5, None, "", ""],
        ["stays_declared", "", unit, "", "01/2026", 5, None, "", ""],
        ["drug_cases", "", unit, "", "Tết", 5, None, "", ""],
        ["drug_cases", "", unit, "", "01/2026", "=1+1", None, "", ""],
        ["drug_cases", "", unit, "", "01/2026", None, None, "", ""],
    )
    page = upload(olga, data)
    figure_import = FigureImport.objects.get()
    assert page["Location"] == f"/office/results/imports/{figure_import.pk}/"
    assert [problem["line"] for problem in figure_import.problems] == [4, 5, 6, 7, 8, 9] and len(
        figure_import.rows
    ) == 1
    assert not Figure.objects.exists() and "1 row is valid. 6 rows need checking" in text(olga.get(page["Location"]))
    assert shared_data.world.client("pavel").get(page["Location"]).status_code == 404
    for _turn in range(2):
        olga.post(page["Location"])
    assert list(Figure.objects.values_list("part", "origin", "state")) == [(12, "imported", "proposed")]


def test_a_long_file_is_shown_page_by_page_the_faulty_lines_first(shared_data):
    olga, unit, rows = shared_data.world.client("olga"), shared_data.unit_id, 130
    good = {"code": "x", "title_vi": "x", "title_en": "Good", "unit_id": unit, "unit": "x", "month": "2026-01",
            "part": 1, "base": None, "note": "", "reason": ""}  # fmt: skip
    file = FigureImport.objects.create(
        agency=shared_data.world.commune_agency, made_at="2026-02-01T00:00Z", made_by=shared_data.world.users["olga"],
        problems=[{"line": line, "wrong": "Faulty", "read": []} for line in range(90)], rows=[good] * rows,
    )  # fmt: skip
    address, lines = f"/office/results/imports/{file.pk}/", []
    for number in (1, 2, 3):
        page = text(olga.get(f"{address}?page={number}"))
        lines.append((page.count(": Faulty"), page.count("<b>Good</b>"), "?page=" in page))
    assert lines == [(90, 10, True), (0, 100, True), (0, 20, True)]
    assert "1–100 of 220" in text(olga.get(address))
    for odd in ("4", "99999999999"):
        assert olga.get(f"{address}?page={odd}").status_code == 404


@pytest.mark.parametrize("data", [b"no sheet", b"PK\x03\x04 broken", b"x" * 2_000_001], ids=["text", "broken", "large"])
def test_what_is_no_sheet_is_refused_beside_the_field(shared_data, data):
    page = upload(shared_data.world.client("olga"), data)
    assert page.status_code == 422 and not FigureImport.objects.exists()


@pytest.mark.slow
def test_a_file_made_to_exhaust_memory_is_refused(shared_data):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
        file.writestr("xl/worksheets/sheet1.xml", " " * 200_000_000)
    page = upload(shared_data.world.client("olga"), bomb.getvalue())
    assert page.status_code == 422 and "could not be read as XLSX" in text(page) and not FigureImport.objects.exists()


def test_the_template_comes_back_as_it_went(shared_data):
    olga = shared_data.world.client("olga")
    data = olga.get("/office/results/imports/template.xlsx?period=2026-01").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[2:]
    lines = [[*row[:5], 7, 9, "", ""] for row in rows]
    upload(olga, filled(*lines))
    figure_import = FigureImport.objects.get()
    assert figure_import.problems == [] and len(figure_import.rows) == len(rows) > 5


def test_a_plan_is_the_leaders(shared_data):
    shared_data.world.client("dora").post("/office/results/plans/?year=2026", {"cases_cleared": "100"})
    shared_data.approved(part=25, month=JANUARY)
    assert "25.0 %" in text(shared_data.world.client("dora").get("/office/results/?period=2026"))


def test_what_stands_out_is_asked_about(shared_data):
    for number in range(1, 9):
        shared_data.approved(part=10 + number % 2, month=span("month", date(2025, number, 1)), who="quynh",
                      unit_id=shared_data.world.units.province.pk)  # fmt: skip
    shared_data.approved(
        part=80, month=span("month", date(2025, 9, 1)), who="quynh", unit_id=shared_data.world.units.province.pk
    )
    dora = shared_data.world.client("dora")
    assert "Unusual: ask the unit" in text(dora.get("/office/results/?period=2025-09"))
    assert "Unusual: ask the unit" not in text(dora.get("/office/results/?period=2025-08"))


@pytest.mark.parametrize("period", ["2026-13", "x", "2999-01", "1999", "2026-h3"])
def test_a_period_that_is_none_is_not_found(shared_data, period):
    assert shared_data.world.client("dora").get(f"/office/results/?period={period}").status_code == 404


def test_totals_added_up_at_once_are_those_kept_by_acts(shared_data):
    shared_data.approved(part=12, month=JANUARY)
    shared_data.approved(
        part=5, month=span("month", date(2025, 12, 1)), who="quynh", unit_id=shared_data.world.units.elsewhere.pk
    )
    shared_data.approved("gravest_cleared", 1, 2, month=FEBRUARY)
    counting.count(actor=system("test"), month=JANUARY)
    maintained = snapshot()
    assert len(maintained) == 14
    totals.rebuild_totals()
    assert snapshot() == maintained


def snapshot():
    from ancu.apps.reporting.models import Total

    fields = ("indicator", "period", "unit", "part", "base", "units", "demo")
    return sorted(Total.objects.values_list(*fields), key=str)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(shared_data, count, expect_queries):
    for code in ("cases_cleared", "drug_cases", "drug_suspects")[:count]:
        shared_data.approved(code, 12, month=JANUARY)
        shared_data.propose(code, 15, month=JANUARY, reason="x")
    close_without(shared_data, JANUARY)
    publish(shared_data)
    reports.make(actor=shared_data.world.actor("anh"), period=JANUARY)
    dora, anybody = shared_data.world.client("dora"), shared_data.world.client()
    dora.get("/office/results/")
    for label, path in (
        ("board", "/office/results/?period=2026-01"),
        ("indicator", "/office/results/indicators/cases_cleared/?period=2026-01"),
        ("approvals", "/office/results/approvals/"),
        ("sheet", "/office/results/sheet/?period=2026-01"),
        ("reports", "/office/results/reports/"),
    ):
        with expect_queries(label):
            assert dora.get(path).status_code == 200
    anybody.get("/results/")  # the charts of the present are cached for ten minutes
    with expect_queries("public"):
        anybody.get("/results/")


def close_without(shared_data, month):
    """Closed while revisions wait, as after the close."""
    from ancu.apps.reporting.models import Period

    Period.objects.filter(kind="month", first_day=month.first_day).update(
        closed_at="2026-02-10T00:00Z", closed_by=shared_data.world.users["dora"]
    )


def test_a_number_of_a_file_that_is_far_too_large_is_asked_about(shared_data):
    """As on the sheet: nothing is sent until somebody says that it is right."""
    shared_data.approved(part=12, month=JANUARY)
    olga = shared_data.world.client("olga")
    lines = [[code, "", "05251", "", "02/2026", part, None, "", ""]
             for code, part in (("cases_cleared", 99_999_999), ("drug_cases", 5))]  # fmt: skip
    address = upload(olga, filled(*lines))["Location"]
    page = text(olga.get(address))
    assert (
        texts.IS_THIS_RIGHT in page
        and "99,999,999 is more than ten times the highest number of earlier months (12)" in page
    )
    assert (
        "Check the numbers listed first" in text(olga.post(address, follow=True))
        and not Figure.objects.filter(part=5).exists()
    )
    olga.post(address, {"sure": "on"})
    assert set(Figure.objects.filter(origin="imported").values_list("part", flat=True)) == {99_999_999, 5}
