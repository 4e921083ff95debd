"""Dossiers of the counter, the queue of today, a passport late in the post, and a request for several workers.

They have their own random numbers, so that the other dossiers stay as they are.
"""

from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.conf import settings

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.dossiers.enums import Filer, Handover, State
from ancu.apps.dossiers.models import Counter, Dossier, ForeignWorker, Posting, QueueTicket
from ancu.apps.dossiers.services.groups import start_group
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.models import Stay
from ancu.core import clock
from ancu.core.documents.reference_numbers import new_number
from ancu.demo.dossiers.answers import DemoCase, fill
from ancu.demo.dossiers.cases import ADULT, COLUMNS, ForeignGuest, make_case
from ancu.demo.dossiers.example import days_ago
from ancu.demo.dossiers.histories import DossierLife, DossierRows
from ancu.demo.dossiers.people import DossierCast, person_as_sponsor
from ancu.demo.dossiers.related_records import add_paid_fee
from ancu.demo.dossiers.simulation import LifeCourse, Participants, Timeline, steps_to
from ancu.demo.names import DemoPerson
from ancu.engines.rulebook import get_procedure

PROCEDURE = "stay_extension"
STATES = (State.DRAFT, State.SUBMITTED, State.SUPPLEMENT, State.READY)
WAITING, CALLED = 4, 2  # numbers of today
POSTED = 10  # working days ago: the passport is late
GROUP = UUID("5c7f7f0e-2a55-4c39-9a0c-6c3f0a4f5d11")
GROUP_OF = slice(9, 13)  # the company's workers in the request, by their place in its list
CARD_DAYS = 400


class PostedLife(DossierLife):
    """A history in which the passport itself is sent, without a picture of it."""

    def _comes_by_post(self) -> bool:
        """No picture of the passport is uploaded."""
        return True


class CounterLife(PostedLife):
    """A history that an officer writes for somebody without an account: papers and passport come over the counter."""

    def receive_passport(self, at: Any, by: User) -> None:
        """Record the receipt of the passport once."""
        if self.dossier.number not in self.rows.passports:
            super().receive_passport(at, by)

    @property
    def needs_signature(self) -> bool:
        """At the counter the sponsor signs on paper."""
        return False


class CounterCourse(LifeCourse):
    """A dossier whose passport stays at the office from its submission."""

    def _submit(self) -> None:
        super()._submit()
        self.life.receive_passport(self.diary.advance_seconds(), self.crew.writer)


def add_counter_dossiers(cast: DossierCast) -> int:
    """Create a dossier of the counter in each of ``STATES``, and another whose passport is late in the post.

    Returns their number, 0 in a province without guests.
    """
    rng, rows = Random("dossiers of the counter"), DossierRows()
    guests = free_guests(len(STATES) + 1)
    if len(guests) <= len(STATES):
        return 0
    for place, (state, guest) in enumerate(zip(STATES, guests, strict=False)):
        _write_received(rng, rows, cast, place, state, guest)
    posted = _write_posted(rng, rows, cast, guests[-1])
    rows.save()
    add_paid_fee(rng, [dossier for dossier in rows.dossiers if dossier.submitted_at])
    Posting.objects.create(
        dossier=posted, to_office=True, carrier="Vietnam Post", tracking_number="EH207714563VN",
        sent_on=days_ago(POSTED), entered_by=posted.filed_by, entered_at=posted.created_at,
    )  # fmt: skip
    return len(rows.dossiers)


def free_guests(count: int) -> list[ForeignGuest]:
    """Return guests who are here, first those without a dossier."""
    there = Stay.objects.filter(
        departed_on=None, sex__in="MF", unit__valid_until=None, birth_date__lt=ADULT, arrived_on__lt=clock.today()
    )
    stays = there.exclude(status="withdrawn").order_by("document_number", "id")
    used = set(Dossier.objects.values_list("document_number", flat=True))
    free = list(stays.exclude(document_number__in=used).values_list(*COLUMNS)[:count])
    rows = [*free, *stays.filter(document_number__in=used).values_list(*COLUMNS)[: count - len(free)]]
    return [ForeignGuest(DemoPerson(*row[1:6]), row[0], *row[6:11]) for row in rows]


