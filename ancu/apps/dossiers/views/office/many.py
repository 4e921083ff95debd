"""Acts on several dossiers of a queue, each with a preview: assigning them, and requesting documents of all."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import AssignmentWay
from ancu.apps.dossiers.forms.many import AssignManyForm, SupplementManyForm
from ancu.apps.dossiers.selectors import sharing
from ancu.apps.dossiers.selectors.wording import LANGUAGES
from ancu.apps.dossiers.services import requesting
from ancu.apps.dossiers.services.letters import language_of
from ancu.apps.dossiers.services.on_each import ManyOutcome
from ancu.apps.dossiers.services.sharing import assign_many, undo_last_batch
from ancu.apps.dossiers.services.versions import version_of
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.apps.dossiers.views.office.queue_context import filter_of, queries
from ancu.apps.dossiers.views.office.supplement import letter_of
from ancu.core.errors import Conflict, require
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, conflicts_as_messages


def _queue_url(request: Request) -> str:
    """Return the address of the queue that the request came from."""
    return reverse("dossiers:queue") + (queries(request)["list_query"] or "?state=")


def _report(request: Request, outcome: ManyOutcome, done: str) -> None:
    """Add messages about the dossiers on which an act was done, and about each of the others."""
    if outcome.done:
        messages.success(request, done)
    for dossier, reason in outcome.refusals:
        messages.warning(request, f"{dossier.number}: {reason}")


# ---- assigning -----------------------------------------------------------------------------------------


@conflict_page
@require_POST
def assign(request: Request) -> HttpResponse:
    """Ask how the chosen dossiers, or the unassigned of a queue, are assigned; preview the shares, then assign them."""
    require(rules.is_officer(request.actor))
    with conflicts_as_messages(request):
        dossiers = _dossiers_to_assign(request)
        if "sure" not in request.POST:
            return _assignment_page(request, dossiers)
        _assign(request, dossiers)
    return redirect(_queue_url(request))


def _dossiers_to_assign(request: Request) -> Sequence[Any]:
    """Return the chosen dossiers, or those of the queue that nobody is in charge of; Conflict without any."""
    if "unassigned" in request.POST:
        dossiers: Sequence[Any] = sharing.unassigned_in_queue(request.actor, filter_of(request))
        if not dossiers:
            raise Conflict("none_unassigned", _("Every dossier of this queue has an officer."))
        return dossiers
    if not (numbers := request.POST.getlist("dossier")):
        raise Conflict("none_chosen", _("Choose the dossiers first."))
    return sharing.dossiers_to_assign(request.actor, numbers)


def _assignment_page(request: Request, dossiers: Sequence[Any]) -> HttpResponse:
    """Render the question how the dossiers are assigned, with a preview of the shares once it is answered."""
    posted = "way" in request.POST
    shares = sharing.officer_shares(request.actor, dossiers)
    form = AssignManyForm(request.POST if posted else None, shares=shares)
    plan = None
    if posted and form.is_valid():
        way = AssignmentWay(form.cleaned_data["way"])
        plan = sharing.plan_assignment(request.actor, dossiers, way, form.officer_ids())
    record_look(request.actor, ("dossiers.queue", "assign"), dossiers=[dossier.pk for dossier in dossiers])
    context = {
        "dossiers": dossiers, "form": form, "plan": plan, "back": _queue_url(request),
        "queue_query": queries(request)["list_query"], "is_first_part": len(dossiers) == sharing.MOST_ASSIGNED,
    }  # fmt: skip
    return render(request, "dossiers/office/assign_many.html", context, status=422 if posted and plan is None else 200)


def _assign(request: Request, dossiers: Sequence[Any]) -> None:
    """Assign the dossiers as the preview showed, and report each outcome."""
    officers = {
        dossier.number: int(officer)
        for dossier in dossiers
        if (officer := request.POST.get(f"to-{dossier.number}", "")).isdecimal() and len(officer) < 19
    }
    holders = {dossier.number: request.POST.get(f"holder-{dossier.number}", "") for dossier in dossiers}
    holders = {number: holder for number, holder in holders.items() if holder == "" or holder.isdecimal()}
    outcome = assign_many(request.actor, dossiers=dossiers, officers=officers, holders=holders)
    done = counted("%(n)s dossier is assigned.", "%(n)s dossiers are assigned.", len(outcome.done))
    _report(request, outcome, done)


@require_POST
def undo_assignment(request: Request) -> HttpResponse:
    """Undo the officer's last assignment of several dossiers."""
    require(rules.is_officer(request.actor))
    with conflicts_as_messages(request):
        number = undo_last_batch(request.actor, key=request.POST.get("batch", ""))
        messages.success(request, counted("%(n)s assignment is undone.", "%(n)s assignments are undone.", number))
    return redirect(_queue_url(request))


