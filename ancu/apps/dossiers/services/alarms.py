"""Alarms to the officer in charge and the heads of the office: open dossiers due soon, passports late in the post."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership, User
from ancu.apps.audit.services import record
from ancu.apps.dossiers.enums import DeadlineAlarmKind
from ancu.apps.dossiers.models import DeadlineAlarm, Dossier, Posting
from ancu.apps.dossiers.rules.alarms import RUNNING, due_alarm
from ancu.apps.dossiers.rules.postings import expected_on, is_late
from ancu.apps.dossiers.selectors.clock import working_days_left
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.services.letters import KIND
from ancu.apps.messaging.services import notify
from ancu.core import clock
from ancu.core.actor import Actor

TEMPLATE = "dossiers/letters/alarm.txt"
POSTING_TEMPLATE = "dossiers/letters/posting_alarm.txt"
LATE_SINCE = timedelta(days=60)  # older postings to applicants are from before their arrival was recorded
READ_AT_ONCE = 500


def send_alarms(actor: Actor) -> int:
    """Send the alarms that are due today; return their number. Idempotent: each is sent once for each dossier.

    A missed run is made up for on the next day. The clock's pauses moved the due day already.
    """
    open_dossiers = Dossier.objects.filter(state__in=RUNNING, due_on__gte=clock.today())
    waiting = open_dossiers.exclude(alarms__kind=DeadlineAlarmKind.DAY_BEFORE).order_by("due_on", "id")
    columns = ("procedure", "submitted_at", "due_on")
    due_ids = [
        dossier.pk for dossier in waiting.only(*columns).iterator(chunk_size=READ_AT_ONCE) if _due_alarm_of(dossier)
    ]
    return sum(_send_alarm(actor, dossier_id) for dossier_id in due_ids)


def _due_alarm_of(dossier: Dossier) -> DeadlineAlarmKind | None:
    """Return the alarm that is due for the dossier today, sent or not; None while its clock does not run."""
    days_left = working_days_left(dossier)
    return None if days_left is None else due_alarm(days_left, procedure_of(dossier).deadline_days)


@transaction.atomic
def _send_alarm(actor: Actor, dossier_id: int) -> int:
    """Send the dossier's alarm if it is due and was not sent; return 1, otherwise 0.

    The dossier is read again under a lock, in case it was decided.
    """
    dossier = Dossier.objects.select_for_update().get(pk=dossier_id)
    kind = _due_alarm_of(dossier) if dossier.state in RUNNING else None
    if kind is None or dossier.due_on is None:
        return 0
    facts = {"due_on": dossier.due_on, "sent_at": clock.now()}
    _alarm, is_new = DeadlineAlarm.objects.get_or_create(dossier=dossier, kind=kind, defaults=facts)
    if not is_new:
        return 0
    for reader in alarm_readers(dossier):
        _notify(actor, dossier, reader, kind)
    record(actor, "dossiers.alarmed", dossier, number=dossier.number, kind=kind.value)
    return 1


def alarm_readers(dossier: Dossier) -> list[User]:
    """Return the officer in charge of the dossier, and the heads of its office: its approving officers."""
    heads = Membership.objects.filter(
        organisation_id=dossier.agency_id or 0, role=Role.APPROVING_OFFICER, ended_at=None
    )
    people = Q(pk=dossier.assigned_to_id or 0) | Q(pk__in=heads.values("user_id"))
    return list(User.objects.filter(people, is_active=True).order_by("pk"))


def _notify(actor: Actor, dossier: Dossier, reader: User, kind: DeadlineAlarmKind) -> None:
    """Write the alarm to an officer; it names the dossier by its number and no person."""
    notify(
        actor=actor,
        to=reader,
        key=f"dossier:{dossier.number}:alarm:{kind}",
        template=TEMPLATE,
        subject=(KIND, dossier.number),
        context={
            "number": dossier.number,
            "procedure": getattr(procedure_of(dossier), f"name_{reader.language}"),
            "due_on": dossier.due_on,
            "is_half_time": kind == DeadlineAlarmKind.HALF_TIME,
            "path": reverse("dossiers:office-dossier", args=[dossier.number]),
        },
    )


# ---- passports in the post -----------------------------------------------------------------------------


def send_posting_alarms(actor: Actor) -> int:
    """Send an alarm for each passport that is late in the post; return their number. Each posting has one at most."""
    today = clock.today()
    waiting = Posting.objects.filter(arrived_at=None, late_alarm_at=None, sent_on__gte=today - LATE_SINCE)
    late_ids = [posting.pk for posting in waiting.order_by("sent_on", "id") if is_late(posting, today)]
    return sum(_send_posting_alarm(actor, posting_id) for posting_id in late_ids)


@transaction.atomic
def _send_posting_alarm(actor: Actor, posting_id: int) -> int:
    """Send the posting's alarm unless it was sent, or the passport arrived meanwhile; return 1, otherwise 0."""
    posting = Posting.objects.select_for_update(of=("self",)).select_related("dossier").get(pk=posting_id)
    dossier = posting.dossier
    if posting.late_alarm_at is not None or not is_late(posting, clock.today()):
        return 0
    posting.late_alarm_at = clock.now()
    posting.save(update_fields=["late_alarm_at"])
    for reader in alarm_readers(dossier):
        _notify_posting(actor, posting, reader)
    record(actor, "dossiers.alarmed_posting", dossier, number=dossier.number, to_office=posting.to_office)
    return 1


def _notify_posting(actor: Actor, posting: Posting, reader: User) -> None:
    """Write to an officer that a passport is late; it names the dossier by its number and no person."""
    dossier = posting.dossier
    notify(
        actor=actor,
        to=reader,
        key=f"dossier:{dossier.number}:posting:{posting.pk}",
        template=POSTING_TEMPLATE,
        subject=(KIND, dossier.number),
        context={
            "number": dossier.number,
            "carrier": posting.carrier,
            "sent_on": posting.sent_on,
            "expected_on": expected_on(posting),
            "to_office": posting.to_office,
            "path": reverse("dossiers:office-dossier", args=[dossier.number]),
        },
    )
