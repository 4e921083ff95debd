"""Pages of a selection: candidates, facts, proposal and decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.community import rules
from ancu.apps.community.enums import SelectionState
from ancu.apps.community.forms import BackForm, CandidateForm, SelectionForm
from ancu.apps.community.selectors import choosing as selectors
from ancu.apps.community.selectors import ledger
from ancu.apps.community.selectors.public import recipients_without_points
from ancu.apps.community.services import choosing as services
from ancu.apps.community.services import exports
from ancu.apps.community.views.office import require_keeper
from ancu.core.errors import Conflict, Http404
from ancu.core.forms import CHOOSE
from ancu.core.web.http import Request, conflicts_as_messages, parse_whole_number


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def selections(request: Request, pk: int) -> HttpResponse:
    require_keeper(request)
    programme = ledger.get_programme(request.actor, pk)
    form = SelectionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        selection = services.begin(actor=request.actor, programme_id=pk, **form.cleaned_data)
        messages.success(request, _("Now enter everybody who is considered."))
        return redirect("community:selection", pk, selection.pk)
    context = {
        "programme": programme,
        "form": form,
        "rows": selectors.selections(programme),
        "without_points": recipients_without_points(programme),
    }
    return render(request, "community/selections.html", context, status=422 if form.is_bound else 200)


@require_safe
@never_cache
def selection(request: Request, pk: int, selection_id: int) -> HttpResponse:
    require_keeper(request)
    return _page(request, selectors.get_selection(request.actor, pk, selection_id))


def _page(request: Request, selection: Any, status: int = 200, **more: Any) -> HttpResponse:
    """Show a page of candidates; ``more`` overrides parts of its context."""
    record_look(request.actor, selection.programme, selection=selection.pk)
    selectors.tell_desks(selection)
    own = rules.may_enter(request.actor, selection.programme)
    draft = own and selection.state == SelectionState.DRAFT
    rule = selectors.rule_of(selection)
    counts = selectors.counted(selection)
    rows = more.pop("rows", None)
    page_text = request.POST.get("page") or request.GET.get("page", "")
    paging = _paging(1 if rows else parse_whole_number(page_text) or 1, counts["considered"])
    rows = rows or selectors.candidates(selection)[paging["first"] - 1 : paging["last"]]
    context = {
        "programme": selection.programme,
        "selection": selection,
        "rows": selectors.considered(selection, rows),
        "rule": rule,
        "counts": counts,
        "criteria": [
            (selectors.criterion_name(need_criterion), need_criterion.points, need_criterion.most)
            for need_criterion in rule.criteria
        ],
        "form": _candidate_form(request, selection) if draft else None,
        "draft": draft,
        "own": own,
        "decides": rules.may_decide(request.actor, selection),
        "back": BackForm(),
    }
    return render(request, "community/selection.html", context | paging | more, status=status)


def _paging(page_number: int, number: int) -> dict[str, Any]:
    """Return which rows the requested page shows, and the neighbouring pages."""
    size = selectors.ROWS
    page = max(1, min(page_number, -(-number // size)))
    before, after = page - 1, page + 1 if number > page * size else 0
    return {
        "page": page, "before": before, "after": after, "first": before * size + 1, "last": min(page * size, number),
        "previous_url": f"?page={before}" if before else "", "next_url": f"?page={after}" if after else "",
    }  # fmt: skip


def _candidate_form(request: Request, selection: Any, data: Any = None) -> CandidateForm:
    criteria = [
        (
            need_criterion.code,
            f"{selectors.criterion_name(need_criterion)} ({need_criterion.points})",
            need_criterion.most,
        )
        for need_criterion in selectors.rule_of(selection).criteria
    ]
    units = [CHOOSE, *ledger.units_to_choose(request.actor)]
    return CandidateForm(data, prefix="new", units=units, criteria=criteria)


@require_POST
@never_cache
def step(request: Request, pk: int, selection_id: int, step: str) -> HttpResponse:
    require_keeper(request)
    selection = selectors.get_selection(request.actor, pk, selection_id)
    steps = {"consider": _consider, "keep": _keep, "propose": _propose, "approve": _approve, "send-back": _send_back}
    if step not in steps:
        raise Http404
    return steps[step](request, selection)


def _consider(request: Request, selection: Any) -> HttpResponse:
    form = _candidate_form(request, selection, request.POST)
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            services.consider(
                actor=request.actor,
                programme_id=selection.programme_id,
                selection_id=selection.pk,
                kind=cleaned["kind"],
                unit_id=cleaned["unit"],
                name=cleaned["name"],
                facts=form.facts,
            )
        except Conflict as refused:
            form.add_error(None, str(refused.message))
        else:
            message = _("%(name)s is on the list.") % {"name": cleaned["name"]}
            messages.success(request, message, extra_tags=f"draft:help-candidate-{selection.pk}")
            return _back_to(selection)
    return _page(request, selection, 422, form=form)


def _propose(request: Request, selection: Any) -> HttpResponse:
    common = {"actor": request.actor, "programme_id": selection.programme_id, "selection_id": selection.pk}
    try:
        _keep_page(request, selection)  # nothing that was ticked or written is lost
        marked = selectors.candidates(selection).values_list("pk", "chosen", "reason")
        chosen = {pk for pk, ticked, _reason in marked if ticked}
        services.propose(chosen=chosen, reasons={pk: reason for pk, _ticked, reason in marked}, **common)
    except Conflict as refused:
        return _page(
            request, selection, 422, refused=str(refused.message), rows=selectors.without_reason_first(selection)
        )
    messages.success(request, _("It waits for a second person."))
    return _back_to(selection)


def _keep_page(request: Request, selection: Any) -> None:
    """Save ticks and reasons of the page's rows; of all rows if it does not say which."""
    candidate_ids: set[int] = set(selection.candidates.values_list("pk", flat=True))
    ticked, visible_ids = (
        {pk for pk in candidate_ids & {parse_whole_number(text) for text in request.POST.getlist(name)} if pk}
        for name in ("chosen", "row")
    )
    rows = visible_ids or candidate_ids
    services.keep(
        actor=request.actor, programme_id=selection.programme_id, selection_id=selection.pk, rows=rows, chosen=ticked,
        reasons={pk: request.POST.get(f"reason-{pk}", "") for pk in rows},
    )  # fmt: skip


