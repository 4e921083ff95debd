"""What stands beside a section's heading is computed from the published figures, and from nothing else."""

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.translation import override

from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults
from ancu.apps.reporting.views import section_messages as messages
from ancu.apps.reporting.views.key_figures import key_figures
from ancu.apps.reporting.views.live_charts import LiveCharts
from ancu.apps.reporting.views.result_charts import ChartLinks
from ancu.core.charts import (
    ChartFigure,
    DrawingPart,
    DrawingParts,
    RangeRow,
    RangeRows,
    SparkLine,
    StackedRows,
    StackPart,
    StackRow,
)

NO_BREAK = "\N{NO-BREAK SPACE}"


def entry(
    code: str, total: float | None, *, before: float | None = None, earlier: Sequence[float] = (), **more: Any
) -> YearIndicator:
    """Return an indicator of 2026 with this total; None is suppressed. ``earlier`` has the months of 2025."""
    content = {
        "code": code, "group": "stays", "direction": "up", "sums": "count", "months": [], "hidden": [], "total": total,
        "total_hidden": total is None, "plan": None, "revisions": [],
    }  # fmt: skip
    content |= {f"{name}_{language}": name for name in ("title", "measure", "definition") for language in ("vi", "en")}
    return YearIndicator(2026, content | more, earlier, before)


def results(*entries: YearIndicator, months: int = 10) -> YearResults:
    """Return a year with these indicators."""
    release: Any = SimpleNamespace(year=2026, number=1, made_at=date(2026, 11, 1))
    return YearResults(release, months, entries)


def plain_spaces(message: str) -> str:
    """Return the message with plain spaces."""
    return message.replace(NO_BREAK, " ")


def test_stays_are_compared_with_the_year_before_and_late_ones_with_their_target() -> None:
    late = entry("stays_late", 4.4, sums="share", direction="down", plan=5)
    year = results(entry("stays_declared", 8071, before=7965), late)
    with override("en"):
        assert plain_spaces(messages.stays_message(year)) == (
            "8,071 stays declared, 1.3 % more than in the same months of 2025; "
            "4.4 % declared late, which meets the target of 5 %."
        )
    with override("vi"):
        assert plain_spaces(messages.stays_message(year)) == (
            "8.071 lượt khai báo, nhiều hơn 1,3 % so với cùng kỳ 2025; khai chậm 4,4 %, đạt đích 5 %."
        )


def test_months_of_two_years_say_whether_it_is_better() -> None:
    months = {"months": [30, 20, 10], "hidden": [False] * 3}
    declared = entry("stays_declared", 60, before=50, earlier=[20, 10, 20], **months)
    late = entry("stays_late", 6, earlier=[31, 21, 11], sums="share", direction="down", plan=5, **months)
    with override("en"):
        assert plain_spaces(messages.stays_message(results(declared, late, months=3))) == (
            "More guests came than in 2025 in 2 of 3 months; a smaller share was declared late in all 3 months: "
            "6 %, above the target of 5 %."
        )
        gap = entry("stays_declared", 60, before=50, earlier=[20, 10], **months)
        assert messages.stays_message(results(gap, months=3)).startswith("60 stays declared"), "a month is missing"


def test_the_slowest_procedure_is_named_unless_several_are() -> None:
    rows = [RangeRow("Visa", 4, 9, ""), RangeRow("Extension of stay", 4, 11, "")]
    with override("en"):
        for drawing, words in (
            (RangeRows(rows), "Slowest: extension of stay."),
            (DrawingParts([DrawingPart(RangeRows(rows))]), "Slowest: extension of stay."),
            (RangeRows([rows[0], rows[0]]), ""),
        ):
            live = LiveCharts(durations=ChartFigure("d", "", "", "", drawing))
            assert messages.service_message(results(), live) == words


@pytest.mark.parametrize(("number", "words"), [(1, "1 stay declared."), (2, "2 stays declared.")])
def test_one_thing_is_one(number: int, words: str) -> None:
    with override("en"):
        assert messages.stays_message(results(entry("stays_declared", number))) == words


def test_a_suppressed_figure_says_nothing() -> None:
    with override("en"):
        assert messages.stays_message(results(entry("stays_declared", None))) == ""
        procedures = entry("dossiers_decided-visa", 40), entry("dossiers_decided-trc_individual", None)
        year = results(*procedures, entry("promises_kept", 91.0, sums="share", plan=95))
        assert plain_spaces(messages.service_message(year)) == "91 % decided on time, below the target of 95 %."


