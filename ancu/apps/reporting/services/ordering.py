"""A year is asked to be published; a job works it out, says how far it is, and how it ended."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.reporting.enums import ORDER_TRANSITIONS, OrderState
from ancu.apps.reporting.models import Order, Release
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.selectors.periods import closed_count
from ancu.apps.reporting.services import publishing
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, require


@transaction.atomic
def order(*, actor: Actor, year: int) -> Order:
    """Asked again while it is worked out, it is the same order. Conflict when no month is closed."""
    require(access.leads(actor))
    if not closed_count(year):
        raise Conflict("open", _("No month of this year is closed yet."))
    found, new = Order.objects.get_or_create(
        year=year, ended_at=None, defaults={"asked_at": clock.now(), "asked_by_id": actor.user_id or 0}
    )
    if new:
        record(actor, "reporting.ordered", found, year=year)
        enqueue("reporting.publish", lock=f"reporting.publish:{year}", order_id=found.pk)
    return found


def carry_out(order_id: int) -> None:
    """For the job. The release and the order's end are one transaction: done twice, the second finds it ended."""
    found = Order.objects.filter(pk=order_id, ended_at=None).first()
    if found is None:
        return
    try:
        draft = publishing.work_out(found.year, lambda done, total: _heard(found, done, total))
        with transaction.atomic():
            actor = system("reporting.publish")
            release = publishing.store(actor=actor, draft=draft, made_by=found.asked_by_id)
            _end(found, OrderState.DONE, release)
    except Conflict as refused:
        _end(found, OrderState.SAME if refused.code == "same" else OrderState.FAILED)
    except Exception:
        _end(found, OrderState.FAILED)
        raise


def _heard(found: Order, done: int, total: int) -> None:
    found.done, found.total = done, total
    _move(found, OrderState.WORKING)


def _end(found: Order, state: OrderState, release: Release | None = None) -> None:
    found.refresh_from_db()
    found.ended_at, found.release = clock.now(), release
    found.done = found.total if release else found.done
    _move(found, state)


def _move(found: Order, to: OrderState) -> None:
    if to not in ORDER_TRANSITIONS[OrderState(found.state)]:
        raise Conflict("ended", _("This was ended meanwhile."))
    found.state = to
    found.save(update_fields=["state", "done", "total", "ended_at", "release"])
