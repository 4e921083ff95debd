"""The papers of a dossier as the office looks at them, and the officer it is assigned to."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.accounts.selectors import get_user
from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import TO_BE_DECIDED, ComponentState
from ancu.apps.dossiers.forms.office import AssignOfficerForm, JudgePaperForm, PaperPageForm
from ancu.apps.dossiers.selectors import office
from ancu.apps.dossiers.selectors.facts import comparison_of
from ancu.apps.dossiers.selectors.officers import colleagues
from ancu.apps.dossiers.selectors.paper_marks import marks_on
from ancu.apps.dossiers.selectors.paper_texts import is_without_text
from ancu.apps.dossiers.selectors.paper_versions import EarlierPaper, earlier_paper, old_page
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.services import assigning, handling
from ancu.apps.dossiers.services.papers import photo_findings
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.apps.dossiers.views.office.queue_context import dossier_url, queries
from ancu.apps.files.services import FileRefused, FileUnreadable, page_image
from ancu.core.errors import Conflict, Http404
from ancu.core.web.http import Request

SMALL, WIDTH, WIDE = 160, 1200, 2000
VERSIONS = (
    ("new", pgettext_lazy("paper", "New")),
    ("old", pgettext_lazy("paper", "Old")),
    ("both", pgettext_lazy("paper", "Both")),
)


def viewer_context(
    request: Request, dossier_shown: Any, key: str, form: JudgePaperForm | None = None
) -> dict[str, Any]:
    """Return the checklist, the chosen paper and page, and links to the neighbours."""
    papers = office.checklist(dossier_shown, key)
    place = next((place for place, paper_line in enumerate(papers) if paper_line.chosen), 0)
    chosen = papers[place] if papers else None
    earlier = earlier_paper(chosen.component) if chosen else None
    version, pages, page = _shown_page(request, chosen, earlier)
    query_strings = queries(request)
    turn_query = query_strings["page_query"] + (f"version={version}&" if version != "new" else "")
    return query_strings | {
        "turn_query": turn_query,
        "papers": papers,
        "new_papers": (),
        "differing": (),
        "chosen": chosen,
        "page": page,
        "pages": pages,
        "page_range": range(1, pages + 1),
        "old_paper": earlier,
        "paper_version": version,
        "paper_versions": VERSIONS,
        "without_text": chosen is not None and is_without_text(chosen.component),
        "previous_paper": papers[place - 1].component.key if place else "",
        "next_paper": papers[place + 1].component.key if place + 1 < len(papers) else "",
        "may_judge": rules.may_judge(request.actor, dossier_shown),
        "photo_findings": photo_findings(dossier_shown, chosen.component) if chosen else [],
        "unread": chosen is not None and office.is_unread_passport(chosen.component),
        "photo_size": _photo_size(dossier_shown, chosen),
        "is_settled": form is None and chosen is not None and chosen.component.state == ComponentState.ACCEPTED,
        "judge_form": form or JudgePaperForm(initial=_verdict_values(chosen)),
    }


def _shown_page(
    request: Request, chosen: office.ChecklistPaper | None, earlier: EarlierPaper | None
) -> tuple[str, int, int]:
    """Return which version of a paper is shown (new, old or both), the number of pages and the page, from 1."""
    form = PaperPageForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    version = values.get("version") if earlier else ""
    new_pages = chosen.component.shown_pages if chosen and chosen.component.shown_file else 0
    old_pages = earlier.pages if earlier else 0
    pages = {"old": old_pages, "both": max(new_pages, old_pages)}.get(version or "", new_pages)
    return version or "new", pages, min(values.get("page") or 1, max(pages, 1))


def _photo_size(dossier_shown: Any, chosen: office.ChecklistPaper | None) -> str:
    """Return the size in centimetres that the chosen paper's photo must have, such as "4x6"; "" if it is no photo."""
    photo = procedure_of(dossier_shown).component(chosen.component.key).photo if chosen else None
    return photo.size if photo else ""


def _verdict_values(chosen: office.ChecklistPaper | None) -> dict[str, str]:
    """Return the reason of the last verdict on the chosen paper as initial values of the form; {} without a paper."""
    component = chosen.component if chosen else None
    return {"reason_code": component.reason_code, "reason": component.reason} if component else {}


