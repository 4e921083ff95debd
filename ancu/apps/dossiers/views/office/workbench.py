"""The officer's page of one dossier, and its place in the queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ISSUED, TO_BE_DECIDED, ComponentState, State
from ancu.apps.dossiers.forms.office import AssignOfficerForm
from ancu.apps.dossiers.rules.counter import may_receive_at_counter, writes_at_counter
from ancu.apps.dossiers.selectors import history, office, workbench
from ancu.apps.dossiers.selectors.conversations import KIND, standing_to
from ancu.apps.dossiers.selectors.deadline_strip import deadline_strip
from ancu.apps.dossiers.selectors.documents import documents
from ancu.apps.dossiers.selectors.facts import DossierComparison, comparison_of
from ancu.apps.dossiers.selectors.mandates import mandates_of
from ancu.apps.dossiers.selectors.money import fee_of
from ancu.apps.dossiers.selectors.officers import assignable_officers
from ancu.apps.dossiers.selectors.paper_marks import marks_on
from ancu.apps.dossiers.selectors.passport_zone import zone_values
from ancu.apps.dossiers.selectors.postings import postings_back, track_posting
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.queue_place import neighbour, queue_place
from ancu.apps.dossiers.selectors.queues import queue_rows
from ancu.apps.dossiers.selectors.reading import readable_forms
from ancu.apps.dossiers.selectors.requests import offers_of
from ancu.apps.dossiers.selectors.results import changes_of, open_correction
from ancu.apps.dossiers.selectors.returns import last_return
from ancu.apps.dossiers.selectors.slots import passport_of
from ancu.apps.dossiers.selectors.supplements import supplement_changes
from ancu.apps.dossiers.services.papers import findings_by_photo
from ancu.apps.dossiers.views.office.bar import bar_of
from ancu.apps.dossiers.views.office.dossier import viewer_context
from ancu.apps.dossiers.views.office.queue_context import CURSOR, queries, queue_of, queue_query
from ancu.apps.messaging.selectors import get_thread
from ancu.apps.stays.enums import Sex
from ancu.core.db.statements import prepared
from ancu.core.forms.reasons import ReasonForm
from ancu.core.web.http import Request
from ancu.engines.rulebook import FactMark


@never_cache
@require_safe
@prepared()
def dossier(request: Request, number: str) -> HttpResponse:
    """Show everything about one dossier, with the permitted acts. Each view is recorded as a look."""
    viewed = office.get_office_dossier(request.actor, number)
    since = workbench.last_look(request.actor, viewed)
    stays = office.stays_of(request.actor, viewed)
    earlier = office.earlier_dossiers(request.actor, viewed)
    record_look(request.actor, viewed, stays=[stay.pk for stay in stays], dossiers=[row.pk for row in earlier])
    events = history.office_events(request.actor, viewed)
    office.read_papers(viewed)
    comparison = None
    if viewed.state in TO_BE_DECIDED:
        comparison = comparison_of(viewed, events, {stay.pk for stay in stays})
    papers = viewer_context(request, viewed, request.GET.get("paper") or _paper_to_look_at(viewed, comparison, since))
    thread = get_thread(request.actor, KIND, viewed.number, standing=standing_to(request.actor, viewed))
    context = papers | {
        "dossier": viewed,
        "comparison": comparison,
        "differing": comparison.differing_papers if comparison else (),
        "procedure": procedure_of(viewed),
        "sex": dict(Sex.choices).get(viewed.sex, viewed.sex),
        "photo_key": next((paper.component.key for paper in papers["papers"] if _is_photo(viewed, paper)), ""),
        "passport_url": _passport_url(viewed, papers["papers"]),
        "returned": last_return(request.actor, viewed, events),
        "forms": readable_forms(viewed, zone_values(viewed)),
        "earlier": earlier,
        "earlier_refused": any(row.state == State.REFUSED for row in earlier),
        "opinions": office.opinions_on(viewed),
        "mandates": mandates_of(viewed),
        "events": events,
        "conversation": thread,
        "may_receive_at_counter": may_receive_at_counter(request.actor),
        "writes_at_counter": writes_at_counter(request.actor, viewed),
        "notes": [message for message in thread.messages if message.staff_only],
        "news": workbench.news_of(request.actor, since, events, papers["papers"], thread.messages),
    }
    context["new_papers"] = [component.pk for component, _label in context["news"].papers] if context["news"] else []
    context |= _supplement(viewed) | _money_and_result(request, viewed, events) | _assignment(request, viewed)
    context |= _checks(request, viewed, stays, context)
    return render(request, "dossiers/office/dossier.html", context)


def _is_photo(viewed: Any, paper: office.ChecklistPaper) -> bool:
    """Whether the paper is the applicant's photo, and there is one."""
    component = paper.component
    return component.shown_file is not None and procedure_of(viewed).component(component.key).photo is not None


def _paper_to_look_at(viewed: Any, comparison: DossierComparison | None, since: datetime | None) -> str:
    """Return the paper to open first: what came since the last look, or what differs.

    Empty without any, and while papers wait for a verdict: then the first of those is opened.
    """
    papers = viewed.components.all()
    if any(paper.state in {ComponentState.RECEIVED, ComponentState.AWAITED} for paper in papers):
        return ""
    new = [paper.key for paper in papers if since and paper.given_at and paper.given_at > since]
    open_rows = comparison.open_differences if comparison else []
    return next(iter([*new, *(place.component for row in open_rows for place in row.places)]), "")


