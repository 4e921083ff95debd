"""The lodging's first page, its search, its lists to take away, and which lodging one works in."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ancu.apps.audit.services import record_look
from ancu.apps.contact.rules import may_report
from ancu.apps.contact.selectors.reports import recent_reports
from ancu.apps.lodging.rules import may_enter
from ancu.apps.lodging.selectors import current_establishment, establishments_of, get_establishment, wait_of
from ancu.apps.stays import rules
from ancu.apps.stays.forms.acts import CheckOutForm, DaysForm
from ancu.apps.stays.selectors import today as day
from ancu.apps.stays.selectors.first_steps import first_steps
from ancu.apps.stays.selectors.undoing import acts_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.spreadsheets import XLSX, Cell, attachment, formatted_now, table_file
from ancu.core.errors import Http404, require
from ancu.core.web.http import Request, parse_whole_number, show_lodging_in_header
from ancu.core.web.language import reader_language
from ancu.engines.exchange import Guest, code_name, write_xlsx_official, write_xml

P = ParamSpec("P")
ESTABLISHMENT = "establishment"


def lodging_page(
    view: Callable[Concatenate[Request, Any, P], HttpResponse],
) -> Callable[Concatenate[Any, P], HttpResponse]:
    """Decorate a view for people of a lodging; 403 for anybody else.

    The view gets the lodging that the person works in as an argument.
    """

    @wraps(view)
    def opened(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        """Call the view with the lodging that the person works in; 403 for people of no lodging."""
        require(request.actor.is_lodging)
        establishment = current_establishment(request.actor, request.session.get(ESTABLISHMENT))
        show_lodging_in_header(request, establishment)
        return view(request, establishment, *args, **kwargs)

    return opened  # type: ignore[return-value]  # wraps() keeps the first parameter's name


def declaring_page(
    view: Callable[Concatenate[Request, Any, P], HttpResponse],
) -> Callable[Concatenate[Any, P], HttpResponse]:
    """Decorate a view for people of a lodging that may declare now.

    From other lodgings it redirects to their first page, which says why they may not.
    """

    @wraps(view)
    def opened(request: Request, establishment: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        """Call the view; redirect to the lodging's first page if it may not declare now."""
        require(rules.may_declare(request.actor, establishment))
        if not rules.may_declare_now(request.actor, establishment):
            return redirect("stays:today")
        return view(request, establishment, *args, **kwargs)

    return lodging_page(opened)  # type: ignore[arg-type]  # wraps() keeps the first parameter's name


@require_GET
@lodging_page
def today(request: Request, establishment: Any) -> HttpResponse:
    """Show the lodging's first page: guests present, departing or overdue, first steps and undoable acts."""
    section = request.GET.get("list", "here")
    if section not in day.SECTIONS:
        raise Http404
    now = clock.today()
    page = day.day_page(request.actor, establishment, section, now, after=request.GET.get("after", ""))
    acts = acts_of(request.actor, establishment)
    if page.rows or acts:
        record_look(request.actor, establishment, section=section, found=len(page.rows))
    context = {
        "establishment": establishment,
        "establishments": establishments_of(request.actor),
        "may_declare": rules.may_declare_now(request.actor, establishment),
        "wait": wait_of(establishment),
        "first_steps": first_steps(request.actor, establishment),
        "section": section,
        "counts": day.counts(request.actor, establishment, now),
        "page": page,
        "today": now,
        "next_url": page.after and f"?{urlencode({'list': section, 'after': page.after})}",
        "check_out_form": CheckOutForm(prefix="bulk"),
        "acts": acts,
        "may_report": may_report(request.actor, establishment),
        "reports": recent_reports(request.actor, establishment),
    }
    return render(request, "stays/today.html", context)


@require_POST
@lodging_page
def switch(request: Request, establishment: Any) -> HttpResponse:
    """Switch to another lodging of the same business for this session."""
    pk = parse_whole_number(request.POST.get("establishment", "")) or 0
    chosen = get_establishment(request.actor, pk)
    require(may_enter(request.actor, chosen))
    request.session[ESTABLISHMENT] = chosen.pk
    return redirect("stays:today")


@require_GET
@lodging_page
def search(request: Request, establishment: Any) -> HttpResponse:
    """Show the lodging's stays, past ones too, that match the search."""
    text = request.GET.get("q", "").strip()[:100]
    page = day.find_stays(request.actor, establishment, text, after=request.GET.get("after", ""))
    if text or page.rows:
        record_look(request.actor, establishment, found=len(page.rows))
    context = {
        "establishment": establishment,
        "text": text,
        "page": page,
        "next_url": page.after and f"?{urlencode({'q': text, 'after': page.after})}",
        "export_query": urlencode({"list": "all", "q": text}),
    }
    return render(request, "stays/search.html", context)


