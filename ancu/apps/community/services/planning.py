"""Set goals, store pledges and close books."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.community import rules
from ancu.apps.community.enums import GoalKind
from ancu.apps.community.models import BooksClosing, Donor, Pledge, Programme, ProgrammeGoal, ProgrammeItem
from ancu.apps.community.selectors.ledger import closed_until, get_programme
from ancu.apps.community.selectors.reconciling import unsettled
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import new_reference
from ancu.core.errors import Conflict, Http404, require
from ancu.core.templatetags.ui import number


def reference_prefix() -> str:
    """Return the prefix of references for pledges, which differs from that for fees."""
    return f"{settings.OFFICE_PREFIX}U"


@transaction.atomic
def set_goal(
    *, actor: Actor, programme_id: int, what: str, item: ProgrammeItem | None, quantity: int,
    set_on: date | None = None,
    latest_shown: int | None = None,
) -> ProgrammeGoal:  # fmt: skip
    """Set a goal that replaces the previous one of its kind; both remain visible.

    ``set_on``: the day it was decided, today by default. ``latest_shown``: the programme's latest goal when the page
    was opened. Conflict for a newer goal of the kind, for a future day or one before the goal it replaces.
    """
    programme = lock_programme(actor, programme_id)
    item = None if what == GoalKind.REACHED else item
    if what != GoalKind.REACHED and (item is None or item.programme_id != programme.pk):
        raise Http404
    before = programme.goals.filter(what=what, item=item).order_by("-pk").first()
    if before is not None and before.quantity == quantity:
        return before
    if before is not None and latest_shown is not None and before.pk > latest_shown:
        sentence = _("This goal is now %(quantity)s.") % {"quantity": number(before.quantity)}
        raise overtaken_conflict(actor, "goal_changed", programme, sentence, only=Q(details__goal=before.pk))
    day = set_on or clock.today()
    if day > clock.today() or (before is not None and day < before.set_on):
        raise Conflict("goal_day", _("The date must be today or earlier, and not before the previous goal."))
    goal = ProgrammeGoal.objects.create(
        programme=programme, what=what, item=item, quantity=quantity, set_on=day, set_by_id=actor.user_id or 0
    )
    record(actor, "community.goal", programme, goal=goal.pk, quantity=quantity)
    return goal


@transaction.atomic
def add_pledge(
    *, actor: Actor, programme_id: int, donor: Donor, item: ProgrammeItem, quantity: int, due_on: date, key: UUID
) -> Pledge:
    """Store a donor's pledge of an item; the same ``key`` returns the same pledge.

    Conflict for a ``due_on`` that has passed; 404 for a donor of another agency or an item of another programme.
    """
    programme = lock_programme(actor, programme_id)
    if donor.agency_id != programme.agency_id or item.programme_id != programme.pk:
        raise Http404
    before = Pledge.objects.filter(key=key).first()
    if before is not None:
        if before.programme_id != programme.pk:
            raise Http404
        return before
    if due_on < clock.today():
        raise Conflict("past", _("The date of a pledge must be in the future."))
    pledge = Pledge.objects.create(
        programme=programme, donor=donor, item=item, quantity=quantity, made_on=clock.today(), due_on=due_on,
        reference=new_reference(reference_prefix()), key=key, made_at=clock.now(), made_by_id=actor.user_id or 0,
    )  # fmt: skip
    record(actor, "community.pledge", programme, pledge=pledge.pk)
    return pledge


@transaction.atomic
def withdraw(*, actor: Actor, programme_id: int, pledge_id: int, why: str) -> Pledge:
    """Withdraw a pledge, or the part of it that has not been given. The gifts for it remain."""
    programme = lock_programme(actor, programme_id)
    pledge_row = programme.pledges.select_for_update().filter(pk=pledge_id).first()
    if pledge_row is None:
        raise Http404
    if pledge_row.withdrawn_at is not None:
        raise overtaken_conflict(actor, "withdrawn", programme, _("This pledge has already been withdrawn."))
    pledge_row.withdrawn_at, pledge_row.withdrawn_why = clock.now(), why
    pledge_row.save(update_fields=["withdrawn_at", "withdrawn_why"])
    record(actor, "community.pledge_withdrawn", programme, pledge=pledge_row.pk)
    return pledge_row


@transaction.atomic
def close(*, actor: Actor, programme_id: int, until: date) -> BooksClosing:
    """Close the books up to the day ``until``; later corrections are entries of a later day.

    Conflict while an objection or transfer of that time is open, for a day that is not over, and for an already
    closed day.
    """
    programme = lock_programme(actor, programme_id)
    if until >= clock.today():
        raise Conflict("not_over", _("You can close only days that are over."))
    before = closed_until(programme)
    if before is not None and until <= before:
        sentence = _("The books are already closed up to %(day)s.") % {"day": f"{before:%d/%m/%Y}"}
        raise overtaken_conflict(actor, "closed", programme, sentence)
    _require_settled(programme, until)
    closing = BooksClosing.objects.create(
        programme=programme, until=until, made_at=clock.now(), made_by_id=actor.user_id or 0
    )
    record(actor, "community.closed", programme, until=until.isoformat())
    return closing


def _require_settled(programme: Programme, until: date) -> None:
    """Raise Conflict while an objection or bank transfer up to the day ``until`` is open."""
    if reasons := unsettled(programme, until):
        sentence = _("You cannot close the books up to %(day)s yet. First resolve: %(what)s.")
        raise Conflict("unsettled", sentence % {"day": f"{until:%d/%m/%Y}", "what": ", ".join(reasons)})


def lock_programme(actor: Actor, programme_id: int) -> Programme:
    """Return the actor's agency's programme, locked, so that ledger entries are made one at a time."""
    programme = get_programme(actor, programme_id)
    require(rules.may_enter(actor, programme))
    return Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
