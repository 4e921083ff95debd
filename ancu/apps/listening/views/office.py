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
from ancu.apps.listening.selectors import category_words, get_petition
from ancu.apps.listening.selectors import office as selectors
from ancu.apps.listening.selectors.officers import officers_to_choose
from ancu.apps.listening.selectors.procedure import procedure_of
from ancu.apps.listening.services import handling, joining, versions
from ancu.apps.listening.views.petitioner import given
from ancu.core import clock
from ancu.core.documents.spreadsheets import table_file, taken_by
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
    view, words = requested_list(request.GET, "view", selectors.VIEWS, "open"), request.GET.get("q", "")[:WORDS_LONGEST]
    page = selectors.petition_page(request.actor, view=view, words=words, after=request.GET.get("after", ""))
    shown = [one.pk for one in page.rows]
    record_look(request.actor, ("listening.petitions", "unit"), count=len(shown), petitions=shown)
    context = {
        "page": page,
        "words": words,
        "counts": selectors.counts(request.actor),
        "next_url": f"?{urlencode({'view': page.view, 'q': words, 'after': page.after})}" if page.after else "",
        "today": clock.today(),
        "may_record": rules.may_record(request.actor),
    }
    return render(request, "listening/office/petitions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def export(request: Request) -> HttpResponse:
    """Ask why the list is exported; then send the file, marked with who took it and when, and record it."""
    view, words = requested_list(request.GET, "view", selectors.VIEWS, "open"), request.GET.get("q", "")[:WORDS_LONGEST]
    count = selectors.listed_count(request.actor, view=view, words=words)
    query = urlencode({name: value for name, value in (("view", view), ("q", words)) if value})
    back, count_text = f"{reverse('listening:petitions')}?{query}", counted("%(n)s petition", "%(n)s petitions", count)
    export = Export(count, count_text, back, [words] if words else [])
    form = export_form(request, export)
    if form is None:
        return export_page(request, export)
    rows = selectors.listed(request.actor, view=view, words=words)
    record_look(request.actor, ("listening.petitions", "unit"), count=len(rows), export=True,
                reason=form.cleaned_data["reason"])  # fmt: skip
    name = f"an-cu-kien-nghi-{clock.local(clock.now()):%Y%m%d-%H%M}"
    table = [selectors.cells(one) for one in rows]
    return table_file(form.cleaned_data["format"], taken_by(request.actor), name, selectors.columns(), table)


@never_cache
@require_safe
def petition(request: Request, number: str) -> HttpResponse:
    found = get_petition(request.actor, number)
    record_look(request.actor, found)
    return _page(request, found)


def _page(request: Request, found: Any, *, status: int = 200, act: str = "", form: Any = None) -> HttpResponse:
    opened = selectors.open_petition(request.actor, found)
    may_still = form is not None and bool(opened.may.get(ACTS[act][0]))
    context = {
        "opened": opened,
        "petition": found,
        "category": category_words(found.category),
        "procedure": procedure_of(found),
        "forms": _forms(found, opened) | ({act: form} if may_still else {}),
        "refused": None if may_still else form,
        "failed": act,
        "today": clock.today(),
    }
    return render(request, "listening/office/petition.html", context, status=status)


def _units(found: Any) -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in selectors.units_to_choose(found)]


def _forms(found: Any, opened: selectors.Opened) -> dict[str, Any]:
    """Those of the acts that may be done now, not yet filled in; each with names of its own on the page."""
    wanted = {name: bool(opened.may.get(may)) for name, (may, _form, _do) in ACTS.items()}
    return {name: _blank(name, found, opened) if wanted[name] else None for name in ACTS}


def _blank(name: str, found: Any, opened: selectors.Opened) -> Any:
    initial = {"key": uuid4(), "category": found.category, "user_id": found.about_user_id}
    if name == "draft" and opened.returned:
        initial |= opened.returned.form_values
    return ACTS[name][1](initial=initial, auto_id=_ids(name), **_choices(name, found, without=found.unit_id))


def _ids(name: str) -> str:
    return f"id_{name.replace('-', '_')}_%s"


def _choices(name: str, found: Any, *, without: int | None = None) -> dict[str, Any]:
    """What the form of an act chooses among."""
    form = ACTS[name][1]
    if form in (forms.AssignForm, forms.JoinForm):
        return {"units": [one for one in _units(found) if one[0] != without]}
    if form is forms.AboutUnitForm:
        return {"units": [(unit.pk, unit.name) for unit in agencies() if unit.pk != found.about_id]}
    if form is forms.DraftForm:
        return {"statutory": is_statutory(found)}
    return {"officers": officers_to_choose()} if form is forms.OfficerForm else {}


def _bound(name: str, found: Any, request: Request) -> Any:
    return ACTS[name][1](request.POST, request.FILES, auto_id=_ids(name), **_choices(name, found))


@require_POST
def act(request: Request, number: str, name: str) -> HttpResponse:
    """One act of an officer. What was typed stays in its form when it is refused."""
    found = get_petition(request.actor, number)
    if name not in ACTS:
        raise Http404
    form = _bound(name, found, request)
    if not form.is_valid():
        return _page(request, found, status=422, act=name, form=form)
    data = {key: value for key, value in form.cleaned_data.items() if key != "attached"}
    if "attached" in form.cleaned_data:
        data["uploads"] = form.uploads()
    try:
        version = request.POST.get("version", "")
        versions.act_on(ACTS[name][2], actor=request.actor, number=found.number, version=version, **data)
    except FileRefused as refused:
        form.add_error("attached", refused.form_error)
    except Conflict as refused:
        form.add_error(None, str(refused.message))
    else:
        messages.success(
            request, _("It is done, and stands in the petition’s history."), extra_tags=f"draft:{name}-{number}"
        )
        return _after(request, number)
    return _page(request, found, status=409, act=name, form=form)


def _after(request: Request, number: str) -> HttpResponse:
    """Back to the petition; to the list when it was given to a unit whose petitions are not the officer's to see."""
    try:
        get_petition(request.actor, number)
    except Http404:
        return redirect("listening:petitions")
    return redirect("listening:petition", number)


@never_cache
@require_safe
def file(request: Request, number: str, pk: int) -> HttpResponseBase:
    found = get_petition(request.actor, number)
    stored = selectors.evidence_of(found, pk)
    if stored is None:
        raise Http404
    record_look(request.actor, found, file=str(stored.pk))
    return given(stored)


# Of each act: the predicate that draws it, its form, and what does it.
ACTS: dict[str, tuple[str, Any, Do]] = {
    "assign": ("assign", forms.AssignForm, handling.assign),
    "categorise": ("categorise", forms.CategoryForm, handling.categorise),
    "draft": ("draft", forms.DraftForm, handling.draft),
    "approve": ("decide", Form, handling.approve),
    "send-back": ("decide", forms.ReasonForm, handling.send_back),
    "ask": ("ask", forms.AskForm, handling.ask_petitioner),
    "join": ("join", forms.JoinForm, handling.ask_help),
    "help": ("help", forms.HelpForm, handling.help_with),
    "merge": ("merge", forms.MergeForm, joining.merge),
    "separate": ("separate", forms.ReasonForm, joining.separate),
    "accept": ("accept", Form, handling.accept),
    "name-unit": ("name_unit", forms.AboutUnitForm, handling.name_unit),
    "name-officer": ("name", forms.OfficerForm, handling.name_officer),
    "transfer": ("transfer", forms.TransferForm, joining.transfer),
    "receipt": ("receipt", forms.ReceiptForm, joining.note_receipt),
    "take-back": ("back", forms.ReasonForm, joining.take_back),
}
