"""The inbox of alerts, the page of one, and what is done with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import AlertState, Severity
from ancu.apps.oversight.forms import AlertFilterForm, AskForm, DismissForm, NoteForm
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.selectors import get_alert
from ancu.apps.oversight.selectors import inbox as lists
from ancu.apps.oversight.selectors.page import alert_page
from ancu.apps.oversight.selectors.words import title_of
from ancu.apps.oversight.services import deciding
from ancu.core import clock
from ancu.core.db.statements import prepared
from ancu.core.errors import require
from ancu.core.forms import Form
from ancu.core.web.http import Request, conflicts_as_messages

Link = tuple[str, str, bool]  # what it says, where it leads, whether it is chosen


@require_safe
def inbox(request: Request) -> HttpResponse:
    """What waits in the officer's area, narrowed as asked."""
    place = lists.place_of(request.actor)
    wanted = lists.AlertFilter(**AlertFilterForm(request.GET).chosen())
    after = request.GET.get("after", "")
    page = lists.inbox(request.actor, wanted, place, after=after)
    shown = [row.alert.pk for row in page.rows]
    record_look(request.actor, ("oversight.alerts", wanted.unit or "area"), filter=wanted.codes(), count=len(shown),
                alerts=shown)  # fmt: skip
    counts = lists.counts(request.actor)
    context = {
        "page": page,
        "wanted": wanted,
        "counts": counts,
        "waiting": wanted.state == "waiting",
        "states": _states(request, wanted),
        "severities": _severities(request, wanted, counts),
        "rule_choices": [(code, title_of(code), counts.by_rule.get(code, 0)) for code in RULES],
        "ages": [("", capfirst(_("any age"))), *((value, capfirst(str(text))) for value, text in AlertFilterForm.AGES)],
        "units": [(unit.pk, unit.full_name) for unit in place.in_order],
        "reads_notices": rules.reads_notices(request.actor),
        "next_url": _address(request, after=page.after) if page.after else "",
        "first_url": _address(request) if after else "",
    }
    return render(request, "oversight/inbox.html", context)


@require_safe
def of_lodging(request: Request, establishment_id: int) -> HttpResponse:
    """What waits about one lodging: a page, or for htmx the part that its own office page shows."""
    found = lists.of_lodging(request.actor, establishment_id)
    shown = [row.alert.pk for row in found.rows]
    record_look(request.actor, ("oversight.alerts", f"lodging-{establishment_id}"), count=len(shown), alerts=shown)
    name = "oversight/lodging.html"
    return render(request, f"{name}#part" if request.htmx else name, {"found": found, "today": clock.today()})


def _states(request: Request, wanted: lists.AlertFilter) -> list[Link]:
    known = [state for state in AlertState if state != AlertState.OPEN]
    named = [("waiting", pgettext("alert", "Waiting")), *((one.value, capfirst(str(one.label))) for one in known)]
    links = [(text, _address(request, state=state), wanted.state == state) for state, text in named]
    referred = "" if wanted.referred else "on"
    return [*links, (_("Referred to the province"), _address(request, referred=referred), wanted.referred)]


def _severities(request: Request, wanted: lists.AlertFilter, counts: lists.Counts) -> list[dict[str, Any]]:
    tones = {Severity.HIGH: "bad", Severity.MEDIUM: "warn", Severity.LOW: "info"}
    return [
        {
            "label": capfirst(str(grade.label)),
            "tone": tone if counts.by_severity.get(grade) else "",
            "number": counts.by_severity.get(grade, 0),
            "url": _address(request, severity="" if wanted.severity == grade else str(grade.value)),
            "chosen": wanted.severity == grade,
        }
        for grade, tone in tones.items()
    ]


def _address(request: Request, **changes: str) -> str:
    """The filter as it stands in the address with these changes, on its first page."""
    query = request.GET.copy()
    for name in ("after", *changes):
        query.pop(name, None)
    query.update({name: value for name, value in changes.items() if value})
    return f"?{query.urlencode()}"


@require_safe
@prepared()
def alert(request: Request, pk: int) -> HttpResponse:
    found = get_alert(request.actor, pk)
    return _page(request, found, is_look=True)


def _page(request: Request, found: Any, *, forms: dict[str, Form] | None = None, is_look: bool = False) -> HttpResponse:
    page = alert_page(request.actor, found)
    if is_look:
        record_look(request.actor, found, stay=found.stay_id, stays=page.people)
    context = {
        "page": page,
        "alert": found,
        "conversation": page.conversation,
        "confirm_form": NoteForm(prefix="confirm"),
        "refer_form": NoteForm(prefix="refer"),
        "dismiss_form": DismissForm(prefix="dismiss"),
        "ask_form": AskForm(prefix="ask"),
    }
    return render(request, "oversight/alert.html", context | (forms or {}), status=422 if forms else 200)


def _act(name: str, form_of: type[Form], act: Callable[..., Any], done: Callable[[], str]) -> Any:
    """The view of one act: rights first, then the form, then the service with the form's answers."""

    @require_POST
    def view(request: Request, pk: int) -> HttpResponse:
        found = get_alert(request.actor, pk)
        require(rules.decides(request.actor, found))
        form = form_of(request.POST, prefix=name)
        if not form.is_valid():
            return _page(request, found, forms={f"{name}_form": form})
        with conflicts_as_messages(request):
            act(request.actor, alert_id=pk, **form.cleaned_data)
            messages.success(request, done())
        return redirect("oversight:alert", pk)

    return view


confirm = _act("confirm", NoteForm, deciding.confirm, lambda: _("The alert is confirmed."))
dismiss = _act("dismiss", DismissForm, deciding.dismiss, lambda: _("The alert is dismissed, with your reason."))
ask = _act("ask", AskForm, deciding.ask, lambda: _("The lodging has your question."))
refer = _act("refer", NoteForm, deciding.refer, lambda: _("The alert is with the province now."))