def test_cases_stand_beside_the_time_that_is_over() -> None:
    year = results(entry("cases_cleared", 464, before=580, plan=580))
    with override("en"):
        assert plain_spaces(messages.crime_message(year)) == (
            "464 criminal cases cleared, 20 % fewer than in the same months of 2025; "
            "behind schedule: 80 % of the year’s target when 83 % of the year is over."
        )
        ahead = messages.crime_message(results(entry("cases_cleared", 500, plan=580)))
        assert "on schedule: 86.2 %" in plain_spaces(ahead)
        months = {"months": [48] * 12, "hidden": [False] * 12}
        full_year = results(entry("cases_cleared", 576, before=480, plan=576, **months), months=12)
        assert plain_spaces(messages.crime_message(full_year)) == (
            "576 criminal cases cleared, 20 % more than in 2025; 100 % of the year’s target."
        )


def test_petitions_and_what_petitioners_confirmed() -> None:
    year = results(entry("petitions_received", 423), entry("petitions_settled", 79.4, sums="share"))
    with override("en"):
        words = "423 petitions received; petitioners confirmed 79.4 % as resolved."
        assert plain_spaces(messages.voice_message(year)) == words
        year = results(entry("petitions_settled", 79.4, sums="share", total_counts=[336, 423]))
        words = "Petitioners confirmed 336 of 423 as resolved."
        assert plain_spaces(messages.voice_message(year)) == words


@pytest.mark.parametrize(("unspent", "words"), [(81, "48"), (155, "0")])
def test_what_is_left_of_a_programme_is_not_spent(unspent: int, words: str) -> None:
    parts = [StackPart(155 - unspent, "light"), StackPart(unspent, "rest")]
    figure = ChartFigure("p", "", "", "", StackedRows([StackRow("", parts, "")]))
    with override("en"):
        words = f"{words} % of what the running programme received has been spent or handed over."
        assert plain_spaces(messages.help_message(LiveCharts(programme=figure))) == words
        assert messages.help_message(LiveCharts()) == ""


@pytest.mark.parametrize(("target", "tone"), [(5, "ok"), (3, "bad")])
def test_a_share_says_whether_it_meets_its_target(target: int, tone: str) -> None:
    months = {"months": [4.4, 4.4], "hidden": [False, False]}
    late = entry("stays_late", 4.4, before=4.0, sums="share", direction="down", plan=target, **months)
    with override("en"):
        (figure,) = key_figures(results(late), ChartLinks(2026))
    assert figure.delta is None and figure.tone == tone
    assert figure.note.endswith(": met") == (tone == "ok")


def test_a_share_with_months_is_a_line_also_without_a_target() -> None:
    months = {"months": [79.4, 80.1], "hidden": [False, False]}
    settled = entry("petitions_settled", 79.4, sums="share", total_counts=[336, 423], **months)
    with override("en"):
        (figure,) = key_figures(results(settled), ChartLinks(2026))
    assert isinstance(figure.drawing, SparkLine) and list(figure.drawing.now) == [79.4, 80.1]
    assert figure.note == "336 of 423" and figure.drawing.target is None


def test_a_share_without_months_is_drawn_as_its_parts_with_their_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ancu.apps.reporting.views.key_figures.earlier_totals", lambda _code, _year: [])
    months = {"months": [79.4, None], "hidden": [False, True]}
    settled = entry("petitions_settled", 79.4, sums="share", total_counts=[336, 423], **months)
    with override("en"):
        (figure,) = key_figures(results(settled), ChartLinks(2026))
        assert (figure.note, figure.tone, figure.ends) == ("336 of 423", "", "")
        assert [key.text for key in figure.part_names] == ["confirmed", "ended otherwise"]
        assert [key.text for key in figure.keys] == ["confirmed 336", "ended otherwise 87"]
    (bar,) = figure.drawing.stacks  # type: ignore[attr-defined]
    assert [round(part.value, 1) for part in bar.parts] == [79.4, 20.6]


def test_a_share_without_months_has_the_line_of_its_years_if_there_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    punctual = entry("promises_kept", 90.1, sums="share", plan=95, months=[None, None], hidden=[True, True])
    for earlier, values in (
        ([(2023, 88.0), (2024, None), (2025, 89.2), (2022, 87.0)], [88.0, None, 89.2, 87.0, 90.1]),
        ([(2024, 88.0), (2025, 89.2)], None),
    ):
        monkeypatch.setattr("ancu.apps.reporting.views.key_figures.earlier_totals", lambda _code, _year, e=earlier: e)
        with override("en"):
            (figure,) = key_figures(results(punctual), ChartLinks(2026))
        assert figure.is_split == (values is None)
        if isinstance(figure.drawing, SparkLine):
            assert (list(figure.drawing.now), figure.drawing.target, figure.ends) == (values, 95, "2023 – 2026")
