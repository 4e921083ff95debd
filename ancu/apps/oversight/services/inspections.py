"""Note down a visit at a lodging and whom was met; what was not declared is an alert at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.lodging.selectors import get_establishment
from ancu.apps.oversight import rules
from ancu.apps.oversight.models import Inspection, MetGuest
from ancu.apps.oversight.services.evaluating import evaluate_lodgings
from ancu.apps.travellers.rules import document_key
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require


class Met(NamedTuple):
    """One guest as his passport says."""

    document_number: str
    full_name: str = ""
    room: str = ""


@transaction.atomic
def note_inspection(
    actor: Actor, *, establishment_id: int, began_at: datetime, guests: Iterable[Met], outcome: str = ""
) -> Inspection:
    """404 for a lodging out of sight, 403 without the right; Conflict for a visit still to come."""
    establishment = get_establishment(actor, establishment_id)
    require(rules.may_inspect(actor, establishment))
    if began_at > clock.now():
        raise Conflict("still_to_come", _("An inspection is noted once it has begun."))
    met = {document_key(guest.document_number): guest for guest in guests}
    if "" in met:
        raise Conflict("document_missing", _("Please give each guest’s document number."))
    inspection = Inspection.objects.create(
        establishment=establishment, unit_id=establishment.unit_id, agency_id=actor.organisation_id or 0,
        officer_id=actor.user_id or 0, began_at=began_at, noted_at=clock.now(), outcome=outcome.strip()[:1000],
    )  # fmt: skip
    MetGuest.objects.bulk_create(
        MetGuest(inspection=inspection, document_number=number, full_name=guest.full_name, room=guest.room)
        for number, guest in met.items()
    )
    record(actor, "oversight.inspected", inspection, establishment=establishment.pk, guests=len(met))
    evaluate_lodgings("undeclared_found", [establishment.pk])
    return inspection
