"""The values of a dossier that queues are sorted by and that follow from its answers and papers."""

from django.db.models import QuerySet

from ancu.apps.dossiers.enums import BEFORE_DECISION
from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, findings
from ancu.apps.dossiers.selectors.procedures import permitted_until

BATCH = 200


def update_queue_values(*, dossier_id: int) -> bool:
    """Count the findings of an undecided dossier and store the end of the stay it states; return whether it is one.

    Nothing else of the dossier is written, so that an act at the same time loses nothing.
    """
    dossier = _undecided().filter(pk=dossier_id).select_related("organisation", "sponsor").first()
    if dossier is None:
        return False
    count = len(findings(dossier, StayDisclosure.ALL))
    _undecided().filter(pk=dossier_id).update(finding_count=count, permitted_until=permitted_until(dossier))
    return True


def update_after_reading(*, component_id: int) -> bool:
    """Update the values of the dossier whose paper was read, if it is undecided; return whether it is."""
    dossier_id = Component.objects.filter(pk=component_id).values_list("dossier_id", flat=True).first()
    return dossier_id is not None and update_queue_values(dossier_id=dossier_id)


def update_all() -> int:
    """Update the values of all undecided dossiers, as stays declared since change them; return their number."""
    count, last = 0, 0
    while batch := list(_undecided().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        count += sum(update_queue_values(dossier_id=pk) for pk in batch)
        last = batch[-1]
    return count


def _undecided() -> QuerySet[Dossier]:
    """Return the dossiers at an office that wait for a decision."""
    return Dossier.objects.filter(state__in=sorted(BEFORE_DECISION))
