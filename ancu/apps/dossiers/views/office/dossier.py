"""One dossier as the office works on it, and its papers one by one."""

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
from ancu.apps.dossiers.forms.office import AssignForm, JudgeForm, PageForm
from ancu.apps.dossiers.selectors import history, office
from ancu.apps.dossiers.selectors.conversations import KIND, standing_to
from ancu.apps.dossiers.selectors.documents import documents
from ancu.apps.dossiers.selectors.money import fee_of
from ancu.apps.dossiers.selectors.officers import colleagues
from ancu.apps.dossiers.selectors.preflight import Stays, findings
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.queues import with_time
from ancu.apps.dossiers.selectors.reading import forms_of
from ancu.apps.dossiers.selectors.results import changes_of, open_correction
from ancu.apps.dossiers.selectors.returns import last_return
from ancu.apps.dossiers.selectors.slots import passport_of
from ancu.apps.dossiers.selectors.supplements import supplement_changes
from ancu.apps.dossiers.services import assigning, handling
from ancu.apps.dossiers.services.papers import photo_findings, photos_found
from ancu.apps.dossiers.views.conflict import says_conflict
from ancu.apps.dossiers.views.office.acts import asked_of, buttons
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
    """Everything the office has on one dossier, with what it may do now. Each opening is a look."""
    found = office.get_office_dossier(request.actor, number)
    stays = office.stays_of(request.actor, found)
    earlier = office.earlier_dossiers(request.actor, found)
    record_look(request.actor, found, stays=[one.pk for one in stays], dossiers=[one.pk for one in earlier])
    supplement, events = office.last_supplement(found), history.told(request.actor, found)
    waiting = open_correction(found) if found.state in ISSUED else None
    result = office.result_of(found)
    context = _viewer(request, found, _wanted(request)) | {
        "dossier": found,
        "row": with_time(request.actor, [found])[0],
        "procedure": procedure_of(found),
        "asked": asked_of(request.actor, found),
        "returned": last_return(request.actor, found, events),
        "buttons": buttons(request.actor, found),
        "passport": passport_of(found, result),
        "may_receive_passport": rules.may_receive_passport(request.actor, found),
        "fee": fee_of(found),
        "may_take_fee": rules.may_take_fee(request.actor, found),
        "documents": documents(found),
        "assign_form": _assign_form(request, found),
        "findings": findings(found, Stays.ALL) if found.state in TO_BE_DECIDED else (),
        "photos": photos_found(found) if found.state in TO_BE_DECIDED else [],
        "forms": forms_of(found),
        "stays": office.with_notes(request.actor, stays),
        "earlier": earlier,
        "opinions": office.opinions_on(found),
        "supplement": supplement,
        "supplement_lines": office.supplement_lines(found, supplement.items) if supplement else [],
        "supplement_changes": supplement_changes(found, supplement),
        "result": result,
        "correction": waiting,
        "version": str(max((event.sequence for event in events), default=0)) if waiting else "",
        "changes": changes_of(waiting) if waiting else [],
        "refusal_form": ReasonForm(help_text=gettext_lazy("Officers read this in the history.")),
        "may_decide_correction": waiting is not None and rules.may_decide_correction(request.actor, waiting),
        "events": events,
        "conversation": get_thread(request.actor, KIND, found.number, known=standing_to(request.actor, found)),
    }
    return render(request, "dossiers/office/dossier.html", context)


def _wanted(request: Request) -> str:
    return request.GET.get("paper", "")


def _assign_form(request: Request, found: Any) -> AssignForm | None:
    if not rules.may_assign(request.actor, found):
        return None
    return AssignForm(officers=colleagues(request.actor), initial={"officer": str(found.assigned_to_id or "")})


