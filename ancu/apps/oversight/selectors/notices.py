"""The notices of the office, for those alone who must know."""

from django.db.models import QuerySet

from ancu.apps.oversight.models import Alert, Notice
from ancu.apps.oversight.rules import reads_notices
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require
from ancu.core.paging import PAGE, Page, newest_first


def require_reader(actor: Actor) -> None:
    """404 outside the provincial office, where nobody knows that there are notices; 403 for its other officers."""
    if not actor.is_office:
        raise Http404
    require(reads_notices(actor))


def visible_to(actor: Actor) -> QuerySet[Notice]:
    require_reader(actor)
    return Notice.objects.filter(agency_id=actor.organisation_id or 0)


def get_notice(actor: Actor, pk: int, *, lock: bool = False) -> Notice:
    """The notice, or 404."""
    found = visible_to(actor).select_related("proposed_by", "approved_by")
    if lock:
        found = found.select_for_update(of=("self",))
    notice = found.filter(pk=pk).first()
    if notice is None:
        raise Http404
    return notice


def notice_page(actor: Actor, after: int = 0) -> Page[Notice]:
    """The newest first."""
    return newest_first(visible_to(actor), after)


def matches(notice: Notice) -> QuerySet[Alert]:
    """The alerts it gave rise to, newest first."""
    own = Alert.objects.filter(rule="notice_match", key__startswith=f"notice:{notice.pk}:", agency_id=notice.agency_id)
    return own.select_related("establishment__unit", "stay", "unit").order_by("-id")[:PAGE]
