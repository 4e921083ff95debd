"""The chart of a survey's means: its scale questions from one to five, each with its error."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.surveys.enums import QuestionKind
from ancu.apps.surveys.selectors.results import ItemResult
from ancu.core.charts import ChartFigure, ChartTable, DotRow, DotRows, Scale
from ancu.core.templatetags.ui import number

FIVE = range(1, 6)


def means_figure(results: Sequence[ItemResult]) -> ChartFigure | None:
    """Return the means of the scale questions, the highest first; None if no mean is shown.

    A mean is shown only where no step of its scale is suppressed.
    """
    means = [(result, result.mean) for result in results if result.mean and _is_from_one_to_five(result)]
    if not means:
        return None
    dots = [_dot(result, *mean) for result, mean in sorted(means, key=lambda pair: -pair[1][0])]
    has_error = any(dot.error for dot in dots)
    table = ChartTable(
        [pgettext("survey", "Question"), _("Mean"), _("Margin")],
        [[dot.label, dot.text, _margin(dot.error)] for dot in dots],
    )
    unit = _("Points from 1 to 5; the line is the margin of error (95 %)") if has_error else _("Points from 1 to 5")
    return ChartFigure(
        "means", _("Average scores"), unit, "; ".join(dot.words for dot in dots),
        DotRows(dots, Scale(1, 5, (1, 3, 5)), _("points")), table=table,
    )  # fmt: skip


def _is_from_one_to_five(result: ItemResult) -> bool:
    """Whether the question is a scale from one to five."""
    question = result.item.question
    return question.kind == QuestionKind.SCALE and question.steps == FIVE


def _dot(result: ItemResult, mean: float, error: float | None) -> DotRow:
    """Return a question's row."""
    text, label = number(mean, 1), str(result.item.label)
    words = f"{label}: {text} ± {number(error, 1)}" if error else f"{label}: {text}"
    return DotRow(label, mean, error, text, words)


def _margin(error: float | None) -> str:
    """Return the margin of error as text; a dash without one."""
    return f"± {number(error, 2)}" if error else "–"
