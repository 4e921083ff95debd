"""The chart of promises by unit, drawn from the rounded counts that its table shows."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ancu.apps.listening.selectors.promises import PromiseRow
from ancu.core.charts import SUPPRESSED, ChartFigure, ChartKey, StackedRows, StackPart, StackRow
from ancu.core.templatetags.charts import value_text
from ancu.core.templatetags.ui import number


def promises_figure(rows: Sequence[PromiseRow]) -> ChartFigure | None:
    """Return each unit's promises by outcome; None without units."""
    if not rows:
        return None
    stacks = [_stack(row) for row in rows]
    keys = [
        ChartKey("now", _("kept in time")),
        ChartKey("rest", _("kept late, not kept, or not due yet")),
    ]
    if any(part.value is SUPPRESSED for stack in stacks for part in stack.parts):
        keys.append(ChartKey("hatch", _("outcome not shown")))
    return ChartFigure(
        "promises",
        _("Promises kept in time, by unit"),
        _("Number of promises on one scale, rounded to fives"),
        "; ".join(f"{row.label}: {row.words}" for row in stacks),
        StackedRows(stacks, is_share=False),
        keys=keys,
    )


def _stack(row: PromiseRow) -> StackRow:
    """Return a unit's row: its promises kept in time, and the rest of its promises."""
    label = row.unit or _("Units with fewer than five promises, together")
    if row.promised is None or row.in_time is None:
        text = value_text(SUPPRESSED)
        return StackRow(label, [StackPart(SUPPRESSED, "rest")], text, text)
    parts = [StackPart(row.in_time, "now"), StackPart(max(0, row.promised - row.in_time), "rest")]
    values = {"kept": number(row.in_time), "all": number(row.promised)}
    return StackRow(label, parts, _("%(kept)s of %(all)s kept in time") % values, f"{values['kept']}/{values['all']}")