def _passport_url(viewed: Any, papers: Sequence[office.ChecklistPaper]) -> str:
    """Return the address of the passport among the papers; empty without a picture of it."""
    key = next((paper.component.key for paper in papers if office.is_passport_picture(paper.component)), "")
    return reverse("dossiers:office-paper", args=[viewed.number, key]) if key else ""


def _supplement(viewed: Any) -> dict[str, Any]:
    """Return the last request for documents, what its answer changed, and the documents to print."""
    supplement = office.last_supplement(viewed)
    lines = office.supplement_lines(viewed, supplement.items, supplement.asked_at) if supplement else []
    return {
        "documents": documents(viewed),
        "supplement": supplement,
        "supplement_lines": lines,
        "supplement_changes": supplement_changes(viewed, supplement),
    }


def _money_and_result(request: Request, viewed: Any, events: Sequence[Any]) -> dict[str, Any]:
    """Return the fee, the passport, the result and a correction of it that waits."""
    result = office.result_of(viewed)
    waiting = open_correction(viewed) if viewed.state in ISSUED else None
    passport = passport_of(viewed, result)
    return {
        "result": result,
        "passport": passport,
        "tracking": track_posting(passport.posting) if passport.posting else None,
        "returns": postings_back(request.actor, viewed),
        "may_receive_passport": rules.may_receive_passport(request.actor, viewed),
        "fee": fee_of(viewed),
        "may_take_fee": rules.may_take_fee(request.actor, viewed),
        "correction": waiting,
        "version": str(max((event.sequence for event in events), default=0)) if waiting else "",
        "changes": changes_of(waiting) if waiting else [],
        "refusal_form": ReasonForm(help_text=gettext_lazy("Officers see this in the history.")),
        "may_decide_correction": waiting is not None and rules.may_decide_correction(request.actor, waiting),
    }


def _assignment(request: Request, viewed: Any) -> dict[str, Any]:
    """Return the form to assign the dossier, and whether the actor may take it; no form without permission."""
    form, may_take = None, False
    if rules.may_assign(request.actor, viewed):
        people = assignable_officers(viewed)
        may_take = request.actor.user_id in dict(people)
        if viewed.assigned_to and viewed.assigned_to_id not in dict(people):  # who has it stands in the list
            people = [*people, (viewed.assigned_to_id, viewed.assigned_to.full_name)]
        form = AssignOfficerForm(officers=people, initial={"officer": str(viewed.assigned_to_id or "")})
    return {"assign_form": form, "may_take": may_take}


def _checks(request: Request, viewed: Any, stays: list[Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return the facts side by side, the checks, the stays, the clock and the bar, which follow from one another."""
    comparison: DossierComparison | None = context["comparison"]
    noted = office.with_notes(request.actor, stays)
    row = queue_rows(request.actor, [viewed])[0]
    photos = findings_by_photo(viewed) if comparison else []
    alerts = sum(len(notes) for _stay, notes in noted)
    to_ask, passed = workbench.check_lines(viewed, comparison, context["fee"], alerts)
    counts = {f"{mark}_count": comparison.count(mark) for mark in FactMark} if comparison else {}
    may_request = rules.may_request_supplement(request.actor, viewed)
    return counts | {
        "row": row,
        "short_state": workbench.SHORT_STATES.get(viewed.state, ""),
        "clock": workbench.deadline_clock(viewed, row.working_days_left),
        "strip": deadline_strip(viewed, context["events"]),
        "marks": marks_on(comparison.rows, context["chosen"].component.key, context["page"])
        if comparison and context["chosen"]
        else [],
        "to_ask": to_ask,
        "passed": passed,
        "ask_count": len(to_ask) + len(photos),
        "photos": photos,
        "may_request": may_request,
        "offers": offers_of(viewed, comparison) if comparison and may_request else [],
        "stays": noted,
        "timeline": workbench.stay_timeline(stays),
        "legal_file": comparison.legal_file if comparison and rules.reads_legal_files(request.actor) else None,
        "bar": bar_of(request.actor, viewed, comparison, queue_query(request)),
    }


@never_cache
@require_safe
def place(request: Request, number: str) -> HttpResponse:
    """Return the strip of the queue; with ``go`` lead to the next or the previous dossier, or back to the list."""
    viewed, cursor = office.get_office_dossier(request.actor, number), request.GET.get(CURSOR, "")
    filters = queue_of(request)
    if direction := request.GET.get("go"):
        row = neighbour(request.actor, filters, viewed, cursor, back=direction == "back")
        page = reverse("dossiers:office-dossier", args=[row.dossier.number]) if row else reverse("dossiers:queue")
        return redirect(page + queries(request)["list_query"])
    position = queue_place(request.actor, filters, viewed, cursor)
    if position.following:
        record_look(request.actor, ("dossiers.queue", filters.state or "all"), dossiers=[position.following.dossier.pk])
    context = {
        "dossier": viewed,
        "place": position,
        "title": State(filters.state).label if filters.state else _("All open"),
    }
    return render(request, "dossiers/office/place.html", context)
