"""Notices of the office, for the officers who may read them."""

from django.db.models import QuerySet

from ancu.apps.oversight.models import Alert, Notice
from ancu.apps.oversight.rules import reads_notices
from ancu.apps.oversight.rules.notice_match import PREVIEW, RULE, prepare
from ancu.apps.oversight.selectors.gathering import WINDOW_DAYS, read_facts
from ancu.apps.oversight.selectors.parameters import thresholds_in_force
from ancu.apps.stays.models import Stay
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import PAGE, CursorPage, newest_first
from ancu.core.db.statements import run
from ancu.core.errors import Http404, require


def require_reader(actor: Actor) -> None:
    """Raise 404 outside the provincial office, 403 for its officers who may not read notices."""
    if not actor.is_office:
        raise Http404
    require(reads_notices(actor))


def visible_to(actor: Actor) -> QuerySet[Notice]:
    """Return the lookout notices of the actor's agency; 403 or 404 without the right (``require_reader``)."""
    require_reader(actor)
    return Notice.objects.filter(agency_id=actor.organisation_id or 0)


def get_notice(actor: Actor, pk: int, *, lock: bool = False) -> Notice:
    """Return a notice of the actor's agency, or 404. ``lock`` locks its row."""
    notices = visible_to(actor).select_related("proposed_by", "approved_by", "ended_by")
    if lock:
        notices = notices.select_for_update(of=("self",))
    notice = notices.filter(pk=pk).first()
    if notice is None:
        raise Http404
    return notice


def notice_page(actor: Actor, after: str = "") -> CursorPage[Notice]:
    """Return a page of the lookout notices of the actor's agency, the newest first."""
    return newest_first(visible_to(actor), after)


def would_match(actor: Actor, notice: Notice) -> list[Stay]:
    """Return the newest stays in the actor's area that the proposed notice would match, at most a page.

    They are present or recent stays, judged by the thresholds in force today.
    """
    parameters = {"notice": notice.pk, "today": clock.today(), "window": WINDOW_DAYS}
    values = thresholds_in_force(RULE.code, clock.today()).values
    rows = run(PREVIEW, parameters)
    ids = [stay for stay, facts in rows if RULE.judge(prepare(read_facts(facts)), values) is not None]
    stays = Stay.objects.filter(pk__in=ids, unit_id__in=actor.area).select_related("establishment", "unit")
    return list(stays.order_by("-arrived_on", "-pk")[:PAGE])


def matches(notice: Notice) -> QuerySet[Alert]:
    """Return the newest alerts about guests who match the notice."""
    own = Alert.objects.filter(rule="notice_match", key__startswith=f"notice:{notice.pk}:", agency_id=notice.agency_id)
    return own.select_related("establishment__unit", "stay", "unit").order_by("-id")[:PAGE]