def _write_received(
    rng: Random, rows: DossierRows, cast: DossierCast, place: int, state: State, guest: ForeignGuest
) -> None:
    """Write one dossier from its beginning at the counter to its state."""
    clerk, colleague = (cast.intake[(place + number) % len(cast.intake)] for number in (0, 1))
    steps = steps_to(rng, state, late=False)
    start = days_ago(sum(days for _name, days in steps) + 1)
    dossier, case = _dossier(rng, guest, cast.citizens[place], start)
    dossier.filed_by = dossier.received_by = clerk
    life = CounterLife(rng, rows, dossier, get_procedure(PROCEDURE, start))
    life.is_open = True
    crew = make_participants(cast, clerk, colleague)
    CounterCourse(life, crew, Timeline(rng, start), until=case.until, symbol="").run_steps(steps)


def _write_posted(rng: Random, rows: DossierRows, cast: DossierCast, guest: ForeignGuest) -> Dossier:
    """Write and return a dossier that was filed online and waits for the passport."""
    start, filer = days_ago(POSTED), cast.citizens[len(STATES)]
    dossier, case = _dossier(rng, guest, filer, start)
    dossier.filed_by = dossier.sponsor = filer
    dossier.sponsor_email, dossier.handover = filer.email, Handover.POST
    life = PostedLife(rng, rows, dossier, get_procedure(PROCEDURE, start))
    life.is_open = True
    crew = make_participants(cast, filer, cast.intake[1])
    course = LifeCourse(life, crew, Timeline(rng, start), until=case.until, symbol="")
    course.run_steps([("start", 0), ("submit", 0)])
    return dossier


def _dossier(rng: Random, guest: ForeignGuest, sponsor: User, start: date) -> tuple[Dossier, DemoCase]:
    """Return an unsaved dossier about the guest, filled in, without those who file it; and its case."""
    case = make_case(rng, guest, PROCEDURE, Filer.CITIZEN, start, sponsor=person_as_sponsor(rng, sponsor))
    dossier = Dossier(
        number=new_number(f"{settings.OFFICE_PREFIX}D"), procedure=PROCEDURE, filer=Filer.CITIZEN,
        unit=AdministrativeUnit.objects.get(pk=guest.unit), identity_id=guest.identity, handover=Handover.COUNTER,
        answers=fill(rng, get_procedure(PROCEDURE, start), case),
    )  # fmt: skip
    return dossier, case


def make_participants(cast: DossierCast, writer: User, intake: User) -> Participants:
    """Return who acts on a dossier that ``writer`` writes and sends, and ``intake`` accepts."""
    police = Organisation.objects.filter(kind="agency", parent=cast.office).order_by("id")[0]
    return Participants(
        writer=writer, sender=writer, intake=intake, assessor=cast.assessing[0], approver=cast.approving[0],
        office=cast.office, unit=police,
        unit_officer=User.objects.filter(memberships__organisation=police).order_by("id")[0],
    )  # fmt: skip


def make_queue(cast: DossierCast) -> int:
    """Give out numbers of today: a colleague serves the last one called, the others wait; return their number."""
    counter = Counter.objects.filter(agency=cast.office).order_by("id")[1]
    now, last = clock.now(), WAITING + CALLED
    tickets = [
        QueueTicket(
            agency=cast.office, day=clock.today(), number=number,
            issued_at=now - timedelta(minutes=4 * (last - number)),
        )
        for number in range(1, last + 1)
    ]  # fmt: skip
    for ticket in tickets[:CALLED]:
        ticket.counter, ticket.called_by = counter, cast.intake[1]
        ticket.called_at = now - timedelta(minutes=5 * (CALLED - ticket.number) + 1)
    for ticket in tickets[: CALLED - 1]:
        ticket.ended_at, ticket.came = now - timedelta(minutes=1), True
    return len(QueueTicket.objects.bulk_create(tickets))


def make_group(cast: DossierCast) -> int:
    """Begin one request of the demo's company for several of its workers; return the number of dossiers."""
    company = cast.companies[0]
    workers = list(ForeignWorker.objects.filter(organisation=company.organisation).order_by("id")[GROUP_OF])
    today = clock.today()
    common = {
        "letter_number": "27/CV-NS", "card_from": today.isoformat(),
        "request.card_until": (today + timedelta(days=CARD_DAYS)).isoformat(), "stay.purpose": "work",
    }  # fmt: skip
    start_group(actor_for(company.clerk), workers=workers, common=common, key=GROUP)
    return len(workers)
