"""The list of lodgings in the officer's area. It is in this app because it counts their guests."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ancu.apps.lodging.enums import EstablishmentStatus, LodgingKind
from ancu.apps.lodging.rules import reads_area
from ancu.apps.stays.forms.office import LodgingFilterForm
from ancu.apps.stays.selectors.lodgings import lodging_page
from ancu.core.errors import require
from ancu.core.web.http import Request


@require_safe
def lodgings(request: Request) -> HttpResponse:
    """Show the area's lodgings with search, filters, order and pages."""
    require(reads_area(request.actor))
    filters = LodgingFilterForm(request.GET).values()
    names = {"q": "text"}
    page = lodging_page(request.actor, **{names.get(name, name): value for name, value in filters.items()})
    active_filters = {name: value for name, value in filters.items() if value and name != "after"}
    context = {
        "page": page,
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


def _query(active_filters: dict[str, str], **changes: str) -> str:
    """Return the query string of the filters with these changes; empty values are left out."""
    return "?" + urlencode({name: value for name, value in (active_filters | changes).items() if value})
