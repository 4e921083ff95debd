"""The queues: dossiers by state, officer and time; and batch approval."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.forms.office import QueueForm, SaveFilterForm
from ancu.apps.dossiers.rules.counter import may_receive_at_counter
from ancu.apps.dossiers.rules.filters import may_change_filter
from ancu.apps.dossiers.selectors import queues
from ancu.apps.dossiers.selectors.filters import get_saved_filter, saved_filters
from ancu.apps.dossiers.selectors.officers import colleagues
from ancu.apps.dossiers.selectors.queue_orders import DECIDED
from ancu.apps.dossiers.selectors.sharing import last_batch
from ancu.apps.dossiers.services import approving, filters, handling
from ancu.apps.dossiers.services.versions import version_of
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.apps.dossiers.views.office.queue_context import is_id
from ancu.apps.places.selectors import units_in
from ancu.core import clock
from ancu.core.errors import Conflict, require
from ancu.core.templatetags.ui import counted, number
from ancu.core.web.http import Request, conflicts_as_messages
from ancu.core.web.language import localized
from ancu.engines.rulebook import procedures_on

FILTER_NAMES = (*queues.FILTER_NAMES, "q")
MORE = "more"  # in the address of a page that shows the form of filters: long lists are read for it alone
REQUEST_STATES = {"", *handling.JUDGED}  # queues in which documents can be requested of several
SORTED_COLUMNS = (
    ("due", gettext_lazy("Time left")),
    ("received", pgettext_lazy("register", "Received")),
    ("paid", gettext_lazy("Fee")),
    ("passport", gettext_lazy("Passport")),
    ("findings", gettext_lazy("Findings")),
    ("stay", gettext_lazy("Stay left")),
)


class QueueHeading(NamedTuple):
    """The heading of a column that sorts the list: a second press reverses it. ``sorts``: the list is sorted by it."""

    label: str
    url: str
    direction: str

    @property
    def sorts(self) -> bool:
        """Whether the list is sorted by this column now."""
        return bool(self.direction)


@require_safe
def queue(request: Request) -> HttpResponse:
    """Show one queue, or search results. Without a filter, the queue of the officer's own work."""
    require(rules.reads_dossiers(request.actor))
    if not request.GET:
        return _queue(request, {"state": queues.first_queue(request.actor)})
    return _queue(request, request.GET.dict())


def _queue(request: Request, query: dict[str, str], save_form: SaveFilterForm | None = None) -> HttpResponse:
    """Render a queue of dossiers or search results, with counts and filters, and record the look in the audit.

    ``save_form`` is a form with errors to save the filter.
    """
    query = query | {MORE: "on"} if save_form else query
    form = _form(request, query)
    queue_filter, after = form.queue_filter(), query.get("after", "")
    find = queues.search if queue_filter.text else queues.queue_page
    page: Any = find(request.actor, queue_filter.text or queue_filter, after)  # type: ignore[arg-type]
    _record_list_access(request, queue_filter, page)
    counts = queues.queue_counts(request.actor, queue_filter)
    context = {
        "form": form,
        "queue_filter": queue_filter,
        "page": page,
        "tabs": _tabs(query, queue_filter, counts),
        "filters": _filters(query, queue_filter, counts),
        "chips": _chips(query, queue_filter, form),
        "first_url": _filter_url(query) if after else "",
        "next_url": _filter_url(query, after=page.after) if page.after else "",
        "too_short": bool(queue_filter.text) and not queues.words_of(queue_filter.text),
        "shows_state": bool(queue_filter.text) or queue_filter.state in {"", State.ASSESSED},
        "queue_query": "" if queue_filter.text else _filter_url(query, q=""),
        "headings": _headings(query, queue_filter),
        "may_assign": rules.is_officer(request.actor),
        "may_approve": any(row.decidable for row in page.rows),
        "may_request": rules.is_officer(request.actor) and queue_filter.state in REQUEST_STATES,
        "list_query": "" if queue_filter.text else _filter_url(query, q=""),
        "undoable": None if queue_filter.text or not rules.is_officer(request.actor) else last_batch(request.actor),
        "saved": _saved(request, queue_filter),
        "save_form": save_form or SaveFilterForm(),
        "shows_filters": MORE in query,
        "more_url": f"{_filter_url(query, q='')}&{MORE}=on",
        "may_receive_at_counter": may_receive_at_counter(request.actor),
    }
    return render(request, "dossiers/office/queue.html", context, status=422 if save_form else 200)


