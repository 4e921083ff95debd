"""One request for several workers: choose them, share what is the same, follow and send their dossiers together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules as dossier_rules
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.forms.filing import PaperUploadForm
from ancu.apps.dossiers.forms.groups import GroupFilterForm, GroupRequestForm, SendGroupForm
from ancu.apps.dossiers.rules import workers as rules
from ancu.apps.dossiers.selectors import groups as selectors
from ancu.apps.dossiers.selectors import legal_file_in_force
from ancu.apps.dossiers.selectors.money import rate_on
from ancu.apps.dossiers.selectors.signatures import digest_of
from ancu.apps.dossiers.selectors.summary import submitters_of
from ancu.apps.dossiers.selectors.workers import chosen_workers
from ancu.apps.dossiers.services import groups as services
from ancu.apps.dossiers.services.papers import MEGABYTE
from ancu.apps.dossiers.services.papers import PURPOSE as PAPER_PURPOSE
from ancu.apps.dossiers.views.rows import TONES, page_url
from ancu.apps.files.services import FileRefused, UploadUsed
from ancu.core import clock
from ancu.core.errors import Conflict, Http404, require
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, conflicts_as_messages, parse_whole_number
from ancu.core.web.language import localized
from ancu.engines.rulebook import get_procedure, to_vnd

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import ForeignWorker, GroupRequest
    from ancu.apps.dossiers.selectors.groups import GroupMember

MISSING_SHOWN = 8  # findings of one person on the page before sending


@never_cache
@require_safe
def groups(request: Request) -> HttpResponse:
    """List the organisation's requests for several workers, newest first."""
    page = selectors.group_page(request.actor, request.GET.get("after", ""))
    return render(request, "dossiers/workers/groups.html", {"page": page, "is_first": "after" not in request.GET})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Show the chosen workers and the form of what their dossiers share; a POST begins the dossiers."""
    require(rules.may_prepare_group(request.actor, selectors.PROCEDURE))
    workers = _chosen(request, request.POST if request.method == "POST" else request.GET)
    if request.method != "POST":
        return _show_new(request, workers, GroupRequestForm(initial={"key": uuid4()}))
    form = GroupRequestForm(request.POST)
    if not form.is_valid():
        return _show_new(request, workers, form)
    with conflicts_as_messages(request):
        group = services.start_group(request.actor, workers=workers, common=form.common(), key=form.cleaned_data["key"])
        begun = counted("%(n)s dossier begun.", "%(n)s dossiers begun.", len(workers))
        messages.success(request, begun)
        return redirect("dossiers:group", group.pk)
    return _show_new(request, workers, form)


def _chosen(request: Request, sent: QueryDict) -> list[ForeignWorker]:
    """Return the workers of the organisation that a page sent as chosen."""
    ids = [number for text in sent.getlist("worker") if (number := parse_whole_number(text)) is not None]
    return chosen_workers(request.actor, ids)


def _show_new(request: Request, workers: Sequence[ForeignWorker], form: GroupRequestForm) -> HttpResponse:
    """Render the chosen workers with the form; back to the list without any, or with too many."""
    if not workers or len(workers) > rules.MOST_TOGETHER:
        messages.warning(request, _("Choose between 1 and %(most)s workers.") % {"most": rules.MOST_TOGETHER})
        return redirect("dossiers:workers")
    busy = selectors.busy_passports(request.actor, workers)
    ids = [worker.pk for worker in workers]
    record_look(request.actor, ("dossiers.workers", request.actor.organisation_id), workers=ids)
    context = {
        "workers": [(worker, busy.get((worker.nationality, worker.passport_number))) for worker in workers],
        "form": form,
    }
    return render(request, "dossiers/workers/group_new.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def group(request: Request, pk: int) -> HttpResponse:
    """Show the dossiers of a request, all or those in one state, the shared papers and the sum of the fees."""
    group = selectors.get_group(request.actor, pk)
    return _show_group(request, group)


def _show_group(request: Request, group: GroupRequest, wrong: PaperUploadForm | None = None) -> HttpResponse:
    """Render a request with its dossiers; ``wrong`` is a submitted paper form with errors."""
    state = GroupFilterForm(request.GET).chosen().get("state", "")
    members = selectors.group_members(group)
    record_look(request.actor, group, dossiers=[member.dossier.pk for member in members])
    drafts = [member for member in members if member.dossier.state == State.DRAFT]
    may_prepare = rules.may_prepare_group(request.actor, group.procedure)
    fee = selectors.group_fee(members)
    context: dict[str, Any] = {
        "group": group,
        "name": localized(get_procedure(group.procedure, clock.today()), "name"),
        "lines": _lines(request, [member for member in members if state in {"", member.dossier.state}]),
        "states": [
            (entry, count, TONES.get(entry, "info")) for entry, count in selectors.state_counts(members).items()
        ],
        "state": state,
        "total": len(members),
        "drafts": len(drafts),
        "ready": sum(member.is_ready for member in drafts),
        "fee": fee,
        "fee_vnd": _in_dong(fee),
        "may_prepare": may_prepare,
        "papers": _paper_cards(group, wrong) if drafts and may_prepare else [],
        "has_legal_file": legal_file_in_force(group.organisation_id) is not None,
        "purpose": PAPER_PURPOSE,
    }
    return render(request, "dossiers/workers/group.html", context, status=422 if wrong else 200)


def _lines(request: Request, members: Sequence[GroupMember]) -> list[tuple[GroupMember, str, str]]:
    """Return each dossier with the tone of its state and the address where the person continues with it."""
    return [
        (member, TONES.get(State(member.dossier.state), "info"), page_url(request.actor, member.dossier))
        for member in members
    ]


def _in_dong(usd: int) -> int | None:
    """Return about how many dong a sum in dollars is at the latest exchange rate; None without a rate."""
    rate = rate_on(clock.today())
    return to_vnd(usd, rate.vnd_per_usd) if rate else None


def _paper_cards(group: GroupRequest, wrong: PaperUploadForm | None) -> list[dict[str, Any]]:
    """Return each paper that the dossiers share: its form, its name, and in how many dossiers it is."""
    procedure, counts = get_procedure(group.procedure, clock.today()), selectors.shared_paper_counts(group)
    cards = []
    for key, count in counts.items():
        component = procedure.component(key)
        is_wrong = wrong is not None and wrong.component == component
        form = wrong if is_wrong else PaperUploadForm(component=component)
        cards.append({
            "key": key, "label": localized(component, "label"), "form": form, "count": count,
            "max_bytes": component.max_megabytes * MEGABYTE, "is_letter": key == "signed_na6",
        })  # fmt: skip
    return cards


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: Request, pk: int, key: str) -> HttpResponse:
    """Put an uploaded paper into every draft of the request."""
    group = selectors.get_group(request.actor, pk)
    if key not in selectors.SHARED_PAPERS:
        raise Http404
    if request.method != "POST":
        return redirect("dossiers:group", pk)
    component = get_procedure(group.procedure, clock.today()).component(key)
    form = PaperUploadForm(request.POST, request.FILES, component=component)
    if not form.is_valid():
        return _show_group(request, group, form)
    with conflicts_as_messages(request):
        try:
            count = services.share_paper(
                request.actor, group=group, key=key, upload_id=form.cleaned_data["file_upload"],
                sent=form.cleaned_data["file"],
            )  # fmt: skip
        except UploadUsed:
            return redirect("dossiers:group", pk)
        except FileRefused as refused:
            form.add_error("file", f"{refused.message} {refused.mend}".strip())
            return _show_group(request, group, form)
        sentence = counted("Added to %(n)s dossier.", "Added to %(n)s dossiers.", count)
        messages.success(request, f"{localized(component, 'label')}: {sentence}")
    return redirect("dossiers:group", pk)


@never_cache
@require_safe
def letter(request: Request, pk: int) -> HttpResponse:
    """Return form NA6 with everybody of the request as a PDF, to be signed once."""
    pdf = services.letter_pdf(request.actor, selectors.get_group(request.actor, pk))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="NA6.pdf"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: Request, pk: int) -> HttpResponse:
    """Show who is ready and what the others lack; a POST sends those that are ready."""
    group = selectors.get_group(request.actor, pk)
    form = SendGroupForm(request.POST) if request.method == "POST" else SendGroupForm()
    if form.is_bound and form.is_valid():
        return _send(request, group)
    members = [member for member in selectors.group_members(group) if member.dossier.state == State.DRAFT]
    if not members:
        return redirect("dossiers:group", pk)
    record_look(request.actor, group, dossiers=[member.dossier.pk for member in members], page="send")
    ready = [member for member in members if member.is_ready]
    fee = selectors.group_fee(ready)
    may_send = all(dossier_rules.may_submit(request.actor, member.dossier) for member in members)
    context: dict[str, Any] = {
        "group": group,
        "form": form,
        "ready": [(member, digest_of(member.dossier)) for member in ready],
        "incomplete": [_missing(member) for member in members if not member.is_ready],
        "may_send": may_send,
        "who_sends": [] if may_send else submitters_of(members[0].dossier),
        "fee": fee,
        "fee_vnd": _in_dong(fee),
    }
    return render(request, "dossiers/workers/group_send.html", context, status=422 if form.is_bound else 200)


def _missing(member: GroupMember) -> dict[str, Any]:
    """Return an incomplete dossier with the first things that it lacks, in the reader's language."""
    sentences = list(dict.fromkeys(localized(finding, "what") for finding in member.missing))
    return {
        "dossier": member.dossier,
        "sentences": sentences[:MISSING_SHOWN],
        "more": len(sentences) - MISSING_SHOWN,
        "count": len(sentences),
    }


def _send(request: Request, group: GroupRequest) -> HttpResponse:
    """Send the complete dossiers, say what became of each, and show what the others still lack."""
    names = [name for name in request.POST if name.startswith("digest-")]
    digests = {name.removeprefix("digest-"): request.POST[name] for name in names}
    try:
        outcome = services.send_group(request.actor, group=group, digests=digests)
    except Conflict as conflict:
        messages.error(request, str(conflict.message))
        return redirect("dossiers:group", group.pk)
    if outcome.done:
        messages.success(request, counted("%(n)s dossier submitted.", "%(n)s dossiers submitted.", len(outcome.done)))
    for dossier, reason in outcome.refusals:
        if reason:
            messages.warning(request, f"{dossier.full_name or dossier.number}: {reason}")
    if outcome.refusals:
        remaining = counted(
            "%(n)s dossier was not submitted.", "%(n)s dossiers were not submitted.", len(outcome.refusals)
        )
        messages.warning(request, remaining)
        return redirect("dossiers:group-send", group.pk)
    return redirect("dossiers:group", group.pk)