def _keep(request: Request, selection: Any) -> HttpResponse:
    with conflicts_as_messages(request):
        _keep_page(request, selection)
    there = reverse("community:selection", args=[selection.programme_id, selection.pk])
    return redirect(f"{there}?page={parse_whole_number(request.POST.get('to', '')) or 1}")


def _approve(request: Request, selection: Any) -> HttpResponse:
    with conflicts_as_messages(request):
        services.approve(actor=request.actor, programme_id=selection.programme_id, selection_id=selection.pk)
        messages.success(request, _("Approved. Those who were chosen can receive now."))
    return _back_to(selection)


def _send_back(request: Request, selection: Any) -> HttpResponse:
    form = BackForm(request.POST)
    if not form.is_valid():
        return _page(request, selection, 422, back=form)
    with conflicts_as_messages(request):
        services.send_back(
            actor=request.actor, programme_id=selection.programme_id, selection_id=selection.pk, **form.cleaned_data
        )
        messages.success(request, _("It is sent back to who proposed it."))
    return redirect("community:list")


def _back_to(selection: Any) -> HttpResponse:
    return redirect("community:selection", selection.programme_id, selection.pk)


@require_safe
@never_cache
def list_file(request: Request, pk: int, selection_id: int, kind: str) -> HttpResponse:
    require_keeper(request)
    selection = selectors.get_selection(request.actor, pk, selection_id)
    if kind not in exports.KINDS:
        raise Http404
    return exports.list_file(request.actor, selection, kind)
