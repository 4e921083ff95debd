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
    """Order the publication of a year; a running order is returned. Conflict if no month is closed."""
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
    """Run by the job. The release and the end of the order are one transaction, so that it is idempotent."""
    publication = ReportOrder.objects.filter(pk=order_id, ended_at=None).first()
    if publication is None:
        return
    try:
        draft = publishing.build_draft(publication.year, lambda done, total: _report_progress(publication, done, total))
        with transaction.atomic():
            actor = system("reporting.publish")
            release = publishing.store(actor=actor, draft=draft, made_by=publication.asked_by_id)
            _end(publication, OrderState.DONE, release)
    except Conflict as refused:
        _end(publication, OrderState.SAME if refused.code == "same" else OrderState.FAILED)
    except Exception:
        _end(publication, OrderState.FAILED)
        raise


def _report_progress(publication: ReportOrder, done: int, total: int) -> None:
    publication.done, publication.total = done, total
    _move(publication, OrderState.WORKING)


def _end(publication: ReportOrder, state: OrderState, release: Release | None = None) -> None:
    publication.refresh_from_db()
    publication.ended_at, publication.release = clock.now(), release
    publication.done = publication.total if release else publication.done
    _move(publication, state)


def _move(publication: ReportOrder, to: OrderState) -> None:
    if not follows(ORDER_TRANSITIONS, publication.state, to):
        raise Conflict("ended", _("Someone has just ended this."))
    publication.state = to
    publication.save(update_fields=["state", "done", "total", "ended_at", "release"])
