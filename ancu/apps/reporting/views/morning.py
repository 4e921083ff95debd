"""The leader's morning page, the lists behind its numbers, and its acts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record, record_look
from ancu.apps.contact.services.reports import assign_report
from ancu.apps.reporting.enums import ReminderKind
from ancu.apps.reporting.forms.morning import AssignReportForm, MatterListForm, MorningForm, ReminderForm
from ancu.apps.reporting.rules import morning as rules
from ancu.apps.reporting.selectors.morning.heading import page_heading
from ancu.apps.reporting.selectors.morning.lists import ListFilter, matter_list
from ancu.apps.reporting.selectors.morning.page import morning_page
from ancu.apps.reporting.selectors.morning.scope import DAY, MorningScope, morning_scope, units_to_choose
from ancu.apps.reporting.services.morning.reminding import remind as remind_holders
from ancu.apps.reporting.views.morning_charts import chart_source, morning_figures
from ancu.apps.reporting.views.public import SVG
from ancu.core import clock
from ancu.core.charts import ChartTable
from ancu.core.documents.spreadsheets import CSV, attachment, write_csv
from ancu.core.errors import Http404, require
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, conflicts_as_messages


def _scope(request: Request) -> MorningScope:
    """Return the scope of the page by the day and unit in its address."""
    chosen = MorningForm(request.GET).chosen()
    return morning_scope(request.actor, day=chosen.get("day"), unit_id=chosen.get("unit"))


@require_safe
@never_cache
def morning(request: Request) -> HttpResponse:
    """Show the state of the area on a morning."""
    scope = _scope(request)
    page = morning_page(scope)
    matters = [(matter.kind, matter.subject_id) for matter in page.wrong]
    record_look(request.actor, ("reporting.morning", scope.unit.pk), day=scope.day.isoformat(), matters=matters)
    context = {
        "page": page,
        "scope": scope,
        "heading": page_heading(scope),
        "now": clock.now(),
        "earlier": scope.page_url(day=scope.day - DAY) if _may_go_back(scope) else "",
        "later": "" if scope.is_today else scope.page_url(day=scope.day + DAY),
        "before": scope.day - DAY,
        "after": scope.day + DAY,
        "units": units_to_choose(scope),
        "leads": rules.leads_morning(request.actor),
        "figures": morning_figures(page),
    }
    return render(request, "reporting/morning/page.html", context)


def _may_go_back(scope: MorningScope) -> bool:
    """Whether the page of the day before can be shown."""
    return (clock.today() - scope.day).days < rules.EARLIEST_DAYS


@require_safe
@never_cache
def chart(request: Request, key: str, kind: str) -> HttpResponse:
    """Download a chart of the page: its table as CSV, or a picture as SVG."""
    page = morning_page(_scope(request))
    figure = morning_figures(page).get(key)
    if figure is None or kind not in {"csv", "svg"}:
        raise Http404
    record(request.actor, "reporting.morning_chart_downloaded", ("reporting.morning", page.scope.unit.pk),
           day=page.scope.day.isoformat(), chart=key, kind=kind)  # fmt: skip
    name = f"an-cu-{key}-{page.scope.day:%Y%m%d}.{kind}"
    if kind == "csv":
        table = figure.table or ChartTable([], [])
        return attachment(write_csv(table.head, table.rows), CSV, name)
    return attachment(figure.picture(chart_source(page)).encode(), SVG, name)


@require_safe
@never_cache
def matters(request: Request, kind: str) -> HttpResponse:
    """Show the list behind a number of the page."""
    chosen = MatterListForm(request.GET).chosen()
    scope = morning_scope(request.actor, day=chosen.pop("day", None), unit_id=chosen.pop("unit", None))
    rule, agency = chosen.pop("rule", ()), chosen.pop("agency", ())
    list_filter = ListFilter(rules=rule, agencies=agency, **chosen)
    listed = matter_list(scope, kind, list_filter, request.GET.get("after", ""))
    record_look(
        request.actor, ("reporting.morning_list", scope.unit.pk), kind=kind, count=len(listed.ids),
        filter=list_filter.codes(), ids=listed.ids,
    )  # fmt: skip
    query = request.GET.copy()
    query["after"] = listed.page.after
    context = {"listed": listed, "scope": scope, "next_url": f"?{query.urlencode()}" if listed.page.after else ""}
    return render(request, "reporting/morning/list.html", context)


@require_POST
@never_cache
def remind(request: Request) -> HttpResponse:
    """Remind those who hold a matter of the page."""
    require_leader(request)
    form = ReminderForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This matter cannot be found."))
        return redirect("reporting:morning")
    with conflicts_as_messages(request):
        reminder = remind_holders(
            actor=request.actor, kind=form.cleaned_data["kind"], subject_id=form.cleaned_data["subject"]
        )
        words = counted("You have reminded %(n)s person.", "You have reminded %(n)s people.", reminder.people)
        if ReminderKind(reminder.kind).is_question:
            words = counted("You have asked %(n)s person.", "You have asked %(n)s people.", reminder.people)
        messages.success(request, words)
    return redirect("reporting:morning")


@require_POST
@never_cache
def assign(request: Request, pk: int) -> HttpResponse:
    """Name the officer who answers an urgent report."""
    require_leader(request)
    form = AssignReportForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose an officer."))
        return redirect("reporting:morning")
    with conflicts_as_messages(request):
        report = assign_report(actor=request.actor, report_id=pk, officer_id=form.cleaned_data["officer"])
        name = report.assigned_to.full_name if report.assigned_to else ""
        messages.success(request, _("You have assigned the report to %(name)s.") % {"name": name})
    return redirect("reporting:morning")


def require_leader(request: Request) -> None:
    """Raise 404 for users outside the agencies, 403 for all but heads of unit."""
    if not request.actor.is_agency:
        raise Http404
    require(rules.leads_morning(request.actor))
