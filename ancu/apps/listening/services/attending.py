"""Invitations, registrations and attendance. A seat is given once, also to simultaneous requests."""

from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.listening.enums import AttendeeOrigin
from ancu.apps.listening.models import Attendee, Meeting
from ancu.apps.listening.rules import meetings as rules
from ancu.apps.listening.selectors.meetings import arrival_path, lock_meeting, public_meetings, ticket_path
from ancu.apps.listening.services.receiving import stored_phone
from ancu.apps.messaging.services import notify
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import new_number, normalise_number
from ancu.core.errors import Conflict, Http404, require
from ancu.core.security.tokens import digest_of


@dataclass(frozen=True)
class MeetingTicket:
    """``code`` is told once; it opens the ticket's page and is what the QR holds."""

    attendee: Attendee
    code: str


def _add_attendee(
    meeting: Meeting, origin: AttendeeOrigin, name: str, phone: str, email: str, **more: Any
) -> MeetingTicket:
    """Store an attendee of the meeting; return the ticket, with a new secret code."""
    code = new_number("VE")
    attendee = Attendee.objects.create(
        meeting=meeting, origin=origin, name=name.strip(), phone=stored_phone(phone), email=email.strip(),
        digest=digest_of(code), added_at=clock.now(), **more,
    )  # fmt: skip
    return MeetingTicket(attendee, code)


def _require_seat(meeting: Meeting) -> None:
    """Raise Conflict if the meeting has no free seat."""
    if meeting.attendees.count() >= meeting.quota:
        raise Conflict("full", _("All seats are taken. You can still send us your question here."))


@transaction.atomic
def register_attendee(
    actor: Actor, *, pk: int, name: str, phone: str = "", email: str = "", language: str = "vi"
) -> MeetingTicket:
    """Register a person for a seat at the meeting, until it begins; return the ticket.

    Conflict if it is full. The meeting's row is locked, so that a seat is given once.
    """
    meeting = public_meetings().select_for_update(of=("self",)).filter(pk=pk).first()
    if meeting is None:
        raise Http404
    if not rules.may_register(meeting, clock.now()):
        raise Conflict("registration_over", _("Registration is closed."))
    _require_seat(meeting)
    ticket = _add_attendee(meeting, AttendeeOrigin.REGISTERED, name, phone, email)
    record(actor, "listening.registered", meeting)
    _send_ticket(actor, ticket, "ticket", language)
    return ticket


@transaction.atomic
def invite_attendee(*, actor: Actor, pk: int, name: str, phone: str = "", email: str = "") -> MeetingTicket:
    """Reserve a seat for a person and send the ticket."""
    meeting = lock_meeting(actor, pk)
    require(rules.may_invite(actor, meeting))
    _require_seat(meeting)
    ticket = _add_attendee(meeting, AttendeeOrigin.INVITED, name, phone, email)
    record(actor, "listening.invited", meeting)
    _send_ticket(actor, ticket, "invitation", "vi")
    return ticket


def _send_ticket(actor: Actor, ticket: MeetingTicket, letter: str, language: str) -> None:
    """Send the attendee's ticket by e-mail or text message; nothing without an address or number."""
    attendee, meeting = ticket.attendee, ticket.attendee.meeting
    if not (attendee.email or attendee.phone):
        return
    notify(
        actor=actor,
        to=attendee.email or attendee.phone,
        key=f"meeting:{meeting.pk}:{attendee.pk}",
        template=f"listening/letters/{letter}.txt",
        subject=("meeting", meeting.pk),
        language=language,
        context={"meeting": meeting, "path": ticket_path(meeting, ticket.code)},
        sms=True,
    )


@transaction.atomic
def record_arrival(*, actor: Actor, pk: int, attendee_id: int | None = None, code: str = "") -> Attendee:
    """Record that an attendee came to the meeting, chosen from the list or by the ticket's QR code.

    404 for another meeting's ticket.
    """
    meeting = lock_meeting(actor, pk)
    require(rules.may_record_attendance(actor, meeting))
    rows = meeting.attendees.select_for_update()
    ticket_number = normalise_number(code) if code else None
    attendee = (
        rows.filter(digest=digest_of(ticket_number)).first()
        if ticket_number
        else rows.filter(pk=attendee_id or 0).first()
    )
    if attendee is None:
        raise Http404
    if attendee.attended_at is None:
        attendee.attended_at = clock.now()
        attendee.save(update_fields=["attended_at"])
        record(actor, "listening.attended", meeting)
    return attendee


@transaction.atomic
def add_walk_in(*, actor: Actor, pk: int, name: str, phone: str = "") -> Attendee:
    """Add to the meeting's attendees a person who came without registering."""
    meeting = lock_meeting(actor, pk)
    require(rules.may_record_attendance(actor, meeting))
    attendee = _add_attendee(meeting, AttendeeOrigin.WALKED_IN, name, phone, "", attended_at=clock.now()).attendee
    record(actor, "listening.attended", meeting)
    return attendee


def ticket_qr(meeting: Meeting, code: str) -> SafeString:
    """Return the ticket's QR code for the entrance as SVG.

    Medium error correction, for scratched screens.
    """
    path = f"{settings.PUBLIC_URL}{arrival_path(meeting, code)}"
    drawn = segno.make(path, error="m", micro=False).svg_inline(border=2, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 -- drawn by ourselves from an address of ours
