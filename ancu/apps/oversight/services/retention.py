"""Delete personal data of alerts, notices and visits after the retention period; counts and days remain."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from ancu.apps.audit.services import record
from ancu.apps.oversight.enums import WAITING, NoticeState
from ancu.apps.oversight.models import Alert, AlertTrace, Inspection, MetGuest, Notice, PlannedVisit
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.privacy import REDACTED, Keep, redacted_key

BATCH = 1000


def redact_alerts(actor: Actor) -> int:
    """Delete evidence and texts of alerts settled more than ``Keep.STAY`` ago; return their number."""
    before = clock.now() - timedelta(days=Keep.STAY.value)
    old = Q(decided_at__lt=before) | Q(gone_at__lt=before)
    due = Alert.objects.filter(old).exclude(state__in=WAITING).exclude(evidence={}).order_by("id")
    count = 0
    while batch := list(due.values_list("id", flat=True)[:BATCH]):
        with transaction.atomic():
            traces = AlertTrace.objects.filter(alert_id__in=batch)
            traces.exclude(reason="").update(reason=REDACTED)
            traces.exclude(evidence=None).update(evidence={})
            Alert.objects.filter(pk__in=batch).exclude(reason="").update(reason=REDACTED)
            Alert.objects.filter(pk__in=batch).update(evidence={})
            record(actor, "oversight.redact", ("oversight.alert", "batch"), alerts=len(batch))
        count += len(batch)
    return count


@transaction.atomic
def redact_notices(actor: Actor) -> int:
    """Delete the personal data of notices that ended more than ``Keep.STAY`` days ago; return their number."""
    before = clock.now() - timedelta(days=Keep.STAY.value)
    over = Q(ended_at__lt=before) | Q(ended_at__isnull=True, ends_on__lt=before.date())
    count = Notice.objects.filter(over).exclude(full_name=REDACTED).update(
        full_name=REDACTED, birth_date="", sex="", document_number="", legal_basis="", issued_by="", number="",
        end_reason="", state=NoticeState.ENDED,
    )  # fmt: skip
    if count:
        record(actor, "oversight.redact", ("oversight.notice", "batch"), notices=count)
    return count


@transaction.atomic
def redact_inspections(actor: Actor) -> int:
    """Delete personal data of visits more than ``Keep.STAY`` ago; return the number of inspections.

    Reasons of planned visits are deleted too.
    """
    before = clock.now() - timedelta(days=Keep.STAY.value)
    PlannedVisit.objects.filter(day__lt=before.date()).exclude(reason=REDACTED).update(reason=REDACTED)
    old = Inspection.objects.filter(began_at__lt=before).exclude(outcome=REDACTED)
    visits = list(old.values_list("pk", flat=True))
    MetGuest.objects.filter(inspection_id__in=visits).update(
        full_name=REDACTED, document_number=redacted_key(), room=""
    )
    Inspection.objects.filter(pk__in=visits).update(outcome=REDACTED, statement="", representative="", witness="")
    if visits:
        record(actor, "oversight.redact", ("oversight.inspection", "batch"), inspections=len(visits))
    return len(visits)
