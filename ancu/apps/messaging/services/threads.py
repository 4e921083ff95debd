"""Write, read and download messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath

from django.db import transaction
from django.urls import reverse

from ancu.apps.audit.services import record
from ancu.apps.files import enums as kinds
from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.apps.messaging import rules, selectors
from ancu.apps.messaging.enums import MAIN, ThreadSide
from ancu.apps.messaging.models import Attachment, Message, Participant, ReadMark, Thread
from ancu.apps.messaging.services.notifications import notify
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import require
from ancu.core.security.privacy import Keep

ACCEPTED = frozenset({kinds.PDF, kinds.PNG, kinds.JPEG, kinds.WEBP, kinds.XLSX})
Place = tuple[ThreadSide, int | None, int | None]  # side, organisation, user


@dataclass(frozen=True, slots=True)
class MessageUpload:
    """A file as it came with a message."""

    name: str
    data: bytes


@transaction.atomic
def post_message(
    *,
    actor: Actor,
    kind: str,
    subject_id: object,
    body: str,
    topic: str = MAIN,
    staff_only: bool = False,
    uploads: Sequence[MessageUpload] = (),
) -> Message:
    """Send a message to the other side, or store an internal note (``staff_only``).

    404 for strangers, 403 without the right. Raises files.FileRefused for a bad file; nothing is written then.
    """
    standing = selectors.standing_or_404(actor, kind, str(subject_id))
    require(rules.may_note(actor, standing) if staff_only else rules.may_post(actor, standing))
    thread = _lock_thread(kind, str(subject_id), topic)
    message = Message.objects.create(
        thread=thread,
        side=standing.side,
        author_id=actor.user_id or 0,
        organisation_id=actor.organisation_id,
        body=body.strip(),
        staff_only=staff_only,
        sent_at=clock.now(),
    )
    for upload in uploads:
        with files.naming_file(upload.name):
            _attach(actor, message, upload)
    _raise_in_inboxes(thread, message)
    _set_read_mark(thread, actor.user_id or 0, message.pk)
    act = "messaging.noted" if staff_only else "messaging.posted"
    record(actor, act, message, thread_id=thread.pk, subject_kind=kind, files=len(uploads))
    if standing.is_office and not staff_only:
        _notify_other_side(actor, thread, standing)
    return message


def _lock_thread(kind: str, subject_id: str, topic: str) -> Thread:
    """Return the thread of this subject and topic, created if it is missing, and lock its row until the commit.

    Without the lock a message with a smaller id could appear after a reader's read mark had passed it.
    """
    thread, _created = Thread.objects.get_or_create(subject_kind=kind, subject_id=subject_id, topic=topic)
    return Thread.objects.select_for_update().get(pk=thread.pk)


def _readable(upload: MessageUpload) -> MessageUpload:
    """Return a HEIC picture as JPEG, because few devices open HEIC; any other file unchanged."""
    if files.sniff(upload.data) != kinds.HEIC:
        return upload
    cleaned = files.clean_paper(upload.data, max_bytes=rules.MAX_FILE_BYTES)
    return MessageUpload(f"{PurePath(upload.name).stem}.jpg", cleaned.data)


def _attach(actor: Actor, message: Message, upload: MessageUpload) -> None:
    """Store an uploaded file with the message, a HEIC picture as JPEG; raises FileRefused for a bad file."""
    readable = _readable(upload)
    stored = files.store(
        actor,
        data=readable.data,
        name=readable.name,
        purpose="message",
        delete_after=message.sent_at + timedelta(days=Keep.CORRESPONDENCE.value),
        max_bytes=rules.MAX_FILE_BYTES,
        accept=ACCEPTED,
    )
    Attachment.objects.create(message=message, file=stored)


def _raise_in_inboxes(thread: Thread, message: Message) -> None:
    """Store the message as the newest one of each participant's inbox; an internal note only in those of officers."""
    _set_parties(thread)
    places = Participant.objects.filter(thread=thread)
    if message.staff_only:
        places = places.filter(side=ThreadSide.OFFICE)
    places.update(latest=message)


