"""Remind those who hold a matter: by notification, at most once a day for each matter, recorded in the audit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.accounts.models import User
from ancu.apps.audit.services import record
from ancu.apps.contact.selectors.reports import get_report, officers_on_duty
from ancu.apps.listening.rules import HANDLERS
from ancu.apps.messaging.services import notify
from ancu.apps.oversight.enums import WAITING
from ancu.apps.oversight.selectors import get_alert
from ancu.apps.reporting.enums import ReminderKind
from ancu.apps.reporting.models import Reminder
from ancu.apps.reporting.rules import morning as rules
from ancu.apps.reporting.rules.morning import Due
from ancu.apps.reporting.selectors.morning import alerts, dossiers, missed, petitions
from ancu.apps.reporting.selectors.morning.owners import answering_agencies, officers_of
from ancu.apps.reporting.selectors.morning.scope import MorningScope, morning_scope
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require

TEMPLATE = "reporting/letters/reminder.txt"


@dataclass(frozen=True)
class HeldMatter:
    """Who holds a matter, and the page on which each of them finds it."""

    people: Sequence[User]
    path: str


@transaction.atomic
def remind(*, actor: Actor, kind: str, subject_id: int) -> Reminder:
    """Notify those who hold the matter; return the reminder.

    404 for a matter that the actor may not see or that is settled, 403 for all but heads of unit. Conflict if it was
    reminded of today, or if nobody but the actor holds it.
    """
    scope = morning_scope(actor)
    require(rules.leads_morning(actor))
    if kind not in HOLDERS:
        raise Http404
    matter = HOLDERS[ReminderKind(kind)](scope, subject_id)
    if not matter.people:
        raise Conflict("nobody_to_remind", _("Nobody but you holds this matter."))
    now, today = clock.now(), clock.today()
    reminder, created = Reminder.objects.get_or_create(
        kind=kind, subject_id=subject_id, day=today,
        defaults={"reminded_at": now, "reminded_by_id": actor.user_id or 0, "people": len(matter.people)},
    )  # fmt: skip
    if not created:
        raise Conflict("reminded_today", _("A reminder of this was already sent today."))
    for person in matter.people:
        _notify(actor, person, ReminderKind(kind), reminder, matter.path)
    record(actor, "reporting.reminded", reminder, kind=kind, matter=subject_id, people=len(matter.people))
    return reminder


def _notify(actor: Actor, person: User, kind: ReminderKind, reminder: Reminder, path: str) -> None:
    """Notify one of those who hold the matter; the letter names no person of the matter."""
    notify(
        actor=actor, to=person, key=f"reminder:{reminder.pk}", template=TEMPLATE,
        subject=("reporting.reminder", reminder.pk),
        context={"what": kind.label, "by": actor.label, "path": path, "is_question": kind.is_question},
    )  # fmt: skip


def _report_holders(scope: MorningScope, report_id: int) -> HeldMatter:
    """Return the officer whom the urgent report is assigned to; without one the officers on duty."""
    report = get_report(scope.actor, report_id)
    if report.acknowledged_at is not None:
        raise Http404
    people = [report.assigned_to] if report.assigned_to else list(officers_on_duty(report.establishment))
    others = [person for person in people if person.pk not in scope.actor.own_user_ids]
    return HeldMatter(others, reverse("contact:report", args=[report_id]))


def _dossier_holders(scope: MorningScope, agency_id: int) -> HeldMatter:
    """Return the officers of the actor's agency who hold overdue dossiers."""
    if agency_id != scope.actor.organisation_id or not dossiers.reads(scope):
        raise Http404
    holders = dossiers.late(scope).exclude(assigned_to=None).values("assigned_to")
    people = User.objects.filter(pk__in=holders, is_active=True).exclude(pk__in=scope.actor.own_user_ids)
    return HeldMatter(list(people.order_by("pk")), f"{reverse('dossiers:queue')}?due=late&officer=me")


def _alert_holders(scope: MorningScope, alert_id: int) -> HeldMatter:
    """Return the officers who decide at the agency of the alert's place, and the officer who asked the lodging."""
    alert = get_alert(scope.actor, alert_id)
    agency = answering_agencies(scope).of(alert.unit_id)
    if alert.state not in WAITING or agency is None:
        raise Http404
    people = officers_of(agency[0], OFFICE_DECIDERS, scope.actor)
    asking = {pk for pk, _name in alerts.questioners([alert]).values()} - scope.actor.own_user_ids
    people += User.objects.filter(pk__in=asking.difference(person.pk for person in people))
    return HeldMatter(people, reverse("oversight:alert", args=[alert_id]))


def _petition_holders(scope: MorningScope, agency_id: int) -> HeldMatter:
    """Return the handlers of an agency that owes overdue answers."""
    late = petitions.with_due(petitions.waiting(scope)).filter(unit_id=agency_id, due=Due.LATE.value)
    if not petitions.reads(scope) or not late.exists():
        raise Http404
    return HeldMatter(officers_of(agency_id, HANDLERS, scope.actor), f"{reverse('listening:petitions')}?view=overdue")


def _promise_holders(scope: MorningScope, promise_id: int) -> HeldMatter:
    """Return the handlers of the unit that promised, without officers whom the petition may be about."""
    if not petitions.reads(scope):
        raise Http404
    promise = petitions.open_promises(scope).filter(pk=promise_id).first()
    if promise is None:
        raise Http404
    handlers = officers_of(promise.agency_id, HANDLERS, scope.actor)
    people = [person for person in handlers if person.pk not in promise.petition.about_officers]
    return HeldMatter(people, reverse("listening:petition", args=[promise.petition.number]))


def _late_declaration_holders(scope: MorningScope, agency_id: int) -> HeldMatter:
    """Return the officers who decide at the agency with most late declarations, while their target is missed."""
    if missed.agency_with_late_declarations(scope) != agency_id:
        raise Http404
    people = officers_of(agency_id, OFFICE_DECIDERS, scope.actor)
    return HeldMatter(people, f"{reverse('stays:guests')}?late=on&everyone=on")


def _late_decision_holders(scope: MorningScope, agency_id: int) -> HeldMatter:
    """Return the officers who held the dossiers decided after the promised day, while the target is missed."""
    if agency_id != scope.actor.organisation_id or not missed.misses_promises(scope):
        raise Http404
    holders = [pk for pk in missed.late_decisions(scope).by_officer if pk is not None]
    people = User.objects.filter(pk__in=holders, is_active=True).exclude(pk__in=scope.actor.own_user_ids)
    return HeldMatter(list(people.order_by("pk")), reverse("dossiers:queue"))


HOLDERS: dict[ReminderKind, Callable[[MorningScope, int], HeldMatter]] = {
    ReminderKind.REPORT: _report_holders,
    ReminderKind.DOSSIERS: _dossier_holders,
    ReminderKind.ALERT: _alert_holders,
    ReminderKind.PETITIONS: _petition_holders,
    ReminderKind.PROMISE: _promise_holders,
    ReminderKind.DECLARED: _late_declaration_holders,
    ReminderKind.DECIDED: _late_decision_holders,
}
