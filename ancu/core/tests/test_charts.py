"""Charts: columns and bars start at zero, scales are shared, suppressed values are never drawn as tall as they are."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ancu.core.charts import (
    SUPPRESSED,
    BarRow,
    BarRows,
    ChartFigure,
    ChartKey,
    ChartLine,
    ChartTable,
    ColumnChart,
    Delta,
    DivergingRow,
    DivergingRows,
    DotRow,
    DotRows,
    HeatCell,
    HeatGrid,
    LineChart,
    MultipleCell,
    NumberCell,
    NumberCells,
    PlanBar,
    PointNote,
    RangeRow,
    RangeRows,
    Scale,
    SmallMultiples,
    SparkLine,
    StackedRows,
    StackPart,
    StackRow,
    TargetLine,
    scale_of,
)
from ancu.core.charts.lines import LABEL_GAP, runs_of
from ancu.core.documents.comparisons import change
from ancu.core.templatetags.charts import delta_of, value_format, value_text

numbers = st.one_of(st.integers(0, 9), st.integers(0, 10**7), st.floats(0, 1000, allow_nan=False))
values = st.lists(st.one_of(numbers, st.none(), st.just(SUPPRESSED)), min_size=1, max_size=12)
plain = value_format()


def parsed(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<root>{markup}</root>")


def marks(markup: str, css: str) -> list[dict[str, str]]:
    """The attributes of the elements that have this class."""
    return [node.attrib for node in parsed(markup).iter() if css in node.get("class", "").split()]


def share(text: str) -> float:
    return float(text.removesuffix("%")) / 100


@given(values)
def test_columns_start_at_zero_and_share_one_measure(counts: list[object]) -> None:
    chart = ColumnChart(counts, plain, height=100)  # type: ignore[arg-type]
    drawn = marks(chart.html("c"), "mark-light") + marks(chart.html("c"), "mark-now")
    expected = sorted(
        max(1.0, 100 * float(value) / chart.scale.high) for value in counts if isinstance(value, int | float)
    )
    assert chart.scale.low == 0
    assert sorted(float(mark["height"]) for mark in drawn) == pytest.approx(expected, abs=0.02)
    assert all(float(mark["y"]) + float(mark["height"]) == pytest.approx(100, abs=0.02) for mark in drawn)


@given(values)
def test_bars_start_at_zero(counts: list[object]) -> None:
    bars = [BarRow(f"unit {place}", value, plain(value)) for place, value in enumerate(counts)]  # type: ignore[arg-type]
    chart = BarRows(bars)
    drawn = marks(chart.html("b"), "mark-now")
    expected = [float(value) / chart.scale.high for value in counts if isinstance(value, int | float)]
    assert chart.scale.low == 0 and all(mark["x"] == "0" for mark in drawn)
    assert [share(mark["width"]) for mark in drawn] == pytest.approx(expected, abs=0.0002)


def test_a_suppressed_column_looks_alike_beside_any_number() -> None:
    drawings = [marks(ColumnChart([beside, SUPPRESSED], plain).html("c"), "mark-hatch") for beside in (1, 70, 10**6)]
    assert len(drawings[0]) == 1 and all(drawing == drawings[0] for drawing in drawings)
    bars = [marks(BarRows([BarRow("a", 5, "5"), BarRow("b", SUPPRESSED, "not shown")], high).html("b"), "mark-hatch")
            for high in (Scale(0, 10, ()), Scale(0, 9000, ()))]  # fmt: skip
    assert len(bars[0]) == 1 and bars[0] == bars[1]


def test_a_withheld_text_is_a_hatched_place_with_its_words() -> None:
    rows = [RangeRow("a", 3, 6, "", text="90 %"), RangeRow("b", 3, 6, "", text="not shown", is_withheld=True)]
    page = RangeRows(rows).html("r")
    (place,) = marks(page, "withheld")
    assert place["title"] == "not shown" and len(marks(page, "visually-hidden")) == 1
    assert page.count("<b>") == 1 and "not shown" in RangeRows(rows).picture("r", 760)[0]


def test_a_suppressed_part_hides_the_whole_stack() -> None:
    hidden = StackedRows([StackRow("x", [StackPart(7, "now"), StackPart(SUPPRESSED, "bad")], "")])
    assert marks(hidden.html("s"), "seg") == [] and len(marks(hidden.html("s"), "mark-hatch")) == 1
    parts = StackedRows([StackRow("x", [StackPart(6, "now"), StackPart(0, "warn"), StackPart(2, "bad")], "")])
    assert [share(mark["width"]) for mark in marks(parts.html("s"), "seg")] == [0.75, 0.25]


def test_zero_is_a_mark_and_the_unknown_is_none() -> None:
    zero, unknown = ColumnChart([0], plain).html("c"), ColumnChart([None], plain).html("c")
    assert len(marks(zero, "mark-now")) == 1 and marks(unknown, "mark-now") == []
    with translation.override("en"):
        assert [value_text(value) for value in (0, None, SUPPRESSED)] == ["0", "–", "not shown"]


@given(st.lists(values, min_size=1, max_size=6))
def test_small_multiples_have_one_scale(series: list[list[object]]) -> None:
    cells = [MultipleCell("x", "", ColumnChart(counts, plain)) for counts in series]  # type: ignore[arg-type]
    shared = SmallMultiples(cells)
    assert len({cell.columns.scale.high for cell in shared.scaled_cells}) == 1
    most = max((float(value) for counts in series for value in counts if isinstance(value, int | float)), default=0)
    assert shared.scaled_cells[0].columns.scale.high >= most
    own = SmallMultiples(cells, is_shared=False)
    assert [cell.columns.scale for cell in own.scaled_cells] == [cell.columns.scale for cell in cells]


@given(st.lists(numbers, min_size=1, max_size=12), st.booleans())
def test_a_scale_covers_its_values_with_few_round_steps(counts: list[float], from_zero: bool) -> None:
    scale = scale_of(counts, from_zero=from_zero)
    assert scale.low <= min(counts) + 1e-6 and scale.high >= max(counts) - 1e-6 and scale.low < scale.high
    assert 2 <= len(scale.ticks) <= 7 and (not from_zero or scale.low == 0)
    assert all(0 <= scale.position(value) <= 1 for value in counts)


def line_chart(now: list[object], **more: object) -> LineChart:
    labels = [str(place) for place in range(len(now))]
    return LineChart(labels, ChartLine("2026", now), plain, **more)  # type: ignore[arg-type]


def test_a_line_breaks_where_a_value_is_missing() -> None:
    assert runs_of([1, None, 3, 4, SUPPRESSED, 0]) == [[(0, 1.0)], [(2, 3.0), (3, 4.0)], [(5, 0.0)]]
    drawn = line_chart([1, None, 3, 4, SUPPRESSED, 0]).html("l")
    assert len(marks(drawn, "line-now")) == 3 and len(marks(drawn, "mark-hatch")) == 1
    assert len(marks(drawn, "dot-now")) == 2, "single points have marks, as the last point has"


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_what_lies_beside_a_suppressed_month_does_not_move_its_mark(before: int, after: int) -> None:
    hatch = marks(line_chart([before, SUPPRESSED, after]).html("l"), "mark-hatch")
    assert hatch == marks(line_chart([1, SUPPRESSED, 1]).html("l"), "mark-hatch")


def test_a_line_that_does_not_start_at_zero_has_no_area() -> None:
    assert marks(line_chart([91, 95], from_zero=False).html("l"), "mark-area") == []
    assert len(marks(line_chart([91, 95]).html("l"), "mark-area")) == 1


@given(st.lists(st.integers(0, 100), min_size=2, max_size=2), st.integers(0, 100))
def test_labels_at_the_ends_never_touch(ends: list[int], target: int) -> None:
    chart = line_chart([50, ends[0]], before=ChartLine("2025", [50, ends[1]]), target=TargetLine("target", target))
    heights = sorted(float(mark["y"]) for mark in marks(chart.html("l"), "end-label"))
    assert len(heights) == 3
    assert all(later - earlier >= LABEL_GAP - 0.02 for earlier, later in pairwise(heights))
    assert heights[-1] <= chart.height + 0.02


def test_a_note_links_to_its_reason() -> None:
    drawn = line_chart([1, 2, 3], notes=[PointNote(2, "revised", "/why")]).html("l")
    assert '<a href="/why">' in drawn and 'role="group"' in drawn and 'text-anchor="end"' in drawn


def test_the_line_of_a_note_ends_above_both_lines() -> None:
    for now, before in (([1, 9], [5, 5]), ([5, 5], [1, 9])):
        chart = line_chart(now, before=ChartLine("2025", before), notes=[PointNote(1, "holiday")])
        (line,) = marks(chart.html("l"), "note-line")
        assert 0 <= float(line["y2"]) < min(chart._y(9), chart._y(5))


def test_a_tint_stays_under_a_small_line_unless_it_falls_to_zero() -> None:
    assert SparkLine([2, 4], floor=0.5)._range.low == 1
    assert SparkLine([0, 4], floor=0.5)._range.low == pytest.approx(-0.4)


def test_a_column_s_value_touches_neither_its_column_nor_the_tick_of_the_year_before() -> None:
    chart = ColumnChart([50, 90, 48], plain, [55, 40, 90], ["a", "b", "c"], height=200, is_large=True)
    labels = re.findall(r'<text x="[^"]+" y="([^"]+)"[^>]* class="mark-value">(\d+)<', chart.html("c"))
    feet = {value: float(y) for y, value in labels}
    heights = {number: 200 * (1 - chart.scale.position(number)) for number in (50, 90, 48, 55)}
    assert feet["50"] < heights[55], "the tick stands close above the column, so the value stands above both"
    assert feet["90"] < heights[90] and feet["48"] < heights[48]


def test_only_the_first_the_highest_and_the_last_column_have_their_value() -> None:
    chart = ColumnChart([None, 30, 40, 90, 50, 20], plain, is_large=True)
    assert re.findall(r'class="mark-value">(\d+)<', chart.html("c")) == ["30", "90", "20"]
    assert "mark-value" not in ColumnChart([SUPPRESSED, None], plain, is_large=True).html("c")


def drawings() -> list[object]:
    return [
        line_chart([1, SUPPRESSED, 3], before=ChartLine("2025", [2, 2, 2]), target=TargetLine("t", 2)),
        SparkLine([1, 2, None, 4], [1, 1, 1, 1], 3, words="x"),
        ColumnChart([1, SUPPRESSED, 0], plain, [2, 2], ["a", "b", "c"], is_large=True),
        SmallMultiples([MultipleCell("a & b", "3", ColumnChart([1, 2], plain), "/a", PlanBar(0.5, "50 %", 0.8))]),
        BarRows([BarRow("Xã <Mai>", 3, "3", "30 %", "/x"), BarRow("y", SUPPRESSED, "not shown")], target=2),
        BarRows([BarRow("z", 80, "80 %", "4/5", is_light=True)], Scale(0, 100, ()), 60, texts_at_end=True),
        NumberCells([NumberCell("48", "tips & letters", "/t"), NumberCell("3", "surveys")]),
        StackedRows([StackRow("s", [StackPart(1, "now"), StackPart(2, "rest")], "one and two", "3")]),
        RangeRows([RangeRow("r", 3, 6, "half in 3 days", 5, "95 %", is_low=True)], "days", "on time"),
        DotRows([DotRow("d", 4.1, 0.1, "4.1", "4.1 of 5")], Scale(1, 5, (1, 3, 5)), "points"),
        DivergingRows([DivergingRow("v", 3, SUPPRESSED, "3 departed")], plain, ("departed", "arrived")),
        HeatGrid([("high", [HeatCell(9, "/h"), HeatCell(0), HeatCell(SUPPRESSED)])], ["1", "2", "3"], plain),
    ]


@pytest.mark.parametrize("number", range(len(drawings())))
def test_every_drawing_is_well_formed_without_styles_on_the_page_and_without_classes_in_a_file(number: int) -> None:
    figure = ChartFigure("key", "A & B", "unit", "The main point", drawings()[number], keys=[ChartKey("was", "2025")])  # type: ignore[arg-type]
    page = figure.drawing.html("key")
    parsed(page)
    assert "style=" not in page and "<script" not in page
    identifiers = re.findall(r' id="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers)), "patterns of one page have different ids"
    used = set(re.findall(r"url\(#([^)]+)\)", page))
    assert used <= set(identifiers)
    file = figure.picture("Published on 20/11/2026")
    ElementTree.fromstring(file)
    assert "class=" not in file and "The main point" in file and "Published on 20/11/2026" in file


def test_texts_are_escaped() -> None:
    hostile = '"><script>alert(1)</script>'
    cell = MultipleCell(hostile, hostile, ColumnChart([1], plain, words=hostile), note=hostile)
    page = BarRows([BarRow(hostile, 1, hostile, hostile, "/x")]).html("b") + Delta(hostile, True, hostile).html()
    page += SmallMultiples([cell]).html("m")
    assert "<script" not in page


def test_heat_has_five_steps() -> None:
    grid = HeatGrid([("x", [HeatCell(value) for value in (0, 1, 50, 100)])], list("abcd"), plain)
    assert [grid.step(value) for value in (0, 1, 100, SUPPRESSED, None)] == [
        "heat-0", "heat-1", "heat-5", "heat-hidden", "heat-0",
    ]  # fmt: skip


def test_a_change_is_coloured_only_where_it_is_better_or_worse() -> None:
    with translation.override("en"):
        neutral = delta_of(change(110, 100))
        better = delta_of(change(90, 100), is_better=True, note="from 2025")
    assert neutral and better and delta_of(change(5, 5)) is None and delta_of(None) is None
    assert (
        "delta-good" not in neutral.html() and "10\N{NO-BREAK SPACE}%" in neutral.html() and "more:" in neutral.html()
    )
    assert "delta-good" in better.html() and "less:" in better.html() and "from 2025" in better.html()


def test_a_figure_has_a_caption_table_and_files() -> None:
    table = ChartTable(["Month", "Stays"], [["01/2026", "12"]])
    figure = ChartFigure(
        "stays", "Stays", "by month", "Most in May", line_chart([1, 2]), "What we count", table, "/a.csv", "/a.svg"
    )
    page = Template("{% load charts %}{% chart figure 2 %}").render(Context({"figure": figure}))
    for part in ('<h2 id="stays-title">Stays</h2>', "Most in May", "What we count", "01/2026", "/a.csv", "/a.svg"):
        assert part in page
