"""The minutes of an inspection as PDF in Vietnamese with three signatures. Each download is audited."""

from pathlib import Path
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ancu.apps.accounts.selectors import superior_name
from ancu.apps.audit.services import record_look
from ancu.apps.oversight.models import Inspection
from ancu.apps.oversight.rules import is_undecided
from ancu.apps.oversight.selectors.inspections import UndeclaredFineBand, fine_band_of, guests_met, not_met
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.pdf import closing_time, render_pdf
from ancu.core.errors import Conflict

DOCUMENTS = Path(__file__).parent.parent / "documents"


def minutes_pdf(actor: Actor, inspection: Inspection) -> bytes:
    """Return the minutes of the inspection as PDF, with space for three signatures; recorded as a look in the audit.

    They list guests met and declared, and the fine band. Conflict ``undecided`` while the result contradicts the
    guests met.
    """
    guests = list(guests_met(inspection))
    undeclared = sum(not guest.declared for guest in guests)  # type: ignore[attr-defined]  # annotated
    if is_undecided(inspection.result, undeclared):
        raise Conflict("undecided", _("Decide the result of the inspection first."))
    record_look(actor, inspection, count=len(guests), export="pdf")
    with override("vi"):
        data = _head(inspection) | {
            "guests": [_guest_row(guest, guest.declared) for guest in guests],  # type: ignore[attr-defined]  # annotated
            "missing": [_guest_row(stay, True) for stay in not_met(inspection)],
            "undeclared": undeclared,
            "group": _fine_band(fine_band_of(inspection, undeclared)),
        }
    return render_pdf(DOCUMENTS / "minutes.typ", data)


def _head(inspection: Inspection) -> dict[str, Any]:
    """Return the values of the minutes' heading: agency, lodging, address, times, participants and result."""
    began, place, agency = clock.local(inspection.began_at), inspection.establishment, inspection.agency
    return {
        "above": superior_name(agency),
        "agency": agency.name,
        "place": place.unit.name,
        "began": {"time": f"{began:%H:%M}", "day": f"{began:%d}", "month": f"{began:%m}", "year": str(began.year)},
        "ended": closing_time(began, inspection.ended_at),
        "lodging": place.name,
        "address": f"{place.address}, {place.unit.full_name}",
        "officer": " ".join(filter(None, (inspection.officer.title, inspection.officer.full_name))),
        "representative": inspection.representative,
        "witness": inspection.witness,
        "statement": inspection.statement,
        "result": str(inspection.get_result_display()),
        "outcome": inspection.outcome,
    }


def _guest_row(of: Any, declared: bool) -> dict[str, Any]:
    """Return name, document, room and whether declared of a guest, for the minutes; ``of`` is a guest met or a stay."""
    return {"name": of.full_name, "document": of.document_number, "room": of.room, "declared": declared}


def _fine_band(group: UndeclaredFineBand | None) -> dict[str, str] | None:
    """Return the fine band for the minutes, in Vietnamese: guests, article and amounts; None without a band."""
    if group is None:
        return None
    person, organisation = group.person, group.organisation
    last = (
        f"{person.from_count} đến {person.to_count} người" if person.to_count else f"{person.from_count} người trở lên"
    )
    return {
        "count": f"từ {last}",
        "article": person.article_vi,
        "person": _amount_range(person.minimum, person.maximum),
        "organisation": _amount_range(organisation.minimum, organisation.maximum),
    }


def _amount_range(least: int, most: int) -> str:
    """Return a range of amounts in dong as text: "500.000 - 2.000.000 đồng"."""
    return " - ".join(number_format(amount, force_grouping=True) for amount in (least, most)) + " đồng"
