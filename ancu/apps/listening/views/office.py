"""The office's petitions: the list, one petition, and every act on it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.accounts.selectors import agencies
from ancu.apps.audit.services import record_look
from ancu.apps.files.services import FileRefused
from ancu.apps.listening import rules
from ancu.apps.listening.forms import office as forms
from ancu.apps.listening.rules.matters import is_statutory
from ancu.apps.listening.selectors import category_name, get_petition
from ancu.apps.listening.selectors import office as selectors
from ancu.apps.listening.selectors.officers import officers_to_choose
from ancu.apps.listening.selectors.procedure import procedure_of
from ancu.apps.listening.services import handling, merging, remarks, versions
from ancu.apps.listening.views.petitioner import file_response
from ancu.core import clock
from ancu.core.documents.spreadsheets import export_mark, table_file
from ancu.core.errors import Conflict
from ancu.core.forms import Form
from ancu.core.templatetags.ui import counted
from ancu.core.web.exports import Export, export_form, export_page
from ancu.core.web.http import Request, requested_list

Do = Callable[..., Any]
WORDS_LONGEST = 100


@never_cache
@require_safe
def petitions(request: Request) -> HttpResponse:
    """List the petitions of one view that contain the search words."""
    view, words = requested_list(request.GET, "view", selectors.VIEWS, "open"), request.GET.get("q", "")[:WORDS_LONGEST]
    page = selectors.petition_page(request.actor, view=view, words=words, after=request.GET.get("after", ""))
    petition_ids = [petition.pk for petition in page.rows]
    record_look(request.actor, ("listening.petitions", "unit"), count=len(petition_ids), petitions=petition_ids)
    context = {
        "page": page,
        "words": words,
        "counts": selectors.view_counts(request.actor),
        "next_url": f"?{urlencode({'view': page.view, 'q': words, 'after': page.after})}" if page.after else "",
        "today": clock.today(),
        "may_record": rules.may_record(request.actor),
    }
    return render(request, "listening/office/petitions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def export(request: Request) -> HttpResponse:
    """Ask for the reason of the export, then send the list of petitions as a file.

    The file is marked with user and time, and the export is recorded.
    """
    view, words = requested_list(request.GET, "view", selectors.VIEWS, "open"), request.GET.get("q", "")[:WORDS_LONGEST]
    count = selectors.export_count(request.actor, view=view, words=words)
    query = urlencode({name: value for name, value in (("view", view), ("q", words)) if value})
    back, count_text = f"{reverse('listening:petitions')}?{query}", counted("%(n)s petition", "%(n)s petitions", count)
    export = Export(count, count_text, back, [words] if words else [])
    form = export_form(request, export)
    if form is None:
        return export_page(request, export)
    rows = selectors.export_petitions(request.actor, view=view, words=words)
    record_look(request.actor, ("listening.petitions", "unit"), count=len(rows), export=True,
                reason=form.cleaned_data["reason"])  # fmt: skip
    name = f"an-cu-kien-nghi-{clock.local(clock.now()):%Y%m%d-%H%M}"
    table = [selectors.export_cells(petition) for petition in rows]
    return table_file(form.cleaned_data["format"], export_mark(request.actor), name, selectors.export_columns(), table)


@never_cache
@require_safe
def petition(request: Request, number: str) -> HttpResponse:
    """Show a petition to an officer."""
    petition = get_petition(request.actor, number)
    record_look(request.actor, petition)
    return _petition_page(request, petition)


def _petition_page(
    request: Request, petition: Any, *, status: int = 200, act: str = "", form: Any = None
) -> HttpResponse:
    """Render an officer's page of a petition with the forms of possible acts; ``form`` is one with errors."""
    opened = selectors.opened_petition(request.actor, petition)
    may_still = form is not None and bool(opened.may.get(ACTS[act][0]))
    context = {
        "opened": opened,
        "petition": petition,
        "category": category_name(petition.category),
        "procedure": procedure_of(petition),
        "forms": _act_forms(petition, opened) | ({act: form} if may_still else {}),
        "refused": None if may_still else form,
        "failed": act,
        "today": clock.today(),
    }
    return render(request, "listening/office/petition.html", context, status=status)


def _unit_choices(petition: Any) -> list[tuple[int, str]]:
    """Return (id, name) of the units that may be in charge of the petition, for a form."""
    return [(agency.pk, agency.name) for agency in selectors.units_to_choose(petition)]


def _act_forms(petition: Any, opened: selectors.OpenedPetition) -> dict[str, Any]:
    """Return by act the empty form of each act on the petition; None for acts that are not possible now."""
    offered_acts = {name: bool(opened.may.get(may)) for name, (may, _form, _do) in ACTS.items()}
    return {name: _empty_form(name, petition, opened) if offered_acts[name] else None for name in ACTS}


