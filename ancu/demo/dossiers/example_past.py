"""What the office knows of the example's person already: two earlier results, and notes of its staff."""

from collections.abc import Iterable
from datetime import date, datetime
from random import Random

from django.conf import settings

from ancu.apps.accounts.models import User
from ancu.apps.dossiers.enums import Filer, Handover
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.conversations import KIND
from ancu.apps.messaging.enums import ThreadSide
from ancu.apps.messaging.models import Message, ReadMark, Thread
from ancu.core.documents.reference_numbers import new_number
from ancu.demo.dossiers.answers import fill
from ancu.demo.dossiers.cases import ForeignGuest, make_case
from ancu.demo.dossiers.histories import DossierLife, DossierRows
from ancu.demo.dossiers.people import DossierCast
from ancu.demo.dossiers.simulation import LifeCourse, Participants, Timeline
from ancu.engines.rulebook import get_procedure

STEPS = (("start", 0), ("submit", 0), ("accept", 1), ("assess", 2), ("approve", 1))
RESULT_NUMBERS = 1_190_412  # with a letter that no other result of the demo has
Note = tuple[User, datetime, str]


def add_earlier(
    rng: Random, cast: DossierCast, guest: ForeignGuest, starts: Iterable[tuple[str, date]]
) -> list[Dossier]:
    """Create dossiers of the guest whose results were collected; ``starts`` are procedures with their first days."""
    rows, company = DossierRows(), cast.companies[0]
    crew = Participants(
        writer=company.clerk, sender=company.representative, intake=cast.intake[0], assessor=cast.assessing[-1],
        approver=cast.approving[0], office=cast.office, unit=cast.office, unit_officer=cast.assessing[-1],
    )  # fmt: skip
    for place, (code, start) in enumerate(starts):
        case = make_case(rng, guest, code, Filer.ORGANISATION, start, sponsor=company.sponsor)
        procedure = get_procedure(code, start)
        dossier = Dossier(
            number=new_number(f"{settings.OFFICE_PREFIX}D"), procedure=code, filer=Filer.ORGANISATION,
            unit_id=guest.unit, identity_id=guest.identity, handover=Handover.COUNTER,
            organisation=company.organisation, filed_by=company.clerk, answers=fill(rng, procedure, case),
        )  # fmt: skip
        diary = Timeline(rng, start)
        life = DossierLife(rng, rows, dossier, procedure)
        LifeCourse(life, crew, diary, until=case.until, symbol=case.symbol).run_steps(STEPS)
        number = f"F{RESULT_NUMBERS + 37 * place}"
        result = life.issue(diary.advance_days(1), crew.intake, number, case.symbol, case.until)
        life.deliver(diary.advance_days(2), crew.intake, result)
    rows.save()
    return rows.dossiers


def add_notes(dossier: Dossier, notes: Iterable[Note]) -> None:
    """Store notes that only the office reads, in the order of their times; each author has read up to their own."""
    thread = Thread.objects.create(subject_kind=KIND, subject_id=dossier.number)
    for author, at, body in notes:
        message = Message.objects.create(
            thread=thread, side=ThreadSide.OFFICE, author=author, organisation=dossier.agency, body=body,
            staff_only=True, sent_at=at,
        )  # fmt: skip
        ReadMark.objects.update_or_create(thread=thread, user=author, defaults={"message_id": message.pk})
