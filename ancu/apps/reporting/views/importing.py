"""Import figures from a file: upload, preview, confirm."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.reporting.forms.entry import far_above_message
from ancu.apps.reporting.forms.importing import ConfirmNumbersForm, FigureFileForm
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.selectors import figures
from ancu.apps.reporting.services import importing
from ancu.apps.reporting.views.office import requested_period, require_reader
from ancu.core.documents.spreadsheets import XLSX, attachment
from ancu.core.errors import Conflict, Http404, require
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, conflicts_as_messages, parse_whole_number


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def upload(request: Request) -> HttpResponse:
    """Show the form for a file of figures; an uploaded file is read and leads to its preview."""
    require_reader(request)
    require(access.may_enter(request.actor))
    form = FigureFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            figure_import = importing.read(
                actor=request.actor, data=form.cleaned_data["file"].read(importing.MOST_BYTES + 1)
            )
        except Conflict as refused:
            form.add_error("file", str(refused.message))
        else:
            return redirect("reporting:import", figure_import.pk)
    context = {"form": form, "period": requested_period(request)}
    return render(request, "reporting/upload.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def preview(request: Request, pk: int) -> HttpResponse:
    """Show the rows and problems of an uploaded file; a submitted form proposes its figures."""
    require_reader(request)
    require(access.may_enter(request.actor))
    figure_import = figures.get_import(request.actor, pk)
    if request.method == "POST":
        with conflicts_as_messages(request):
            sure = bool(request.POST.get("sure"))
            read = importing.confirm(actor=request.actor, import_id=figure_import.pk, sure=sure)
            text = counted("%(n)s figure is waiting for approval.", "%(n)s figures are waiting for approval.", read)
            messages.success(request, text)
        return redirect("reporting:import", figure_import.pk)
    lines = figures.import_page(figure_import, parse_whole_number(request.GET.get("page", "")) or 1)
    unlikely = [(row, far_above_message(*row["unlikely"])) for row in figure_import.rows if row.get("unlikely")]
    context = {
        "figure_import": figure_import,
        "lines": lines,
        "unlikely": unlikely,
        "form": ConfirmNumbersForm() if unlikely else None,
    }
    return render(request, "reporting/preview.html", context)


@require_safe
@never_cache
def template(request: Request) -> HttpResponse:
    """Download the XLSX file in which the units' figures of a month can be filled in."""
    require_reader(request)
    month = requested_period(request)
    if month.kind != "month":
        raise Http404
    return attachment(importing.template(request.actor, month), XLSX, f"{_('figures')}-{month.key}.xlsx")
