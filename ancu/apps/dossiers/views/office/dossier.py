"""One dossier as the office works on it, and its papers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.accounts.selectors import get_user
from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import FOR_INTAKE, ISSUED, ComponentState, State
from ancu.apps.dossiers.forms.office import AssignOfficerForm, JudgePaperForm, PaperPageForm
from ancu.apps.dossiers.selectors import history, office
from ancu.apps.dossiers.selectors.conversations import KIND, standing_to
from ancu.apps.dossiers.selectors.documents import documents
from ancu.apps.dossiers.selectors.money import fee_of
from ancu.apps.dossiers.selectors.officers import colleagues
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, findings
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.queues import queue_rows
from ancu.apps.dossiers.selectors.reading import readable_forms
from ancu.apps.dossiers.selectors.results import changes_of, open_correction
from ancu.apps.dossiers.selectors.returns import last_return
from ancu.apps.dossiers.selectors.slots import passport_of
from ancu.apps.dossiers.selectors.supplements import supplement_changes
from ancu.apps.dossiers.services import assigning, handling
from ancu.apps.dossiers.services.papers import findings_by_photo, photo_findings
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.apps.dossiers.views.office.acts import buttons, waiting_sentence
from ancu.apps.files.services import FileRefused, FileUnreadable, page_image
from ancu.apps.messaging.selectors import get_thread
from ancu.core.db.statements import prepared
from ancu.core.errors import Conflict, Http404
from ancu.core.forms.reasons import ReasonForm
from ancu.core.web.http import Request

SMALL, WIDTH, WIDE = 160, 1200, 2000
TO_BE_DECIDED = frozenset({*FOR_INTAKE, State.ACCEPTED, State.ASSESSED})


@never_cache
@require_safe
@prepared()
def dossier(request: Request, number: str) -> HttpResponse:
    """Show everything about one dossier, with the permitted acts. Each view is recorded as a look."""
    viewed = office.get_office_dossier(request.actor, number)
    stays = office.stays_of(request.actor, viewed)
    earlier = office.earlier_dossiers(request.actor, viewed)
    record_look(request.actor, viewed, stays=[stay.pk for stay in stays], dossiers=[row.pk for row in earlier])
    supplement, events = office.last_supplement(viewed), history.office_events(request.actor, viewed)
    waiting = open_correction(viewed) if viewed.state in ISSUED else None
    result = office.result_of(viewed)
    context = _viewer(request, viewed, _requested_paper(request)) | {
        "dossier": viewed,
        "row": queue_rows(request.actor, [viewed])[0],
        "procedure": procedure_of(viewed),
        "waiting_sentence": waiting_sentence(request.actor, viewed),
        "returned": last_return(request.actor, viewed, events),
        "buttons": buttons(request.actor, viewed),
        "passport": passport_of(viewed, result),
        "may_receive_passport": rules.may_receive_passport(request.actor, viewed),
        "fee": fee_of(viewed),
        "may_take_fee": rules.may_take_fee(request.actor, viewed),
        "documents": documents(viewed),
        "assign_form": _assign_form(request, viewed),
        "findings": findings(viewed, StayDisclosure.ALL) if viewed.state in TO_BE_DECIDED else (),
        "photos": findings_by_photo(viewed) if viewed.state in TO_BE_DECIDED else [],
        "forms": readable_forms(viewed),
        "stays": office.with_notes(request.actor, stays),
        "earlier": earlier,
        "opinions": office.opinions_on(viewed),
        "supplement": supplement,
        "supplement_lines": office.supplement_lines(viewed, supplement.items) if supplement else [],
        "supplement_changes": supplement_changes(viewed, supplement),
        "result": result,
        "correction": waiting,
        "version": str(max((event.sequence for event in events), default=0)) if waiting else "",
        "changes": changes_of(waiting) if waiting else [],
        "refusal_form": ReasonForm(help_text=gettext_lazy("Officers see this in the history.")),
        "may_decide_correction": waiting is not None and rules.may_decide_correction(request.actor, waiting),
        "events": events,
        "conversation": get_thread(request.actor, KIND, viewed.number, standing=standing_to(request.actor, viewed)),
    }
    return render(request, "dossiers/office/dossier.html", context)


def _requested_paper(request: Request) -> str:
    """Return the key of the paper that the address names; empty without one."""
    return request.GET.get("paper", "")


def _assign_form(request: Request, dossier_shown: Any) -> AssignOfficerForm | None:
    """Return the form to assign the dossier; None without permission."""
    if not rules.may_assign(request.actor, dossier_shown):
        return None
    return AssignOfficerForm(
        officers=colleagues(request.actor), initial={"officer": str(dossier_shown.assigned_to_id or "")}
    )


def _viewer(request: Request, dossier_shown: Any, key: str, form: JudgePaperForm | None = None) -> dict[str, Any]:
    """Return the checklist, the chosen paper and page, and links to the neighbours."""
    papers = office.checklist(dossier_shown, key)
    place = next((place for place, paper_line in enumerate(papers) if paper_line.chosen), 0)
    chosen = papers[place] if papers else None
    pages = chosen.component.shown_pages if chosen and chosen.component.shown_file else 0
    page_form = PaperPageForm(request.GET)
    page = min((page_form.cleaned_data["page"] or 1) if page_form.is_valid() else 1, max(pages, 1))
    return {
        "papers": papers,
        "chosen": chosen,
        "page": page,
        "pages": pages,
        "page_range": range(1, pages + 1),
        "previous_paper": papers[place - 1].component.key if place else "",
        "next_paper": papers[place + 1].component.key if place + 1 < len(papers) else "",
        "may_judge": rules.may_judge(request.actor, dossier_shown),
        "photo_findings": photo_findings(dossier_shown, chosen.component) if chosen else [],
        "unread": chosen is not None and office.is_unread_passport(chosen.component),
        "photo_size": _photo_size(dossier_shown, chosen),
        "judge_form": form or JudgePaperForm(initial=_verdict_values(chosen)),
    }


def _photo_size(dossier_shown: Any, chosen: office.ChecklistPaper | None) -> str:
    """Return the size that the chosen paper's photo must have, such as 4x6; empty if it is no photo."""
    photo = procedure_of(dossier_shown).component(chosen.component.key).photo if chosen else None
    return photo.size if photo else ""


