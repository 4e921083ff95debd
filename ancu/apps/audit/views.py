"""What I did; and, for an agency's administrator, who looked at whom."""

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
from ancu.apps.audit.services import record, record_look
from ancu.core import clock
from ancu.core.exporting import Export, export_form, export_page
from ancu.core.http import Request, whole_number
from ancu.core.tables import Cell, table_file, taken_by
from ancu.core.templatetags.ui import counted, day, moment


@require_safe
def mine(request: Request) -> HttpResponse:
    acts, more = selectors.page_of(selectors.own_events(request.actor), whole_number(request.GET.get("after", "")))
    acts = selectors.named(request.actor, acts)
    next_url = _address(request, after=more) if more else ""
    return render(request, "audit/list.html", {"acts": acts, "next_url": next_url, "own": True})


@require_safe
@never_cache
def everybody(request: Request) -> HttpResponse:
    form = EventFilterForm(request.GET, selectors.people(request.actor))
    wanted = form.event_filter()
    events = selectors.agency_events(request.actor, wanted)
    acts, more = selectors.page_of(events, whole_number(request.GET.get("after", "")))
    acts = selectors.named(request.actor, acts)
    _note_look(request, acts)
    context = {
        "acts": acts, "form": form, "wanted": wanted, "next_url": _address(request, after=more) if more else "",
        "all_url": _address(request, looks=None), "looks_url": _address(request, looks="on"),
        "export_url": reverse("audit:export") + _address(request), "narrowed": bool(wanted.codes()),
    }  # fmt: skip
    return render(request, "audit/list.html", context)


def _note_look(request: Request, acts: list[selectors.Act]) -> None:
    """Whoever reads what others did reads the names of people too: noted, with whose acts as ids."""
    read = [act.id for act in acts if act.whose]
    if read:
        record_look(request.actor, ("audit.list", "acts"), count=len(acts), acts=read)


def _address(request: Request, **changes: object) -> str:
    """The filter as it stands with these changes (None: taken off), without the place in the list."""
    query = request.GET.copy()
    for name in ("after", *changes):
        query.pop(name, None)
    query.update({name: str(value) for name, value in changes.items() if value is not None})
    return f"?{query.urlencode()}"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def export(request: Request) -> HttpResponse:
    """How many acts and why they are taken; then the file. Taking it is an act of its own, which the audit shows."""
    people = selectors.people(request.actor)
    wanted = EventFilterForm(request.GET, people).event_filter()
    events = selectors.agency_events(request.actor, wanted)
    count = selectors.export_count(events)
    back = f"{reverse('audit:list')}?{request.GET.urlencode()}"
    asked = Export(count, counted("%(n)s act", "%(n)s acts", count), back, _words(wanted, dict(people)))
    form = export_form(request, asked)
    if form is None:
        return export_page(request, asked)
    acts = selectors.named(request.actor, selectors.present(events))
    record(request.actor, "audit.exported", ("audit.list", "acts"), count=len(acts), filter=wanted.codes(),
           reason=form.cleaned_data["reason"])  # fmt: skip
    name = f"an-cu-nhat-ky-{clock.local(clock.now()):%Y%m%d-%H%M}"
    head = [pgettext("audit", name) for name in ("When", "Who", "What", "Whose", "Why")]
    return table_file(form.cleaned_data["format"], taken_by(request.actor), name, head, map(_row, acts))


def _words(wanted: selectors.EventFilter, people: dict[int, str]) -> list[str]:
    """The filter, as the page of the export repeats it."""
    act = selectors.sentences().get(wanted.act, "")
    said = [
        people.get(wanted.person or 0, ""), capfirst(str(act)), _("looks only") if wanted.looks else "", wanted.subject,
        wanted.since and _("from %(day)s") % {"day": day(wanted.since)},
        wanted.until and _("until %(day)s") % {"day": day(wanted.until)},
    ]  # fmt: skip
    return [text for text in said if text]


def _row(act: selectors.Act) -> list[Cell]:
    whose = act.whose.text if act.whose else f"{act.subject_type} {act.subject_id}"
    return [moment(act.at), act.who, act.what, whose, act.reason]