def _saved(request: Request, queue_filter: queues.QueueFilter) -> list[tuple[Any, str, bool, bool]]:
    """Return each saved filter with its URL, whether it is chosen, and whether the officer may change it."""
    return [
        (saved, _filter_url(saved.parameters), saved.parameters == queue_filter.codes(),
         may_change_filter(request.actor, saved))
        for saved in saved_filters(request.actor)
    ]  # fmt: skip


@conflict_page
@require_POST
def save_filter(request: Request) -> HttpResponse:
    """Save the submitted filter of the queue under a name, and redirect to the queue filtered by it."""
    require(rules.reads_dossiers(request.actor))
    form, query = (
        SaveFilterForm(request.POST),
        {name: request.POST.get(name, "") for name in FILTER_NAMES if name != "q"},
    )
    if not form.is_valid():
        return _queue(request, query, form)
    saved = filters.save_filter(
        request.actor, name=form.cleaned_data["name"], shared=form.cleaned_data["shared"],
        filters=_form(request, query).queue_filter(),
    )  # fmt: skip
    messages.success(request, _("The filter “%(name)s” is saved.") % {"name": saved.name})
    return redirect(reverse("dossiers:queue") + _filter_url(saved.parameters))


@require_POST
def delete_filter(request: Request, pk: int) -> HttpResponse:
    """Delete a saved filter of the queue; the queue stays filtered by its conditions."""
    saved = get_saved_filter(request.actor, pk)
    filters.delete_filter(request.actor, saved=saved)
    messages.success(request, _("The filter “%(name)s” is deleted.") % {"name": saved.name})
    return redirect(reverse("dossiers:queue") + _filter_url(saved.parameters))


def _form(request: Request, query: dict[str, str]) -> QueueForm:
    """Return the filter form with today's procedures, the officers, the communes, and companies with open dossiers.

    A page that does not show the form reads only the commune and the company that are chosen.
    """
    procedures = [(procedure.code, localized(procedure, "name")) for procedure in procedures_on(clock.today())]
    every, chosen = MORE in query, {name: query.get(name, "") for name in ("unit", "company")}
    area = request.actor.area if every else [int(key) for key in [chosen["unit"]] if is_id(key)]
    units = [(unit.pk, unit.full_name) for unit in units_in(area, clock.today())] if area else []
    companies = queues.companies_in_queue(request.actor, chosen["company"], only_chosen=not every)
    officers = colleagues(request.actor)
    return QueueForm(query, procedures=procedures, officers=officers, units=units, companies=companies)


def _headings(query: dict[str, str], queue_filter: queues.QueueFilter) -> dict[str, QueueHeading]:
    """Return by code the headings that sort the list; those of search results lead nowhere."""
    if queue_filter.text:
        return {code: QueueHeading(str(label), "", "") for code, label in SORTED_COLUMNS}
    present = queue_filter.order or "due"
    headings = {}
    for code, label in SORTED_COLUMNS:
        order = f"-{code}" if present == code else "" if code == "due" else code
        direction = {code: "ascending", f"-{code}": "descending"}.get(present, "")
        headings[code] = QueueHeading(str(label), _filter_url(query, order=order, q=""), direction)
    return headings


def _record_list_access(request: Request, queue_filter: queues.QueueFilter, page: queues.QueuePage) -> None:
    """Record in the audit that the list was viewed: its filter and its dossiers, without the typed search text."""
    subject = ("dossiers.search", "text") if queue_filter.text else ("dossiers.queue", queue_filter.state or "all")
    dossier_ids = [row.dossier.pk for row in page.rows]
    record_look(request.actor, subject, filter=queue_filter.codes(), count=len(dossier_ids), dossiers=dossier_ids)


def _filter_url(query: dict[str, str], **changes: str) -> str:
    """Return the query string of the first page of the queue with the present filter, changed by ``changes``.

    An empty value removes a filter.
    """
    values = {name: query.get(name, "") for name in FILTER_NAMES} | changes
    nonempty = {name: value for name, value in values.items() if value}
    return "?" + urlencode(nonempty or {"state": ""})


