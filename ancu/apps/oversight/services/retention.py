"""What alerts held about people is emptied when the stays' time is over; counts and days stay for the figures."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from ancu.apps.audit.services import record
from ancu.apps.oversight.enums import WAITING
from ancu.apps.oversight.models import Alert, Trace
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.privacy import REDACTED, Keep

BATCH = 1000


def redact_alerts(actor: Actor) -> int:
    """Empty evidence and words of alerts that were settled more than ``Keep.STAY`` ago; returns how many."""
    before = clock.now() - timedelta(days=Keep.STAY.value)
    old = Q(decided_at__lt=before) | Q(gone_at__lt=before)
    due = Alert.objects.filter(old).exclude(state__in=WAITING).exclude(evidence={}).order_by("id")
    count = 0
    while batch := list(due.values_list("id", flat=True)[:BATCH]):
        with transaction.atomic():
            said = Trace.objects.filter(alert_id__in=batch)
            said.exclude(reason="").update(reason=REDACTED)
            said.exclude(evidence=None).update(evidence={})
            Alert.objects.filter(pk__in=batch).exclude(reason="").update(reason=REDACTED)
            Alert.objects.filter(pk__in=batch).update(evidence={})
            record(actor, "oversight.redact", ("oversight.alert", "batch"), alerts=len(batch))
        count += len(batch)
    return count
