"""Why dossiers were late: a part of the chart of days."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.dossiers.selectors.lateness import late_causes
from ancu.core.charts import ChartKey, DrawingPart, StackedRows, StackPart, StackRow
from ancu.core.templatetags.ui import counted, number


def late_part() -> DrawingPart | None:
    """Return the late dossiers of the last twelve months by cause, in a single bar; None if a cause is hidden."""
    causes = late_causes()
    if causes is None:
        return None
    parts = [
        (causes.own, "now", pgettext("cause", "our own delay")),
        (causes.opinion, "deep", pgettext("cause", "opinion of another unit")),
        (causes.repeated, "light", pgettext("cause", "assessed again")),
    ]
    total = sum(size for size, _tone, _name in parts)
    title = counted("About %(n)s dossier late, and why", "About %(n)s dossiers late, and why", total)
    keys = [ChartKey(tone, f"{name} {number(size)}") for size, tone, name in parts]
    words = f"{title}: {', '.join(key.text for key in keys)}"
    bar = StackedRows([StackRow("", [StackPart(size, tone) for size, tone, _name in parts], words)])
    return DrawingPart(bar, title, keys)


def late_definition() -> str:
    """Return what the causes mean."""
    return _(
        "A late dossier counts once: as waiting for an opinion if another unit was asked for one, otherwise as "
        "assessed again if the approver returned it, otherwise as our own delay. The numbers are rounded to fives."
    )
