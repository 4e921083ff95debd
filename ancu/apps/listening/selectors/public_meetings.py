"""The public list of listening meetings: coming ones, and past ones by year and words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from ancu.apps.listening.models import Meeting
from ancu.apps.listening.selectors.meetings import public_meetings
from ancu.apps.places.selectors import find_communes
from ancu.core import clock
from ancu.core.db.pagination import PAGE, cursor_page


@dataclass(frozen=True)
class MeetingFilter:
    """A reader's choice: a year (None for all years), and words of the theme or of the commune's name."""

    year: int | None = None
    words: str = ""

    def apply(self, meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
        """Return the meetings of the year whose theme holds the words, or whose commune is called so."""
        if self.year:
            first, after = (clock.start_of(date(year, 1, 1)) for year in (self.year, self.year + 1))
            meetings = meetings.filter(starts_at__gte=first, starts_at__lt=after)
        if self.words:
            communes = [unit.pk for unit in find_communes(self.words, limit=None)]
            meetings = meetings.filter(Q(theme__icontains=self.words) | Q(unit__in=communes))
        return meetings


@dataclass(frozen=True)
class PublicMeetingPage:
    """``coming`` only on the first page; ``years`` are those with a past meeting, the latest first."""

    coming: Sequence[Meeting]
    past: Sequence[Meeting]
    years: Sequence[int]
    after: str


def public_page(meeting_filter: MeetingFilter, after: str = "") -> PublicMeetingPage:
    """Return the coming meetings, the next one first, and a page of past ones, the latest first; both filtered."""
    now = clock.now()
    past_meetings = public_meetings().filter(ends_at__lt=now)
    years = [clock.local(moment).year for moment in past_meetings.datetimes("starts_at", "year", order="DESC")]
    past = cursor_page(
        meeting_filter.apply(past_meetings).annotate(items=Count("petitions")), "-starts_at", "-pk", after=after
    )
    coming = public_meetings().filter(ends_at__gte=now).annotate(taken=Count("attendees")).order_by("starts_at", "pk")
    return PublicMeetingPage([] if after else list(meeting_filter.apply(coming)[:PAGE]), past.rows, years, past.after)
