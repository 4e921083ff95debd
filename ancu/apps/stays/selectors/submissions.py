"""Acts of declaring as the office reads them: who declared, how, how late."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Max, QuerySet

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.stays.selectors import submissions_visible_to
from ancu.apps.stays.selectors.area import AgencyArea, area_of, require_area, scope_of
from ancu.apps.stays.selectors.guests import COLUMNS, GuestFilter, ListedStay, at_places, lodging_in_area, lodgings_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require

PAGE = 50


@dataclass
class SubmissionPage:
    """``before`` and ``after`` are the ids to go on from, None at either end."""

    submissions: list[Submission]
    before: int | None
    after: int | None


def submissions(
    actor: Actor, guest_filter: GuestFilter, area: AgencyArea | None = None, *, channel: str = ""
) -> QuerySet[Submission]:
    """Return the submissions of the actor's area that match the filter, newest first.

    The filter's days are those of receipt; ``channel`` is how they were declared. 404 for a unit or lodging outside
    the area.
    """
    require_area(actor)
    require(may_see_guests(actor))
    submissions = submissions_visible_to(actor)
    scope = None
    if guest_filter.unit is not None:
        area = area or area_of(actor)
        scope = scope_of(actor, area, area.get(guest_filter.unit))
    lodgings = lodgings_of(actor, guest_filter, scope)
    submissions = at_places(submissions, lodgings, scope)
    if channel:
        submissions = submissions.filter(channel=channel)
    if guest_filter.late:
        submissions = submissions.filter(late_count__gt=0)
    if guest_filter.since:
        submissions = submissions.filter(received_at__gte=datetime.combine(guest_filter.since, time.min, clock.VIETNAM))
    if guest_filter.until:
        end = datetime.combine(guest_filter.until, time.min, clock.VIETNAM) + timedelta(days=1)
        submissions = submissions.filter(received_at__lt=end)
    return submissions.select_related("establishment__unit").order_by("-id")


def submission_page(
    submissions: QuerySet[Submission], *, after: int | None = None, before: int | None = None
) -> SubmissionPage:
    """Return a page of submissions, newest first, below the id ``after`` or above ``before``.

    Each has the greatest lateness of its declarations as ``minutes_late``.
    """
    if before is not None:
        rows = list(submissions.filter(id__gt=before).order_by("id")[: PAGE + 1])
        more, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        page = SubmissionPage(rows, rows[0].pk if more else None, rows[-1].pk if rows else None)
    else:
        rows = list((submissions.filter(id__lt=after) if after is not None else submissions)[: PAGE + 1])
        more, rows = len(rows) > PAGE, rows[:PAGE]
        page = SubmissionPage(rows, rows[0].pk if after is not None and rows else None, rows[-1].pk if more else None)
    _note_lateness(page.submissions)
    return page


def _note_lateness(rows: list[Submission]) -> None:
    """Set ``minutes_late`` of each submission to the greatest lateness of its declarations; 0 if none is late."""
    late = [row.pk for row in rows if row.late_count]
    worst = Stay.objects.filter(submission_id__in=late).values_list("submission_id").annotate(Max("minutes_late"))
    minutes = dict(worst.order_by()) if late else {}
    for row in rows:
        row.minutes_late = minutes.get(row.pk, 0)  # type: ignore[attr-defined]


def get_submission(
    actor: Actor, submission_id: int, *, after: int = 0
) -> tuple[Submission, list[ListedStay], int | None]:
    """Return a submission, the stays after a position, and the ``after`` of the next page, None at the end.

    404 outside the actor's area.
    """
    require_area(actor)
    require(may_see_guests(actor))
    visible = submissions_visible_to(actor).select_related("establishment__unit")
    submission = visible.filter(pk=submission_id).first()
    if submission is None:
        raise Http404
    stays = submission.stays.filter(position__gt=after).order_by("position")
    rows = list(stays.values_list("position", *COLUMNS)[: PAGE + 1])
    page = rows[:PAGE]
    return submission, [ListedStay(*row[1:]) for row in page], page[-1][0] if len(rows) > PAGE else None


def lodging_submissions(actor: Actor, establishment_id: int) -> tuple[Establishment, SubmissionPage]:
    """Return a lodging of the actor's area and the first page of its submissions, newest first."""
    lodging_submissions = submissions(actor, GuestFilter(lodging=establishment_id))
    return lodging_in_area(actor, establishment_id), submission_page(lodging_submissions)
