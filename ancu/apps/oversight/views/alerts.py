"""The inbox of alerts, the page of an alert, and its decisions."""

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
from ancu.apps.oversight.forms import AlertFilterForm, AlertNoteForm, AskLodgingForm, ConfirmAlertForm, DismissAlertForm
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.selectors import get_alert
from ancu.apps.oversight.selectors import inbox as lists
from ancu.apps.oversight.selectors.page import alert_page
from ancu.apps.oversight.selectors.words import title_of
from ancu.apps.oversight.services import deciding
from ancu.core import clock
from ancu.core.errors import require
from ancu.core.forms import Form
from ancu.core.web.http import Request, conflicts_as_messages

Link = tuple[str, str, bool]  # label, address, whether it is the active one


@require_safe
def inbox(request: Request) -> HttpResponse:
    """List the alerts of the officer's area that match the filter, and record the look in the audit."""
    place = lists.area_for_reader(request.actor)
    alert_filter = lists.AlertFilter(**AlertFilterForm(request.GET).chosen())
    after = request.GET.get("after", "")
    page = lists.inbox(request.actor, alert_filter, place, after=after)
    alert_ids = [row.alert.pk for row in page.rows]
    record_look(
        request.actor,
        ("oversight.alerts", alert_filter.unit or "area"),
        filter=alert_filter.codes(),
        count=len(alert_ids),
        alerts=alert_ids,
    )
    counts = lists.counts(request.actor)
    context = {
        "page": page,
        "alert_filter": alert_filter,
        "counts": counts,
        "waiting": alert_filter.state == "waiting",
        "states": _state_links(request, alert_filter),
        "severities": _severity_links(request, alert_filter, counts),
        "rule_choices": [(code, title_of(code), counts.by_rule.get(code, 0)) for code in RULES],
        "ages": [("", capfirst(_("any age"))), *((value, capfirst(str(text))) for value, text in AlertFilterForm.AGES)],
        "units": [(unit.pk, unit.full_name) for unit in place.in_order],
        "reads_notices": rules.reads_notices(request.actor),
        "next_url": _list_url(request, after=page.after) if page.after else "",
        "first_url": _list_url(request) if after else "",
    }
    return render(request, "oversight/inbox.html", context)


@require_safe
def lodging_alerts_page(request: Request, establishment_id: int) -> HttpResponse:
    """Show a lodging's waiting alerts: as a page, or for htmx as a part of its office page."""
    lodging_alerts = lists.lodging_alerts(request.actor, establishment_id)
    alert_ids = [row.alert.pk for row in lodging_alerts.rows]
    record_look(
        request.actor, ("oversight.alerts", f"lodging-{establishment_id}"), count=len(alert_ids), alerts=alert_ids
    )
    name = "oversight/lodging.html"
    return render(
        request, f"{name}#part" if request.htmx else name, {"lodging_alerts": lodging_alerts, "today": clock.today()}
    )


def _state_links(request: Request, alert_filter: lists.AlertFilter) -> list[Link]:
    """Return the links that filter the list of alerts by state and referral, each (text, address, whether active)."""
    listed_states = [state for state in AlertState if state != AlertState.OPEN]
    named = [
        ("waiting", pgettext("alert", "Pending")),
        *((choice.value, capfirst(str(choice.label))) for choice in listed_states),
    ]
    links = [(text, _list_url(request, state=state), alert_filter.state == state) for state, text in named]
    referred = "" if alert_filter.referred else "on"
    return [*links, (_("Referred to the province"), _list_url(request, referred=referred), alert_filter.referred)]


def _severity_links(
    request: Request, alert_filter: lists.AlertFilter, counts: lists.AlertCounts
) -> list[dict[str, Any]]:
    """Return, by severity, label, colour, number of alerts and the link that filters the list by it."""
    tones = {Severity.HIGH: "bad", Severity.MEDIUM: "warn", Severity.LOW: "info"}
    return [
        {
            "label": capfirst(str(grade.label)),
            "tone": tone if counts.by_severity.get(grade) else "",
            "number": counts.by_severity.get(grade, 0),
            "url": _list_url(request, severity="" if alert_filter.severity == grade else str(grade.value)),
            "chosen": alert_filter.severity == grade,
        }
        for grade, tone in tones.items()
    ]


def _list_url(request: Request, **changes: str) -> str:
    """Return the query string of the list's first page with its present filter, changed by ``changes``.

    An empty value removes a filter.
    """
    query = request.GET.copy()
    for name in ("after", *changes):
        query.pop(name, None)
    query.update({name: value for name, value in changes.items() if value})
    return f"?{query.urlencode()}"


@require_safe
def alert(request: Request, pk: int) -> HttpResponse:
    """Show an alert with its evidence and the decisions that the officer may take."""
    alert = get_alert(request.actor, pk)
    return _alert_page(request, alert, is_look=True)


def _alert_page(
    request: Request, alert: Any, *, forms: dict[str, Form] | None = None, is_look: bool = False
) -> HttpResponse:
    """Render the page of an alert; ``forms`` holds a submitted form with errors in place of an empty one.

    ``is_look`` records in the audit which guests the page names.
    """
    page = alert_page(request.actor, alert)
    if is_look:
        record_look(request.actor, alert, stay=alert.stay_id, stays=page.people)
    context = {
        "page": page,
        "alert": alert,
        "conversation": page.conversation,
        "confirm_form": ConfirmAlertForm(prefix="confirm", initial={"reason": page.suggested_note}),
        "refer_form": AlertNoteForm(prefix="refer"),
        "dismiss_form": DismissAlertForm(prefix="dismiss"),
        "ask_form": AskLodgingForm(prefix="ask"),
    }
    return render(request, "oversight/alert.html", context | (forms or {}), status=422 if forms else 200)


def _decision_view(name: str, form_of: type[Form], act: Callable[..., Any], done: Callable[[], str]) -> Any:
    """Return the POST view of one decision on an alert: it checks the right and the form, and calls ``act``.

    ``name`` is the form's prefix; ``done`` returns the message of success.
    """

    @require_POST
    def view(request: Request, pk: int) -> HttpResponse:
        """Take the decision on the alert and redirect to its page; an invalid form is shown again with its errors."""
        alert = get_alert(request.actor, pk)
        require(rules.decides(request.actor, alert))
        form = form_of(request.POST, prefix=name)
        if not form.is_valid():
            return _alert_page(request, alert, forms={f"{name}_form": form})
        with conflicts_as_messages(request):
            act(request.actor, alert_id=pk, **form.cleaned_data)
            messages.success(request, done())
        return redirect("oversight:alert", pk)

    return view


confirm = _decision_view("confirm", ConfirmAlertForm, deciding.confirm, lambda: _("You have confirmed the alert."))
dismiss = _decision_view(
    "dismiss", DismissAlertForm, deciding.dismiss, lambda: _("You have dismissed the alert and given your reason.")
)
ask = _decision_view("ask", AskLodgingForm, deciding.ask, lambda: _("Your question has been sent to the lodging."))
refer = _decision_view(
    "refer", AlertNoteForm, deciding.refer, lambda: _("You have referred the alert to the province.")
)
