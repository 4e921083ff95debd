"""Pages of broadcasts: write, read, confirm, and list unconfirmed lodgings."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record
from ancu.apps.contact import rules
from ancu.apps.contact.forms import BroadcastForm
from ancu.apps.contact.selectors import broadcasts as selectors
from ancu.apps.contact.services import broadcasts as services
from ancu.apps.lodging.enums import LodgingKind
from ancu.apps.messaging.enums import READ
from ancu.core import clock
from ancu.core.documents.spreadsheets import Cell, export_mark, table_file
from ancu.core.errors import Conflict, Http404, require
from ancu.core.templatetags.ui import counted
from ancu.core.web.exports import Export, export_form, export_page
from ancu.core.web.http import Request, parse_whole_number
from ancu.engines.telephone import readable

UNCONFIRMED_ON_PAGE = 50  # of those that have not confirmed, on the page; the export has them all


@never_cache
@require_safe
def broadcasts(request: Request) -> HttpResponse:
    """List the broadcasts to lodgings in the officer's area."""
    _require_reader(request)
    page = selectors.broadcast_page(request.actor, request.GET.get("after", ""))
    context = {
        "page": page,
        "may_broadcast": rules.may_broadcast(request.actor),
        "next_url": f"?after={page.after}" if page.after else "",
    }
    return render(request, "contact/broadcasts.html", context)


def _require_reader(request: Request) -> None:
    """Raise 403 for a member of an agency who may not read broadcasts to lodgings, 404 outside the agencies."""
    if not request.actor.is_agency:
        raise Http404
    require(rules.reads_reports(request.actor))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Show and receive the form of a broadcast; before it is sent, preview how many lodgings it reaches.

    If that number has changed since the preview, the page asks again.
    """
    _require_reader(request)
    require(rules.may_broadcast(request.actor))
    units = [(unit.pk, str(unit.full_name)) for unit in selectors.units_to_choose(request.actor)]
    if request.method != "POST":
        form = BroadcastForm(units=units, initial={"key": uuid4()})
        return render(request, "contact/broadcast_new.html", {"form": form})
    form = BroadcastForm(request.POST, units=units)
    if form.is_valid():
        values = form.cleaned_data
        reached = selectors.target_count(request.actor, values["unit"], values["kinds"])
        if reached and request.POST.get("reached") != str(reached):
            return _preview(request, form, reached, dict(units))
        twin_shown = parse_whole_number(request.POST.get("twin", ""))
        try:
            broadcast = services.send_broadcast(
                actor=request.actor, unit_id=values["unit"], twin_shown=twin_shown,
                **{name: values[name] for name in ("kinds", "title", "body", "key")},
            )  # fmt: skip
        except Conflict as refused:
            if refused.code == services.SENT_LATELY:
                return _preview(request, form, reached, dict(units))
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Announcement sent. Here you see who has read and confirmed it."))
            return redirect("contact:broadcast", broadcast.pk)
    return render(request, "contact/broadcast_new.html", {"form": form}, status=422)


def _preview(request: Request, form: BroadcastForm, reached: int, units: dict[int, str]) -> HttpResponse:
    """Show the form with the number of lodgings that the broadcast reaches, before it is sent.

    A broadcast of the last day with the same text is shown too. ``units`` are the names of the units to choose, by
    id.
    """
    values = form.cleaned_data
    context = {
        "form": form,
        "reached": reached,
        "place": units[values["unit"]],
        "twin": selectors.recent_twin(request.actor, values["unit"], values["title"], values["body"], values["key"]),
    }
    return render(request, "contact/broadcast_new.html", context)


@never_cache
@require_safe
def broadcast(request: Request, pk: int) -> HttpResponse:
    """Show a broadcast with the lodgings that have not confirmed."""
    _require_reader(request)
    broadcast = selectors.get_broadcast(request.actor, pk)
    waiting: Any = broadcast.reached - broadcast.confirmed  # type: ignore[attr-defined]  # annotated
    context = {
        "broadcast": broadcast,
        "kinds": [LodgingKind(kind).label for kind in broadcast.kinds],
        "waiting": waiting,
        "rows": list(selectors.unconfirmed(broadcast)[:UNCONFIRMED_ON_PAGE]),
        "may_remind": bool(waiting) and rules.may_remind(request.actor, broadcast, clock.now()),
    }
    return render(request, "contact/broadcast.html", context)


@require_POST
def remind(request: Request, pk: int) -> HttpResponse:
    """Send a reminder to the lodgings that have not confirmed a broadcast."""
    _require_reader(request)
    services.remind(actor=request.actor, broadcast_id=pk)
    messages.success(request, _("We have reminded the lodgings that have not confirmed."))
    return redirect("contact:broadcast", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def export(request: Request, pk: int) -> HttpResponse:
    """Ask why the list of lodgings that have not confirmed a broadcast is exported, then send it.

    The file is marked and the export recorded.
    """
    _require_reader(request)
    broadcast = selectors.get_broadcast(request.actor, pk)
    count = selectors.unconfirmed(broadcast).count()
    rows = counted("%(n)s lodging", "%(n)s lodgings", count)
    export = Export(count, rows, reverse("contact:broadcast", args=[broadcast.pk]), [broadcast.title])
    form = export_form(request, export)
    if form is None:
        return export_page(request, export)
    lines = [_export_row(receipt) for receipt in selectors.unconfirmed(broadcast)]
    record(request.actor, "contact.exported", broadcast, count=len(lines), reason=form.cleaned_data["reason"])
    name = f"an-cu-chua-xac-nhan-{broadcast.pk}-{clock.local(clock.now()):%Y%m%d-%H%M}"
    return table_file(form.cleaned_data["format"], export_mark(request.actor), name, _export_headings(), lines)


def _export_headings() -> list[str]:
    """Return the column titles of the exported list of lodgings that have not confirmed a broadcast."""
    return [_("Lodging"), _("Code"), _("Kind"), _("Place"), _("Address"), _("Phone"), _("Read at")]


def _export_row(receipt: Any) -> list[Cell]:
    """Return a lodging that has not confirmed the broadcast as a row of the exported list."""
    place = receipt.establishment
    read = f"{clock.local(receipt.read_at):%d/%m/%Y %H:%M}" if receipt.read_at else ""
    return [
        place.name, place.code, place.get_kind_display(), place.unit.full_name, place.address,
        readable(place.phone), read,
    ]  # fmt: skip


# --- of the lodging ---------------------------------------------------------------------------------------


@never_cache
@require_safe
def received_broadcasts(request: Request) -> HttpResponse:
    """List the broadcasts that the actor's lodgings received."""
    page = selectors.receipt_page(request.actor, request.GET.get("after", ""))
    next_url = f"?after={page.after}" if page.after else ""
    return render(request, "contact/announcements.html", {"rows": page.rows, "next_url": next_url})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def received_broadcast(request: Request, pk: int) -> HttpResponse:
    """Show a broadcast to a lodging that received it; POST records that it was read or confirmed.

    Opening the page alone records neither.
    """
    receipt = selectors.get_receipt(request.actor, pk)
    if request.method != "POST":
        return render(request, "contact/announcement.html", {"receipt": receipt})
    confirmed = request.POST.get("act") == "confirm"
    services.mark_receipt(actor=request.actor, receipt_id=receipt.pk, confirmed=confirmed)
    if request.htmx and not confirmed:
        return HttpResponse(headers={"HX-Trigger": READ})
    if confirmed:
        messages.success(request, _("The office has received your confirmation."))
    return redirect("contact:announcement", receipt.pk)
