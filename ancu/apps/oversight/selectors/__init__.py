"""Which alerts an actor may know of. Everything that reads alerts for somebody starts here."""

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
    """Alerts that belong to the actor's area or reach into it; those for one agency alone are nobody else's."""
    if actor.kind is ActorKind.SYSTEM:
        return Alert.objects.all()
    return Alert.objects.filter(seen_by(actor)) if reads_alerts(actor) else Alert.objects.none()


def seen_by(actor: Actor) -> Q:
    """For alerts and for the counts of them alike: both name the units and the agency.

    What is for one agency alone says whom a notice speaks of, and is for those there who may read notices.
    """
    here = Q(unit_id__within=actor.area) | Q(other_unit_id__within=actor.area)
    quiet = Q(agency_id=actor.organisation_id or 0) if reads_notices(actor) else Q(pk__in=())
    return here & (Q(agency__isnull=True) | quiet)


def require_reader(actor: Actor) -> None:
    """404 for whom is no officer, 403 for an officer whose work is without the names of guests."""
    if not actor.is_agency:
        raise Http404
    require(reads_alerts(actor))


def get_alert(actor: Actor, pk: int, *, lock: bool = False) -> Alert:
    """The alert, or 404 for whom may not know of it; ``lock`` holds its row until the transaction ends."""
    require_reader(actor)
    alerts = visible_to(actor).select_related(*WITH_PLACES, "decided_by")
    if lock:
        alerts = alerts.select_for_update(of=("self",))
    alert = alerts.filter(pk=pk).first()
    if alert is None:
        raise Http404
    return alert


def stay_notes(actor: Actor, stay_ids: Sequence[int]) -> dict[int, Note]:
    """For the page of a stay: the alerts that wait and speak of it, to officers only."""
    found: dict[int, dict[int, str]] = {}
    if not reads_alerts(actor):
        return {}
    waiting = visible_to(actor).filter(state__in=WAITING).order_by("-severity", "id")
    mine = waiting.filter(Q(stay_id__in=stay_ids) | Q(other_stay_id__in=stay_ids))
    for alert, rule, stay, other in mine.values_list("pk", "rule", "stay_id", "other_stay_id"):
        for pk in {stay, other} & set(stay_ids):
            found.setdefault(pk, {})[alert] = title_of(rule)
    return {pk: _note(titles) for pk, titles in found.items()}


def _note(titles: dict[int, str]) -> Note:
    """The titles of alerts, the gravest first, which the note leads to."""
    return Note(_("Alerts"), " · ".join(titles.values()), "warn", reverse("oversight:alert", args=[next(iter(titles))]))
