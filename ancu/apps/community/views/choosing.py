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
from ancu.apps.community.selectors.public import count_without_selection
from ancu.apps.community.services import choosing as services
from ancu.apps.community.services import exports
from ancu.apps.community.views.office import require_keeper
from ancu.core.errors import Conflict, Http404
from ancu.core.forms import CHOOSE
from ancu.core.web.http import Request, conflicts_as_messages, parse_whole_number


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def selections(request: Request, pk: int) -> HttpResponse:
    """List a programme's selections and begin a new one."""
    require_keeper(request)
    programme = ledger.get_programme(request.actor, pk)
    form = SelectionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        selection = services.begin(actor=request.actor, programme_id=pk, **form.cleaned_data)
        messages.success(request, _("Now enter everyone to be considered."))
        return redirect("community:selection", pk, selection.pk)
    context = {
        "programme": programme,
        "form": form,
        "rows": selectors.selections(programme),
        "without_points": count_without_selection(programme),
    }
    return render(request, "community/selections.html", context, status=422 if form.is_bound else 200)


@require_safe
@never_cache
def selection(request: Request, pk: int, selection_id: int) -> HttpResponse:
    """Show a selection with its candidates."""
    require_keeper(request)
    return _selection_page(request, selectors.get_selection(request.actor, pk, selection_id))


def _selection_page(request: Request, selection: Any, status: int = 200, **more: Any) -> HttpResponse:
    """Render a page of the selection's candidates; ``more`` overrides values of its context."""
    record_look(request.actor, selection.programme, selection=selection.pk)
    selectors.set_represented(selection)
    own = rules.may_enter(request.actor, selection.programme)
    draft = own and selection.state == SelectionState.DRAFT
    rule = selectors.criteria_rule(selection)
    counts = selectors.count_candidates(selection)
    rows = more.pop("rows", None)
    page_text = request.POST.get("page") or request.GET.get("page", "")
    paging = _paging(1 if rows else parse_whole_number(page_text) or 1, counts["considered"])
    rows = rows or selectors.candidates(selection)[paging["first"] - 1 : paging["last"]]
    context = {
        "programme": selection.programme,
        "selection": selection,
        "rows": selectors.candidates_in_words(selection, rows),
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
    """Return, for a list of ``number`` candidates, what the page ``page_number`` shows.

    Keys: ``page``; ``before`` and ``after``, the neighbouring pages (0 for none), with their links; ``first`` and
    ``last``, the rows.
    """
    size = selectors.ROWS
    page = max(1, min(page_number, -(-number // size)))
    before, after = page - 1, page + 1 if number > page * size else 0
    return {
        "page": page, "before": before, "after": after, "first": before * size + 1, "last": min(page * size, number),
        "previous_url": f"?page={before}" if before else "", "next_url": f"?page={after}" if after else "",
    }  # fmt: skip


def _candidate_form(request: Request, selection: Any, data: Any = None) -> CandidateForm:
    """Return the form for a candidate, with the selection's criteria and the actor's units."""
    criteria = [
        (
            need_criterion.code,
            f"{selectors.criterion_name(need_criterion)} ({need_criterion.points})",
            need_criterion.most,
        )
        for need_criterion in selectors.criteria_rule(selection).criteria
    ]
    units = [CHOOSE, *ledger.units_to_choose(request.actor)]
    return CandidateForm(data, prefix="new", units=units, criteria=criteria)


@require_POST
@never_cache
def step(request: Request, pk: int, selection_id: int, step: str) -> HttpResponse:
    """Carry out a step of a selection: add a candidate, save, propose, approve or send back."""
    require_keeper(request)
    selection = selectors.get_selection(request.actor, pk, selection_id)
    steps = {
        "consider": _add_candidate,
        "keep": _save_and_turn,
        "propose": _propose,
        "approve": _approve,
        "send-back": _send_back,
    }
    if step not in steps:
        raise Http404
    return steps[step](request, selection)


def _add_candidate(request: Request, selection: Any) -> HttpResponse:
    """Add the submitted candidate; on errors show the form again."""
    form = _candidate_form(request, selection, request.POST)
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            services.add_candidate(
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
    return _selection_page(request, selection, 422, form=form)


def _propose(request: Request, selection: Any) -> HttpResponse:
    """Save the ticks and propose the selection; if it is refused, show the candidates without a reason first."""
    common = {"actor": request.actor, "programme_id": selection.programme_id, "selection_id": selection.pk}
    try:
        _save_page(request, selection)  # nothing that was ticked or written is lost
        marked = selectors.candidates(selection).values_list("pk", "chosen", "reason")
        chosen = {pk for pk, ticked, _reason in marked if ticked}
        services.propose(chosen=chosen, reasons={pk: reason for pk, _ticked, reason in marked}, **common)
    except Conflict as refused:
        return _selection_page(
            request, selection, 422, refused=str(refused.message), rows=selectors.without_reason_first(selection)
        )
    messages.success(request, _("Sent to a second person for approval."))
    return _back_to(selection)


def _save_page(request: Request, selection: Any) -> None:
    """Save the ticks and reasons of the candidates on the page; of all candidates if it does not name its rows."""
    candidate_ids: set[int] = set(selection.candidates.values_list("pk", flat=True))
    ticked, visible_ids = (
        {pk for pk in candidate_ids & {parse_whole_number(text) for text in request.POST.getlist(name)} if pk}
        for name in ("chosen", "row")
    )
    rows = visible_ids or candidate_ids
    services.save_draft(
        actor=request.actor, programme_id=selection.programme_id, selection_id=selection.pk, rows=rows, chosen=ticked,
        reasons={pk: request.POST.get(f"reason-{pk}", "") for pk in rows},
    )  # fmt: skip


def _save_and_turn(request: Request, selection: Any) -> HttpResponse:
    """Save ticks and reasons on the page, and redirect to another page of candidates."""
    with conflicts_as_messages(request):
        _save_page(request, selection)
    there = reverse("community:selection", args=[selection.programme_id, selection.pk])
    return redirect(f"{there}?page={parse_whole_number(request.POST.get('to', '')) or 1}")


def _approve(request: Request, selection: Any) -> HttpResponse:
    """Approve the selection of recipients."""
    with conflicts_as_messages(request):
        services.approve(actor=request.actor, programme_id=selection.programme_id, selection_id=selection.pk)
        messages.success(request, _("Approved. The chosen people can now receive help."))
    return _back_to(selection)


def _send_back(request: Request, selection: Any) -> HttpResponse:
    """Return the selection of recipients to its proposer as a draft, with remarks."""
    form = BackForm(request.POST)
    if not form.is_valid():
        return _selection_page(request, selection, 422, back=form)
    with conflicts_as_messages(request):
        services.send_back(
            actor=request.actor, programme_id=selection.programme_id, selection_id=selection.pk, **form.cleaned_data
        )
        messages.success(request, _("Returned to the person who proposed it."))
    return redirect("community:list")


def _back_to(selection: Any) -> HttpResponse:
    """Redirect to the page of the selection of recipients."""
    return redirect("community:selection", selection.programme_id, selection.pk)


@require_safe
@never_cache
def list_file(request: Request, pk: int, selection_id: int, kind: str) -> HttpResponse:
    """Return the candidates of a selection as a download, XLSX or CSV."""
    require_keeper(request)
    selection = selectors.get_selection(request.actor, pk, selection_id)
    if kind not in exports.KINDS:
        raise Http404
    return exports.candidates_file(request.actor, selection, kind)
