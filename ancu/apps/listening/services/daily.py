"""Daily work: close silent petitions, and escalate overdue ones to the supervising office."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.selectors import inspectorate
from ancu.apps.listening.enums import OPEN, PetitionState, PetitionStep, VerdictValue
from ancu.apps.listening.models import Petition, PetitionTransfer, Verdict
from ancu.apps.listening.rules import may_handle
from ancu.apps.listening.rules.matters import is_statutory
from ancu.apps.listening.selectors import rule_today, the_office
from ancu.apps.listening.services.receiving import assign_by_rule
from ancu.apps.listening.services.state_changes import move, notify_officers, notify_petitioners, record_step
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.working_days import calendar

BATCH = 500
logger = logging.getLogger(__name__)


def close_silent(actor: Actor) -> int:
    """Close answered petitions on which the petitioner has been silent too long; return their number.

    Complaints and denunciations stay open. A petition is settled if one petitioner agreed and none objected. Each has
    a transaction of its own: a concurrent verdict comes first.
    """
    before = clock.now() - timedelta(days=rule_today().silence_days)
    due = Petition.objects.filter(state=PetitionState.ANSWERED, answered_at__lt=before).order_by("id")
    return sum(_close(actor, pk) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _close(actor: Actor, pk: int) -> bool:
    """Close one petition on which the petitioner was silent too long; return whether it was closed.

    False if it is no longer answered, and for a complaint or a denunciation.
    """
    petition = Petition.objects.select_for_update().filter(pk=pk, state=PetitionState.ANSWERED).first()
    if petition is None or is_statutory(petition):
        return False
    answer = petition.answers.filter(approved_at__isnull=False).order_by("-id").first()
    settled = Verdict.objects.filter(answer=answer, verdict=VerdictValue.SETTLED).exists()
    state, step = (
        (PetitionState.SETTLED, PetitionStep.CONFIRMED) if settled else (PetitionState.SILENT, PetitionStep.SILENT)
    )
    move(actor, petition, state, step, closed_at=clock.now())
    if not settled:
        notify_petitioners(actor, petition, "silent", days=rule_today().reopen_days)
    return True


def escalate(actor: Actor) -> int:
    """Escalate each overdue petition, once, to the agency above the unit in charge; return their number."""
    today = clock.today()
    late = Petition.objects.filter(state__in=OPEN, due_on__lt=today, escalated_at__isnull=True).order_by("id")
    return sum(_escalate(actor, pk) for pk in list(late.values_list("pk", flat=True)))


@transaction.atomic
def _escalate(actor: Actor, pk: int) -> bool:
    """Escalate one petition to the agency above if it is overdue long enough; return whether it was."""
    rows = Petition.objects.select_for_update(of=("self",)).select_related("unit__parent")
    petition = rows.filter(pk=pk, state__in=OPEN, escalated_at__isnull=True).first()
    if petition is None:
        return False
    days = calendar().working_days_between(petition.due_on, clock.today())
    above = _unit_above(petition)
    if days < rule_today().escalate_days or above is None:
        return False
    petition.escalated_at, petition.escalated_to = clock.now(), above
    petition.save(update_fields=["escalated_at", "escalated_to"])
    record_step(actor, petition, PetitionStep.ESCALATED, words=above.name)
    notify_officers(actor, petition, above.pk, OFFICE_DECIDERS, "escalated")
    return True


def _unit_above(petition: Petition) -> Organisation | None:
    """Return the agency above the petition's unit; the unit itself if the petition is about that agency.

    None if no unit is in charge and there is no office.
    """
    unit = petition.unit or the_office()
    above = (unit.parent or unit) if unit else None
    return above if above is None or may_handle(above, petition) else petition.unit


def give_to_inspectorate(actor: Actor) -> int:
    """Assign petitions that are, or may be, about the office to the inspectorate, once it exists.

    Return their number.
    """
    office = the_office()
    if office is None:
        return 0
    about_office = Q(about=office) | Q(about__isnull=True, closed_matter=True, meeting__agency=office)
    waiting = Petition.objects.filter(about_office, state=PetitionState.RECEIVED, unit__isnull=True)
    if waiting.exists() and inspectorate() is None:
        logger.warning("a petition about the office waits: no inspectorate is set up")
        return 0
    return sum(_give_to_inspectorate(actor, pk) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _give_to_inspectorate(actor: Actor, pk: int) -> bool:
    """Assign one petition by rule (``assign_by_rule``) if it still has no unit; return whether it was."""
    petition = (
        Petition.objects.select_for_update().filter(pk=pk, state=PetitionState.RECEIVED, unit__isnull=True).first()
    )
    return petition is not None and assign_by_rule(actor, petition)


def ask_for_receipts(actor: Actor) -> int:
    """Escalate each transfer that an outside body did not confirm in time, once; return their number."""
    today = clock.today()
    sent = PetitionTransfer.objects.filter(receipt_on__isnull=True, back_at__isnull=True, escalated_at__isnull=True)
    return sum(
        _escalate_transfer(actor, pk) for pk in list(sent.filter(receipt_due_on__lt=today).values_list("pk", flat=True))
    )


@transaction.atomic
def _escalate_transfer(actor: Actor, pk: int) -> bool:
    """Escalate an unconfirmed transfer of a petition; return False if it was confirmed meanwhile.

    The petition's row is locked first, as when a receipt is recorded.
    """
    rows = Petition.objects.select_for_update(of=("self",)).select_related("unit__parent")
    petition = rows.filter(transfers=pk, state=PetitionState.TRANSFERRED).first()
    sent = PetitionTransfer.objects.filter(
        pk=pk, receipt_on__isnull=True, back_at__isnull=True, escalated_at__isnull=True
    ).first()
    above = _unit_above(petition) if petition else None
    if petition is None or sent is None or above is None:
        return False
    sent.escalated_at = clock.now()
    sent.save(update_fields=["escalated_at"])
    record_step(actor, petition, PetitionStep.UNCONFIRMED, words=f"{sent.to} · {sent.reference}")
    notify_officers(actor, petition, above.pk, OFFICE_DECIDERS, "unconfirmed")
    return True