@transaction.atomic
def refresh_parties(*, kind: str, subject_id: object) -> None:
    """Update the participants of all threads of a subject after its responsible people or organisations changed.

    Each new participant gets the newest message that it may see.
    """
    threads = Thread.objects.select_for_update().filter(subject_kind=kind, subject_id=str(subject_id))
    for thread in threads.order_by("pk"):
        _set_parties(thread)
        for side, visibility in ((ThreadSide.OFFICE, {}), (ThreadSide.COUNTERPART, {"staff_only": False})):
            newest = thread.messages.filter(**visibility).order_by("-id").first()
            thread.participants.filter(side=side, latest__isnull=True).update(latest=newest)


def _set_parties(thread: Thread) -> None:
    """Add and delete the thread's participants so that they are exactly the parties of its subject."""
    parties = rules.subject_kinds()[thread.subject_kind].parties(thread.subject_id)
    places: set[Place] = {(ThreadSide.OFFICE, agency_id, None) for agency_id in parties.agencies}
    places |= {(ThreadSide.OFFICE, None, officer_id) for officer_id in parties.officers}
    places |= {(ThreadSide.COUNTERPART, organisation_id, None) for organisation_id in parties.organisations}
    places |= {(ThreadSide.COUNTERPART, None, person_id) for person_id in parties.people}
    present = {
        (ThreadSide(participant.side), participant.organisation_id, participant.user_id): participant.pk
        for participant in thread.participants.all()
    }
    thread.participants.filter(pk__in=[present[place] for place in present.keys() - places]).delete()
    Participant.objects.bulk_create(
        Participant(thread=thread, side=side, organisation_id=organisation, user_id=user)
        for side, organisation, user in sorted(places - present.keys(), key=str)
    )


def _notify_other_side(actor: Actor, thread: Thread, standing: rules.SubjectStanding) -> None:
    """Notify the users of the applicant's or lodging's side of the office's message.

    Each user is notified once until the thread is read again, because the letter's key contains the user's read mark.
    """
    path = reverse("messaging:thread", args=[thread.subject_kind, thread.subject_id, thread.topic])
    for reader in selectors.people_to_notify(thread):
        notify(
            actor=actor,
            to=reader,
            key=f"message:{thread.pk}:{reader.read_up_to}",  # type: ignore[attr-defined]
            template="messaging/letters/new_message.txt",
            subject=(thread.subject_kind, thread.subject_id),
            context={"about": standing.title, "office": actor.organisation_name, "path": path},
        )


@transaction.atomic
def mark_read(*, actor: Actor, kind: str, subject_id: object, up_to: int, topic: str = MAIN) -> None:
    """Mark the thread read up to the message ``up_to``.

    A mark never goes back, nor past what the user may see.
    """
    standing = selectors.standing_or_404(actor, kind, str(subject_id))
    require(actor.user_id is not None)
    thread = Thread.objects.filter(subject_kind=kind, subject_id=str(subject_id), topic=topic).first()
    last = (
        selectors.visible_messages(thread, standing).filter(pk__lte=up_to).order_by("-id").first() if thread else None
    )
    if thread and last and _set_read_mark(thread, actor.user_id or 0, last.pk):
        record(actor, "messaging.read", thread, message_id=last.pk)


def _set_read_mark(thread: Thread, user_id: int, message_id: int) -> bool:
    """Store that the user has read the thread up to this message; return False if a later one was stored already."""
    mark, created = ReadMark.objects.get_or_create(thread=thread, user_id=user_id, defaults={"message_id": message_id})
    later = ReadMark.objects.filter(pk=mark.pk, message_id__lt=message_id)
    return created or bool(later.update(message_id=message_id))


def download(*, actor: Actor, attachment: Attachment) -> tuple[StoredFile, bytes]:
    """Return a message's file and its bytes, and record the download; FileNotFoundError if it was deleted."""
    file = attachment.file
    if file is None:
        raise FileNotFoundError(attachment.pk)
    data = files.read_bytes(file)
    record(actor, "messaging.downloaded", file, message_id=attachment.message_id)
    return file, data
