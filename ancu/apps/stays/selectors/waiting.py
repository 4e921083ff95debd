"""What of stays waits for an actor: guests whose day of leaving has come, and confirmations that are owed."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.stays.enums import ConfirmationState
from ancu.apps.stays.models import OPEN, Confirmation
from ancu.apps.stays.rules import may_read_confirmations
from ancu.apps.stays.selectors import confirmations, visible_to
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.templatetags.ui import counted
from ancu.core.waiting import SHOWN, Pile, Task, only, pile


def waits(actor: Actor) -> list[Pile]:
    return list(_waits(actor)) if actor.kind is ActorKind.PERSON else []


def _waits(actor: Actor) -> Iterator[Pile]:
    if actor.is_lodging:
        yield _leaving(actor)
    elif may_read_confirmations(actor):
        asked = confirmations.visible_to(actor).filter(state=ConfirmationState.REQUESTED)
        asked = only(asked.order_by("due_on", "id"), "reference", "due_on", "stay__establishment__name")
        page = reverse("stays:confirmations")
        yield pile(_("Confirmations of stay"), "shield", page, asked, _confirmation)


def _leaving(actor: Actor) -> Pile:
    """One task for each lodging: its own page of the day has the guests."""
    due = visible_to(actor).filter(OPEN, expected_departure__lt=clock.today(), establishment__sandbox=False)
    grouped = due.order_by().values_list("establishment_id", "establishment__name")
    rows = grouped.annotate(Count("pk"), Min("expected_departure")).order_by("establishment__name")
    tasks = [_gone(name, left, since) for _pk, name, left, since in rows]
    return Pile(_("Check out or extend"), "door", reverse("stays:today"), len(tasks), tasks[:SHOWN])


def _gone(name: str, left: int, since: date) -> Task:
    said = counted("%(n)s guest should have left", "%(n)s guests should have left", left)
    return Task(said, f"{reverse('stays:today')}?list=overdue", name, since)


def _confirmation(one: Confirmation) -> Task:
    place = one.stay.establishment.name if one.stay else ""
    return Task(one.reference, reverse("stays:office-confirmation", args=[one.pk]), place, one.due_on)
