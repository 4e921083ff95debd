"""Empty personal data of petitions and meetings after their period; counts and days remain."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from ancu.apps.audit.services import record
from ancu.apps.listening.enums import OPEN, PetitionState
from ancu.apps.listening.models import (
    Attendee,
    HelpRequest,
    Meeting,
    Petition,
    PetitionAnswer,
    PetitionPromise,
    PetitionRemark,
    PetitionTrace,
    PetitionTransfer,
    Verdict,
)
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.privacy import REDACTED, Keep

BATCH = 1000
PETITIONS = (
    Petition,
    PetitionTrace,
    PetitionAnswer,
    PetitionPromise,
    HelpRequest,
    PetitionTransfer,
    Verdict,
    PetitionRemark,
)
MEETINGS = (Meeting, Attendee)
EMPTIED = {
    "name": "", "phone": "", "email": "", "address": "", "title": REDACTED, "body": REDACTED, "public_words": "",
    "about_person": "", "about_key": "", "search_key": "",
}  # fmt: skip


def redact_petitions(actor: Actor) -> int:
    """Empty the texts and personal data of old petitions that have ended; return their number.

    They ended more than ``Keep.CORRESPONDENCE`` ago.
    """
    before = clock.now() - timedelta(days=Keep.CORRESPONDENCE.value)
    old = Q(closed_at__lt=before) | Q(closed_at__isnull=True, received_at__lt=before)
    still = Q(state__in=(*OPEN, PetitionState.ANSWERED)) | Q(
        merged__state=PetitionState.MERGED, merged__received_at__gte=before
    )
    due = Petition.objects.filter(old).exclude(still).exclude(body=REDACTED).order_by("id")
    count = 0
    while batch := list(due.values_list("id", flat=True)[:BATCH]):
        _empty(actor, batch)
        count += len(batch)
    return count


@transaction.atomic
def _empty(actor: Actor, batch: list[int]) -> None:
    """Empty the texts and personal data of a batch of petitions."""
    of_these = Q(petition_id__in=batch)
    PetitionTrace.objects.filter(of_these).exclude(words__in=("", REDACTED)).update(words=REDACTED)
    PetitionAnswer.objects.filter(of_these).update(text=REDACTED, public_words="")
    PetitionPromise.objects.filter(of_these).update(words=REDACTED)
    HelpRequest.objects.filter(of_these).update(question=REDACTED, reply="")
    PetitionTransfer.objects.filter(of_these).update(reason=REDACTED)
    Verdict.objects.filter(of_these).update(text="")
    PetitionRemark.objects.filter(of_these).update(text=REDACTED)
    Petition.objects.filter(pk__in=batch).update(**EMPTIED)
    record(actor, "listening.redact", ("listening.petition", "batch"), petitions=len(batch))


@transaction.atomic
def redact_meetings(actor: Actor) -> int:
    """Delete attendees after ``Keep.CONTACT`` and minutes after ``Keep.CORRESPONDENCE``.

    Return the number of attendees.
    """
    now = clock.now()
    contact = now - timedelta(days=Keep.CONTACT.value)
    listed = Attendee.objects.filter(meeting__ends_at__lt=contact).exclude(name=REDACTED)
    people = listed.update(name=REDACTED, phone="", email="")
    old = Meeting.objects.filter(ends_at__lt=now - timedelta(days=Keep.CORRESPONDENCE.value))
    emptied = old.exclude(minutes=REDACTED).update(minutes=REDACTED, chair="", secretary="")
    if people or emptied:
        record(actor, "listening.redact", ("listening.meeting", "batch"), people=people, meetings=emptied)
    return people
