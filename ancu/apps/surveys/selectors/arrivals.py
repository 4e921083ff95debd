"""When and by which channel responses came, as far as a closed survey's figures may be shown."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from ancu.apps.surveys.enums import ResponseSource, ResponseState
from ancu.apps.surveys.models import Survey, SurveyResponse
from ancu.core.security.disclosure_control import Unshowable, suppressed, table_lines, with_sums

Figures = tuple[int | None, ...]


@dataclass(frozen=True)
class ResponseCounts:
    """Responses by month and channel, with sums; None where a figure is suppressed."""

    ways: tuple[str, ...]
    months: tuple[tuple[date, Figures], ...]
    sums: Figures

    def lines(self) -> list[tuple[date | None, list[tuple[str, int | None]]]]:
        """Return the table's rows: the month, and (label, count) for each method of answering and the total.

        The last row has the sums and None as month. A suppressed count is None.
        """
        labels = (*self.ways, _("In total"))
        return [
            (month, list(zip(labels, figures, strict=True))) for month, figures in (*self.months, (None, self.sums))
        ]


def response_counts(survey: Survey) -> ResponseCounts | None:
    """Return the numbers of complete responses by month and method (web, paper and so on), small ones suppressed.

    None without responses, and if no such table can be shown without revealing few people.
    """
    complete = SurveyResponse.objects.filter(survey=survey, state=ResponseState.COMPLETE, submitted_on__isnull=False)
    grouped = complete.annotate(month=TruncMonth("submitted_on")).order_by().values_list("month", "source")
    counts = {(month, source): number for month, source, number in grouped.annotate(number=Count("pk"))}
    if not counts:
        return None
    months = sorted({month for month, _source in counts})
    sources = {source for _month, source in counts}
    ways = [way for way in ResponseSource if way in sources]
    values = with_sums([[counts.get((month, way), 0) for way in ways] for month in months])
    try:
        hidden = suppressed(values, table_lines(len(months), len(ways)), fixed=[len(values) - 1])
    except Unshowable:
        return None
    visible_values = [None if place in hidden else value for place, value in enumerate(values)]
    width = len(ways) + 1
    rows = [tuple(visible_values[place : place + width]) for place in range(0, len(visible_values), width)]
    return ResponseCounts(tuple(str(way.label) for way in ways), tuple(zip(months, rows, strict=False)), rows[-1])
