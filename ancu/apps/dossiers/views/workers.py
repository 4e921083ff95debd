"""The organisation's list of foreign workers, and the page of one worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers.enums import EndBand, WorkerPaper
from ancu.apps.dossiers.forms.workers import WorkerFilterForm, WorkerForm
from ancu.apps.dossiers.rules import workers as rules
from ancu.apps.dossiers.selectors import get_dossier
from ancu.apps.dossiers.selectors import workers as selectors
from ancu.apps.dossiers.selectors.groups import PROCEDURE
from ancu.apps.dossiers.services import workers as services
from ancu.apps.dossiers.views.rows import dossier_row
from ancu.core import clock
from ancu.core.errors import Conflict, Http404, require
from ancu.core.forms.editing import EditPage
from ancu.core.forms.editions import CHANGED_SINCE
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request

if TYPE_CHECKING:
    from datetime import date

    from ancu.apps.dossiers.models import ForeignWorker

TONES = {
    EndBand.ENDED: "bad",
    EndBand.WITHIN_30: "bad",
    EndBand.WITHIN_60: "warn",
    EndBand.WITHIN_90: "gold",
    EndBand.LATER: "",
}


@dataclass(frozen=True)
class PaperEnd:
    """One paper of a worker: its number, its last day, and in words and colour how near that is.

    ``words`` is empty for a paper that ends later, or that another one outlasts.
    """

    label: str
    number: str
    day: date | None
    words: str
    tone: str


@dataclass(frozen=True)
class WorkerLine:
    """A worker as a row of the list."""

    worker: ForeignWorker
    papers: list[PaperEnd]


def worker_line(worker: ForeignWorker, today: date) -> WorkerLine:
    """Return a worker as a row of the list, with the end of each paper."""
    return WorkerLine(worker, [_paper_end(worker, paper, today) for paper in WorkerPaper])


def _paper_end(worker: ForeignWorker, paper: WorkerPaper, today: date) -> PaperEnd:
    """Return one paper of a worker, marked if it ends within ninety days."""
    day, number = rules.last_day(worker, paper), getattr(worker, f"{paper}_number")
    band = rules.band_of(day, today) if rules.is_decisive(worker, paper) else EndBand.LATER
    words = "" if day is None or band == EndBand.LATER else _days_left((day - today).days)
    return PaperEnd(str(paper.label), number, day, words, TONES[band])


def _days_left(days: int) -> str:
    """Return in words in how many days a paper ends."""
    if days < 0:
        return pgettext("paper", "ended")
    return counted("%(n)s day left", "%(n)s days left", days) if days else _("ends today")


@never_cache
@require_safe
def workers(request: Request) -> HttpResponse:
    """List the organisation's workers, what ends next first; a chip shows those of one band only."""
    require(rules.may_keep_workers(request.actor))
    band = WorkerFilterForm(request.GET).band
    page = selectors.worker_page(request.actor, band, request.GET.get("after", ""))
    counts = selectors.band_counts(request.actor)
    ids = [worker.pk for worker in page.rows]
    record_look(request.actor, ("dossiers.workers", request.actor.organisation_id), workers=ids, ends=band)
    context: dict[str, Any] = {
        "lines": [worker_line(worker, clock.today()) for worker in page.rows],
        "bands": [(entry, counts[entry], TONES[entry]) for entry in EndBand],
        "band": band,
        "total": sum(counts.values()),
        "after": page.after,
        "is_first": "after" not in request.GET,
        "most": rules.MOST_TOGETHER,
        "may_request_cards": rules.may_prepare_group(request.actor, PROCEDURE),
    }
    return render(request, "dossiers/workers/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Show and receive the form of a new worker; ``?dossier=`` fills it from a dossier of the organisation."""
    require(rules.may_keep_workers(request.actor))
    if request.method == "POST":
        form = WorkerForm(request.POST)
        if form.is_valid() and _add(request, form):
            return redirect("dossiers:workers")
        return _show_new(request, form)
    number = request.GET.get("dossier", "")
    return _show_new(request, WorkerForm(initial=_known_values(request, number) if number else None), number)


def _known_values(request: Request, number: str) -> dict[str, Any]:
    """Return what the organisation's dossier knows about its foreigner, and record the look; 404 for any other."""
    dossier = get_dossier(request.actor, number)
    if dossier.organisation_id != request.actor.organisation_id:
        raise Http404
    record_look(request.actor, dossier, page="worker")
    return selectors.values_from_dossier(dossier)


def _add(request: Request, form: WorkerForm) -> bool:
    """Add the worker; return False, with the error in the form, if the passport is on the list already."""
    try:
        worker = services.add_worker(request.actor, details=form.details())
    except Conflict as conflict:
        if conflict.code != services.TWICE:
            raise
        form.add_error("passport_number", str(conflict.message))
        return False
    messages.success(request, _("%(name)s is on your list.") % {"name": worker.full_name})
    return True


def _show_new(request: Request, form: WorkerForm, number: str = "") -> HttpResponse:
    """Render the form of a new worker, beside it the people of earlier dossiers who are not on the list."""
    people = [] if form.is_bound or number else selectors.people_to_add(request.actor)
    if people:
        subject = ("dossiers.list", request.actor.organisation_id)
        record_look(request.actor, subject, dossiers=[dossier.pk for dossier in people])
    context = {"form": form, "people": people, "number": number}
    return render(request, "dossiers/workers/new.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def worker(request: Request, pk: int) -> HttpResponse:
    """Show a worker's form, recorded as a look; once sent, save it, unless a colleague saved since."""
    worker = selectors.get_worker(request.actor, pk)
    data = request.POST if request.method == "POST" else None
    edit = EditPage(data, _worker_form, selectors.editable_values(worker))
    if edit.form.is_bound and edit.form.is_valid() and _change(request, worker, edit):
        return redirect("dossiers:workers")
    dossiers = selectors.dossiers_about(request.actor, worker)
    record_look(request.actor, worker, dossiers=[dossier.pk for dossier in dossiers])
    context = {
        "worker": worker,
        "form": edit.form,
        "edit": edit,
        "line": worker_line(worker, clock.today()),
        "dossiers": [dossier_row(request.actor, dossier) for dossier in dossiers],
    }
    return render(request, "dossiers/workers/worker.html", context, status=edit.status)


def _worker_form(data: Any, initial: dict[str, Any]) -> WorkerForm:
    """Return the form of a worker with the submitted or the stored values."""
    return WorkerForm(data, initial=initial)


def _change(request: Request, worker: ForeignWorker, edit: EditPage) -> bool:
    """Save the worker; return False, with what stands against it on the page, if it cannot be saved."""
    try:
        saved = services.change_worker(request.actor, worker=worker, details=edit.form.details(), edition=edit.edition)
    except Conflict as conflict:
        if conflict.code == services.TWICE:
            edit.form.add_error("passport_number", str(conflict.message))
        elif conflict.code == CHANGED_SINCE:
            edit.overtake(conflict, selectors.editable_values(selectors.get_worker(request.actor, worker.pk)))
        else:
            raise
        return False
    messages.success(request, _("%(name)s saved.") % {"name": saved.full_name})
    return True


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Remove a worker from the organisation's list."""
    worker = selectors.get_worker(request.actor, pk)
    services.remove_worker(request.actor, worker=worker)
    messages.success(request, _("%(name)s is no longer on your list.") % {"name": worker.full_name})
    return redirect("dossiers:workers")
