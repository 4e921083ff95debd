"""Receive a petition by any channel: number, secret code, deadline and, by rule, a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.selectors import agencies
from ancu.apps.files.services import clean_paper, naming_file, store_paper
from ancu.apps.listening import rules
from ancu.apps.listening.enums import MeetingState, PetitionChannel, PetitionState, PetitionStep
from ancu.apps.listening.models import Meeting, Petition, PetitionAnswer, PetitionFile
from ancu.apps.listening.rules import meetings as meeting_rules
from ancu.apps.listening.rules.matters import first_due
from ancu.apps.listening.selectors import rule_today, unit_for
from ancu.apps.listening.selectors.officers import officers_meant, unit_it_is_about
from ancu.apps.listening.services.state_changes import move, notify_officers, notify_petitioners, record_step
from ancu.apps.messaging.services import MessageUpload
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import fold
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import new_number
from ancu.core.errors import Conflict, require
from ancu.core.registry.survey_remarks import REMARK_READERS
from ancu.core.security.privacy import Keep
from ancu.core.security.tokens import digest_of
from ancu.engines import telephone

MAX_BYTES = 10 * 1024 * 1024
TITLE = 150
REMARKS = UUID("6d1b1b0e-52a5-4d37-9d6b-6f0d0c1f7a11")  # the space of the keys of surveys' remarks


@dataclass(frozen=True)
class PetitionIntake:
    """What was told. ``key`` is of the form: the same key again is the same petition.

    ``code`` was given out by a phone without a connection; else it is made here.
    """

    channel: str
    category: str
    body: str
    key: UUID
    title: str = ""
    place: AdministrativeUnit | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    about: Organisation | None = None
    about_person: str = ""
    language: str = "vi"
    code: str = ""
    uploads: Sequence[MessageUpload] = ()


@dataclass(frozen=True)
class ReceivedPetition:
    """``code`` is empty when it had been taken in before: it is told once."""

    petition: Petition
    code: str


@transaction.atomic
def receive_petition(actor: Actor, intake: PetitionIntake, *, meeting: Meeting | None = None) -> ReceivedPetition:
    """Store a petition and assign it by rule; at an open meeting only if it is about the meeting's host.

    A repeated ``key`` returns the stored petition without its code. 403 without the right to record for others. Raises
    files.FileRefused for a bad file, and Conflict for a code that opens another petition.
    """
    if intake.channel in (PetitionChannel.HOTLINE, PetitionChannel.LETTER, PetitionChannel.EMAIL):
        require(rules.may_record(actor))
    code = intake.code or new_number("MS")
    if intake.code and Petition.objects.filter(digest=digest_of(code)).exclude(key=intake.key).exists():
        raise Conflict("code", _("This code belongs to another petition."))
    petition, created = Petition.objects.get_or_create(
        key=intake.key, defaults=_petition_fields(actor, intake, code, meeting)
    )
    if not created:
        return ReceivedPetition(petition, "")
    record_step(actor, petition, PetitionStep.RECEIVED)
    store_files(actor, petition, intake.uploads)
    notify_petitioners(actor, petition, "received", code=code)
    if meeting is None or meeting.state == MeetingState.CLOSED or meeting_rules.is_about_host(meeting, petition):
        assign_by_rule(actor, petition)
    return ReceivedPetition(petition, code)


def _petition_fields(actor: Actor, intake: PetitionIntake, code: str, meeting: Meeting | None) -> dict[str, Any]:
    """Return the field values of a new ``Petition`` from what was entered (``intake``)."""
    now, rule = clock.now(), rule_today()
    category = rule.category(intake.category)
    if category.is_statutory and not intake.name.strip():
        raise Conflict(
            "name_needed",
            _("By law, a complaint or a denunciation needs a name. Only the people who handle it see it."),
        )
    title = " ".join((intake.title or intake.body).split())
    own = not actor.is_agency and intake.channel == PetitionChannel.WEB
    return {
        "number": new_number(f"{settings.OFFICE_PREFIX}K"),
        "digest": digest_of(code),
        "channel": intake.channel,
        "category": category.code,
        "rule_version": rule.version,
        "closed_matter": category.closed,
        "title": title if len(title) <= TITLE else title[: TITLE - 1].rsplit(" ", 1)[0] + "…",
        "body": intake.body.strip(),
        "place": intake.place,
        "name": intake.name.strip(),
        "phone": stored_phone(intake.phone),
        "email": intake.email.strip(),
        "address": intake.address.strip(),
        "language": intake.language,
        "user_id": actor.user_id if own else None,
        "about": unit_it_is_about(intake.about, intake.about_person),
        "about_person": intake.about_person.strip(),
        "about_key": fold(intake.about_person)[:150],
        "about_officers": officers_meant(intake.about_person),
        "meeting": meeting,
        "recorded_by_id": actor.user_id if actor.is_agency else None,
        "received_at": now,
        "due_on": first_due(category, now),
        "search_key": search_key(intake.name, intake.phone, title, intake.body),
    }


def stored_phone(text: str) -> str:
    """Return the telephone number in E.164; text that is no telephone number as written, at most 20 characters."""
    return telephone.normalize(text) or text.strip()[:20]


def search_key(name: str, phone: str, title: str, body: str) -> str:
    """Return a petition's searchable text: name, phone, title and body in lower case without accents."""
    return fold(f"{name} {telephone.digits(phone)} {title} {body[:700]}")[:1200]


