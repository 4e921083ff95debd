"""Record inspections and the guests met; undeclared guests raise an alert at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.lodging.selectors import get_establishment
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import InspectionResult
from ancu.apps.oversight.models import Inspection, MetGuest, PlannedVisit
from ancu.apps.oversight.selectors.inspections import get_inspection, undeclared_guests
from ancu.apps.oversight.selectors.planning import get_plan
from ancu.apps.oversight.services.evaluating import evaluate_lodgings
from ancu.apps.travellers.rules import document_key
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require


class MetGuestInput(NamedTuple):
    """One guest as identified by the passport."""

    document_number: str
    full_name: str = ""
    room: str = ""


@dataclass(frozen=True)
class VisitReport:
    """An officer's report of a visit; ``result`` is one of ``InspectionResult``, or empty if undecided."""

    began_at: datetime
    guests: Iterable[MetGuestInput]
    ended_at: datetime | None = None
    representative: str = ""
    witness: str = ""
    statement: str = ""
    result: str = ""
    outcome: str = ""


@transaction.atomic
def record_planned(
    actor: Actor, *, plan_id: int, visit: VisitReport, reference: UUID | None = None, from_phone: bool = False
) -> Inspection:
    """Record a planned visit, once for each ``reference``; Conflict ``not_waiting`` if the plan is closed.

    Conflict ``not_in_order`` for the result "in order" with undeclared guests. A visit ``from_phone`` is recorded
    nevertheless, because its officer has left the lodging; its result is decided later (``decide_result``). 404 for a
    plan outside the area, 403 without the right.
    """
    plan = get_plan(actor, plan_id, lock=True)
    require(rules.may_inspect(actor, plan.establishment))
    noted: Inspection | None = getattr(plan, "inspection", None)
    if noted is not None and reference is not None and noted.reference == reference:
        return noted  # the response was lost on its way to the phone
    if not rules.may_carry_out(actor, plan):
        raise Conflict(
            "not_waiting",
            _(
                "This inspection is no longer planned, because it was recorded or cancelled. Nothing was sent. If "
                "you visited the lodging, record the visit as a separate inspection."
            ),
        )
    inspection = _record_visit(actor, plan.establishment_id, visit, plan=plan, reference=reference)
    if not from_phone:
        _require_consistent(inspection)
    return inspection


def _require_consistent(inspection: Inspection) -> None:
    """Raise Conflict if the result is "in order" although undeclared guests were met."""
    undeclared = undeclared_guests(inspection)
    if rules.is_undecided(inspection.result, len(undeclared)):
        raise Conflict(
            "not_in_order",
            _("Not declared when the visit began: %(guests)s. The result cannot be “in order”. Choose another result.")
            % {"guests": ", ".join(guest.document_number for guest in undeclared)},
        )


@transaction.atomic
def decide_result(actor: Actor, *, pk: int, result: InspectionResult) -> None:
    """Set another result than "in order" for an inspection that met undeclared guests.

    Conflict ``decided`` if another one was set before; 404 for a visit outside the area, 403 without the right.
    """
    inspection = get_inspection(actor, pk, lock=True)
    require(rules.may_inspect(actor, inspection.establishment) and result != InspectionResult.IN_ORDER)
    if inspection.result == result:
        return
    if not rules.is_undecided(inspection.result, len(undeclared_guests(inspection))):
        raise Conflict("decided", _("The result of this inspection has already been decided."))
    inspection.result = result
    inspection.save(update_fields=["result"])
    record(actor, "oversight.result_decided", inspection, result=str(result))


@transaction.atomic
def record_inspection(
    actor: Actor,
    *,
    establishment_id: int,
    began_at: datetime,
    guests: Iterable[MetGuestInput],
    result: str = "",
    outcome: str = "",
    reference: UUID | None = None,
) -> Inspection:
    """Record an unplanned visit, once for each ``reference``.

    A double submission must not count as a repeat offence. 404 for a lodging outside the area, 403 without the right;
    Conflict for a visit in the future, and ``not_in_order`` as for a planned visit.
    """
    visit = VisitReport(began_at=began_at, guests=guests, result=result, outcome=outcome)
    inspection = _record_visit(actor, establishment_id, visit, reference=reference)
    _require_consistent(inspection)
    return inspection


def _record_visit(
    actor: Actor,
    establishment_id: int,
    visit: VisitReport,
    *,
    plan: PlannedVisit | None = None,
    reference: UUID | None = None,
) -> Inspection:
    """Store an inspection with the guests met, evaluate the lodging for undeclared guests and return the inspection.

    A repeated ``reference`` returns the stored inspection. 404 without access to the lodging, 403 without the right.
    """
    establishment = get_establishment(actor, establishment_id)
    require(rules.may_inspect(actor, establishment))
    met = _guests_by_document(visit)
    inspection, created = Inspection.objects.get_or_create(reference=reference or uuid4(), defaults={
        "establishment": establishment, "unit_id": establishment.unit_id, "agency_id": actor.organisation_id or 0,
        "officer_id": actor.user_id or 0, "began_at": visit.began_at, "ended_at": visit.ended_at,
        "noted_at": clock.now(), "plan": plan, "result": visit.result,
        "representative": visit.representative.strip()[:150], "witness": visit.witness.strip()[:150],
        "statement": visit.statement.strip()[:1000], "outcome": visit.outcome.strip()[:1000],
    })  # fmt: skip
    if not created:
        if (inspection.establishment_id, inspection.officer_id) != (establishment.pk, actor.user_id):
            raise Http404
        return inspection
    MetGuest.objects.bulk_create(
        MetGuest(inspection=inspection, document_number=number, full_name=guest.full_name, room=guest.room)
        for number, guest in met.items()
    )
    record(actor, "oversight.inspected", inspection, establishment=establishment.pk, guests=len(met))
    evaluate_lodgings("undeclared_found", [establishment.pk])
    return inspection


def _guests_by_document(visit: VisitReport) -> dict[str, MetGuestInput]:
    """Return the guests met by document number, without duplicates.

    Conflict for a guest without a number, a visit in the future, or an end before the beginning.
    """
    if visit.began_at > clock.now():
        raise Conflict("still_to_come", _("You can record an inspection only after it has started."))
    if visit.ended_at is not None and visit.ended_at < visit.began_at:
        raise Conflict("ended_before", _("The end time cannot be before the start time."))
    met = {document_key(guest.document_number): guest for guest in visit.guests}
    if "" in met:
        raise Conflict("document_missing", _("Enter the document number of each guest."))
    return met
