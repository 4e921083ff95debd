"""Judge the evidence of every alert again, and compare what comes of it with what is stored."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Exists, OuterRef, QuerySet

from ancu.apps.audit.enums import ProofKind
from ancu.apps.audit.selectors.proofs import ProofCheck
from ancu.apps.audit.services.proofs import store_proof_check
from ancu.apps.oversight.enums import WAITING
from ancu.apps.oversight.models import Alert, AlertTrace
from ancu.apps.oversight.services.evaluating import reevaluate
from ancu.core import clock
from ancu.core.security.privacy import Keep

BATCH = 1000


def verify_alerts(since: date | None = None) -> ProofCheck:
    """Judge each alert's evidence again, or of those raised since a day; return the counts and mismatches.

    An alert whose evidence was deleted on time is only counted; deleted sooner, it is a mismatch.
    """
    checked, emptied = 0, 0
    mismatches: list[int] = []
    for alert in _alerts_to_verify(since):
        if _is_emptied(alert):
            emptied += 1
            continue
        checked += 1
        if not _is_genuine(alert):
            mismatches.append(alert.pk)
    return ProofCheck(clock.now(), ProofKind.ALERTS, checked, emptied, mismatches)


def check_alerts() -> None:
    """Verify every alert and store the outcome for the administrators."""
    store_proof_check(verify_alerts())


def _alerts_to_verify(since: date | None) -> Iterator[Alert]:
    """Yield all alerts raised since the day (None: all) in order of id, each with ``has_other_evidence``.

    It says whether the alert's history has a step with the same digest but other evidence, which means tampering.
    """
    altered = AlertTrace.objects.filter(alert=OuterRef("pk"), digest=OuterRef("digest"), evidence__isnull=False)
    alerts: QuerySet[Alert] = Alert.objects.annotate(
        has_other_evidence=Exists(altered.exclude(evidence=OuterRef("evidence")))
    )
    if since:
        alerts = alerts.filter(raised_at__gte=clock.start_of(since))
    last = 0
    while batch := list(alerts.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _is_emptied(alert: Alert) -> bool:
    """Whether the alert's evidence was deleted after its retention period."""
    before = clock.now() - timedelta(days=Keep.STAY.value)
    ends = [moment for moment in (alert.decided_at, alert.gone_at) if moment]
    return alert.evidence == {} and alert.state not in WAITING and any(moment < before for moment in ends)


def _is_genuine(alert: Alert) -> bool:
    """Whether judging the alert's stored evidence again gives the stored severity, first day and digest.

    False also for evidence that the rule cannot read, since it was altered.
    """
    if alert.has_other_evidence:  # type: ignore[attr-defined]
        return False
    try:
        finding, digest = reevaluate(alert)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        ObjectDoesNotExist,
        TypeError,
        ValueError,
    ):  # altered evidence need not have the shape that the rule reads
        return False
    stored = (alert.digest, alert.severity, alert.since, alert.evidence)
    return finding is not None and (digest, finding.severity, finding.since, finding.evidence) == stored