# ---- requesting documents ------------------------------------------------------------------------------


@conflict_page
@require_POST
def supplement(request: Request) -> HttpResponse:
    """Ask what is requested of the chosen applicants; preview each letter, then send them."""
    require(rules.is_officer(request.actor))
    with conflicts_as_messages(request):
        dossiers = requesting.dossiers_to_request(request.actor, request.POST.getlist("dossier"))
        ready, refusals = requesting.requestable(request.actor, dossiers)
        form = _supplement_form(request, ready)
        if form.is_bound and form.is_valid() and "sure" in request.POST:
            _send(request, ready, form)
        else:
            return _supplement_page(request, ready, refusals, form)
    return redirect(_queue_url(request))


def _supplement_form(request: Request, dossiers: Sequence[Any]) -> SupplementManyForm:
    """Return the form of what is requested, with a text for each language that one of the applicants reads."""
    posted = any(name in request.POST for name in ("preview", "change", "sure"))
    languages = {_letter_language(dossier) for dossier in dossiers}
    return SupplementManyForm(request.POST if posted else None, languages=languages)


def _letter_language(dossier: Any) -> str:
    """Return the language of the dossier's letters that an officer writes in."""
    language = language_of(dossier)
    return language if language in LANGUAGES else "en"


def _supplement_page(
    request: Request, dossiers: Sequence[Any], refusals: Sequence[Any], form: SupplementManyForm
) -> HttpResponse:
    """Render the question what is requested; once it is answered, the letter to each applicant instead.

    The letters cannot be changed on their page, so that nothing is sent that was not previewed.
    """
    valid = form.is_bound and form.is_valid() and "change" not in request.POST
    letters = []
    for dossier in dossiers:
        record_look(request.actor, dossier, page="supplement")
        content = _content(dossier, form) if valid else None
        letter = letter_of(dossier, content.note, content.article, content.offers, {}) if content else None
        letters.append((dossier, version_of(dossier), letter, content.problem if content else ""))
    context = {
        "letters": letters, "refusals": refusals, "form": form, "previewed": valid, "back": _queue_url(request),
        "queue_query": queries(request)["list_query"],
        "sendable": valid and any(not problem for *_letter, problem in letters),
    }  # fmt: skip
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "dossiers/office/supplement_many.html", context, status=status)


def _content(dossier: Any, form: SupplementManyForm) -> requesting.RequestContent:
    """Return what is requested of one applicant: the text with the own values, and the papers not sent."""
    return requesting.content_for(
        dossier, note=form.note_in(_letter_language(dossier)), article=form.cleaned_data["article"],
        with_missing=form.cleaned_data["missing"], language=_letter_language(dossier),
    )  # fmt: skip


def _send(request: Request, dossiers: Sequence[Any], form: SupplementManyForm) -> None:
    """Send the requests as the preview showed, and report each outcome."""
    contents = {dossier.number: _content(dossier, form) for dossier in dossiers}
    versions = {dossier.number: request.POST.get(f"version-{dossier.number}", "") for dossier in dossiers}
    outcome = requesting.request_of_many(request.actor, dossiers=dossiers, contents=contents, versions=versions)
    done = counted(
        "More documents have been requested for %(n)s dossier.",
        "More documents have been requested for %(n)s dossiers.", len(outcome.done),
    )  # fmt: skip
    _report(request, outcome, done)