def _viewer(request: Request, found: Any, key: str, form: JudgeForm | None = None) -> dict[str, Any]:
    """The checklist, the paper shown, its page, and the ways to the papers and pages beside it."""
    papers = office.papers(found, key)
    place = next((place for place, one in enumerate(papers) if one.chosen), 0)
    shown = papers[place] if papers else None
    pages = shown.component.shown_pages if shown and shown.component.shown_file else 0
    asked = PageForm(request.GET)
    page = min((asked.cleaned_data["page"] or 1) if asked.is_valid() else 1, max(pages, 1))
    return {
        "papers": papers,
        "shown": shown,
        "page": page,
        "pages": pages,
        "page_range": range(1, pages + 1),
        "previous_paper": papers[place - 1].component.key if place else "",
        "next_paper": papers[place + 1].component.key if place + 1 < len(papers) else "",
        "may_judge": rules.may_judge(request.actor, found),
        "photo_findings": photo_findings(found, shown.component) if shown else [],
        "unread": shown is not None and office.is_unread_passport(shown.component),
        "photo_size": _photo_size(found, shown),
        "judge_form": form or JudgeForm(initial=_judged(shown)),
    }


def _photo_size(found: Any, shown: office.Paper | None) -> str:
    """The size in which a photo is asked for; nothing for other papers."""
    photo = procedure_of(found).component(shown.component.key).photo if shown else None
    return photo.size if photo else ""


def _judged(shown: office.Paper | None) -> dict[str, str]:
    component = shown.component if shown else None
    return {"reason_code": component.reason_code, "reason": component.reason} if component else {}


@never_cache
@says_conflict
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: Request, number: str, key: str) -> HttpResponse:
    """One paper beside the checklist; a POST finds it in order or sends it back for a reason."""
    component = office.get_office_component(request.actor, number, key)
    found = office.get_office_dossier(request.actor, number)
    form = JudgeForm(request.POST) if request.method == "POST" else None
    status = 422 if form else 200
    if form:
        handling.require_to_judge(request.actor, found)
    if form and form.is_valid():
        verdict = form.cleaned_data.pop("verdict")
        try:
            handling.judge_component(
                request.actor, dossier=found, key=key, state=ComponentState(verdict),
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
    context = {"dossier": found} | _viewer(request, found, key, form)
    name = "dossiers/office/viewer.html" if request.htmx else "dossiers/office/paper.html"
    return render(request, name, context, status=status)


@never_cache
@require_safe
def page(request: Request, number: str, key: str, page: int) -> HttpResponse:
    """One page of a paper as a picture; ``?wide`` for reading small print. Each is a look at the paper, but for the
    ``?small`` ones beside it: they are too small to be read."""
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
    return SMALL if "small" in request.GET else WIDE if "wide" in request.GET else WIDTH


@says_conflict
@require_POST
def assign(request: Request, number: str) -> HttpResponse:
    """Give the dossier to an officer, take it oneself, or put it back."""
    found = office.get_office_dossier(request.actor, number)
    people = colleagues(request.actor)
    form = AssignForm(request.POST, officers=people)
    if not form.is_valid():
        messages.error(request, _("This person does not work on dossiers in this office."))
        return redirect("dossiers:office-dossier", number)
    chosen = form.cleaned_data["officer"]
    to = get_user(int(chosen)) if chosen else None
    assigning.assign(request.actor, dossier=found, to=to, shown=request.POST.get("shown"))
    words = _("The dossier is with %(name)s.") % {"name": to.full_name} if to else _("The dossier is with nobody.")
    messages.success(request, words)
    return redirect("dossiers:office-dossier", number)


@never_cache
@require_safe
def scan(request: Request, number: str, page: int) -> HttpResponse:
    """One page of the scan of what was issued."""
    found = office.get_office_dossier(request.actor, number)
    result = office.result_of(found)
    if result is None or result.scan is None or page < 1:
        raise Http404
    try:
        picture = page_image(result.scan, page=page - 1, width=WIDTH)
    except (FileRefused, FileUnreadable, FileNotFoundError) as error:
        raise Http404 from error
    record_look(request.actor, ("dossiers.result", found.pk), page=page)
    return HttpResponse(picture, content_type="image/jpeg")
