"""What stands beside a section's heading is computed from the published figures, and from nothing else."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.translation import override

from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults
from ancu.apps.reporting.views import section_messages as messages
from ancu.apps.reporting.views.live_charts import LiveCharts
from ancu.apps.reporting.views.result_charts import ChartLinks, key_figures
from ancu.core.charts import ChartFigure, StackedRows, StackPart, StackRow

NO_BREAK = "\N{NO-BREAK SPACE}"


def entry(code: str, total: float | None, *, before: float | None = None, **more: Any) -> YearIndicator:
    """Return an indicator of 2026 with this total; a total of None is suppressed."""
    content = {
        "code": code, "group": "stays", "direction": "up", "sums": "count", "months": [], "hidden": [], "total": total,
        "total_hidden": total is None, "plan": None, "revisions": [],
    }  # fmt: skip
    content |= {f"{name}_{language}": name for name in ("title", "measure", "definition") for language in ("vi", "en")}
    return YearIndicator(2026, content | more, (), before)


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
            "4.4 % declared late, within the target of 5 %."
        )
    with override("vi"):
        assert plain_spaces(messages.stays_message(year)) == (
            "8.071 lượt khai báo, nhiều hơn 1,3 % so với cùng kỳ 2025; 4,4 % khai chậm, trong đích 5 %."
        )


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
            "80 % of the year’s target when 83 % of the year is over."
        )
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


@pytest.mark.parametrize(("unspent", "words"), [(81, "48"), (155, "0")])
def test_what_is_left_of_a_programme_is_not_spent(unspent: int, words: str) -> None:
    parts = [StackPart(155 - unspent, "light"), StackPart(unspent, "rest")]
    figure = ChartFigure("p", "", "", "", StackedRows([StackRow("", parts, "")]))
    with override("en"):
        words = f"{words} % of what the running programme received has been spent or handed over."
        assert plain_spaces(messages.help_message(LiveCharts(programme=figure))) == words
        assert messages.help_message(LiveCharts()) == ""


@pytest.mark.parametrize(("target", "is_better"), [(5, None), (3, False)])
def test_a_worse_share_has_no_colour_while_it_meets_its_target(target: int, is_better: bool | None) -> None:
    months = {"months": [4.4, 4.4], "hidden": [False, False]}
    late = entry("stays_late", 4.4, before=4.0, sums="share", direction="down", plan=target, **months)
    with override("en"):
        (figure,) = key_figures(results(late), ChartLinks(2026))
    assert figure.delta is not None and figure.delta.is_better is is_better
