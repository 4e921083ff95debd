"""Requests for copies, and a breach, in the states that have pages."""

from datetime import timedelta
from typing import Any

from ancu.apps.protection.models import Breach, CopyRequest
from ancu.apps.protection.selectors.people import PersonDocument
from ancu.apps.protection.services import breaches, copies, preparing
from ancu.core import clock


def document_of(stay: Any) -> PersonDocument:
    """The passport with which the stay was declared."""
    return PersonDocument(stay.full_name, stay.birth_date, stay.nationality, stay.document_number)


def prepare(world: Any, copy: CopyRequest) -> CopyRequest:
    """Checked by Ines, with the job done."""
    copies.check(world.actor("ines"), copy=copy)
    preparing.prepare_copy(copy.pk)
    return CopyRequest.objects.get(pk=copy.pk)


def note_breach(world: Any, hours: int = 5, **fields: Any) -> Breach:
    """Discovered so many hours ago, noted by Rosa."""
    values = {
        "discovered_at": clock.now() - timedelta(hours=hours), "what_happened": "A laptop with a list was stolen.",
        "data_kinds": ["contact", "documents"], "risk": "medium",
    }  # fmt: skip
    return breaches.record_breach(world.actor("rosa"), **values | fields)


def scene_addresses(world: Any, stay: Any) -> dict[str, dict[str, Any]]:
    """The copy of a guest, which waits for Dora, and Mia's, which is ready."""
    guests = prepare(world, copies.record_request(world.actor("ines"), document=document_of(stay)))
    mias = prepare(world, copies.request_copy(world.actor("mia")))
    copies.approve(world.actor("dora"), copy=mias)
    return {
        "/my-data/": {"reference": mias.reference, "kind": "pdf"},
        "/office/copies/": {"reference": guests.reference, "kind": "pdf"},
        "/office/breaches/": {"pk": note_breach(world).pk},
    }
