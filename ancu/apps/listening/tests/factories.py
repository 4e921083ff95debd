"""Petitions and meetings, and people of the office who are needed for them alone."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.files import services as files
from ancu.apps.listening.enums import MeetingState, PetitionOutcome
from ancu.apps.listening.models import Meeting, Petition
from ancu.apps.listening.services import attending, handling, meetings
from ancu.apps.listening.services.receiving import PetitionIntake, ReceivedPetition, receive_petition
from ancu.core import clock
from ancu.core.actor import PUBLIC, Actor
from ancu.core.documents.reference_numbers import new_number
from ancu.core.security.tokens import digest_of


def take_in(world: Any, *, actor: Actor = PUBLIC, **changes: Any) -> ReceivedPetition:
    """About lodgings in Olga's commune, so that her unit is in charge, unless told otherwise."""
    values = {
        "channel": "web", "category": "declaration", "body": "Nhà nghỉ không khai báo khách.", "key": uuid4(),
        "place": world.units.commune, "phone": "0912 345 678", "name": "Bùi Thị Hoa",
    } | changes  # fmt: skip
    return receive_petition(actor, PetitionIntake(**values))


def make_petition(world: Any, **changes: Any) -> Petition:
    return take_in(world, **changes).petition


def add_staff(world: Any) -> None:
    """A second officer of Olga's commune, an approving officer and a hotline operator of the office, an analyst."""
    for name, organisation, role in (
        ("Otto", world.commune_agency, Role.AREA_OFFICER),
        ("Dora", world.provincial_agency, Role.APPROVING_OFFICER),
        ("Hoa", world.provincial_agency, Role.HOTLINE_OPERATOR),
        ("Anh", world.provincial_agency, Role.ANALYST),
    ):
        user = world.users[name.lower()] = make_user(name)
        make_member(user, organisation, role)
        enable_totp(user, TOTP_SECRET)


def add_inspectorate(world: Any) -> None:
    """The agency that answers petitions about the office, with an approving officer and another one."""
    world.inspectorate = Organisation.objects.create(
        kind="agency", name="Thanh tra Công an tỉnh", parent=world.provincial_agency, is_inspectorate=True
    )
    for name, role in (("Ines", Role.APPROVING_OFFICER), ("Ivan", Role.AREA_OFFICER)):
        user = world.users[name.lower()] = make_user(name)
        make_member(user, world.inspectorate, role)
        enable_totp(user, TOTP_SECRET)


def answer(
    world: Any, petition: Petition, *, outcome: str = PetitionOutcome.DONE, by: str = "olga", approver: str = "quynh",
    **changes: Any,
) -> Petition:  # fmt: skip
    """Written by one officer and approved by another."""
    handling.submit_draft(
        actor=world.actor(by), number=petition.number, outcome=outcome, text="Đã kiểm tra và nhắc nhở cơ sở.", **changes
    )
    return handling.approve(actor=world.actor(approver), number=petition.number)


def make_meeting(world: Any, *, who: str = "olga", state: str = MeetingState.PLANNED, **changes: Any) -> Meeting:
    """Tomorrow in Olga's commune; in another state the row alone is put there."""
    begins = clock.now() + timedelta(days=1)
    values = {
        "theme": "Lắng nghe ý kiến nhân dân", "level": "commune", "unit": world.units.commune, "venue": "Nhà văn hóa",
        "starts_at": begins, "ends_at": begins + timedelta(hours=3), "quota": 3, "agenda": "Nghe ý kiến\nTrả lời",
    } | changes  # fmt: skip
    meeting = meetings.plan(actor=world.actor(who), key=uuid4(), **values)
    if state != MeetingState.PLANNED:
        Meeting.objects.filter(pk=meeting.pk).update(state=state)
        meeting.refresh_from_db()
    return meeting


def scene_addresses(world: Any) -> dict[str, dict[str, Any]]:
    """For the table of who may open what: Mia's petition, and a meeting of Olga's unit in each state that has pages."""
    mia = world.actor("mia")
    petition = take_in(world, actor=mia).petition
    stored_file = files.store(PUBLIC, data=b"%PDF-1.7\nphoto\n", name="a.pdf", purpose="petition")
    evidence = petition.evidence.create(file=stored_file, added_at=clock.now())
    coming = make_meeting(world, state=MeetingState.ANNOUNCED)
    ticket = attending.register_attendee(PUBLIC, pk=coming.pk, name="Bùi Thị Hoa", phone="0912345678")
    open_meeting = make_meeting(world, state=MeetingState.OPEN)
    there = attending.add_walk_in(actor=world.actor("olga"), pk=open_meeting.pk, name="Hà Văn Ba")
    item = PetitionIntake(channel="meeting", category="order", body="Đèn ngõ 5 hỏng", name="Vì Thị Sen", key=uuid4())
    raised = meetings.raise_item(actor=world.actor("olga"), pk=open_meeting.pk, intake=item).petition
    over = make_meeting(world, state=MeetingState.CLOSED)
    Meeting.objects.filter(pk=over.pk).update(document=files.store(PUBLIC, data=b"%PDF-1.7\n", name="b", purpose="m"))
    at_the_door = new_number("VE")
    there.digest = digest_of(at_the_door)
    there.save()
    of_open = {"pk": open_meeting.pk, "number": raised.number, "code": at_the_door}
    office = "/office/meetings/<int:pk>/"
    return {
        "/petitions/": {"number": petition.number, "pk": evidence.pk},
        "/meetings/": {"pk": coming.pk, "code": ticket.code},
        "/office/petitions/": {"number": petition.number, "pk": evidence.pk, "name": "draft"},
        office: of_open,
        "/office/meetings/offline/": {"language": "vi"},
        f"{office}change": {"pk": coming.pk},
        f"{office}invite": {"pk": coming.pk},
        f"{office}minutes.pdf": {"pk": over.pk},
        f"{office}step": {"pk": coming.pk, "name": "cancel"},
    }
