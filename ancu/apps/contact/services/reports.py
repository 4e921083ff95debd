"""Open and acknowledge urgent reports."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import User
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.contact import rules
from ancu.apps.contact.models import UrgentReport
from ancu.apps.contact.selectors.reports import officers_on_duty, officers_to_assign, visible_to
from ancu.apps.lodging.selectors import get_establishment
from ancu.apps.messaging.services import MessageUpload, notify, post_message
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require


@transaction.atomic
def open_report(
    *, actor: Actor, establishment_id: int, kind: str, body: str, key: UUID, uploads: Sequence[MessageUpload] = ()
) -> UrgentReport:
    """Create an urgent report of a lodging and notify the officers on duty; its text begins a conversation.

    The same ``key`` returns the same report. 404 for another's lodging, 403 without the right. Raises
    files.FileRefused for a bad file; then nothing is reported.
    """
    establishment = get_establishment(actor, establishment_id)
    require(rules.may_report(actor, establishment))
    report, created = UrgentReport.objects.get_or_create(
        key=key,
        defaults={
            "establishment": establishment,
            "kind": kind,
            "reported_at": clock.now(),
            "reported_by_id": actor.user_id or 0,
        },
    )
    if not created:
        if report.establishment_id != establishment.pk:
            raise Http404
        return report
    post_message(
        actor=actor, kind="lodging", subject_id=establishment.pk, topic=report.topic, body=body, uploads=uploads
    )
    record(actor, "contact.reported", report, kind=kind, establishment=establishment.pk)
    for officer in officers_on_duty(establishment):
        _alert_officer(actor, officer, report)
    return report


def _alert_officer(actor: Actor, officer: User, report: UrgentReport, *, occasion: str = "") -> None:
    """Send an officer a letter and a text message about the report, once for each ``occasion``.

    They do not contain its text, because others may see the officer's phone.
    """
    notify(
        actor=actor,
        to=officer,
        key=f"report:{report.pk}{f':{occasion}' if occasion else ''}",
        template="contact/letters/report.txt",
        subject=("lodging", report.establishment_id),
        context={"path": reverse("contact:report", args=[report.pk])},
        sms=True,
    )


@transaction.atomic
def assign_report(*, actor: Actor, report_id: int, officer_id: int) -> UrgentReport:
    """Name the officer who answers an urgent report, and notify him; the head of unit does it.

    Conflict if it was acknowledged already, or for somebody who does not answer such reports.
    """
    report = _lock_waiting(actor, report_id)
    require(rules.may_assign(actor, report))
    if officer_id not in dict(officers_to_assign(actor, report.establishment)):
        raise Conflict("not_an_officer", _("This person does not answer reports of this lodging."))
    report.assigned_at, report.assigned_to = clock.now(), User.objects.get(pk=officer_id)
    report.save(update_fields=["assigned_at", "assigned_to"])
    record(actor, "contact.assigned", report, establishment=report.establishment_id, to=officer_id)
    _alert_officer(actor, report.assigned_to, report, occasion=f"assigned:{report.assigned_at:%Y%m%d%H%M%S}")
    return report


def _lock_waiting(actor: Actor, report_id: int) -> UrgentReport:
    """Return the locked report that the actor may see; Conflict if it was acknowledged already."""
    report = visible_to(actor).select_for_update(of=("self",)).filter(pk=report_id).first()
    if report is None:
        raise Http404
    if report.acknowledged_at is not None:
        raise overtaken_conflict(actor, "acknowledged", report, _("This report has already been acknowledged."))
    return report


@transaction.atomic
def acknowledge_report(*, actor: Actor, report_id: int, reply: str = "") -> UrgentReport:
    """Acknowledge an urgent report; the lodging sees when, and the reply if there is one.

    Conflict if it was acknowledged already.
    """
    report = _lock_waiting(actor, report_id)
    require(rules.may_acknowledge(actor, report))
    report.acknowledged_at, report.acknowledged_by_id = clock.now(), actor.user_id
    report.save(update_fields=["acknowledged_at", "acknowledged_by"])
    record(actor, "contact.acknowledged", report, establishment=report.establishment_id)
    if reply.strip():
        post_message(actor=actor, kind="lodging", subject_id=report.establishment_id, topic=report.topic, body=reply)
    return report
