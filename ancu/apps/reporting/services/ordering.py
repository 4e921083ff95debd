"""Publication orders: a job builds the release, reports progress, and stores the result."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.reporting.enums import ORDER_TRANSITIONS, OrderState
from ancu.apps.reporting.models import Release, ReportOrder
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.selectors.periods import closed_count
from ancu.apps.reporting.selectors.stay_parts import parts_of_release
from ancu.apps.reporting.services import publishing
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.db.jobs import enqueue
from ancu.core.db.outages import is_outage
from ancu.core.errors import Conflict, require
from ancu.core.registry.unfinished_work import UnfinishedWork
from ancu.core.transitions import follows


@transaction.atomic
def order(*, actor: Actor, year: int) -> ReportOrder:
    """Order the publication of a year's figures, which a job carries out; return the order.

    A running order of the year is returned instead. Conflict if no month of the year is closed.
    """
    require(access.leads(actor))
    if not closed_count(year):
        raise Conflict("open", _("No month of this year is closed yet."))
    publication, new = ReportOrder.objects.get_or_create(
        year=year, ended_at=None, defaults={"asked_at": clock.now(), "asked_by_id": actor.user_id or 0}
    )
    if new:
        record(actor, "reporting.ordered", publication, year=year)
        enqueue("reporting.publish", lock=f"reporting.publish:{year}", order_id=publication.pk)
    return publication


def run_order(order_id: int) -> None:
    """Build and store the ordered release.

    The release and the end of the order are one transaction, so that the job can be repeated.
    """
    publication = ReportOrder.objects.filter(pk=order_id, ended_at=None).first()
    if publication is None:
        return
    try:
        draft = publishing.build_draft(publication.year, lambda done, total: _report_progress(publication, done, total))
        parts_of_release(draft.year.year, draft.year.months, draft.digest)  # the first reader finds them counted
        with transaction.atomic():
            actor = system("reporting.publish")
            release = publishing.store(actor=actor, draft=draft, made_by=publication.asked_by_id)
            _finish_order(publication, OrderState.DONE, release)
    except Conflict as refused:
        _finish_order(publication, OrderState.SAME if refused.code == "same" else OrderState.FAILED)
    except Exception as error:
        if not is_outage(error):  # else the job is tried again
            _finish_order(publication, OrderState.FAILED)
        raise


def waiting_orders(before: datetime) -> Iterable[int]:
    """Return the ids of orders that have not ended and were made before a moment."""
    return ReportOrder.objects.filter(ended_at=None, asked_at__lt=before).values_list("pk", flat=True)


def give_up_order(order_id: int) -> None:
    """End an order as failed, unless it has ended."""
    publication = ReportOrder.objects.filter(pk=order_id, ended_at=None).first()
    if publication is not None:
        _finish_order(publication, OrderState.FAILED)


ORDERS = UnfinishedWork(("reporting.publish",), "order_id", waiting_orders, give_up_order)


def _report_progress(publication: ReportOrder, done: int, total: int) -> None:
    """Store how many indicators (``done`` of ``total``) of the ordered release are computed."""
    publication.done, publication.total = done, total
    _change_state(publication, OrderState.WORKING)


def _finish_order(publication: ReportOrder, state: OrderState, release: Release | None = None) -> None:
    """End the publication order in this state now, with the release if one was published."""
    publication.refresh_from_db()
    publication.ended_at, publication.release = clock.now(), release
    publication.done = publication.total if release else publication.done
    _change_state(publication, state)


def _change_state(publication: ReportOrder, to: OrderState) -> None:
    """Save the publication order's new state; Conflict ``ended`` if its present state does not allow it."""
    if not follows(ORDER_TRANSITIONS, publication.state, to):
        raise Conflict("ended", _("Someone has just ended this."))
    publication.state = to
    publication.save(update_fields=["state", "done", "total", "ended_at", "release"])
