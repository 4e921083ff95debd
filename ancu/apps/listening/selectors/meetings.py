"""Meetings for the public and for officers, with their items and attendees."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ancu.apps.listening.enums import PUBLIC_STATES, MeetingLevel, MeetingState, PetitionOutcome, PetitionState
from ancu.apps.listening.models import Attendee, Meeting, Petition, PetitionAnswer
from ancu.apps.listening.rules import is_about, may_read_confidential
from ancu.apps.listening.rules import meetings as rules
from ancu.apps.listening.selectors import own_units
from ancu.apps.listening.selectors import visible_to as visible_petitions
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import fold, in_force, units_in
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.name_order import name_order
from ancu.core.db.pagination import PAGE
from ancu.core.documents.reference_numbers import normalise_number
from ancu.core.errors import require
from ancu.core.security.tokens import digest_of
from ancu.engines import telephone

SEATS = 100
NOT_HERE = datetime.min.replace(tzinfo=UTC)


# --- for everybody --------------------------------------------------------------------------------------


def public_meetings() -> QuerySet[Meeting]:
    """Return the meetings with citizens that the public may see: all that were announced."""
    return Meeting.objects.filter(state__in=PUBLIC_STATES).select_related("agency", "unit")


def get_public_meeting(pk: int) -> Meeting:
    """Return a meeting that the public may see, or 404."""
    return get_object_or_404(public_meetings().annotate(taken=Count("attendees")), pk=pk)


def next_public_meeting() -> Meeting | None:
    """Return the coming meeting that begins first; None if none is planned."""
    coming = public_meetings().filter(ends_at__gte=clock.now())
    return coming.order_by("starts_at", "pk").first()


def ticket_path(meeting: Meeting, code: str) -> str:
    """Return the URL path of an attendee's ticket, which contains the ticket's secret code."""
    return reverse("listening:ticket", args=[meeting.pk, code])


def arrival_path(meeting: Meeting, code: str) -> str:
    """Return the path in the ticket's QR code, which an officer's phone opens at the entrance."""
    return reverse("listening:arrive", args=[meeting.pk, code])


def find_attendee(pk: int, code: str) -> Attendee | None:
    """Return the meeting's attendee who has this ticket code; None if there is none."""
    ticket_number = normalise_number(code)
    attendees = Attendee.objects.select_related("meeting__unit", "meeting__agency").filter(meeting_id=pk)
    return attendees.filter(digest=digest_of(ticket_number)).first() if ticket_number else None


# --- for the office -------------------------------------------------------------------------------------


def visible_to(actor: Actor) -> QuerySet[Meeting]:
    """Return all announced meetings and the plans of the actor's agency; for the office all meetings."""
    meetings = Meeting.objects.select_related("agency__parent", "unit")
    if not rules.reads_meetings(actor):
        return meetings.none()
    return (
        meetings
        if actor.is_office
        else meetings.filter(Q(agency_id=actor.organisation_id) | Q(state__in=PUBLIC_STATES))
    )


def require_reader(actor: Actor) -> None:
    """Raise 403 for a member of an agency who may not read meetings, 404 for others."""
    if not actor.is_agency:
        raise Http404
    require(rules.reads_meetings(actor))


def get_meeting(actor: Actor, pk: int) -> Meeting:
    """Return a meeting that the actor may read; 404 otherwise, 403 for members of an agency without the right."""
    require_reader(actor)
    return get_object_or_404(visible_to(actor), pk=pk)


def lock_meeting(actor: Actor, pk: int) -> Meeting:
    """Return a meeting that the actor may read (``get_meeting``), locked until the transaction ends."""
    require_reader(actor)
    return get_object_or_404(visible_to(actor).select_for_update(of=("self",)), pk=pk)


def editable_values(meeting: Meeting) -> dict[str, Any]:
    """Return the meeting's values that its form shows and changes, by field name."""
    begins, ends = clock.local(meeting.starts_at), clock.local(meeting.ends_at)
    names = ("theme", "level", "station", "venue", "quota", "agenda", "survey")
    return {name: getattr(meeting, name) for name in names} | {
        "unit": str(meeting.unit_id), "day": begins.date(), "begins": begins.time(), "ends": ends.time(),
    }  # fmt: skip


