"""The day until which a guest may stay, renewed by a result that the office issued."""

from collections.abc import Mapping
from datetime import date

import pghistory
from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.stays.models import Stay
from ancu.core.actor import Actor


@transaction.atomic
def renew_permits(*, actor: Actor, until: Mapping[int, date], instead_of: date | None = None) -> int:
    """Set a later ``permitted_until`` of stays, by stay id (``until``); return the number of stays changed.

    ``instead_of`` is a wrong day of an earlier result, which an earlier day replaces, too. The version before is
    kept. Lodgings read the change in the history of their guest, without an officer's name.
    """
    stays = list(Stay.objects.select_for_update().filter(pk__in=list(until)).order_by("pk")) if until else []
    renewed = [
        stay for stay in stays if stay.permitted_until in {None, instead_of} or stay.permitted_until < until[stay.pk]
    ]
    with pghistory.context(user=None, token=None, act="permit_renewed", reason=""):
        for stay in renewed:
            stay.permitted_until = until[stay.pk]
            stay.save(update_fields=["permitted_until"])
            record(actor, "stays.permit_renewed", stay)
    return len(renewed)
