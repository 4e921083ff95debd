"""Alerts visible to an actor. Every query of alerts for a user starts here."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.oversight.enums import WAITING
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.rules import reads_alerts, reads_notices
from ancu.apps.oversight.selectors.words import title_of
from ancu.apps.stays.selectors import Note
from ancu.core.actor import Actor, ActorKind
from ancu.core.errors import Http404, require

WITH_PLACES = ("establishment__unit", "unit", "stay__establishment__unit", "other_stay__establishment__unit")


def visible_to(actor: Actor) -> QuerySet[Alert]:
    """Return the alerts of the actor's area for officers who may read alerts, all for the system; none for others.

    Alerts about a lookout notice are visible only to the notice's agency.
    """
    if actor.kind is ActorKind.SYSTEM:
        return Alert.objects.all()
    return Alert.objects.filter(visibility_filter(actor)) if reads_alerts(actor) else Alert.objects.none()


def visibility_filter(actor: Actor) -> Q:
    """Return the condition for alerts of the actor's area, in either unit that an alert concerns.

    An alert with an agency reveals the person of a notice; only officers of that agency who may read notices see it.
    """
    here = Q(unit_id__in=actor.area) | Q(other_unit_id__in=actor.area)
    quiet = Q(agency_id=actor.organisation_id or 0) if reads_notices(actor) else Q(pk__in=())
    return here & (Q(agency__isnull=True) | quiet)


def require_reader(actor: Actor) -> None:
    """Raise 404 for users outside the agencies, 403 for officers without the right to read guests' names."""
    if not actor.is_agency:
        raise Http404
    require(reads_alerts(actor))


def get_alert(actor: Actor, pk: int, *, lock: bool = False) -> Alert:
    """Return an alert that the actor may see, or 404. ``lock`` locks its row until the transaction ends."""
    require_reader(actor)
    alerts = visible_to(actor).select_related(*WITH_PLACES, "decided_by")
    if lock:
        alerts = alerts.select_for_update(of=("self",))
    alert = alerts.filter(pk=pk).first()
    if alert is None:
        raise Http404
    return alert


def stay_notes(actor: Actor, stay_ids: Sequence[int]) -> dict[int, Note]:
    """Return, by stay id, a note with the stay's waiting alerts for its page; for officers only."""
    titles_by_stay: dict[int, dict[int, str]] = {}
    if not reads_alerts(actor):
        return {}
    waiting = visible_to(actor).filter(state__in=WAITING).order_by("-severity", "id")
    mine = waiting.filter(Q(stay_id__in=stay_ids) | Q(other_stay_id__in=stay_ids))
    for alert, rule, stay, other_stay in mine.values_list("pk", "rule", "stay_id", "other_stay_id"):
        for pk in {stay, other_stay} & set(stay_ids):
            titles_by_stay.setdefault(pk, {})[alert] = title_of(rule)
    return {pk: _note(titles) for pk, titles in titles_by_stay.items()}


def _note(titles: dict[int, str]) -> Note:
    """Return a note with the titles of alerts (title by alert id, the most severe first) and a link to the first."""
    return Note(_("Alerts"), " · ".join(titles.values()), "warn", reverse("oversight:alert", args=[next(iter(titles))]))