@never_cache
@conflict_page
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: Request, number: str, key: str) -> HttpResponse:
    """Show one paper beside the checklist; a POST accepts or returns it."""
    component = office.get_office_component(request.actor, number, key)
    dossier_shown = office.get_office_dossier(request.actor, number)
    form = JudgePaperForm(request.POST) if request.method == "POST" else None
    status = 422 if form else 200
    if form:
        handling.require_to_judge(request.actor, dossier_shown)
    if form and form.is_valid():
        verdict = form.cleaned_data.pop("verdict")
        try:
            handling.judge_component(
                request.actor, dossier=dossier_shown, key=key, state=ComponentState(verdict),
                version=request.POST.get("version", ""), **form.cleaned_data,
            )  # fmt: skip
        except Conflict as conflict:
            if conflict.code != "paper_judged":
                raise
            form.add_error(None, str(conflict.message))
            status = 409
        else:
            return redirect(f"{dossier_url(request, number)}#papers")
    record_look(request.actor, component)
    context = {"dossier": dossier_shown} | viewer_context(request, dossier_shown, key, form)
    if dossier_shown.state in TO_BE_DECIDED:
        comparison = comparison_of(dossier_shown)
        context["marks"] = marks_on(comparison.rows, key, context["page"])
        context["differing"] = comparison.differing_papers
    name = "dossiers/office/viewer.html" if request.htmx else "dossiers/office/paper.html"
    return render(request, name, context, status=status)


@never_cache
@require_safe
def page(request: Request, number: str, key: str, page: int) -> HttpResponse:
    """Return one page of a paper as an image; ``?wide`` is for small print, ``?old`` of the paper sent before.

    Each view is recorded as a look in the audit, except ``?small`` thumbnails, which cannot be read.
    """
    component = office.get_office_component(request.actor, number, key)
    file, place = old_page(component, page) if "old" in request.GET else office.paper_page(component, page)
    try:
        picture = page_image(file, page=place, width=_width(request))
    except (FileRefused, FileUnreadable, FileNotFoundError) as error:
        raise Http404 from error
    if "small" not in request.GET:
        record_look(request.actor, component, page=page, **({"version": "old"} if "old" in request.GET else {}))
    return HttpResponse(picture, content_type="image/jpeg")


def _width(request: Request) -> int:
    """Return the width in pixels that the address asks for: ``?small``, ``?wide``, or the usual one."""
    return SMALL if "small" in request.GET else WIDE if "wide" in request.GET else WIDTH


@conflict_page
@require_POST
def assign(request: Request, number: str) -> HttpResponse:
    """Assign the dossier to an officer or to oneself, or return it to the queue."""
    dossier_shown = office.get_office_dossier(request.actor, number)
    form = AssignOfficerForm(request.POST, officers=colleagues(request.actor))
    if not form.is_valid():
        messages.error(request, _("This person does not work on dossiers in this office."))
        return redirect(dossier_url(request, number))
    officer = form.cleaned_data["officer"]
    to = get_user(int(officer)) if officer else None
    assigning.assign(request.actor, dossier=dossier_shown, to=to, shown_officer=request.POST.get("shown"))
    words = (
        _("The dossier is assigned to %(name)s.") % {"name": to.full_name}
        if to
        else _("The dossier is not assigned to anyone.")
    )
    messages.success(request, words)
    return redirect(dossier_url(request, number))


@never_cache
@require_safe
def scan(request: Request, number: str, page: int) -> HttpResponse:
    """Return one page of the scan of the dossier's result as an image."""
    dossier_shown = office.get_office_dossier(request.actor, number)
    result = office.result_of(dossier_shown)
    if result is None or result.scan is None or page < 1:
        raise Http404
    try:
        picture = page_image(result.scan, page=page - 1, width=WIDTH)
    except (FileRefused, FileUnreadable, FileNotFoundError) as error:
        raise Http404 from error
    record_look(request.actor, ("dossiers.result", dossier_shown.pk), page=page)
    return HttpResponse(picture, content_type="image/jpeg")
