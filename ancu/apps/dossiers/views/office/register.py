"""The register of received dossiers: its page, its print, its files, and months opened for an audit."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record, record_look
from ancu.apps.dossiers.forms.register import OpenMonthForm, RegisterForm
from ancu.apps.dossiers.rules import reads_dossiers
from ancu.apps.dossiers.rules import register as rules
from ancu.apps.dossiers.selectors import register as selectors
from ancu.apps.dossiers.selectors.officers import officers_of
from ancu.apps.dossiers.services.register import open_month
from ancu.apps.dossiers.services.register_papers import MOST_PRINTED, file_head, file_row, register_pdf
from ancu.apps.places.selectors import units_in
from ancu.core import clock
from ancu.core.db.name_order import by_name
from ancu.core.documents.spreadsheets import export_mark, table_file
from ancu.core.errors import Conflict, require
from ancu.core.templatetags.ui import counted, number
from ancu.core.web.exports import Export, export_form, export_page
from ancu.core.web.http import Request
from ancu.core.web.language import localized
from ancu.engines.rulebook import procedures_on

FILTER_NAMES = ("period", "procedure", "unit", "officer", "q")


@never_cache
@require_safe
def register(request: Request) -> HttpResponse:
    """Show a page of the register with its totals, or what a search finds; this month unless a period is chosen.

    The inspectorate sees the months that are open for an audit first.
    """
    require(rules.reads_register(request.actor))
    form, filters, text = _read(request)
    if not selectors.may_read_period(request.actor, filters.period):
        return _months(request, OpenMonthForm())
    text = text if reads_dossiers(request.actor) else ""
    dossiers, after = selectors.registered(request.actor, filters), request.GET.get("after", "")
    page = (
        selectors.find_lines(request.actor, text, filters.period.first.year, after)
        if text
        else selectors.register_page(dossiers, after)
    )
    _record_list_access(request, filters, page.rows, searched=bool(text))
    context = {
        "form": form, "filters": filters, "search_text": text, "page": page, "query": _query(request),
        "totals": None if text else selectors.register_totals(dossiers),
        "tabs": _tabs(request, filters.period), "chips": _chips(request, form),
        "previous_period_url": _url(request, period=filters.period.previous.key, q=""),
        "next_period_url": _url(request, period=filters.period.following.key, q=""),
        "next_url": _url(request, after=page.after) if page.after else "",
        "first_url": _url(request) if after else "",
        "opens_dossiers": reads_dossiers(request.actor), **_print_urls(request),
        "may_open_month": rules.may_open_month(request.actor, filters.period, clock.today()),
        "openings": selectors.openings_of(request.actor, filters.period),
    }  # fmt: skip
    return render(request, "dossiers/office/register.html", context)


def _read(request: Request) -> tuple[RegisterForm, selectors.RegisterFilter, str]:
    """Return the filter's form, the filter and the search text.

    The form offers the procedures of today, and the communes and officers of the register's agency.
    """
    today = clock.today()
    procedures = [(procedure.code, localized(procedure, "name")) for procedure in procedures_on(today)]
    units = [(unit.pk, unit.full_name) for unit in units_in(request.actor.area, today)]
    officers = officers_of(selectors.register_agency_id(request.actor)).values_list("id", "full_name")
    form = RegisterForm(request.GET, procedures=procedures, units=units, officers=by_name(officers))
    return form, *form.register_filter()


def _record_list_access(
    request: Request, filters: selectors.RegisterFilter, lines: Any, *, searched: bool = False, **details: str
) -> None:
    """Record in the audit which lines were viewed or printed: filter and dossiers, never the typed search text."""
    keys = [line.dossier.pk for line in lines]
    subject = ("dossiers.register", "search" if searched else filters.period.key)
    record_look(request.actor, subject, filter=filters.codes(), count=len(keys), dossiers=keys, **details)


def _url(request: Request, **changes: str) -> str:
    """Return the query string of the first page of the register with the present filter, changed by ``changes``.

    An empty value removes a filter.
    """
    values = {name: request.GET.get(name, "") for name in FILTER_NAMES} | changes
    return "?" + urlencode({name: value for name, value in values.items() if value})


def _query(request: Request) -> str:
    """Return the query string of the filter without the search, for prints and files, which never depend on it."""
    return _url(request, q="")


def _tabs(request: Request, period: rules.RegisterPeriod) -> list[tuple[str, str, bool]]:
    """Return (label, URL, chosen) of today, this month and this year."""
    lengths = {
        rules.PeriodLength.DAY: _("Today"), rules.PeriodLength.MONTH: _("This month"),
        rules.PeriodLength.YEAR: _("This year"),
    }  # fmt: skip
    present = {length: rules.period_of(length, clock.today()) for length in lengths}
    return [
        (label, _url(request, period=present[length].key, q=""), present[length] == period)
        for length, label in lengths.items()
    ]


def _print_urls(request: Request) -> dict[str, str]:
    """Return the addresses of the prints: of the chosen period, and of today's whole register for officers."""
    page, today = reverse("dossiers:register-print"), rules.period_of(rules.PeriodLength.DAY, clock.today())
    print_today = f"{page}?period={today.key}" if reads_dossiers(request.actor) else ""
    return {"print_url": page + _query(request), "print_today_url": print_today}


