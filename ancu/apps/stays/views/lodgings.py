"""The list of lodgings in the officer's area. It is in this app because it counts their guests."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ancu.apps.lodging.enums import EstablishmentStatus, LodgingKind
from ancu.apps.lodging.rules import reads_area
from ancu.apps.stays.forms.office import LodgingFilterForm
from ancu.apps.stays.selectors.area import Scope, area_of, scope_of
from ancu.apps.stays.selectors.lodgings import lodging_page
from ancu.core.errors import require
from ancu.core.web.http import Request


@require_safe
def lodgings(request: Request) -> HttpResponse:
    """Show the area's lodgings with search, filters, order and pages."""
    require(reads_area(request.actor))
    filters = LodgingFilterForm(request.GET).values()
    place = _chosen_place(request, filters["unit"])
    page = lodging_page(
        request.actor, text=filters["q"], status=filters["status"], kind=filters["kind"],
        place=place[1] if place else None, order=filters["order"], after=filters["after"],
    )  # fmt: skip
    active_filters = {name: value for name, value in filters.items() if value and name != "after"}
    context = {
        "page": page,
        "place": place[0] if place else None,
        "everywhere_url": _query(active_filters, unit=""),
        "filters": filters,
        "kinds": [(value, capfirst(str(label))) for value, label in [("", _("every kind")), *LodgingKind.choices]],
        "orders": [(value, capfirst(str(label))) for value, label in LodgingFilterForm.ORDERS],
        "status_links": [
            (capfirst(str(label)), filters["status"] == value, _query(active_filters, status=value))
            for value, label in [("", _("all")), *EstablishmentStatus.choices]
        ],
        "next_url": _query(active_filters, after=page.after) if page.after else "",
        "first_url": _query(active_filters) if filters["after"] else "",
    }
    return render(request, "stays/office/lodgings.html", context)


def _chosen_place(request: Request, unit_id: int | str) -> tuple[Any, Scope] | None:
    """Return the unit in the address and its scope; None without one, 404 outside the actor's area."""
    if not unit_id:
        return None
    area = area_of(request.actor)
    unit = area.get(int(unit_id))
    return unit, scope_of(request.actor, area, unit)


def _query(active_filters: dict[str, Any], **changes: str) -> str:
    """Return the query string of the list's filters with these changes; empty values are left out."""
    return "?" + urlencode({name: value for name, value in (active_filters | changes).items() if value})
