"""Pages for officers who do not read tips: record one, and see the numbers."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record, record_look
from ancu.apps.tips import rules
from ancu.apps.tips.enums import TipChannel
from ancu.apps.tips.forms import KeyedTipForm, MemoryUploadHandler, new_form_key
from ancu.apps.tips.selectors import numbers as counting
from ancu.apps.tips.selectors.units import ready_units
from ancu.apps.tips.services import receipts
from ancu.apps.tips.services.receiving import receive_tip
from ancu.core import clock
from ancu.core.documents.spreadsheets import CSV, XLSX, Cell, write_csv, write_xlsx
from ancu.core.errors import Conflict, Http404, require
from ancu.core.web.http import Request


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt  # asked for below, once the body is read into memory and nowhere else
@sensitive_post_parameters()
@never_cache
def new(request: Request) -> HttpResponse:
    """Record a tip for a source (``_record_tip``), with uploads that stay in memory only."""
    request.upload_handlers = [MemoryUploadHandler(request)]
    return _record_tip(request)


@csrf_protect
def _record_tip(request: Request) -> HttpResponse:
    """Show the form for a tip reported by telephone, in person or by letter; record it and show the receipt.

    The tip is encrypted, so that the officer cannot read it afterwards.
    """
    if not request.actor.is_agency:
        raise Http404
    require(rules.may_record(request.actor))
    units = [(unit.pk, str(unit)) for unit in ready_units()]
    if request.method != "POST":
        return render(request, "tips/keyed.html", {"form": KeyedTipForm(units=units, initial={"form": new_form_key()})})
    if not units:
        raise Conflict("no_unit", _("No unit receives tips yet. Each unit needs two holders of its key."))
    form = KeyedTipForm(request.POST, request.FILES, units=units)
    if not form.is_valid():
        return render(request, "tips/keyed.html", {"form": form}, status=422)
    received = receive_tip(
        actor=request.actor,
        unit_id=form.cleaned_data["unit"],
        form=form.cleaned_data["form"],
        content=form.tip_content(),
        uploads=form.uploads(),
        channel=TipChannel(form.cleaned_data["channel"]),
    )
    context = {"receipt": receipts.in_groups(received.receipt), "files": received.files}
    return render(request, "tips/keyed_receipt.html", context)


@require_safe
@never_cache
def numbers(request: Request) -> HttpResponse:
    """Show the numbers of tips received, time to answer and outcomes, never content."""
    counted_units = _shown_numbers(request)
    record_look(request.actor, ("tips.numbers", request.actor.organisation_id))
    context = {"units": counted_units, "rounded": not rules.reads_exact_numbers(request.actor)}
    return render(request, "tips/numbers.html", context)


def _shown_numbers(request: Request) -> list[dict[str, Any]]:
    """Return ``unit``, ``months`` and ``destroyed`` of each unit whose numbers the actor may read.

    404 for users outside the agencies, 403 without the right.
    """
    if not request.actor.is_agency:
        raise Http404
    require(rules.may_see_numbers(request.actor))
    units = counting.units_counted(request.actor)
    months = counting.as_shown(request.actor, counting.by_month(units))
    destroyed = counting.destructions(units)
    return [{"unit": unit, "months": months[unit.pk], "destroyed": destroyed.get(unit.pk, [])} for unit in units]


@require_POST
@never_cache
def export(request: Request) -> HttpResponse:
    """Export the numbers as a file, marked with user and time, and record it."""
    exact = rules.reads_exact_numbers(request.actor)
    hidden_text = None if exact else pgettext("tips", "not shown: few tips")
    rows: list[list[Cell]] = [
        [str(counted_unit["unit"]), f"{month.month:%m/%Y}",
         *(hidden_text if number is None else number
           for number in (month.received, month.answered, month.median_hours, month.results))]
        for counted_unit in _shown_numbers(request)
        for month in counted_unit["months"]
    ]  # fmt: skip
    kind = "csv" if request.POST.get("format") == "csv" else "xlsx"
    now = clock.local(clock.now())
    mark = _("Tip statistics, exported by %(who)s, %(office)s, on %(when)s.") % {
        "who": request.actor.label,
        "office": request.actor.organisation_name,
        "when": f"{now:%d/%m/%Y %H:%M}",
    }
    if not exact:
        mark += " " + _("Rounded to the nearest 5. Numbers of fewer than 5 tips are not shown.")
    head = [
        _("Unit"), _("Month"), pgettext("tips", "Received"), pgettext("tips", "Answered"),
        _("Half answered within (hours)"),
        _("Led to a result"),
    ]  # fmt: skip
    record(request.actor, "tips.exported", ("tips.numbers", request.actor.organisation_id), count=len(rows))
    content = write_csv(head, rows) if kind == "csv" else write_xlsx(mark, head, rows)
    headers = {"Content-Disposition": f'attachment; filename="an-cu-so-lieu-tin-bao-{now:%Y%m%d}.{kind}"'}
    return HttpResponse(content, content_type=CSV if kind == "csv" else XLSX, headers=headers)