def _chips(request: Request, form: RegisterForm) -> list[tuple[str, str]]:
    """Return (label, URL that removes it) of the chosen procedure, commune and officer."""
    chosen = {name: form.cleaned_data.get(name) for name in ("procedure", "unit", "officer")}
    labels = {name: dict(form.fields[name].choices) for name in chosen}  # type: ignore[attr-defined]
    return [(str(labels[name][value]), _url(request, **{name: ""})) for name, value in chosen.items() if value]


# ---- prints and files ----------------------------------------------------------------------------------


@never_cache
@require_safe
def register_print(request: Request) -> HttpResponse:
    """Return the register of the period as PDF on A4 landscape; too long a list leads back with a message."""
    require(rules.reads_register(request.actor))
    form, filters, _text = _read(request)
    dossiers = selectors.registered(request.actor, filters)
    if dossiers[: MOST_PRINTED + 1].count() > MOST_PRINTED:
        sentence = _("A print has at most %(most)s lines. Choose a shorter period, such as a day.")
        messages.error(request, sentence % {"most": number(MOST_PRINTED)})
        return redirect(reverse("dossiers:register") + _query(request))
    lines = selectors.register_lines(dossiers)
    _record_list_access(request, filters, lines, export="pdf")
    totals, labels = selectors.register_totals(dossiers), [text for text, _url in _chips(request, form)]
    pdf = register_pdf(request.actor, filters.period, lines, totals, labels)
    name = f"so-theo-doi-ho-so-{filters.period.key}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register_export(request: Request) -> HttpResponse:
    """Ask for the reason of an export and show its size; then return the marked file and record it."""
    require(rules.reads_register(request.actor))
    form, filters, _text = _read(request)
    dossiers = selectors.registered(request.actor, filters)
    count, labels = dossiers.count(), [filters.period.text, *(text for text, _url in _chips(request, form))]
    back_url = reverse("dossiers:register") + _query(request)
    export = Export(count, counted("%(n)s dossier", "%(n)s dossiers", count), back_url, labels)
    reason_form = export_form(request, export)
    if reason_form is None:
        return export_page(request, export)
    lines = [file_row(line) for line in selectors.register_lines(dossiers)]
    record(
        request.actor, "dossiers.exported_register", ("dossiers.register", filters.period.key), count=len(lines),
        filter=filters.codes(), reason=reason_form.cleaned_data["reason"],
    )  # fmt: skip
    name = f"so-theo-doi-ho-so-{filters.period.key}"
    return table_file(reason_form.cleaned_data["format"], export_mark(request.actor), name, file_head(), lines)


# ---- audits --------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_register(request: Request) -> HttpResponse:
    """Show the months that are open for an audit, and the form that opens one; once sent, open it."""
    require(rules.may_open_months(request.actor))
    if request.method != "POST":
        return _months(request, OpenMonthForm(initial={"month": request.GET.get("month", "")}))
    form = OpenMonthForm(request.POST)
    if form.is_valid():
        try:
            opening = open_month(request.actor, period=form.cleaned_data["month"], reason=form.cleaned_data["reason"])
        except Conflict as conflict:
            form.add_error("month", conflict.message)
        else:
            sentence = _("The register of %(month)s is open for the audit until %(day)s.")
            values = {"month": f"{opening.month:%m/%Y}", "day": f"{opening.ends_on:%d/%m/%Y}"}
            messages.success(request, sentence % values)
            return redirect(f"{reverse('dossiers:register')}?period={opening.month:%Y-%m}")
    return _months(request, form)


def _months(request: Request, form: OpenMonthForm) -> HttpResponse:
    """Render the months that are open for an audit, with the form to open one."""
    context = {"form": form, "openings": selectors.open_months(request.actor)}
    status = 422 if form.is_bound else 200
    return render(request, "dossiers/office/register_months.html", context, status=status)