def _verdict_values(chosen: office.ChecklistPaper | None) -> dict[str, str]:
    """Return the reason of the chosen paper's earlier verdict, to prefill the form."""
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
            return redirect(f"{reverse('dossiers:office-dossier', args=[number])}#papers")
    record_look(request.actor, component)
    context = {"dossier": dossier_shown} | _viewer(request, dossier_shown, key, form)
    name = "dossiers/office/viewer.html" if request.htmx else "dossiers/office/paper.html"
    return render(request, name, context, status=status)


@never_cache
@require_safe
def page(request: Request, number: str, key: str, page: int) -> HttpResponse:
    """Return one page of a paper as an image; ``?wide`` is for small print.

    Each view is recorded as a look, except ``?small`` thumbnails, which cannot be read.
    """
    component = office.get_office_component(request.actor, number, key)
    place = office.paper_page(component, page)
    try:
        picture = page_image(component.shown_file, page=place, width=_width(request))  # type: ignore[arg-type]
    except (FileRefused, FileUnreadable, FileNotFoundError) as error:
        raise Http404 from error
    if "small" not in request.GET:
        record_look(request.actor, component, page=page)
    return HttpResponse(picture, content_type="image/jpeg")


def _width(request: Request) -> int:
    """Return the width in pixels that the address asks for: ``?small``, ``?wide``, or the usual one."""
    return SMALL if "small" in request.GET else WIDE if "wide" in request.GET else WIDTH


@conflict_page
@require_POST
def assign(request: Request, number: str) -> HttpResponse:
    """Assign the dossier to an officer or to oneself, or return it to the queue."""
    dossier_shown = office.get_office_dossier(request.actor, number)
    people = colleagues(request.actor)
    form = AssignOfficerForm(request.POST, officers=people)
    if not form.is_valid():
        messages.error(request, _("This person does not work on dossiers in this office."))
        return redirect("dossiers:office-dossier", number)
    officer = form.cleaned_data["officer"]
    to = get_user(int(officer)) if officer else None
    assigning.assign(request.actor, dossier=dossier_shown, to=to, shown_officer=request.POST.get("shown"))
    words = (
        _("The dossier is assigned to %(name)s.") % {"name": to.full_name}
        if to
        else _("The dossier is not assigned to anyone.")
    )
    messages.success(request, words)
    return redirect("dossiers:office-dossier", number)


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
