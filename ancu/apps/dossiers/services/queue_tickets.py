"""Numbers at the counters: given out, called, and closed."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Organisation
from ancu.apps.audit.services import record
from ancu.apps.dossiers.models import Counter, Dossier, QueuedDossier, QueueTicket
from ancu.apps.dossiers.rules.counter import may_receive_at_counter
from ancu.apps.dossiers.selectors.queue_tickets import served_ticket, uncalled
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require


@transaction.atomic
def issue_ticket(actor: Actor) -> QueueTicket:
    """Give out the next number of today at the actor's agency."""
    require(may_receive_at_counter(actor))
    agency, today = _lock_agency(actor), clock.today()
    last = QueueTicket.objects.filter(agency=agency, day=today).aggregate(last=Max("number"))["last"] or 0
    ticket = QueueTicket.objects.create(agency=agency, day=today, number=last + 1, issued_at=clock.now())
    record(actor, "dossiers.ticket_issued", ticket, number=ticket.number)
    return ticket


def _lock_agency(actor: Actor) -> Organisation:
    """Return the actor's agency, locked: numbers are given out and called one after another."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation_id or 0)


@transaction.atomic
def call_next(actor: Actor, *, counter_id: int | None = None, served_id: int | None = None) -> QueueTicket:
    """Call the first waiting number to the counter; the number that the actor served before is closed as served.

    ``served_id`` is the ticket that the page showed as served: Conflict if another is, so that a button pressed twice
    calls one person. Conflict also if nobody waits; 404 for another office's counter.
    """
    require(may_receive_at_counter(actor))
    agency = _lock_agency(actor)
    if counter_id and not Counter.objects.filter(pk=counter_id, agency=agency).exists():
        raise Http404
    served = served_ticket(actor)
    if (served.pk if served else None) != served_id:
        raise Conflict("queue_moved_on", _("You have already called this number or closed it."))
    following = uncalled(agency.pk).first()
    if following is None:
        raise Conflict("nobody_waits", _("Nobody is waiting."))
    _close(actor, came=True)
    following.counter_id, following.called_at, following.called_by_id = counter_id, clock.now(), actor.user_id
    following.save(update_fields=["counter", "called_at", "called_by"])
    record(actor, "dossiers.ticket_called", following, number=following.number)
    return following


@transaction.atomic
def close_ticket(actor: Actor, *, came: bool) -> None:
    """Close the number that the actor serves: served, or called in vain. Conflict if the actor serves none."""
    require(may_receive_at_counter(actor))
    if not _close(actor, came=came):
        raise Conflict("no_ticket", _("You are not serving any number."))


def _close(actor: Actor, *, came: bool) -> bool:
    """Close the number that the actor serves, from today or an earlier day; return whether there was one."""
    open_tickets = QueueTicket.objects.select_for_update().filter(called_by_id=actor.user_id or 0, ended_at=None)
    ticket = open_tickets.first()
    if ticket is None:
        return False
    ticket.ended_at, ticket.came = clock.now(), came
    ticket.save(update_fields=["ended_at", "came"])
    record(actor, "dossiers.ticket_closed", ticket, number=ticket.number, came=came)
    return True


@transaction.atomic
def join_ticket(actor: Actor, dossier: Dossier) -> None:
    """Note for which number the dossier is worked on: the one that the actor serves today, if there is one.

    The number of an earlier visit is replaced.
    """
    require(may_receive_at_counter(actor))
    if (ticket := served_ticket(actor)) is not None:
        QueuedDossier.objects.update_or_create(dossier=dossier, defaults={"ticket": ticket})