def _empty_form(name: str, petition: Any, opened: selectors.OpenedPetition) -> Any:
    """Return the empty form of the act ``name`` on the petition."""
    initial = {"key": uuid4(), "category": petition.category, "user_id": petition.about_user_id}
    if name == "draft" and opened.returned:
        initial |= opened.returned.form_values
    return ACTS[name][1](
        initial=initial, auto_id=_id_prefix(name), **_form_choices(name, petition, without=petition.unit_id)
    )


def _id_prefix(name: str) -> str:
    """Return the prefix of the HTML ids in the form of the act ``name``."""
    return f"id_{name.replace('-', '_')}_%s"


def _form_choices(name: str, petition: Any, *, without: int | None = None) -> dict[str, Any]:
    """Return the arguments for the form of the act ``name``: its choices of units or officers.

    The unit with the id ``without`` is left out.
    """
    form = ACTS[name][1]
    if form in (forms.AssignPetitionForm, forms.AskHelpForm):
        return {"units": [choice for choice in _unit_choices(petition) if choice[0] != without]}
    if form is forms.AboutUnitForm:
        return {"units": [(unit.pk, unit.name) for unit in agencies() if unit.pk != petition.about_id]}
    if form is forms.AnswerDraftForm:
        return {"statutory": is_statutory(petition)}
    return {"officers": officers_to_choose()} if form is forms.AboutOfficerForm else {}


def _submitted_form(name: str, petition: Any, request: Request) -> Any:
    """Return the form of the act ``name`` with the submitted data."""
    return ACTS[name][1](request.POST, request.FILES, auto_id=_id_prefix(name), **_form_choices(name, petition))


@require_POST
def act(request: Request, number: str, name: str) -> HttpResponse:
    """Carry out an officer's act on a petition; a refused form keeps what was typed."""
    petition = get_petition(request.actor, number)
    if name not in ACTS:
        raise Http404
    form = _submitted_form(name, petition, request)
    if not form.is_valid():
        return _petition_page(request, petition, status=422, act=name, form=form)
    data = {key: value for key, value in form.cleaned_data.items() if key != "attached"}
    if "attached" in form.cleaned_data:
        data["uploads"] = form.uploads()
    try:
        version = request.POST.get("version", "")
        versions.act_on(ACTS[name][2], actor=request.actor, number=petition.number, version=version, **data)
    except FileRefused as refused:
        form.add_error("attached", refused.form_error)
    except Conflict as refused:
        form.add_error(None, str(refused.message))
    else:
        messages.success(
            request, _("Done. You can see it in the petition’s history."), extra_tags=f"draft:{name}-{number}"
        )
        return _redirect_after(request, number)
    return _petition_page(request, petition, status=409, act=name, form=form)


def _redirect_after(request: Request, number: str) -> HttpResponse:
    """Redirect to the petition's page, or to the list if the officer may no longer see the petition."""
    try:
        get_petition(request.actor, number)
    except Http404:
        return redirect("listening:petitions")
    return redirect("listening:petition", number)


@never_cache
@require_safe
def file(request: Request, number: str, pk: int) -> HttpResponseBase:
    """Return a file of a petition or its answers as a download; the audit records it."""
    petition = get_petition(request.actor, number)
    stored = selectors.evidence_of(petition, pk)
    if stored is None:
        raise Http404
    record_look(request.actor, petition, file=str(stored.pk))
    return file_response(stored)


# Of each act: the predicate that draws it, its form, and what does it.
ACTS: dict[str, tuple[str, Any, Do]] = {
    "assign": ("assign", forms.AssignPetitionForm, handling.assign),
    "categorise": ("categorise", forms.PetitionCategoryForm, handling.categorise),
    "draft": ("draft", forms.AnswerDraftForm, handling.submit_draft),
    "approve": ("decide", Form, handling.approve),
    "send-back": ("decide", forms.PetitionReasonForm, handling.send_back),
    "ask": ("ask", forms.AskPetitionerForm, remarks.ask_petitioner),
    "join": ("join", forms.AskHelpForm, handling.ask_help),
    "help": ("help", forms.GiveHelpForm, handling.answer_help_request),
    "merge": ("merge", forms.MergePetitionsForm, merging.merge),
    "separate": ("separate", forms.PetitionReasonForm, merging.separate),
    "accept": ("accept", Form, handling.accept),
    "name-unit": ("name_unit", forms.AboutUnitForm, handling.name_unit),
    "name-officer": ("name", forms.AboutOfficerForm, handling.name_officer),
    "transfer": ("transfer", forms.TransferPetitionForm, merging.transfer),
    "receipt": ("receipt", forms.TransferReceiptForm, merging.record_receipt),
    "take-back": ("back", forms.PetitionReasonForm, merging.take_back_transfer),
}
