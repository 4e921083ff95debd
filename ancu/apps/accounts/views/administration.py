"""The office's administrator: agencies and officers."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import OfficerState
from ancu.apps.accounts.forms.administration import (
    READ_BY_ADMINISTRATOR,
    AgencyForm,
    AgencyNameForm,
    CommunesForm,
    OfficerFilterForm,
)
from ancu.apps.accounts.selectors import administration as selectors
from ancu.apps.accounts.selectors.closing import reasons_against_closing
from ancu.apps.accounts.selectors.proposals import proposals
from ancu.apps.accounts.services import agencies as services
from ancu.apps.accounts.services import agency_changes
from ancu.apps.audit.services import record_look
from ancu.core.errors import Conflict, require
from ancu.core.forms.editing import EditPage
from ancu.core.forms.reasons import ReasonForm
from ancu.core.web.http import Request, conflicts_as_messages

FIELD_OF_CONFLICT = {"unit": "unit", "inspectorate": "is_inspectorate", "name": "name"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agencies(request: Request) -> HttpResponse:
    """List the agencies and receive the form that creates one."""
    actor = request.actor
    rows = selectors.agency_list(actor)
    form = AgencyForm(request.POST or None, agencies=rows)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        superior = selectors.get_agency(actor, values.pop("superior"))
        try:
            agency = services.create_agency(actor, superior=superior, **values)
        except Conflict as conflict:
            form.add_error(FIELD_OF_CONFLICT[conflict.code], str(conflict.message))
        else:
            messages.success(request, _("%(name)s has been created. Now invite its officers.") % {"name": agency.name})
            return redirect("administration:agencies")
    context = {"agencies": rows, "form": form}
    return render(request, "accounts/administration/agencies.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rename_agency(request: Request, pk: int) -> HttpResponse:
    """Show and receive the form that renames an agency."""
    agency = selectors.get_agency(request.actor, pk)
    edit = EditPage(request.POST or None, _name_form, {"name": agency.name})
    if edit.form.is_bound and edit.form.is_valid():
        try:
            services.rename_agency(request.actor, agency=agency, edition=edit.edition, **edit.form.cleaned_data)
        except Conflict as conflict:
            if conflict.code == "name":
                edit.form.add_error("name", str(conflict.message))
            else:
                edit.overtake(conflict, {"name": selectors.get_agency(request.actor, pk).name})
        else:
            messages.success(request, _("The name has been saved."))
            return redirect("administration:agencies")
    context = {"agency": agency, "form": edit.form, "edit": edit}
    return render(request, "accounts/administration/rename.html", context, status=edit.status)


def _name_form(data: Any, initial: dict[str, Any]) -> AgencyNameForm:
    """Return the form that changes an agency's name."""
    return AgencyNameForm(data, initial=initial)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_communes(request: Request, pk: int) -> HttpResponse:
    """Show and receive the form that proposes other communes for an agency."""
    agency = selectors.get_subordinate_agency(request.actor, pk)
    units = selectors.communes_of(agency)
    data = request.POST if request.method == "POST" else None
    form = CommunesForm(data, units=units, is_inspectorate=agency.is_inspectorate)
    if form.is_bound and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("units", "reason")}
        try:
            agency_changes.propose_communes(request.actor, agency=agency, **values)
        except Conflict as conflict:
            form.add_error("unit_1" if conflict.code == "unit" else None, str(conflict.message))
        else:
            messages.success(request, _("Proposed. It takes effect once another administrator confirms it."))
            return redirect("administration:proposals")
    context = {"agency": agency, "form": form, "title": _("Change the communes")}
    return render(request, "accounts/administration/communes.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def close_agency(request: Request, pk: int) -> HttpResponse:
    """Show and receive the form that proposes to close an agency; obstacles are listed in its place."""
    agency = selectors.get_subordinate_agency(request.actor, pk)
    against = reasons_against_closing(request.actor, agency)
    form = ReasonForm(request.POST if request.method == "POST" else None, help_text=READ_BY_ADMINISTRATOR)
    if not against and form.is_valid():
        with conflicts_as_messages(request):
            agency_changes.propose_closing(request.actor, agency=agency, reason=form.cleaned_data["reason"])
            messages.success(request, _("Proposed. It takes effect once another administrator confirms it."))
        return redirect("administration:proposals")
    context = {"agency": agency, "form": form, "title": _("Close the agency"), "against": against}
    status = 409 if form.is_bound and against else 422 if form.errors else 200
    return render(request, "accounts/administration/close.html", context, status=status)


@never_cache
@require_safe
def officers(request: Request) -> HttpResponse:
    """List officers with their agency, role and last day."""
    actor = request.actor
    require(rules.administers_officers(actor))
    agencies = selectors.agency_list(actor)
    filters = OfficerFilterForm(request.GET, agencies=agencies)
    values = filters.chosen()
    text, agency, state = values.get("q", ""), values.get("agency"), values.get("state", OfficerState.WORKING)
    after = values.get("after", 0)
    page = selectors.officer_page(actor, text=text, agency=agency, state=state, after=after)
    context = {
        "page": page,
        "agencies": agencies,
        "text": text,
        "agency": agency,
        "state": state,
        "states": [
            (value, capfirst(str(label)), _list_url(values, state=value)) for value, label in OfficerState.choices
        ],
        "next_url": _list_url(values, after=page.after) if page.after else "",
        "first_url": _list_url(values) if after else "",
        "alone": selectors.is_only_administrator(actor),
    }
    return render(request, "accounts/administration/officers.html", context)


def _list_url(values: dict[str, Any], **changes: Any) -> str:
    """Return the query string of the list of officers with its present filters (``values``) and ``changes``.

    It leads to the first page unless ``changes`` say otherwise.
    """
    return "?" + urlencode({name: value for name, value in (values | {"after": 0} | changes).items() if value})


@never_cache
@require_safe
def officer(request: Request, pk: int) -> HttpResponse:
    """Show an officer's roles, agencies and second factor, and what the administrator may do."""
    person = selectors.get_officer(request.actor, pk)
    record_look(request.actor, person)
    memberships = selectors.memberships_of(person)
    context = {
        "officer": person,
        "memberships": memberships,
        "second_factor": memberships[0].second_factor,  # type: ignore[attr-defined]
        "works": any(membership.ended_at is None for membership in memberships),
        "may_change": rules.may_change_rights_of(request.actor, person.pk),
        "only_other": selectors.is_last_but(request.actor, person),
        "proposals": proposals(request.actor, person),
    }
    return render(request, "accounts/administration/officer.html", context)
