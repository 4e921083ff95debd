"""Empty drafts, pictures of handwriting and texts after their retention period."""

from datetime import timedelta

from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.surveys.enums import QuestionKind, ResponseState
from ancu.apps.surveys.models import ReadingDoubt, Scan, ScannedPage, SurveyResponse
from ancu.apps.surveys.rules.definition import read
from ancu.apps.surveys.services.answering import delete_abandoned_drafts
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.privacy import REDACTED, Keep

WRITTEN = (QuestionKind.SHORT, QuestionKind.LONG)


@transaction.atomic
def redact(actor: Actor) -> int:
    """Empty old free texts and the pictures and names of scans, and delete abandoned drafts.

    Second keyings that were never compared are deleted too. Returns the number of responses and pages changed; the
    figures stay.
    """
    emptied = delete_abandoned_drafts() + _redact_pictures() + _redact_texts() + _resolve_keyings()
    if emptied:
        record(actor, "surveys.redact", ("surveys.survey", "batch"), emptied=emptied)
    return emptied


def _redact_pictures() -> int:
    """Empty the pictures, file names and cut-outs of old scans; return the number of pages."""
    over = clock.now() - timedelta(days=Keep.SOURCE_FILE.value)
    old = ScannedPage.objects.filter(scan__given_at__lt=over)
    Scan.objects.filter(given_at__lt=over).exclude(name=REDACTED).update(name=REDACTED)
    ReadingDoubt.objects.filter(page__in=old).exclude(crop=b"").update(crop=b"", guess=None)
    return old.filter(picture__isnull=False).update(picture=None)


def _redact_texts() -> int:
    """Replace free texts in completed responses past their retention by ``REDACTED``; return the responses changed."""
    over = clock.today() - timedelta(days=Keep.CORRESPONDENCE.value)
    old = SurveyResponse.objects.filter(state=ResponseState.COMPLETE, submitted_on__lt=over).select_related("version")
    emptied = 0
    for response in old.iterator():
        texts = [question.id for question in read(response.version.definition).questions() if question.kind in WRITTEN]
        changed = {key: REDACTED for key in texts if response.answers.get(key, REDACTED) != REDACTED}
        if changed:
            SurveyResponse.objects.filter(pk=response.pk).update(answers=response.answers | changed)
            emptied += 1
    return emptied


def _resolve_keyings() -> int:
    """Delete second keyings that nobody compared with the first within the retention period; return their number."""
    over = clock.now() - timedelta(days=Keep.SOURCE_FILE.value)
    old = SurveyResponse.objects.filter(second__isnull=False, sheet__run__printed_at__lt=over)
    return SurveyResponse.objects.filter(pk__in=list(old.values_list("pk", flat=True))).update(second=None)