def _tabs(query: dict[str, str], queue_filter: queues.QueueFilter, counts: queues.QueueCounts) -> list[dict[str, Any]]:
    """Return a tab (label, count, url, chosen) for each state of the queue, and for all open dossiers.

    Tabs of decided dossiers drop the filter by due day.
    """
    chosen = None if queue_filter.text else queue_filter.state
    tabs = []
    for state, label in [
        *((str(state_label), state_label.label) for state_label in queues.QUEUES),
        ("", _("All open")),
    ]:
        due = "" if state in DECIDED else queue_filter.due
        url = _filter_url(query, state=state, due=due, q="")
        tabs.append({"label": label, "count": counts.count(state, due), "url": url, "chosen": state == chosen})
    return tabs


def _filters(
    query: dict[str, str], queue_filter: queues.QueueFilter, counts: queues.QueueCounts
) -> list[tuple[str, str, bool]]:
    """Return (label, URL, chosen) of the most used filters; the URL of a chosen one removes it.

    Due filters apply to undecided dossiers only: from a queue of decided ones they lead to all open dossiers.
    """
    state = "" if queue_filter.state in DECIDED else queue_filter.state
    days = {"late": _("Late (%(n)s)"), "today": _("Due today (%(n)s)")}
    switches: list[tuple[str, str, str, dict[str, str]]] = [
        ("officer", "me", _("Mine"), {}),
        ("officer", "none", _("Not assigned"), {}),
        *(("due", due, text % {"n": number(counts.count(state, due))}, {"state": state}) for due, text in days.items()),
    ]
    return [
        (text, _filter_url(query, **{name: "" if getattr(queue_filter, name) == value else value}, **more, q=""),
         getattr(queue_filter, name) == value)
        for name, value, text, more in switches
    ]  # fmt: skip


def _chips(query: dict[str, str], queue_filter: queues.QueueFilter, form: QueueForm) -> list[tuple[str, str]]:
    """Return (label, URL that removes it) of the chosen procedure, officer, commune and company."""
    values = {name: getattr(queue_filter, name) for name in ("procedure", "officer", "unit", "company")}
    chosen = {name: value for name, value in values.items() if value and value not in {"me", "none"}}
    labels = {name: dict(form.fields[name].choices) for name in chosen}  # type: ignore[attr-defined]
    return [(str(labels[name][value]), _filter_url(query, **{name: ""})) for name, value in chosen.items()]


@require_POST
def approve_many(request: Request) -> HttpResponse:
    """Confirm, then approve the chosen dossiers one by one, and report each outcome."""
    require(rules.reads_dossiers(request.actor))
    numbers = request.POST.getlist("dossier")[: queues.PAGE]
    with conflicts_as_messages(request):  # back in the list, where the choice can be corrected
        if not numbers:
            raise Conflict("none_chosen", _("Choose the dossiers first."))
        dossiers = queues.chosen_dossiers(request.actor, numbers)
        if "sure" not in request.POST:
            return _question(request, dossiers)
        _approve(request, dossiers)
    return redirect(f"{reverse('dossiers:queue')}?state={State.ASSESSED}")


def _question(request: Request, dossiers: list[Any]) -> HttpResponse:
    """Render the question whether to approve these dossiers together, with those left out and the reason."""
    ready, refusals = approving.approvable(request.actor, dossiers)
    for dossier in ready:
        record_look(request.actor, dossier, page="approve")
    context = {
        "ready": [(dossier, version_of(dossier)) for dossier in ready],
        "refusals": refusals,
        "back": f"{reverse('dossiers:queue')}?state={State.ASSESSED}",
    }
    return render(request, "dossiers/office/approve_many.html", context)


def _approve(request: Request, dossiers: list[Any]) -> None:
    """Approve the chosen dossiers and add messages about approved and refused ones."""
    versions = {dossier.number: request.POST.get(f"version-{dossier.number}", "") for dossier in dossiers}
    approved, refusals = approving.approve_many(request.actor, dossiers=dossiers, versions=versions)
    if approved:
        counted_words = counted("%(n)s dossier approved", "%(n)s dossiers approved", len(approved))
        messages.success(request, f"{counted_words}: {', '.join(dossier.number for dossier in approved)}.")
    for dossier, reason in refusals:
        sentence = _("%(number)s was not approved: %(why)s")
        messages.warning(request, sentence % {"number": dossier.number, "why": reason})