def assign_by_rule(actor: Actor, petition: Petition) -> bool:
    """Assign the petition to the unit that should answer it (``unit_for``); return False if there is none."""
    unit = unit_for(petition)
    if unit is None:
        return False
    move(actor, petition, PetitionState.ASSIGNED, PetitionStep.ASSIGNED, words=unit.name, unit=unit)
    notify_officers(actor, petition, unit.pk, rules.HANDLERS, "assigned")
    return True


def require_may_handle(unit: Organisation, petition: Petition) -> None:
    """Raise Conflict if the petition is, or may be, about the unit."""
    if not rules.may_answer(unit, petition.about):
        raise Conflict("complained_of", _("The petition is about this unit, so another unit must answer."))
    if not rules.may_handle(unit, petition):
        raise Conflict("accused_unknown", _("First say which unit it is about, because it could be this one."))


def store_files(
    actor: Actor, petition: Petition, uploads: Sequence[MessageUpload], answer: PetitionAnswer | None = None
) -> None:
    """Store files of the petition, or of an answer to it, for as long as its text is kept.

    Metadata is removed, because a photo may reveal where it was taken.
    """
    end: datetime = clock.now() + timedelta(days=Keep.CORRESPONDENCE.value)
    for upload in uploads:
        with naming_file(upload.name):
            cleaned = clean_paper(upload.data, max_bytes=MAX_BYTES)
            file = store_paper(actor, cleaned, name=upload.name, purpose="petition", delete_after=end)
        PetitionFile.objects.create(petition=petition, answer=answer, file=file, added_at=clock.now())


@transaction.atomic
def fetch_remark(
    actor: Actor, *, survey_id: int, question: str, response_id: int, unit_id: int | None, about_id: int | None
) -> Petition | None:
    """Store a remark from a survey as a petition and return it; None if the remark was deleted."""
    for read_remark in REMARK_READERS:
        if body := read_remark(survey_id, question, response_id):
            key = uuid5(REMARKS, f"{survey_id}:{question}:{response_id}")
            return receive_remark(actor, body=body, unit_id=unit_id, key=key, category="other", about_id=about_id)
    return None


def receive_remark(
    actor: Actor, *, body: str, unit_id: int | None, key: UUID, category: str, about_id: int | None = None,
    about_person: str = "",
) -> Petition:  # fmt: skip
    """Store a remark from a survey as a petition without a name, because surveys are anonymous."""
    place = AdministrativeUnit.objects.filter(pk=unit_id).first() if unit_id else None
    about = agencies().filter(pk=about_id).first() if about_id else None
    intake = PetitionIntake(
        channel=PetitionChannel.SURVEY, category=category, body=body, key=key, place=place, about=about,
        about_person=about_person,
    )  # fmt: skip
    return receive_petition(actor, intake).petition