def with_counts(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Annotate the meetings with the numbers of seats given (``taken``), attendees (``came``) and ``items``.

    An item is a petition raised at the meeting.
    """
    return meetings.annotate(
        taken=Count("attendees", distinct=True), came=Count("attendees__attended_at", distinct=True),
        items=Count("petitions", distinct=True),
    )  # fmt: skip


@dataclass(frozen=True)
class MeetingMonth:
    """One month as a calendar: weeks of seven days, each with its meetings."""

    first: date
    weeks: Sequence[Sequence[tuple[date, Sequence[Meeting]]]]
    total: int

    @property
    def before(self) -> date:
        """The first day of the month before the one shown."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        """The first day of the month after the one shown."""
        return (self.first + timedelta(days=32)).replace(day=1)


def calendar_month(actor: Actor, first: date) -> MeetingMonth:
    """Return a month's meetings by day, in full weeks from Monday, filled up with days of other months."""
    require_reader(actor)
    start = first - timedelta(days=first.weekday())
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    days = (last - start).days + 1
    weeks = -(-days // 7)
    begin = datetime.combine(start, time.min, clock.VIETNAM)
    meetings = with_counts(visible_to(actor)).filter(starts_at__gte=begin, starts_at__lt=begin + timedelta(weeks=weeks))
    by_day: dict[date, list[Meeting]] = {}
    for meeting in meetings.order_by("starts_at", "pk"):
        by_day.setdefault(clock.local(meeting.starts_at).date(), []).append(meeting)
    every = [start + timedelta(days=number) for number in range(weeks * 7)]
    rows = [[(day, by_day.get(day, [])) for day in every[week * 7 : week * 7 + 7]] for week in range(weeks)]
    inside = sum(len(meetings_of_day) for day, meetings_of_day in by_day.items() if day.month == first.month)
    return MeetingMonth(first, rows, inside)


def meetings_to_do(actor: Actor) -> list[Meeting]:
    """Return the meetings that an officer must still announce, hold or close, the earliest first.

    Those of the actor's agency; for the office those of all agencies.
    """
    states = (MeetingState.PLANNED, MeetingState.OPEN, MeetingState.CONCLUDED)
    own = visible_to(actor).filter(state__in=states)
    own = own if actor.is_office else own.filter(agency_id=actor.organisation_id)
    return list(own.order_by("starts_at", "pk")[:PAGE])


def open_meetings(actor: Actor) -> list[Meeting]:
    """Return the open or just ended meetings at which the actor may record, for the actor's phone to store."""
    meetings = (
        visible_to(actor).filter(state__in=(MeetingState.OPEN, MeetingState.CONCLUDED)).order_by("starts_at", "pk")
    )
    return [meeting for meeting in meetings[:PAGE] if rules.may_record_attendance(actor, meeting)]


def survey_slug(meeting: Meeting) -> str:
    """Return the slug in the URL of the meeting's survey; "" without a survey of this site."""
    match = re.match(r"^/s/([A-Za-z0-9_-]{1,20})/", meeting.survey)
    return match[1] if match else ""


@dataclass(frozen=True)
class AttendeeList:
    """Attendees shown on a page; ``found`` is the number that matched the search, ``total`` and ``came`` count all."""

    rows: Sequence[Attendee]
    matching: int
    total: int
    came: int


def attendee_list(meeting: Meeting, words: str = "") -> AttendeeList:
    """Return the meeting's attendees, those who have not arrived first.

    ``words`` are part of a name or a phone number. A meeting's list is short, so Python filters it.
    """
    attendees = meeting.attendees.order_by("pk")
    listed = sorted(attendees, key=lambda attendee: (attendee.attended_at or NOT_HERE, name_order(attendee.name)))
    search_words = fold(words).split()
    matching = [
        attendee
        for attendee in listed
        if all(word in f"{fold(attendee.name)} {telephone.digits(attendee.phone)}" for word in search_words)
    ]
    return AttendeeList(
        matching[:SEATS], len(matching), len(listed), sum(attendee.attended_at is not None for attendee in listed)
    )


def promises_to_approve() -> QuerySet[PetitionAnswer]:
    """Return the drafted promises to petitioners that wait for another officer's approval."""
    return PetitionAnswer.objects.filter(
        outcome=PetitionOutcome.PROMISED, approved_at__isnull=True, returned_at__isnull=True
    )


def items_in_minutes(meeting: Meeting) -> QuerySet[Petition]:
    """Return the petitions in the meeting's minutes, in the order they were raised.

    ``promise_pending`` is set if a promise awaits another officer's approval.
    """
    drafts = promises_to_approve().filter(petition=OuterRef("pk"))
    petitions: QuerySet[Petition] = meeting.items_in_minutes.select_related("unit", "promise", "about")
    return petitions.annotate(promise_pending=Exists(drafts)).order_by("id")


def items(actor: Actor, meeting: Meeting) -> list[Petition]:
    """Return the petitions raised at the meeting, in order, that the actor may read.

    Those about the reader, the reader's units or the host are left out. Complaints and denunciations are listed only
    for readers who may handle them.
    """
    petitions = items_in_minutes(meeting).exclude(about_id__in=own_units(actor))
    may_read_closed = may_read_confidential(actor)
    return [
        item
        for item in petitions
        if not rules.is_about_host(meeting, item)
        and not is_about(actor, item)
        and (may_read_closed or not item.closed_matter)
    ]


def count_pending_promises(petitions: Sequence[Any]) -> int:
    """Return how many of these petitions have a promise that awaits another officer's approval."""
    return sum(petition.promise_pending for petition in petitions)


def openable_numbers(actor: Actor, petitions: Sequence[Petition]) -> set[str]:
    """Return the numbers of those petitions whose page the actor may open."""
    numbers = [petition.number for petition in petitions]
    return set(visible_petitions(actor).filter(number__in=numbers).values_list("number", flat=True))


def count_unowned(meeting: Meeting) -> int:
    """Return how many petitions raised at the meeting have no unit that owes an answer yet."""
    received = meeting.petitions.filter(state=PetitionState.RECEIVED).select_related("about")
    return sum(rules.waits_for_owner(meeting, item) for item in received)


def units_to_choose(actor: Actor) -> list[AdministrativeUnit]:
    """Return today's units of the actor's area, the province first."""
    return units_in(actor.area, clock.today())


# --- where --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitMeetings:
    """One unit and how many meetings its people had."""

    unit: AdministrativeUnit
    number: int
    last: datetime | None


@dataclass(frozen=True)
class MeetingsOverview:
    """``districts`` as they were until 2025; ``communes`` of today with some; ``none`` of today with none.

    ``elsewhere``: the number of meetings that count for no district.
    """

    since: date
    total: int
    by_level: Sequence[tuple[Any, int]]
    districts: Sequence[UnitMeetings]
    elsewhere: int
    communes: Sequence[UnitMeetings]
    none: Sequence[AdministrativeUnit]


def overview(actor: Actor, since: date) -> MeetingsOverview:
    """Return how often each unit of the area held meetings since a day, and which of today's communes had none.

    A meeting in a ward counts for the district that the ward lies or lay in; one in a district counts for the
    district alone.
    """
    require_reader(actor)
    meetings = visible_to(actor).filter(
        state__in=(MeetingState.OPEN, MeetingState.CONCLUDED, MeetingState.CLOSED),
        starts_at__gte=datetime.combine(since, time.min, clock.VIETNAM),
    )
    rows = list(meetings.values_list("unit_id", "level", "starts_at"))
    units = _units_of_area(actor, {unit_id for unit_id, _level, _starts in rows})
    by_unit: dict[int, list[datetime]] = {}
    elsewhere = 0
    for unit_id, _level, starts in rows:
        places = _counted_for(units, unit_id)
        elsewhere += not any(units[place].kind in DISTRICTS for place in places)
        for place in places:
            by_unit.setdefault(place, []).append(starts)
    unit_meetings = [
        UnitMeetings(unit, len(by_unit.get(pk, [])), max(by_unit.get(pk, []), default=None))
        for pk, unit in units.items()
    ]
    not_communes = DISTRICTS | {"province"}
    today = [row for row in unit_meetings if row.unit.kind not in not_communes and row.unit.valid_until is None]
    return MeetingsOverview(
        since=since,
        total=len(rows),
        by_level=[(level.label, sum(row[1] == level for row in rows)) for level in MeetingLevel],
        districts=sorted((row for row in unit_meetings if row.unit.kind in DISTRICTS), key=lambda row: row.unit.code),
        elsewhere=elsewhere,
        communes=sorted((row for row in today if row.number), key=lambda row: (-row.number, row.unit.name)),
        none=sorted((row.unit for row in today if not row.number), key=lambda unit: unit.name),
    )


DISTRICTS = frozenset({"district", "city"})


def _units_of_area(actor: Actor, met_in: set[int]) -> dict[int, AdministrativeUnit]:
    """Return the units of the actor's area at all times, by id.

    Of today's communes only those that grew from a unit of the old province or had a meeting (``met_in``).
    """
    units = AdministrativeUnit.objects.filter(pk__in=actor.area).annotate(old=Count("predecessors"))
    today = set(in_force(clock.today()).filter(pk__in=actor.area).values_list("pk", flat=True))
    return {
        unit.pk: unit
        for unit in units
        if unit.pk not in today or unit.old or unit.pk in met_in or unit.kind == "province"
    }


def _counted_for(units: dict[int, AdministrativeUnit], unit_id: int) -> set[int]:
    """Return the ids of the administrative units for which a meeting in this unit counts.

    These are the unit, the districts it lies in or grew from, and today's unit in its place.
    """
    unit = units.get(unit_id)
    if unit is None:
        return set()
    unit_ids = {unit.pk}
    if unit.parent_id in units:
        unit_ids.add(unit.parent_id)
    if unit.successor_id in units and unit.kind not in DISTRICTS:
        unit_ids.add(unit.successor_id)
    unit_ids |= {old.parent_id for old in units.values() if old.successor_id == unit_id and old.parent_id in units}
    return unit_ids
