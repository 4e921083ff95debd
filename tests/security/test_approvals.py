"""Two simultaneous approvals: exactly one stands, and never by the person who proposed."""

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.services import enable_totp, proposals
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.community.services import accounts, choosing
from ancu.apps.community.tests.factories import ProgrammeBook, make_account
from ancu.apps.community.tests.test_choosing import propose, scene
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.services import corrections
from ancu.apps.dossiers.services import handling as dossiers
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.dossiers.tests.test_corrections import as_it_should_read
from ancu.apps.listening.services import handling as petitions
from ancu.apps.listening.tests.factories import add_staff, make_petition
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.apps.oversight.services import notices
from ancu.apps.reporting.rules.periods import span
from ancu.apps.reporting.services import deciding
from ancu.apps.reporting.tests.factories import ReportingOffice
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Forbidden
from tests.crash.house import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
AT_MOST_S = 30
# Who waits for a row waits for its transaction, which belongs to no database; tables of this one he holds already.
WAITING = """
SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (
    SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE datname = current_database())
"""


@dataclass
class ApprovalCase:
    """What waits for a second person: how an actor approves it, who proposed it, and two who may."""

    approve: Callable[[Actor], object]
    proposer: str
    approvers: tuple[str, str] = ("dora", "dana")


def rights(world: World) -> ApprovalCase:
    terms: Any = {"agency": world.commune_agency, "role": Role.APPROVING_OFFICER, "ends_on": clock.today()}
    proposal = proposals.propose_role(world.actor("rosa"), user=world.users["olga"], reason="needed", **terms)
    return ApprovalCase(lambda actor: proposals.confirm(actor, proposal=proposal), "rosa", ("nga", "lan"))


def dossier(world: World) -> ApprovalCase:
    assessed = make_dossier(world, State.ASSESSED)
    return ApprovalCase(lambda actor: dossiers.approve(actor, dossier=assessed), "selma")


def result_correction(world: World) -> ApprovalCase:
    ready = make_dossier(world, State.READY)
    correction = corrections.propose(world.actor("ines"), dossier=ready, **as_it_should_read(ready))
    return ApprovalCase(lambda actor: corrections.decide(actor, correction=correction, confirmed=True), "ines")


def notice(world: World) -> ApprovalCase:
    facts = {"number": "1", "issued_by": "x", "legal_basis": "y", "full_name": "Z", "birth_date": "1984-03-08"}
    proposed = notices.propose(world.actor("quynh"), ends_on=clock.today(), **facts)
    return ApprovalCase(lambda actor: notices.approve(actor, notice_id=proposed.pk), "quynh")


def figure(world: World) -> ApprovalCase:
    proposed = ReportingOffice(world, span("month", date(2026, 3, 1))).propose()
    return ApprovalCase(lambda actor: deciding.approve(actor=actor, ids=[proposed.pk]), "olga")


def bank_account(world: World) -> ApprovalCase:
    book = ProgrammeBook(world)
    ids = {"programme_id": book.programme.pk, "account_id": make_account(book).pk}
    return ApprovalCase(lambda actor: accounts.approve(actor=actor, **ids), "quynh")


def selection(world: World) -> ApprovalCase:
    book, proposed, candidates = scene(world)
    propose(book, proposed, candidates[:1])
    ids = {"programme_id": book.programme.pk, "selection_id": proposed.pk}
    return ApprovalCase(lambda actor: choosing.approve(actor=actor, **ids), "quynh")


def petition(world: World) -> ApprovalCase:
    number = make_petition(world).number
    petitions.submit_draft(actor=world.actor("olga"), number=number, outcome="done", text="Đã nhắc nhở.")
    return ApprovalCase(lambda actor: petitions.approve(actor=actor, number=number), "olga", ("otto", "quynh"))


CASES = [rights, dossier, result_correction, notice, figure, bank_account, selection, petition]


@pytest.fixture
def office() -> World:
    """Everybody twice who may approve."""
    world = make_world()
    add_staff(world)
    make_cast(world)
    for name, agency, role in (
        ("Dana", world.provincial_agency, Role.APPROVING_OFFICER),
        ("Nga", world.provincial_agency, Role.ADMINISTRATOR),
        ("Lan", world.provincial_agency, Role.ADMINISTRATOR),
    ):
        user = world.users[name.lower()] = make_user(name)
        make_member(user, agency, role)
        enable_totp(user, TOTP_SECRET)
    return world


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_of_two_simultaneous_approvals_exactly_one_stands(office: World, case: Callable[[World], ApprovalCase]) -> None:
    waiting = case(office)
    actors = [office.actor(name) for name in waiting.approvers]
    last_event = Event.objects.latest("pk").pk
    outcomes = at_once(waiting.approve, actors)
    assert sorted(outcomes) == ["refused", "stands"], outcomes
    events = Event.objects.filter(pk__gt=last_event, user_id__in=[actor.user_id for actor in actors])
    assert {event.user_id for event in events} == {actors[outcomes.index("stands")].user_id}


def at_once(approve: Callable[[Actor], object], actors: list[Actor]) -> list[str]:
    """What became of each, over a connection of its own.

    No act can be recorded until each stands before a lock, of the table of the audit or of a row: so both have
    decided by what they read before either is done.
    """
    outcomes = [""] * len(actors)

    def run(place: int) -> None:
        with closing(connection):
            try:
                approve(actors[place])
                outcomes[place] = "stands"
            except (Conflict, Forbidden):
                outcomes[place] = "refused"

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(actors))]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE audit_event IN EXCLUSIVE MODE")
        for thread in threads:
            thread.start()
        wait_until(lambda: count_waiting(cursor) == len(actors), AT_MOST_S, "they do not wait for each other")
    for thread in threads:
        thread.join(AT_MOST_S)
    return outcomes


def count_waiting(cursor: Any) -> int:
    cursor.execute(WAITING)
    count: int = cursor.fetchone()[0]
    return count


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_nobody_approves_what_she_proposed(office: World, case: Callable[[World], ApprovalCase]) -> None:
    """Not even with the right to approve: each is given the approvers' role first."""
    waiting = case(office)
    proposer = office.users[waiting.proposer]
    if waiting.proposer != "rosa":
        make_member(proposer, office.provincial_agency, Role.APPROVING_OFFICER)
    for actor in (actor_for(proposer, row.pk) for row in proposer.memberships.all()):
        with pytest.raises((Conflict, Forbidden)):
            waiting.approve(actor)
