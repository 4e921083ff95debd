"""Publication orders: a job builds the release, reports progress, and stores the result."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.reporting.enums import ORDER_TRANSITIONS, OrderState
from ancu.apps.reporting.models import Release, ReportOrder
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.selectors.periods import closed_count
from ancu.apps.reporting.services import publishing
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, require
from ancu.core.transitions import follows


@transaction.atomic
def order(*, actor: Actor, year: int) -> ReportOrder:
    """Order the publication of a year, which a job carries out; a running order is returned.

    Conflict if no month is closed.
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
        with transaction.atomic():
            actor = system("reporting.publish")
            release = publishing.store(actor=actor, draft=draft, made_by=publication.asked_by_id)
            _finish_order(publication, OrderState.DONE, release)
    except Conflict as refused:
        _finish_order(publication, OrderState.SAME if refused.code == "same" else OrderState.FAILED)
    except Exception:
        _finish_order(publication, OrderState.FAILED)
        raise


def _report_progress(publication: ReportOrder, done: int, total: int) -> None:
    """Store how many of the release's indicators are done."""
    publication.done, publication.total = done, total
    _change_state(publication, OrderState.WORKING)


def _finish_order(publication: ReportOrder, state: OrderState, release: Release | None = None) -> None:
    """End the order in this state, with its release if there is one."""
    publication.refresh_from_db()
    publication.ended_at, publication.release = clock.now(), release
    publication.done = publication.total if release else publication.done
    _change_state(publication, state)


def _change_state(publication: ReportOrder, to: OrderState) -> None:
    """Save the order's new state; Conflict if it has ended."""
    if not follows(ORDER_TRANSITIONS, publication.state, to):
        raise Conflict("ended", _("Someone has just ended this."))
    publication.state = to
    publication.save(update_fields=["state", "done", "total", "ended_at", "release"])
