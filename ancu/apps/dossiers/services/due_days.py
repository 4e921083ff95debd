"""Due days of open dossiers after a change of the calendar."""

from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.rules.alarms import RUNNING
from ancu.apps.dossiers.selectors.clock import due_on
from ancu.core.actor import Actor
from ancu.core.rule_edition import READER


def move_due_days(actor: Actor) -> int:
    """Count the due day of every open dossier anew; return how many moved. Idempotent."""
    READER.read()
    running = Dossier.objects.filter(state__in=RUNNING, due_on__isnull=False)
    return sum(_move_due_day(actor, pk) for pk in running.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _move_due_day(actor: Actor, dossier_id: int) -> int:
    """Store the due day of a dossier if the calendar moved it; return 1, otherwise 0. The dossier is read locked."""
    dossier = Dossier.objects.select_for_update().get(pk=dossier_id)
    day = due_on(dossier)
    if dossier.state not in RUNNING or day is None or dossier.due_on in {None, day}:
        return 0
    before, dossier.due_on = dossier.due_on, day
    dossier.save(update_fields=["due_on"])
    record(actor, "dossiers.due_moved", dossier, before=f"{before}", after=day.isoformat())
    return 1
