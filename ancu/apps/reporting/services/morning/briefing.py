"""The morning briefing: on which weekdays it is sent and to whom, and one PDF for each recipient.

Each recipient's PDF has what the recipient may see at the moment of sending. A person who may no longer read the page
gets none.
"""

from collections.abc import Collection
from datetime import date

from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Membership, User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.audit.services import record
from ancu.apps.reporting.models import BriefingCopy, BriefingPlan
from ancu.apps.reporting.rules import morning as rules
from ancu.apps.reporting.selectors.morning.briefing import possible_recipients
from ancu.apps.reporting.selectors.morning.page import morning_page
from ancu.apps.reporting.selectors.morning.scope import morning_scope
from ancu.apps.reporting.services.morning.paper import render_briefing
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, require
from ancu.core.templatetags.ui import day as spoken_day
from ancu.core.web.mail import render_letter, send_by_smtp

JOB = "reporting.send_briefing"
TEMPLATE = "reporting/letters/briefing.txt"
WEEKDAYS = range(7)


@transaction.atomic
def plan_briefing(*, actor: Actor, weekdays: Collection[int], recipients: Collection[int]) -> BriefingPlan:
    """Store on which weekdays the agency's briefing is sent, and to which of its officers; the head of unit does it.

    Conflict for somebody who may not read the page.
    """
    require(rules.leads_morning(actor))
    if not set(recipients) <= set(dict(possible_recipients(actor))):
        raise Conflict("not_a_reader", _("This person may not read the morning page."))
    values = {"weekdays": sorted(set(weekdays) & set(WEEKDAYS)), "changed_at": clock.now()}
    values["changed_by_id"] = actor.user_id or 0
    plan, _new = BriefingPlan.objects.update_or_create(agency_id=actor.organisation_id or 0, defaults=values)
    plan.recipients.set(recipients)
    record(actor, "reporting.briefing_planned", plan, weekdays=plan.weekdays, recipients=sorted(recipients))
    return plan


@transaction.atomic
def send_now(*, actor: Actor) -> int:
    """Queue today's briefing for each chosen recipient who has not got it; return their number.

    Conflict without recipients, or if all have got it today.
    """
    require(rules.leads_morning(actor))
    plan = BriefingPlan.objects.filter(agency_id=actor.organisation_id or 0).first()
    if plan is None or not plan.recipients.exists():
        raise Conflict("no_recipients", _("Choose who gets the briefing first."))
    number = _queue(plan, clock.today())
    if not number:
        raise Conflict("briefing_sent", _("Today’s briefing was already sent."))
    record(actor, "reporting.briefing_ordered", plan, number=number)
    return number


@transaction.atomic
def queue_todays(actor: Actor) -> int:
    """Queue the briefings of the agencies that have chosen this weekday; return the number of letters."""
    today = clock.today()
    plans = BriefingPlan.objects.filter(weekdays__contains=[today.weekday()], agency__closed_at=None).order_by("pk")
    number = sum(_queue(plan, today) for plan in plans)
    if number:
        record(actor, "reporting.briefing_ordered", ("reporting.briefingplan", "daily"), number=number)
    return number


def _queue(plan: BriefingPlan, day: date) -> int:
    """Queue the day's briefing for the plan's recipients who have none yet; return their number."""
    number = 0
    for user in plan.recipients.filter(is_active=True).order_by("pk"):
        copy, created = BriefingCopy.objects.get_or_create(
            agency_id=plan.agency_id, recipient=user, day=day, defaults={"queued_at": clock.now()}
        )
        if created:
            enqueue(JOB, copy_id=copy.pk)
            number += 1
    return number


@transaction.atomic
def send_copy(copy_id: int) -> bool:
    """Send a queued briefing; return whether it was sent. Raises LetterNotSent to be retried.

    The row is locked while the letter is sent, so that two workers never send the same one. A briefing of an earlier
    day is out of date and is not sent.
    """
    waiting = BriefingCopy.objects.select_for_update(skip_locked=True, of=("self",)).select_related("recipient")
    copy = waiting.filter(pk=copy_id, sent_at__isnull=True, day=clock.today()).first()
    reader = reader_of(copy.recipient, copy.agency_id) if copy else None
    if copy is None or reader is None:
        return False
    send_by_smtp(_letter(reader, copy.recipient))
    copy.sent_at = clock.now()
    copy.save(update_fields=["sent_at"])
    record(system(JOB), "reporting.briefing_sent", copy, recipient=copy.recipient_id)
    return True


def reader_of(user: User, agency_id: int) -> Actor | None:
    """Return the user as a member of the agency; None if he may not read its morning page now."""
    membership = Membership.objects.filter(user=user, organisation_id=agency_id, ended_at__isnull=True).first()
    if membership is None or not user.is_active:
        return None
    actor = actor_for(user, membership.pk)
    return actor if actor.membership_id == membership.pk and rules.reads_morning(actor) else None


def _letter(reader: Actor, user: User) -> EmailMessage:
    """Return the letter with the PDF of what its reader may see, in the reader's language."""
    scope = morning_scope(reader)
    day = spoken_day(scope.day)
    subject, body = render_letter(
        TEMPLATE, user.language, day=day, agency=reader.organisation_name, path=reverse("reporting:morning")
    )
    letter = EmailMessage(subject, body, to=[user.email])
    letter.attach(file_name(scope.day), render_briefing(morning_page(scope), user.language), "application/pdf")
    return letter


def file_name(day: date) -> str:
    """Return the name of the briefing's file."""
    return f"an-cu-giao-ban-{day:%Y%m%d}.pdf"


def download(*, actor: Actor, language: str) -> tuple[str, bytes]:
    """Return name and content of today's briefing for the actor, recorded in the audit."""
    scope = morning_scope(actor)
    content = render_briefing(morning_page(scope), language)
    record(actor, "reporting.briefing_downloaded", ("reporting.morning", scope.root.pk))
    return file_name(scope.day), content
