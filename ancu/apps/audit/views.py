"""A user's own acts; for an agency's administrator, acts of its members."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit import selectors
from ancu.apps.audit.forms import EventFilterForm
from ancu.apps.audit.selectors.checks import last_check, last_sent
from ancu.apps.audit.selectors.proofs import last_proof_checks
from ancu.apps.audit.services import record, record_look
from ancu.core import clock
from ancu.core.documents.spreadsheets import Cell, export_mark, table_file
from ancu.core.templatetags.ui import counted, day, moment
from ancu.core.web.exports import Export, export_form, export_page
from ancu.core.web.http import Request


@require_safe
def mine(request: Request) -> HttpResponse:
    """Show the user's own acts from the audit log."""
    page = selectors.page_of(selectors.own_events(request.actor), request.GET.get("after", ""))
    acts = selectors.with_names(request.actor, page.rows)
    _record_list_access(request, acts)
    next_url = _list_url(request, after=page.after) if page.after else ""
    return render(request, "audit/list.html", {"acts": acts, "next_url": next_url, "own": True})


@require_safe
@never_cache
def everybody(request: Request) -> HttpResponse:
    """Show an administrator the acts of the agency's members and of agencies below it, filtered."""
    form = EventFilterForm(request.GET, selectors.people(request.actor))
    filters = form.event_filter()
    events = selectors.agency_events(request.actor, filters)
    page = selectors.page_of(events, request.GET.get("after", ""))
    acts = selectors.with_names(request.actor, page.rows)
    _record_list_access(request, acts)
    check = last_check()
    context = {
        "acts": acts, "form": form, "filters": filters,
        "next_url": _list_url(request, after=page.after) if page.after else "",
        "all_url": _list_url(request, looks=None), "looks_url": _list_url(request, looks="on"),
        "export_url": reverse("audit:export") + _list_url(request), "narrowed": bool(filters.codes()),
        "check": check, "proof_checks": last_proof_checks(), "sent_at": last_sent() if check else None,
    }  # fmt: skip
    return render(request, "audit/list.html", context)


def _record_list_access(request: Request, acts: list[selectors.AuditAct]) -> None:
    """Record in the audit that the user read a list of acts that names people; ``acts`` are those shown."""
    read = [act.id for act in acts if act.whose]
    if read:
        record_look(request.actor, ("audit.list", "acts"), count=len(acts), acts=read)


def _list_url(request: Request, **changes: object) -> str:
    """Return the query string of the list of acts with these changes, on the first page; None removes a filter."""
    query = request.GET.copy()
    for name in ("after", *changes):
        query.pop(name, None)
    query.update({name: str(value) for name, value in changes.items() if value is not None})
    return f"?{query.urlencode()}"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def export(request: Request) -> HttpResponse:
    """Ask for a reason, then export the filtered acts of the agencies' members as a file and record it."""
    people = selectors.people(request.actor)
    filters = EventFilterForm(request.GET, people).event_filter()
    events = selectors.agency_events(request.actor, filters)
    count = selectors.export_count(events)
    back_url = f"{reverse('audit:list')}?{request.GET.urlencode()}"
    summary = Export(
        count, counted("%(n)s action", "%(n)s actions", count), back_url, _filter_texts(filters, dict(people))
    )
    form = export_form(request, summary)
    if form is None:
        return export_page(request, summary)
    acts = selectors.with_names(request.actor, selectors.as_sentences(events))
    record(request.actor, "audit.exported", ("audit.list", "acts"), count=len(acts), filter=filters.codes(),
           reason=form.cleaned_data["reason"])  # fmt: skip
    name = f"an-cu-nhat-ky-{clock.local(clock.now()):%Y%m%d-%H%M}"
    head = [pgettext("audit", name) for name in ("When", "Who", "What", "Whose", "Why")]
    return table_file(form.cleaned_data["format"], export_mark(request.actor), name, head, map(_export_row, acts))


def _filter_texts(filters: selectors.EventFilter, people: dict[int, str]) -> list[str]:
    """Return the active filters as texts for the export page; ``people`` are names by user id."""
    act = selectors.sentences().get(filters.act, "")
    texts = [
        people.get(filters.person or 0, ""), capfirst(str(act)), _("views only") if filters.looks else "",
        filters.subject and selectors.subject_words(*filters.subject.rpartition(":")[::2]),
        filters.since and _("from %(day)s") % {"day": day(filters.since)},
        filters.until and _("until %(day)s") % {"day": day(filters.until)},
    ]  # fmt: skip
    return [text for text in texts if text]


def _export_row(act: selectors.AuditAct) -> list[Cell]:
    """Return an act as a row of the exported file."""
    whose = act.whose.text if act.whose else act.subject
    return [moment(act.at), act.who, act.what, whose, act.reason]