COLUMNS = (
    gettext_lazy("No."), gettext_lazy("Full name"), gettext_lazy("Date of birth"), gettext_lazy("Sex"),
    gettext_lazy("Nationality"), gettext_lazy("Document number"), gettext_lazy("Room"), gettext_lazy("Arrived on"),
    gettext_lazy("Expected departure"), gettext_lazy("Left on"), gettext_lazy("Permitted until"),
    gettext_lazy("Declared at"), gettext_lazy("Minutes late"), gettext_lazy("State"), gettext_lazy("Receipt"),
)  # fmt: skip


@require_GET
@lodging_page
def export(request: Request, establishment: Any, kind: str) -> HttpResponse:
    """Return the displayed list as XLSX or CSV, marked with who exported it and when, and record it."""
    section = request.GET.get("list", "here")
    if section not in (*day.SECTIONS, "all"):
        raise Http404
    text = request.GET.get("q", "").strip()[:100]
    stays = day.for_export(request.actor, establishment, section, text, clock.today()).select_related("submission")
    language = reader_language()
    numbered = enumerate(stays.iterator(chunk_size=2000), start=1)
    rows = [_cells(number, stay, language, is_test=establishment.sandbox) for number, stay in numbered]
    record_look(request.actor, establishment, export=kind, rows=len(rows))
    head = [str(name) for name in COLUMNS]
    mark = _mark(request.actor, establishment)
    name = f"{_test_prefix(establishment)}{establishment.code}-{clock.today():%Y%m%d}"
    return table_file(kind, mark, name, head, rows)


def _test_prefix(establishment: Any) -> str:
    """Return the prefix of a sandbox's file names; empty for real lodgings."""
    return "TEST-" if establishment.sandbox else ""


def _mark(actor: Actor, establishment: Any) -> str:
    """Return the line in an exported file that says who exported it, from which lodging and when."""
    values = {"name": establishment.name, "who": actor.label, "when": formatted_now()}
    mark = _("%(name)s. Exported by %(who)s, %(when)s. Personal data: keep it safe.") % values
    return f"{_('Test, not declared to the police.')} {mark}" if establishment.sandbox else mark


def _cells(number: int, stay: Any, language: str, *, is_test: bool) -> list[Cell]:
    """Return the cells of a stay for the lodging's exported list; ``is_test`` marks those of a sandbox."""
    state = _("Test: not declared") if is_test else stay.get_status_display()
    return [
        number, stay.full_name, "/".join(reversed(stay.birth_date.split("-"))), stay.get_sex_display(),
        code_name("nationality", stay.nationality, language), stay.document_number, stay.room, stay.arrived_on,
        stay.expected_departure, stay.departed_on, stay.permitted_until, _moment(stay.declared_at),
        stay.minutes_late, state, stay.submission.number,
    ]  # fmt: skip


def _moment(value: datetime) -> str:
    """Return a time as dd/mm/yyyy HH:MM in Viet Nam."""
    return f"{clock.local(value):%d/%m/%Y %H:%M}"


@require_GET
@lodging_page
def portal_days(request: Request, establishment: Any) -> HttpResponse:
    """Ask for the days of a file for the national portal; with ``kind`` return the file."""
    form = DaysForm(request.GET if request.GET else None)
    kind = request.GET.get("kind", "")
    if kind not in ("xlsx", "xml") or not form.is_valid():
        return render(request, "stays/portal.html", {"form": form, "establishment": establishment})
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    stays = day.between(request.actor, establishment, first, last)
    guests = [_guest(stay) for stay in stays.iterator(chunk_size=2000)]
    if not guests:
        messages.warning(request, _("No one arrived on these days, so there is no file to download."))
        return render(request, "stays/portal.html", {"form": form, "establishment": establishment})
    record_look(request.actor, establishment, export=f"portal-{kind}", rows=len(guests))
    return _portal_file(
        guests, kind, f"{_test_prefix(establishment)}KBTT-{establishment.code}-{first:%Y%m%d}-{last:%Y%m%d}.{kind}"
    )


def _portal_file(guests: Iterable[Guest], kind: str, name: str) -> HttpResponse:
    """Return a file of guests for the national portal, as XML or XLSX."""
    if kind == "xml":
        return attachment(write_xml(guests), "application/xml", name)
    return attachment(write_xlsx_official(guests), XLSX, name)


def _guest(stay: Any) -> Guest:
    """Return the stay as the exchange engine writes it."""
    return Guest(
        full_name=stay.full_name,
        birth_date=stay.birth_date,
        sex=stay.sex or None,
        nationality=stay.nationality,
        document_number=stay.document_number,
        document_kind=stay.document_kind,
        room=stay.room or None,
        arrived_on=stay.arrived_on,
        arrived_at=stay.arrived_at,
        expected_departure=stay.expected_departure,
        departed_on=stay.departed_on,
        permitted_until=stay.permitted_until,
    )
