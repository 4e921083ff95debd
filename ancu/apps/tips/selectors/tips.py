"""Tips of the actor's unit, as the tables know them; ``selectors.opening`` reads their content."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.tips import rules
from ancu.apps.tips.enums import TipState
from ancu.apps.tips.models import SealedFile, Tip
from ancu.apps.tips.selectors.arrivals import waiting_arrivals, waiting_tip
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, cursor_page

OPEN_PAGE = 300  # its envelopes are opened to find the urgent ones


def visible_to(actor: Actor) -> QuerySet[Tip]:
    """Return the tips of a handler's unit; none for others, whatever their rank."""
    if not rules.is_tip_handler(actor):
        return Tip.objects.none()
    return Tip.objects.filter(unit__agency_id=actor.organisation_id)


def get_tip(actor: Actor, pk: UUID) -> Tip:
    """Return a tip of the actor's unit, or 404."""
    return get_object_or_404(
        visible_to(actor).select_related("unit__agency", "keyed_by", "destruction_asked_by"), pk=pk
    )


def get_file(actor: Actor, pk: UUID) -> SealedFile:
    """Return a file of a tip of the actor's unit, or 404."""
    return get_object_or_404(SealedFile.objects.select_related("tip").filter(tip__in=visible_to(actor)), pk=pk)


def open_page(actor: Actor, before: str = "", *, new: bool = False) -> CursorPage[Tip]:
    """Return a page of the unit's tips that are not closed, or only of ``new`` ones, the highest number first.

    ``before`` is the cursor from the previous page.
    """
    tips = visible_to(actor).filter(state=TipState.NEW) if new else visible_to(actor).exclude(state=TipState.CLOSED)
    return cursor_page(tips, "-number", after=before, size=OPEN_PAGE)


def closed_page(actor: Actor, before: str = "") -> CursorPage[Tip]:
    """Return a page of closed tips, the newest first, before the cursor."""
    return cursor_page(visible_to(actor).filter(state=TipState.CLOSED), "-number", after=before)


def by_locator(locator: bytes) -> Tip | None:
    """Return the tip with this locator, which a receipt gives; also one not in the tables yet. None without one."""
    written = Tip.objects.select_related("unit__agency").filter(locator=locator)
    return written.first() or waiting_tip(locator) or written.first()  # it may have been written between the two


def expired_tips() -> QuerySet[Tip]:
    """Return tips whose retention period is over, except those with an addition that is not in the tables yet."""
    reopened = {arrival.locator for _path, arrival in waiting_arrivals() if arrival.follows}
    return Tip.objects.filter(state=TipState.CLOSED, closed_at__lt=clock.now() - rules.KEPT_FOR).exclude(
        locator__in=reopened
    )


def counts(actor: Actor) -> dict[str, int]:
    """Return the numbers of the unit's tips in the states ``new`` and ``open``, by state."""
    return visible_to(actor).aggregate(
        new=Count("pk", filter=Q(state=TipState.NEW)), open=Count("pk", filter=Q(state=TipState.OPEN))
    )


def tips_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the numbers and pages of tips by id for the audit, only for handlers of the unit."""
    tips = visible_to(actor).filter(pk__in=[key for key in ids if _is_uuid(key)])
    return {str(tip.pk): NamedRecord(_("tip %(number)s") % {"number": tip.number}, _tip_url(tip)) for tip in tips}


def _tip_url(tip: Tip) -> str:
    """Return the address of the tip's page."""
    return reverse("tips:tip", args=[tip.pk])


def _is_uuid(text: str) -> bool:
    """Whether the text is a UUID."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def require_tip(tip: Tip | None) -> Tip:
    """Return the tip; 404 for None."""
    if tip is None:
        raise Http404
    return tip
