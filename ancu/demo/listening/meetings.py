"""Meetings of the demo: in districts until they were abolished, then in wards and stations; and future ones."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.urls import reverse

from ancu.apps.files import services as files
from ancu.apps.listening.enums import AttendeeOrigin, MeetingLevel, MeetingState
from ancu.apps.listening.models import (
    Attendee,
    Meeting,
)
from ancu.apps.listening.services.minutes import minutes_pdf
from ancu.apps.places.enums import UnitKind
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.surveys.enums import SurveyState
from ancu.apps.surveys.models import SurveyChannel
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.documents.reference_numbers import new_number
from ancu.core.security.tokens import digest_of
from ancu.core.working_days import calendar
from ancu.demo.listening.cast import DAY, STATIONS, WARDS, ListeningCast, unassigned_phone, unit_named
from ancu.demo.listening.words import THEMES
from ancu.demo.names import make_vietnamese_name

MEETINGS = 42
FIRST_HOUR, LAST_HOUR = 8, 19
JOB = system("demo")


def hold_meetings(rng: Random, cast: ListeningCast) -> Iterator[Meeting]:
    """Yield invented past meetings with citizens, each on a working morning.

    They are held in districts until those were abolished, then in wards and stations.
    """
    districts = AdministrativeUnit.objects.filter(kind__in=(UnitKind.DISTRICT, UnitKind.CITY)).order_by("code")
    places: list[tuple[AdministrativeUnit, MeetingLevel, str]] = [
        (district, MeetingLevel.DISTRICT, "") for district in districts
    ]
    wards = [(unit, MeetingLevel.COMMUNE, "") for name in WARDS if (unit := unit_named(name))]
    stations = [(unit, MeetingLevel.STATION, name) for name, place in STATIONS if (unit := unit_named(place))]
    turns = [*(places[number % len(places)] for number in range(MEETINGS - 9)), *wards, *stations, *stations]
    number_of_districts = MEETINGS - 9
    for number, (unit, level, station) in enumerate(turns[:MEETINGS]):
        if level is MeetingLevel.DISTRICT:
            day = date(2024, 1, 16) + timedelta(days=12 * number)
            if (
                unit.valid_until and unit.valid_until < day
            ):  # in the past: months apart, the last in the district's final days
                later_rounds = (number_of_districts - 1 - number) // len(places)
                day = unit.valid_until - timedelta(days=120 * later_rounds)
        else:
            day = date(2025, 8, 12) + timedelta(days=44 * (number - number_of_districts))
        yield _meeting(rng, cast, unit, level, station, _working_day_before(min(day, clock.today() - 3 * DAY)))


def _working_day_before(day: date) -> date:
    """Return the day, or the last working day before it."""
    while not calendar().is_working(day):
        day -= DAY
    return day


def _meeting(
    rng: Random, cast: ListeningCast, unit: AdministrativeUnit, level: MeetingLevel, station: str, day: date
) -> Meeting:  # fmt: skip
    """Create a past meeting of the unit, on the morning of that day."""
    begins = datetime.combine(day, time(8), clock.VIETNAM)
    holder = next((agency for agency in cast.units if agency.jurisdiction.filter(pk=unit.pk).exists()), cast.office)
    return Meeting.objects.create(
        agency=holder, unit=unit, level=level, station=station, venue=f"Nhà văn hóa {unit.full_name}",
        starts_at=begins, ends_at=begins + timedelta(hours=3), theme=rng.choice(THEMES), quota=200,
        agenda="Khai mạc\nBáo cáo việc đã giải quyết\nNhân dân phát biểu\nĐơn vị trả lời và cam kết",
        state=MeetingState.CLOSED, chair=cast.decider.full_name, secretary=make_vietnamese_name(rng, "F"),
        minutes="Nhân dân phát biểu thẳng thắn. Đơn vị trả lời ngay việc đã rõ, nhận thời hạn với việc còn lại.",
        present=rng.randint(45, 180), made_by=cast.decider, made_at=begins - 20 * DAY,
        key=UUID(int=rng.getrandbits(128)),
        opened_at=begins, held_at=begins + timedelta(hours=3), closed_at=begins + timedelta(hours=4),
        closed_by=cast.decider,
    )  # fmt: skip


def running_meeting_start(now: datetime) -> datetime:
    """Return when a meeting that is running at ``now`` began, between 8 and 19 o'clock."""
    hour = clock.local(now - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    if hour.hour < FIRST_HOUR:
        hour -= DAY
        return hour.replace(hour=LAST_HOUR)
    return hour.replace(hour=min(hour.hour, LAST_HOUR))


def coming_meeting_start(now: datetime, days: int) -> datetime:
    """Return the morning of the first working day that is at least ``days`` days after ``now``."""
    day = calendar().add_working_days(clock.local(now).date() + days * DAY, 0)
    return datetime.combine(day, time(8), clock.VIETNAM)


def meetings_to_come(cast: ListeningCast) -> list[Meeting]:
    """Create meetings: a running one, two announced ones and a planned one."""
    commune = cast.units[1]
    now, place = clock.now(), commune.jurisdiction.get()
    ward = unit_named(WARDS[0]) or place
    planned = (
        (commune, place, None, MeetingState.OPEN), (commune, place, 9, MeetingState.ANNOUNCED),
        (cast.office, ward, 16, MeetingState.ANNOUNCED), (cast.office, ward, 40, MeetingState.PLANNED),
    )  # fmt: skip
    meetings = []
    for number, (agency, unit, days, state) in enumerate(planned):
        begins = running_meeting_start(now) if days is None else coming_meeting_start(now, days)
        meetings.append(
            Meeting.objects.create(
                agency=agency, unit=unit, level=MeetingLevel.COMMUNE, venue=f"Nhà văn hóa {unit.full_name}",
                starts_at=begins,
                ends_at=begins + timedelta(hours=3), theme=THEMES[number % len(THEMES)], quota=60, state=state,
                agenda="Khai mạc\nNhân dân phát biểu\nĐơn vị trả lời và cam kết", made_by=cast.decider, made_at=now,
                key=UUID(int=Random(number).getrandbits(128)), opened_at=begins if state == MeetingState.OPEN else None,
            )
        )  # fmt: skip
    return meetings


def ask_a_survey(meeting: Meeting) -> None:
    """Link the meeting to a closed survey, whose results its page then shows; none without such a survey."""
    channel = SurveyChannel.objects.filter(survey__state=SurveyState.CLOSED, unit=None).first()
    meeting.survey = reverse("surveys:start", args=[channel.slug]) if channel else ""
    meeting.save(update_fields=["survey"])


def print_minutes(meetings: list[Meeting]) -> None:
    """Store the minutes of each meeting as PDF."""
    for meeting in meetings:
        stored = files.store(
            JOB, data=minutes_pdf(meeting), name=f"bien-ban-{meeting.pk}.pdf", purpose="minutes",
            organisation_id=meeting.agency_id,
        )  # fmt: skip
        Meeting.objects.filter(pk=meeting.pk).update(document=stored)


def seat_people(rng: Random, meetings: list[Meeting]) -> None:
    """Register invented attendees for recent and coming meetings; most attended the past ones."""
    rows = []
    for meeting in meetings:
        if meeting.state == MeetingState.PLANNED or meeting.ends_at < clock.now() - 110 * DAY:
            continue
        for _seat in range(rng.randint(9, 24)):
            came = meeting.state != MeetingState.ANNOUNCED and rng.random() < 0.8
            rows.append(
                Attendee(
                    meeting=meeting,
                    origin=rng.choice((AttendeeOrigin.INVITED, AttendeeOrigin.REGISTERED, AttendeeOrigin.REGISTERED)),
                    name=make_vietnamese_name(rng, rng.choice("MF")),
                    phone=unassigned_phone(rng),
                    digest=digest_of(new_number("VE")),
                    added_at=meeting.starts_at - 3 * DAY,
                    attended_at=meeting.starts_at if came else None,
                )
            )
    Attendee.objects.bulk_create(rows)
