"""Open and acknowledge urgent reports."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.accounts.models import Membership, User
from ancu.apps.accounts.selectors import agencies_answering_for
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.contact import rules
from ancu.apps.contact.models import UrgentReport
from ancu.apps.contact.selectors.reports import visible_to
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.selectors import get_establishment
from ancu.apps.messaging.services import MessageUpload, notify, post_message
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require


@transaction.atomic
def open_report(
    *, actor: Actor, establishment_id: int, kind: str, body: str, key: UUID, uploads: Sequence[MessageUpload] = ()
) -> UrgentReport:
    """Open a report; its text is the first message of its own thread, and its officers are notified.

    The same ``key`` returns the same report. 404 for another's lodging, 403 without the right. Raises files.FileRefused
    for a bad file; then nothing is reported.
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
    for officer in _officers_on_duty(establishment):
        _alert_officer(actor, officer, report)
    return report


def _officers_on_duty(establishment: Establishment) -> list[User]:
    """Return the officers who decide on lodgings at the agencies of the lodging's unit or the next one above."""
    agencies = agencies_answering_for(establishment.unit)
    there = Membership.objects.filter(
        organisation_id__in=agencies, role__in=OFFICE_DECIDERS, ended_at__isnull=True, user__is_active=True
    )
    return list(User.objects.filter(pk__in=there.values("user_id")).order_by("pk"))


def _alert_officer(actor: Actor, officer: User, report: UrgentReport) -> None:
    """Send an officer a letter and a text message about the report.

    They do not contain its text, because others may see the officer's phone.
    """
    notify(
        actor=actor,
        to=officer,
        key=f"report:{report.pk}",
        template="contact/letters/report.txt",
        subject=("lodging", report.establishment_id),
        context={"path": reverse("contact:report", args=[report.pk])},
        sms=True,
    )


@transaction.atomic
def acknowledge_report(*, actor: Actor, report_id: int, reply: str = "") -> UrgentReport:
    """Acknowledge an urgent report; the lodging sees when, and the reply if there is one.

    Conflict if it was acknowledged already.
    """
    report = visible_to(actor).select_for_update(of=("self",)).filter(pk=report_id).first()
    if report is None:
        raise Http404
    if report.acknowledged_at is not None:
        raise overtaken_conflict(actor, "acknowledged", report, _("This report has already been acknowledged."))
    require(rules.may_acknowledge(actor, report))
    report.acknowledged_at, report.acknowledged_by_id = clock.now(), actor.user_id
    report.save(update_fields=["acknowledged_at", "acknowledged_by"])
    record(actor, "contact.acknowledged", report, establishment=report.establishment_id)
    if reply.strip():
        post_message(actor=actor, kind="lodging", subject_id=report.establishment_id, topic=report.topic, body=reply)
    return report
